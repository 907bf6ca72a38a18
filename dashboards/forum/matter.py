"""Matters: issues and planned events, who shares them, whom they touch, who can lend what, the way they have gone.

Pure. In: a scene and what its viewer may see. Out: rows with owner and state. Next: dashboards/forum/page.py
"""

from collections.abc import Iterable
from typing import NamedTuple

from dashboards.forum import names
from dashboards.forum.line import HIDDEN
from dashboards.forum.names import Choice, Piece
from dashboards.telling.going import is_open
from dashboards.telling.happenings import happenings
from dashboards.telling.scene import Scene
from schemas.change import EntityKind, Picture
from schemas.codec import Json
from schemas.ids import actor_of
from schemas.sectors import Kind

KINDS = (Kind.ISSUE, Kind.PLANNED_EVENT)
POINTED = 10
"""Lines of the minutes that an attachment can point to."""
PASSED = 4
"""Stations of its way that a row names, the newest."""


class MatterRow(NamedTuple):
    """An issue, a planned event, or another thing that actors have done something about."""

    key: str
    kind: str
    """`issue`, `planned_event`, or `other`."""
    what: Piece
    owner: str
    when: str
    """Of a planned event: when it is; of an issue: since when."""
    at: str
    """The same as `Z` text."""
    state: str
    closed: bool
    forum: Piece | None
    """Forum that has it now."""
    sharers: str
    sharers_n: int
    direct: str
    indirect: str
    offers: list[str]
    attachments: list[Piece]
    answers: list[tuple[str, str]]
    passed: list[str]
    mine: bool
    """The viewer's own matter: its author needs not share it."""
    shares: bool
    """The viewer's actor shares it already."""
    how: str
    """How the viewer's actor has marked itself: direct, indirect, no_longer, or nothing."""


def all_matters(scene: Scene, seen: Picture, kinds: Iterable[str] = KINDS) -> list[MatterRow]:
    """Every open issue and planned event, with what was done about it: planned events by their time, then issues."""
    items = scene.sight.picture.get(EntityKind.ITEM, {})
    keys = sorted(k for k, item in items.items() if item["kind"] in kinds and is_open(item))
    rows = [_row(scene, seen, key, item) for key in keys if (item := scene.item(key)) is not None]
    return sorted(rows, key=lambda row: (row.closed, row.kind != Kind.PLANNED_EVENT, row.at, row.key))


def of_forum(scene: Scene, seen: Picture, key: str, forum: Json) -> list[MatterRow]:
    """Those that no other forum has and that are not over; and the one that the forum is about."""
    mine = {row.key: row for row in all_matters(scene, seen) if not row.closed and _has(seen, row.key, key)}
    about = forum.get("about")
    if about is not None and about not in mine and about in seen[EntityKind.MATTER]:
        item = scene.item(about)
        mine[about] = _row(scene, seen, about, item)
    return list(mine.values())


def things(scene: Scene, seen: Picture) -> list[Choice]:
    """What an attachment can point to: what is happening, and the newest lines of the minutes in sight."""
    going = [Choice(row.key, row.title) for row in happenings(scene).rows]
    entries = list(seen[EntityKind.ENTRY].items())[-POINTED:]
    return going + [Choice(key, names.thing(scene, key).text) for key, _ in reversed(entries)]


def _has(seen: Picture, matter: str, forum: str) -> bool:
    return bool(seen[EntityKind.MATTER].get(matter, {}).get("at_forum", forum) == forum)


def _row(scene: Scene, seen: Picture, key: str, item: Json | None) -> MatterRow:
    empty: Json = {name: {} for name in ("sharers", "affected", "offers", "attachments", "answers")}
    matter: Json = {**empty, "trail": [], "state": "open", **seen[EntityKind.MATTER].get(key, {})}
    author = (actor_of(item["source"]) or "") if item is not None else ""
    kind = item["kind"] if item is not None and item["kind"] in KINDS else "other"
    at = (
        "" if item is None else str(item.get("onset", item["sent"]) if kind == Kind.PLANNED_EVENT else item["known_at"])
    )
    touched = {how: [a for a, row in matter["affected"].items() if row["how"] == how] for how in ("direct", "indirect")}
    viewer = scene.sight.viewer.actor or ""
    return MatterRow(
        key,
        kind,
        names.thing(scene, key),
        names.actor(scene, author) if author else "",
        scene.clock(at) if at else "",
        at,
        _state(scene, matter),
        matter["state"] == "closed",
        names.thing(scene, matter["at_forum"]) if "at_forum" in matter else None,
        names.few(scene, matter["sharers"]),
        len(matter["sharers"]),
        names.few(scene, touched["direct"]),
        names.few(scene, touched["indirect"]),
        [_offer(scene, row) for _, row in sorted(matter["offers"].items())],
        [_attached(scene, row) for _, row in sorted(matter["attachments"].items())],
        [(names.actor(scene, a), _words(scene, row)) for a, row in sorted(matter["answers"].items())],
        [_station(scene, row) for row in matter["trail"][-PASSED:]],
        author == viewer,
        viewer in matter["sharers"],
        matter["affected"].get(viewer, {}).get("how", ""),
    )


def _state(scene: Scene, matter: Json) -> str:
    """How far it has come: its last station, else only raised."""
    last = matter["trail"][-1]["what"] if matter["trail"] else "raised"
    return scene.words(f"matter_state.{last}")


def _offer(scene: Scene, row: Json) -> str:
    until = f" {scene.words('happening.until', time=scene.clock(row['until']))}" if "until" in row else ""
    told = scene.words("forum_agenda.offer", who=names.actor(scene, row["actor"]), n=row["number"], kind=row["kind"])
    return told + until


def _attached(scene: Scene, row: Json) -> Piece:
    """What to read; only an address of the web, or a thing of the picture, leads anywhere."""
    title, url = _words(scene, row, "title"), str(row["texts"].get("url", ""))
    href = url if url.startswith(("https://", "http://")) else ""
    other = names.thing(scene, row["item"]).href if "item" in row else ""
    return Piece(f"{title} ({names.actor(scene, row['by'])}, {scene.clock(row['at'])})", href or other)


def _station(scene: Scene, row: Json) -> str:
    where = f", {names.thing(scene, row['forum']).text}" if "forum" in row else ""
    state = scene.words(f"matter_state.{row['what']}")
    return f"{scene.clock(row['at'])} {state}{where}"


def _words(scene: Scene, row: Json, field: str = "what") -> str:
    hidden = next((scene.words(f"text.{told}") for told in HIDDEN if row.get(told)), "–")
    return str(row.get("texts", {}).get(field, hidden))
