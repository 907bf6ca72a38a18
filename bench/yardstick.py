"""A fixed piece of plain Python, timed beside what is measured: how quick this machine is at this moment.

Others use the same processor, and its caches, while a benchmark runs: a figure times two says little until one knows
that everything took twice as long. Figures of two runs are compared by their ratio to this.
"""

import time
from typing import NamedTuple

QUIET_US = 100.0
"""What the piece takes on the machine of docs/bench.md while nothing else runs."""


class _Row(NamedTuple):
    a: int
    b: str
    c: tuple[int, ...]


def _piece() -> int:
    rows: dict[str, _Row] = {}
    for n in range(150):
        key = f"row|{n % 40}"
        old = rows.get(key)
        rows[key] = _Row(n, key, (n, 1)) if old is None else old._replace(a=n)
    return sum(row.a for row in rows.values() if row.b.startswith("row"))


def yardstick() -> float:
    """Microseconds of processor time that the piece takes now."""
    began = time.thread_time()
    _piece()
    return (time.thread_time() - began) * 1e6
