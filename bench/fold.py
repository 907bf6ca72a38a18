"""The fold alone, in memory: what one record costs, and whether that follows the number of open items.

In: log records as intake makes them. Timed: from the record's bytes to the sealed version's bytes and hash.
"""

import gc
import time
import tomllib
from statistics import median
from typing import Any, NamedTuple

from bench.steps import counted
from bench.workload import REFERENCE, Intake, Storm
from schemas.record import decode, encode
from streams.core.fold import Fold
from streams.core.state import State
from streams.settings import Settings

SPACE = "ovning-bench"
TIMED = 20_000
"""Records timed at each size."""
CHUNK = 1_000
PROBES, PROBED = 500, 500
"""Records whose steps are counted, and over how many identities."""
STEP_MS = 200
"""Space time between two records, so that some ends are passed while it runs."""


class Ran(NamedTuple):
    """One timed run."""

    us: float
    """Microseconds of processor time a record: the median of the chunks."""
    best_us: float
    """The same of the quickest chunk: what it costs while nobody else uses the processor's caches."""
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
    chunks, longest, versions, size = [], 0.0, 0, 0
    for at in range(0, timed, CHUNK):
        cpu = time.thread_time()
        for raw in records[at : at + CHUNK]:
            began = time.perf_counter()
            folded = fold.take(decode(raw))
            longest = max(longest, time.perf_counter() - began)
            versions += len(folded.versions)
            size += sum(len(v.raw) for v in folded.versions)
        chunks.append((time.thread_time() - cpu) / CHUNK * 1e6)
    average = size // max(1, versions)
    return Ran(median(chunks), min(chunks), versions, average, len(fold.state.items), longest * 1000)


def steps(open_items: int, probes: int = PROBES) -> int:
    """Bytecodes a record of the same reports on the same matters, which stand open beside so many others."""
    storm, intake = Storm(open_items, step_ms=0), Intake(SPACE)
    fold = begun(storm.at)
    for sent in storm.opening():
        fold.take(decode(intake.log(sent, storm.at)))
    probe = [intake.log(sent, storm.at) for sent in storm.probing(PROBED, STEP_MS).mixed(probes)]
    return counted(lambda: [fold.take(decode(raw)) for raw in probe]) // probes
