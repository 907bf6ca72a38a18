"""SMHI's impact-based warnings. See README.md beside this file."""
