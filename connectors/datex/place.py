"""Where a DATEX II record is: of several references to the same place the one that draws most, as well-known text.

In: location elements of a record, latitude before longitude. Out: `Place`. Lines and areas come before points; the
middle point for a map only where there is nothing else. Alert-C and OpenLR codes alone need tables that we do not have.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element

from connectors.reading.places import point, wkt
from connectors.reading.values import Drift
from connectors.reading.xml_pieces import child, children, local
from schemas.report import Place

SHAPES = 100
"""Most separate shapes of one record; more are one shape too many for a map of a county."""

_Elements = Mapping[str, list[Element]]
"""Elements of all locations by their local names."""
_Position = tuple[float, float]
"""Longitude, latitude."""
_AREAS = ("gmlPolygonMember", "gmlPolygon", "Polygon")
_LINEAR = ("tpegLinearLocation", "linearByCoordinates", "openlrLinear", "openlrExtendedLinear")
_DISPLAY = ("coordinatesForDisplay", "locationForDisplay")


def place(locations: Sequence[Element], drift: Drift) -> Place:
    """Place of a record, empty where nothing is drawn."""
    elements: dict[str, list[Element]] = {}
    for element in (element for location in locations for element in location.iter()):
        elements.setdefault(local(element), []).append(element)
    for find in (_drawn, _joined, _marked, _displayed):
        found = list(dict.fromkeys(text for text in find(elements, drift) if text))[:SHAPES]
        if found:
            return Place(wkt=found)
    drift.note("-", "location.coordinates")
    return Place()


def _drawn(elements: _Elements, drift: Drift) -> Iterator[str | None]:
    """Lines and polygons in GML."""
    for line in elements.get("gmlLineString", ()):
        yield _line(_positions(line, drift), drift)
    for area in (area for kind in _AREAS for area in elements.get(kind, ())):
        rings = [_ring(part, drift) for name in ("exterior", "interior") for part in children(area, name)]
        if rings and rings[0]:
            yield wkt(f"POLYGON ({', '.join(ring for ring in rings if ring)})", drift, "location")


def _joined(elements: _Elements, drift: Drift) -> Iterator[str | None]:
    """The straight line between the ends of a stretch; of several methods of reference the first."""
    for name in _LINEAR:
        lines = [_line(_coordinates(stretch.iter(), drift), drift) for stretch in elements.get(name, ())]
        if any(lines):
            yield from lines
            return


def _marked(elements: _Elements, drift: Drift) -> Iterator[str | None]:
    exact = [e for by in elements.get("pointByCoordinates", ()) for e in by.iter()]
    yield from _points(exact or [e for kind, es in elements.items() if kind not in _DISPLAY for e in es], drift)


def _displayed(elements: _Elements, drift: Drift) -> Iterator[str | None]:
    yield from _points([e for kind in _DISPLAY for e in elements.get(kind, ())], drift)


def _points(elements: Sequence[Element], drift: Drift) -> Iterator[str | None]:
    for lon, lat in _coordinates(iter(elements), drift):
        yield point(lon, lat, drift, "location")


def _coordinates(elements: Iterator[Element], drift: Drift) -> list[_Position]:
    """Positions of the elements that hold a latitude and a longitude, each once."""
    found: list[_Position] = []
    for element in elements:
        if len(element) < 2:
            continue
        lat, lon = child(element, "latitude"), child(element, "longitude")
        if lat is not None and lon is not None:
            found += _paired([lat.text or "", lon.text or ""], 2, drift)
    return list(dict.fromkeys(found))


def _positions(holder: Element, drift: Drift) -> list[_Position]:
    """Positions of a GML element: `posList`, or one `pos` each."""
    found: list[_Position] = []
    for element in holder.iter():
        if local(element) in {"posList", "pos"}:
            words = (element.text or "").replace(",", " ").split()
            size = element.get("srsDimension") or holder.get("srsDimension")
            found += _paired(words, 3 if size == "3" else 2, drift)
    return found


def _paired(words: Sequence[str], size: int, drift: Drift) -> list[_Position]:
    """Positions out of numbers, latitude first. Swedish ones that stand the other way round are turned."""
    try:
        numbers = [float(word.replace(",", ".")) for word in words]
    except ValueError:
        numbers = [math.nan]
    if len(numbers) % size or not all(map(math.isfinite, numbers)):
        drift.note("!", "location:numbers")
        return []
    pairs = [(numbers[i + 1], numbers[i]) for i in range(0, len(numbers), size)]
    if pairs and all(55 <= lon <= 69.5 and 10 <= lat <= 25 for lon, lat in pairs):
        drift.note("!", "location:turned")
        return [(lat, lon) for lon, lat in pairs]
    return pairs


def _line(positions: Sequence[_Position], drift: Drift) -> str | None:
    if len(positions) < 2:
        return point(*positions[0], drift, "location") if positions else None
    return wkt(f"LINESTRING ({_listed(positions)})", drift, "location")


def _ring(part: Element, drift: Drift) -> str:
    positions = _positions(part, drift)
    if len(set(positions)) < 3:
        return ""
    return f"({_listed(positions if positions[0] == positions[-1] else [*positions, positions[0]])})"


def _listed(positions: Sequence[_Position]) -> str:
    return ", ".join(f"{lon} {lat}" for lon, lat in positions)
