"""Meetings and planned events as a calendar that programs subscribe to (iCalendar, RFC 5545): `/calendar.ics`.

Pure. In: a scene through a viewer's eyes, the ring of newest versions. Out: text. A meeting keeps its UID when it is
moved and its SEQUENCE rises; times are UTC, which every program shows in its own zone, both DST nights right.
Next: dashboards/forum/pages.py
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from dashboards.api.forums import seen_by
from dashboards.forum import names
from dashboards.forum.matter import all_matters
from dashboards.picture.ring import Ring
from dashboards.telling.scene import Scene
from schemas.change import EntityKind, Picture
from schemas.codec import Json
from schemas.sectors import Kind
from schemas.times import HOUR, MINUTE, parse, to_datetime

LENGTH = 30 * MINUTE
"""How long a meeting is shown: the agenda is made for half an hour."""
UNTOLD = HOUR
"""How long a planned event without an end is shown."""
FOLD = 75
"""Octets of a line; what is longer goes on in the next, after a blank."""
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


class Happens(NamedTuple):
    """One event of a calendar."""

    uid: str
    sequence: int
    starts: int
    """ms UTC."""
    ends: int
    changed: int
    """When it was last told: DTSTAMP, ms UTC."""
    summary: str
    description: str
    url: str
    """Under the site's root; empty where there is none."""
    location: str
    category: str


def happens(scene: Scene, ring: Ring) -> list[Happens]:
    """Every meeting held or ahead and every planned event that the viewer may see, in the order of time."""
    seen = seen_by(scene.sight)
    return sorted([*_meetings(scene, seen, moved(ring)), *_events(scene, seen)], key=lambda row: (row.starts, row.uid))


class Moved(NamedTuple):
    """When it was last said when a forum meets."""

    version: int
    at: int
    """ms UTC."""


def moved(ring: Ring) -> Mapping[str, Moved]:
    """Forum -> what last changed when it meets, as far as the ring of newest versions goes back."""
    found: dict[str, Moved] = {}
    for entry in ring.newest_first():
        for change, before in zip(entry.version.changes, entry.before, strict=True):
            if change.kind == EntityKind.FORUM and change.key not in found and change.value is not None:
                was = before.value["planned"] if before.value is not None else None
                if was != change.value["planned"]:
                    found[change.key] = Moved(entry.version.number, entry.version.at)
    return found


def _meetings(scene: Scene, seen: Picture, changed: Mapping[str, Moved]) -> Iterator[Happens]:
    """A meeting that has begun stands as it was when it began."""
    for meeting in seen[EntityKind.MEETING].values():
        forum = seen[EntityKind.FORUM].get(meeting["forum"])
        if forum is not None:
            begun = Moved(meeting["sealed"]["version"], parse(meeting["at"]))
            yield _meeting(scene, forum, meeting["number"], meeting, begun)
    for key, forum in seen[EntityKind.FORUM].items():
        told = changed.get(key, Moved(forum["sealed"]["version"], parse(forum["since"])))
        for n, planned in enumerate(forum["planned"] if forum["state"] != "closed" else ()):
            yield _meeting(scene, forum, forum["meetings"] + 1 + n, planned, told)


def _meeting(scene: Scene, forum: Json, number: int, planned: Json, changed: Moved) -> Happens:
    words, at, key = scene.words, parse(planned["at"]), forum["id"]
    name = names.forum(scene, key, forum)
    told = [words("calendar.binds")]
    if "chair" in forum:
        told.insert(0, words("minutes.chair", chair=names.actor(scene, forum["chair"])))
    return Happens(
        f"meeting-{names.quoted(key)}-{number}@{scene.region.place.space}.{scene.region.place.region}",
        changed.version,
        at,
        at + LENGTH,
        changed.at,
        words("calendar.meeting", name=name, n=number),
        "\n".join(told),
        f"{names.forum_path(key)}?meeting={number}" if "state" in planned else names.forum_path(key),
        planned["form"],
        words("calendar.meetings"),
    )


def _events(scene: Scene, seen: Picture) -> Iterator[Happens]:
    for row in all_matters(scene, seen, (Kind.PLANNED_EVENT,)):
        item = scene.item(row.key)
        if item is None or not row.at:
            continue
        starts = parse(row.at)
        touched = scene.words("calendar.direct", who=row.direct) if row.direct else ""
        where = scene.words.places(item["areas"], scene.region.towns) if item["areas"] else ""
        yield Happens(
            f"event-{names.quoted(row.key)}@{scene.region.place.space}.{scene.region.place.region}",
            parse(item["sent"]) // MINUTE,
            starts,
            parse(item["ends"]) if "ends" in item else starts + UNTOLD,
            parse(item["known_at"]),
            row.what.text,
            "\n".join(text for text in (row.owner, touched) if text),
            row.what.href,
            where,
            scene.words("calendar.events"),
        )


def calendar(rows: list[Happens], name: str, site: str, *, mark: str) -> str:
    """The whole file, lines ended and folded as the RFC wants; `mark` stands before each summary of an exercise."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//lagesbild//lagesbild//SV", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", f"NAME:{escaped(name)}", f"X-WR-CALNAME:{escaped(name)}"]
    lines += ["REFRESH-INTERVAL;VALUE=DURATION:PT15M", "X-PUBLISHED-TTL:PT15M"]
    for row in rows:
        lines += _lines(row, site, mark)
    return "".join(f"{folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _lines(row: Happens, site: str, mark: str) -> Iterator[str]:
    yield from ("BEGIN:VEVENT", f"UID:{row.uid}", f"SEQUENCE:{row.sequence}", f"DTSTAMP:{_utc(row.changed)}")
    yield from (f"DTSTART:{_utc(row.starts)}", f"DTEND:{_utc(max(row.ends, row.starts + MINUTE))}")
    yield f"SUMMARY:{escaped(f'{mark} {row.summary}'.strip())}"
    for name, text in (("DESCRIPTION", row.description), ("LOCATION", row.location), ("CATEGORIES", row.category)):
        if text:
            yield f"{name}:{escaped(text)}"
    if row.url:
        yield f"URL:{site}{row.url}"
    yield "END:VEVENT"


def _utc(ms: int) -> str:
    return to_datetime(ms).strftime("%Y%m%dT%H%M%SZ")


def escaped(text: str) -> str:
    """A text value: backslash, semicolon, comma and line breaks are written out."""
    return text.translate(_ESCAPES)


def folded(line: str) -> str:
    """A content line in pieces of at most 75 octets; a letter of several octets is never cut in two."""
    pieces, piece, size = [], "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > FOLD:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + letter, size + octets
    return "\r\n".join([*pieces, piece])
