"""SL's deviations: the bytes of its list into reports, one for each deviation case.

In: the answer of `.../v1/messages`. Out: `Parsed`; identity is `deviation_case_id`, the order is `version`. There is no
cancel: a deviation leaves the list (connectors/telling/absence.py), or the validity of its newest message passes.
Next: connectors/run.py
"""

from datetime import datetime
from typing import Any

from pydantic import ValidationError

from connectors.contract import Parsed, Refused
from connectors.reading.found import Found
from connectors.reading.json_pieces import piece, unwrapped, written
from connectors.reading.json_pieces import rows as rows_of
from connectors.reading.local_time import local_instant
from connectors.reading.values import Drift, identity, listing, mapping, respelled
from connectors.sl.message import KNOWN, NAMES, message, number
from schemas.codec import Malformed
from schemas.outcome import Refusal

SOURCE = "sl"

_WRAPPERS = ("messages", "deviations", "data", "items", "results")
"""Names a list may lie under when somebody has wrapped it."""
_TELLING = {"deviation_case_id", "message_variants", "publish", "scope"}
"""A list whose objects have none of these is no list of deviations."""
_ERRORS = ("error", "errors", "message", "Message", "title", "detail", "fault")


class _Reader(Found):
    """Collects what one payload holds."""

    def __init__(self) -> None:
        super().__init__()
        self.telling = self.objects = False

    def read(self, part: object, pointer: str) -> None:
        try:
            value = piece(part, self.drift)
        except Malformed as error:
            self.refuse_broken(pointer, error, written(part))
            return
        if "deviation_case_id" not in mapping(value) and not _TELLING.intersection(mapping(value)):
            value = respelled(value, NAMES)
        self.objects = self.objects or bool(mapping(value))
        self.telling = self.telling or bool(_TELLING.intersection(mapping(value)))
        _deviation(value, pointer, self)


def parse(raw: bytes) -> Parsed:
    """Reports of a list of deviations. Never raises: what cannot be used is in `rejected`, with its bytes."""
    reader = _Reader()
    try:
        value = unwrapped(rows_of(raw, reader.drift), reader.drift)
    except Malformed as error:
        return Parsed(rejected=(Refused(Refusal.MALFORMED, "", str(error), raw),), error=str(error))
    rows, pointer = _rows(value, reader)
    if rows is None:
        detail = _words_of(value) or "a list of deviations is wanted"
        return Parsed(rejected=(Refused(Refusal.SCHEMA, "", detail, raw),), error=detail)
    for index, row in enumerate(rows):
        reader.read(row, f"{pointer}/{index}")
    if reader.objects and not reader.telling:
        detail = "a list, but not of deviations"
        return Parsed(rejected=(Refused(Refusal.PUT_ASIDE, "", detail, raw),), error=detail)
    return reader.parsed()


def _rows(value: object, reader: _Reader) -> tuple[list[Any] | None, str]:
    """The deviations, and where they lie. A lone or wrapped one is not the list SL documents: never complete."""
    if isinstance(value, list):
        return value, ""
    holder = mapping(value)
    if "deviation_case_id" in holder:
        reader.complete = False
        return [holder], ""
    for name in _WRAPPERS:
        found = holder.get(name)
        if isinstance(found, list) or _TELLING.intersection(mapping(found)):
            reader.complete = False
            reader.drift.note("!", f"wrapped:{name}")
            return listing(found), f"/{name}"
    return None, ""


def _words_of(value: object) -> str:
    """What an object that is no list says of an error."""
    holder = mapping(value)
    words = next((holder[name] for name in _ERRORS if holder.get(name)), None)
    return f"SL answers: {written(words)[:200].decode(errors='replace')}" if words is not None else ""


def _deviation(value: object, pointer: str, reader: _Reader) -> None:
    deviation = mapping(value)
    key = identity(deviation.get("deviation_case_id"))
    if key is None:
        reader.refuse_nameless(f"{pointer}/deviation_case_id", "a deviation needs its case id", value)
        return
    reader.seen.add(key)
    reader.drift.fields("deviation", deviation, KNOWN)
    sent = _published(deviation, reader.drift)
    if sent is None:
        reader.refuse(f"{pointer}/created", "no time of creation, and none to take for it", value)
        return
    revision = number(deviation.get("version"))
    if revision is None:
        reader.drift.note("-", "deviation.version")
    try:
        told = message(SOURCE, key, deviation, revision=revision, sent=sent, drift=reader.drift)
        reader.keep(told, "deviation", pointer, value)
    except ValidationError as error:
        reader.refuse_invalid(pointer, error, value)


def _published(deviation: dict[str, Any], drift: Drift) -> datetime | None:
    """When this version was made; `modified` is only there once it has been changed."""
    for name in ("modified", "created"):
        moment = local_instant(deviation.get(name), drift, f"deviation.{name}")
        if moment is not None:
            return moment
    drift.note("-", "deviation.created")
    return local_instant(mapping(deviation.get("publish")).get("from"), drift, "deviation.publish.from")
