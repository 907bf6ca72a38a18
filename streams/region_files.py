"""Shape of a county's folder: one model a file, read strictly, with every fault told.

In: the TOML files of `region/<county>/`. Out: frozen models, or lines about what is wrong.
Next: streams/reference.py
"""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from schemas.ids import ACTOR_ID
from schemas.sectors import Sector

_STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)
_Name = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]
_Area = Annotated[str, StringConstraints(pattern=r"^\d{4}$")]
_County = Annotated[str, StringConstraints(pattern=r"^\d{2}$")]
_Degrees = Annotated[str, StringConstraints(pattern=r"^-?\d{1,3}\.\d{1,6}$")]
_ActorName = Annotated[str, StringConstraints(pattern=f"^{ACTOR_ID.pattern}$")]


class Region(BaseModel):
    """Which county this is. Neighbours are county codes."""

    model_config = _STRICT
    code: _County
    name: _Name
    zone: Literal["Europe/Stockholm"]
    neighbours: list[_County]
    neighbours_by_sea: list[_County] = []


class SectorRow(BaseModel):
    """One column of the matrix with its Swedish names."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    code: Sector
    name: _Name
    short: _Name
    home: _Name


_Count = Annotated[int, Field(ge=0)]


class Figures(BaseModel):
    """Numbers that steer reporting; the reasons stand beside them in the file. The unit ends each name."""

    model_config = _STRICT
    report_outdated_s: Annotated[int, Field(gt=0)]
    """Ordinary mode: age at which an own report without times of its own is outdated."""
    report_outdated_interval_percent: Annotated[int, Field(ge=100)]
    """Active forum: the same, in percent of its reporting interval."""
    promise_grace_s: _Count
    """How long after a promised next report its absence counts."""
    source_silence_intervals: Annotated[int, Field(ge=1)]
    """A source is not heard after so many of its own intervals ..."""
    source_silence_grace_s: _Count
    """... and so many seconds."""
    contradiction_steps: Annotated[int, Field(ge=1, le=4)]
    """Steps of impact by which two owners differ when a cell is contradicted."""
    cell_reasons_max: Annotated[int, Field(ge=1)]
    """Reasons kept on a cell."""
    closed_forgotten_s: Annotated[int, Field(gt=0)]
    """How long a closed item is remembered."""
    sent_ahead_max_s: _Count
    """How far ahead of the space's clock a report may say it was sent."""
    drift_moves: Annotated[int, Field(ge=1)] = 2
    """A promised end moved later so many times is a signal ..."""
    drift_least_min: Annotated[int, Field(ge=1)] = 360
    """... or once by so many minutes, or half the first length where that is more."""
    consequence_impact: Annotated[int, Field(ge=1, le=5)] = 4
    """Impact of a sector from which those that depend on it are asked about."""
    touch_percent: Annotated[int, Field(ge=0, le=100)] = 1
    """A polygon over less of a municipality, or less of a line, only touches it: it stands as near."""
    touch_own_percent: Annotated[int, Field(ge=0, le=100)] = 10
    """... unless so much of the polygon itself lies there."""
    touch_line_m: _Count = 200
    """... or so many metres of the line."""
    undecided_reminder_s: Annotated[int, Field(gt=0)] = 1_800
    """How long after its acknowledgement a call that nobody has decided on is reminded of."""
    task_quiet_s: Annotated[int, Field(gt=0)] = 2_592_000
    """After how long without a word the owner of a forum's task is reminded, and again."""
    calls_a_year_least: _Count = 15
    """The alert budget: how often a samordnande forum ought to be suggested in a year, at least ..."""
    calls_a_year_most: _Count = 30
    """... and at most. Fewer is a rule set that misses, more is one that nobody listens to."""
    forum_forgotten_s: Annotated[int, Field(gt=0)] = 34_560_000
    """How long a closed forum, its meetings and its minutes are remembered."""


class Dependency(BaseModel):
    """One edge of the table of consequences: where `on` is hit, `of` may be, and is asked about."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    of: Sector
    on: Sector
    within_min: Annotated[int, Field(gt=0, le=1_440)]
    ask: Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]
    whom: list[_Name] = []


class Dependencies(BaseModel):
    """dependencies.toml: a county without the file asks nothing."""

    model_config = _STRICT
    dependency: list[Dependency] = []


class FeedRow(BaseModel):
    """Whose a feed is and what it is about, so that reports of the same matter find each other."""

    model_config = _STRICT
    owner: _Name | None = None
    """Party behind it: two feeds of one party are no two sources. None: the feed itself."""
    owner_in: _Name | None = None
    """Field of `native` that names the owner, where a feed carries several."""
    themes: list[_Name] = []
    by: dict[_Name, dict[str, list[_Name]]] = {}
    """Field of `native` -> its value -> themes in place of the above."""
    names: list[_Name] = []
    """Fields of `native` that name stops, stations, roads."""


class Links(BaseModel):
    """Points for each thing that speaks for a link, and how many are enough."""

    model_config = _STRICT
    enough: _Count
    hint: _Count
    margin: _Count
    near: _Count
    close: _Count
    area: _Count
    wide: _Count
    same_areas: _Count
    half_hour: _Count
    two_hours: _Count
    apart: _Count
    theme: _Count
    names: _Count
    words: _Count
    relayed: _Count
    near_m: _Count
    close_m: _Count
    far_m: _Count
    apart_s: _Count
    ends_differ_s: _Count
    alike_percent: _Count


class Reference(BaseModel):
    """reference.toml: region, sectors, roles, figures, and how reports of one matter are known."""

    model_config = _STRICT
    region: Region
    sectors: list[SectorRow]
    roles: dict[Literal["reader", "reporter", "coordinator", "chair", "operator"], list[str]]
    figures: Figures
    feeds: dict[_Name, FeedRow] = {}
    links: Links | None = None
    names: dict[_Name, _Name] = {}


class Municipality(BaseModel):
    """One municipality; `bridges` are neighbours by a bridge only, `outside` lie in other counties."""

    model_config = _STRICT
    name: _Name
    inhabitants: Annotated[int, Field(gt=0)]
    approximate: bool = False
    neighbours: list[_Area]
    bridges: list[_Area] = []
    outside: list[_Area] = []
    fire: _ActorName


class Actor(BaseModel):
    """One row of the actor registry. Without `party` it is its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: _Name
    kind: Literal[
        "municipality",
        "unit",
        "rescue",
        "county_board",
        "blue_light",
        "region",
        "transport",
        "state",
        "defence",
        "called_in",
    ]
    party: _ActorName | None = None
    sectors: list[Sector]
    areas: Annotated[list[str], Field(min_length=1)]
    groups: list[Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,8}$")]]


class Municipalities(BaseModel):
    """municipalities.toml, by code."""

    model_config = ConfigDict(frozen=True)
    rows: dict[_Area, Municipality]


class Actors(BaseModel):
    """actors.toml, by actor id."""

    model_config = ConfigDict(frozen=True)
    rows: dict[_ActorName, Actor]


class Point(BaseModel):
    """WGS 84 degrees as text."""

    model_config = _STRICT
    lat: _Degrees
    lon: _Degrees


class Geo(BaseModel):
    """geo.toml: the county's box and a point in each municipality. Never in the log."""

    model_config = _STRICT
    box: dict[Literal["west", "east", "south", "north"], _Degrees]
    centres: dict[_Area, Point]


class Sweden(BaseModel):
    """region/sweden.toml: names of all counties and municipalities by code."""

    model_config = _STRICT
    counties: dict[_County, _Name]
    municipalities: dict[_Area, _Name]


_Model = TypeVar("_Model", bound=BaseModel)


def read(path: Path, model: type[_Model], faults: list[str], *, rows: bool = False) -> _Model | None:
    """The file as `model`, or None and its faults added to `faults`; `rows`: the file is one table of equals."""
    try:
        found: Any = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        faults.append(f"{path.name} is missing")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(f"{path.name} is not TOML: {error}")
    else:
        try:
            return model.model_validate({"rows": found} if rows else found)
        except ValidationError as error:
            faults += [_words(path.name, part["loc"], part["msg"]) for part in error.errors(include_url=False)]
    return None


def _words(file: str, where: tuple[int | str, ...], what: str) -> str:
    return f"{file} {'.'.join(str(part) for part in where if part != 'rows')}: {what}"
