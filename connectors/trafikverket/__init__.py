"""Trafikverket: roads, railway and winter roads. See README.md beside this file."""
