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
from connectors.reading.values import Drift, as_json, instant, listing, mapping
from schemas.outcome import Refusal
from schemas.times import from_datetime

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
_PLURALS = {
    "entities": "entity",
    "translations": "translation",
    "active_periods": "active_period",
    "informed_entities": "informed_entity",
    "stop_time_updates": "stop_time_update",
}
_TIMES = {"timestamp", "start", "end"}
_DEPTH = 20


def message_of(value: Any) -> dict[str, Any]:
    """The message itself with `header` and `entity`, also where it is wrapped in an object or a list.

    A bare list of entities, or a message without a header, is taken for one that does not say when it was made.
    """
    if isinstance(value, list) and len(value) != 1:
        return {"header": {}, "entity": value} if any(map(_is_entity, value)) else {}
    whole = value[0] if isinstance(value, list) else value
    if _is_entity(whole):
        return {"header": {}, "entity": [whole]}
    for inner in (whole, *mapping(whole).values()):
        named = {_named(key): one for key, one in mapping(inner).items()}
        if "header" in named or "entity" in named:
            return {"header": named.get("header", {}), "entity": _entities(named.get("entity"))}
    return {}


def _is_entity(value: Any) -> bool:
    names = {_named(key) for key in mapping(value)}
    return "id" in names and bool(names & {"alert", "trip_update", "vehicle", "is_deleted"})


def _entities(value: Any) -> list[Any]:
    """Entities, also as an object with a number or an id for each."""
    if isinstance(value, dict) and not _is_entity(value) and all(isinstance(one, dict) for one in value.values()):
        return list(value.values())
    return listing(value)


def _named(key: str) -> str:
    """A name as protobuf has it: `InformedEntities` of a C# writer is `informed_entity`."""
    name = re.sub(r"(?<=[a-z])[A-Z]", lambda m: f"_{m[0].lower()}", key[:1].lower() + key[1:])
    return _PLURALS.get(name, name)


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
    if value.keys() == {"low", "high", "unsigned"}:
        return _long(value)
    found = {}
    for key, one in value.items():
        name = _named(key)
        kept = _fitting(name, one, drift)
        if kept is not None:
            found[name] = _mended(kept, drift, depth + 1)
    return found


def _long(value: dict[str, Any]) -> int | None:
    """A number of 64 bits as JavaScript's library for protobuf writes it, in two halves."""
    low, high = value["low"], value["high"]
    if not isinstance(low, int) or not isinstance(high, int):
        return None
    return ((high & 0xFFFFFFFF) << 32) + (low & 0xFFFFFFFF)


def _fitting(name: str, value: Any, drift: Drift) -> Any:
    if name in _LISTS and isinstance(value, dict):
        return [value]
    if name in _SPOKEN and isinstance(value, str | list):
        return {"translation": [{"text": value}] if isinstance(value, str) else value}
    if name in _TEXTS and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if name in _TIMES:
        return _seconds(name, value, drift)
    if name == "is_deleted":
        return str(value).strip().lower() in {"true", "1", "1.0"}
    if name not in _ENUMS or value is None:
        return value
    word, known = str(value).strip().upper(), _ENUMS[name]
    number = known.get(word, next((n for n in known.values() if str(n) == word), None))
    if number is not None:
        return number
    drift.note("=", f"{name}:{word}")
    return None


def _seconds(name: str, value: Any, drift: Drift) -> Any:
    """POSIX seconds as a whole number; of a time in words its seconds; what is neither is counted and left out."""
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d[T ]", value):
        moment = instant(value, drift, name)
        return None if moment is None else from_datetime(moment) // 1000
    if isinstance(value, dict) and value.keys() == {"low", "high", "unsigned"}:
        value = _long(value)
    if value is None:
        return None
    try:
        found = int(value) if isinstance(value, int) or str(value).strip().isdecimal() else int(float(value))
    except (TypeError, ValueError, OverflowError):
        found = -1
    if isinstance(value, bool) or not 0 <= found < 2**63:
        drift.note("!", f"json.{name}")
        return None
    return found
