"""People's word on what belongs together: link, cut, split, pin. It outlives later reports, until it is undone.

In: a command. Out: an outcome; a tie on each item named. What a person has placed, points never move: neither what was
put in, nor what was taken out. Next: streams/core/events.py, which puts the items where their ties say
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.outcome import Outcome, Refusal, Result
from schemas.sectors import OPEN_STATES
from streams.core import happening
from streams.core.events import current
from streams.core.remembering import remember
from streams.core.step import Step

_APPLIED = Outcome(Result.APPLIED)


def _refused(reason: Refusal) -> Outcome:
    return Outcome(Result.REFUSED, reason=reason)


def link(step: Step, body: Json) -> Outcome:
    """Items, or whole events, belong to this event; one that is finished takes in nothing that goes on."""
    event = _event(step, str(body.get("on", "")))
    named = [_named(step, name) for name in body["args"]["items"]]
    if event is None or not all(found for found, _ in named):
        return _refused(Refusal.NOT_THERE)
    items = sorted({item for found, _ in named for item in found} | _founder(step, event))
    joined = sorted({other for _, other in named if other is not None and other != event})
    if _finished(step, event) and any(_open(step, item) for item in items):
        return _refused(Refusal.WRONG_STATE)
    keys = [*items, *(f"event|{other}" for other in joined)]
    _tie(step, body, {key: {"event": event} for key in keys})
    return _APPLIED


def cut(step: Step, body: Json) -> Outcome:
    """These items are not of the event, whatever later reports say."""
    event, items = str(body.get("on", "")), body["args"]["items"]
    if not _members(step, event, items):
        return _refused(Refusal.NOT_THERE)
    _tie(step, body, {item: {"not": _barred(step, item, event)} for item in items})
    return _APPLIED


def split(step: Step, body: Json) -> Outcome:
    """These items of the event are another one; something must be left behind."""
    event, items = str(body.get("on", "")), body["args"]["items"]
    if not _members(step, event, items):
        return _refused(Refusal.NOT_THERE)
    if len(set(items)) == len(step.state.gathered[event]):
        return _refused(Refusal.WRONG_STATE)
    new = f"split/{body['id']}"
    _tie(step, body, {item: {"event": new, "not": _barred(step, item, event)} for item in items})
    return _APPLIED


def pin(step: Step, body: Json) -> Outcome:
    """Keep an event on top for everybody, or let it go."""
    event = str(body.get("on", ""))
    if step.entity(EntityKind.EVENT, event) is None:
        return _refused(Refusal.NOT_THERE)
    name = f"pin|{event}"
    if (name in step.state.ties) != body["args"].get("off", False):
        return _refused(Refusal.WRONG_STATE)
    remember(step, body, [name])
    off = body["args"].get("off", False)
    step.put(step.state.ties, name, None if off else {"by": body["id"], "who": body["who"]})
    happening.publish(step, event)
    return _APPLIED


def _tie(step: Step, body: Json, ties: dict[str, Json]) -> None:
    remember(step, body, list(ties))
    said = {"by": body["id"], "who": body["who"], "texts": {"reason": body["texts"]["reason"]}}
    for key, tie in ties.items():
        step.put(step.state.ties, key, {**tie, **said})
        if not key.startswith("event|"):
            step.items.add(key)


def _event(step: Step, name: str) -> str | None:
    """The event of this name, or the one of this item; an item by itself begins one."""
    if step.entity(EntityKind.EVENT, name) is not None:
        return name
    if name not in step.state.items:
        return None
    return step.state.linked.get(name) or current(step, name)


def _founder(step: Step, event: str) -> set[str]:
    """The item that a new event is begun with."""
    return {event} if event in step.state.items and event not in step.state.linked else set()


def _named(step: Step, name: str) -> tuple[list[str], str | None]:
    """The items a name stands for, and the event if it is one."""
    members = step.state.gathered.get(name)
    if members:
        return sorted(members), name
    return ([name], None) if name in step.state.items else ([], None)


def _members(step: Step, event: str, items: list[str]) -> bool:
    members = step.state.gathered.get(event, {})
    return bool(members) and all(item in members for item in items)


def _barred(step: Step, item: str, event: str) -> list[str]:
    return sorted({*step.state.ties.get(item, {}).get("not", ()), event})


def _open(step: Step, item: str) -> bool:
    return step.state.items[item].state in OPEN_STATES


def _finished(step: Step, event: str) -> bool:
    entity = step.entity(EntityKind.EVENT, event)
    return entity is not None and entity["state"] != "open"
