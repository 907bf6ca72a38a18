"""Where an item of Krisinformation.se is: counties and municipalities by name, a bare position, or the country. Pure.

In: its areas with field names in lower case. Out: a `Place`; an area that nobody can read is counted as drift.
Next: connectors/krisinformation/item.py
"""

import re
from typing import Any

from connectors.reading.names import codes_named, is_code, place_of
from connectors.reading.places import COUNTIES, geojson
from connectors.reading.values import Drift, line, mapping
from schemas.report import Place

_COUNTRY = {"country", "sovereign country"}
_NUMBERS = re.compile(r"-?\d{1,3}\.\d{1,20}|-?\d{1,3}")


def place(areas: list[dict[str, Any]], drift: Drift) -> Place:
    """Counties by name, else a drawing or a bare position; what has no place that we can read is the whole country's.

    The country stands beside a county in recorded items: then the county is meant. So with a county and a municipality.
    """
    named = [area for area in areas if not _whole_country(area)]
    areas = named if any(_codes(area) for area in named) else areas
    codes: set[str] = set()
    shapes: list[dict[str, Any]] = []
    for area in areas:
        kind, name = line(area.get("type")).casefold(), line(area.get("description"))
        found = list(COUNTIES) if _whole_country(area) else _codes(area)
        drawn = None if found else _drawn(area, drift)
        codes.update(found)
        shapes += [drawn] if drawn else []
        if not found:
            drift.note("=", f"item.Area:{name or kind}")
    if not codes and not shapes:
        drift.note("-", "item.Area")
        codes.update(COUNTIES)
    finest = codes - {code[:2] for code in codes if len(code) == 4}
    return place_of(tuple(sorted(finest))) if codes else Place(geometries=shapes)


def _whole_country(area: dict[str, Any]) -> bool:
    return line(area.get("type")).casefold() in _COUNTRY


def _codes(area: dict[str, Any]) -> list[str]:
    name = line(area.get("description"))
    return [name] if is_code(name) else codes_named(name)


def _drawn(area: dict[str, Any], drift: Drift) -> dict[str, Any] | None:
    """Where an area without a known name is: its drawing, else a position, in the forms that programs have seen."""
    info, place = mapping(area.get("geometryinformation")), mapping(area.get("coordinateobject"))
    drawing = info.get("Geometry")
    found = geojson(drawing, drift, "item.Area.Geometry") if isinstance(drawing, dict) else None
    pole = mapping(info.get("PoleOfInInaccessibility")).get("coordinates")
    joined = ",".join(map(line, pole)) if isinstance(pole, list) else ""
    both = f"{line(place.get('Longitude'))},{line(place.get('Latitude'))}"
    return found or next((p for text in (area.get("coordinate"), both, joined) if (p := _point(text))), None)


def _point(value: object) -> dict[str, Any] | None:
    """A position, whichever number comes first: in Sweden only the latitude is above 54."""
    numbers = [float(number) for number in _NUMBERS.findall(line(value))[:2]]
    if len(numbers) != 2:
        return None
    low, high = sorted(numbers)
    return {"type": "Point", "coordinates": [low, high]} if 9 < low < 26 and 54 < high < 71 else None
