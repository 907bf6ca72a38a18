"""Who sits in a forum and what each has last reported, or `ej rapporterat`: directly affected first, nobody left out.

Pure. In: a scene, the forum's members, when it last met. Out: a row for each. Next: dashboards/sheet/content.py
"""

from collections.abc import Mapping

from dashboards.sheet.rows import cut
from dashboards.telling.going import is_open
from dashboards.telling.happenings import headline
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.ids import actor_of
from schemas.sectors import ItemState
from schemas.times import parse
from streams.core.forum_agenda import seats
from streams.words import alphabetical

_HOWS = ("direct", "indirect", "called_in")


def people(scene: Scene, forum: Json, since: str) -> list[Json]:
    """Every member with its last report."""
    last = _last_reports(scene)
    actors = scene.region.reference["actors"]
    found = sorted(seats(forum), key=lambda seat: (_HOWS.index(seat[1]["how"]), *_place(scene, seat[0], actors)))
    return [
        {
            "actor": actor,
            "name": _place(scene, actor, actors)[2],
            "how": row["how"],
            "how_words": scene.words(f"sheet_how.{row['how']}"),
            **_said(scene, last.get(actor), since),
        }
        for actor, row in found
    ]


def _place(scene: Scene, actor: str, actors: Mapping[str, Json]) -> tuple[bool, tuple[int, ...], str]:
    """Organisations before municipalities, each by the alphabet; a municipality by its bare name."""
    about = actors.get(actor, {})
    is_town = about.get("kind") == "municipality" and len(about.get("areas", ())) == 1
    name = scene.region.towns.get(about["areas"][0], actor) if is_town else scene.region.owner(actor)
    return is_town, alphabetical(name), name


def _last_reports(scene: Scene) -> dict[str, str]:
    """Actor -> key of its newest report; one that still stands goes before one that is closed."""
    newest: dict[str, tuple[bool, str, str]] = {}
    for key, item in scene.sight.picture.get(EntityKind.ITEM, {}).items():
        actor = actor_of(item["source"])
        if actor is not None:
            mine = (is_open(item), item["sent"], key)
            newest[actor] = max(newest.get(actor, mine), mine)
    return {actor: found[2] for actor, found in newest.items()}


def _said(scene: Scene, key: str | None, since: str) -> Json:
    """State, time and words of a report: `new` since the last meeting, `same`, `outdated`, `gone`, `not_reported`."""
    words = scene.words
    if key is None:
        return {"state": "not_reported", "said": words("sheet.not_reported")}
    item = scene.item(key)
    if item is None:
        return {"state": "limited", "said": words("cell.limited")}
    told: Json = {"at": item["sent"], "when": scene.clock(item["sent"]), "kind": item["kind"]}
    if not is_open(item):
        state = words(f"item_state.{item['state']}")
        return told | {"state": "gone", "said": words("sheet.reported_before", when=told["when"], state=state)}
    said = cut(headline(scene, item), 90)
    if item["state"] == ItemState.OUTDATED:
        return told | {"state": "outdated", "said": f"{words('item_state.outdated')}: {said}"}
    is_new = not since or parse(item["known_at"]) > parse(since)
    return told | {"state": "new" if is_new else "same", "said": said}
