"""Krisinformation.se: news for the public, and copies of VMA. See README.md beside this file."""
