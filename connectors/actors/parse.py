"""An actor's reports (docs/reporting.md), from a file or a topic: bytes into checked reports. Pure.

In: one JSON object, a list of them, JSON lines, or a table (columns.py). Out: `Checked`: reports whose every field is
right, and for each other piece every fault at once. Nothing here knows the county: codes and entitlement are checked
where that is known (connectors/actors/folder.py, streams/intake.py).
"""

import codecs
from collections.abc import Iterable
from typing import NamedTuple

from pydantic import ValidationError

from connectors.actors.columns import Piece, read_table
from connectors.contract import Refused
from connectors.reading.values import Drift, as_json, read_json
from schemas.codec import BODY_LIMIT, Json, Malformed, load_object
from schemas.outcome import Refusal
from schemas.report import ActorReport, Fault, faults

SOURCE = "actors"


class Checked(NamedTuple):
    """What one payload of an actor held."""

    items: tuple[ActorReport, ...]
    rejected: tuple[Refused, ...]


def parse(raw: bytes, sent: str | None = None) -> Checked:
    """Checked reports of a payload; `sent` is for reports of a table that do not say when. Never raises."""
    found = [judged(piece) for piece in pieces(raw, sent)]
    items = tuple(item for item in found if isinstance(item, ActorReport))
    return Checked(items, tuple(item for item in found if isinstance(item, Refused)))


def check(raw: bytes, pointer: str = "") -> ActorReport | Refused:
    """One report as JSON, or every fault in it."""
    return judged(Piece(raw, pointer))


def judged(piece: Piece) -> ActorReport | Refused:
    """The report of a piece, or every fault in it."""
    try:
        body = load_object(piece.raw)
    except Malformed as error:
        reason = Refusal.TOO_LARGE if len(piece.raw) > BODY_LIMIT else Refusal.MALFORMED
        return refused(piece, reason, [{"pointer": "", "detail": str(error)}])
    try:
        report = ActorReport.model_validate(body)
    except ValidationError as error:
        return refused(piece, Refusal.SCHEMA, faults(error))
    return refused(piece, piece.reason) if piece.faults else report


def refused(piece: Piece, reason: Refusal, found: Iterable[Fault] = ()) -> Refused:
    """The piece with every fault in it, those of the table first."""
    if piece.faults and not piece.first:
        # the table itself cannot be read: what JSON says of its bytes tells nobody anything
        return Refused(piece.reason, piece.pointer, "; ".join(piece.faults), piece.raw)
    told = [*piece.faults, *(f"{piece.where(fault['pointer'])}: {fault['detail']}" for fault in found)]
    return Refused(piece.reason if piece.faults else reason, piece.pointer, "; ".join(told), piece.raw)


def as_report(report: ActorReport) -> Json:
    """The report as JSON, with the fields that the actor set, unknown ones included."""
    dumped: Json = report.model_dump(mode="json", exclude_unset=True)
    return dumped


def pieces(raw: bytes, sent: str | None = None) -> list[Piece]:
    """The payload cut into single reports, in its order. Never raises."""
    raw = raw.removeprefix(codecs.BOM_UTF8)
    begins = raw[:4_000].lstrip()[:1]
    if begins not in (b"{", b"["):
        table = read_table(raw, sent)
        if table is not None:
            return table
    return [Piece(piece, pointer) for pointer, piece in _json_pieces(raw)]


def _json_pieces(raw: bytes) -> list[tuple[str, bytes]]:
    """By list index, or by line for JSON lines."""
    try:
        value = read_json(raw, Drift())
    except Malformed:
        lines = [(f"/{index}", row.strip()) for index, row in enumerate(raw.splitlines())]
        rows = [(pointer, row) for pointer, row in lines if row]
        # many lines that are no JSON are one broken document, not many broken reports
        return rows if len(rows) > 1 and any(_is_object(row) for _, row in rows) else [("", raw)]
    if isinstance(value, dict) and "id" not in value and isinstance(value.get("reports"), list):
        return [(f"/reports/{index}", _bytes(piece, raw)) for index, piece in enumerate(value["reports"])]
    if isinstance(value, list):
        return [(f"/{index}", _bytes(piece, raw)) for index, piece in enumerate(value)]
    return [("", raw)]


def _bytes(value: object, raw: bytes) -> bytes:
    """A piece as JSON; the whole payload, which is no report, where it is nested too deep to be written."""
    try:
        return as_json(value)
    except RecursionError:
        return raw


def _is_object(row: bytes) -> bool:
    try:
        load_object(row)
    except Malformed:
        return False
    return True
