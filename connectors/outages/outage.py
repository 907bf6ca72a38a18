"""One row of a list of outages and the report it makes, by its mapping. Pure.

In: a row and its mapping. Out: a `FeedReport` with its own numbers, each with owner and scope. Numbers are never summed
here or anywhere: two rows may tell of the same customers.
Next: connectors/outages/parse.py
"""

import re
from datetime import datetime
from typing import Literal

from connectors.outages import areas, headline
from connectors.outages.amounts import Amount
from connectors.outages.mapping import ListMapping
from connectors.outages.row import Outage, drawn
from connectors.reading.names import place_of
from connectors.reading.values import clean, line
from schemas.report import Count, FeedReport, Place
from schemas.sectors import Kind, Severity, Status
from schemas.times import from_datetime, z

SOURCE = "outages"
_REPORT_FIELDS = set(FeedReport.model_fields)
_COUNT_FIELDS = set(Count.model_fields)
NO_OWNER = "okänd ägare"
"""Owner of numbers of which the list does not say whose they are."""


def report(outage: Outage, key: str, sent: datetime, *, told: bool) -> FeedReport:
    """The report of a row. ValidationError if its values do not fit. `told`: the row itself says `sent`."""
    mapping = outage.mapping
    codes, known = _codes(outage)
    found, supply, planned = outage.customers(), _supply(outage), _planned(outage)
    change, status = _state(outage)
    area = outage.words("area") or ("" if known.isdigit() else known)
    owner = outage.words("owner") or mapping.owner
    start, ends = _span(outage)
    shapes = drawn(outage)
    words = {
        "what": headline.what(supply, planned=planned),
        "area": area,
        "customers": headline.customers(found),
        "cause": outage.words("cause"),
        "owner": owner,
    }
    url = outage.words("url", 500)
    checked = FeedReport(
        source=SOURCE,
        id=key,
        revision=outage.revision(),
        sent=sent,
        kind=Kind.DISRUPTION,
        change=change,
        status=status,
        severity=_severity(mapping, found, planned=planned),
        native=_native(outage, supply, planned=planned, area=area, owner=owner),
        headline=headline.headline(mapping.headline, words),
        texts={"text": text} if (text := clean(outage.get("text"))) else {},
        onset=start,
        ends=ends,
        place=Place(codes=codes, geometries=shapes) if shapes else place_of(tuple(codes)),
        counts=_counts(found, supply, owner, codes, area, sent if told else None),
        group=outage.words("group", 90) or None,
        url=url if re.match(r"https?://[\w.-]+", url) else None,
    )
    # one set of names for all reports: 20,000 sets of their own take 15 MB
    return FeedReport.model_construct(_REPORT_FIELDS, **dict(checked))


def _codes(outage: Outage) -> tuple[list[str], str]:
    """Codes of where it is, and the municipality in the list's words."""
    value = outage.get("municipality")
    found = areas.municipalities(value)
    for name in found.unknown:
        outage.drift.note("=", f"municipality:{name}")
    codes = found.codes if not found.unknown else ()
    # a place that is only half understood is told by its county, not by the half
    codes = codes or areas.county(outage.get("county")) or found.codes
    return place_of(tuple(sorted(codes))).codes, outage.words("municipality")


def _supply(outage: Outage) -> str:
    told = outage.words("supply").casefold()
    if not told:
        return outage.mapping.supply or ""
    for supply, words in outage.mapping.words.supply.items():
        if told in words:
            return supply
    outage.drift.note("=", f"supply:{told}")
    return outage.mapping.supply or ""


def _planned(outage: Outage) -> bool:
    return outage.words("planned").casefold() in outage.mapping.words.planned


def _state(outage: Outage) -> tuple[Literal["report", "cancel"], Status]:
    """What the status word says: going on, taken back, a test."""
    told, words = outage.words("status").casefold(), outage.mapping.words
    special = (*words.cancelled, *words.test, *words.exercise)
    if told and words.active and told not in (*words.active, *special):
        outage.drift.note("=", f"status:{told}")
    status = Status.TEST if told in words.test else Status.EXERCISE if told in words.exercise else Status.ACTUAL
    return ("cancel" if told in words.cancelled else "report"), status


def _severity(mapping: ListMapping, found: Amount | None, *, planned: bool) -> Severity:
    """By the most customers that the number allows: a range may never look calmer than it is."""
    grades = mapping.severity
    if planned and grades.planned is not None:
        return grades.planned
    most = 0 if found is None else found.low if found.high is None else found.high
    passed = [step.severity for step in grades.steps if most >= step.customers]
    return passed[-1] if passed else grades.least


def _native(outage: Outage, supply: str, *, planned: bool, area: str, owner: str) -> dict[str, str]:
    native = {name: outage.words(name) for name in ("level", "status", "cause")} | {"prognosis": _prognosis(outage)}
    native |= {"customers": _told_customers(outage), "supply": outage.words("supply") or supply, "area": area}
    native |= {"owner": owner, "planned": "true" if planned else ""}
    native |= {name: line(read(outage.row.value)) for name, read in outage.mapping.native_readers.items()}
    return {name: text for name, text in native.items() if text}


def _prognosis(outage: Outage) -> str:
    """When supply is believed to be back, as the list writes it; a bare number as the time that it is."""
    told = outage.words("prognosis")
    if not told.isdecimal():
        return told
    moment = outage.time("prognosis")
    return z(from_datetime(moment)) if moment is not None else told


def _told_customers(outage: Outage) -> str:
    """The number as the list writes it."""
    ends = dict.fromkeys((outage.words("customers_low"), outage.words("customers_high")))
    return outage.words("customers") or "-".join(text for text in ends if text)


def _span(outage: Outage) -> tuple[datetime | None, datetime | None]:
    """Beginning and certain end. An end before its beginning is a mistake: then it is open, not over."""
    start, ends = outage.time("start"), outage.time("ends", whole_days=False)
    if start is not None and ends is not None and ends < start:
        outage.drift.note("!", "row.ends:early")
        ends = None
    return start, ends


def _counts(
    found: Amount | None, supply: str, owner: str, codes: list[str], area: str, at: datetime | None
) -> list[Count]:
    """The row's own number. One without a most (`fler än 500`) is told in words only."""
    if found is None or found.high is None:
        return []
    kind, who = f"customers_without_{supply}" if supply else "customers_affected", owner or NO_OWNER
    # all of it has been checked on its way here; made anew, the names of its fields cost more than the number itself
    count = Count.model_construct(
        _COUNT_FIELDS, kind=kind, low=found.low, high=found.high, owner=who, areas=codes, scope=area, at=at
    )
    return [count]
