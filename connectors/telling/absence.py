"""When something is gone from a list: only after several whole lists in a row without it. Pure.

In: what has been told and what a batch shows. Out: the identities to withdraw, and the state for the next batch.
A failed, partial or filtered answer never withdraws; a 304 repeats the last verdict, which is the same batch again.
Next: connectors/telling/told.py
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from schemas.times import MINUTE

AGREEING = 2
"""Whole lists in a row without an item before it is withdrawn, unless its connector asks for more."""
SUDDEN_FOR = 10 * MINUTE
"""... and one list more, over at least this long (space time), when most of a list is gone at once."""
SUDDEN_FEWEST = 5
"""From this many on, losing more than half at once is a filtered answer until it has lasted; fewer may end together."""


class Missing(NamedTuple):
    """One item that the newest whole list did not show."""

    lists: int
    """Whole lists in a row without it."""
    since: int
    """When the first of them came, space time, ms UTC."""
    sudden: bool
    """It went together with most of the list."""


Absence = Mapping[str, Missing]
"""Items in doubt; empty when the newest whole list showed all that has been told."""


def judge(
    before: Absence, told: Collection[str], seen: Collection[str], *, complete: bool, at: int, agreeing: int = AGREEING
) -> tuple[Absence, frozenset[str]]:
    """State after a batch, and what is gone. `told`: open identities; `seen`: those in the batch; `at`: space time."""
    doubted = {key: missing for key, missing in before.items() if key in told and key not in seen}
    if not complete:
        return doubted, frozenset()
    absent = [key for key in told if key not in seen]
    sudden = bool(absent) and _sudden(len(told), len(absent))
    state = {key: _again(doubted.get(key), sudden=sudden, at=at) for key in absent}
    gone = frozenset(key for key, missing in state.items() if _proven(missing, at, agreeing))
    return {key: missing for key, missing in state.items() if key not in gone}, gone


def _sudden(told: int, absent: int) -> bool:
    """An empty list where there was something, or more than half of a list gone."""
    return absent == told or (absent >= SUDDEN_FEWEST and 2 * absent > told)


def _again(missing: Missing | None, *, sudden: bool, at: int) -> Missing:
    if missing is None:
        return Missing(1, at, sudden)
    return Missing(missing.lists + 1, missing.since, missing.sudden or sudden)


def _proven(missing: Missing, at: int, agreeing: int) -> bool:
    if missing.sudden:
        return missing.lists > agreeing and at - missing.since >= SUDDEN_FOR
    return missing.lists >= agreeing
