"""Lists of outages in power, water, telecom and heat, by mappings that are data. See README.md beside this file."""
