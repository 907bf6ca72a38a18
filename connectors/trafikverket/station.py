"""Reads TrainStationMessage 1.0: what monitors, signs and loudspeakers of a station say.

In: an object as Trafikverket writes it. Out: reports in `Found`, one for each message; the same words on monitor and
sign are two messages of the source. The order is VersionNumber. Level by Status: StortLage severe, Hog moderate.
"""

from typing import Any

from connectors.reading.values import clean, line, mapping
from connectors.trafikverket.found import Found, named
from connectors.trafikverket.stations import municipalities, spoken
from connectors.trafikverket.values import flag, moment_of, numbers, span_of
from schemas.report import FeedReport, Place
from schemas.sectors import Kind, Severity

KIND = "TrainStationMessage"

_FIELDS = {
    *("ActiveDays", "Deleted", "EndDateTime", "EventId", "FreeText", "Id", "LocationCode", "MediaType"),
    *("ModifiedTime", "MonitorAttributes", "PlatformSignAttributes", "PublicAnnouncementAttributes"),
    *("SplitActivationTime", "StartDateTime", "Status", "VersionNumber"),
}
_SEVERITY = {
    "StortLage": Severity.SEVERE,
    "Hog": Severity.MODERATE,
    "Normal": Severity.INFORMATION,
    "Lag": Severity.INFORMATION,
}
"""This project's mapping of Trafikverket's statuses."""


def read(value: object, pointer: str, source: str, found: Found) -> None:
    """Report of one message."""
    message = mapping(value)
    found.drift.fields(KIND, message, _FIELDS)
    key = named("station", message.get("Id"))
    found.read(KIND, key, pointer, value, lambda own: _report(own, message, source, found))


def _report(key: str, message: dict[str, Any], source: str, found: Found) -> FeedReport | None:
    gone = flag(message.get("Deleted"))
    moment = moment_of(message, KIND, "ModifiedTime", found.drift, gone=gone)
    if moment is None:
        return None
    onset, ends = span_of(message, KIND, ("StartDateTime", "EndDateTime"), found.drift)
    status, sign = line(message.get("Status")), line(message.get("LocationCode"), 20)
    if status not in _SEVERITY:
        found.drift.note("=", f"Status:{status or 'none'}")
    text = clean(message.get("FreeText"))
    versions = [n for n in numbers(message.get("VersionNumber")) if n >= 0]
    native = {
        "object": KIND,
        "level": status,
        "media": line(message.get("MediaType")),
        "stations": sign,
        "event": line(message.get("EventId")),
        "days": line(message.get("ActiveDays")),
    }
    english = mapping(message.get("PublicAnnouncementAttributes")).get("EnglishText")
    texts = {"message": text, "message_en": clean(english)}
    return FeedReport(
        source=source,
        id=key,
        revision=versions[0] if versions else None,
        sent=moment,
        kind=Kind.DISRUPTION,
        change="cancel" if gone else "report",
        severity=_SEVERITY.get(status, Severity.INFORMATION),
        native={name: value for name, value in native.items() if value},
        headline=": ".join(part for part in (spoken([sign]) if sign else "", line(text, 160)) if part),
        texts={name: value for name, value in texts.items() if value},
        onset=onset,
        ends=ends,
        place=Place(codes=municipalities([sign])),
    )
