"""What a railway matter touches: the stations of its stretches, where that is, and how hard it hits. Pure.

In: parts of a message as Trafikverket writes them. Out: `Stretch`. The severities are this project's rule: Trafikverket
tells none for the railway. A stop at a hub, or at several of the county's stations, is moderate once it is confirmed;
planned work is one step lower.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from connectors.reading.places import county_codes, wkt
from connectors.reading.values import Drift, line, mapping
from connectors.trafikverket.stations import COUNTY, STATIONS, municipalities, spoken
from connectors.trafikverket.values import many, numbers
from schemas.report import Place
from schemas.sectors import Severity

SEVERAL = 2
"""From this many of the county's stations on, a matter is more than one station's."""
_SHOWN = 12
"""Most station names in one line."""
_SIGNATURES = ("LocationSignature", "Signature", "LocationName")
_ENDS = ("FromLocation", "ViaLocation", "IntermediateLocation", "ToLocation")
_DEEPEST = 5
"""Sections hold locations, which hold signatures: deeper nests are nobody's stretch."""
_PLANNED = ("banarbete", "planerat", "planerad")


class Stretch(NamedTuple):
    """Stations that are touched, in the order in which they are told, each once."""

    signatures: tuple[str, ...]
    counties: tuple[str, ...]
    """County codes of the message."""

    @property
    def ours(self) -> tuple[str, ...]:
        """Those of the stations that lie in the county for certain."""
        return tuple(sign for sign in self.signatures if sign in STATIONS and STATIONS[sign].ours)

    def severity(self, *, confirmed: bool, planned: bool) -> Severity:
        """How hard it hits, by our own rule."""
        hub = any(STATIONS[sign].hub for sign in self.ours)
        if confirmed and (hub or len(self.ours) >= SEVERAL):
            return Severity.MINOR if planned else Severity.MODERATE
        touched = self.ours or COUNTY in self.counties
        return Severity.MINOR if touched and not planned else Severity.INFORMATION

    def place(self, geometry: object, drift: Drift, where: str) -> Place:
        """Municipalities of the stations, and the counties where not all are known; the middle point if all else fails.

        The middle of a stretch is not where it is: it may lie in a municipality that the stretch does not touch.
        """
        codes = [code for code in self.counties if code != COUNTY]
        unknown = any(sign not in STATIONS for sign in self.signatures)
        inside = list(self.counties) == [COUNTY]
        # where only our county is named, a station that we do not know is somewhere in it
        codes += [COUNTY] if COUNTY in self.counties and (not self.ours or (inside and unknown)) else []
        codes += [] if COUNTY in codes else municipalities(self.ours)
        if codes:
            return Place(codes=sorted(codes))
        point = wkt(mapping(geometry).get("WGS84"), drift, where)
        return Place(wkt=[point]) if point else Place()

    def words(self) -> str:
        """The stations for people, Swedish."""
        more = len(self.signatures) - _SHOWN
        return spoken(self.signatures[:_SHOWN]) + (f" och {more} till" if more > 0 else "")


def stretch(places: Iterable[object], counties: object) -> Stretch:
    """What some locations and sections touch, in a message that names these county numbers."""
    signatures = tuple(dict.fromkeys(sign for place in places for sign in signs(place)))
    return Stretch(signatures, tuple(county_codes(numbers(counties))))


def signs(value: object, depth: int = _DEEPEST) -> Iterator[str]:
    """Signatures in a location, a section, a list of them, or a bare text; nothing below `depth` nests."""
    for one in many(value) if depth else ():
        if isinstance(one, list):
            yield from signs(one, depth - 1)
        elif isinstance(one, str):
            if sign := line(one, 20):
                yield sign
            continue
        found: dict[str, Any] = mapping(one)
        if sign := next((text for name in _SIGNATURES if (text := line(found.get(name), 20))), ""):
            yield sign
        for name in (*_ENDS, "SectionLocation", "AffectedLocation"):
            yield from signs(found.get(name), depth - 1) if name in found else ()


def planned(*texts: str) -> bool:
    """The words say that the work was planned."""
    return any(word in text.lower() for text in texts for word in _PLANNED)
