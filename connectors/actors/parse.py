"""An actor's reports (docs: an actor's report), from a file or a topic: bytes into checked reports. Pure.

In: one JSON object, a list of them, or JSON lines. Out: `Checked`: reports whose every field is right, and for each
other piece every fault at once. Nothing here knows the county: codes and entitlement are checked by streams/intake.py.
"""

from typing import NamedTuple

from pydantic import ValidationError

from connectors.contract import Refused
from connectors.reading import Drift, as_json, read_json
from schemas.codec import BODY_LIMIT, Json, Malformed, load_object
from schemas.outcome import Refusal
from schemas.report import ActorReport, faults

SOURCE = "actors"


class Checked(NamedTuple):
    """What one payload of an actor held."""

    items: tuple[ActorReport, ...]
    rejected: tuple[Refused, ...]


def parse(raw: bytes) -> Checked:
    """Checked reports of a payload. Never raises."""
    items: list[ActorReport] = []
    rejected: list[Refused] = []
    for pointer, piece in _pieces(raw):
        found = check(piece, pointer)
        if isinstance(found, ActorReport):
            items.append(found)
        else:
            rejected.append(found)
    return Checked(tuple(items), tuple(rejected))


def check(piece: bytes, pointer: str = "") -> ActorReport | Refused:
    """One report, or every fault in it."""
    try:
        body = load_object(piece)
    except Malformed as error:
        reason = Refusal.TOO_LARGE if len(piece) > BODY_LIMIT else Refusal.MALFORMED
        return Refused(reason, pointer, str(error), piece)
    try:
        return ActorReport.model_validate(body)
    except ValidationError as error:
        detail = "; ".join(f"{pointer}{fault['pointer'] or '/'}: {fault['detail']}" for fault in faults(error))
        return Refused(Refusal.SCHEMA, pointer, detail, piece)


def as_report(report: ActorReport) -> Json:
    """The report as JSON, with the fields that the actor set, unknown ones included."""
    dumped: Json = report.model_dump(mode="json", exclude_unset=True)
    return dumped


def _pieces(raw: bytes) -> list[tuple[str, bytes]]:
    """The payload cut into single reports, each with its pointer: by list index, or by line for JSON lines."""
    try:
        value = read_json(raw, Drift())
    except Malformed:
        lines = [(f"/{index}", row.strip()) for index, row in enumerate(raw.splitlines())]
        rows = [(pointer, row) for pointer, row in lines if row]
        # many lines that are no JSON are one broken document, not many broken reports
        return rows if len(rows) > 1 and any(_is_object(row) for _, row in rows) else [("", raw)]
    if isinstance(value, list):
        return [(f"/{index}", as_json(piece)) for index, piece in enumerate(value)]
    return [("", raw)]


def _is_object(row: bytes) -> bool:
    try:
        load_object(row)
    except Malformed:
        return False
    return True
