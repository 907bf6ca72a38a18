"""Actors' own reports. See README.md beside this file."""
