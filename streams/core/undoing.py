"""Undo: what stood before an act on the picture is put back, as long as nobody has changed it since.

In: the id of a command. Out: an outcome. An undo is a command like others: nothing disappears from the record.
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.outcome import Outcome, Refusal, Result
from streams.core import happening, requests
from streams.core.events import join, leave
from streams.core.step import Step

_APPLIED = Outcome(Result.APPLIED)


def undo(step: Step, body: Json) -> Outcome:
    """Put back what stood before the command this is given on."""
    command = str(body.get("on", ""))
    act = step.state.acts.get(command)
    if act is None:
        return Outcome(Result.REFUSED, reason=Refusal.NOT_THERE)
    if not (_entity(step, command, act) if "kind" in act else _ties(step, command, act)):
        return Outcome(Result.REFUSED, reason=Refusal.WRONG_STATE)
    step.put(step.state.acts, command, None)
    return _APPLIED


def _entity(step: Step, command: str, act: Json) -> bool:
    entity = step.entity(act["kind"], act["key"])
    if (entity or {}).get("command") != (command if act["sets"] else None):
        return False
    if act["kind"] == EntityKind.REQUEST:
        requests.take_back(step, command)
    else:
        step.publish(act["kind"], act["key"], act["was"])
    return True


def _ties(step: Step, command: str, act: Json) -> bool:
    now = {key: step.state.ties.get(key) for key, _ in act["ties"]}
    if any(tie is not None and tie["by"] != command for tie in now.values()):
        return False
    for key, tie in act["ties"]:
        step.put(step.state.ties, key, tie)
        if key in step.state.items:
            step.items.add(key)
        if key.startswith("pin|"):
            happening.publish(step, key.partition("|")[2])
    touched = {event for key, _ in act["ties"] if (event := step.state.linked.get(key))}
    for key, _ in act["ties"]:
        if key in step.state.items:
            leave(step, key)
    for key, event, why in act["places"]:
        if key in step.state.items:
            _back(step, key, event, why)
    for event in sorted(touched):
        happening.publish(step, event)
    return True


def _back(step: Step, key: str, event: str, why: Json) -> None:
    """Into the event it was in, with the old reason; one that was held together by points needs its first item too."""
    if why.get("to") in step.state.items and why["to"] not in step.state.linked and why["to"] not in step.state.ties:
        join(step, event, why["to"], {"reason": "first"})
        step.items.add(why["to"])
    join(step, event, key, why)
