"""The fold alone, in memory: what one record costs, and whether that follows the number of open items.

In: log records as intake makes them. Timed: from the record's bytes to the sealed version's bytes and hash.
"""

import gc
import time
import tomllib
from typing import Any, NamedTuple

from bench.workload import REFERENCE, Intake, Storm
from schemas.record import decode, encode
from streams.core.fold import Fold
from streams.core.state import State
from streams.settings import Settings

SPACE = "ovning-bench"
TIMED = 20_000
"""Records timed at each size."""
STEP_MS = 200
"""Space time between two records, so that some ends are passed while it runs."""


class Ran(NamedTuple):
    """One timed run."""

    us: float
    """Microseconds a record."""
    versions: int
    version_bytes: int
    open_items: int
    longest_ms: float
    """Longest single record, garbage collection in it."""


def begun(start: int) -> Fold:
    """A fold with the county's registry and rules in force."""
    fold = Fold(State(SPACE, "01"))
    rules: Any = tomllib.loads(Settings().rules_file.read_text(encoding="utf-8"))
    for kind, body in (("reference", REFERENCE), ("rules", {"rules": rules})):
        fold.take(decode(encode(start, kind, body)))
    return fold


def run(open_items: int, timed: int = TIMED) -> Ran:
    """Fill a fold with so many open items, then time the mix on it."""
    storm, intake = Storm(open_items, step_ms=STEP_MS), Intake(SPACE)
    fold = begun(storm.at)
    for sent in storm.opening():
        fold.take(decode(intake.log(sent, storm.at)))
    records = [intake.log(sent, storm.at) for sent in storm.mixed(timed)]
    gc.collect()
    clock, spent, longest, versions, size = time.perf_counter, 0.0, 0.0, 0, 0
    for raw in records:
        began = clock()
        folded = fold.take(decode(raw))
        took = clock() - began
        spent += took
        longest = max(longest, took)
        versions += len(folded.versions)
        size += sum(len(v.raw) for v in folded.versions)
    return Ran(spent / timed * 1e6, versions, size // max(1, versions), len(fold.state.items), longest * 1000)
