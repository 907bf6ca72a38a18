"""The tests a rule's condition is made of: one model each, with every limit it may have. docs/rules.md tells them all.

Next: schemas/rules.py
"""

import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from schemas.sectors import Kind, Sector, Severity
from schemas.times import DAY, HOUR, MINUTE, SECOND

_UNITS = {"s": SECOND, "min": MINUTE, "h": HOUR, "d": DAY}


def duration(value: object) -> object:
    """Milliseconds of "90 s", "10 min", "48 h", "30 d" or "0"; whole numbers are milliseconds already."""
    if not isinstance(value, str):
        return value
    if value.strip() == "0":
        return 0
    found = re.fullmatch(r"\s*(\d{1,6})\s*(s|min|h|d)\s*", value)
    if not found:
        raise ValueError('a duration is a whole number and s, min, h or d, such as "10 min"')
    return int(found[1]) * _UNITS[found[2]]


Duration = Annotated[int, BeforeValidator(duration), Field(ge=0, le=400 * DAY)]
FORBID = ConfigDict(extra="forbid", frozen=True)
Name = Annotated[str, StringConstraints(pattern=r"^[^|]{1,200}$")]
SourceName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]+$")]
Few = Annotated[int, Field(ge=1, le=500)]


class Share(BaseModel):
    """How much must be touched: municipalities, or whole percent of the inhabitants. Either suffices."""

    model_config = FORBID
    areas: Few | None = None
    percent: Annotated[int, Field(ge=1, le=100)] | None = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.areas is None and self.percent is None:
            raise ValueError("say how much: areas, percent, or both (either suffices)")
        return self


class WarningTest(Share):
    """Open actual warnings at a native level cover so much, now or with onset inside `within`."""

    test: Literal["warning"]
    source: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$")] = "smhi"
    levels: Annotated[list[Annotated[str, StringConstraints(pattern=r"^[^|]+$")]], Field(min_length=1)]
    """The source's own levels (`native.level`), such as RED."""
    within: Duration = 0
    """A warning counts from so long before its onset; 0 = only begun ones."""


class CellsTest(Share):
    """So many cells of one sector have at least this impact (set by entitled owners)."""

    test: Literal["cells"]
    impact: Annotated[int, Field(ge=2, le=5)]
    sectors: list[Sector] = []
    """Empty: the rule's subject with `each = "sector"`, else every sector apart."""


class OwnersTest(Share):
    """So many cells of these sectors have at least this impact by reports of these actors themselves."""

    test: Literal["owners"]
    owners: Annotated[list[Name], Field(min_length=1)]
    sectors: Annotated[list[Sector], Field(min_length=1)]
    impact: Annotated[int, Field(ge=3, le=5)]


class SectorsTest(BaseModel):
    """So many different sectors at this impact or worse, by so many parties, reported so close in time."""

    model_config = FORBID
    test: Literal["sectors"]
    impact: Annotated[int, Field(ge=3, le=5)]
    sectors: Annotated[int, Field(ge=1, le=13)]
    parties: Few = 1
    """Independent ones: two units of one party are one."""
    within: Duration = 400 * DAY
    """The reports' own times lie within this."""
    near: Literal["county", "neighbours"] = "county"
    """`neighbours`: in one municipality and those that border on it, by land or bridge."""
    areas: Few | None = None
    """Only sectors at this impact in so many municipalities ..."""
    percent: Annotated[int, Field(ge=1, le=100)] | None = None
    """... or over such a share of the inhabitants."""
    lasting: Duration = 0
    """Only cells whose owner expects this impact for so long yet."""


class MatterTest(BaseModel):
    """So many open, actual, first-hand items of these sources are of this sort, or touch so many municipalities."""

    model_config = FORBID
    test: Literal["matter"]
    sources: Annotated[list[SourceName], Field(min_length=1)]
    """Names of sources; an actor's own reports are `actor.<id>`."""
    kinds: list[Kind] = []
    severities: list[Severity] = []
    native: dict[Name, Annotated[list[Name], Field(min_length=1)]] = {}
    """The source's own words: field -> values, any of which will do; letter case is of no matter."""
    within: Duration = 0
    """Only what was sent within this time; 0 = whatever is open."""
    items: Few = 1
    areas: Few | None = None
    """So many municipalities touched, instead of any number."""
    apart: Name | None = None
    """Count items apart by this native field: two about the same road are one."""


class CountsTest(BaseModel):
    """So many are told to be without something. Numbers over overlapping areas are never summed."""

    model_config = FORBID
    test: Literal["counts"]
    kinds: Annotated[list[Name], Field(min_length=1)]
    at_least: Annotated[int, Field(ge=1)] | None = None
    """In the whole county, by the upper end of each range."""
    percent: Annotated[int, Field(ge=1, le=100)] | None = None
    """Of the households of one municipality."""
    lasting: Duration = 0
    """Only items whose own end lies so long after their beginning."""

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.at_least is None and self.percent is None:
            raise ValueError("say how many: at_least, percent, or both (either suffices)")
        return self


class ContradictionTest(BaseModel):
    """Two owners' fresh values of one cell lie so far apart that the cell is contradicted."""

    model_config = FORBID
    test: Literal["contradiction"]


class SilentTest(BaseModel):
    """One of these sources is silent: it has not been heard for its own intervals."""

    model_config = FORBID
    test: Literal["silent"]
    sources: Annotated[list[SourceName], Field(min_length=1)]


class OverdueTest(BaseModel):
    """So many parties that told of such an impact have not reported for so much of the time they promised."""

    model_config = FORBID
    test: Literal["overdue"]
    percent: Annotated[int, Field(ge=100, le=1000)] = 150
    """Of the promised interval: 150 = one and a half times."""
    parties: Few = 1
    impact: Annotated[int, Field(ge=1, le=5)] = 2
    """What they last said was at least so bad somewhere."""
    beside: list[Sector] = []
    """Only in municipalities where one of these sectors is at `beside_impact` or worse."""
    beside_impact: Annotated[int, Field(ge=2, le=5)] = 3


class PlannedTest(BaseModel):
    """An event is planned that touches several: so many parties besides the reporter say that it does so directly."""

    model_config = FORBID
    test: Literal["planned"]
    within: Duration = 60 * DAY
    """It begins within this time, or goes on."""
    parties: Few = 2
    attendance: Annotated[int, Field(ge=1)] | None = None
    """So many are expected, or a risk is flagged, or it is named as in `native`; left out: none of it is asked for."""
    native: dict[Name, Annotated[list[Name], Field(min_length=1)]] = {}
    """Field of the reporter's own words -> values that make the event grave, as in {"level": ["särskild händelse"]}."""
    unmet: bool = False
    """Only where no forum about it has a meeting planned while it goes on."""


class SharedTest(BaseModel):
    """An issue of ordinary mode is shared by so many parties besides its author."""

    model_config = FORBID
    test: Literal["shared"]
    parties: Few = 2


class ScarceTest(BaseModel):
    """So many parties need one kind of resource, together more than is offered."""

    model_config = FORBID
    test: Literal["scarce"]
    parties: Few = 2


class DriftTest(BaseModel):
    """The promised end of something grave drifts later: how often and how far is a figure of the region's data."""

    model_config = FORBID
    test: Literal["drift"]
    impact: Annotated[int, Field(ge=2, le=5)] = 3
    """Of an actor's report: it says so somewhere. Of a feed's item: it is severe or tells a number."""
    under: Literal["bevaka", "tib"] | None = None
    """Only what an open suggestion rests on already at this level, by a rule that does not look at drift."""


class HoursTest(BaseModel):
    """It is between these hours, by the region's clock. Over midnight where `until` is not later than `from`."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    test: Literal["hours"]
    begin: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$"), Field(alias="from")]
    until: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    days: Literal["all", "weekdays"] = "all"


class ForumTest(BaseModel):
    """A forum at this level is active, and has recorded a need of direction if that is asked."""

    model_config = FORBID
    test: Literal["forum"]
    level: Literal["verkstallande", "samordnande", "inriktande", "planering"]
    need_direction: bool = False
    asks: Name | None = None
    """Only where it has an open agreement or recommendation that asks every actor of this group."""
    over: bool = False
    """Only where the planned event that the forum is about has begun, and nothing is said before it has ended."""


class RequestTest(BaseModel):
    """Somebody has asked for a forum and the request stands."""

    model_config = FORBID
    test: Literal["request"]
    forum: Literal["samordnande", "inriktande"] | None = None
    """Only requests for this one; a request that names none is for the samordnande one. Left out: any request."""


class WorsenedTest(BaseModel):
    """Some cell got worse within this time."""

    model_config = FORBID
    test: Literal["worsened"]
    within: Duration


Leaf = (
    WarningTest
    | CellsTest
    | OwnersTest
    | SectorsTest
    | MatterTest
    | CountsTest
    | ContradictionTest
    | SilentTest
    | OverdueTest
    | PlannedTest
    | SharedTest
    | ScarceTest
    | DriftTest
    | HoursTest
    | ForumTest
    | RequestTest
    | WorsenedTest
)
