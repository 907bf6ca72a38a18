"""How a report hangs together with others, in words: its event, why, what contradicts it, ends promised and moved.

Pure. In: a scene, an item or a cell. Out: rows for item.html and cell.html. Nothing here is a verdict: each row names
who says what, and the question to ask.
"""

from collections.abc import Iterator

from dashboards.telling.happenings import headline
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json


def of_item(scene: Scene, key: str, item: Json) -> Iterator[tuple[str, str]]:
    """(label, text) of what an item has to do with others."""
    words = scene.words
    if "promises" in item:
        ends = " → ".join(scene.clock(p["end"]) for p in item["promises"])
        yield words("relation.promises"), words("relation.moved", ends=ends, n=item.get("moved_later", 0))
    elif "promised" in item:
        yield words("relation.promised"), scene.clock(item["promised"])
    if "duplicate_of" in item:
        yield words("relation.duplicate"), named(scene, item["duplicate_of"])
    for near in item.get("near", ()):
        why = reasons_text(scene, near["reasons"])
        told = words("relation.points", what=named(scene, near["to"]), why=why, n=near["score"])
        yield words("relation.near"), told + (words("relation.alike", n=near["alike"]) if "alike" in near else "")
    for event in events_with(scene, key).values():
        yield from _in_event(scene, key, event)


def events_with(scene: Scene, key: str) -> dict[str, Json]:
    """Events that a report is in, by key, as the viewer may see them; the newest name last."""
    raw = scene.sight.picture.get(EntityKind.EVENT, {})
    shown = {name: scene.sight.of(EntityKind.EVENT, raw[name]) for name in sorted(raw) if key in raw[name]["items"]}
    return {name: event for name, event in shown.items() if event is not None}


def _in_event(scene: Scene, key: str, event: Json) -> Iterator[tuple[str, str]]:
    words = scene.words
    link = next(link for link in event["links"] if link["item"] == key)
    yield words("relation.linked"), why_linked(scene, link)
    if "sources" in event:
        yield words("relation.sources"), words("relation.independent", n=event["sources"])
    for way in ("follows", "followed_by"):
        if way in event:
            yield words(f"relation.{way}"), named(scene, event[way])
    for quarrel in event.get("contradictions", ()):
        told = "; ".join(claim_text(scene, claim) for claim in quarrel["claims"])
        yield words("relation.contradiction"), words(f"question.{quarrel['question']}", claims=told)


def why_linked(scene: Scene, link: Json) -> str:
    """Why a report is in its event: its source says so, points with what they are for, or a person and why."""
    words = scene.words
    if link["reason"] == "person":
        by = scene.region.owner(link["by"])
        return words("relation.person", by=by, why=link.get("texts", {}).get("reason", ""))
    if link["reason"] == "score":
        return words("relation.scored", why=reasons_text(scene, link["reasons"]), n=link["score"])
    return words(f"relation.{link['reason']}")


def reasons_text(scene: Scene, reasons: list[str]) -> str:
    """What points are given for."""
    return ", ".join(scene.words(f"link_reason.{reason}") for reason in reasons)


def claim_text(scene: Scene, claim: Json) -> str:
    """Who says what, and when where that is told."""
    owner = scene.region.owner(claim["owner"])
    if "impact" in claim:
        return f"{owner}: {scene.words.impact(claim['impact']).lower()} ({scene.clock(claim['reported_at'])})"
    if "ends" in claim:
        return f"{owner}: {scene.clock(claim['ends'])}"
    low, high = claim["low"], claim["high"]
    return f"{owner}: {low}" if low == high else f"{owner}: {low}–{high}"


def named(scene: Scene, key: str) -> str:
    """An item by its headline, an event by that of its lead; the key where neither is in sight."""
    event = scene.sight.shown(EntityKind.EVENT, key)
    item = scene.item(event["lead"] if event is not None else key)
    return headline(scene, item) if item is not None else key


def of_cell(scene: Scene, area: str, sector: str) -> list[str]:
    """What stands beside a cell: its contradiction with the question to ask, an assessment, objections."""
    words, cell, key = scene.words, scene.cells[area, sector], f"{area}/{sector}"
    rows = []
    if cell.get("claims"):
        told = "; ".join(claim_text(scene, claim) for claim in cell["claims"])
        rows.append(words(f"question.{cell['question']}", claims=told))
    for name, by in scene.entities(EntityKind.ASSESSMENT):
        if name == key:
            rows.append(_assessed(scene, by))
    for _, by in scene.entities(EntityKind.OBJECTION):
        if by["cell"] == key:
            who, why = scene.region.owner(by["actor"]), by["texts"].get("reason", "")
            rows.append(words("relation.objects", by=who, time=scene.clock(by["at"]), why=why))
    return rows


def _assessed(scene: Scene, by: Json) -> str:
    words, text = scene.words, by["texts"].get("text", by["texts"].get("reason", ""))
    fields = {"by": scene.region.owner(by["by"]), "impact": words.impact(by["impact"]), "text": text}
    return words("relation.assessed", time=scene.clock(by["at"]), **fields)
