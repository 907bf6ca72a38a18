"""What a record's own content must keep to, beyond the shape of its line: what live inputs are checked for.

In: a checked line and the ground. Out: every fault of its report, payload or command, with its pointer.
Next: streams/backtest/feeding.py
"""

from pathlib import Path

from pydantic import ValidationError

from schemas.case import CaseLine, RawPayload
from schemas.codec import Json, Malformed, canon
from schemas.command import Command, check_args
from schemas.report import Fault, faults
from schemas.times import from_datetime, z
from streams.backtest.ground import Ground
from streams.normalise import Faulty, check_actor_report

PAYLOAD_LIMIT = 50_000_000
"""Largest payload file in bytes."""


def report_faults(line: CaseLine, ground: Ground) -> list[Fault]:
    """Faults of an actor's report, as the server would name them to the actor."""
    if line.report is None or line.actor is None:
        return []
    found = [{"pointer": "/actor", "detail": f"{line.actor} is not in the actor registry"}]
    found = found if line.actor not in ground.reference["actors"] else []
    try:
        check_actor_report(
            canon(line.report),
            ground.reference,
            from_datetime(line.known_at),
            exercise=True,
            outside=frozenset(ground.borders.names),
        )
    except Faulty as error:
        found += [{"pointer": f"/report{f['pointer']}", "detail": f["detail"]} for f in error.faults]
    return found


def payload_of(raw: RawPayload, folder: Path) -> bytes:
    """Bytes of a payload. Raises Malformed when its file is not beside the case."""
    if raw.file is None:
        return raw.body.encode() if isinstance(raw.body, str) else canon(raw.body)
    path = (folder / raw.file).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise Malformed(f"{raw.file} does not lie beside the case")
    try:
        if path.stat().st_size > PAYLOAD_LIMIT:
            raise Malformed(f"{raw.file} is larger than {PAYLOAD_LIMIT} bytes")
        return path.read_bytes()
    except OSError as error:
        raise Malformed(f"{raw.file} cannot be read: {error.strerror}") from error


def command_value(line: CaseLine, number: int, *, seen: int = 0) -> Json:
    """A command as it lies on `commands`: with the login, and with what a case may leave out."""
    login = {name: said for name, said in (("who", line.who), ("role", line.role)) if said is not None}
    given: Json = {"id": f"line-{number}", "seen_version": seen, **login, **(line.command or {})}
    if isinstance(given["seen_version"], int):
        # under other rules there are other versions: nobody has seen one that is not there
        given["seen_version"] = min(given["seen_version"], seen)
    return {**given, "at": z(from_datetime(line.known_at))}


def command_faults(line: CaseLine, number: int) -> list[Fault]:
    """Faults of a person's act and of its arguments."""
    if line.command is None:
        return []
    try:
        command = Command.model_validate(command_value(line, number))
    except ValidationError as error:
        return [{**f, "pointer": f"/command{f['pointer']}"} for f in faults(error)]
    try:
        check_args(command)
    except ValidationError as error:
        return [{**f, "pointer": f"/command/args{f['pointer']}"} for f in faults(error)]
    return []
