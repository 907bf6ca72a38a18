"""What a record's own content must keep to, beyond the shape of its line: what live inputs are checked for.

In: a line as JSON, perhaps with faults elsewhere, and the ground. Out: every fault of its report or command, with its
pointer; the bytes of a payload.
Next: streams/backtest/feeding.py
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from schemas.case import RawPayload
from schemas.codec import Json, Malformed, canon
from schemas.command import ARGS, Command, needs_reason
from schemas.report import Fault, Instant, faults
from schemas.rules import RulesRefused
from schemas.sectors import Sector
from schemas.times import from_datetime, z
from streams.backtest.ground import Ground, frozen
from streams.checking import Faulty, check_actor_report

PAYLOAD_LIMIT = 50_000_000
"""Largest payload file in bytes."""
_TOGETHER = (("point",), ("starts", "ends"), ("valid_from", "valid_until"), ("origin", "relayed_from"))
"""Parts of a report that are checked after its shape, or against each other."""
_OF_LINE = ("areas", "expected_from", "expected_until")
"""The same of one line of its impacts."""
_PLACED = re.compile(r"(?P<above>/\S+?)(?: \((?P<rule>[^)]+)\)(?P<within>\S*?))?: (?P<detail>.*)", re.DOTALL)
"""A fault of a rule set: `/rule/0/when: what`, or `/rule/0 (R01)/direct: what`."""
_INSTANT: TypeAdapter[Any] = TypeAdapter(Instant)


def known_at(line: Json) -> int | None:
    """When the room could know it, ms UTC; None where that cannot be read."""
    try:
        return from_datetime(_INSTANT.validate_python(line.get("known_at")))
    except ValidationError:
        return None


def report_faults(line: Json, ground: Ground) -> list[Fault]:
    """Faults of an actor's report, as the server would name them to the actor, and those that it would name next."""
    actor, report = line.get("actor"), line.get("report")
    if report is None or actor is None:
        return []
    strange = isinstance(actor, str) and actor not in ground.reference["actors"]
    found = [{"pointer": "/actor", "detail": f"{actor} is not in the actor registry"}] if strange else []
    if not isinstance(report, dict):
        return found
    # a `known_at` that cannot be read makes no report late or early
    at = known_at(line) or known_at({"known_at": report.get("sent")}) or 0
    told = _checked(report, at, ground)
    for part in _parts(report, at, ground) if told else ():
        told += [fault for fault in _checked(part, at, ground) if fault not in told]
    return found + [{**fault, "pointer": f"/report{fault['pointer']}"} for fault in told]


def _checked(report: Json, at: int, ground: Ground) -> list[Fault]:
    outside = frozenset(ground.borders.names)
    try:
        check_actor_report(canon(report), ground.reference, at, exercise=True, outside=outside)
    except Faulty as error:
        return list(error.faults)
    return []


def _parts(report: Json, at: int, ground: Ground) -> Iterator[Json]:
    """Each part of a report within one that is whole but for it: one fault hides no other."""
    plain = {"sector": next(iter(Sector)), "areas": [ground.reference["region"]["code"]], "now": "none"}
    sound: Json = {"id": "x", "sent": report.get("sent", z(at)), "headline": "x", "impacts": [plain]}
    yield sound
    for names in _TOGETHER:
        yield sound | {name: report[name] for name in names if name in report}
    impacts = report.get("impacts")
    if isinstance(impacts, list):
        rows = [row if isinstance(row, dict) else {} for row in impacts]
        lines = [plain | {name: row[name] for name in _OF_LINE if name in row} for row in rows]
        kind = {"type": report["type"]} if "type" in report else {}
        yield {**sound, **kind, "impacts": lines}


def beside(name: str, *folders: Path) -> Path:
    """A file that a case names, in the first of the folders that has it. Raises Malformed if it points elsewhere."""
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise Malformed(f"{name} does not lie beside the case: give its name, without a leading / and without ..")
    places = [folder / name for folder in folders]
    try:
        found = next((place for place in places if place.exists()), places[0])
        inside = any(found.resolve().is_relative_to(folder.resolve()) for folder in folders)
    except (OSError, ValueError) as error:
        raise Malformed(f"{name} cannot be read: {error}") from error
    if not inside:
        raise Malformed(f"{name} does not lie beside the case: it is a link to elsewhere")
    return found


def payload_of(raw: RawPayload, folder: Path) -> bytes:
    """Bytes of a payload. Raises Malformed when its file is not beside the case."""
    if raw.file is None:
        return raw.body.encode() if isinstance(raw.body, str) else canon(raw.body)
    path = beside(raw.file, folder)
    try:
        if path.stat().st_size > PAYLOAD_LIMIT:
            raise Malformed(f"{raw.file} is larger than {PAYLOAD_LIMIT} bytes")
        return path.read_bytes()
    except OSError as error:
        raise Malformed(f"{raw.file} cannot be read: {error.strerror}") from error


def command_value(line: Json, number: int, at: int, *, seen: int = 0) -> Json:
    """A command as it lies on `commands`: with the login, and with what a case may leave out."""
    login = {name: line[name] for name in ("who", "role") if line.get(name) is not None}
    given: Json = {"id": f"line-{number}", "seen_version": seen, **login, **line["command"]}
    if isinstance(given["seen_version"], int):
        # under other rules there are other versions: nobody has seen one that is not there
        given["seen_version"] = min(given["seen_version"], seen)
    return {**given, "at": z(at)}


def command_faults(line: Json, number: int, ground: Ground) -> list[Fault]:
    """Faults of a person's act, of its arguments, and of rules that it sets."""
    if not isinstance(line.get("command"), dict):
        return []
    value, found = command_value(line, number, known_at(line) or 0), []
    try:
        Command.model_validate(value)
    except ValidationError as error:
        found = [{**f, "pointer": f"/command{f['pointer']}"} for f in faults(error)]
    name, args = value.get("command"), value.get("args", {})
    if isinstance(name, str) and name in ARGS and isinstance(args, dict):
        try:
            ARGS[name].model_validate(args)
        except ValidationError as error:
            found += [{**f, "pointer": f"/command/args{f['pointer']}"} for f in faults(error)]
        if needs_reason(name, args) and not value.get("reason"):
            found.append({"pointer": "/command/reason", "detail": f"{name} needs a reason, in words"})
        if name == "set_rules":
            found += rule_faults("/command/args/rules", args.get("rules"), ground)
    return found


def rule_faults(place: str, rules: Any, ground: Ground) -> list[Fault]:
    """Faults of a rule set within a line, each at its place."""
    if not isinstance(rules, dict):
        return []
    try:
        frozen("", rules, ground.reference, ground.connectors)
    except RulesRefused as refused:
        return list(_apart(place, refused.faults))
    return []


def _apart(place: str, told: Iterable[str]) -> Iterator[Fault]:
    for fault in told:
        found = _PLACED.fullmatch(fault)
        if found is None:
            yield {"pointer": place, "detail": fault}
        else:
            whose = f"{found['rule']}: " if found["rule"] else ""
            yield {"pointer": f"{place}{found['above']}{found['within'] or ''}", "detail": whose + found["detail"]}
