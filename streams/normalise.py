"""From a checked report to the body of a log record: whole numbers, expanded areas, texts replaced by keys.

In: an ActorReport that streams/checking.py let through, or a feed's FeedReport. Out: a body that the fold trusts.
Next: streams/intake.py
"""

from collections.abc import Mapping, Sequence
from typing import Any

from schemas.codec import Json, canon, digest
from schemas.ids import actor_source
from schemas.report import ActorReport, Count, FeedReport, ReportType
from schemas.sectors import IMPACT_OF, Kind, Label, Severity, Status
from schemas.times import from_datetime
from streams.actor_facts import rule_facts
from streams.areas import AreaIndex
from streams.facts import actor_counts, likeness, native_promise, promised_end
from streams.placed import Placed, merge
from streams.shapes import Part, from_geojson, from_wkt
from streams.shapes import Refusal as ShapeRefusal
from streams.texts import TextBox

_KINDS = {
    ReportType.ISSUE: Kind.ISSUE,
    ReportType.PLANNED_EVENT: Kind.PLANNED_EVENT,
    ReportType.REQUEST: Kind.REQUEST,
}
_TEXTS = ("headline", "event", "consequences", "measures", "relayed_from", "certainty")
_IN_LOG = frozenset(
    {*_TEXTS, "id", "sent", "impacts", "type", "revision", "exercise", "origin", "label", "labels"}
    | {"valid_until", "next_report", "point", "starts", "ends", "native"}
)
"""Fields with a place of their own; all others, unknown ones too, are kept as one text named `more`."""


def actor_body(report: ActorReport, actor: str, reference: Json, box: TextBox, index: AreaIndex) -> Json:
    """Log body of an actor's report."""
    kind = _KINDS.get(report.type, Kind.SITUATION)
    body: Json = {
        "source": actor_source(actor),
        "actor": actor,
        "id": report.id,
        "kind": kind,
        "change": _change(report),
        "status": Status.ACTUAL,
        "severity": Severity.INFORMATION,
        "native": {},
        "origin": report.origin,
        "label": report.label,
        "areas": {},
        "texts": box.put_all(_actor_texts(report), report.label, _text_labels(report)),
        **_order(report.revision, from_datetime(report.sent)),
    }
    if report.labels:
        body["labels"] = dict(report.labels)
    impacts, outside = _impacts(report, reference)
    if impacts:
        body["impacts"] = impacts
    if outside:
        body["outside"] = outside
    body |= _instants(report, kind)
    body |= _actor_place(report, index)
    counts = actor_counts(report, actor, {*reference["municipalities"], reference["region"]["code"]})
    facts = {"counts": counts or None, "promised": promised_end(report)}
    body |= {name: value for name, value in facts.items() if value is not None}
    body |= rule_facts(report)
    return _alike(_sealed(body, by_revision=report.revision is not None), _actor_texts(report), box)


def _change(report: ActorReport) -> str:
    """What a report does to the matter; one that denies it ends it, and says so."""
    if report.type in {ReportType.CANCEL, ReportType.UNCHANGED}:
        return report.type
    return "deny" if report.certainty == "denied" else "report"


def _alike(body: Json, texts: Mapping[str, str], box: TextBox) -> Json:
    """With keys of its words; no part of the digest, since they say nothing that the texts do not."""
    like = likeness(texts, box) if body["change"] == "report" else {}
    return {**body, "like": like} if like else body


def _order(revision: int | None, sent: int) -> Json:
    """What orders the revisions of an id: its own number, else when it was sent."""
    if revision is None:
        return {"sent": sent, "order": sent, "by": "sent"}
    return {"sent": sent, "order": revision, "by": "revision", "revision": revision}


def _sealed(body: Json, *, by_revision: bool) -> Json:
    """Add the digest that tells a resend from a conflict; `sent` is no part of it where a revision orders."""
    return {**body, "digest": digest({k: v for k, v in body.items() if k != "sent" or not by_revision})}


def _actor_texts(report: ActorReport) -> dict[str, str]:
    found = {name: value for name in _TEXTS if (value := getattr(report, name))}
    if report.prognosis is not None and report.prognosis.text:
        found["prognosis"] = report.prognosis.text
    more = {k: v for k, v in report.model_dump(mode="json", exclude_none=True).items() if k not in _IN_LOG and v != []}
    if more:
        found["more"] = canon(more).decode()
    return found


def _text_labels(report: ActorReport) -> dict[str, str]:
    """Labels by text: `more` holds fields without a text of their own, as secret as the most secret of them."""
    inside = [label for field, label in report.labels.items() if field not in _TEXTS]
    return {**report.labels, "more": max([report.label, *inside], key=list(Label).index)}


def _impacts(report: ActorReport, reference: Json) -> tuple[list[Json], list[str]]:
    """Lines with the county expanded to its municipalities, and the codes outside."""
    towns, county = sorted(reference["municipalities"]), reference["region"]["code"]
    lines, outside = [], set()
    for line in report.impacts:
        inside = {a for area in line.areas for a in (towns if area == county else [area]) if a in towns}
        outside |= {a for a in line.areas if a not in towns and a != county}
        if not inside:
            continue
        body: Json = {"sector": line.sector, "areas": sorted(inside), "now": IMPACT_OF[line.now]}
        if line.expected is not None:
            body["expected"] = IMPACT_OF[line.expected]
        if line.expected_from is not None:
            body["from"] = from_datetime(line.expected_from)
        if line.expected_until is not None:
            body["until"] = from_datetime(line.expected_until)
        lines.append(body)
    return lines, sorted(outside)


def _instants(report: ActorReport, kind: Kind) -> Json:
    """Times by which the item lives; a request ends when its validity does."""
    wanted: dict[str, Any] = {"valid_until": report.valid_until, "next_report": report.next_report}
    if kind == Kind.PLANNED_EVENT:
        wanted = {"onset": report.starts, "ends": report.ends}
    elif kind == Kind.REQUEST:
        wanted = {"ends": report.valid_until}
    return {name: from_datetime(moment) for name, moment in wanted.items() if moment is not None}


def _actor_place(report: ActorReport, index: AreaIndex) -> Json:
    if report.point is None:
        return {}
    lon, lat = report.point
    return {"areas": _areas(index.place_point(lon, lat)), "point": [_degrees(lon), _degrees(lat)]}


def feed_body(report: FeedReport, box: TextBox, index: AreaIndex) -> Json:
    """Log body of a feed's item; `change` is `elsewhere` where it does not touch the region."""
    shapes = [*map(from_wkt, report.place.wkt), *map(from_geojson, report.place.geometries)]
    texts = {"headline": report.headline, **report.texts}
    placed = _placed(shapes, report.place.codes, index)
    if report.change == "report" and _nowhere(placed, shapes):
        placed = index.guesses.guess(report.source, texts.values(), report.native)
    sent = from_datetime(report.sent)
    body: Json = {
        "source": report.source,
        "id": report.id,
        "kind": report.kind,
        "change": report.change,
        "status": report.status,
        "severity": report.severity,
        "native": report.native,
        "origin": report.origin,
        "label": report.label,
        "areas": _areas(placed),
        "texts": {},
        **_order(report.revision, sent),
    }
    if report.change == "report" and not placed.areas:
        body["change"] = "elsewhere"
    else:
        body["texts"] = box.put_all(texts, Label(report.label), {})
    optional: Json = {"group": report.group, "url": report.url, "point": _mark(shapes)}
    optional |= {"outside": list(placed.outside) or None, "counts": [_count(c) for c in report.counts] or None}
    optional |= {
        "onset": report.onset and from_datetime(report.onset),
        "ends": report.ends and from_datetime(report.ends),
        "promised": native_promise(report.native),
    }
    body |= {k: v for k, v in optional.items() if v is not None}
    return _alike(_sealed(body, by_revision=report.revision is not None), texts, box)


def _count(count: Count) -> Json:
    """A number with whose it is and what of: never summed here or later."""
    told: Json = {"kind": count.kind, "low": count.low, "high": count.high, "owner": count.owner}
    told |= {name: value for name, value in (("areas", list(count.areas)), ("scope", count.scope)) if value}
    return told | ({"at": from_datetime(count.at)} if count.at is not None else {})


Shape = Sequence[Part] | ShapeRefusal
"""A geometry of a report, read; or why it cannot be used."""


def _placed(shapes: list[Shape], codes: list[str], index: AreaIndex) -> Placed:
    """Where a feed's item is: its geometry if there is any that can be used, else its codes."""
    if shapes:
        placed = [index.place_parts(shape) for shape in shapes]
        found = placed[0] if len(placed) == 1 else merge(placed)
        if found.areas or not codes:
            return found
    return index.place_codes(codes)


def _nowhere(placed: Placed, shapes: list[Shape]) -> bool:
    """Nothing says where it is: no code that is known, no geometry that can be used."""
    usable = any(not isinstance(shape, ShapeRefusal) for shape in shapes)
    return not (placed.areas or placed.outside or usable)


def _areas(placed: Placed) -> Json:
    return {code: dict(share._asdict()) for code, share in placed.areas.items()}


def _mark(shapes: list[Shape]) -> list[str] | None:
    """Where to draw a mark: the first point or a point on the first line, as text (no floats in the log)."""
    for parts in shapes:
        if isinstance(parts, ShapeRefusal):
            continue
        for part in parts:
            if part.geom_type in {"Point", "LineString"}:
                point = part if part.geom_type == "Point" else part.representative_point()
                return [_degrees(point.x), _degrees(point.y)]
    return None


def _degrees(value: float) -> str:
    """Five decimals are a metre."""
    return f"{value:.5f}"
