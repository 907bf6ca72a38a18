"""What a reader has asked to see of the picture: sector, municipality, theme, severity, source, words.

Pure. In: a query as it stands in the address, a scene. Out: the scene narrowed, with what matches; nothing is taken out
of the picture itself. What waits for a person is never filtered, and what is not known is never filtered away as mild.
Next: dashboards/desk/filtering.py (how it is shown)
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, Self
from urllib.parse import parse_qsl, urlencode

from dashboards.picture.search import Haystack
from dashboards.telling.scene import Only, Scene, is_loud
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.sectors import IMPACT_OF, SECTORS, ItemState, Severity
from streams.core.places import affected
from streams.core.traits import themes_by

LONGEST = 80
"""Of what is asked for in one field, in characters."""
ACTORS, FEEDS = "actors", "feeds"
"""Sources by what they are."""
STEPS: Mapping[str, int] = {severity.value: step for step, severity in enumerate(Severity, 1)}
"""Severity of an item -> the step of impact that it stands beside: extreme and critical are the fifth of five."""
SEVERITY_OF: Mapping[int, str] = {step: severity for severity, step in STEPS.items()}
LOUD = "loud"
"""What ought to be known and is not."""


class Filter(NamedTuple):
    """What is asked for; an empty field asks for nothing. Codes are the picture's own."""

    q: str = ""
    """Words; all of them must be found."""
    sector: str = ""
    area: str = ""
    about: str = ""
    """Theme: what the matter is about."""
    severity: str = ""
    """At least this."""
    source: str = ""
    """A source, or one of `ACTORS` and `FEEDS`."""
    unknown: str = ""
    """`LOUD`: only what ought to be known and is not."""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """From an address; what it does not know it passes over."""
        return cls(**{name: " ".join(query.get(name, "").split())[:LONGEST] for name in cls._fields})

    @classmethod
    def read(cls, address: str) -> Self:
        """From `address`."""
        return cls.of(dict(parse_qsl(address)))

    @property
    def address(self) -> str:
        """The query that asks for the same, always written alike: `sector=road&area=0180`; empty when nothing is."""
        return urlencode([(name, value) for name, value in self._asdict().items() if value])


def narrow(scene: Scene, asked: Filter, haystack: Haystack) -> Scene:
    """The scene with what matches; as it was when nothing is asked for."""
    if not asked.address:
        return scene
    about = frozenset(_items(scene, asked, haystack))
    cells = frozenset(place for place, cell in scene.cells.items() if _is_cell(place, cell, asked, about))
    return scene._replace(only=Only(about, cells))


def _items(scene: Scene, asked: Filter, haystack: Haystack) -> Iterator[str]:
    """Keys of the items that match in everything."""
    items = scene.sight.picture.get(EntityKind.ITEM, {})
    found = haystack.find(scene.sight, asked.q, lambda i: called(scene, i)) if asked.q else items.keys()
    least = STEPS.get(asked.severity, 0)
    for key in found:
        item = items[key]
        if asked.unknown and item["state"] != ItemState.OUTDATED:
            continue
        if asked.source and not _is_source(item["source"], asked.source):
            continue
        if least and step_of(item) < least:
            continue
        if asked.area and asked.area not in places_of(item):
            continue
        if asked.sector and asked.sector not in sectors_of(scene, key, item):
            continue
        if asked.about and asked.about not in themes_of(scene, key, item):
            continue
        if scene.sight.sees_item(key):
            yield key


def _is_source(source: str, asked: str) -> bool:
    if asked in {ACTORS, FEEDS}:
        return source.startswith("actor.") == (asked == ACTORS)
    return source == asked


def _is_cell(place: tuple[str, str], cell: Json, asked: Filter, about: frozenset[str]) -> bool:
    area, sector = place
    if asked.area not in {"", area} or asked.sector not in {"", sector}:
        return False
    if asked.unknown and not is_loud(cell):
        return False
    if asked.q or asked.source or asked.about not in {"", sector}:
        return any(reason["item"] in about for reason in cell.get("reasons", ()))
    least = STEPS.get(asked.severity, 0)
    return not least or cell["impact"] >= least or is_loud(cell)


def step_of(item: Json) -> int:
    """How grave an item is, 1 to 5: its severity, or the worst impact that an actor's report names."""
    felt = (IMPACT_OF[line["now"]] for line in item.get("impacts") or ())
    return max(STEPS[item["severity"]], *felt, 1)


def places_of(item: Json) -> set[str]:
    """Municipalities that an item lies in or says are hit."""
    return {*affected(item["areas"]), *(area for line in item.get("impacts") or () for area in line["areas"])}


def themes_of(scene: Scene, key: str, item: Json) -> set[str]:
    """What an item is about, by the region's table of feeds or by the sectors of an actor's own matter."""
    return set(themes_by(scene.region.reference.get("feeds", {}), key, item))


def sectors_of(scene: Scene, key: str, item: Json) -> set[str]:
    """Sectors that an item names, or that it is about."""
    named = {line["sector"] for line in item.get("impacts") or ()}
    return named | {theme for theme in themes_of(scene, key, item) if theme in SECTORS}


def called(scene: Scene, item: Json) -> str:
    """Source and municipalities of an item by name, for those who search by them."""
    region = scene.region
    towns = (region.towns[code] for code in places_of(item) if code in region.towns)
    return " ".join([scene.words.source(item["source"], region.actors, region.feeds), *towns])
