"""One report, whole: what it says, who says it, what it has to do with others, and what rests on it.

Pure. In: a scene and a key. Out: what item.html shows; what changed in it is revisions.py.
Next: dashboards/desk/revisions.py
"""

from collections.abc import Iterator
from typing import NamedTuple

from dashboards.telling.happenings import headline, sign_of
from dashboards.telling.relations import events_with, of_item
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json, load
from schemas.sectors import IMPACT_OF


class ItemPage(NamedTuple):
    """An item, whole."""

    title: str
    sign: str
    facts: list[tuple[str, str]]
    texts: list[tuple[str, str]]
    lines: list[tuple[int, str, str]]
    """(impact, sector, where) of an actor's report."""
    url: str
    others: list[tuple[str, str]]
    """(key, headline) of the other items of its event."""
    key: str
    event: str
    """Key of its event; empty when it is in none."""
    cells: list[tuple[str, str, str]]
    """(municipality, sector, in words) of the cells that rest on it."""
    advice: list[tuple[str, str]]
    """(id, in words) of the suggestions that rest on it."""


def item_page(scene: Scene, key: str) -> ItemPage | None:
    """Everything the viewer may see of an item; None when there is none."""
    item = scene.item(key)
    if item is None:
        return None
    others, of = [], ""
    for name, event in events_with(scene, key).items():
        others, of = [(k, headline(scene, i)) for k in event["items"] if k != key and (i := scene.item(k))], name
    lines = [
        (
            IMPACT_OF[line["now"]],
            scene.region.sectors[line["sector"]].name,
            scene.words.places(line["areas"], scene.region.towns),
        )
        for line in item.get("impacts") or []
    ]
    url = item.get("url", "")
    return ItemPage(
        headline(scene, item),
        sign_of(scene, key, item),
        [*_facts(scene, item), *of_item(scene, key, item)],
        list(_texts(scene, item)),
        lines,
        url if url.startswith(("https://", "http://")) else "",
        others,
        key,
        of,
        list(cells_on(scene, {key})),
        list(_advice(scene, key)),
    )


def cells_on(scene: Scene, items: set[str]) -> Iterator[tuple[str, str, str]]:
    """(municipality, sector, in words) of the cells that rest on one of these reports."""
    for (area, sector), cell in scene.cells.items():
        if any(reason["item"] in items for reason in cell.get("reasons", ())):
            yield area, sector, f"{scene.region.towns[area]}, {scene.region.sectors[sector].name.lower()}"


def _advice(scene: Scene, key: str) -> Iterator[tuple[str, str]]:
    for name, suggestion in scene.entities(EntityKind.SUGGESTION):
        if any(key in reason["items"] for reason in suggestion["reasons"]):
            state = scene.words(f"suggestion_state.{suggestion['state']}")
            yield name, f"{scene.words.advice(suggestion['act'], suggestion['level'])} ({state})"


def described(scene: Scene, item: Json) -> dict[str, str]:
    """Everything an item says, each thing under what it is called: two revisions are compared by it."""
    found: dict[str, str] = {}
    lines = (
        (scene.region.sectors[line["sector"]].name, f"{scene.words.impact_short(IMPACT_OF[line['now']])} {where}")
        for line in item.get("impacts") or []
        for where in (scene.words.places(line["areas"], scene.region.towns),)
    )
    named = (scene.words("field.headline"), headline(scene, item))
    for label, text in [named, *_facts(scene, item), *_texts(scene, item), *lines]:
        found[label] = f"{found[label]}; {text}" if label in found else text
    return found


def _facts(scene: Scene, item: Json) -> Iterator[tuple[str, str]]:
    words = scene.words
    yield words("fact.kind"), words(f"kind.{item['kind']}")
    yield words("fact.source"), words.source(item["source"], scene.region.actors, scene.region.feeds)
    yield words("fact.state"), words(f"item_state.{item['state']}")
    yield words("fact.severity"), words(f"severity.{item['severity']}")
    native = "; ".join(f"{name} {value}" for name, value in sorted(item["native"].items()) if value)
    if native:
        yield words("fact.native"), native
    for count in item.get("counts", ()):
        yield words("fact.count"), _counted(scene, count)
    if item["origin"] == "relayed":
        yield words("fact.origin"), words("happening.relayed")
    if item["areas"]:
        yield words("fact.where"), ", ".join(_where(scene, code, how) for code, how in sorted(item["areas"].items()))
    if item.get("outside"):
        yield words("fact.outside"), ", ".join(item["outside"])
    for name in ("onset", "ends", "sent", "known_at", "next_report"):
        if name in item:
            yield words(f"fact.{name}"), scene.clock(item[name])
    if "revision" in item:
        yield words("fact.revision"), str(item["revision"])
    yield words("fact.label"), words(f"label.{item['label']}")


def _counted(scene: Scene, count: Json) -> str:
    """A number as its owner told it: a range stays one, and its scope stands beside."""
    words, kind = scene.words, f"number.{count['kind']}"
    number = str(count["low"]) if count["low"] == count["high"] else f"{count['low']}–{count['high']}"
    what = words(kind) if words.known(kind) else count["kind"]
    scope = count.get("scope") or ", ".join(scene.region.towns.get(c, c) for c in count.get("areas", ()))
    told = words("fact.counted", number=number, what=what, owner=count["owner"])
    return f"{told} ({scope})" if scope else told


def _where(scene: Scene, code: str, how: Json) -> str:
    name = scene.region.towns.get(code, code)
    if how.get("how") == "guess":
        return scene.words("fact.guess", name=name)
    if how.get("how") == "near" and not how.get("metres"):
        return scene.words("fact.touch", name=name)
    if how.get("how") == "near":
        return scene.words("fact.near", name=name, metres=how.get("metres", "?"))
    return f"{name} {how['percent']} %" if how.get("percent") and how["percent"] < 100 else name


def _texts(scene: Scene, item: Json) -> Iterator[tuple[str, str]]:
    words = scene.words
    for field, text in item.get("texts", {}).items():
        if field == "more":
            yield from _more(scene, text)
        elif field != "headline":
            yield _field(scene, field), text
    for told in ("erased", "withheld", "pending"):
        for field in item.get(told, ()):
            yield _field(scene, field), words(f"text.{told}")


def _field(scene: Scene, field: str) -> str:
    plain = field.removesuffix("_en")
    key = f"field.{plain}"
    name = scene.words(key) if scene.words.known(key) else plain
    return scene.words("detail.in_english", name=name) if field.endswith("_en") else name


def _more(scene: Scene, text: str) -> Iterator[tuple[str, str]]:
    """Fields without a place of their own, kept and shown as they came."""
    try:
        fields = load(text.encode())
    except ValueError:
        fields = {"more": text}
    for name, value in fields.items():
        shown = ", ".join(f"{k}: {v}" for k, v in value.items()) if isinstance(value, dict) else str(value)
        yield _field(scene, name), shown
