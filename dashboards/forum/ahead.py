"""The list of forums and what lies ahead of them: who meets when, which planned events come, what is to be followed up.

Pure. In: a scene. Out: `ForumsPage`, which forums.html shows: the front page of ordinary mode.
Next: dashboards/forum/calendar.py (the same as a calendar to subscribe to)
"""

from typing import NamedTuple

from dashboards.api.forums import seen_by
from dashboards.forum import names
from dashboards.forum.acts import of_matter
from dashboards.forum.line import Line, line, urgent_first
from dashboards.forum.matter import MatterRow, all_matters, things
from dashboards.forum.names import Choice
from dashboards.forum.page import Head, head_of
from dashboards.telling.scene import Scene
from schemas.change import EntityKind, Picture
from schemas.codec import Json
from schemas.sectors import Kind
from schemas.times import parse
from streams.core.forum_life import OPEN_ENTRIES

DATES = 40
"""Rows of the calendar on the page; the calendar to subscribe to holds all."""
FOLLOWED = 30
LEVELS = ("samordnande", "inriktande", "planering", "verkstallande")
"""In the order in which a person who calls a forum is asked."""


class ForumRow(NamedTuple):
    """A forum in the list."""

    head: Head
    href: str
    waits: int
    """Lines of its minutes that wait for somebody."""
    overdue: int


class Date(NamedTuple):
    """Something with a time ahead."""

    at: str
    day: str
    clock: str
    kind: str
    """`meeting` or `event`."""
    what: names.Piece
    beside: str


class Follow(NamedTuple):
    """A line of some forum's minutes that waits."""

    forum: names.Piece
    line: Line


class ForumsPage(NamedTuple):
    """Everything on the page."""

    working: list[ForumRow]
    """Activated ones first."""
    standing: list[ForumRow]
    closed: list[ForumRow]
    dates: list[Date]
    more_dates: int
    follow: list[Follow]
    more_follow: int
    events: list[MatterRow]
    issues: list[MatterRow]
    may_convene: bool
    levels: list[Choice]
    things: list[Choice]
    """What an attachment can point to."""
    abouts: list[Choice]
    """What a forum may be called about: planned events and issues that are open."""
    kinds: list[Choice]
    acts_matter: bool
    """May the viewer's actor share, mark, offer, attach, answer?"""


def forums_page(scene: Scene) -> ForumsPage:
    """The list of forums, the calendar, what is followed up."""
    seen = seen_by(scene.sight)
    rows = [_row(scene, seen, key, forum) for key, forum in sorted(seen[EntityKind.FORUM].items())]
    rows.sort(key=lambda row: row.head.meets.at if row.head.meets else "9")
    matters = all_matters(scene, seen)
    dates, follow = _dates(scene, seen, matters), _follow(scene, seen)
    viewer, roles = scene.sight.viewer, scene.region.reference["roles"]
    return ForumsPage(
        [row for row in rows if row.head.state_code == "active"],
        [row for row in rows if row.head.state_code in {"standing", "stepped_down"}],
        [row for row in rows if row.head.state_code == "closed"],
        dates[:DATES],
        max(0, len(dates) - DATES),
        follow[:FOLLOWED],
        max(0, len(follow) - FOLLOWED),
        [row for row in matters if row.kind == Kind.PLANNED_EVENT],
        [row for row in matters if row.kind == Kind.ISSUE],
        viewer.may_command("convene", roles),
        [Choice(level, scene.words(f"level.{level}")) for level in LEVELS],
        things(scene, seen) if matters else [],
        [Choice(row.key, row.what.text) for row in matters],
        names.choices(scene)[0],
        of_matter(scene),
    )


def _row(scene: Scene, seen: Picture, key: str, forum: Json) -> ForumRow:
    meeting = seen[EntityKind.MEETING].get(forum.get("meeting", ""))
    mine = [e["state"] for e in seen[EntityKind.ENTRY].values() if e["forum"] == key and e["state"] in OPEN_ENTRIES]
    return ForumRow(head_of(scene, key, forum, meeting), names.forum_path(key), len(mine), mine.count("overdue"))


def _dates(scene: Scene, seen: Picture, matters: list[MatterRow]) -> list[Date]:
    """Meetings and planned events that have not passed, in the order of time."""
    found = []
    for key, forum in seen[EntityKind.FORUM].items():
        piece = names.Piece(names.forum(scene, key, forum), names.forum_path(key))
        for n, planned in enumerate(forum["planned"] if forum["state"] != "closed" else ()):
            beside = scene.words("forums_page.meeting", n=forum["meetings"] + 1 + n, form=planned["form"])
            found.append(_date(scene, planned["at"], "meeting", piece, beside))
    for row in matters:
        if row.kind == Kind.PLANNED_EVENT and row.at and not row.closed:
            beside = scene.words("forums_page.touches", who=row.direct) if row.direct else row.owner
            found.append(_date(scene, row.at, "event", row.what, beside))
    return sorted(found)


def _date(scene: Scene, at: str, kind: str, what: names.Piece, beside: str) -> Date:
    ms = parse(at)
    return Date(at, scene.words.date(ms, scene.now), scene.words.clock(ms), kind, what, beside)


def _follow(scene: Scene, seen: Picture) -> list[Follow]:
    """What waits for somebody in any forum, late ones first."""
    waits = [(k, e) for k, e in seen[EntityKind.ENTRY].items() if e["state"] in OPEN_ENTRIES]
    found = []
    for key, entry in urgent_first(waits):
        forum = seen[EntityKind.FORUM].get(entry["forum"])
        named = names.Piece(names.forum(scene, entry["forum"], forum), names.forum_path(entry["forum"]))
        where = named if forum is not None else names.Piece(scene.words("forums_page.no_forum"))
        found.append(Follow(where, line(scene, key, entry, entry["forum"])))
    return found
