"""Help on one page, and the accessibility statement."""
