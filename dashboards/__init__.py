"""How it is seen: the one HTTP server, its API and its rooms."""
