"""The fold: (state, record) -> (state, versions, outcome). Standard library and `schemas` only.

Start reading at `fold.py`. Time, order and identity are data here: no clock, random, I/O, logging or asyncio.
"""
