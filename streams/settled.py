"""What a process has read and will keep for long is set aside from the garbage collector.

A whole collection walks every object: with 10,000 open items that took 0.15 to 0.2 s (`gc.callbacks` round the fold of
`bench/draw.py`), in which nothing is folded or drawn. What is set aside is still let go when nobody refers to it any
more; only what refers to itself in a circle would stay, and a picture has no such circles.
"""

import gc


def settle() -> None:
    """Collect once, then walk what is held now no more. Takes as long as one whole collection."""
    gc.collect()
    gc.freeze()
