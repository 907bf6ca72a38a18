"""SL's deviations in Stockholm's public transport. See README.md beside this file."""
