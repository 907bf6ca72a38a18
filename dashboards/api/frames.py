"""Changes as a viewer gets them, on the stream and in `/changes`: viewed, classified, never telling of what is hidden.

Pure. In: entries of the ring. Out: JSON whose application to the older picture gives the newer.
"""

from collections.abc import Iterable, Iterator

from dashboards.picture.difference import what
from dashboards.picture.ring import Entry
from dashboards.picture.view import Sight
from schemas.change import Change
from schemas.codec import Json
from schemas.times import z


def viewed(entry: Entry, sight: Sight) -> Iterator[tuple[Change, Json | None]]:
    """Changes of a version that the viewer may know of, each with the value before.

    What is hidden now but was seen is told as gone; what was never seen is not told at all.
    """
    for change, old in zip(entry.version.changes, entry.before, strict=True):
        before = None if old.value is None else sight.of(change.kind, old.value)
        after = None if change.value is None else sight.of(change.kind, change.value)
        if before is not None or after is not None:
            yield Change(change.kind, change.key, after), before


def listed(entries: Iterable[Entry], sight: Sight) -> list[Json]:
    """Each change with its word, its version, its cause and both times."""
    return [
        {"version": entry.version.number, **_times(entry), **_change(change, before)}
        for entry in entries
        for change, before in viewed(entry, sight)
    ]


def frame(entries: list[Entry], sight: Sight) -> Json:
    """A `change` frame of the stream: from one version to another."""
    first, last = entries[0].version, entries[-1].version
    return {
        "from": first.number - 1,
        "to": last.number,
        "hash": last.hash,
        "as_of": z(last.at),
        "changes": listed(entries, sight),
    }


def _change(change: Change, before: Json | None) -> Json:
    return {"what": what(change, before).value, "kind": change.kind, "key": change.key, "value": change.value}


def _times(entry: Entry) -> Json:
    version = entry.version
    times: Json = {"known_at": z(version.at), "cause": {"kind": version.cause.kind, "key": version.cause.key}}
    if version.happened_at is not None:
        times["happened_at"] = z(version.happened_at)
    return times
