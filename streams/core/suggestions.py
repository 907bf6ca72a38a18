"""Suggestions: what rules that speak come to. One matter, one ringing; a person decides, always.

In: rulings. Out: suggestions with reasons and seats, and the notices they open. One storm is one ringing matter: a rule
whose forum is already suggested or active adds a reason and seats, never a second call (region data, rules R01-R20).
Next: streams/core/suggestion_life.py, streams/core/counterfactual.py
"""

import hashlib
from itertools import count

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.times import DAY, MINUTE, parse, z
from streams.core import joining, notices, seats
from streams.core.measure_matters import ADVICE, is_about
from streams.core.measured import Measured
from streams.core.moments import seal
from streams.core.reconsidering import reconsider
from streams.core.rules import ORDER, Book, Ruling
from streams.core.state import Mute, reason_key
from streams.core.step import Step
from streams.core.suggestion_life import DECIDED, OPEN, after, move, mute

__all__ = ["ON_LADDER", "OPEN", "heed", "move", "mute"]

LADDER = ORDER[:3]
"""Levels of which a higher one takes the lower ones in. Inriktande stands beside samordnande, never over it."""
ON_LADDER = frozenset({"watch", "call_duty", "convene", "widen"})
CALLS_FORUM = ON_LADDER | {"escalate", "plan"}
PROPOSED = {"tib": 15 * MINUTE, "samordnande": 45 * MINUTE, "inriktande": 105 * MINUTE, "planering": DAY - 15 * MINUTE}
"""How soon a meeting is proposed, before it is rounded up to a quarter of an hour: a proposal of this project."""
ITEMS_SHOWN = 20
SOON = DAY
"""A forum that is called to meet within this time is at work already."""


def heed(step: Step, book: Book, key: str, ruling: Ruling | None) -> None:
    """Bring suggestions in line with one instance of a rule."""
    holding = f"holding:{key}"
    if ruling is None or ruling.holds_until is None:
        if step.entity(EntityKind.SUGGESTION, holding) is not None:
            step.publish(EntityKind.SUGGESTION, holding, None)
    else:
        step.publish(EntityKind.SUGGESTION, holding, _holding(step, holding, ruling))
    muted = _muted(step, key, ruling)
    if ruling is None or not ruling.instance.speaks or muted:
        _drop_reason(step, book, key)
    elif ruling.instance.false_since is None:
        reconsider(step, book, _speak(step, key, ruling))


def _speak(step: Step, key: str, ruling: Ruling) -> str:
    """Where the reason stands: an open suggestion, or a new one."""
    target = _target(step, ruling)
    if target is None:
        target = _raise(step, ruling)
    else:
        _set_reason(step, target, key, ruling)
    return target


def _target(step: Step, ruling: Ruling) -> str | None:
    """Open suggestion that takes this reason: same matter at the same or, on the ladder, a higher level."""
    rule = ruling.rule
    for name, entity in sorted(step.state.picture[EntityKind.SUGGESTION].items()):
        if entity["state"] not in OPEN or not _at_work_soon(step, entity):
            continue
        same = (entity["act"], entity["level"]) == (rule.act, rule.level)
        if same and rule.each == "item" and ruling.subject not in {r.get("subject") for r in entity["reasons"]}:
            continue
        mine, its = _rank(rule.act, rule.level), _rank(entity["act"], entity["level"])
        if same or (mine is not None and its is not None and mine <= its):
            return name
    return None


def _rank(act: str, level: str) -> int | None:
    return LADDER.index(level) + 1 if act in ON_LADDER and level in LADDER else None


def _raise(step: Step, ruling: Ruling) -> str:
    """A new suggestion; lower ones on the ladder are superseded and their reasons come along."""
    rule = ruling.rule
    name = _identity(step, ruling)
    reason = _reason(step, ruling)
    step.tests.add(ADVICE)
    active = _forum_active(step, rule.level, ruling.subject if rule.each == "item" else None)
    entity: Json = {
        "id": name,
        "act": rule.act,
        "level": rule.level,
        "call": rule.call and not _overtaken(step, rule.act, rule.level),
        "state": after("holding", "join" if active and rule.act in CALLS_FORUM else "speak"),
        "since": z(step.at),
        "raised_at": z(step.at),
        "reasons": [reason],
        "sealed": {"raise": seal(step)},
    }
    if rule.act in CALLS_FORUM and rule.level in PROPOSED and entity["state"] == "raised":
        entity["proposed_at"] = z(_quarter(step.at + PROPOSED[rule.level]))
    for lower in _lower(step, rule.act, rule.level):
        entity["reasons"] += _supersede(step, lower, name)
    if entity["state"] == "raised":
        entity["notice"] = notices.open_for(step, name, rule.level, call=entity["call"])
    step.publish(EntityKind.SUGGESTION, name, _finish(step, entity))
    return name


def _quarter(at: int) -> int:
    """The next whole quarter of an hour: a time that people can say."""
    return -(-at // (15 * MINUTE)) * 15 * MINUTE


def _identity(step: Step, ruling: Ruling) -> str:
    """Computed from region, rule, subject, areas and opening reports: a replay finds the same one.

    What rests on the very same a second time is counted on.
    """
    parts = (step.state.region, ruling.rule.id, ruling.subject, *ruling.on.areas, "", *ruling.on.items)
    made = (hashlib.sha256("\n".join((*parts, str(n))).encode()).hexdigest()[:12] for n in count(1))
    return next(name for digest in made if step.entity(EntityKind.SUGGESTION, name := f"s-{digest}") is None)


def _lower(step: Step, act: str, level: str) -> list[str]:
    rank = _rank(act, level)
    if rank is None:
        return []
    found = []
    for name, entity in sorted(step.state.picture[EntityKind.SUGGESTION].items()):
        other = _rank(entity["act"], entity["level"])
        if entity["state"] in OPEN - DECIDED and other is not None and other < rank:
            found.append(name)
    return found


def _supersede(step: Step, name: str, by: str) -> list[Json]:
    """Close a lower suggestion in favour of a higher one; gives its reasons."""
    entity = step.entity(EntityKind.SUGGESTION, name)
    assert entity is not None
    reasons: list[Json] = entity["reasons"]
    move(step, name, "supersede", superseded_by=by)
    return reasons


def _muted(step: Step, key: str, ruling: Ruling | None) -> bool:
    """Is this what people have dealt with? Not once it is over, has grown, or rests on wholly other reports."""
    muted = step.state.mutes.get(key)
    if muted is None:
        return False
    holds = ruling is not None and ruling.instance.speaks and step.at < muted.until and _as_then(muted, ruling.on)
    if not holds:
        step.put(step.state.mutes, key, None)
        step.deadline(f"mute|{key}", None)
    return holds


def _as_then(muted: Mute, on: Measured) -> bool:
    others = bool(muted.items and on.items) and set(muted.items).isdisjoint(on.items)
    return not others and set(on.areas) <= set(muted.areas) and on.strength <= muted.strength


def _set_reason(step: Step, name: str, key: str, ruling: Ruling) -> None:
    """Add a reason or bring it up to date; the same matter does not ring again for it."""
    entity, reason = step.entity(EntityKind.SUGGESTION, name), _reason(step, ruling)
    assert entity is not None
    old = {reason_key(r): r for r in entity["reasons"]}
    before = old.get(key)
    if before is None or before["items"] != reason["items"]:
        step.tests.add(ADVICE)
    if before is None:
        entity = joining.tell(step, entity, reason, ruling.rule)
    old[key] = reason
    reasons = sorted(old.values(), key=lambda r: (r["since"], r["rule"], r.get("subject", "")))
    new = {**entity, "reasons": reasons}
    if before is not None and seats.wanted(before) == seats.wanted(reason) and "reference" not in step.scalars:
        step.publish(EntityKind.SUGGESTION, name, {**new, "label": seats.label(step, reasons)})
    else:
        step.publish(EntityKind.SUGGESTION, name, _finish(step, new))


def _drop_reason(step: Step, book: Book, key: str) -> None:
    """An instance fell silent: its reason goes; a suggestion without a reason of its own level is withdrawn."""
    for name, entity in sorted(step.state.picture[EntityKind.SUGGESTION].items()):
        if entity["state"] not in OPEN:
            continue
        left = [r for r in entity["reasons"] if reason_key(r) != key]
        if len(left) == len(entity["reasons"]):
            continue
        step.tests.add(ADVICE)
        own = [r for r in left if r["level"] == entity["level"]]
        if own or after(entity["state"], "withdraw") is None:
            step.publish(EntityKind.SUGGESTION, name, _finish(step, {**entity, "reasons": left}))
            reconsider(step, book, name)
            continue
        move(step, name, "withdraw")
        step.instances.update(reason_key(r) for r in left if r["rule"] in book.rules)


def _holding(step: Step, name: str, ruling: Ruling) -> Json:
    entity = {
        "id": name,
        "act": ruling.rule.act,
        "level": ruling.rule.level,
        "call": ruling.rule.call,
        "state": "holding",
        "since": z(ruling.instance.true_since or step.at),
        "holds_until": z(ruling.holds_until or step.at),
        "reasons": [_reason(step, ruling)],
    }
    return _finish(step, entity)


def _reason(step: Step, ruling: Ruling) -> Json:
    rule, on = ruling.rule, ruling.on
    params: Json = {"areas": list(on.areas), **dict(on.params)}
    if on.areas:
        params["percent"] = step.state.reference.percent(on.areas)
    reason: Json = {
        "rule": rule.id,
        "level": rule.level,
        "since": z(ruling.instance.true_since or step.at),
        "params": params,
        "items": list(on.items[:ITEMS_SHOWN]),
        "text": rule.text,
        "falls_away": rule.falls_away,
        "basis": rule.basis,
        "strength": on.strength,
        "direct": rule.direct,
        "indirect": rule.indirect,
    }
    if rule.considered:
        reason["considered"] = rule.considered
    if ruling.subject:
        reason["subject"] = ruling.subject
    return reason


def _finish(step: Step, entity: Json) -> Json:
    """Seats and label follow from the reasons."""
    proposed = seats.seats(step, entity["reasons"])
    made = {**entity, "seats": proposed, "label": seats.label(step, entity["reasons"])}
    made.pop("no_contact", None)
    missing = seats.unreachable(step, proposed)
    return made | ({"no_contact": missing} if missing else {})


def relabel(step: Step) -> None:
    """A report that became more secret takes along what rests on it."""
    for name, entity in sorted(step.state.picture[EntityKind.SUGGESTION].items()):
        if not step.items.isdisjoint(key for reason in entity["reasons"] for key in reason["items"]):
            step.publish(
                EntityKind.SUGGESTION, name, {**entity, "label": seats.label(step, entity["reasons"], entity["label"])}
            )


def _forum_active(step: Step, level: str, about: str | None) -> bool:
    """Is the forum active already? Of a rule with an instance an item: the forum about that item."""
    forums = [f for f in step.state.picture[EntityKind.FORUM].values() if f["level"] == level]
    if about is not None:
        return any(f["state"] == "active" and is_about(step, f, about) for f in forums)
    return any(at_work(step, f) for f in forums)


def at_work(step: Step, forum: Json) -> bool:
    """Is it active, and has it met or will within a day? One that is called for later answers nobody today."""
    soon = forum["meetings"] > 0 or parse(forum["meets_at"]) - step.at <= SOON
    return bool(forum["state"] == "active" and soon)


def _at_work_soon(step: Step, suggestion: Json) -> bool:
    """Of one on the ladder whose forum has been called: will that meet in time for what comes now?"""
    forum = step.entity(EntityKind.FORUM, suggestion.get("forum", ""))
    ladder = suggestion["act"] in ON_LADDER | {"escalate"}
    return suggestion["state"] != "convened" or forum is None or not ladder or at_work(step, forum)


def _overtaken(step: Step, act: str, level: str) -> bool:
    """A higher forum is at work already: what would call the duty officer is only shown."""
    rank = _rank(act, level)
    return rank is not None and any(_forum_active(step, higher, None) for higher in LADDER[rank:])
