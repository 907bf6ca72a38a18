"""Reads RoadCondition 1.2: how slippery the state's roads are, stretch by stretch.

In: an object as Trafikverket writes it. Out: reports in `Found`, one for each stretch that is not normal. Code 1 is the
source's own word that a stretch is normal again: a cancel of what was told of it, and nothing where nothing was.
"""

from typing import Any

from connectors.reading.places import county_codes, wkt
from connectors.reading.values import Drift, line, mapping
from connectors.trafikverket.found import Found, named
from connectors.trafikverket.values import flag, joined, many, moment_of, numbers, span_of
from schemas.report import FeedReport, Place
from schemas.sectors import Kind, Severity
from schemas.times import from_datetime

KIND = "RoadCondition"

_FIELDS = {
    *("Cause", "ConditionCode", "ConditionInfo", "ConditionText", "CountyNo", "Creator", "Deleted", "EndTime"),
    *("Geometry", "IconId", "Id", "LocationText", "Measurement", "ModifiedTime", "RoadNumber", "RoadNumberNumeric"),
    *("SafetyRelatedMessage", "StartTime", "Warning"),
}
_NORMAL = "1"
_SEVERITY = {
    _NORMAL: Severity.INFORMATION,
    "2": Severity.MINOR,
    "3": Severity.MODERATE,
    "4": Severity.MODERATE,
}
"""This project's mapping: difficult, very difficult, ice and snow."""


def read(value: object, pointer: str, source: str, found: Found) -> None:
    """Report of one stretch of road."""
    road = mapping(value)
    found.drift.fields(KIND, road, _FIELDS)
    key = named("road-condition", road.get("Id"))
    found.read(KIND, key, pointer, value, lambda own: _report(own, road, source, found.drift))


def _report(key: str, road: dict[str, Any], source: str, drift: Drift) -> FeedReport | None:
    code = line(road.get("ConditionCode"))
    if code not in _SEVERITY:
        drift.note("=", f"ConditionCode:{code or 'none'}")
    gone = flag(road.get("Deleted")) or code == _NORMAL
    moment = moment_of(road, KIND, "ModifiedTime", drift, gone=gone)
    if moment is None:
        return None
    onset, ends = span_of(road, KIND, ("StartTime", "EndTime"), drift)
    what = line(road.get("ConditionText")) or line(joined(many(road.get("ConditionInfo"))))
    where = " ".join(text for name in ("RoadNumber", "LocationText") if (text := line(road.get(name))))
    return FeedReport(
        source=source,
        id=key,
        revision=from_datetime(moment),
        sent=moment,
        kind=Kind.DISRUPTION,
        change="cancel" if gone else "report",
        severity=_SEVERITY.get(code, Severity.INFORMATION),
        native=_native(road, code),
        headline=line(", ".join(part for part in (f"Väglag: {what or 'okänt'}", where) if part)),
        texts=_texts(road),
        onset=onset,
        ends=ends,
        place=_place(road, drift),
    )


def _native(road: dict[str, Any], code: str) -> dict[str, str]:
    lists = {"warning": "Warning", "cause": "Cause", "measures": "Measurement"}
    native = {"object": KIND, "level": code, "level_text": line(road.get("ConditionText"))}
    native |= {name: line(joined(many(road.get(field))).replace("\n", ", ")) for name, field in lists.items()}
    native |= {"road": line(road.get("RoadNumber")), "icon": line(road.get("IconId"))}
    return {name: text for name, text in native.items() if text}


def _texts(road: dict[str, Any]) -> dict[str, str]:
    texts = {"message": joined(many(road.get("ConditionInfo"))), "location": joined([road.get("LocationText")])}
    return {name: text for name, text in texts.items() if text}


def _place(road: dict[str, Any], drift: Drift) -> Place:
    drawn = wkt(mapping(road.get("Geometry")).get("WGS84"), drift, f"{KIND}.Geometry")
    return Place(wkt=[drawn]) if drawn else Place(codes=county_codes(numbers(road.get("CountyNo"))))
