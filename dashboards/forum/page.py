"""The page a chair opens a meeting with: who, when, what is new, what is agreed and by whom, what waits, what was said.

Pure. In: a scene and a forum's key. Out: `ForumPage`, which forum_parts.html draws part by part.
Next: dashboards/forum/draw.py
"""

from typing import NamedTuple

from dashboards.api.forums import seen_by
from dashboards.forum import acts, names
from dashboards.forum.agenda import Point, points
from dashboards.forum.line import Line, lines, urgent_first
from dashboards.forum.matter import MatterRow, of_forum, things
from dashboards.forum.names import Choice, Piece
from dashboards.forum.news import News, news
from dashboards.forum.people import Group, groups
from dashboards.telling.scene import Scene
from schemas.change import EntityKind, Picture
from schemas.codec import Json
from schemas.times import parse
from streams.core.forum_agenda import agenda
from streams.core.forum_life import OPEN_ENTRIES
from streams.core.forum_view import belongs

SAID = 40
"""Lines of the minutes that the page shows; older ones stand at their meeting."""
TALKED = ("agreement", "task", "question", "recommendation", "message", "assessment")
"""Kinds that have a place of their own on the page."""


class Planned(NamedTuple):
    """A meeting ahead."""

    at: str
    when: str
    form: str
    number: int


class Head(NamedTuple):
    """What a forum is, and when it meets."""

    key: str
    path: str
    name: str
    level: str
    mode: str
    state: str
    state_code: str
    since: str
    chair: str
    chair_since: str
    leads: bool
    """The viewer chairs it."""
    meets: Planned | None
    in_time: str
    """How long until it meets, in words."""
    open: Planned | None
    """The meeting that is open."""
    planned: list[Planned]
    every_days: int
    reporting_min: int
    direction: str
    """When direction was asked for, in words."""
    about: Piece | None
    reason: str
    limited: bool
    sheet: str


class Held(NamedTuple):
    """A meeting that has begun."""

    number: int
    when: str
    form: str
    chair: str
    present: int
    absent: str
    """Who was missing at the roll call, in words."""
    version: int
    carried: int
    is_open: bool


class ForumPage(NamedTuple):
    """Everything on the page."""

    head: Head
    news: News | None
    agenda: list[Point]
    groups: list[Group]
    members: int
    seats: str
    """Ids of the members with blanks between, for a form that asks all of them."""
    missing: str
    """Members without a registered address, in words."""
    called: str
    """Present of all at the roll call, in words; empty before it."""
    open: dict[str, list[Line]]
    """Kind -> lines that wait, the most urgent first."""
    settled: dict[str, list[Line]]
    """Kind -> lines that wait no more, the newest first."""
    minutes: list[Line]
    """Newest first."""
    more: int
    matters: list[MatterRow]
    held: list[Held]
    acts: frozenset[str]
    acts_matter: bool
    """May the viewer's actor share, mark, offer, attach, answer?"""
    roll: str
    """Why there can be no roll call now, in words; empty when there can, or when the viewer may not."""
    yours: list[Line]
    """What the viewer's own actor has not answered or done."""
    things: list[Choice]
    """What an attachment can point to."""
    abouts: list[Choice]
    """What an agreement, a task or a recommendation can be about: matters, and what was recommended here."""
    every: list[Choice]
    """Every actor."""
    kinds: list[Choice]
    """Groups of actors."""
    others: list[Choice]
    """Forums that a recommendation or what is open can go to."""


def forum_page(scene: Scene, key: str) -> ForumPage | None:
    """The page of one forum; None when there is none."""
    forum = scene.sight.shown(EntityKind.FORUM, key)
    if forum is None:
        return None
    seen = seen_by(scene.sight)
    meeting = seen[EntityKind.MEETING].get(forum.get("meeting", ""))
    since, met = _last_met(forum, meeting)
    mine = sorted(((k, e) for k, e in seen[EntityKind.ENTRY].items() if belongs(e, key)), key=lambda row: row[1]["at"])
    inside = "members" in forum
    grouped = groups(scene, forum, meeting, since, seen) if inside else []
    seats = [member for group in grouped if group.how not in {"proposed", "no_longer"} for member in group.members]
    choices = names.choices(scene)
    able = acts.of_forum(scene, forum, meeting) if inside else frozenset()
    said = list(reversed(mine))
    waits, matters = _of_kinds(scene, key, urgent_first(mine), waits=True), []
    if inside:
        matters = of_forum(scene, seen, key, forum)
    return ForumPage(
        head_of(scene, key, forum, meeting),
        news(scene, since, "forum_page.since_met" if met else "forum_page.since_called") if inside else None,
        points(scene, agenda(seen, key, scene.going.agenda)) if inside and forum["state"] != "closed" else [],
        grouped,
        len(seats),
        " ".join(member.actor for member in seats),
        names.few(scene, [member.actor for member in seats if member.unreachable]),
        _called(scene, meeting, len(seats)),
        waits,
        _of_kinds(scene, key, said, waits=False),
        lines(scene, said[:SAID], key),
        max(0, len(said) - SAID),
        matters,
        held(scene, seen, key),
        able,
        acts.of_matter(scene),
        _no_roll(scene, forum, able),
        [line for lines in waits.values() for line in lines if line.yours],
        things(scene, seen) if matters else [],
        _abouts(matters, waits["recommendation"]),
        choices[1],
        choices[0],
        _others(scene, seen, key),
    )


def _last_met(forum: Json, meeting: Json | None) -> tuple[str, bool]:
    """From when what became known is new to the forum, and whether it met then: before the first, its call."""
    last = None if meeting is None else meeting.get("previous_at") if meeting["state"] == "open" else meeting["at"]
    return (str(forum["since"]), False) if last is None else (str(last), True)


def _called(scene: Scene, meeting: Json | None, seats: int) -> str:
    if meeting is None or meeting["state"] != "open" or not (meeting["present"] or meeting["absent"]):
        return ""
    return scene.words("forum_page.called", n=len(meeting["present"]), all=seats)


def _no_roll(scene: Scene, forum: Json, able: frozenset[str]) -> str:
    if "roll_call" in able or "set_next_meeting" not in able:
        return ""
    if not forum["planned"]:
        return scene.words("forum_page.no_roll_unplanned")
    return scene.words("forum_page.no_roll_early", n=acts.early_minutes())


def _of_kinds(scene: Scene, key: str, entries: list[tuple[str, Json]], *, waits: bool) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {kind: [] for kind in TALKED}
    told = [row for row in entries if row[1]["what"] in found and (row[1]["state"] in OPEN_ENTRIES) == waits]
    for line in lines(scene, told, key):
        found[line.what].append(line)
    return found


def head_of(scene: Scene, key: str, forum: Json, meeting: Json | None) -> Head:
    """What stands on top of a forum's page, and in the list of forums."""
    words = scene.words
    is_open = meeting is not None and meeting["state"] == "open"
    first = int(forum["meetings"]) + 1
    ahead = [Planned(p["at"], scene.clock(p["at"]), p["form"], first + n) for n, p in enumerate(forum["planned"])]
    going = None
    if is_open and meeting is not None:
        going = Planned(meeting["at"], scene.clock(meeting["at"]), meeting["form"], meeting["number"])
    return Head(
        key,
        names.forum_path(key),
        names.forum(scene, key, forum),
        words(f"level.{forum['level']}"),
        words(f"forum_mode.{forum['mode']}"),
        words(f"forum_state.{forum['state']}"),
        forum["state"],
        scene.clock(forum["since"]),
        names.actor(scene, forum["chair"]) if "chair" in forum else "",
        scene.clock(forum["chair_since"]) if "chair" in forum else "",
        acts.leads(scene, forum),
        ahead[0] if ahead else None,
        words.ago(parse(ahead[0].at), scene.now) if ahead else "",
        going,
        ahead,
        forum.get("every_days", 0),
        forum.get("reporting_min", 0),
        scene.clock(forum["need_direction"]) if "need_direction" in forum else "",
        names.thing(scene, forum["about"]) if "about" in forum else None,
        str(forum.get("texts", {}).get("reason", "")),
        "members" not in forum,
        f"/sheet?meeting={names.quoted(key)}/{going.number}" if going else f"/sheet?forum={names.quoted(key)}",
    )


def held(scene: Scene, seen: Picture, key: str) -> list[Held]:
    """Meetings that have begun, the newest first."""
    mine = [m for m in seen[EntityKind.MEETING].values() if m["forum"] == key]
    return [_held(scene, m) for m in sorted(mine, key=lambda m: -int(m["number"]))]


def _held(scene: Scene, meeting: Json) -> Held:
    return Held(
        meeting["number"],
        scene.clock(meeting["at"]),
        meeting["form"],
        names.actor(scene, meeting["chair"]),
        len(meeting["present"]),
        names.few(scene, meeting["absent"]),
        meeting["sealed"]["version"],
        len(meeting["carried"]) + meeting.get("more", 0),
        meeting["state"] == "open",
    )


def _abouts(matters: list[MatterRow], recommended: list[Line]) -> list[Choice]:
    return [Choice(row.id, row.text) for row in recommended] + [Choice(row.key, row.what.text) for row in matters]


def _others(scene: Scene, seen: Picture, key: str) -> list[Choice]:
    rows = [(k, f) for k, f in sorted(seen[EntityKind.FORUM].items()) if k != key and f["state"] != "closed"]
    return [Choice(k, names.forum(scene, k, f)) for k, f in rows]
