"""The wall `/wall`: read from six metres, touched by nobody."""
