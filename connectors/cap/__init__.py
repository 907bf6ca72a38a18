"""Any feed of CAP alerts, MeteoAlarm's too. See README.md beside this file."""
