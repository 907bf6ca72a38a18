"""People's acts, authorised and carried out at their place in the log (docs/api.md).

In: the body of a `command` record: who and role from the login, what they had seen, free texts as keys.
Out: an outcome. A refused one says why; the same command id again is answered, not done again.
"""

from collections.abc import Callable

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.command import NEEDS_REASON
from schemas.ids import cell_key
from schemas.outcome import Outcome, Refusal, Result
from schemas.times import DAY, z
from streams.core import duty, notices, signals, sources, suggestions
from streams.core.items import arm
from streams.core.state import Ask
from streams.core.step import Step

REMEMBERED = 30 * DAY
"""How long a command's id is known, so that a retry is answered."""

Act = Callable[[Step, Json], Outcome]


def take(step: Step, body: Json) -> Outcome:
    """Carry out a command, or say why not."""
    done = step.state.done.get(body["id"])
    if done is not None:
        return Outcome(Result.DUPLICATE_OF, done)
    if not step.state.reference.may(body["role"], body["command"]):
        return _refused(Refusal.NOT_ALLOWED)
    if body["command"] in NEEDS_REASON and "reason" not in body.get("texts", {}):
        return _refused(Refusal.REASON_MISSING)
    outcome = _ACTS[body["command"]](step, body)
    if outcome.result == Result.APPLIED:
        step.put(step.state.done, body["id"], step.number)
        step.deadline(f"done|{body['id']}", step.at + REMEMBERED)
    return outcome


def _refused(reason: Refusal) -> Outcome:
    return Outcome(Result.REFUSED, reason=reason)


def _acknowledge(step: Step, body: Json) -> Outcome:
    """On a notice, or on a suggestion that has one."""
    name = str(body.get("on", ""))
    entity = step.entity(EntityKind.SUGGESTION, name)
    if entity is not None:
        if "notice" not in entity:
            return _refused(Refusal.NOT_THERE)
        name = str(entity["notice"])
    args = body["args"]
    outcome = notices.acknowledge(
        step, name, by=body["who"], on_behalf_of=args.get("on_behalf_of"), via=args.get("via")
    )
    notice = step.entity(EntityKind.NOTICE, name)
    if outcome.result == Result.APPLIED and notice is not None:
        suggestions.move(step, notice["suggestion"], "acknowledge", acted_by=body["who"])
    return outcome


def _move(event: str) -> Act:
    def act(step: Step, body: Json) -> Outcome:
        name = str(body.get("on", ""))
        if step.entity(EntityKind.SUGGESTION, name) is None:
            return _refused(Refusal.NOT_THERE)
        more = {"acted_by": body["who"]}
        if "reason" in body.get("texts", {}):
            more["reason_text"] = body["texts"]["reason"]
        if not suggestions.move(step, name, event, **more):
            return _refused(Refusal.WRONG_STATE)
        if event == "dismiss":
            suggestions.mute(step, name)
        return Outcome(Result.APPLIED)

    return act


def _convene(step: Step, body: Json) -> Outcome:
    """A forum becomes active; first class with no feed and no suggestion at all."""
    args = body["args"]
    known = step.entity(EntityKind.FORUM, args["forum"])
    if known is not None and known["state"] == "active":
        return _refused(Refusal.WRONG_STATE)
    forum: Json = {
        "id": args["forum"],
        "level": args["level"],
        "state": "active",
        "since": z(step.at),
        "convened_by": body["who"],
        "meets_at": z(args["at"]),
        "form": args["form"],
    }
    for name, entity in sorted(step.state.picture[EntityKind.SUGGESTION].items()):
        fits = entity["level"] == args["level"] and entity["act"] in suggestions.ON_LADDER | {"escalate"}
        if fits and suggestions.move(step, name, "convene", acted_by=body["who"]):
            forum["suggestion"] = name
    step.publish(EntityKind.FORUM, args["forum"], forum)
    _forums_changed(step)
    return Outcome(Result.APPLIED)


def _change_forum(step: Step, body: Json, **more: object) -> Outcome:
    name = str(body.get("on", ""))
    forum = step.entity(EntityKind.FORUM, name)
    if forum is None:
        return _refused(Refusal.NOT_THERE)
    if forum["state"] != "active":
        return _refused(Refusal.WRONG_STATE)
    step.publish(EntityKind.FORUM, name, {**forum, **more})
    _forums_changed(step)
    return Outcome(Result.APPLIED)


def _need_direction(step: Step, body: Json) -> Outcome:
    return _change_forum(step, body, need_direction=z(step.at))


def _set_reporting(step: Step, body: Json) -> Outcome:
    return _change_forum(step, body, reporting_min=body["args"]["interval_min"])


def _close(step: Step, body: Json) -> Outcome:
    """Only a person closes a forum; its suggestion and the advice to slow down end with it."""
    outcome = _change_forum(step, body, state="closed", since=z(step.at))
    if outcome.result == Result.APPLIED:
        level = step.state.picture[EntityKind.FORUM][str(body["on"])]["level"]
        for name, entity in sorted(step.state.picture[EntityKind.SUGGESTION].items()):
            if entity["level"] == level:
                suggestions.move(step, name, "close", acted_by=body["who"])
    return outcome


def _forums_changed(step: Step) -> None:
    """Rules that read forums look again; reports without times of their own follow the reporting interval."""
    step.tests.add(signals.FORUM)
    for actor in sorted(step.state.mine):
        for key in sorted(step.state.mine[actor]):
            arm(step, key)


def _request_reports(step: Step, body: Json) -> Outcome:
    """Cells without a value turn `not_reported` when the request is due."""
    args = body["args"]
    cells = tuple(sorted(cell_key(area, sector) for area in args["areas"] for sector in args["sectors"]))
    step.put(step.state.asks, body["id"], Ask(args["by"], cells))
    step.deadline(f"ask|{body['id']}", args["by"])
    step.publish(
        EntityKind.REQUEST,
        body["id"],
        {
            "id": body["id"],
            "by": z(args["by"]),
            "sectors": args["sectors"],
            "areas": args["areas"],
            "asked_by": body["who"],
        },
    )
    return Outcome(Result.APPLIED)


def ask_due(step: Step, name: str) -> None:
    """The time of a request has come: what was not told is now `not_reported`."""
    ask = step.state.asks.get(name)
    if ask is None:
        return
    for cell in ask.cells:
        step.put(step.state.asked, cell, ask.due)
        step.cells.add(cell)
    step.put(step.state.asks, name, None)
    step.publish(EntityKind.REQUEST, name, None)


def _maintenance(step: Step, body: Json) -> Outcome:
    sources.maintain(step, body["args"]["source"], body["args"]["until"])
    return Outcome(Result.APPLIED)


_ACTS: dict[str, Act] = {
    "acknowledge": _acknowledge,
    "accept": _move("accept"),
    "dismiss": _move("dismiss"),
    "convene": _convene,
    "hand_over": duty.hand_over,
    "need_direction": _need_direction,
    "set_reporting": _set_reporting,
    "step_down": _close,
    "close": _close,
    "request_reports": _request_reports,
    "maintenance": _maintenance,
}
"""`set_rules` is carried out by the fold itself, since it changes how the fold reads on."""
