"""What waits for people: agreements and recommendations without every own decision, needs of direction, tasks.

Pure. In: a scene, the forum or none (then every forum's). Out: rows. Nothing here is told as decided for anybody: an
agreement shows who has said yes, no or nothing. Next: dashboards/sheet/content.py
"""

from collections.abc import Iterator

from dashboards.sheet.rows import cut, listed, named
from dashboards.telling.going import is_open
from dashboards.telling.happenings import headline
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.ids import actor_of
from schemas.sectors import Kind
from streams.core.forum_life import OPEN_ENTRIES
from streams.core.forum_view import belongs, tally, waiting

MOST = 8
NAMED = 5
DIRECTING = "inriktande"
"""Level of the forum that sets direction."""


def decisions(scene: Scene, forum: str | None) -> Json:
    """Decisions wanted: direction, requests for a forum, agreements and recommendations, oldest first."""
    rows = [*_direction(scene, forum), *_requests(scene), *_entries(scene, forum, ("agreement", "recommendation"))]
    return listed(rows, MOST)


def tasks(scene: Scene, forum: str | None) -> Json:
    """Tasks that somebody has not done, with owner and time."""
    return listed(_entries(scene, forum, ("task",)), MOST)


def _direction(scene: Scene, forum: str | None) -> Iterator[Json]:
    """A need of direction that no inriktande forum has taken up."""
    forums = list(scene.entities(EntityKind.FORUM))
    if any(told["level"] == DIRECTING and told["state"] == "active" for _, told in forums):
        return
    for key, told in forums:
        if "need_direction" in told and forum in {None, key} and told["state"] == "active":
            when = scene.clock(told["need_direction"])
            yield {"what": "direction", "text": scene.words("sheet.direction", when=when), "overdue": False}


def _requests(scene: Scene) -> Iterator[Json]:
    for key, raw in sorted(scene.sight.picture.get(EntityKind.ITEM, {}).items()):
        item = scene.item(key) if raw["kind"] == Kind.REQUEST and is_open(raw) else None
        if item is not None:
            who = scene.region.owner(actor_of(item["source"]) or item["source"])
            text = scene.words("sheet.request", who=who, what=cut(headline(scene, item)))
            yield {"what": "request", "text": text, "overdue": False}


def _entries(scene: Scene, forum: str | None, kinds: tuple[str, ...]) -> Iterator[Json]:
    mine = [
        (entry["at"], key, entry)
        for key, entry in scene.entities(EntityKind.ENTRY)
        if entry["what"] in kinds and entry["state"] in OPEN_ENTRIES and (forum is None or belongs(entry, forum))
    ]
    for _, key, entry in sorted(mine, key=lambda row: row[:2]):
        yield _entry(scene, key, entry)


def _entry(scene: Scene, key: str, entry: Json) -> Json:
    words = scene.words
    row: Json = {"key": key, "what": entry["what"], "text": cut(entry["texts"].get("what", "–"))}
    row["overdue"] = entry["state"] == "overdue"
    if row["overdue"]:
        row["state"] = words("entry_state.overdue")
    if "due" in entry:
        row["due"] = scene.clock(entry["due"])
    left = waiting(entry)
    if left:
        names = [scene.region.owner(actor) for actor in left]
        row["waits_for"] = named(names, NAMED, words.count("more", len(names) - NAMED))
    if "asks" in entry and entry["what"] == "agreement":
        counted = tally(entry)
        row["tally"] = words("sheet.tally", yes=counted.yes, no=counted.no, silent=counted.silent)
    return row
