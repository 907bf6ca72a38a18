"""Notices to the county board: what is open, acknowledged or gone. Delivery is another process; its results come back.

Every threshold breach becomes a notice; a *call* asks the duty officer to acknowledge, a quiet one is only told.
Next: streams/deliver.py
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.outcome import Outcome, Refusal, Result
from schemas.times import z
from streams.core import duty, reminders
from streams.core.step import Step

_ANSWERED = frozenset({"acknowledged", "accepted", "dismissed", "active", "closed"})
"""States of a suggestion by which a person has shown that the notice was seen."""


def open_for(step: Step, suggestion: str, level: str, *, call: bool) -> str:
    """Open the notice of a suggestion; gives its id."""
    name = "n" + suggestion[1:]
    publish(step, name, suggestion, level, call=call)
    return name


def publish(step: Step, name: str, suggestion: str, level: str, *, call: bool, **more: str) -> None:
    """Open a notice of this id."""
    entity: Json = {
        "id": name,
        "suggestion": suggestion,
        "call": call,
        "level": level,
        "state": "open",
        "opened_at": z(step.at),
        "attempts": 0,
        "opened_version": step.number,
        **more,
        **duty.given(step),
    }
    step.publish(EntityKind.NOTICE, name, entity)


def of(suggestion: Json) -> list[str]:
    """Its own notice, and those of reasons that joined it later."""
    return [*([suggestion["notice"]] if "notice" in suggestion else []), *suggestion.get("joined", ())]


def follow(step: Step, name: str, suggestion_state: str, *, by: str) -> None:
    """The suggestion moved: an open notice is answered or gone with it, a reminder has nothing left to remind of."""
    entity = step.entity(EntityKind.NOTICE, name)
    if entity is not None and entity["state"] == "open":
        if suggestion_state in _ANSWERED and by:
            acknowledge(step, name, by=by)
        else:
            step.publish(EntityKind.NOTICE, name, {**entity, "state": "gone"})
    if suggestion_state != "acknowledged":
        reminders.settle(step, name)


def acknowledge(step: Step, name: str, *, by: str, on_behalf_of: str | None = None, via: str | None = None) -> Outcome:
    """Somebody has seen it; repeats stop. Twice is no fault."""
    entity = step.entity(EntityKind.NOTICE, name)
    if entity is None:
        return Outcome(Result.REFUSED, reason=Refusal.NOT_THERE)
    if entity["state"] == "acknowledged":
        return Outcome(Result.DUPLICATE_OF, step.state.version)
    if entity["state"] == "gone":
        return Outcome(Result.REFUSED, reason=Refusal.WRONG_STATE)
    answered: Json = {**entity, "state": "acknowledged", "acknowledged_at": z(step.at), "acknowledged_by": by}
    if on_behalf_of:
        answered["on_behalf_of"] = on_behalf_of
    if via:
        answered["via"] = via
    step.publish(EntityKind.NOTICE, name, answered)
    if entity["call"]:
        reminders.arm(step, name)
    return Outcome(Result.APPLIED)


def delivered(step: Step, body: Json) -> Outcome:
    """The result of one attempt on one channel. A repeat of the same attempt changes nothing."""
    entity = step.entity(EntityKind.NOTICE, body["notice"])
    if entity is None:
        return Outcome(Result.REFUSED, reason=Refusal.NOT_THERE)
    channel = body.get("channel", "webhook")
    before = entity.get("channels", {}).get(channel, {"attempts": 0})
    if body["attempt"] <= before["attempts"]:
        return Outcome(Result.DUPLICATE_OF, step.state.version)
    row = _attempt(step, before, body)
    channels = {**entity.get("channels", {}), channel: row}
    told = {**entity, "attempts": sum(r["attempts"] for r in channels.values()), "channels": channels}
    told.pop("last_error", None)
    if body["ok"]:
        told.setdefault("delivered_at", z(step.at))
    elif "error" in body and not any("delivered_at" in r and "last_error" not in r for r in channels.values()):
        told["last_error"] = body["error"]
    step.publish(EntityKind.NOTICE, body["notice"], told)
    return Outcome(Result.APPLIED)


def _attempt(step: Step, before: Json, body: Json) -> Json:
    """A channel's row after an attempt: an error stands until the channel takes something again."""
    row: Json = {**before, "attempts": body["attempt"]}
    if "to" in body:
        row["to"] = body["to"]
    if body["ok"]:
        row.setdefault("delivered_at", z(step.at))
        row.pop("last_error", None)
    elif "error" in body:
        row["last_error"] = body["error"]
    return row


def drop(step: Step, suggestion: str) -> None:
    """Forget a closed suggestion and its notice."""
    entity = step.entity(EntityKind.SUGGESTION, suggestion)
    if entity is None:
        return
    for name in of(entity):
        reminders.drop(step, name)
        step.publish(EntityKind.NOTICE, name, None)
    step.publish(EntityKind.SUGGESTION, suggestion, None)
