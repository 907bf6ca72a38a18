"""DATEX II situations of a road authority. See README.md beside this file."""
