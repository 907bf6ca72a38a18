"""SMHI's impact-based warnings (IBWW): the bytes of its list into reports, one for each warning and area.

In: the answer of `.../ibww/api/version/1/warning.json`. Out: `Parsed`; identity is `<warning id>-<area id>`, the group
is the warning id, the order is `published`. SMHI has no cancel here: a warning leaves the list (connectors/absence.py).
Next: connectors/run.py
"""

import re
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from connectors.contract import Parsed, Refused
from connectors.places import county_codes, geojson
from connectors.reading import Drift, as_json, clean, first_text, identity, instant, line, listing, mapping, read_json
from schemas.codec import Malformed
from schemas.outcome import Refusal
from schemas.report import FeedReport, Place, faults
from schemas.sectors import Kind, Severity, Status
from schemas.times import from_datetime

SOURCE = "smhi"

SEVERITY = {
    "MESSAGE": Severity.INFORMATION,
    "YELLOW": Severity.MODERATE,
    "ORANGE": Severity.SEVERE,
    "RED": Severity.EXTREME,
}
"""This project's mapping of SMHI's levels; SMHI has made no statement on it."""

_WARNING = {"id", "normalProbability", "event", "descriptions", "warningAreas", "areaName"}
_AREA = {
    *("id", "approximateStart", "approximateEnd", "published", "created", "normalProbability", "pushNotice"),
    *("areaName", "warningLevel", "eventDescription", "affectedAreas", "descriptions", "area"),
}
_TEST = re.compile(r"TEST(MEDDELANDE)?\b")
"""How SMHI marks the texts of its test warnings; there is no field for it."""


class _Reader:
    """Collects what one payload holds."""

    def __init__(self) -> None:
        self.drift = Drift()
        self.items: dict[str, FeedReport] = {}
        self.rejected: list[Refused] = []
        self.seen: set[str] = set()
        self.complete = True

    def refuse(self, pointer: str, detail: str, piece: object, reason: Refusal = Refusal.SCHEMA) -> None:
        self.rejected.append(Refused(reason, pointer, detail, as_json(piece)))

    def refuse_nameless(self, pointer: str, detail: str, piece: object) -> None:
        """Without its identity nobody can say which warnings are still there."""
        self.complete = False
        self.refuse(pointer, detail, piece)

    def keep(self, item: FeedReport) -> None:
        known = self.items.get(item.id)
        if known is not None:
            self.drift.note("!", "warningAreas:duplicate")
            if item != known:
                self.complete = False
            if (item.revision or 0) <= (known.revision or 0):
                return
        self.items[item.id] = item

    def parsed(self) -> Parsed:
        return Parsed(
            items=tuple(self.items.values()),
            rejected=tuple(self.rejected),
            drift=self.drift.as_counts(),
            complete=self.complete,
            seen=frozenset(self.seen),
        )


def parse(raw: bytes) -> Parsed:
    """Reports of a list of warnings. Never raises: what cannot be used is in `rejected`, with its bytes."""
    reader = _Reader()
    try:
        value = read_json(raw, reader.drift)
    except Malformed as error:
        return Parsed(rejected=(Refused(Refusal.MALFORMED, "", str(error), raw),), error=str(error))
    aside = _aside(value)
    if aside:
        return Parsed(rejected=(Refused(Refusal.PUT_ASIDE, "", aside, raw),), error=aside)
    value = _unwrapped(value, reader)
    if not isinstance(value, list):
        detail = "a list of warnings is wanted"
        return Parsed(rejected=(Refused(Refusal.SCHEMA, "", detail, raw),), error=detail)
    for index, warning in enumerate(value):
        _warning(warning, f"/{index}", reader)
    return reader.parsed()


def _aside(value: object) -> str:
    """What SMHI publishes beside its warnings, in words; empty for anything else."""
    if isinstance(value, dict) and "timeSeries" in value and "warningAreas" not in value:
        return "a forecast for a point, not a list of warnings"
    rows = [mapping(row) for row in value] if isinstance(value, list) else []
    if rows and all("warningAreas" not in row and {"id", "area", "code"} <= row.keys() for row in rows):
        return "a catalogue of areas, not a list of warnings"
    return ""


def _unwrapped(value: object, reader: _Reader) -> object:
    """The list, where it lies in an object; a lone warning is a list of one. Neither is known to be whole."""
    if not isinstance(value, dict):
        return value
    lists = [inner for inner in value.values() if isinstance(inner, list)]
    wrapped = "warningAreas" not in value and len(lists) == 1 and any("warningAreas" in mapping(w) for w in lists[0])
    if "warningAreas" not in value and not wrapped:
        return value
    reader.complete = False
    reader.drift.note("!", "list:wrapped" if wrapped else "list:lone")
    return lists[0] if wrapped else [value]


def _warning(value: object, pointer: str, reader: _Reader) -> None:
    warning = mapping(value)
    reader.drift.fields("warning", warning, _WARNING)
    warning_id, areas = identity(warning.get("id")), warning.get("warningAreas")
    if warning_id is None:
        reader.refuse_nameless(f"{pointer}/id", "a warning needs an id", value)
    elif not isinstance(areas, list | dict):
        reader.refuse_nameless(f"{pointer}/warningAreas", "a warning needs a list of areas", value)
    else:
        for index, area in enumerate(listing(areas)):
            _area(warning, warning_id, area, f"{pointer}/warningAreas/{index}", reader)


def _area(warning: dict[str, Any], warning_id: str, value: object, pointer: str, reader: _Reader) -> None:
    area = mapping(value)
    area_id = identity(area.get("id"))
    if area_id is None:
        reader.refuse_nameless(f"{pointer}/id", "an area of a warning needs an id", value)
        return
    key = f"{warning_id}-{area_id}"
    reader.seen.add(key)
    reader.drift.fields("warningAreas", area, _AREA)
    published = _published(area, reader.drift)
    if published is None:
        reader.refuse(f"{pointer}/published", "no time of publication, and none to take for it", value)
        return
    try:
        reader.keep(_report(key, group=warning_id, warning=warning, area=area, published=published, drift=reader.drift))
    except ValidationError as error:
        reader.refuse(pointer, "; ".join(f"{f['pointer']} {f['detail']}" for f in faults(error)), value)


def _published(area: dict[str, Any], drift: Drift) -> datetime | None:
    for name in ("published", "created", "approximateStart"):
        moment = instant(area.get(name), drift, f"warningAreas.{name}")
        if moment is not None:
            return moment
        drift.note("-", f"warningAreas.{name}")
    return None


def _report(
    key: str, *, group: str, warning: dict[str, Any], area: dict[str, Any], published: datetime, drift: Drift
) -> FeedReport:
    event, finer = mapping(warning.get("event")), mapping(area.get("eventDescription"))
    level = line(mapping(area.get("warningLevel")).get("code")).upper()
    if level not in SEVERITY:
        drift.note("=", f"warningLevel:{level or 'none'}")
    name = _name(warning, area, "sv", drift)
    texts = _texts(warning, area, drift)
    texts["headline_en"] = _headline(area, finer, event, _name(warning, area, "en", None), "en")
    onset, ends = _span(area, drift)
    return FeedReport(
        source=SOURCE,
        id=key,
        revision=from_datetime(published),
        sent=published,
        kind=Kind.WARNING,
        status=_status(name, line(mapping(warning.get("areaName")).get("sv")), *texts.values()),
        severity=SEVERITY.get(level, Severity.INFORMATION),
        native={
            "level": level,
            "code": line(finer.get("code")) or line(event.get("code")),
            "event": line(event.get("code")),
            "area": name,
        },
        headline=_headline(area, finer, event, name, "sv"),
        texts=texts,
        onset=onset,
        ends=ends,
        place=_place(area, drift),
        group=group,
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
    return ", ".join(part for part in (": ".join(p for p in (level, what) if p), name) if part)


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
        key = re.sub(r"[^a-z0-9_]", "_", code.lower()) or "text"
        text = mapping(description.get("text"))
        # some of SMHI's texts hold backslash and n as two characters
        rows += [(key, clean(text.get("sv")).replace("\\n", "\n")), (f"{key}_en", clean(text.get("en")))]
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
    drawn = geojson(area.get("area"), drift, "warningAreas.area") if area.get("area") is not None else None
    if drawn is not None:
        return Place(geometries=[drawn])
    drift.note("-", "warningAreas.area")
    return Place(codes=county_codes(_number(mapping(a).get("id")) for a in listing(area.get("affectedAreas"))))


def _number(value: object) -> object:
    """A number written as text is still that number."""
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 10 else value
