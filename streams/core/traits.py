"""What an item is about, as far as links need it: themes, municipalities, point, time, names, words, owner.

In: a public item and the registry's rows of feeds. Out: a `Trait`, or None where an item speaks of no single matter.
An actor's standing report on a cell (id `<sector>-<area>`) is a status, not a matter: it is linked to nothing.
Next: streams/core/links.py
"""

from collections.abc import Mapping
from typing import NamedTuple

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.sectors import OPEN_STATES, Kind
from streams.core.places import affected
from streams.core.standing import is_default
from streams.core.step import Step

AREAS_MAX = 26
SECTORS_MAX = 2
"""A report on more sectors than this is a whole situation, not one matter."""
_MATTERS = frozenset({Kind.WARNING, Kind.DISRUPTION, Kind.MESSAGE, Kind.SITUATION})


class Trait(NamedTuple):
    """One open item, seen from what could make it the same matter as another."""

    key: str
    source: str
    status: str
    themes: frozenset[str]
    areas: frozenset[str]
    point: tuple[int, int] | None
    """Longitude and latitude in 1/100,000 degrees."""
    begins: int
    ends: int | None
    names: frozenset[str]
    words: str | None
    """Key of its headline's words."""
    sketch: str | None
    """Sketch of all its words, by which two texts are likened."""
    relayed: bool


def trait(step: Step, key: str) -> Trait | None:
    """Traits of an open item; None when it takes no part in links."""
    entity, item = step.entity(EntityKind.ITEM, key), step.state.items.get(key)
    if entity is None or item is None or item.state not in OPEN_STATES or entity["kind"] not in _MATTERS:
        return None
    themes = themes_of(step, key, entity)
    areas = hit(entity)[:AREAS_MAX] if themes else ()
    if not areas:
        return None
    like = entity.get("like", {})
    return Trait(
        key=key,
        source=entity["source"],
        status=entity["status"],
        themes=frozenset(themes),
        areas=frozenset(areas),
        point=_point(entity.get("point")),
        begins=item.onset if item.onset is not None else item.sent,
        ends=item.ends,
        names=_names(step, entity),
        words=like.get("headline"),
        sketch=like.get("sketch"),
        relayed=entity["origin"] == "relayed",
    )


def themes_of(step: Step, key: str, entity: Json) -> tuple[str, ...]:
    """What an item is about: its feed's themes, or the sectors that an actor's own matter hits."""
    return themes_by(step.state.reference.feeds, key, entity)


def themes_by(feeds: Mapping[str, Json], key: str, entity: Json) -> tuple[str, ...]:
    """The same by the registry's rows of feeds alone."""
    if entity["kind"] == Kind.SITUATION:
        if is_default(key):
            return ()
        felt = {str(line["sector"]) for line in entity.get("impacts", ()) if line["now"] != "none"}
        return tuple(sorted(felt)) if len(felt) <= SECTORS_MAX else ()
    row = feeds.get(entity["source"])
    if row is None:
        return ()
    for field, by in row.get("by", {}).items():
        found = by.get(entity["native"].get(field))
        if found is not None:
            return tuple(found)
    return tuple(row.get("themes", ()))


def hit(entity: Json) -> list[str]:
    """Municipalities where something is the matter: where the item lies, and where its lines say that it is felt."""
    felt = {area for line in entity.get("impacts", ()) if line["now"] != "none" for area in line["areas"]}
    return sorted({*affected(entity["areas"]), *felt})


def owner(step: Step, entity: Json) -> str:
    """Whose word an item is: the party of an actor, the owner of a feed. Two feeds of one owner are one source."""
    source = str(entity["source"])
    actor = source.removeprefix("actor.")
    if actor != source:
        return step.state.reference.party(actor)
    row = step.state.reference.feeds.get(source, {})
    told = entity["native"].get(row.get("owner_in", ""))
    return str(told or row.get("owner", source))


def _point(point: list[str] | None) -> tuple[int, int] | None:
    return None if point is None else (_hundred_thousandths(point[0]), _hundred_thousandths(point[1]))


def _hundred_thousandths(degrees: str) -> int:
    whole, _, part = degrees.partition(".")
    size = int(whole.lstrip("-") or "0") * 100_000 + int((part + "00000")[:5])
    return -size if whole.startswith("-") else size


def _names(step: Step, entity: Json) -> frozenset[str]:
    """Stops, stations and roads by name, in one spelling."""
    reference = step.state.reference
    fields = reference.feeds.get(entity["source"], {}).get("names", ())
    told = ",".join(entity["native"].get(field, "") for field in fields)
    parts = (part.strip().casefold() for part in told.replace(";", ",").split(","))
    return frozenset(reference.names.get(part, part) for part in parts if part)
