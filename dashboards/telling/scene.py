"""A picture made ready for a page: cells as viewed, names, the time it is, what an hour ago was like.

Pure. In: a viewer's sight of a picture, the region's names. Out: `Scene`, which every part of a page is drawn from.
Next: dashboards/telling/six.py, dashboards/telling/happenings.py, dashboards/desk/matrix.py
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from dashboards.picture.chain import Head
from dashboards.picture.ring import Ring
from dashboards.picture.view import Place, Sight, cell_body
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.sectors import OPEN_STATES, SECTORS, Unknown
from schemas.times import HOUR, parse
from streams.reference import SectorName
from streams.words import Words

LOUD = (Unknown.NOT_REPORTED, Unknown.OUTDATED, Unknown.SOURCE_UNREACHABLE)
"""Greys that ought to be known; `not_assessed` is drawn quietly."""


class Region(NamedTuple):
    """Names and rules of the region: the same for every page and version."""

    place: Place
    sectors: Mapping[str, SectorName]
    actors: Mapping[str, str]
    feeds: Mapping[str, str]
    """Source -> its title, in Swedish."""
    reference: Mapping[str, Any]
    words: Words

    @property
    def towns(self) -> Mapping[str, str]:
        """Municipality code -> name, in Swedish order."""
        return self.place.municipalities

    def owner(self, actor: str) -> str:
        """Name of an actor; a code the registry does not have stays a code."""
        return self.actors.get(actor, actor)


class Only(NamedTuple):
    """What of a picture a reader has asked to see."""

    items: frozenset[str]
    cells: frozenset[tuple[str, str]]


class Scene(NamedTuple):
    """One page's data."""

    region: Region
    sight: Sight
    head: Head
    now: int
    """Space time, ms UTC."""
    cells: Mapping[tuple[str, str], Json]
    """(municipality, sector) -> the cell as viewed, all of them."""
    hour: Mapping[tuple[str, str], Json | None]
    """Cells that changed in the last hour -> what they were before it."""
    heard: Mapping[str, int]
    """Source -> when it was last heard, ms UTC."""
    receiver: bool
    """True when notices are sent somewhere."""
    only: Only | None = None
    """What matches the reader's filter; None when there is none."""
    kept: dict[object, object] | None = None
    """What was found for this very scene and is asked for again by another part of the page."""

    @property
    def words(self) -> Words:
        """The catalogue."""
        return self.region.words

    def entities(self, kind: EntityKind) -> Iterator[tuple[str, Json]]:
        """Everything of a kind that the viewer may see, in the order of its keys."""
        for key in sorted(self.sight.picture.get(kind, {})):
            shown = self.sight.shown(kind, key)
            if shown is not None:
                yield key, shown

    def item(self, key: str) -> Json | None:
        """An item as viewed."""
        return self.sight.shown(EntityKind.ITEM, key)

    def clock(self, text: str) -> str:
        """A time of the picture, with its date unless today."""
        return self.words.when(parse(text), self.now)

    def ago(self, text: str) -> str:
        """How long ago that is."""
        return self.words.ago(parse(text), self.now)


def make_scene(
    region: Region, sight: Sight, head: Head, ring: Ring, *, now: int, heard: Mapping[str, int], receiver: bool
) -> Scene:
    """Look every cell up once, and see what the last hour changed."""
    cells = {(area, sector): cell_body(sight, area, sector) for area in region.towns for sector in SECTORS}
    return Scene(region, sight, head, now, cells, hour_ago(cells, sight, ring, now), heard, receiver, None, {})


def hour_ago(
    cells: Mapping[tuple[str, str], Json], sight: Sight, ring: Ring, now: int
) -> dict[tuple[str, str], Json | None]:
    """Cells changed in the last hour -> what they were before: from the ring, else from what the cell says."""
    found: dict[tuple[str, str], Json | None] = {}
    for entry in ring.newest_first():
        if entry.version.at < now - HOUR:
            break
        for old in entry.before:
            area, _, sector = old.key.partition("/")
            if old.kind == EntityKind.CELL and (area, sector) in cells:
                found[area, sector] = None if old.value is None else sight.of(EntityKind.CELL, old.value)
    for place, cell in cells.items():
        if place not in found and "since" in cell and parse(cell["since"]) >= now - HOUR:
            found[place] = _before_trend(cell)
    return found


def _before_trend(cell: Json) -> Json | None:
    """What the trend says of the value before; this server was not there to see it."""
    step = {"worse": -1, "better": 1}.get(cell["trend"], 0)
    return {"impact": cell["impact"] + step} if step and cell["impact"] else None


def is_open(item: Json) -> bool:
    """True while the item is part of the picture."""
    return item["state"] in OPEN_STATES


def is_loud(cell: Json) -> bool:
    """True for a grey that ought to be known."""
    return cell.get("unknown") in LOUD
