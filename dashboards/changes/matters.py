"""What is not a cell in `/changes`: warnings and disruptions, sources, and what people decided or were advised.

Pure. In: a scene, what was told. Out: rows; an actor's situation reports are seen by the cells they set.
Next: dashboards/changes/decided.py
"""

from collections.abc import Iterator
from urllib.parse import quote

from dashboards.changes.decided import DECIDED, Said
from dashboards.changes.rows import OF_WHAT, Filter, Group, Row, Touches
from dashboards.changes.told import Told
from dashboards.picture.difference import What
from dashboards.telling.happenings import headline, sign_of
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.ids import actor_of
from schemas.sectors import Kind


def matter_rows(scene: Scene, told: list[Told], wanted: Filter) -> Iterator[Row]:
    """Every row that is not of a cell."""
    for change in told:
        row = _row(scene, change)
        if row is not None and wanted.wants(row.touches):
            yield row


def _row(scene: Scene, told: Told) -> Row | None:
    match told.kind:
        case EntityKind.ITEM:
            return _item(scene, told)
        case EntityKind.SOURCE:
            return _source(scene, told)
        case kind if kind in DECIDED:
            said = DECIDED[EntityKind(kind)](scene, told)
            return None if said is None else _decided(scene, told, said)
        case _:
            return None


def _item(scene: Scene, told: Told) -> Row | None:
    item = told.after or told.before
    if item is None or item["kind"] == Kind.SITUATION:
        return None
    new = told.what in {What.NEW, What.LEARNED_LATE}
    group = Group.LATE if new and told.late else OF_WHAT[told.what]
    closed = told.after is not None and told.what in {What.WITHDRAWN, What.EXPIRED}
    lines = item.get("impacts") or []
    return _plain(
        scene,
        told,
        group,
        sign=sign_of(scene, told.key, item),
        word=scene.words(f"item_state.{item['state']}") if closed else scene.words(f"what.{told.what}"),
        title=headline(scene, item),
        where=scene.words.places(item["areas"], scene.region.towns, shown=3) if item["areas"] else "",
        owner=scene.words.source(item["source"], scene.region.actors, scene.region.feeds),
        href=f"/item/{quote(told.key)}" if told.after is not None else "",
        touches=Touches(
            frozenset(line["sector"] for line in lines),
            frozenset(item["areas"]) | {code for line in lines for code in line["areas"]},
            frozenset(filter(None, [actor_of(item["source"])])),
        ),
    )


def _source(scene: Scene, told: Told) -> Row | None:
    """A source that fell silent, or is heard again."""
    now, was = _state(told.after), _state(told.before)
    if now == was or (told.before is None and now == "heard"):
        return None
    actor = actor_of(told.key)
    return _plain(
        scene,
        told,
        Group.BETTER if now == "heard" else Group.SILENT,
        word=scene.words("changes.heard_again") if now == "heard" else scene.words(f"source_state.{now}"),
        title=scene.words.source(told.key, scene.region.actors, scene.region.feeds),
        href="/sources",
        touches=Touches(actors=frozenset([actor]) if actor else frozenset()),
    )


def _state(source: Json | None) -> str:
    return "off" if source is None else str(source["state"])


def _decided(scene: Scene, told: Told, said: Said) -> Row:
    return _plain(
        scene,
        told,
        Group.DECIDED,
        word=said.word,
        title=said.title,
        where=said.about,
        owner=scene.region.owner(said.by) if said.by else "",
        href=said.href,
        touches=Touches(actors=frozenset([*said.actors, *([said.by] if said.by else [])])),
    )


def _plain(
    scene: Scene,
    told: Told,
    group: Group,
    *,
    word: str,
    title: str,
    touches: Touches,
    where: str = "",
    owner: str = "",
    href: str = "",
    sign: str = "",
) -> Row:
    """A row of one thing."""
    when = scene.words.when(told.known, scene.now)
    happened = "" if told.happened is None else scene.words.when(told.happened, scene.now)
    late = told.late and told.kind == EntityKind.ITEM
    key = f"{told.kind}/{told.key}"
    return Row(key, group, told.known, when, happened, None, None, sign, word, title, where, owner, href, late, touches)
