"""A picture made ready for a page: cells as viewed, names, the time it is, what an hour ago was like, what goes on.

Pure. Made by dashboards/telling/kept.py. Out: `Scene`, which every part of a page is drawn from.
Next: dashboards/telling/six.py, dashboards/telling/happenings.py, dashboards/desk/matrix.py
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar, cast

from dashboards.picture.chain import Head
from dashboards.picture.view import Place, Sight
from dashboards.telling.going import Going
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.sectors import Unknown
from schemas.times import parse
from streams.reference import SectorName
from streams.words import Words

Made = TypeVar("Made")

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
    going: Going
    """Open events and loose items, in order."""
    only: Only | None = None
    """What matches the reader's filter; None when there is none."""
    found: dict[object, object] | None = None
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


def is_loud(cell: Json) -> bool:
    """True for a grey that ought to be known."""
    return cell.get("unknown") in LOUD


def once(scene: Scene, key: object, make: Callable[[], Made]) -> Made:
    """What was made for this scene before, else made now: several parts of a page ask for the same.

    A narrowed scene shares it with the whole: what depends on the filter has it in its key.
    """
    if scene.found is None:
        return make()
    if key not in scene.found:
        scene.found[key] = make()
    return cast("Made", scene.found[key])
