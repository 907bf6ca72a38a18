"""Events: items that belong together, with the reason for each link. Nothing is merged away.

In: items touched in the step. Out: event entities. An item belongs where a person has put it, else where its source
puts it (`group`), else where points put it (links.py); if two places come near each other it goes to neither, since
hiding a second event is worse than showing two. A finished event is not reopened: it gets a successor. docs/events.md
Next: streams/core/happening.py
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.sectors import OPEN_STATES
from streams.core import happening, likeness, links
from streams.core.step import Step
from streams.core.traits import trait

HINTS = 3
"""Matters shown beside an item that could be its own."""
PEERS = 8
"""Members of an event that an item is held against before it joins."""
_BY_POINTS = frozenset({"first", "score"})


def link(step: Step) -> None:
    """Bring the events of every touched item up to date."""
    touched: dict[str, bool] = {}
    for key in sorted(step.items):
        entity = step.entity(EntityKind.ITEM, key)
        was = step.state.linked.get(key)
        if entity is None:
            touched |= dict.fromkeys(_forget(step, key), True)
        else:
            _place(step, key, entity)
        now = step.state.linked.get(key)
        touched |= dict.fromkeys(filter(None, (was, now)), True)
        touched |= dict.fromkeys(_look(step, key, new=now != was) if entity is not None else (), True)
    for event in sorted(touched):
        _tidy(step, event)
        happening.publish(step, event)


def _place(step: Step, key: str, entity: Json) -> None:
    """Put an item into the event it belongs to now, with the reason."""
    was = step.state.linked.get(key)
    if entity["state"] not in OPEN_STATES and was is not None:
        return
    goal, why = _said(step, key, entity)
    if goal is None and was is not None and _holds(step, key, was):
        return
    if goal != was and not _goes_on(step, was, goal):
        leave(step, key)
    if goal is not None and goal != was:
        join(step, goal, key, why)


def _goes_on(step: Step, was: str | None, goal: str | None) -> bool:
    """An item that comes back after its event was finished stays in the finished one's list, as it was."""
    return was is not None and step.state.follows.get(f"<{goal}") == was


def _forget(step: Step, key: str) -> list[str]:
    """A forgotten item leaves its event and the finished ones before it; gives those."""
    tie = step.state.ties.get(key, {})
    event, found = step.state.linked.get(key) or next(iter(tie.get("not", ())), None), []
    leave(step, key)
    step.put(step.state.ties, key, None)
    while event is not None and (event := step.state.follows.get(f"<{event}")) is not None:
        members = step.state.gathered.get(event, {})
        if key in members:
            found.append(event)
            step.put(members, key, None)
            if not members:
                step.put(step.state.gathered, event, None)
    return found


def _said(step: Step, key: str, entity: Json) -> tuple[str | None, Json]:
    """The event a person or the source itself puts an item in."""
    tie = step.state.ties.get(key, {})
    if "event" in tie:
        return current(step, tie["event"]), {"reason": "person", "by": tie["who"], "texts": tie["texts"]}
    if "group" in entity:
        group = f"{entity['source']}/{entity['group']}"
        if group not in tie.get("not", ()):
            return current(step, group), {"reason": "same_group"}
    return None, {}


def _holds(step: Step, key: str, event: str) -> bool:
    """A link by points holds until its place or theme speaks against it; times move as reports are revised."""
    reason = step.state.gathered[event][key]
    if reason["reason"] not in _BY_POINTS or key in step.state.ties:
        return False
    one = trait(step, key)
    other = trait(step, reason["to"]) if "to" in reason else None
    return one is None or other is None or not one.areas.isdisjoint(other.areas)


def current(step: Step, event: str) -> str:
    """The event that stands for this name now: joined into another, or the successor of a finished one."""
    for _ in range(16):
        tie = step.state.ties.get(f"event|{event}")
        if tie is None:
            break
        event = tie["event"]
    newest = step.state.follows.get(event, event)
    entity = step.entity(EntityKind.EVENT, newest)
    if entity is None or entity["state"] == "open":
        return newest
    _, _, number = newest.removeprefix(event).partition("~")
    successor = f"{event}~{int(number or 1) + 1}"
    for name, value in ((event, successor), (f"<{successor}", newest), (f">{newest}", successor)):
        step.put(step.state.follows, name, value)
    happening.publish(step, newest)
    return successor


def join(step: Step, event: str, key: str, why: Json) -> None:
    """Enter an item into an event with the reason for it."""
    if event not in step.state.gathered:
        step.put(step.state.gathered, event, {})
    step.put(step.state.gathered[event], key, why)
    step.put(step.state.linked, key, event)
    entity = step.entity(EntityKind.ITEM, key)
    if entity is not None and "near" in entity:
        step.publish(EntityKind.ITEM, key, {n: v for n, v in entity.items() if n != "near"})


def leave(step: Step, key: str) -> None:
    """Take an item out of the event it is in."""
    was = step.state.linked.get(key)
    if was is None:
        return
    step.put(step.state.gathered[was], key, None)
    step.put(step.state.linked, key, None)
    if not step.state.gathered[was]:
        step.put(step.state.gathered, was, None)


def _tidy(step: Step, event: str) -> None:
    """One item left by itself, put there by points alone, is no event."""
    members = step.state.gathered.get(event, {})
    if len(members) == 1 and f"pin|{event}" not in step.state.ties:
        key, why = next(iter(members.items()))
        if why["reason"] in _BY_POINTS:
            leave(step, key)


def _look(step: Step, key: str, *, new: bool) -> list[str]:
    """Look for other reports of the matter: join them where points are clear, else show the nearest beside the item.

    Gives the events that took something in.
    """
    entity = step.entity(EntityKind.ITEM, key)
    assert entity is not None
    double = likeness.duplicate_of(step, key, entity)
    if double is not None:
        entity = {**entity, "duplicate_of": double}
        step.publish(EntityKind.ITEM, key, entity)
    if key in step.state.linked and not new:
        return []
    one = trait(step, key)
    if one is None:
        return []
    links.enter(step, one)
    if key in step.state.linked:
        found = links.candidates(step, one)
        return [e for s in found if (e := _drawn(step, s.other)) is not None]
    if key in step.state.ties:
        return []
    event, near = _choose(step, key, links.candidates(step, one))
    if event is not None:
        return [event]
    if near:
        step.publish(EntityKind.ITEM, key, {**entity, "near": near})
    return []


def _drawn(step: Step, key: str) -> str | None:
    """A loose report that the newly placed one could belong with chooses anew among all it is near to."""
    if key in step.state.linked or key in step.state.ties:
        return None
    one = trait(step, key)
    return None if one is None else _choose(step, key, links.candidates(step, one))[0]


def _choose(step: Step, key: str, found: list[links.Score]) -> tuple[str | None, list[Json]]:
    """Join the one place that is clearly best; else nothing, and the nearest as hints."""
    best: dict[str, links.Score] = {}
    for score in found:
        place = step.state.linked.get(score.other, score.other)
        if score.other not in step.state.ties or place != score.other:
            best.setdefault(place, score)
    order = [(p, s) for p, s in best.items() if _fits(step, key, p)]
    if order and order[0][1].points >= links.weight(step, "enough"):
        lead = order[0][1].points - (order[1][1].points if len(order) > 1 else 0)
        if lead >= links.weight(step, "margin"):
            return _join_by(step, key, *order[0]), []
    return None, _hints(step, best)


def _hints(step: Step, best: dict[str, links.Score]) -> list[Json]:
    """What could be the same matter by its points, or is told in much the same words."""
    hint, alike = links.weight(step, "hint"), links.weight(step, "alike_percent")
    near: list[Json] = []
    for place, score in best.items():
        if score.points >= hint or score.alike >= alike:
            row: Json = {"to": place, "score": score.points, "reasons": list(score.reasons)}
            near.append(row | ({"alike": score.alike} if score.alike >= alike else {}))
    return near[:HINTS]


def _fits(step: Step, key: str, place: str) -> bool:
    """No member of the event speaks against it: what is like one of them only would chain strangers together."""
    entity = step.entity(EntityKind.EVENT, place)
    if entity is not None and entity["state"] != "open":
        return False
    one = trait(step, key)
    members = sorted(step.state.gathered.get(place, ()))[:PEERS]
    others = [t for k in members if (t := trait(step, k)) is not None]
    return one is not None and not any(links.against(step, one, other) for other in others)


def _join_by(step: Step, key: str, place: str, score: links.Score) -> str:
    event = place
    if score.other not in step.state.linked:
        event = current(step, place)
        join(step, event, score.other, {"reason": "first"})
    why = {"reason": "score", "score": score.points, "reasons": list(score.reasons), "to": score.other}
    join(step, event, key, why)
    return event
