"""What each kind of log record does, and how its cause is named in the version it makes.

In: a log record. Out: an outcome, writes in the step.
"""

from collections.abc import Callable

from schemas.change import Cause, EntityKind
from schemas.codec import Json, digest
from schemas.outcome import Outcome, Refusal, Result
from schemas.record import LogRecord, RecordKind
from schemas.rules import Rule, RulesRefused, read_rules
from schemas.times import MINUTE
from streams.core import commands, items, notices, sources, standing, suggestion_life
from streams.core.items import arm
from streams.core.reference import Reference
from streams.core.step import Step

RULES_KEY = "current"
_APPLIED = Outcome(Result.APPLIED)


def cause(record: LogRecord) -> Cause:
    """Kind and identity of a record, for the version it makes."""
    body = record.body
    match record.kind:
        case RecordKind.REPORT:
            return Cause(record.kind, f"{body['source']}/{body['id']}")
        case RecordKind.COMMAND:
            return Cause(f"command:{body['command']}", str(body.get("on", body["id"])))
        case RecordKind.HEALTH:
            return Cause(record.kind, str(body["source"]))
        case RecordKind.DELIVERY:
            return Cause(record.kind, str(body["notice"]))
        case _:
            return Cause(record.kind, "")


def act(step: Step, record: LogRecord) -> Outcome:
    """Carry out one record."""
    return _ACTS[record.kind](step, record.body)


def _command(step: Step, body: Json) -> Outcome:
    if body["command"] != "set_rules":
        return commands.take(step, body)
    if not step.state.reference.may(body["role"], "set_rules"):
        return Outcome(Result.REFUSED, reason=Refusal.NOT_ALLOWED)
    return set_rules(step, {"rules": body["args"]["rules"]})


def set_rules(step: Step, body: Json) -> Outcome:
    """Put a rule set in force, or refuse it whole and show its faults; the old one stays."""
    if "refused" in body:
        return _refuse_rules(step, body["refused"])
    try:
        found = read_rules(body["rules"])
    except RulesRefused as error:
        return _refuse_rules(step, error.faults)
    shown: Json = {
        "version": found.version,
        "digest": digest(body["rules"]),
        "rules": [_told(rule) for rule in found.rule],
    }
    if step.entity(EntityKind.RULES, RULES_KEY) == shown:
        return Outcome(Result.DUPLICATE_OF, step.state.version)
    step.scalar("rules_raw", body["rules"])
    step.scalar("rules", found)
    step.publish(EntityKind.RULES, RULES_KEY, shown)
    return _APPLIED


def _refuse_rules(step: Step, refused: list[str]) -> Outcome:
    shown = step.entity(EntityKind.RULES, RULES_KEY) or {"version": "none", "digest": "", "rules": []}
    step.publish(EntityKind.RULES, RULES_KEY, {**shown, "refused": refused[:100]})
    return Outcome(Result.REFUSED, reason=Refusal.BAD_RULES)


def _told(rule: Rule) -> Json:
    """A rule as a reader sees it."""
    fields = ("id", "title", "basis", "basis_note", "act", "level", "call", "text", "falls_away")
    told: Json = {name: getattr(rule, name) for name in fields}
    return told | {"hold_min": rule.hold // MINUTE, "clear_min": rule.clear // MINUTE}


def rules_changed(step: Step) -> bool:
    """Did this step put another rule set or registry in force?"""
    return bool(step.scalars)


def _set_reference(step: Step, body: Json) -> Outcome:
    """Put a registry in force: who may set which cell is said anew of everything that stands."""
    if body == step.state.reference_raw:
        return Outcome(Result.DUPLICATE_OF, step.state.version)
    step.scalar("reference_raw", body)
    step.scalar("reference", Reference(body))
    standing.entitle_again(step)
    for actor in sorted(step.state.mine):
        for key in sorted(step.state.mine[actor]):
            arm(step, key)
    return _APPLIED


def _clock(step: Step, body: Json) -> Outcome:
    """The clock was set: the record's own `known_at` has already moved time."""
    del step, body
    return _APPLIED


def _tick(step: Step, body: Json) -> Outcome:
    """Time passed; deadlines were steps of their own before this."""
    del step, body
    return _APPLIED


def _delivered(step: Step, body: Json) -> Outcome:
    """An attempt to tell somebody; one that succeeded takes the suggestion along."""
    outcome = notices.delivered(step, body)
    if outcome.result == Result.APPLIED:
        suggestion_life.delivered(step, body)
    return outcome


_ACTS: dict[str, Callable[[Step, Json], Outcome]] = {
    RecordKind.REPORT: items.take,
    RecordKind.COMMAND: _command,
    RecordKind.HEALTH: sources.take,
    RecordKind.RULES: set_rules,
    RecordKind.REFERENCE: _set_reference,
    RecordKind.CLOCK: _clock,
    RecordKind.TICK: _tick,
    RecordKind.DELIVERY: _delivered,
}
