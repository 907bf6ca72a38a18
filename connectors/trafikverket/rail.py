"""Reads what Trafikverket tells of the railway: OperativeEvent, RailwayEvent, and TrainMessage that came before them.

In: an object as Trafikverket writes it. Out: reports in `Found`, one for each event. `Deleted`, and an operative event
that is over (EventState 0), is a cancel. A prognosis is no end: it is kept in `native`, and the event stands until its
own end or a cancel. TrainMessage was taken out of service in September 2025 and is read where an old answer is at hand.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import ValidationError

from connectors.reading.local_time import local_instant
from connectors.reading.values import Drift, first_text, line, mapping
from connectors.trafikverket.found import Found, named
from connectors.trafikverket.severity import BY_CODE, worst
from connectors.trafikverket.stretch import Stretch, planned, stretch
from connectors.trafikverket.values import flag, joined, many, moment_of, span_of
from schemas.report import FeedReport
from schemas.sectors import Kind, Severity
from schemas.times import from_datetime, z

_COMMON = {"CountyNo", "Deleted", "EndDateTime", "Geometry", "ModifiedTime", "StartDateTime", "Version"}
_FIELDS = {
    "TrainMessage": {
        *("AffectedLocation", "EventId", "ExpectTrafficImpact", "ExternalDescription", "Header", "LastUpdateDateTime"),
        *("PrognosticatedEndDateTimeTrafficImpact", "ReasonCode", "ReasonCodeText", "TrafficImpact"),
    },
    "OperativeEvent": {
        *("EventSection", "EventState", "EventTrafficType", "EventType", "ModifiedDateTime", "OperativeEventId"),
        *("RailRoadTimeForServiceResumption", "RelatedEvent", "RoadDegreeOfImpact", "RoadPrognosisDateTime"),
        "TrafficImpact",
    },
    "RailwayEvent": {
        *("CreatedDateTime", "EventId", "EventStatus", "ModifiedDateTime", "OperativeEventId", "ReasonCode"),
        "SelectedSection",
    },
}
_STATUSES = {"MöjligOperativHändelse", "BedömdEjOperativHändelse", "OperativHändelse"}


class _Told(NamedTuple):
    """What the three kinds have in common, taken out of their own fields."""

    stretch: Stretch
    severity: Severity
    header: str
    texts: dict[str, str]
    native: dict[str, str]
    over: bool = False
    group: str | None = None


def train_message(value: object, pointer: str, source: str, found: Found) -> None:
    """Report of one TrainMessage (1.0 to 1.7)."""
    _read("TrainMessage", value, pointer, source, found, ("train", "EventId", "LastUpdateDateTime", _of_message))


def operative_event(value: object, pointer: str, source: str, found: Found) -> None:
    """Report of one OperativeEvent."""
    how = ("operative-event", "OperativeEventId", "ModifiedDateTime", _of_operative)
    _read("OperativeEvent", value, pointer, source, found, how)


def railway_event(value: object, pointer: str, source: str, found: Found) -> None:
    """Report of one RailwayEvent."""
    how = ("railway-event", "EventId", "ModifiedDateTime", _of_railway)
    _read("RailwayEvent", value, pointer, source, found, how)


_How = tuple[str, str, str, Callable[[dict[str, Any], Drift], _Told]]
"""Prefix of our ids, field of the source's id, field that orders, and what the rest says."""


def _read(kind: str, value: object, pointer: str, source: str, found: Found, how: _How) -> None:
    prefix, id_field, order_field, of = how
    event = mapping(value)
    found.drift.fields(kind, event, _COMMON | _FIELDS[kind])
    key = named(prefix, event.get(id_field))
    if key is None:
        found.refuse_nameless(f"{pointer}/{id_field}", f"a {kind} needs an {id_field}", value)
        return
    found.seen.add(key)
    told = of(event, found.drift)
    gone = flag(event.get("Deleted")) or told.over
    moment = moment_of(event, kind, order_field, found.drift, gone=gone)
    if moment is None:
        found.refuse(f"{pointer}/{order_field}", f"no {order_field}, and no time to take for it", value)
        return
    try:
        item = _report(source, key, kind, event, told, moment, gone=gone, drift=found.drift)
        found.keep(item, kind, pointer, value)
    except ValidationError as error:
        found.refuse_invalid(pointer, error, value)


def _report(
    source: str,
    key: str,
    kind: str,
    event: dict[str, Any],
    told: _Told,
    moment: datetime,
    *,
    gone: bool,
    drift: Drift,
) -> FeedReport:
    onset, ends = span_of(event, kind, ("StartDateTime", "EndDateTime"), drift)
    words = told.stretch.words()
    return FeedReport(
        source=source,
        id=key,
        revision=from_datetime(moment),
        sent=moment,
        kind=Kind.DISRUPTION,
        change="cancel" if gone else "report",
        severity=told.severity,
        native={name: text for name, text in ({"object": kind} | told.native).items() if text},
        headline=line(", ".join(part for part in (told.header or "Störning i tågtrafiken", words) if part)),
        texts={name: text for name, text in told.texts.items() if text},
        onset=onset,
        ends=ends,
        place=told.stretch.place(event.get("Geometry"), drift, f"{kind}.Geometry"),
        group=told.group,
    )


def _of_message(event: dict[str, Any], drift: Drift) -> _Told:
    impacts = [mapping(impact) for impact in many(event.get("TrafficImpact"))]
    affected = [event.get("AffectedLocation"), *(i.get("AffectedLocation") for i in impacts)]
    ends = [i.get(name) for i in impacts for name in ("FromLocation", "ToLocation")]
    # the ends of a stretch are affected only where no affected places are told
    where = stretch([many(a) for a in affected], event.get("CountyNo"))
    if not where.signatures:
        where = stretch(ends, event.get("CountyNo"))
    reasons = [mapping(reason) for reason in many(event.get("ReasonCode"))]
    reason = joined([*(r.get("Description") for r in reasons), event.get("ReasonCodeText")])
    confirmed = [flag(i["IsConfirmed"]) for i in impacts if i.get("IsConfirmed") is not None]
    header = line(event.get("Header"))
    return _Told(
        where,
        where.severity(confirmed=any(confirmed) or not confirmed, planned=planned(header, reason)),
        header or line(reason),
        {"message": joined([event.get("ExternalDescription")]), "reason": reason},
        {
            "code": line(", ".join(t for r in reasons if (t := line(r.get("Code"))))),
            "confirmed": str(any(confirmed)).lower() if confirmed else "",
            "prognosis": _time(event, "TrainMessage", "PrognosticatedEndDateTimeTrafficImpact", drift),
            "stations": line(", ".join(where.signatures)),
        },
    )


def _of_operative(event: dict[str, Any], drift: Drift) -> _Told:
    impacts = [mapping(impact) for impact in many(event.get("TrafficImpact"))]
    public = [mapping(message) for impact in impacts for message in many(impact.get("PublicMessage"))]
    sections = [impact.get(name) for impact in impacts for name in ("SelectedSection", "AffectedLocation")]
    where = stretch(sections, event.get("CountyNo"))
    if not where.signatures:
        where = stretch([event.get("EventSection")], event.get("CountyNo"))
    kind = mapping(event.get("EventType"))
    what, header = line(kind.get("Description")), first_text(message.get("Header") for message in public)
    state, road = line(event.get("EventState")), line(event.get("RoadDegreeOfImpact"))
    if state not in {"", "0", "1"}:
        drift.note("=", f"EventState:{state}")
    if road and road not in BY_CODE:
        drift.note("=", f"RoadDegreeOfImpact:{road}")
    rail = where.severity(confirmed=True, planned=planned(header, what))
    return _Told(
        where,
        worst((rail, BY_CODE.get(road, Severity.INFORMATION))),
        header or what,
        {"message": joined(message.get("Description") for message in public), "reason": what},
        {
            "code": line(kind.get("EventTypeCode")),
            "state": state,
            "road_impact": road,
            "prognosis": _time(event, "OperativeEvent", "RailRoadTimeForServiceResumption", drift),
            "road_prognosis": _time(event, "OperativeEvent", "RoadPrognosisDateTime", drift),
            "impact_ends": ", ".join(
                text for i in impacts if (text := _time(i, "OperativeEvent.TrafficImpact", "EndDateTime", drift))
            ),
            "stations": line(", ".join(where.signatures)),
        },
        over=state == "0",
    )


def _of_railway(event: dict[str, Any], drift: Drift) -> _Told:
    where = stretch([event.get("SelectedSection")], event.get("CountyNo"))
    status = line(event.get("EventStatus"))
    if status and status not in _STATUSES:
        drift.note("=", f"EventStatus:{status}")
    judged = status == "BedömdEjOperativHändelse"
    found = where.severity(confirmed=status == "OperativHändelse", planned=False)
    reason = joined(mapping(r).get("Code") if isinstance(r, dict) else r for r in many(event.get("ReasonCode")))
    return _Told(
        where,
        Severity.INFORMATION if judged else found,
        "",
        {},
        {"code": line(reason), "state": status, "stations": line(", ".join(where.signatures))},
        group=named("operative-event", event.get("OperativeEventId")),
    )


def _time(event: dict[str, Any], kind: str, name: str, drift: Drift) -> str:
    moment = local_instant(event.get(name), drift, f"{kind}.{name}")
    return z(from_datetime(moment)) if moment is not None else ""
