"""One area of a warning of SMHI as a report: level, texts, span and place. Pure.

In: a warning and one of its areas, as SMHI writes them. Out: a `FeedReport`; ValidationError if the values fit none.
"""

import re
from datetime import datetime
from sys import intern
from typing import Any

from connectors.reading.local_time import local_instant
from connectors.reading.places import county_codes, drawn
from connectors.reading.values import Drift, clean, first_text, line, listing, mapping
from schemas.report import FeedReport, Place
from schemas.sectors import Kind, Severity, Status
from schemas.times import LATEST, from_datetime, to_datetime

SEVERITY = {
    "MESSAGE": Severity.INFORMATION,
    "YELLOW": Severity.MODERATE,
    "ORANGE": Severity.SEVERE,
    "RED": Severity.EXTREME,
}
"""This project's mapping of SMHI's levels; SMHI has made no statement on it."""

_MILLISECONDS = 1_000_000_000_000
"""A number as large as this, from the year 2001 on, is one of milliseconds."""
_COLOURS = {
    **dict.fromkeys(("MEDDELANDE", "MESSAGE"), "MESSAGE"),
    **dict.fromkeys(("GUL", "YELLOW"), "YELLOW"),
    "ORANGE": "ORANGE",
    **dict.fromkeys(("RÖD", "RED"), "RED"),
}
"""Levels by the words beside their code."""
_TEST = re.compile(r"TEST(MEDDELANDE|VARNING)?\b")
_EXERCISE = re.compile(r"(ÖVNING|EXERCISE)(SMEDDELANDE)?\b")
"""How SMHI marks the texts of its test warnings, and Swedish agencies those of exercises; there is no field for it."""


def published(area: dict[str, Any], drift: Drift) -> datetime | None:
    """When this version was published, which is its order; None if nothing tells a time."""
    for name in ("published", "created", "approximateStart"):
        moment = _moment(area.get(name), drift, f"warningAreas.{name}")
        if moment is not None:
            return moment
        drift.note("-", f"warningAreas.{name}")
    return None


def _moment(value: object, drift: Drift, where: str) -> datetime | None:
    """Time of a text, or of POSIX milliseconds; one without a zone is Swedish time, and counted."""
    if isinstance(value, int) and not isinstance(value, bool) and _MILLISECONDS < value < LATEST:
        drift.note("!", where)
        return to_datetime(value)
    return local_instant(value, drift, where)


def report(
    source: str, key: str, *, group: str, warning: dict[str, Any], area: dict[str, Any], sent: datetime, drift: Drift
) -> FeedReport:
    """Report of one area. ValidationError if SMHI's values fit none."""
    event, finer = mapping(warning.get("event")), mapping(area.get("eventDescription"))
    level = _level(area.get("warningLevel"))
    if level not in SEVERITY:
        drift.note("=", f"warningLevel:{level or 'none'}")
    name = _name(warning, area, "sv", drift)
    texts = _texts(warning, area, drift)
    texts["headline_en"] = _headline(area, finer, event, _name(warning, area, "en", None), "en")
    headline = _headline(area, finer, event, name, "sv")
    onset, ends = _span(area, drift)
    return FeedReport(
        source=source,
        id=key,
        revision=from_datetime(sent),
        sent=sent,
        kind=Kind.WARNING,
        status=_status(
            *(name, line(mapping(warning.get("areaName")).get("sv"))),
            *(_spoken(words, language) for words in (event, finer) for language in ("sv", "en")),
            *texts.values(),
        ),
        severity=SEVERITY.get(level, Severity.INFORMATION),
        # few words in many warnings: each is kept once
        native={
            "level": intern(level),
            "code": intern(line(finer.get("code")) or line(event.get("code"))),
            "event": intern(line(event.get("code"))),
            "area": intern(name),
        },
        headline=headline or "Varning",
        texts=texts,
        onset=onset,
        ends=ends,
        place=_place(area, drift),
        group=group,
        counts=[],
    )


def _level(value: object) -> str:
    """Code of a level; of one without a code, the code that its words stand for."""
    words = mapping(value)
    told = [line(word).upper() for word in (words.get("code"), words.get("sv"), words.get("en"), value)]
    return told[0] or next((_COLOURS[word] for word in told if word in _COLOURS), first_text(told))


def _spoken(words: dict[str, Any], language: str) -> str:
    return line(words.get(language))


def _name(warning: dict[str, Any], area: dict[str, Any], language: str, drift: Drift | None) -> str:
    own = first_text((mapping(area.get("areaName")).get(language), mapping(warning.get("areaName")).get(language)))
    if own:
        return own
    if drift is not None:
        drift.note("-", "warningAreas.areaName.sv")
    affected = (mapping(a) for a in listing(area.get("affectedAreas")))
    named = ", ".join(text for a in affected if (text := first_text((a.get(language), a.get("sv")))))[:200]
    return named or (_name(warning, area, "en", None) if language == "sv" else "")


def _headline(area: dict[str, Any], finer: dict[str, Any], event: dict[str, Any], name: str, language: str) -> str:
    level = line(mapping(area.get("warningLevel")).get(language))
    what = first_text((finer.get(language), event.get(language), finer.get("en"), event.get("en"), event.get("code")))
    return intern(", ".join(part for part in (": ".join(p for p in (level, what) if p), name) if part))


def _status(*texts: str) -> Status:
    if any(_TEST.match(text) for text in texts):
        return Status.TEST
    return Status.EXERCISE if any(_EXERCISE.match(text) for text in texts) else Status.ACTUAL


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
    for one in [value] if isinstance(value, str) else value if isinstance(value, list) else listing(value):
        description = mapping(one) if not isinstance(one, str) else {"text": one}
        code = line(mapping(description.get("title")).get("code"), 40)
        if not code:
            drift.note("-", "descriptions.title.code")
        key = intern(re.sub(r"[^a-z0-9_]", "_", code.lower()) or "text")
        said = description.get("text")
        text = {"sv": said} if isinstance(said, str) else mapping(said)
        # some of SMHI's texts hold backslash and n as two characters
        rows += [(key, clean(text.get("sv")).replace("\\n", "\n")), (intern(f"{key}_en"), clean(text.get("en")))]
    return rows


def _span(area: dict[str, Any], drift: Drift) -> tuple[datetime | None, datetime | None]:
    """Beginning and end. An end before its beginning is a mistake: then the warning is open-ended, not over."""
    onset = _moment(area.get("approximateStart"), drift, "warningAreas.approximateStart")
    ends = _moment(area.get("approximateEnd"), drift, "warningAreas.approximateEnd")
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
