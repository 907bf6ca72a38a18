"""Trafikverket's traffic situations on roads. See README.md beside this file."""
