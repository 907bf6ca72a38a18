"""One record of a DATEX II situation into a report. Pure.

In: a `situationRecord` element, v2 or v3, and what the situation says for all of its records. Out: a `FeedReport`.
Next: connectors/datex/fields.py
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element

from connectors.datex import words
from connectors.datex.fields import LOCATIONS, Around, Record
from connectors.datex.native import native_words, overrunning, title
from connectors.datex.place import place
from connectors.datex.texts import told
from connectors.reading.values import Drift, instant
from connectors.reading.xml_pieces import child, local
from schemas.report import FeedReport
from schemas.sectors import Kind, Severity, Status
from schemas.times import from_datetime

SOURCE = "datex"

_MIDNIGHT = re.compile(r"T24:00(:00(\.0+)?)?(?=Z|[+-]|$)")


def report(element: Element, key: str, around: Around, drift: Drift) -> FeedReport | None:
    """The report of a record; None if no time can be found for it. ValidationError if its values do not fit."""
    record = Record(element, around, drift)
    _surprises(record)
    sent = _sent(record)
    if sent is None:
        return None
    onset, ends = _span(record)
    native = native_words(record)
    headline, texts = told(record.all("generalPublicComment"), record.extensions, around.language)
    return FeedReport(
        source=SOURCE,
        id=key,
        revision=_revision(record, sent),
        sent=sent,
        kind=Kind.DISRUPTION,
        change="cancel" if _taken_back(record) else "report",
        status=_status(record, [headline, *texts.values()]),
        severity=_severity(record),
        native=native,
        headline=headline or title(record, native),
        texts=texts,
        onset=onset,
        ends=ends,
        place=place(record.all(*LOCATIONS), drift),
        group=around.group,
        url=_link(record),
        label=words.label(_confidentiality(record), drift),
    )


def _status(record: Record, texts: Iterable[str]) -> Status:
    """By `informationStatus`; what begins as Swedish agencies begin an exercise or a test is never real either."""
    told = record.text("informationStatus", "headerInformation") or record.around.information
    found = words.status(told, record.drift)
    return words.spoken_status(texts) if found is Status.ACTUAL else found


def _surprises(record: Record) -> None:
    if record.kind not in words.KINDS:
        record.drift.note("=", f"situationRecord:{record.kind or 'none'}")
    if record.text("validityStatus", "validity") not in words.VALIDITY:
        record.drift.note("=", f"validityStatus:{record.text('validityStatus', 'validity')}")
    for name in record.fields:
        if name not in words.FIELDS and not name.endswith(("Type", "Extension")):
            record.drift.note("+", f"situationRecord.{name}")


def moment(value: str, drift: Drift, where: str) -> datetime | None:
    """Time of a text, UTC; None without one. Nanoseconds are cut; midnight may be 24:00 (XML Schema)."""
    if not value:
        return None
    midnight = _MIDNIGHT.search(value)
    if midnight is None:
        return instant(value, drift, where)
    found = instant(value.replace(midnight[0], "T00:00:00", 1), drift, where)
    return None if found is None else found + timedelta(days=1)


def _sent(record: Record) -> datetime | None:
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
    around = next(iter(record.around.moments), None)
    return around or moment(record.text("overallStartTime", "validity"), Drift(), "")


def _revision(record: Record, sent: datetime) -> int:
    """The publisher's own version; milliseconds of its time where there is none, which is higher than any count."""
    version = (record.element.get("version") or record.text("situationRecordVersion")).strip()
    return int(version) if re.fullmatch(r"[0-9]{1,15}", version) else from_datetime(sent)


def _severity(record: Record) -> Severity:
    found = words.severity(record.text("severity"), record.around.overall, record.drift)
    # as of Trafikverket's own list: it exists, but is not in force
    return Severity.INFORMATION if record.text("validityStatus", "validity") == "suspended" else found


def _confidentiality(record: Record) -> str:
    own = record.text("confidentiality", "headerInformation") or record.text("confidentialityOverride")
    return own or record.around.confidentiality


def _taken_back(record: Record) -> bool:
    """`lifeCycleManagement`: cancelled, because it was wrong, or ended."""
    holders = record.all("lifeCycleManagement") + [
        found for part in record.all("management") if (found := child(part, "lifeCycleManagement")) is not None
    ]
    return any(
        (holder.text or "").strip() in {"cancel", "end"}
        or any(local(part) in {"cancel", "end"} and (part.text or "").strip() in {"true", "1"} for part in holder)
        for holder in holders
    )


def _span(record: Record) -> tuple[datetime | None, datetime | None]:
    """Beginning and end. What overruns its end, and what ends before it begins, is open-ended."""
    onset, ends = (
        moment(record.text(name, "validity"), record.drift, name) for name in ("overallStartTime", "overallEndTime")
    )
    if overrunning(record):
        ends = None
    if onset is not None and ends is not None and ends < onset:
        record.drift.note("!", "overallEndTime:early")
        ends = None
    return onset, ends


def _link(record: Record) -> str | None:
    link = record.text("urlLinkAddress", "urlLink")
    return link[:2000] if re.match(r"https?://[\w.-]+", link) else None
