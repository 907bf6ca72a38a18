"""How hard a deviation of Trafikverket hits traffic, in this project's words. Pure.

In: a deviation as Trafikverket writes it. Out: a `Severity`. The mapping is this project's; Trafikverket has made no
statement on it. Half of all deviations have no SeverityCode; the codes are 1, 2, 4 and 5, there is no 3.
"""

from collections.abc import Iterable
from typing import Any

from connectors.reading.values import Drift, line
from connectors.trafikverket.values import flag, numbers
from schemas.sectors import Severity

BY_CODE = {"5": Severity.SEVERE, "4": Severity.MODERATE, "2": Severity.MINOR, "1": Severity.INFORMATION}
"""This project's mapping of Trafikverket's degrees of impact; there is no 3."""
_BY_TEXT = {
    "mycket stor påverkan": Severity.SEVERE,
    "stor påverkan": Severity.MODERATE,
    "liten påverkan": Severity.MINOR,
    "ingen påverkan": Severity.INFORMATION,
}
_CLOSED = {"vägen avstängd", "roadclosed"}
_HINDERS = {"olycka", "hinder", "brand i fordon", "roadaccident"}
"""Also icons, for answers that tell nothing else of the kind."""
_FERRY_AS_PLANNED = "ferryDepartureOnSchedule"
_IMPORTANT = "viktig trafikinformation"
_OURS_OR_ALL = {0, 1, 2}
"""County numbers: the whole country, Stockholm, and Stockholm's old number that is still sent."""

_ORDER = list(Severity)


def severity(deviation: dict[str, Any], drift: Drift) -> Severity:
    """Severity of one deviation: what it is comes before what its code says, then the code, its text, its kind."""
    if flag(deviation.get("Suspended")):
        return Severity.INFORMATION
    kind, code = line(deviation.get("MessageType")).lower(), line(deviation.get("MessageCode")).lower()
    if deviation.get("IconId") == _FERRY_AS_PLANNED:
        # a ferry line in normal service is a permanent record and may still carry code 5
        return Severity.INFORMATION
    icon = line(deviation.get("IconId")).lower()
    found = _told(deviation, drift) or (_of_kind(kind, code) if kind or code else _of_kind(icon, icon))
    important = kind == _IMPORTANT and any(n in _OURS_OR_ALL for n in numbers(deviation.get("CountyNo")))
    return worst((found, Severity.MODERATE)) if important else found


def worst(severities: Iterable[Severity]) -> Severity:
    """The highest of several, information if there is none."""
    return max(severities, key=_ORDER.index, default=Severity.INFORMATION)


def _told(deviation: dict[str, Any], drift: Drift) -> Severity | None:
    code, text = line(deviation.get("SeverityCode")), line(deviation.get("SeverityText")).lower()
    if code in BY_CODE:
        return BY_CODE[code]
    if code:
        drift.note("=", f"SeverityCode:{code}")
    return _BY_TEXT.get(text)


def _of_kind(kind: str, code: str) -> Severity:
    if code in _CLOSED:
        return Severity.MODERATE
    return Severity.MINOR if {kind, code} & _HINDERS else Severity.INFORMATION
