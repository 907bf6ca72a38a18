"""Where an alert is: polygons and circles, latitude first; else geocodes, else Swedish names. Pure.

In: texts of `<area>`. Out: `schemas.report.Place`, bounded: a hundred thousand areas make one lean geometry.
Rules: CAP 1.2 3.2.4 (latitude before longitude, circle radius in kilometres). emma.toml knows foreign names of ours.
"""

import math
import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from connectors.reading.names import codes_named, county
from connectors.reading.places import COUNTIES, VERTICES, drawn, wkt
from connectors.reading.values import Drift
from schemas.report import Place

DRAWN_LIMIT = 1_000
"""Most different polygons and circles of one alert; more are counted, not kept."""
CODES_LIMIT = 2_000
"""Most different geocodes of one alert."""
CIRCLE_POINTS = 32
KM_A_DEGREE = 111.195
"""Of latitude, on the sphere."""

_SWEDISH = frozenset({"län", "lan", "länskod", "lanskod", "kommun", "kommunkod", "sverige"})
_PLAIN = frozenset({"county", "countycode", "municipality", "municipalitycode", "geocode", "scb", "location"})
"""Names that other countries use too: believed of Swedish alerts only."""

_SAYS_WHAT = re.compile(r"\b(län|county|kommun|municipality|sverige|sweden|hela landet|riket)\b")
"""A name alone may be a town, a county or a lake of that name."""
_COUNTY = re.compile(r"\w+ (\w+ (?:län|county))", re.IGNORECASE)


class Areas:
    """Areas of one alert, gathered while it is read. The same polygon comes once for each language; it is kept once."""

    def __init__(self) -> None:
        self.drawn: dict[tuple[str, str], None] = {}
        """Kind and text, as written."""
        self.codes: dict[tuple[str, str], None] = {}
        self.names: dict[str, None] = {}
        self.count = 0

    def draw(self, shape: str, text: str, drift: Drift) -> None:
        """Take a `polygon` or a `circle` as written."""
        self._keep(self.drawn, (shape, text), DRAWN_LIMIT, drift, f"area.{shape}:many")

    def code(self, name: str, value: str, drift: Drift) -> None:
        """Take a geocode as written."""
        self._keep(self.codes, (name, value), CODES_LIMIT, drift, "area.geocode:many")

    @staticmethod
    def _keep(kept: dict[tuple[str, str], None], one: tuple[str, str], limit: int, drift: Drift, where: str) -> None:
        if len(kept) < limit or one in kept:
            kept[one] = None
        else:
            drift.note("!", where)

    def add(self, other: "Areas", drift: Drift) -> None:
        """Take what another entry of the same alert holds."""
        for shape, text in other.drawn:
            self.draw(shape, text, drift)
        for name, value in other.codes:
            self.code(name, value, drift)
        self.names |= dict(list(other.names.items())[: max(0, 50 - len(self.names))])
        self.count += other.count

    def place(self, drift: Drift, *, swedish: bool) -> Place:
        """What is drawn; else the codes we know; else, of an alert from Sweden (`swedish`), Swedish names."""
        shapes = [shape for kind, text in self.drawn if (shape := _shape(kind, text, drift)) is not None]
        if shapes:
            return Place(wkt=_lean(shapes, drift))
        codes = {code for name, value in self.codes for code in known_codes(name, value, swedish=swedish)}
        if not codes and swedish:
            codes = {code for name in self.names for code in _named(name)}
        return _of_codes(tuple(sorted(codes)))


@lru_cache(maxsize=512)
def _of_codes(codes: tuple[str, ...]) -> Place:
    """One place for all alerts with the same codes: an index of 20,000 has few different ones."""
    return Place(codes=list(codes))


@lru_cache(maxsize=2_048)
def _named(name: str) -> tuple[str, ...]:
    """Codes of a name that says what it is: `Nacka kommun`; of `Stockholms län utom kusten` the whole county."""
    if not _SAYS_WHAT.search(name.lower()):
        return ()
    whole = re.split(r",? (?:utom|förutom|except)\b", name)[0]
    counties = {county(match[0]) or county(match[1]) for match in _COUNTY.finditer(f"av {whole}")}
    named = {*codes_named(whole), *(code for code in counties if code)}
    # a county beside one of its towns only says where the town is
    return tuple(sorted(code for code in named if not any(fine.startswith(code) for fine in named - {code})))


def known_codes(name: str, value: str, *, swedish: bool) -> tuple[str, ...]:
    """County or municipality codes that a geocode stands for; none for what is not Swedish or not known."""
    code, plain = value.strip(), re.sub(r"[\W_]", "", name.lower())
    for listed in _lists().values():
        if code.upper() in listed:
            return tuple(listed[code.upper()])
    if plain in _SWEDISH or (swedish and plain in _PLAIN):
        if plain == "sverige" or code == "00":
            return COUNTIES
        padded = code.zfill(2 if len(code) <= 2 else 4)
        if re.fullmatch(r"\d{2}(\d{2})?", padded) and padded[:2] in COUNTIES:
            return (padded,)
    return ()


@lru_cache
def _lists() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((Path(__file__).parent / "emma.toml").read_text(encoding="utf-8"))


def _shape(kind: str, text: str, drift: Drift) -> str | None:
    numbers = _numbers(text)
    shape: dict[str, Any] | None
    if kind == "circle":
        shape = _circle(numbers)
    elif len(numbers) >= 6 and len(numbers) % 2 == 0:
        first, second = numbers[::2], numbers[1::2]
        if any(abs(number) > 90 for number in first) and all(abs(number) <= 90 for number in second):
            # no latitude is as large as that: Thailand's come with longitude first
            drift.note("!", f"area.{kind}:turned")
            first, second = second, first
        ring = [[lon, lat] for lat, lon in zip(first, second, strict=True)]
        shape = {"type": "Polygon", "coordinates": [ring if ring[0] == ring[-1] else [*ring, ring[0]]]}
    else:
        shape = None
    if shape is None:
        drift.note("!", f"area.{kind}:malformed")
        return None
    return drawn(shape, drift, f"area.{kind}")


def _numbers(text: str) -> list[float]:
    """Numbers of a list of pairs, whatever blanks stand between them; empty if one is none."""
    try:
        return [float(part) for part in re.split(r"[\s,;]+", text.strip()) if part]
    except ValueError:
        return []


def _circle(numbers: list[float]) -> dict[str, Any] | None:
    if len(numbers) == 2:
        numbers = [*numbers, 0.0]
    if len(numbers) != 3 or not all(map(math.isfinite, numbers)) or numbers[2] < 0 or abs(numbers[0]) > 90:
        return None
    lat, lon, radius_km = numbers
    if radius_km == 0:
        return {"type": "Point", "coordinates": [lon, lat]}
    tall = radius_km / KM_A_DEGREE
    wide = tall / max(0.01, math.cos(math.radians(lat)))
    turns = [2 * math.pi * step / CIRCLE_POINTS for step in range(CIRCLE_POINTS)]
    ring = [[round(lon + wide * math.cos(turn), 5), round(lat + tall * math.sin(turn), 5)] for turn in turns]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def _lean(shapes: list[str], drift: Drift) -> list[str]:
    """Shapes as they are; as one with fewer vertices when they are too many together for a record."""
    if sum(map(_vertices, shapes)) <= VERTICES:
        return shapes
    whole = wkt(f"GEOMETRYCOLLECTION ({', '.join(shapes)})", drift, "area")
    return [whole] if whole is not None else _as_many(shapes, drift)


def _as_many(shapes: list[str], drift: Drift) -> list[str]:
    """For what spans more than our maps do, such as a warning for half a continent."""
    kept, left = [], 4 * VERTICES
    for shape in shapes:
        left -= _vertices(shape)
        if left < 0:
            drift.note("!", "area:cut")
            break
        kept.append(shape)
    return kept


def _vertices(shape: str) -> int:
    return shape.count(",") + 1
