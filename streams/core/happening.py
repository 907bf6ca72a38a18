"""An event as a room sees it: its items with their links, area, time, gravity, independent sources, numbers, quarrels.

In: the members of an event. Out: the event entity; None when nobody is left in it.
A relayed copy and a probable duplicate are members like others, but never a further source.
Next: streams/core/signals.py
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.sectors import OPEN_STATES, Severity, Status
from streams.core import contradictions, counts
from streams.core.step import Step
from streams.core.traits import hit, owner

_RANK = {severity.value: rank for rank, severity in enumerate(Severity)}


def publish(step: Step, event: str) -> None:
    """Write an event as its members make it."""
    members = step.state.gathered.get(event)
    if not members:
        _gone(step, event)
        return
    table, keys = step.state.picture[EntityKind.ITEM], sorted(members)
    finished = f">{event}" in step.state.follows
    still_open = [k for k in keys if table[k]["state"] in OPEN_STATES and not finished]
    shown = {k: table[k] for k in still_open or keys}
    lead = max([(_RANK[i["severity"]], i["sent"], k) for k, i in shown.items()])[2]
    entity: Json = {
        "id": event,
        "items": keys,
        "links": [{"item": k, **members[k]} for k in keys],
        "areas": sorted({a for i in shown.values() for a in hit(i)}),
        "severity": shown[lead]["severity"],
        "state": "open" if still_open else "closed",
        "kind": shown[lead]["kind"],
        "lead": lead,
    }
    entity |= _times(shown) | _sources(step, shown) | _numbers(step, shown) | _about(step, event)
    if [i for i in shown.values() if i["status"] != Status.ACTUAL]:
        entity["status"] = shown[lead]["status"]
    step.publish(EntityKind.EVENT, event, entity)


def _times(shown: dict[str, Json]) -> Json:
    begins = [i["onset"] for i in shown.values() if "onset" in i]
    ends = [i["ends"] for i in shown.values() if "ends" in i]
    found: Json = {"begins": min(begins)} if begins else {}
    return found | ({"ends": max(ends)} if len(ends) == len(shown) else {})


def _sources(step: Step, shown: dict[str, Json]) -> Json:
    """How many independent parties say it first-hand; how many only pass it on or say it twice."""
    own = {k: i for k, i in shown.items() if i["origin"] == "own" and "duplicate_of" not in i}
    found: Json = {"sources": len({owner(step, i) for i in own.values()})}
    return found | ({"relayed": len(shown) - len(own)} if len(own) < len(shown) else {})


def _numbers(step: Step, shown: dict[str, Json]) -> Json:
    told = [{**c, "item": k} for k, i in sorted(shown.items()) for c in i.get("counts", ())]
    found: Json = {"counts": counts.totals(told)} if told else {}
    quarrels = contradictions.of_event(step, shown, told) if len(shown) > 1 else []
    return found | ({"contradictions": quarrels} if quarrels else {})


def _about(step: Step, event: str) -> Json:
    """What came before and after it, and whether somebody pinned it."""
    state = step.state
    found: Json = {"follows": state.follows[f"<{event}"]} if f"<{event}" in state.follows else {}
    if f">{event}" in state.follows:
        found["followed_by"] = state.follows[f">{event}"]
    if f"pin|{event}" in state.ties:
        found["pinned"] = True
    return found


def _gone(step: Step, event: str) -> None:
    """Nobody is left in it: what follows it has nothing to follow any more."""
    follows = step.state.follows
    before, after = follows.get(f"<{event}"), follows.get(f">{event}")
    step.publish(EntityKind.EVENT, event, None)
    base = event.partition("~")[0]
    for name in (f"<{event}", f">{event}", f">{before}", f"<{after}"):
        step.put(follows, name, None)
    if follows.get(base) == event:
        step.put(follows, base, None)
    step.put(step.state.ties, f"pin|{event}", None)
    for other in (before, after):
        if other is not None:
            publish(step, other)
