"""The item store: which revision wins and why, and the life cycle of what it says, in one place.

In: the body of a `report` record. Out: an outcome; changed items and the cells they stand on, noted in the step.
Who supersedes whom is the same for every interleaving that keeps each key's order (property test).
Next: streams/core/cells.py
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.ids import item_key
from schemas.outcome import Outcome, Refusal, Result
from schemas.sectors import IMPACT_NAMES, OPEN_STATES, ItemState, Kind, Status
from schemas.times import HOUR, MINUTE, z
from streams.core import drift, likeness
from streams.core.standing import forget as forget_said
from streams.core.standing import let_go, renew, settle, stand, withdraw
from streams.core.state import Item
from streams.core.step import Step

_APPLIED = Outcome(Result.APPLIED)
LEARNED_LATE = HOUR
"""A report known so long after it was sent is shown as learned since, not as old news."""

_DENY = "deny"
_CLOSES = {"cancel": ItemState.CANCELLED, "withdraw": ItemState.WITHDRAWN, "elsewhere": ItemState.LEFT}
"""`elsewhere` is intake's stub of a report that does not touch the region: whoever holds the item lets it go."""


def take(step: Step, body: Json) -> Outcome:
    """Take a report into the store, or say why not. The whole of R "who supersedes whom"."""
    if body["change"] == "unchanged":
        return _renew(step, body)
    key = item_key(body["source"], body["id"])
    known = step.state.items.get(key)
    if known is not None:
        answer = _against(known, body)
        if answer is not None:
            return answer
    elif body["change"] == "elsewhere":
        return Outcome(Result.APPLIED)
    elif body["change"] in _CLOSES:
        return Outcome(Result.REFUSED, reason=Refusal.UNKNOWN_ITEM)
    step.happened_at = body["sent"]
    _write(step, key, known, body)
    return _APPLIED


def _against(known: Item, body: Json) -> Outcome | None:
    """Answer of a known item to another revision; None when the revision wins."""
    if body["by"] != known.by:
        return Outcome(Result.REFUSED, reason=Refusal.ORDER_CHANGED)
    if body["order"] > known.order:
        return None
    if body["order"] < known.order:
        return Outcome(Result.SUPERSEDED_BY, known.version)
    if body["digest"] == known.digest:
        return Outcome(Result.DUPLICATE_OF, known.version)
    return Outcome(Result.REFUSED, reason=Refusal.REVISION_CONFLICT)


def life(change: str, *, onset: int | None, ends: int | None, stale: int | None, at: int) -> ItemState:
    """State of an item at a time: what its source said, its own times, its freshness. Absence is never one of them."""
    if change in _CLOSES:
        return _CLOSES[change]
    if change == _DENY:
        return ItemState.DENIED
    if ends is not None and ends <= at:
        return ItemState.EXPIRED
    if onset is not None and onset > at:
        return ItemState.NOT_BEGUN
    if stale is not None and stale <= at:
        return ItemState.OUTDATED
    return ItemState.ACTIVE


def stale_at(step: Step, kind: str, sent: int, explicit: int | None) -> int | None:
    """When a situation report is outdated: its own time, else the forum's interval, else the ordinary figure."""
    if kind != Kind.SITUATION:
        return None
    return explicit if explicit is not None else sent + stale_interval(step)


def stale_interval(step: Step) -> int:
    """Milliseconds a report without times of its own stays fresh now."""
    asked = [
        f["reporting_min"]
        for f in step.state.picture[EntityKind.FORUM].values()
        if f["state"] == "active" and "reporting_min" in f
    ]
    if not asked:
        return step.state.reference.stale_after()
    percent = step.state.reference.figure("report_outdated_interval_percent", 150)
    return int(min(asked)) * MINUTE * percent // 100


def _write(step: Step, key: str, known: Item | None, body: Json) -> None:
    """Put the new revision in place of the old one."""
    if known is not None and body["change"] in _CLOSES:
        body = _closing(step, key, known, body)
    explicit = _promised(body)
    stale = stale_at(step, body["kind"], body["sent"], explicit)
    onset, ends = body.get("onset"), body.get("ends")
    state = life(body["change"], onset=onset, ends=ends, stale=stale, at=step.at)
    item = Item(
        order=body["order"],
        by=body["by"],
        digest=body["digest"],
        state=state,
        version=step.number,
        sent=body["sent"],
        onset=onset,
        ends=ends,
        stale=explicit,
        kind=body["kind"],
        counts=body["status"] == Status.ACTUAL and body["origin"] == "own",
        actor=body.get("actor"),
        named=(),
        held=known.held if known else (),
        ever=known.ever if known else (),
    )
    is_open = state in OPEN_STATES
    if is_open:
        item = stand(step, key, item, body, outdated=stale if state == ItemState.OUTDATED else None)
    step.put(step.state.items, key, item)
    _index(step, key, item)
    before, now = step.entity(EntityKind.ITEM, key), _public(step, body, state)
    step.publish(EntityKind.ITEM, key, now | drift.promises(before, now))
    if is_open:
        settle(step, item.actor, item.held)
    else:
        withdraw(step, key)
    step.deadline(f"forget|{key}", None)
    arm(step, key)
    step.items.add(key)


def _promised(body: Json) -> int | None:
    """The earlier of the times by which a report says itself that it wants renewal."""
    until, promised = body.get("valid_until"), body.get("next_report")
    if until is None or promised is None:
        return promised if until is None else until
    return min(int(until), int(promised))


def _closing(step: Step, key: str, known: Item, body: Json) -> Json:
    """A closing revision says only that; what the item was about stays readable."""
    public = step.entity(EntityKind.ITEM, key)
    assert public is not None
    kept = {name: public[name] for name in (*_COPIED, *_OPTIONAL, *_FACTS) if name in public}
    texts = {**public["texts"], **{f"closing_{field}": k for field, k in body.get("texts", {}).items()}}
    instants = {"onset": known.onset, "ends": known.ends}
    said = {name: body[name] for name in ("order", "by", "digest", "sent", "change")}
    said |= {name: body[name] for name in ("revision", "actor") if name in body}
    return {**kept, **{k: v for k, v in instants.items() if v is not None}, **said, "texts": texts}


def _index(step: Step, key: str, item: Item | None) -> None:
    """Keep the list of each actor's items, so that `unchanged` costs what it renews."""
    actor = item.actor if item else step.state.items[key].actor
    if actor is None:
        return
    mine = step.state.mine.get(actor)
    if mine is None:
        mine = {}
        step.put(step.state.mine, actor, mine)
    if item is None or key not in mine:
        step.put(mine, key, None if item is None else True)


def arm(step: Step, key: str) -> None:
    """Set the item's next deadlines; a closed one has only the day it is forgotten, which is set once."""
    item = step.state.items[key]
    if item.state not in OPEN_STATES:
        let_go(step, key)
        return
    stale = stale_at(step, item.kind, item.sent, item.stale) if item.state == ItemState.ACTIVE else None
    step.deadline(f"begin|{key}", item.onset if item.state == ItemState.NOT_BEGUN else None)
    step.deadline(f"end|{key}", item.ends)
    step.deadline(f"stale|{key}", stale)


def move(step: Step, key: str, state: ItemState) -> None:
    """Bring an item to another state of its life; cells and deadlines follow."""
    item = step.state.items[key]
    step.put(step.state.items, key, item._replace(state=state))
    public = step.entity(EntityKind.ITEM, key)
    assert public is not None
    step.publish(EntityKind.ITEM, key, {**public, "state": state})
    if state not in OPEN_STATES:
        withdraw(step, key)
    arm(step, key)
    step.items.add(key)


def forget(step: Step, key: str) -> None:
    """Drop a closed item for good."""
    forget_said(step, key)
    public = step.entity(EntityKind.ITEM, key)
    if public is not None and "text" in public.get("like", {}):
        likeness.forget(step, key, public["like"]["text"])
    _index(step, key, None)
    step.put(step.state.items, key, None)
    step.publish(EntityKind.ITEM, key, None)
    step.items.add(key)


def _renew(step: Step, body: Json) -> Outcome:
    """`unchanged`: all standing reports of the actor hold, from now."""
    actor = str(body.get("actor"))
    mine = [k for k in sorted(step.state.mine.get(actor, ())) if _stands(step, k)]
    if not mine:
        return Outcome(Result.REFUSED, reason=Refusal.NOTHING_STANDS)
    newest = max(step.state.items[k].sent for k in mine)
    if body["sent"] <= newest:
        version = max(step.state.items[k].version for k in mine)
        return Outcome(Result.DUPLICATE_OF if body["sent"] == newest else Result.SUPERSEDED_BY, version)
    step.happened_at = body["sent"]
    for key in mine:
        _renew_one(step, key, body)
    return Outcome(Result.APPLIED)


def _stands(step: Step, key: str) -> bool:
    item = step.state.items[key]
    return bool(item.named) and item.state in OPEN_STATES


def _renew_one(step: Step, key: str, body: Json) -> None:
    item = step.state.items[key]
    promised = _promised(body)
    renewed = item._replace(sent=body["sent"], stale=promised, version=step.number, state=ItemState.ACTIVE)
    if renewed.by == "sent":
        renewed = renewed._replace(order=body["sent"])
    step.put(step.state.items, key, renewed)
    public = step.entity(EntityKind.ITEM, key)
    assert public is not None
    fresh = {k: v for k, v in public.items() if k != "next_report"}
    fresh |= {"state": ItemState.ACTIVE, "sent": z(body["sent"]), "known_at": z(step.at)}
    if promised is not None:
        fresh["next_report"] = z(promised)
    step.publish(EntityKind.ITEM, key, fresh)
    renew(step, key, body["sent"])
    arm(step, key)
    step.items.add(key)


_COPIED = ("source", "id", "kind", "status", "severity", "native", "origin", "label", "areas", "texts")
_OPTIONAL = ("labels", "outside", "group", "revision", "url", "point", "counts", "like")
_FACTS = ("attendance", "risk_flags", "forum", "need", "lend")
"""Of an actor's report: what rules count."""
_INSTANTS = ("onset", "ends", "next_report", "promised")


def _public(step: Step, body: Json, state: ItemState) -> Json:
    """The item as a room sees it."""
    entity: Json = {name: body[name] for name in _COPIED}
    for name in (*_OPTIONAL, *_FACTS):
        if name in body:
            entity[name] = body[name]
    for name in _INSTANTS:
        if name in body:
            entity[name] = z(body[name])
    entity["state"], entity["sent"], entity["known_at"] = state, z(body["sent"]), z(step.at)
    if "impacts" in body:
        entity["impacts"] = [_line(line) for line in body["impacts"]]
    if "counts" in entity:
        # text in a closing revision, which copies what stood
        entity["counts"] = [c | ({"at": z(c["at"])} if isinstance(c.get("at"), int) else {}) for c in entity["counts"]]
    if body["change"] in _CLOSES or body["change"] == _DENY:
        entity["closed_at"] = z(step.at)
    if step.at - body["sent"] > LEARNED_LATE:
        entity["learned_late"] = True
    return entity


def _line(line: Json) -> Json:
    """An actor's line with names for steps and text for times."""
    shown: Json = {"sector": line["sector"], "areas": line["areas"], "now": IMPACT_NAMES[line["now"]]}
    if "expected" in line:
        shown["expected"] = IMPACT_NAMES[line["expected"]]
    shown |= {f"expected_{k}": z(line[k]) for k in ("from", "until") if k in line}
    return shown
