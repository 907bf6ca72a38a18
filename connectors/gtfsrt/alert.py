"""One alert of GTFS Realtime into a report. Pure.

In: an entity with an alert, when the message was made, and where stops are. Out: a `FeedReport`. The format has no
coordinates: an alert is at the stops it names, where a table of stops is at hand, else in the operator's whole area.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from sys import intern
from types import MappingProxyType
from typing import NamedTuple

from google.protobuf.unknown_fields import UnknownFieldSet
from google.transit.gtfs_realtime_pb2 import Alert, EntitySelector, FeedEntity

from connectors.gtfsrt import words
from connectors.reading.places import point
from connectors.reading.values import Drift, line
from schemas.report import FeedReport, Place
from schemas.sectors import Kind
from schemas.times import from_datetime, z

SOURCE = "gtfsrt"

Stops = Mapping[str, tuple[float, float]]
"""Longitude and latitude of each stop, by its id in the operator's static GTFS."""
STOPS_OF_ONE = 200
"""Most stops of one alert that are drawn."""

_UNKNOWN = {6: "cause", 7: "effect", 14: "severity_level"}


class Network(NamedTuple):
    """What is known of an operator beside its messages."""

    area: Sequence[str] = ()
    """County or municipality codes where it runs."""
    stops: Stops = MappingProxyType({})
    operator: str = ""
    """Its name; of cancelled trips it is the one who counts."""
    anywhere: Place = Place()
    """The whole area: one object for the many items that have no better place."""


def earliest(alert: Alert, drift: Drift) -> datetime | None:
    """Earliest beginning of any period: for messages that do not say when they were made."""
    starts = [words.instant(period.start, drift, "period.start") for period in alert.active_period]
    return min((start for start in starts if start is not None), default=None)


def report(entity: FeedEntity, key: str, sent: datetime, network: Network, drift: Drift) -> FeedReport:
    """The report of an alert. ValidationError if its values do not fit."""
    alert = entity.alert
    native = _native(alert) | _surprises(alert, drift)
    header, header_en = words.ours(alert.header_text), words.english(alert.header_text)
    onset, ends = words.span(alert.impact_period or alert.active_period, drift)
    return FeedReport(
        source=SOURCE,
        id=key,
        sent=sent,
        kind=Kind.DISRUPTION,
        status=words.status(header, header_en),
        severity=words.severity(alert),
        native=native,
        headline=_headline(alert, native, header or header_en),
        texts=_texts(alert, header_en),
        onset=onset,
        ends=ends,
        place=_place(alert.informed_entity, network, drift),
        url=_link(alert),
    )


def _headline(alert: Alert, native: dict[str, str], header: str) -> str:
    description = words.ours(alert.description_text) or words.english(alert.description_text)
    first = next(iter(description.splitlines()), "")
    fallback = words.EFFECTS.get(alert.effect, "Trafikstörning")
    affected = native.get("affected", "")
    return line(header, 500) or line(first) or line(f"{fallback}: {affected}" if affected else fallback)


def _texts(alert: Alert, header_en: str) -> dict[str, str]:
    found = {
        "headline_en": line(header_en, 500),
        "description": words.ours(alert.description_text),
        "description_en": words.english(alert.description_text),
    }
    return {name: said for name, said in found.items() if said}


def _native(alert: Alert) -> dict[str, str]:
    level, cause, effect = Alert.SeverityLevel, Alert.Cause, Alert.Effect
    periods = alert.active_period
    found = {
        "level": level.Name(alert.severity_level) if alert.HasField("severity_level") else "",
        "cause": cause.Name(alert.cause) if alert.HasField("cause") else "",
        "cause_detail": words.ours(alert.cause_detail) or words.english(alert.cause_detail),
        "effect": effect.Name(alert.effect) if alert.HasField("effect") else "",
        "effect_detail": words.ours(alert.effect_detail) or words.english(alert.effect_detail),
        "affected": "; ".join(dict.fromkeys(filter(None, map(_selector, alert.informed_entity)))),
        "periods": ", ".join(_period(p.start, p.end) for p in periods) if len(periods) > 1 else "",
    }
    # the same few words stand in every alert: one copy of each
    return {name: intern(line(said, 1000)) for name, said in found.items() if said}


def _selector(selector: EntitySelector) -> str:
    """All of a selector's words hold together: `route 100 + stop 16299`."""
    trip = selector.trip
    parts = {
        "agency": selector.agency_id,
        "route": selector.route_id or trip.route_id,
        "route_type": str(selector.route_type) if selector.HasField("route_type") else "",
        "direction": str(selector.direction_id) if selector.HasField("direction_id") else "",
        "trip": trip.trip_id or trip.start_time,
        "stop": selector.stop_id,
    }
    return " + ".join(f"{name} {words.text(value)}" for name, value in parts.items() if value)


def _period(start: int, end: int) -> str:
    sides = (words.instant(side, Drift(), "") for side in (start, end))
    return "/".join(".." if side is None else z(from_datetime(side)) for side in sides)


def _surprises(alert: Alert, drift: Drift) -> dict[str, str]:
    """Numbers of words that are newer than this connector: counted, and kept as they came."""
    found = {}
    for field in UnknownFieldSet(alert):
        name = _UNKNOWN.get(field.field_number)
        if name is not None:
            drift.note("=", f"{name}:{field.data}")
            found["level" if name == "severity_level" else name] = str(field.data)
        elif field.field_number < 1000:
            # from 1000 on there are extensions of operators
            drift.note("+", f"alert.{field.field_number}")
    return found


def _place(selectors: Iterable[EntitySelector], network: Network, drift: Drift) -> Place:
    ids = dict.fromkeys(words.text(s.stop_id) for s in selectors if s.stop_id) if network.stops else {}
    known = [network.stops[name] for name in ids if name in network.stops][:STOPS_OF_ONE]
    if len(ids) > len(known):
        drift.note("-", "stops")
    drawn = [found for lon, lat in known if (found := point(lon, lat, drift, "stops"))]
    return Place(wkt=list(dict.fromkeys(drawn))) if drawn else network.anywhere


def _link(alert: Alert) -> str | None:
    link = words.ours(alert.url) or words.english(alert.url)
    return link[:2000] if re.match(r"https?://[\w.-]+", link) else None
