"""The JSON form of GTFS Realtime, in either spelling of its names, mended where writers differ. Pure.

In: values of a JSON payload. Out: the protobuf messages they stand for. A field that cannot be read is left out and
counted; an entity that is no object is a `Refused`.
"""

import re
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import Message as Protobuf
from google.transit.gtfs_realtime_pb2 import Alert, FeedEntity, FeedHeader, TripDescriptor

from connectors.contract import Refused
from connectors.reading import Drift, as_json, mapping
from schemas.outcome import Refusal

_LISTS = {"active_period", "informed_entity", "translation", "stop_time_update", "impact_period"}
_TEXTS = {"id", "text", "language", "agency_id", "route_id", "stop_id", "trip_id", "start_date", "start_time"}
_SPOKEN = {"header_text", "description_text", "url", "cause_detail", "effect_detail"}
_ENUMS: dict[str, dict[str, int]] = {
    "cause": dict(Alert.Cause.items()),
    "effect": dict(Alert.Effect.items()),
    "severity_level": dict(Alert.SeverityLevel.items()),
    "schedule_relationship": dict(TripDescriptor.ScheduleRelationship.items()),
    "incrementality": dict(FeedHeader.Incrementality.items()),
}
_DEPTH = 20


def message_of(value: Any) -> dict[str, Any]:
    """The message itself, also where it is wrapped once in an object or a list."""
    whole = mapping(value[0]) if isinstance(value, list) and len(value) == 1 else mapping(value)
    if "header" not in whole and len(whole) == 1:
        whole = mapping(next(iter(whole.values())))
    return whole


def header_of(value: Any, drift: Drift) -> FeedHeader | None:
    """The header; None if there is none."""
    header = FeedHeader()
    _read(mapping(_mended(value, drift, 0)), header, drift)
    return header if header.ListFields() else None


def entity_of(value: Any, index: int, drift: Drift) -> FeedEntity | Refused:
    """One entity."""
    if not isinstance(value, dict):
        return Refused(Refusal.SCHEMA, f"/entity/{index}", "an entity has to be an object", as_json(value))
    entity = FeedEntity()
    _read(mapping(_mended(value, drift, 0)), entity, drift)
    return entity


def _read(value: dict[str, Any], into: Protobuf, drift: Drift) -> None:
    """Read all at once; if that fails, field by field, so that a bad one spoils only itself."""
    if _taken(value, into):
        return
    for name, one in value.items():
        if name in into.DESCRIPTOR.fields_by_name:
            into.ClearField(name)
        if not _taken({name: one}, into):
            inner = getattr(into, name, None)
            into.ClearField(name)
            drift.note("!", f"json.{name}")
            if isinstance(one, dict) and isinstance(inner, Protobuf):
                _read(one, getattr(into, name), drift)


def _taken(value: dict[str, Any], into: Protobuf) -> bool:
    try:
        json_format.ParseDict(value, into, ignore_unknown_fields=True)
    except (json_format.ParseError, ValueError, TypeError, AttributeError, RecursionError):
        return False
    return True


def _mended(value: Any, drift: Drift, depth: int) -> Any:
    """Lone objects in lists where lists belong, numbers as texts where texts belong, no nulls, only words we know."""
    if depth > _DEPTH:
        return None
    if isinstance(value, list):
        return [_mended(one, drift, depth + 1) for one in value if one is not None]
    if not isinstance(value, dict):
        return value.encode(errors="replace").decode() if isinstance(value, str) else value
    found = {}
    for key, one in value.items():
        name = re.sub(r"(?<=[a-z])[A-Z]", lambda m: f"_{m[0].lower()}", key)
        kept = _fitting(name, one, drift)
        if kept is not None:
            found[name] = _mended(kept, drift, depth + 1)
    return found


def _fitting(name: str, value: Any, drift: Drift) -> Any:
    if name in _LISTS and isinstance(value, dict):
        return [value]
    if name in _SPOKEN and isinstance(value, str | list):
        return {"translation": [{"text": value}] if isinstance(value, str) else value}
    if name in _TEXTS and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if name not in _ENUMS or value is None:
        return value
    word, known = str(value).strip().upper(), _ENUMS[name]
    number = known.get(word, next((n for n in known.values() if str(n) == word), None))
    if number is not None:
        return number
    drift.note("=", f"{name}:{word}")
    return None
