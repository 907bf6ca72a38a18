"""One record of a DATEX II situation into a report. Pure.

In: a `situationRecord` element, v2 or v3, and what the situation says for all of its records. Out: a `FeedReport`.
Next: connectors/datex/place.py
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple
from xml.etree.ElementTree import Element

from connectors.datex import words
from connectors.datex.place import place
from connectors.datex.texts import headline, spoken, texts
from connectors.reading import Drift, clean, instant, line
from connectors.xml_reading import child, children, local, text
from schemas.report import FeedReport
from schemas.sectors import Kind, Severity
from schemas.times import from_datetime

SOURCE = "datex"

_OVERRUN = {"true", "1"}
_LOCATIONS = ("locationReference", "groupOfLocations")


class Around(NamedTuple):
    """What stands around a record and holds for it too."""

    group: str | None
    """The situation's id."""
    overall: str = ""
    """`overallSeverity` of the situation."""
    information: str = ""
    """`informationStatus`: real, or an exercise."""
    confidentiality: str = ""
    language: str = ""
    """Language of texts that name none."""
    moments: tuple[datetime, ...] = ()
    """Times to take where a record has none of its own, the best first: of the situation, of the publication."""


class _Record:
    """A record with its direct children by name."""

    def __init__(self, element: Element, around: Around, drift: Drift) -> None:
        self.element, self.around, self.drift = element, around, drift
        self.fields: dict[str, list[Element]] = {}
        for part in element:
            self.fields.setdefault(local(part), []).append(part)

    def all(self, *names: str) -> list[Element]:
        return [part for name in names for part in self.fields.get(name, ())]

    def text(self, name: str, *path: str) -> str:
        return next((found for part in self.all(name) if (found := text(part, *path))), "")

    @property
    def kind(self) -> str:
        return line(kind_of(self.element), 80)


def kind_of(element: Element) -> str:
    """The kind that `xsi:type` gives an element, without its namespace; empty if there is none."""
    return next((v.rpartition(":")[2] for k, v in element.attrib.items() if k.endswith("}type") or k == "type"), "")


def report(element: Element, key: str, around: Around, drift: Drift) -> FeedReport | None:
    """The report of a record; None if no time can be found for it. ValidationError if its values do not fit."""
    record = _Record(element, around, drift)
    _surprises(record)
    sent = _sent(record)
    if sent is None:
        return None
    onset, ends = _span(record)
    native = _native(record)
    return FeedReport(
        source=SOURCE,
        id=key,
        revision=_revision(element, sent),
        sent=sent,
        kind=Kind.DISRUPTION,
        change="cancel" if _taken_back(record) else "report",
        status=words.status(record.text("headerInformation", "informationStatus") or around.information, drift),
        severity=_severity(record),
        native=native,
        headline=headline(element, around.language) or _title(record, native),
        texts=texts(element, around.language),
        onset=onset,
        ends=ends,
        place=place(record.all(*_LOCATIONS), drift),
        group=around.group,
        url=_link(record),
        label=words.label(_confidentiality(record), drift),
    )


def _surprises(record: _Record) -> None:
    if record.kind not in words.KINDS:
        record.drift.note("=", f"situationRecord:{record.kind or 'none'}")
    if record.text("validity", "validityStatus") not in words.VALIDITY:
        record.drift.note("=", f"validityStatus:{record.text('validity', 'validityStatus')}")
    for name in record.fields:
        if name not in words.FIELDS and not name.endswith(("Type", "Extension")):
            record.drift.note("+", f"situationRecord.{name}")


def moment(value: str, drift: Drift, where: str) -> datetime | None:
    """Time of a text, UTC; None without one. Nanoseconds are cut."""
    return instant(value, drift, where) if value else None


def _sent(record: _Record) -> datetime | None:
    """When this version was made.

    A time without a zone is taken as UTC here, and only here: an order is better than none, while a beginning or an end
    that may be hours off is not told.
    """
    for name in ("situationRecordVersionTime", "situationRecordCreationTime"):
        value = record.text(name)
        found = moment(value, record.drift, f"situationRecord.{name}")
        if found is None and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+", value):
            found = moment(f"{value}Z", record.drift, f"situationRecord.{name}")
        if found is not None:
            return found
        record.drift.note("-", f"situationRecord.{name}")
    return next(iter(record.around.moments), None)


def _revision(element: Element, sent: datetime) -> int:
    """The publisher's own version; milliseconds of its time where there is none, which is higher than any count."""
    version = (element.get("version") or "").strip()
    return int(version) if re.fullmatch(r"[0-9]{1,15}", version) else from_datetime(sent)


def _severity(record: _Record) -> Severity:
    found = words.severity(line(record.text("severity"), 40), line(record.around.overall, 40), record.drift)
    # as of Trafikverket's own list: it exists, but is not in force
    return Severity.INFORMATION if record.text("validity", "validityStatus") == "suspended" else found


def _confidentiality(record: _Record) -> str:
    own = record.text("headerInformation", "confidentiality") or record.text("confidentialityOverride")
    return line(own or record.around.confidentiality, 80)


def _taken_back(record: _Record) -> bool:
    """`lifeCycleManagement`: cancelled, because it was wrong, or ended."""
    holders = record.all("lifeCycleManagement") + [
        found for part in record.all("management") if (found := child(part, "lifeCycleManagement")) is not None
    ]
    return any(
        (holder.text or "").strip() in {"cancel", "end"}
        or any(local(part) in {"cancel", "end"} and (part.text or "").strip() in {"true", "1"} for part in holder)
        for holder in holders
    )


def _span(record: _Record) -> tuple[datetime | None, datetime | None]:
    """Beginning and end. What overruns its end, and what ends before it begins, is open-ended."""
    onset, ends = (
        moment(record.text("validity", "validityTimeSpecification", name), record.drift, name)
        for name in ("overallStartTime", "overallEndTime")
    )
    if record.text("validity", "overrunning") in _OVERRUN:
        ends = None
    if onset is not None and ends is not None and ends < onset:
        record.drift.note("!", "overallEndTime:early")
        ends = None
    return onset, ends


def _native(record: _Record) -> dict[str, str]:
    details = [text(p) for name, parts in record.fields.items() if name.endswith("Type") for p in parts]
    overrunning = record.text("validity", "overrunning") in _OVERRUN
    found = {
        "level": record.text("severity"),
        "overall": record.around.overall,
        "type": record.kind,
        "detail": _joined(details),
        "cause": record.text("cause", "causeType") or _joined(t for _, t in _spoken(record, "cause")),
        "warning": _joined(_extended(record, "roadConditionWarningType")),
        "probability": record.text("probabilityOfOccurrence"),
        "validity": record.text("validity", "validityStatus"),
        "overrunning": "true" if overrunning else "",
        "overall_end": record.text("validity", "validityTimeSpecification", "overallEndTime") if overrunning else "",
        "periods": _periods(record),
        "impact": record.text("impact", "trafficConstrictionType"),
        "speed_limit": record.text("temporarySpeedLimit"),
        "road": _road(record),
        "origin": _joined(t for _, t in _spoken(record, "source")) or record.text("source", "sourceIdentification"),
    }
    return {name: told for name, value in found.items() if (told := line(value, 300))}


def _spoken(record: _Record, name: str) -> list[tuple[str, str]]:
    return [pair for part in record.all(name) for pair in spoken(part, record.around.language)]


def _joined(values: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(value for value in values if value))


def _extended(record: _Record, name: str) -> Iterator[str]:
    for field, parts in record.fields.items():
        if field.endswith("Extension"):
            yield from (clean(e.text) for part in parts for e in part.iter() if local(e) == name)


def _periods(record: _Record) -> str:
    """Periods within the whole, as the publisher writes them."""
    spans = (
        f"{text(period, 'startOfPeriod')}/{text(period, 'endOfPeriod')}"
        for validity in record.all("validity")
        for specification in children(validity, "validityTimeSpecification")
        for period in children(specification, "validPeriod")
    )
    return _joined(span for span in spans if span != "/")


def _road(record: _Record) -> str:
    for wanted in ("roadNumber", "roadName"):
        for location in record.all(*_LOCATIONS):
            for element in location.iter():
                if local(element) == wanted and (found := _joined(t for _, t in spoken(element, ""))):
                    return found
    return ""


def _title(record: _Record, native: dict[str, str]) -> str:
    """A headline where the publisher wrote no comment."""
    what = words.KINDS.get(record.kind, record.kind) or "Trafikhändelse"
    detail = native.get("detail") or native.get("warning")
    whole = f"{what} ({detail})" if detail else what
    return line(", ".join(part for part in (whole, native.get("road", "")) if part))


def _link(record: _Record) -> str | None:
    link = record.text("urlLink", "urlLinkAddress")
    return link[:2000] if re.match(r"https?://[\w.-]+", link) else None
