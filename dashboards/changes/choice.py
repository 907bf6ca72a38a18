"""Since when: a forum's last meeting, a time, a version, or what this reader last read; and the others to choose from.

In: a query, a viewer's scene. Out: where to begin and why, and links to the other beginnings.
Next: dashboards/changes/told.py
"""

from typing import NamedTuple
from urllib.parse import urlencode

from dashboards.changes.reading import Read
from dashboards.picture.since import last_meeting
from dashboards.problems import Problem
from dashboards.server import Server
from dashboards.telling.moments import past_moment
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.times import DAY, HOUR, parse, z

AT_FIRST = DAY
"""How far back a reader is shown who has never said anything, where no forum has met."""
SPANS = (("hour", HOUR), ("day", DAY))


class Query(NamedTuple):
    """What the address says."""

    since: int | None = None
    time: str | None = None
    forum: str | None = None


class Start(NamedTuple):
    """Where a page of changes begins."""

    version: int
    at: int
    """Space time, ms UTC."""
    said: str
    """In words: "Samordnande forum, möte 2, 14.00"."""
    query: tuple[tuple[str, str], ...]
    """What to put in an address for the same beginning."""


class Option(NamedTuple):
    """Another beginning."""

    href: str
    name: str
    here: bool


async def start(server: Server, scene: Scene, query: Query, read: Read | None) -> Start:
    """The beginning that was asked for; without a question what was last read, the newest meeting, or a day.

    Raises:
        Problem: 400 for two beginnings or a time that is none, 404 for a forum or version that is not there, 410 for
            what is not kept any more.
    """
    if [query.since, query.time, query.forum].count(None) < 2:
        raise Problem(400, "bad-query", scene.words("changes.one_beginning"))
    if query.forum is not None:
        return _forum(scene, query.forum)
    if query.time is not None:
        return await _time(server, scene, query.time)
    if query.since is not None:
        return await _version(server, scene, query.since)
    if read is not None:
        return _read(scene, read)
    met = [m for _, m in scene.entities(EntityKind.MEETING)]
    if met:
        return _forum(scene, max(met, key=lambda m: (m["at"], m["forum"]))["forum"])
    return await _time(server, scene, z(scene.now - AT_FIRST))


def _read(scene: Scene, read: Read) -> Start:
    words = scene.words
    said = words("changes.since_read", version=words.number(read.version), time=words.when(read.at, scene.now))
    return Start(read.version, read.at, said, (("since", str(read.version)),))


async def _version(server: Server, scene: Scene, number: int) -> Start:
    head = (await server.history.at_version(number)).head
    words, at = scene.words, head.at or 0
    when = words.when(at, scene.now) if head.at is not None else "–"
    said = words("changes.since_version", version=words.number(number), time=when)
    return Start(number, at, said, (("since", str(number)),))


async def _time(server: Server, scene: Scene, text: str) -> Start:
    at = past_moment(text, scene.now, scene.words)
    if at is None:
        raise Problem(400, "bad-query", scene.words("fault.time", text=text[:40]))
    head = (await server.history.at_time(at)).head
    return Start(
        head.version, at, scene.words("changes.since_time", time=scene.words.when(at, scene.now)), (("time", z(at)),)
    )


def _forum(scene: Scene, forum: str) -> Start:
    """The forum's last meeting; its call, before it has met."""
    told = scene.sight.shown(EntityKind.FORUM, forum)
    if told is None:
        raise Problem(404, "not-found", scene.words("changes.no_forum"))
    words, level = scene.words, scene.words(f"level.{told['level']}")
    meeting = last_meeting(scene.sight.picture, forum)
    begin = meeting["sealed"] if meeting else told["sealed"]
    at = parse(meeting["at"] if meeting else told["since"])
    time = words.when(at, scene.now)
    said = (
        words("changes.since_meeting", forum=level, number=meeting["number"], time=time)
        if meeting
        else words("changes.since_called", forum=level, time=time)
    )
    return Start(int(begin["version"]), at, said, (("forum", forum),))


def options(scene: Scene, here: Start, read: Read | None, keep: dict[str, str]) -> list[Option]:
    """Links to other beginnings, with the filter kept."""
    words = scene.words
    rows: list[tuple[str, tuple[tuple[str, str], ...]]] = []
    for key, forum in scene.entities(EntityKind.FORUM):
        if forum["state"] != "closed":
            rows.append((words("changes.last_meeting", forum=words(f"level.{forum['level']}")), (("forum", key),)))
    if read is not None:
        rows.append((words("changes.my_reading"), (("since", str(read.version)),)))
    rows += [(words(f"changes_span.{name}"), (("time", z(scene.now - span)),)) for name, span in SPANS]
    named = {name: value for name, value in keep.items() if value}
    return [Option(urlencode({**dict(query), **named}), name, query == here.query) for name, query in rows]
