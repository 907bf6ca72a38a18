"""What words alone say of a place: numbered roads, lines, names. A marked guess, never counted as affected.

In: an item's texts, `region/<county>/roads.toml`. Out: municipalities with `how` = `guess`, or nothing.
Asked only where no code and no geometry places the item. A name is finer than a road: "E4 vid Märsta" is Sigtuna alone;
a road beside names of other parts of the country only ("E4 vid Sundsvall") is none of ours.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from streams.errors import RegionDataError
from streams.placed import Placed, Share
from streams.region_files import read

GUESS = Share("guess", 0, 0)
FILE = "roads.toml"

_Area = Annotated[str, StringConstraints(pattern=r"^\d{4}$")]
_Areas = Annotated[list[_Area], Field(min_length=1)]
_Name = Annotated[str, StringConstraints(min_length=2, max_length=80, strip_whitespace=True)]
_Number = Annotated[str, StringConstraints(pattern=r"^(E\d{1,2}|\d{1,3})$")]

_ROAD = re.compile(r"\b[Ee] ?(\d{1,2})\b|\b(?:(?:riks|läns)?väg(?:en)?|rv|lv) ?(\d{2,3})\b", re.IGNORECASE)
_LINES = re.compile(r"\blinje(?:rna|n)? (\d{1,3}(?:(?:, ?| och | samt )\d{1,3})*)\b", re.IGNORECASE)
_STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)


class Sources(BaseModel):
    """Which sources' numbers of lines are the county's, and which of their own words name places."""

    model_config = _STRICT
    lines: list[str] = []
    native: list[str] = []


class Organisations(BaseModel):
    """Names that hold a place's name and say nothing of where."""

    model_config = _STRICT
    names: list[_Name] = []


class Roads(BaseModel):
    """roads.toml: only municipalities that are certain."""

    model_config = _STRICT
    roads: dict[_Number, _Areas] = {}
    ways: dict[_Name, _Areas] = {}
    lines: dict[str, _Areas] = {}
    sources: Sources = Sources()
    places: dict[_Name, _Area] = {}
    organisations: Organisations = Organisations()


class Guesses:
    """The words of one county, ready to be looked for."""

    def __init__(self, county: str, names: Mapping[str, str], roads: Roads | None = None) -> None:
        """Take names of Sweden's counties and municipalities by code, and the county's roads."""
        self.county, self._roads = county, roads or Roads()
        self.places = tuple(self._roads.places)
        """Names of places within a municipality that are known."""
        self._towns = tuple(sorted(code for code in names if code.startswith(county) and len(code) == 4))
        words: dict[str, tuple[str, ...]] = {name: (code,) for code, name in names.items()}
        words |= {name: (code,) for name, code in self._roads.places.items()}
        words |= dict.fromkeys(self._roads.organisations.names, ())
        self._words = words
        longest = sorted(words, key=lambda name: (-len(name), name))
        self._names = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, longest))})s?(?!\w)")
        self._ways = re.compile(
            rf"(?<!\w)({'|'.join(map(re.escape, self._roads.ways)) or '(?!)'})s?(?!\w)", re.IGNORECASE
        )
        self._folded = {name.casefold(): areas for name, areas in self._roads.ways.items()}

    @classmethod
    def load(cls, folder: Path, county: str, names: Mapping[str, str]) -> Self:
        """Of the county in `folder`; names alone where it has no roads.toml. Raises RegionDataError."""
        if not (folder / FILE).exists():
            return cls(county, names)
        faults: list[str] = []
        roads = read(folder / FILE, Roads, faults)
        if roads is not None:
            faults += [
                f"{FILE}: {area} is no municipality of county {county}"
                for area in sorted(_all_areas(roads) - {code for code in names if code.startswith(county)})
            ]
        if faults or roads is None:
            raise RegionDataError(f"{folder}: mend {len(faults)} fault(s): {'; '.join(faults)}")
        return cls(county, names, roads)

    def guess(self, source: str, texts: Iterable[str], native: Mapping[str, str]) -> Placed:
        """Where an item may be by its words. Nothing where they name no place of the county."""
        fields = [native[name] for name in self._roads.sources.native if name in native]
        words = "\n".join((*texts, *fields))
        named, elsewhere = self._named(words)
        along = self._along(words)
        if source in self._roads.sources.lines:
            along |= self._on_lines(words, native.get("lines", ""))
        if not named:
            return Placed(dict.fromkeys(sorted(() if elsewhere else along), GUESS))
        return Placed(dict.fromkeys(sorted((named & along) or named), GUESS))

    def _named(self, words: str) -> tuple[set[str], bool]:
        """Municipalities of the county that are named, and whether another part of the country is."""
        codes = {code for match in self._names.finditer(words) for code in self._words[match[1]]}
        towns = codes.intersection(self._towns)
        if self.county in codes and not towns:
            towns = set(self._towns)
        return towns, any(not code.startswith(self.county) for code in codes)

    def _along(self, words: str) -> set[str]:
        """Municipalities of the roads and ways that are named."""
        roads = [f"E{match[1]}" if match[1] else match[2] for match in _ROAD.finditer(words)]
        ways = [self._folded[match[1].casefold()] for match in self._ways.finditer(words)]
        return {area for road in roads for area in self._roads.roads.get(road, ())} | {a for way in ways for a in way}

    def _on_lines(self, words: str, told: str) -> set[str]:
        """Municipalities of the lines that are numbered, in words or in the source's own list."""
        lists = [match[1] for match in _LINES.finditer(words)]
        numbers = {number for text in (*lists, told) for number in re.findall(r"\b\d{1,3}\b", text)}
        return {area for number in numbers for area in self._roads.lines.get(number, ())}


def _all_areas(roads: Roads) -> set[str]:
    lists = [*roads.roads.values(), *roads.ways.values(), *roads.lines.values()]
    return {area for areas in lists for area in areas} | set(roads.places.values())
