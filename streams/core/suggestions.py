"""Suggestions and their life cycle as one table: state × event -> state. The program suggests, people decide.

In: rulings. Out: suggestions with reasons and seats, and the notices they open. One storm is one ringing matter: a rule
whose forum is already suggested or active adds a reason and seats, never a second call (region data, rules R01-R20).
Next: streams/core/notices.py
"""

import hashlib

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.sectors import Label
from schemas.times import DAY, HOUR, z
from streams.core import notices
from streams.core.moments import seal
from streams.core.rules import Book, Ruling, instance_key
from streams.core.state import Mute
from streams.core.step import Step

LIFE: dict[tuple[str, str], str] = {
    ("raised", "acknowledge"): "acknowledged",
    ("raised", "accept"): "accepted",
    ("acknowledged", "accept"): "accepted",
    ("raised", "dismiss"): "dismissed",
    ("acknowledged", "dismiss"): "dismissed",
    ("accepted", "dismiss"): "dismissed",
    ("raised", "convene"): "active",
    ("acknowledged", "convene"): "active",
    ("accepted", "convene"): "active",
    ("raised", "withdraw"): "withdrawn",
    ("acknowledged", "withdraw"): "withdrawn",
    ("raised", "supersede"): "superseded",
    ("acknowledged", "supersede"): "superseded",
    ("accepted", "supersede"): "superseded",
    ("active", "close"): "closed",
    ("accepted", "close"): "closed",
}
"""What happens to a suggestion; a pair that is not here cannot happen."""

OPEN = frozenset({"raised", "acknowledged", "accepted", "active"})
LADDER = ("bevaka", "tib", "samordnande")
"""Levels of which a higher one takes the lower ones in. Inriktande stands beside samordnande, never over it."""
ON_LADDER = frozenset({"watch", "call_duty", "convene", "widen"})
MUTED = 12 * HOUR
"""A dismissed reason is silent so long, unless an input gets worse before."""
ITEMS_SHOWN = 20
SECRECY = tuple(label.value for label in Label)
"""Labels, the most open first."""
FORGOTTEN = 30 * DAY


def heed(step: Step, book: Book, key: str, ruling: Ruling | None) -> None:
    """Bring suggestions in line with one instance of a rule."""
    holding = f"holding:{key}"
    if ruling is None or ruling.holds_until is None:
        if step.entity(EntityKind.SUGGESTION, holding) is not None:
            step.publish(EntityKind.SUGGESTION, holding, None)
    else:
        step.publish(EntityKind.SUGGESTION, holding, _holding(step, holding, ruling))
    if ruling is None or not ruling.instance.speaks or _muted(step, key, ruling):
        _drop_reason(step, book, key)
    elif ruling.instance.false_since is None:
        _speak(step, key, ruling)


def _speak(step: Step, key: str, ruling: Ruling) -> None:
    target = _target(step, ruling)
    if target is not None:
        _set_reason(step, target, key, _reason(step, ruling))
        return
    _raise(step, ruling)


def _target(step: Step, ruling: Ruling) -> str | None:
    """Open suggestion that takes this reason: same matter at the same or, on the ladder, a higher level."""
    rule = ruling.rule
    for name, entity in sorted(step.state.picture[EntityKind.SUGGESTION].items()):
        if entity["state"] not in OPEN:
            continue
        same = (entity["act"], entity["level"]) == (rule.act, rule.level)
        if same or (_rank(rule.act, rule.level) or 99) <= (_rank(entity["act"], entity["level"]) or -1):
            return name
    return None


def _rank(act: str, level: str) -> int | None:
    return LADDER.index(level) + 1 if act in ON_LADDER and level in LADDER else None


def _raise(step: Step, ruling: Ruling) -> None:
    """A new suggestion; lower ones on the ladder are superseded and their reasons come along."""
    rule = ruling.rule
    name = _identity(step, ruling)
    reason = _reason(step, ruling)
    active = _forum_active(step, rule.level)
    entity: Json = {
        "id": name,
        "act": rule.act,
        "level": rule.level,
        "call": rule.call,
        "state": "active" if active and rule.act in ON_LADDER else "raised",
        "since": z(step.at),
        "raised_at": z(step.at),
        "reasons": [reason],
        "seats": [],
        "label": Label.OPEN,
        "sealed": seal(step),
    }
    for lower in _lower(step, rule.act, rule.level):
        entity["reasons"] += _supersede(step, lower, name)
    if entity["state"] == "raised":
        entity["notice"] = notices.open_for(step, name, rule.level, call=rule.call)
    step.publish(EntityKind.SUGGESTION, name, _finish(step, entity))


def _identity(step: Step, ruling: Ruling) -> str:
    """Computed from region, rule, subject, its opening reports and when it began: a replay finds the same one."""
    parts = (step.state.region, ruling.rule.id, ruling.subject, z(step.at), *ruling.on.items)
    return "s-" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _lower(step: Step, act: str, level: str) -> list[str]:
    rank = _rank(act, level)
    if rank is None:
        return []
    found = []
    for name, entity in sorted(step.state.picture[EntityKind.SUGGESTION].items()):
        other = _rank(entity["act"], entity["level"])
        if entity["state"] in OPEN - {"active"} and other is not None and other < rank:
            found.append(name)
    return found


def _supersede(step: Step, name: str, by: str) -> list[Json]:
    """Close a lower suggestion in favour of a higher one; gives its reasons."""
    entity = step.entity(EntityKind.SUGGESTION, name)
    assert entity is not None
    reasons: list[Json] = entity["reasons"]
    move(step, name, "supersede", superseded_by=by)
    return reasons


def move(step: Step, name: str, event: str, **more: object) -> bool:
    """Take a suggestion through its table; False where the event cannot happen in its state."""
    entity = step.entity(EntityKind.SUGGESTION, name)
    if entity is None or (entity["state"], event) not in LIFE:
        return False
    state = LIFE[entity["state"], event]
    changed = {**entity, **more, "state": state, "since": z(step.at)}
    step.publish(EntityKind.SUGGESTION, name, changed)
    if state not in OPEN:
        step.deadline(f"drop|{name}", step.at + FORGOTTEN)
    if "notice" in entity:
        notices.follow(step, entity["notice"], state, by=str(more.get("acted_by", "")))
    return True


def mute(step: Step, name: str) -> None:
    """A dismissal silences its reasons until one gets worse or twelve hours have passed."""
    entity = step.entity(EntityKind.SUGGESTION, name)
    assert entity is not None
    for reason in entity["reasons"]:
        key = instance_key(reason["rule"], reason.get("subject", ""))
        until = step.at + MUTED
        step.put(step.state.mutes, key, Mute(until, len(reason["params"].get("areas", ())), reason["strength"]))
        step.deadline(f"mute|{key}", until)


def _muted(step: Step, key: str, ruling: Ruling) -> bool:
    muted = step.state.mutes.get(key)
    if muted is None:
        return False
    worse = len(ruling.on.areas) > muted.areas or ruling.on.strength > muted.strength
    if step.at >= muted.until or worse:
        step.put(step.state.mutes, key, None)
        step.deadline(f"mute|{key}", None)
        return False
    return True


def _set_reason(step: Step, name: str, key: str, reason: Json) -> None:
    """Add a reason or bring it up to date; the matter does not ring again for it."""
    entity = step.entity(EntityKind.SUGGESTION, name)
    assert entity is not None
    old = {instance_key(r["rule"], r.get("subject", "")): r for r in entity["reasons"]}
    if key in old:
        reason = {**reason, "since": old[key]["since"]}
    old[key] = reason
    reasons = sorted(old.values(), key=lambda r: (r["since"], r["rule"], r.get("subject", "")))
    step.publish(EntityKind.SUGGESTION, name, _finish(step, {**entity, "reasons": reasons}))


def _drop_reason(step: Step, book: Book, key: str) -> None:
    """An instance fell silent: its reason goes; a suggestion without a reason of its own level is withdrawn."""
    for name, entity in sorted(step.state.picture[EntityKind.SUGGESTION].items()):
        if entity["state"] not in OPEN:
            continue
        left = [r for r in entity["reasons"] if instance_key(r["rule"], r.get("subject", "")) != key]
        if len(left) == len(entity["reasons"]):
            continue
        own = [r for r in left if r["level"] == entity["level"]]
        if own or (entity["state"], "withdraw") not in LIFE:
            step.publish(EntityKind.SUGGESTION, name, _finish(step, {**entity, "reasons": left}))
            continue
        move(step, name, "withdraw")
        step.instances.update(instance_key(r["rule"], r.get("subject", "")) for r in left if r["rule"] in book.rules)


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
        "seats": [],
        "label": Label.OPEN,
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
    if ruling.subject:
        reason["subject"] = ruling.subject
    return reason


def _finish(step: Step, entity: Json) -> Json:
    """Seats and label follow from the reasons."""
    return {**entity, "seats": _seats(step, entity["reasons"]), "label": _label(step, entity["reasons"])}


def _seats(step: Step, reasons: list[Json]) -> list[Json]:
    """Proposed participants, direct before indirect, one reason a seat; the county board always."""
    found: dict[str, Json] = {b: {"actor": b, "how": "direct", "reason": "always"} for b in step.state.reference.boards}
    for how in ("direct", "indirect"):
        for reason in reasons:
            for group in reason[how]:
                for actor in step.state.reference.members(group, reason["params"]["areas"]):
                    if actor not in found:
                        found[actor] = {"actor": actor, "how": how, "reason": f"{reason['rule']}:{group}"}
    return list(found.values())


def _label(step: Step, reasons: list[Json]) -> str:
    """As secret as the most secret report it rests on."""
    items = (step.entity(EntityKind.ITEM, key) for r in reasons for key in r["items"])
    return max((i["label"] for i in items if i is not None), key=SECRECY.index, default=Label.OPEN)


def _forum_active(step: Step, level: str) -> bool:
    return any(f["level"] == level and f["state"] == "active" for f in step.state.picture[EntityKind.FORUM].values())
