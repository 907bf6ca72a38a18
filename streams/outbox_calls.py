"""What an operator must know of the calls under way: how many no receiver took, how many nobody acknowledged, how old.

Pure. In: entries of the outbox, wall time. Out: `Calls`. A notice on several routes is one call: taken on one route it
is delivered; it ends on all of them at once.
Next: streams/metrics.py
"""

from collections.abc import Iterable
from typing import NamedTuple

from schemas.times import SECOND
from streams.outbox_entry import Entry


class Waiting(NamedTuple):
    """Some calls."""

    number: int = 0
    oldest_s: float = 0.0
    """Wall seconds since the first attempt of the oldest; 0 where there is none."""


class Calls(NamedTuple):
    """Calls under way."""

    undelivered: Waiting
    unacknowledged: Waiting


def calls(entries: Iterable[Entry], now: int) -> Calls:
    """What waits of the calls under way at wall time `now`, ms UTC."""
    begun: dict[str, int] = {}
    taken: set[str] = set()
    for entry in entries:
        if entry.call and entry.stopped is None:
            begun[entry.id] = min(now if entry.begun is None else entry.begun, begun.get(entry.id, now))
            if entry.delivered is not None:
                taken.add(entry.id)
    return Calls(_waiting([t for name, t in begun.items() if name not in taken], now), _waiting(begun.values(), now))


def _waiting(begun: Iterable[int], now: int) -> Waiting:
    times = list(begun)
    return Waiting(len(times), (now - min(times)) / SECOND) if times else Waiting()
