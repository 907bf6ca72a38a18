"""How often this process looks for rings of objects: seldom, since a long list is many objects and no rings.

In: nothing. Out: Python's collector with wider steps. Looking took a tenth of the time in which long lists are parsed.
"""

import gc

STEPS = (10_000, 10, 10)
"""Objects made before the youngest are looked at (Python's own: 700), and such looks before the older ones are."""


def collect_seldom() -> None:
    """For a process that parses long lists; once, at its start."""
    gc.set_threshold(*STEPS)
