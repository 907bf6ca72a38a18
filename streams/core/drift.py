"""Prognosis drift: each revision of a promised end is kept, and an end that keeps moving is a signal.

In: the item as it was and as it is now. Out: `promises` on the item (the last eight), and the signal `drift`: open
matters whose end was moved later twice, or once by six hours or half the first length, whichever is more.
An end that comes nearer is kept too, but is no drift.
Next: streams/core/measure_items.py
"""

from itertools import pairwise

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.sectors import IMPACT_OF, OPEN_STATES, Impact, Kind, Severity
from schemas.times import MINUTE, parse
from streams.core.measured import seldom
from streams.core.places import about, only_beside
from streams.core.step import Step

KEPT = 8
"""Promised ends kept on an item, the first among them."""
MOST = 200
"""Drifting matters kept at a time; no county has so many, and what rules read of them stays short."""
DRIFT, _AREAS = "drift", "driftareas"
_DRIFTS = frozenset({Kind.DISRUPTION, Kind.SITUATION})


def promises(known: Json | None, new: Json) -> Json:
    """What the item says of its promised ends: nothing until one has changed."""
    now = new.get("promised", new.get("ends"))
    if known is None:
        return {}
    told = known.get("promises")
    if told is None:
        first = known.get("promised", known.get("ends"))
        told = [] if first is None else [{"end": first, "sent": known["sent"]}]
    if now is None or not told or told[-1]["end"] == now:
        return {n: known[n] for n in ("promises", "moved_later") if n in known}
    moved = known.get("moved_later", 0) + (parse(now) > parse(told[-1]["end"]))
    kept = [*told, {"end": now, "sent": new["sent"]}]
    found: Json = {"promises": kept if len(kept) <= KEPT else [kept[0], *kept[1 - KEPT :]]}
    return found | ({"moved_later": moved} if moved else {})


def update(step: Step) -> None:
    """Bring the signal up to date with the items of this step. Rules read `members["drift"]`: item -> its ends."""
    changed = False
    for key in sorted(step.items):
        entity = step.entity(EntityKind.ITEM, key)
        brings = None if entity is None or "moved_later" not in entity else _brings(step, entity)
        known = step.state.members.get(DRIFT, {})
        was = known.get(key)
        if was != brings and (was is not None or len(known) < MOST):
            changed = True
            _enter(step, DRIFT, key, brings)
            _count(step, was, -1)
            _count(step, brings, +1)
    if changed:
        seldom(step, DRIFT)
        _publish(step)


def _enter(step: Step, name: str, key: str, value: Json | None) -> None:
    if name not in step.state.members:
        step.put(step.state.members, name, {})
    step.put(step.state.members[name], key, value)
    if not step.state.members[name]:
        step.put(step.state.members, name, None)


def _count(step: Step, brings: Json | None, more: int) -> None:
    """How many drift in each municipality, so that the signal costs the same however many there are."""
    for area in brings["areas"] if brings is not None else ():
        left = step.state.members.get(_AREAS, {}).get(area, {"items": 0})["items"] + more
        _enter(step, _AREAS, area, {"items": left} if left else None)


def _brings(step: Step, entity: Json) -> Json | None:
    if entity["state"] not in OPEN_STATES or entity["kind"] not in _DRIFTS or entity["status"] != "actual":
        return None
    if entity["origin"] != "own" or only_beside(entity) or not drifts(step, entity):
        return None
    told = entity["promises"]
    return {
        "areas": about(entity),
        "moves": entity["moved_later"],
        "first": told[0]["end"],
        "old": told[-2]["end"],
        "new": told[-1]["end"],
        "grave": _grave(entity),
    }


def _grave(entity: Json) -> int:
    """Its worst impact; the highest where people are counted or its source calls it severe."""
    if "counts" in entity or entity["severity"] in {Severity.SEVERE, Severity.EXTREME}:
        return int(Impact.CRITICAL)
    return max([int(IMPACT_OF[line["now"]]) for line in entity.get("impacts", ())], default=0)


def drifts(step: Step, entity: Json) -> bool:
    """Moved later twice; or once by at least so much."""
    moves = entity.get("moved_later", 0)
    if moves == 0:
        return False
    told = [parse(p["end"]) for p in entity["promises"]]
    if told[-1] <= told[0]:
        return False
    if moves >= step.state.reference.figure("drift_moves", 2):
        return True
    began = parse(entity.get("onset", entity["promises"][0]["sent"]))
    least = step.state.reference.figure("drift_least_min", 360) * MINUTE
    jump = max((b - a for a, b in pairwise(told)), default=0)
    return jump >= max(least, (told[0] - began) // 2)


def _publish(step: Step) -> None:
    areas = sorted(step.state.members.get(_AREAS, ()))
    number = len(step.state.members.get(DRIFT, ()))
    step.publish(EntityKind.SIGNAL, DRIFT, {"value": number, "unit": "count", "areas": areas} if number else None)
