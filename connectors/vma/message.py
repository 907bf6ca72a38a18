"""One alert of the VMA interface: its identity, references, status, severity, texts and place. Pure.

In: an alert as JSON. Out: parts of a `FeedReport`. The interface's own urgency, severity and certainty are the same
for a leak of gas and for the quarterly test of the sirens, so nothing is graded by them.
Next: connectors/vma/parse.py
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from connectors.reading.local_time import ZONE, local_instant
from connectors.reading.names import codes_named, is_code, named_id, place_of
from connectors.reading.places import COUNTIES
from connectors.reading.values import Drift, clean, first_text, line, listing, mapping
from schemas.report import Place
from schemas.sectors import Severity, Status

VALID = timedelta(days=7)
"""How long an alert stands by the interface's own rule (`expires` is always `sent` + 7 days in version 3)."""

INFO = {
    *("language", "category", "event", "urgency", "severity", "certainty", "expires", "senderName", "headline"),
    *("description", "instruction", "responseType", "web", "contact", "parameters", "parameter", "area", "onset"),
    *("effective", "audience", "eventCode", "resource"),
}
"""Fields of an alert's `info`, also those that CAP has and this interface has not sent so far."""

_IDENTIFIER = re.compile(r"SR(?:CAP|VMA)(\d{14})([A-Z])")
_LETTERS = {"I": Status.ACTUAL, "E": Status.EXERCISE, "T": Status.TEST}
_STATUSES = {status.value: status for status in Status} | {"övning": Status.EXERCISE, "prov": Status.TEST}
_LARM = re.compile(r"\bvma[\s-]*larm\b|\bvarningsmeddelande\b", re.IGNORECASE)
_DIGITS = {"kommun": 4, "län": 2, "sverige": 2}


class Reference(NamedTuple):
    """One earlier alert that an alert names."""

    id: str
    sent: datetime | None


class Alert(NamedTuple):
    """An alert with what all its readings need."""

    value: dict[str, Any]
    """As it was sent."""
    pointer: str
    """Where it stands in the payload."""
    identifier: str
    incident: str
    """Empty, if it names none."""
    refers: list[Reference]
    sent: datetime


def references(value: object, drift: Drift) -> list[Reference]:
    """Earlier alerts: `sender,identifier,sent` for each, several by blanks; also a bare identifier."""
    whole = " ".join(map(clean, value)) if isinstance(value, list) else clean(value)
    found: dict[str, Reference] = {}
    for word in whole.split():
        parts = word.split(",")
        key = named_id(parts[1] if len(parts) > 1 else parts[0])
        if key is None:
            drift.note("!", "alerts.references")
            continue
        sent = local_instant(parts[2], drift, "alerts.references:sent") if len(parts) > 2 else None
        found.setdefault(key, Reference(key, sent))
    return list(found.values())


def status_in_name(identifier: str) -> Status | None:
    """What the last letter of an identifier says: I real, E exercise, T test."""
    match = _IDENTIFIER.fullmatch(identifier)
    return _LETTERS.get(match[2]) if match else None


def first_alert(incident: str) -> str | None:
    """Identifier of the alert that an incident began with: it bears the same number (seen in every recorded alert)."""
    return f"SRCAP{incident[5:]}" if _IDENTIFIER.fullmatch(incident) else None


def said_status(alert: dict[str, Any], identifier: str, drift: Drift) -> Status | None:
    """Status as the field says it: a test never becomes real, nor a real one a test, by a letter in a name.

    Only where the field is missing or new the letter decides; None: neither tells.
    """
    word, by_name = line(alert.get("status"), 40), status_in_name(identifier)
    said = _STATUSES.get(word.lower())
    if said is None:
        drift.note("=" if word else "-", f"alerts.status:{word}" if word else "alerts.status")
    elif by_name is not None and by_name != said:
        drift.note("!", "alerts.status:identifier")
    return said if said is not None else by_name


def moment(alert: dict[str, Any], identifier: str, as_of: datetime | None, drift: Drift) -> datetime | None:
    """When it was sent: its own word, else the clock in its identifier (Swedish time), else the answer's time."""
    sent = local_instant(alert.get("sent"), drift, "alerts.sent")
    if sent is not None:
        return sent
    drift.note("-", "alerts.sent")
    match = _IDENTIFIER.fullmatch(identifier)
    if match:
        try:
            return datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=ZONE).astimezone(UTC)
        except (ValueError, OverflowError):
            drift.note("!", "alerts.identifier")
    return as_of


def severity(status: Status | None, infos: list[dict[str, Any]], drift: Drift) -> Severity:
    """A real alert is severe: the interface does not tell its two classes apart; extreme where a word of it does."""
    grade = Severity.SEVERE
    for info in infos:
        word = line(info.get("severity"), 40)
        if word.lower() not in {"severe", ""}:
            drift.note("=", f"info.severity:{word}")
        if word.lower() == "extreme" or _LARM.search(line(info.get("event"))):
            grade = Severity.EXTREME
    return grade if status is Status.ACTUAL else Severity.INFORMATION


def texts(infos: list[dict[str, Any]], note: object, drift: Drift) -> dict[str, str]:
    """Texts by field name, those in English with `_en`, of another language with its own letters."""
    found = {"note_en": clean(note)}
    for info in infos:
        ending = _ending(info, drift)
        found.setdefault(f"headline{ending}", headline(info))
        for name in ("headline", "description", "instruction"):
            key, text = f"{name}{ending}", clean(info.get(name)).replace("\r\n", "\n")
            if name != "headline" and text not in found.get(key, ""):
                found[key] = clean(f"{found[key]}\n\n{text}" if found.get(key) else text)
    return {key: text for key, text in found.items() if text}


def headline(info: dict[str, Any]) -> str:
    """One line: what it is and where."""
    areas = (line(mapping(area).get("areaDesc")) for area in listing(info.get("area")))
    where = ", ".join(dict.fromkeys(text for text in areas if text))[:200]
    return ": ".join(part for part in (first_text((info.get("headline"), info.get("event"))), where) if part)


def _ending(info: dict[str, Any], drift: Drift) -> str:
    language = line(info.get("language"), 20).lower()[:2] or "sv"
    if language not in {"sv", "en"}:
        drift.note("=", f"info.language:{language}")
    return "" if language == "sv" else f"_{re.sub(r'[^a-z]', '_', language)}"


def ends(infos: list[dict[str, Any]], sent: datetime, drift: Drift) -> datetime:
    """Its own last end, else after a week, so that an alert whose cancel we missed does not stand for ever."""
    told = [end for info in infos if (end := local_instant(info.get("expires"), drift, "info.expires"))]
    if told and max(told) <= sent:
        drift.note("!", "info.expires:early")
    return max(told) if told and max(told) > sent else sent + VALID


def place(infos: list[dict[str, Any]], drift: Drift) -> Place:
    """Municipalities and counties by their codes, else by their names; an alert without a place is everybody's."""
    areas = [mapping(area) for info in infos for area in listing(info.get("area"))]
    codes = {code for area in areas for code in _codes(area, drift)}
    if not codes:
        drift.note("-", "info.area")
    return place_of(tuple(sorted(codes or COUNTIES)))


def _codes(area: dict[str, Any], drift: Drift) -> Iterator[str]:
    before = found = False
    for one in listing(area.get("geocode")):
        geocode = mapping(one)
        before, text = True, line(geocode.get("value") if geocode else one, 10)
        text = text.zfill(_DIGITS.get(line(geocode.get("valueName")).lower(), 0)) if text.isdigit() else text
        if text in {"0", "00"}:
            found = True
            yield from COUNTIES
        elif is_code(text) or is_code(text[:2]):
            found = True
            yield text if is_code(text) else text[:2]
        if not is_code(text) and text not in {"0", "00"}:
            drift.note("=", f"info.area.geocode:{text}")
    if not found:
        drift.note("!" if before else "-", "info.area.geocode")
        yield from codes_named(line(area.get("areaDesc")))
