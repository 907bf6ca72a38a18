"""What we decide, and the thin shell that moves it.

`core/` is pure: the fold from log records to versions of the picture. Around it: `intake.py` (raw to log),
`merge.py` (log to versions), `deliver.py` (notices out), `broker.py` and `up.py` (everything on one machine).
"""
