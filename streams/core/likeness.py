"""The same text under a new id and with no reference: a probable duplicate, shown as such and never counted.

In: `like` of an item, keys that intake makes of the words (equal words, equal keys; a sketch for words in common). Out:
`duplicate_of` on the item, and how much two texts are alike. Only hints: nothing is merged, dropped or hidden by them;
but a duplicate is no further source.
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.sectors import OPEN_STATES
from streams.core.step import Step

KEPT = 4
"""Newest items that carry one text."""


def duplicate_of(step: Step, key: str, entity: Json) -> str | None:
    """The oldest open item that has the very same words in a shared municipality, under another id and group."""
    words = entity.get("like", {}).get("text")
    if words is None:
        return None
    found = [k for k in step.state.alike.get(words, []) if k in step.state.items]
    older = [k for k in found[: found.index(key)] if _same(step, k, entity)] if key in found else []
    if key not in found:
        step.put(step.state.alike, words, [*found, key][-KEPT:])
        older = [k for k in found if _same(step, k, entity)]
    return older[0] if older else None


def _same(step: Step, key: str, entity: Json) -> bool:
    other = step.entity(EntityKind.ITEM, key)
    if other is None or other["state"] not in OPEN_STATES:
        return False
    if other["source"] == entity["source"] and "group" in entity and other.get("group") == entity["group"]:
        return False
    return not set(other["areas"]).isdisjoint(entity["areas"])


def percent(one: str | None, other: str | None) -> int:
    """How much of their words two texts have in common, by their sketches; 0 where one has none."""
    if one is None or other is None or len(one) != len(other):
        return 0
    places = range(0, len(one), 2)
    return 100 * sum(one[i : i + 2] == other[i : i + 2] for i in places) // len(places)


def forget(step: Step, key: str, words: str) -> None:
    """A forgotten item's text is known no longer."""
    left = [k for k in step.state.alike.get(words, []) if k != key]
    step.put(step.state.alike, words, left or None)
