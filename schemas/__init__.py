"""What we talk about: the models of every message, their canonical bytes, the topic catalogue.

Nothing here moves, decides, reads a clock or draws a random number. Start at `report.py` (what comes in),
then `record.py` (the region log), `change.py` (one version of the picture) and `topics.py` (where they lie).
"""
