"""What the wall says of people and of time: forums at work, what waits for somebody, what is ahead, the joint picture.

Pure. In: a scene. Out: rows for dashboards/wall/rows.py.
"""

from typing import NamedTuple

from dashboards.telling import advice, happenings
from dashboards.telling.going import is_open
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.sectors import Kind
from schemas.times import DAY, parse

WEEK, SOON = 6 * DAY, 14 * DAY
_FORUM_STATES = ("active", "standing", "stepped_down")


class Ahead(NamedTuple):
    """Something with a time."""

    at: str
    """RFC 3339."""
    when: str
    text: str
    urgent: bool = False
    """A call that nobody has acknowledged."""


def short(scene: Scene, at: int) -> str:
    """A time as a wall has room for it: `10.02`, of another day `tis 10.02`, further off `tis 9 feb`."""
    clock, day = scene.words.clock(at), scene.words.date(at, scene.now)
    if day == scene.words.date(scene.now, scene.now):
        return clock
    return f"{day.split()[0]} {clock}" if abs(at - scene.now) < WEEK else day


def active(scene: Scene) -> list[str]:
    """Levels of the forums that are active, in words, each once."""
    forums = [f for _, f in scene.entities(EntityKind.FORUM) if f["state"] == "active"]
    return list(dict.fromkeys(scene.words(f"level.{forum['level']}").lower() for forum in forums))


def awaited(scene: Scene, most: int) -> list[Ahead]:
    """What waits for somebody: calls first, then suggestions, what will speak, reports due, the next meetings."""
    calls = [n for _, n in scene.entities(EntityKind.NOTICE) if n["state"] == "open" and n["call"]]
    called = {notice["level"] for notice in calls}
    rows = [_at(scene, n["opened_at"], "wall.call", n["level"])._replace(urgent=True) for n in calls]
    rows += [Ahead("", "", card.title) for card in advice.cards(scene) if card.open and card.level not in called]
    rows += sorted([*_held(scene, called), *_asked(scene), *meetings(scene)])
    if len(rows) > most:
        return [*rows[: most - 1], Ahead("", "", scene.words.count("more", len(rows) - most + 1))]
    return rows


def _at(scene: Scene, at: str, key: str, level: str) -> Ahead:
    what = scene.words(f"level.{level}")
    return Ahead(at, short(scene, parse(at)), scene.words(key, what=what if level == "tib" else what.lower()))


def _held(scene: Scene, called: set[str]) -> list[Ahead]:
    """Suggestions that will speak; one at a level that is called already says nothing new."""
    held = (s for _, s in scene.entities(EntityKind.SUGGESTION) if s["state"] == "holding" and "holds_until" in s)
    told = (s for s in held if s["act"] != "slow_down" and s["level"] not in called)
    return [_at(scene, s["holds_until"], "wall.perhaps", s["level"]) for s in told]


def _asked(scene: Scene) -> list[Ahead]:
    """Reports that were asked for, until they are due."""
    asked = (r for _, r in scene.entities(EntityKind.REQUEST) if r["state"] == "open")
    return [Ahead(r["by"], short(scene, parse(r["by"])), scene.words("wall.reports_due")) for r in asked]


def meetings(scene: Scene) -> list[Ahead]:
    """The next meeting of each forum."""
    found = []
    for _, forum in scene.entities(EntityKind.FORUM):
        if forum["state"] in _FORUM_STATES and forum.get("planned"):
            at = forum["planned"][0]["at"]
            found.append(Ahead(at, short(scene, parse(at)), scene.words(f"level.{forum['level']}")))
    return sorted(found)


def ahead(scene: Scene, most: int) -> list[Ahead]:
    """Planned events and meetings of the next two weeks."""
    items = scene.sight.picture.get(EntityKind.ITEM, {}).items()
    planned = [k for k, i in items if i["kind"] == Kind.PLANNED_EVENT and is_open(i) and _soon(scene, i.get("onset"))]
    shown = [item for key in planned if (item := scene.item(key)) is not None]
    events = [Ahead(i["onset"], short(scene, parse(i["onset"])), happenings.headline(scene, i)) for i in shown]
    return sorted([*meetings(scene), *events])[:most]


def _soon(scene: Scene, onset: str | None) -> bool:
    return onset is not None and scene.now < parse(onset) <= scene.now + SOON


def joint(scene: Scene, most: int) -> list[tuple[str, str, str]]:
    """The newest published picture: its name and the beginning of its summary."""
    found = [j for _, j in scene.entities(EntityKind.JOINT)]
    if not found:
        return []
    newest = max(found, key=lambda j: (j["published_at"], j["number"]))
    summary = str(newest["texts"].get("summary", ""))
    first = summary if len(summary) <= most else summary[: most - 1].rsplit(" ", 1)[0] + " …"
    return [(scene.words("wall.joint", n=newest["number"]), first, short(scene, parse(newest["published_at"])))]
