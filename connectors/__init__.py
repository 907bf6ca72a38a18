"""How it comes in: one folder per source, each with the same file names. Start at `contract.py`, then `run.py`."""
