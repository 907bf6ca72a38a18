"""What GTFS Realtime's words mean to us, and its texts by language. Pure.

In: values of an alert. Out: severities, texts, times. The mapping of levels is this project's; no operator has made a
statement on it.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from google.transit.gtfs_realtime_pb2 import Alert, TimeRange, TranslatedString

from connectors.reading.values import Drift, clean
from schemas.sectors import Severity, Status
from schemas.times import LATEST, to_datetime

_LEVELS = {Alert.SEVERE: Severity.SEVERE, Alert.WARNING: Severity.MODERATE, Alert.INFO: Severity.INFORMATION}
_EFFECTS = {
    Alert.NO_SERVICE: Severity.MODERATE,
    **dict.fromkeys((Alert.SIGNIFICANT_DELAYS, Alert.DETOUR, Alert.REDUCED_SERVICE), Severity.MINOR),
}
EFFECTS = {
    Alert.NO_SERVICE: "Ingen trafik",
    Alert.REDUCED_SERVICE: "Färre avgångar",
    Alert.SIGNIFICANT_DELAYS: "Stora förseningar",
    Alert.DETOUR: "Ändrad körväg",
    Alert.ADDITIONAL_SERVICE: "Extra avgångar",
    Alert.MODIFIED_SERVICE: "Ändrad trafik",
    Alert.STOP_MOVED: "Flyttad hållplats",
    Alert.ACCESSIBILITY_ISSUE: "Bristande tillgänglighet",
}
"""Effects in Swedish, for a headline where the operator wrote none."""
_MILLISECONDS = 100_000_000_000
"""A number of seconds as large as this lies in the year 5138: it is one of milliseconds."""
_EXERCISE = re.compile(r"(ÖVNING|EXERCISE)\b")
_TEST = re.compile(r"TEST(MEDDELANDE)?\b")


def severity(alert: Alert) -> Severity:
    """Severity by the operator's level; where there is none, by the effect."""
    return _LEVELS.get(alert.severity_level) or _EFFECTS.get(alert.effect, Severity.INFORMATION)


def status(*texts: str) -> Status:
    """Status by how the texts begin: the format has no field for it."""
    if any(_EXERCISE.match(text) for text in texts):
        return Status.EXERCISE
    return Status.TEST if any(_TEST.match(text) for text in texts) else Status.ACTUAL


def text(value: str | bytes) -> str:
    """A text; of one that is no UTF-8 protobuf gives the bytes."""
    return clean(value.decode(errors="replace") if isinstance(value, bytes) else value)


def ours(said: TranslatedString) -> str:
    """The Swedish text; else the one without a language; else any but an English one. Empty if there is none."""
    by = _by_language(said)
    return by.get("sv") or by.get("") or next((words for language, words in by.items() if language != "en"), "")


def english(said: TranslatedString) -> str:
    """The English text, empty if there is none."""
    return _by_language(said).get("en", "")


def _by_language(said: TranslatedString) -> dict[str, str]:
    found: dict[str, str] = {}
    # New York adds each text once more as HTML, in the language "en-html"
    for translation in sorted(said.translation, key=lambda t: text(t.language).lower().endswith("html")):
        words = text(translation.text)
        if words:
            found.setdefault(text(translation.language).lower()[:2], words)
    return found


def instant(seconds: int, drift: Drift, where: str) -> datetime | None:
    """Time of POSIX seconds; None for 0, which means not set, and for what is no time of ours."""
    if seconds >= _MILLISECONDS:
        drift.note("!", f"{where}:milliseconds")
        seconds //= 1000
    if seconds * 1000 > LATEST:
        drift.note("!", where)
        return None
    return to_datetime(seconds * 1000) if seconds > 0 else None


def span(periods: Iterable[TimeRange], drift: Drift) -> tuple[datetime | None, datetime | None]:
    """Earliest beginning and latest end; a period that is open on a side leaves the whole open on it."""
    starts, ends = [], []
    for period in periods:
        start, end = instant(period.start, drift, "period.start"), instant(period.end, drift, "period.end")
        if start is not None and end is not None and end < start:
            drift.note("!", "period.end:early")
            end = None
        starts.append(start)
        ends.append(end)
    known, told = [s for s in starts if s is not None], [e for e in ends if e is not None]
    onset = min(known) if known and len(known) == len(starts) else None
    return onset, max(told) if told and len(told) == len(ends) else None
