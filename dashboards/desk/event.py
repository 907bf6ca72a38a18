"""An event: its reports with the reason for each link, numbers with owners, quarrels, when it happened and was known.

Pure. In: a scene and a key. Out: what event.html shows. Nothing here is a verdict: links can be cut, others added, and
what people have done to it stands with their reasons (acts_on.py).
Next: dashboards/desk/acts_on.py
"""

from collections.abc import Iterator
from typing import NamedTuple

from dashboards.desk.detail import cells_on
from dashboards.telling.filter import places_of
from dashboards.telling.going import is_open
from dashboards.telling.happenings import doubt_of, headline, severity_said, sign_of
from dashboards.telling.relations import claim_text, reasons_text, why_linked
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.times import MINUTE, parse

LATE = 30 * MINUTE
"""Known so long after it happened is said in words."""
OFFERED = 60
"""Most reports offered for linking; the likely ones first."""


class Linked(NamedTuple):
    """One report of the event."""

    key: str
    sign: str
    title: str
    source: str
    where: str
    grave: str
    why: str
    doubt: str
    happened: str
    known: str
    late: str
    """How much later it was known than it happened; empty when that is little."""
    state: str
    lead: bool


class Number(NamedTuple):
    """One owner's number."""

    number: str
    what: str
    owner: str
    where: str
    at: str


class Offer(NamedTuple):
    """Another report that could be linked."""

    key: str
    title: str
    why: str
    """Why it is near, with its points; empty for one that only lies in the same place."""


class EventPage(NamedTuple):
    """An event, whole."""

    key: str
    title: str
    sign: str
    state: str
    line: str
    when: str
    pinned: bool
    limited: bool
    open: bool
    reports: list[Linked]
    """In the order they became known, the first first."""
    numbers: list[Number]
    quarrels: list[tuple[str, list[str]]]
    """(the question to ask, what each says)."""
    others: list[tuple[str, str, str]]
    """(what, key, title) of the event before and after it."""
    aliases: list[str]
    cells: list[tuple[str, str, str]]
    """(municipality, sector, name) of the cells that rest on its reports."""
    offers: list[Offer]


def find_event(scene: Scene, key: str) -> str | None:
    """Key of the event that a name stands for: its own, one of its reports', or its source's word for it."""
    if scene.sight.shown(EntityKind.EVENT, key) is not None:
        return key
    newest = None
    for name, event in scene.sight.picture.get(EntityKind.EVENT, {}).items():
        if (key in event["items"] or key in aliases_of(scene, event)) and scene.sight.of(EntityKind.EVENT, event):
            newest = name if newest is None or event["state"] == "open" else newest
    return newest


def aliases_of(scene: Scene, event: Json) -> list[str]:
    """Other names of the event: what its sources call it."""
    items = scene.sight.picture.get(EntityKind.ITEM, {})
    named = {f"{i['source']}/{i['group']}" for key in event["items"] if (i := items.get(key)) and "group" in i}
    return sorted(named - {event["id"]})


def event_page(scene: Scene, key: str) -> EventPage | None:
    """Everything the viewer may see of an event; None when there is none."""
    event = scene.sight.shown(EntityKind.EVENT, key)
    lead = None if event is None else scene.item(event["lead"])
    if event is None or lead is None:
        return None
    words, towns = scene.words, scene.region.towns
    told = [words.places(event["areas"], towns) if event["areas"] else words("happening.nowhere")]
    told.append(severity_said(scene, lead))
    told += _sources(scene, event)
    return EventPage(
        key,
        headline(scene, lead),
        sign_of(scene, event["lead"], lead),
        words(f"event.{event['state']}"),
        ", ".join(told),
        _when(scene, event),
        event.get("pinned", False),
        event.get("limited", False),
        event["state"] == "open",
        sorted((row for _, row in _reports(scene, event)), key=lambda row: row.key != event["lead"]),
        [_number(scene, count) for count in event.get("counts", ())],
        list(_quarrels(scene, event)),
        list(_others(scene, event)),
        aliases_of(scene, event),
        list(cells_on(scene, set(event["items"]))),
        offers(scene, event["items"]),
    )


def _sources(scene: Scene, event: Json) -> Iterator[str]:
    if "sources" in event:
        yield scene.words.count("independent", event["sources"])
    if event.get("relayed"):
        yield scene.words.count("relayed", event["relayed"])


def _when(scene: Scene, event: Json) -> str:
    words = scene.words
    begins = words("event.begins", time=scene.clock(event["begins"])) if "begins" in event else ""
    ends = words("happening.until", time=scene.clock(event["ends"])) if "ends" in event else ""
    return " ".join(part for part in (begins, ends) if part)


def _reports(scene: Scene, event: Json) -> list[tuple[str, Linked]]:
    shown = ((link, scene.item(link["item"])) for link in event["links"])
    rows = [(item["known_at"], _linked(scene, link, item, event)) for link, item in shown if item is not None]
    return sorted(rows, key=lambda row: (row[0], row[1].key))


def _linked(scene: Scene, link: Json, item: Json, event: Json) -> Linked:
    words, region = scene.words, scene.region
    happened, known = item.get("onset") or item["sent"], item["known_at"]
    late = parse(known) - parse(happened)
    return Linked(
        link["item"],
        sign_of(scene, link["item"], item),
        headline(scene, item),
        words.source(item["source"], region.actors, region.feeds),
        words.places(places_of(item), region.towns, shown=3) if places_of(item) else "",
        severity_said(scene, item),
        why_linked(scene, link),
        doubt_of(scene, item, None),
        scene.clock(happened),
        scene.clock(known),
        words("event.later", age=words.age(late)) if late >= LATE else "",
        "" if item["state"] == "active" else words(f"item_state.{item['state']}"),
        link["item"] == event["lead"],
    )


def _number(scene: Scene, count: Json) -> Number:
    words, kind = scene.words, f"number.{count['kind']}"
    low, high = words.number(count["low"]), words.number(count["high"])
    return Number(
        low if low == high else f"{low}–{high}",
        words(kind) if words.known(kind) else count["kind"],
        scene.region.owner(count["owner"]),
        words.places(count["areas"], scene.region.towns) if count.get("areas") else "",
        scene.clock(count["at"]) if "at" in count else "",
    )


def _quarrels(scene: Scene, event: Json) -> Iterator[tuple[str, list[str]]]:
    for quarrel in event.get("contradictions", ()):
        claims = [claim_text(scene, claim) for claim in quarrel["claims"]]
        yield scene.words(f"event.{quarrel['question']}"), claims


def _others(scene: Scene, event: Json) -> Iterator[tuple[str, str, str]]:
    for way in ("follows", "followed_by"):
        other = scene.sight.shown(EntityKind.EVENT, event[way]) if way in event else None
        lead = None if other is None else scene.item(other["lead"])
        if lead is not None:
            yield scene.words(f"relation.{way}"), event[way], headline(scene, lead)


def offers(scene: Scene, members: list[str]) -> list[Offer]:
    """Open reports outside it: those that points put near it first, then those in its municipalities, newest first."""
    items = scene.sight.picture.get(EntityKind.ITEM, {})
    near = dict(_near(scene, members))
    areas = {code for key in members if key in items for code in places_of(items[key])}
    outside = [
        key
        for key, item in items.items()
        if key not in members and is_open(item) and (key in near or not areas.isdisjoint(places_of(item)))
    ]
    outside.sort(key=lambda key: (key in near, items[key]["known_at"], key), reverse=True)
    shown = ((key, scene.item(key)) for key in outside[:OFFERED])
    return [Offer(key, _offered(scene, item), near.get(key, "")) for key, item in shown if item is not None]


def _offered(scene: Scene, item: Json) -> str:
    region = scene.region
    return f"{headline(scene, item)} ({scene.words.source(item['source'], region.actors, region.feeds)})"


def _near(scene: Scene, members: list[str]) -> Iterator[tuple[str, str]]:
    """Reports that points put beside one of these, each with why; said on either side."""
    items, inside = scene.sight.picture.get(EntityKind.ITEM, {}), set(members)
    events = scene.sight.picture.get(EntityKind.EVENT, {})
    for key, item in items.items():
        for hint in item.get("near", ()):
            ends = {key, *events.get(hint["to"], {}).get("items", (hint["to"],))}
            if not ends.isdisjoint(inside):
                why = scene.words("event.points", why=reasons_text(scene, hint["reasons"]), n=hint["score"])
                yield from ((other, why) for other in ends - inside)
