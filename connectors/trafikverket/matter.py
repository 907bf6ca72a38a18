"""One matter of a situation: deviations that tell of the same thing, and the report they make together. Pure.

In: a situation as Trafikverket writes it. Out: `Matter`s, the lowest deviation first; each makes one `FeedReport`.
Next: connectors/trafikverket/parse.py
"""

import re
from datetime import datetime
from sys import intern
from typing import Any, NamedTuple

from connectors.reading.local_time import local_instant
from connectors.reading.places import county_codes, wkt
from connectors.reading.values import Drift, clean, first_text, identity, line, listing, mapping
from connectors.trafikverket.severity import severity, worst
from connectors.trafikverket.values import flag, numbers
from schemas.report import FeedReport, Place
from schemas.sectors import Kind, Severity
from schemas.times import from_datetime

_DEVIATION = {
    *("AffectedDirection", "AffectedDirectionValue", "CountyNo", "CreationTime", "Creator", "EndTime", "Geometry"),
    *("Header", "IconId", "Id", "Image", "JourneyReference", "LocationDescriptor", "ManagedCause", "Message"),
    *("MessageCode", "MessageCodeValue", "MessageType", "MessageTypeValue", "NumberOfLanesRestricted"),
    *("PositionalDescription", "RoadName", "RoadNumber", "RoadNumberNumeric", "SafetyRelatedMessage", "Schedule"),
    *("SeverityCode", "SeverityText", "StartTime", "Suspended", "TemporaryLimit", "TrafficRestrictionType"),
    *("ValidUntilFurtherNotice", "VersionTime", "WebLink"),
}
_TYPES = {
    *("Viktig trafikinformation", "Färjor", "Hinder", "Olycka", "Restriktion", "Trafikmeddelande", "Vägarbete"),
}
_ICONS = {"roadAccident": "Olycka", "roadClosed": "Vägen avstängd", "roadwork": "Vägarbete"}
"""What an icon says, for answers that name neither type nor code."""
_TEXTS = {
    "message": "Message",
    "location": "LocationDescriptor",
    "restriction": "TrafficRestrictionType",
    "limit": "TemporaryLimit",
    "part": "PositionalDescription",
    "direction": "AffectedDirection",
    "journey": "JourneyReference",
}


class Matter(NamedTuple):
    """Deviations of one situation about one thing."""

    deviations: tuple[dict[str, Any], ...]
    place: str | None
    """Well-known text of where it is, None if no deviation says it usably."""
    severity: Severity
    onset: datetime | None
    ends: datetime | None

    @property
    def deviation_id(self) -> str:
        """Id of the first deviation, empty if it has none."""
        return identity(self.deviations[0].get("Id")) or ""

    @property
    def suspended(self) -> bool:
        """It exists, but none of it is in force now."""
        return all(flag(d.get("Suspended")) for d in self.deviations)

    def report(self, source: str, key: str, group: str | None, moment: datetime, *, deleted: bool) -> FeedReport:
        """The report of this matter at a version's time. ValidationError if Trafikverket's values do not fit."""
        codes = [code for d in self.deviations for code in numbers(d.get("CountyNo"))]
        return FeedReport(
            source=source,
            id=key,
            revision=from_datetime(moment),
            sent=moment,
            kind=Kind.DISRUPTION,
            change="cancel" if deleted else "report",
            severity=self.severity,
            native=self._native(),
            headline=self._headline(),
            texts={name: text for name, field in _TEXTS.items() if (text := self._joined(field))} | self._schedule(),
            onset=self.onset,
            ends=self.ends,
            place=Place(wkt=[self.place]) if self.place else Place(codes=county_codes(codes)),
            group=group,
            url=self._link(),
        )

    def _values(self, field: str) -> list[str]:
        return list(dict.fromkeys(text for d in self.deviations if (text := clean(d.get(field)))))

    def _joined(self, field: str) -> str:
        return clean("\n".join(self._values(field)))

    def _native(self) -> dict[str, str]:
        fields = {
            "level": "SeverityCode",
            "level_text": "SeverityText",
            "type": "MessageType",
            "code": "MessageCode",
            "icon": "IconId",
            "road": "RoadNumber",
        }
        native = {name: line(", ".join(self._values(field))) for name, field in fields.items()}
        native["suspended"] = "true" if self.suspended else ""
        # few words in many situations: each is kept once
        return {name: intern(text) for name, text in native.items() if text}

    def _headline(self) -> str:
        header = first_text(d.get("Header") for d in self.deviations)
        icons = [_ICONS[icon] for icon in self._values("IconId") if icon in _ICONS]
        codes = self._values("MessageCode") or self._values("MessageType") or icons
        what = ", ".join([*codes[:1], *(code[:1].lower() + code[1:] for code in codes[1:])])
        road = first_text(d.get("RoadNumber") for d in self.deviations)
        name = first_text(d.get("RoadName") for d in self.deviations)
        where = f"{road} {name}" if road and name and name not in road else road or name
        return line(", ".join(part for part in (header or what, where) if part)) or "Trafikstörning"

    def _schedule(self) -> dict[str, str]:
        """Recurring hours, as Trafikverket writes them: local time without a zone."""
        hours = [
            f"{line(day.get('Start'), 10)}–{line(day.get('End'), 10)}"
            for d in self.deviations
            for period in listing(d.get("Schedule"))
            for day in map(mapping, listing(mapping(period).get("RecurringTimePeriodOfDay")))
        ]
        return {"schedule": ", ".join(dict.fromkeys(hours))[:500]} if hours else {}

    def _link(self) -> str | None:
        link = first_text(d.get("WebLink") for d in self.deviations)
        return link if re.match(r"https?://[\w.-]+", link) else None


def matters(situation: dict[str, Any], drift: Drift) -> list[Matter]:
    """Deviations put together where neither text nor place speaks against it; the lowest number begins a matter."""
    groups: list[tuple[list[dict[str, Any]], str, str | None]] = []
    for deviation in sorted(map(mapping, listing(situation.get("Deviation"))), key=_number):
        _note(deviation, drift)
        text, place = clean(deviation.get("Message")), _where(deviation, drift)
        for index, (members, group_text, group_place) in enumerate(groups):
            if _agree(text, group_text) and _agree(place, group_place):
                members.append(deviation)
                groups[index] = (members, group_text or text, group_place or place)
                break
        else:
            groups.append(([deviation], text, place))
    return [_matter(members, place, drift) for members, _, place in groups]


def _matter(members: list[dict[str, Any]], place: str | None, drift: Drift) -> Matter:
    starts = [m for d in members if (m := local_instant(d.get("StartTime"), drift, "Deviation.StartTime"))]
    ends = [local_instant(d.get("EndTime"), drift, "Deviation.EndTime") for d in members]
    # one part without an end keeps the whole open: only its own word or a deletion ends it
    known = [m for m in ends if m is not None]
    latest = max(known) if known and len(known) == len(ends) else None
    onset = min(starts, default=None)
    if onset is not None and latest is not None and latest < onset:
        drift.note("!", "Deviation.EndTime:early")
        latest = None
    return Matter(tuple(members), place, worst(severity(d, drift) for d in members), onset, latest)


def _agree(one: str | None, other: str | None) -> bool:
    return not one or not other or one == other


def _number(deviation: dict[str, Any]) -> tuple[int, str]:
    """`SE_STA_TRISSID_<n>_<number>`: n counts the deviations of a situation."""
    name = identity(deviation.get("Id")) or ""
    part = name.removeprefix("SE_STA_TRISSID_").split("_", 1)[0]
    return (int(part) if part.isdecimal() and len(part) < 10 else 10**9), name


def _where(deviation: dict[str, Any], drift: Drift) -> str | None:
    """The line if there is one, else the point; in older answers the geometry itself."""
    geometry = mapping(deviation.get("Geometry"))
    for holder in (mapping(geometry.get("Line")), mapping(geometry.get("Point")), geometry):
        found = wkt(holder.get("WGS84"), drift, "Deviation.Geometry")
        if found:
            return found
    return None


def _note(deviation: dict[str, Any], drift: Drift) -> None:
    drift.fields("Deviation", deviation, _DEVIATION)
    if identity(deviation.get("Id")) is None:
        drift.note("-", "Deviation.Id")
    kind = line(deviation.get("MessageType"))
    if kind and kind not in _TYPES:
        drift.note("=", f"MessageType:{kind}")
