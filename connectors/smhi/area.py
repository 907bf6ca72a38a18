"""One area of a warning of SMHI as a report: level, texts, span and place. Pure.

In: a warning and one of its areas, as SMHI writes them. Out: a `FeedReport`; ValidationError if the values fit none.
"""

import re
from datetime import datetime
from sys import intern
from typing import Any

from connectors.places import county_codes, drawn
from connectors.reading import Drift, clean, first_text, instant, line, listing, mapping
from schemas.report import FeedReport, Place
from schemas.sectors import Kind, Severity, Status
from schemas.times import from_datetime

SEVERITY = {
    "MESSAGE": Severity.INFORMATION,
    "YELLOW": Severity.MODERATE,
    "ORANGE": Severity.SEVERE,
    "RED": Severity.EXTREME,
}
"""This project's mapping of SMHI's levels; SMHI has made no statement on it."""

_TEST = re.compile(r"TEST(MEDDELANDE)?\b")
"""How SMHI marks the texts of its test warnings; there is no field for it."""


def published(area: dict[str, Any], drift: Drift) -> datetime | None:
    """When this version was published, which is its order; None if nothing tells a time."""
    for name in ("published", "created", "approximateStart"):
        moment = instant(area.get(name), drift, f"warningAreas.{name}")
        if moment is not None:
            return moment
        drift.note("-", f"warningAreas.{name}")
    return None


def report(
    source: str, key: str, *, group: str, warning: dict[str, Any], area: dict[str, Any], sent: datetime, drift: Drift
) -> FeedReport:
    """Report of one area. ValidationError if SMHI's values fit none."""
    event, finer = mapping(warning.get("event")), mapping(area.get("eventDescription"))
    level = line(mapping(area.get("warningLevel")).get("code")).upper()
    if level not in SEVERITY:
        drift.note("=", f"warningLevel:{level or 'none'}")
    name = _name(warning, area, "sv", drift)
    texts = _texts(warning, area, drift)
    texts["headline_en"] = _headline(area, finer, event, _name(warning, area, "en", None), "en")
    onset, ends = _span(area, drift)
    return FeedReport(
        source=source,
        id=key,
        revision=from_datetime(sent),
        sent=sent,
        kind=Kind.WARNING,
        status=_status(name, line(mapping(warning.get("areaName")).get("sv")), *texts.values()),
        severity=SEVERITY.get(level, Severity.INFORMATION),
        # few words in many warnings: each is kept once
        native={
            "level": intern(level),
            "code": intern(line(finer.get("code")) or line(event.get("code"))),
            "event": intern(line(event.get("code"))),
            "area": intern(name),
        },
        headline=_headline(area, finer, event, name, "sv"),
        texts=texts,
        onset=onset,
        ends=ends,
        place=_place(area, drift),
        group=group,
        counts=[],
    )


def _name(warning: dict[str, Any], area: dict[str, Any], language: str, drift: Drift | None) -> str:
    own = first_text((mapping(area.get("areaName")).get(language), mapping(warning.get("areaName")).get(language)))
    if own:
        return own
    if drift is not None:
        drift.note("-", "warningAreas.areaName.sv")
    affected = (mapping(a) for a in listing(area.get("affectedAreas")))
    return ", ".join(text for a in affected if (text := first_text((a.get(language), a.get("sv")))))[:200]


def _headline(area: dict[str, Any], finer: dict[str, Any], event: dict[str, Any], name: str, language: str) -> str:
    level = line(mapping(area.get("warningLevel")).get(language))
    what = first_text((finer.get(language), event.get(language), event.get("code")))
    return intern(", ".join(part for part in (": ".join(p for p in (level, what) if p), name) if part))


def _status(*texts: str) -> Status:
    return Status.TEST if any(_TEST.match(text) for text in texts) else Status.ACTUAL


def _texts(warning: dict[str, Any], area: dict[str, Any], drift: Drift) -> dict[str, str]:
    """Texts by their code, English ones with `_en`; those of the area stand before those of the whole warning."""
    found: dict[str, str] = {}
    of_area = _described(area.get("descriptions"), drift)
    for key, text in [*of_area, *((k, t) for k, t in _described(warning.get("descriptions"), drift))]:
        if text and text not in found.get(key, ""):
            found[key] = clean(f"{found[key]}\n\n{text}" if key in found else text)
    return found


def _described(value: object, drift: Drift) -> list[tuple[str, str]]:
    rows = []
    for one in listing(value):
        description = mapping(one)
        code = line(mapping(description.get("title")).get("code"), 40)
        if not code:
            drift.note("-", "descriptions.title.code")
        key = intern(re.sub(r"[^a-z0-9_]", "_", code.lower()) or "text")
        text = mapping(description.get("text"))
        # some of SMHI's texts hold backslash and n as two characters
        rows += [(key, clean(text.get("sv")).replace("\\n", "\n")), (intern(f"{key}_en"), clean(text.get("en")))]
    return rows


def _span(area: dict[str, Any], drift: Drift) -> tuple[datetime | None, datetime | None]:
    """Beginning and end. An end before its beginning is a mistake: then the warning is open-ended, not over."""
    onset = instant(area.get("approximateStart"), drift, "warningAreas.approximateStart")
    ends = instant(area.get("approximateEnd"), drift, "warningAreas.approximateEnd")
    if onset is not None and ends is not None and ends < onset:
        drift.note("!", "warningAreas.approximateEnd:early")
        ends = None
    return onset, ends


def _place(area: dict[str, Any], drift: Drift) -> Place:
    """The drawn area, which may be a part of a county; the counties only where nothing usable is drawn."""
    shape = drawn(area["area"], drift, "warningAreas.area") if area.get("area") is not None else None
    if shape is not None:
        return Place(codes=[], geometries=[], wkt=[shape])
    drift.note("-", "warningAreas.area")
    return Place(codes=county_codes(_number(mapping(a).get("id")) for a in listing(area.get("affectedAreas"))))


def _number(value: object) -> object:
    """A number written as text is still that number."""
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 10 else value
