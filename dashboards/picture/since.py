"""What changed since a version, a time, or a forum's last meeting: where to begin, and one row for each thing changed.

Pure but for `beginning`. In: a query's `since`, `time`, `forum`; entries of the history. Out: a version to begin at;
the same entries with each thing named once, by its last change against what stood at the beginning.
"""

from typing import NamedTuple

from dashboards.picture.ring import Entry
from dashboards.problems import Problem, Told
from dashboards.server import Server
from schemas.change import Change, EntityKind, Picture
from schemas.codec import Json
from schemas.times import parse


class Beginning(NamedTuple):
    """Where a difference begins."""

    version: int
    at: int | None
    """When that was, ms UTC: what happened before it and became known after it is learned since."""


async def beginning(server: Server, since: int | None, time: str | None, forum: str | None) -> Beginning:
    """The version that a query means. Problem 400 unless it says one thing, 404 where there was no meeting."""
    if [since, time, forum].count(None) != 2:
        raise Problem(400, "bad-query", Told("problem.one_since"))
    if since is not None:
        return Beginning(since, None)
    if time is not None:
        at = _instant(time)
        return Beginning((await server.history.at_time(at)).head.version, at)
    meeting = last_meeting(server.follower.chain.picture, str(forum))
    if meeting is None:
        raise Problem(404, "no-meeting", Told("problem.never_met"))
    return Beginning(meeting["sealed"]["version"], parse(meeting["at"]))


def _instant(text: str) -> int:
    try:
        return parse(text)
    except ValueError as error:
        fault = {"pointer": "/query/time", "detail": str(error)}
        raise Problem(400, "bad-query", Told("problem.no_time", name="time"), [fault]) from error


def last_meeting(picture: Picture, forum: str) -> Json | None:
    """A forum's last meeting: the newest that has ended, else the one that is open."""
    mine = [m for m in picture.get(EntityKind.MEETING, {}).values() if m["forum"] == forum]
    ended = [m for m in mine if m["state"] == "ended"]
    return max(ended or mine, key=lambda m: m["number"], default=None)


def net(entries: list[Entry]) -> list[Entry]:
    """One change for each thing, at the version of its last; what is as it was is left out.

    Applied to the older picture they give the newer, as all the changes do.
    """
    first: dict[tuple[str, str], Json | None] = {}
    last: dict[tuple[str, str], tuple[int, Change]] = {}
    for entry in entries:
        for change, before in zip(entry.version.changes, entry.before, strict=True):
            first.setdefault((change.kind, change.key), before.value)
            last[change.kind, change.key] = (entry.version.number, change)
    kept: dict[int, list[tuple[Change, Change]]] = {}
    for (kind, key), (number, change) in last.items():
        was = first[kind, key]
        if change.value != was:
            kept.setdefault(number, []).append((change, Change(kind, key, was)))
    return [_only(entry, kept[entry.version.number]) for entry in entries if entry.version.number in kept]


def _only(entry: Entry, pairs: list[tuple[Change, Change]]) -> Entry:
    changes, before = zip(*pairs, strict=True)
    return Entry(entry.version._replace(changes=tuple(changes)), tuple(before))


def learned_since(rows: list[Json], at: int | None) -> list[Json]:
    """Mark what had happened before the beginning but was not known then: it is no old news."""
    if at is None:
        return rows
    return [r | ({"learned_since": True} if "happened_at" in r and parse(r["happened_at"]) < at else {}) for r in rows]
