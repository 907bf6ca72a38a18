"""What has happened to one thing: each version that changed it, what stood before, and which record of the log it was.

In: the newest versions in memory, or `picture.changes` read again from its beginning. Out: rows, newest first; whether
they reach back to where the thing came to be.
Next: dashboards/picture/evidence.py (the record behind a row)
"""

from typing import NamedTuple

from dashboards.picture.chain import read_version
from dashboards.picture.follow import Follower
from schemas.change import TYPE_HEADER, Cause, Version
from schemas.codec import Json, canon, load
from schemas.topics import CHANGES
from streams.bus import In, read_all
from streams.topology import region_partition


class Lived(NamedTuple):
    """One version in the life of a thing."""

    version: int
    at: int
    """When it became known, ms UTC."""
    happened_at: int | None
    """When it happened by its source; None where that is the same or unknown."""
    cause: Cause
    before: Json | None
    after: Json | None
    log: int | None
    """Offset of the record of `region.log` that made it; None where that is not known."""


class Course(NamedTuple):
    """What is known of it."""

    rows: list[Lived]
    """Newest first."""
    whole: bool
    """True when the first row is where it came to be."""


def recent(follower: Follower, kind: str, key: str) -> Course:
    """By the versions in memory: at once."""
    rows = []
    for entry in follower.chain.ring.newest_first():
        for change, was in zip(entry.version.changes, entry.before, strict=True):
            if change.key == key and change.kind == kind:
                number = entry.version.number
                rows.append(_row(entry.version, was.value, change.value, follower.logged.get(number)))
    there = key in follower.chain.picture.get(kind, {})
    return Course(rows, rows[-1].before is None if rows else not there)


async def all_of(bootstrap: str, follower: Follower, kind: str, key: str) -> Course:
    """By Kafka, as far back as it keeps versions: seconds where there are very many."""
    region, needle = follower.region.encode(), canon(key)
    rows: list[Lived] = []
    before: Json | None = None
    first: int | None = None
    async for records in read_all(bootstrap, follower.space.topic(CHANGES), region_partition(follower.region)):
        for record in records:
            if record.value is None or record.key != region or record.headers.get(TYPE_HEADER) == b"mark":
                continue
            first = _number(record.value) if first is None else first
            if needle not in record.value:
                continue
            version = read_version(record.value, load(record.value))
            mine = [c for c in version.changes if c.kind == kind and c.key == key]
            if mine and version.number > (rows[-1].version if rows else 0):
                rows.append(_row(version, before, mine[0].value, _log(record)))
                before = mine[0].value
    return Course(rows[::-1], first == 1)


def _row(version: Version, before: Json | None, after: Json | None, log: int | None) -> Lived:
    return Lived(version.number, version.at, version.happened_at, version.cause, before, after, log)


def _number(raw: bytes) -> int:
    return int(load(raw)["version"])


def _log(record: In) -> int | None:
    said = record.headers.get("offset")
    return None if said is None else int(said)


class Made(NamedTuple):
    """What made a version."""

    cause: Cause
    log: int | None
    """Offset of the record of `region.log`; None where that is not known."""


async def version_at(bootstrap: str, follower: Follower, number: int) -> Made | None:
    """What made a version: from memory, else out of Kafka; None when it has not come or is gone."""
    entry = follower.chain.ring.find(number)
    if entry is not None and number in follower.logged:
        return Made(entry.version.cause, follower.logged[number])
    if number > follower.head.version:
        return None
    tail = f'"version":{number}}}'.encode()
    async for records in read_all(bootstrap, follower.space.topic(CHANGES), region_partition(follower.region)):
        for record in records:
            mine = record.key == follower.region.encode() and record.headers.get(TYPE_HEADER) != b"mark"
            if mine and record.value is not None and record.value.endswith(tail):
                return Made(read_version(record.value, load(record.value)).cause, _log(record))
    return None
