"""Alerts and cancelled trips of public transport in GTFS Realtime. See README.md beside this file."""
