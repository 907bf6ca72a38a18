"""SMHI's impact-based warnings (IBWW): the bytes of its list into reports, one for each warning and area.

In: the answer of `.../ibww/api/version/1/warning.json`. Out: `Parsed`; identity is `<warning id>-<area id>`, the group
is the warning id, the order is `published`. SMHI has no cancel: a warning leaves the list (telling/absence.py).
Next: connectors/run.py
"""

import contextlib
from typing import Any

from pydantic import ValidationError

from connectors.contract import Parsed, Refused
from connectors.reading.found import Found
from connectors.reading.json_pieces import frame, piece
from connectors.reading.values import (
    PAYLOAD_LIMIT,
    Drift,
    identity,
    listing,
    mapping,
    read_json,
)
from connectors.smhi.area import published, report
from schemas.codec import Malformed
from schemas.outcome import Refusal

SOURCE = "smhi"

_WARNING = {"id", "normalProbability", "event", "descriptions", "warningAreas", "areaName"}
_AREA = {
    *("id", "approximateStart", "approximateEnd", "published", "created", "normalProbability", "pushNotice"),
    *("areaName", "warningLevel", "eventDescription", "affectedAreas", "descriptions", "area"),
}


def parse(raw: bytes) -> Parsed:
    """Reports of a list of warnings. Never raises: what cannot be used is in `rejected`, with its bytes."""
    found = Found()
    try:
        value = _frame(raw, found.drift)
    except Malformed as error:
        return Parsed(rejected=(Refused(Refusal.MALFORMED, "", str(error), raw),), error=str(error))
    aside = _aside(value)
    if aside:
        return Parsed(rejected=(Refused(Refusal.PUT_ASIDE, "", aside, raw),), error=aside)
    value = _unwrapped(value, found)
    if not isinstance(value, list):
        detail = "a list of warnings is wanted"
        return Parsed(rejected=(Refused(Refusal.SCHEMA, "", detail, raw),), error=detail)
    for index, part in enumerate(value):
        try:
            warning = piece(part, found.drift)
        except Malformed as error:
            found.refuse_broken(f"/{index}", error, bytes(part))
            continue
        value[index] = None  # read: a long list need not be held twice
        _warning(warning, f"/{index}", found)
    return found.parsed()


def _frame(raw: bytes, drift: Drift) -> Any:
    """The list with its warnings still as bytes; the whole document if it is no list, or not all of it is JSON."""
    if raw[:100].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[") and len(raw) <= PAYLOAD_LIMIT:
        with contextlib.suppress(ValueError):
            return frame(raw, 1)
    return read_json(raw, drift)


def _aside(value: object) -> str:
    """What SMHI publishes beside its warnings, in words; empty for anything else."""
    if isinstance(value, dict) and "timeSeries" in value and "warningAreas" not in value:
        return "a forecast for a point, not a list of warnings"
    rows = value if isinstance(value, list) else []
    if rows and all(map(_is_area, rows)):
        return "a catalogue of areas, not a list of warnings"
    return ""


def _is_area(row: object) -> bool:
    try:
        fields = mapping(piece(row, Drift())).keys()
    except Malformed:
        return False
    return "warningAreas" not in fields and {"id", "area", "code"} <= fields


def _unwrapped(value: object, found: Found) -> object:
    """The list, where it lies in an object; a lone warning is a list of one. Neither is known to be whole."""
    if not isinstance(value, dict):
        return value
    lists = [inner for inner in value.values() if isinstance(inner, list)]
    wrapped = "warningAreas" not in value and len(lists) == 1 and any("warningAreas" in mapping(w) for w in lists[0])
    if "warningAreas" not in value and not wrapped:
        return value
    found.complete = False
    found.drift.note("!", "list:wrapped" if wrapped else "list:lone")
    return lists[0] if wrapped else [value]


def _warning(value: object, pointer: str, found: Found) -> None:
    warning = mapping(value)
    found.drift.fields("warning", warning, _WARNING)
    warning_id, areas = identity(warning.get("id")), warning.get("warningAreas")
    if warning_id is None:
        found.refuse_nameless(f"{pointer}/id", "a warning needs an id", value)
    elif not isinstance(areas, list | dict):
        found.refuse_nameless(f"{pointer}/warningAreas", "a warning needs a list of areas", value)
    else:
        for index, area in enumerate(listing(areas)):
            _area(warning, warning_id, area, f"{pointer}/warningAreas/{index}", found)


def _area(warning: dict[str, Any], warning_id: str, value: object, pointer: str, found: Found) -> None:
    area = mapping(value)
    area_id = identity(area.get("id"))
    if area_id is None:
        found.refuse_nameless(f"{pointer}/id", "an area of a warning needs an id", value)
        return
    key = f"{warning_id}-{area_id}"
    found.seen.add(key)
    found.drift.fields("warningAreas", area, _AREA)
    sent = published(area, found.drift)
    if sent is None:
        found.refuse(f"{pointer}/published", "no time of publication, and none to take for it", value)
        return
    try:
        told = report(SOURCE, key, group=warning_id, warning=warning, area=area, sent=sent, drift=found.drift)
        found.keep(told, "warningAreas", pointer, value)
    except ValidationError as error:
        found.refuse_invalid(pointer, error, value)
