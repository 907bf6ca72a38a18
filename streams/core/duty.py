"""Hand-over of a duty: who has it now, and what was open at that moment.

In: a `hand_over` command, naming a person by the alias of the duty plan: addresses never enter the log. Out: one entity
for each role, with the open matters as the one who went off duty had them. Next: streams/duty.py
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.outcome import Outcome, Result
from schemas.times import z
from streams.core.moments import seal
from streams.core.step import Step

OPEN: dict[EntityKind, frozenset[str]] = {
    EntityKind.NOTICE: frozenset({"open"}),
    EntityKind.SUGGESTION: frozenset({"raised", "notified", "acknowledged", "accepted"}),
    EntityKind.FORUM: frozenset({"convened", "active"}),
    EntityKind.MATTER: frozenset({"open"}),
    EntityKind.ENTRY: frozenset({"open", "overdue"}),
    EntityKind.REQUEST: frozenset(),
    EntityKind.QUESTION: frozenset({"open", "overdue"}),
}
"""Kinds that a duty officer answers for, with the states in which they are open; none named: while they stand."""
_TOLD = ("person", "since", "until")


def hand_over(step: Step, body: Json) -> Outcome:
    """Another person has the duty from now."""
    args = body["args"]
    entity: Json = {
        "id": args["role"],
        "person": args["to"],
        "since": z(step.at),
        "handed_over_by": body["who"],
        "sealed": seal(step, body),
        "matters": open_matters(step),
    }
    if "until" in args:
        entity["until"] = z(args["until"])
    step.publish(EntityKind.DUTY, args["role"], entity)
    _redirect(step)
    return Outcome(Result.APPLIED)


def given(step: Step) -> Json:
    """What a notice says of who has which duty by hand-over; empty where the plan alone tells."""
    rows = sorted(step.state.picture[EntityKind.DUTY].items())
    given = {role: {name: row[name] for name in _TOLD if name in row} for role, row in rows}
    return {"duty": given} if given else {}


def _redirect(step: Step) -> None:
    """What is still open rings the one who has the duty now."""
    for name, notice in sorted(step.state.picture[EntityKind.NOTICE].items()):
        if notice["state"] == "open":
            step.publish(EntityKind.NOTICE, name, {**notice, **given(step)})


def open_matters(step: Step) -> list[Json]:
    """What waits for somebody, in the order of kind and id."""
    return [
        {"kind": kind.value, "id": name, "state": entity.get("state", "open")}
        for kind, states in OPEN.items()
        for name, entity in sorted(step.state.picture[kind].items())
        if not states or entity["state"] in states
    ]
