"""Suggestions that wait for a person, and reasons that wait for their time: `väntar`, with when they will speak.

Pure. In: a scene. Out: rows; people decide, so each bears its reasons and what would make it fall away.
Next: dashboards/sheet/content.py
"""

from dashboards.sheet.rows import cut, listed
from dashboards.telling.advice import Card, cards, holding
from dashboards.telling.scene import Scene
from schemas.codec import Json

OPEN, WAITING = 5, 5


def suggested(scene: Scene) -> Json:
    """`open`: a person has to take a stand. `waiting`: will speak at a time if nothing changes."""
    raw = scene.sight.picture.get("suggestion", {})
    waits = [_row(scene, card) | _speaks(scene, raw[card.id]) for card in holding(scene)]
    return {
        "open": listed([_row(scene, card) for card in cards(scene) if card.open], OPEN),
        "waiting": listed(waits, WAITING),
    }


def _row(scene: Scene, card: Card) -> Json:
    row: Json = {
        "id": card.id,
        "title": card.title,
        "state": card.state,
        "when": card.when,
        "call": card.call,
        "rules": [reason.rule for reason in card.reasons],
        "reasons": [cut(reason.text, 220) for reason in card.reasons],
        "falls_away": cut("; ".join(card.falls_away), 220),
    }
    return row | ({"limited": scene.words("cell.limited")} if card.limited else {})


def _speaks(scene: Scene, suggestion: Json) -> Json:
    if "holds_until" not in suggestion:
        return {}
    return {"speaks_at": suggestion["holds_until"], "speaks": scene.clock(suggestion["holds_until"])}
