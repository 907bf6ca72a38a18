"""What is new since a forum's last meeting, or an hour: cells that have come to the same in one row, then matters.

Pure. In: a scene whose `hour` holds what changed, the older picture. Out: rows, the gravest first among cells.
Next: dashboards/sheet/content.py
"""

from collections.abc import Iterator

from dashboards.picture.difference import What, what
from dashboards.sheet.rows import cut, listed
from dashboards.sheet.scenery import Since
from dashboards.telling.alike import Alike, alike, between
from dashboards.telling.happenings import calm_news, headline
from dashboards.telling.scene import Scene
from schemas.change import Change, EntityKind
from schemas.codec import Json
from schemas.sectors import Kind, Severity

CELLS, MATTERS = 8, 5
_ORDER = {What.WORSE: 0, What.GONE_SILENT: 1, What.NEW: 2, What.BETTER: 3}
_SEVERITIES = [s.value for s in Severity]
_SEEN_ELSEWHERE = (Kind.SITUATION,)
"""An actor's reports are seen by the cells that they set."""


def changed(scene: Scene, since: Since | None) -> Json:
    """Rows with time, what, where; `since` in words."""
    if since is None:
        return {
            "since": scene.words("sheet_since.nothing"),
            "rows": [],
            "more": 0,
            "matters": listed([], 0),
            "calm": "",
        }
    news = calm_news(scene)
    calm = scene.words("desk.hour_none", cells=scene.words.count("cells", news)) if news else ""
    matters = listed(_matters(scene, since), MATTERS)
    return {"since": _since(scene, since), **listed(_cells(scene), CELLS), "matters": matters, "calm": calm}


def _since(scene: Scene, since: Since) -> str:
    when = scene.words.when(since.at, scene.now)
    return scene.words(f"sheet_since.{since.why}", number=since.meeting, when=when)


def _cells(scene: Scene) -> Iterator[Json]:
    """Cells that have come to the same: worse first, then what fell silent, what is new, what is better."""
    for same in sorted(alike(scene), key=_rank):
        yield _row(scene, same)


def _rank(same: Alike) -> tuple[int, int, str, str, str]:
    """The worst row first among those that went the same way."""
    return _ORDER.get(same.what, len(_ORDER)), -same.impact, same.sector, same.what, same.unknown


def _row(scene: Scene, same: Alike) -> Json:
    words = scene.words
    where = words.places(same.areas, scene.region.towns, shown=3)
    text = words("sheet.shift", sector=scene.region.sectors[same.sector].short, areas=where)
    if not same.unknown:
        now = words.impact_short(same.impact)
        text += ": " + (words("sheet.shift_was", now=now, was=words.impact_short(same.was)) if same.was else now)
    return {
        "when": between(scene, same.first, same.last),
        "what": words(f"unknown.{same.unknown}" if same.unknown else f"what.{same.what}"),
        "text": text,
        "by": scene.region.owner(same.owners[0]) if len(same.owners) == 1 else "",
    }


def _matters(scene: Scene, since: Since) -> Iterator[Json]:
    """Warnings, planned events, matters and grave disruptions that came, changed or ended."""
    old = scene.sight._replace(picture=since.picture)
    found = []
    for key, raw in scene.sight.picture.get(EntityKind.ITEM, {}).items():
        was = since.picture.get(EntityKind.ITEM, {}).get(key)
        if raw["kind"] in _SEEN_ELSEWHERE or (was is not None and _same(raw, was)):
            continue
        item, before = scene.item(key), old.shown(EntityKind.ITEM, key)
        if item is not None:
            found.append((_SEVERITIES.index(item["severity"]), item["known_at"], key, item, before))
    for _, _, key, item, before in sorted(found, key=lambda row: row[:3], reverse=True):
        yield {
            "key": key,
            "when": scene.clock(item["known_at"]),
            "what": scene.words(f"what.{what(Change(EntityKind.ITEM, key, item), before)}"),
            "text": cut(headline(scene, item)),
            "by": scene.words.source(item["source"], scene.region.actors, scene.region.feeds),
        }


def _same(item: Json, was: Json) -> bool:
    return bool(item["sent"] == was["sent"] and item["state"] == was["state"])
