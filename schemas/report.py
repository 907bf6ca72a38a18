"""What a source tells us, before intake: an actor's report (docs/api.md) and a feed's normalised item.

In: JSON of an actor, or what a connector's parser made. Out: a checked model; `faults()` names every mistake at once.
Next: schemas/record.py
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from schemas.ids import REPORT_ID_LIMIT
from schemas.sectors import IMPACT_OF, Kind, Label, Sector, Severity, Status
from schemas.times import EARLIEST, LATEST, from_datetime


def _instant(moment: datetime) -> datetime:
    """Refuse instants that only a broken clock sends."""
    if not EARLIEST <= from_datetime(moment) <= LATEST:
        raise ValueError("time is outside 1900 to 2100")
    return moment


def _text_instant(value: object) -> object:
    """Times come as text with an offset; a bare number could be seconds or milliseconds."""
    if not isinstance(value, str | datetime):
        raise ValueError("a time is text in RFC 3339 form with an offset, such as 2027-01-19T07:00:00+01:00")  # noqa: TRY004
    return value


def storable(text: str) -> str:
    """Refuse what UTF-8 cannot hold and NUL, which several readers cut texts at."""
    if "\x00" in text:
        raise ValueError("text holds a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("text holds a lone surrogate") from error
    return text


Instant = Annotated[AwareDatetime, BeforeValidator(_text_instant), Field(strict=False), AfterValidator(_instant)]
Text = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(storable)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True), AfterValidator(storable)]
ReportId = Annotated[
    str,
    StringConstraints(min_length=1, max_length=REPORT_ID_LIMIT, pattern=r"^[^\s/\x00-\x1f]+$"),
    AfterValidator(storable),
]
"""No blanks and no slash: the id stands in keys and addresses."""
Code = Annotated[str, StringConstraints(pattern=r"^\d{2}(\d{2})?$")]
Order = Annotated[int, Field(ge=0, le=2**53)]
ImpactName = Literal["none", "moderate", "significant", "serious", "critical"]

_STRICT = ConfigDict(strict=True, extra="allow", frozen=True)


class ReportType(StrEnum):
    """What an actor's report does."""

    REPORT = "report"
    UPDATE = "update"
    CANCEL = "cancel"
    UNCHANGED = "unchanged"
    ISSUE = "issue"
    PLANNED_EVENT = "planned_event"
    REQUEST = "request"


WITHOUT_IMPACTS = frozenset(
    {ReportType.ISSUE, ReportType.PLANNED_EVENT, ReportType.REQUEST, ReportType.UNCHANGED, ReportType.CANCEL}
)


class ImpactLine(BaseModel):
    """One sector of a report: where, how hard it is hit now, and what is expected."""

    model_config = _STRICT

    sector: Annotated[Sector, Field(strict=False)]
    """Column of the matrix."""
    areas: Annotated[list[Code], Field(min_length=1, max_length=60)]
    """Municipality codes; `01` means all municipalities of the county."""
    now: ImpactName
    """Påverkansgrad as the actor sees it now."""
    expected: ImpactName | None = None
    """Påverkansgrad that is expected; it never colours the cell."""
    expected_from: Instant | None = None
    """From when `expected` holds."""
    expected_until: Instant | None = None
    """Until when `expected` holds."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.expected_from and self.expected_until and self.expected_until <= self.expected_from:
            raise ValueError("expected_until must be later than expected_from")
        return self

    @property
    def level(self) -> int:
        """Impact now, 1 to 5."""
        return IMPACT_OF[self.now]


class Prognosis(BaseModel):
    """What the actor believes will come."""

    model_config = _STRICT

    until: Instant | None = None
    certainty: Line | None = None
    text: Text | None = None


class ActorReport(BaseModel):
    """An actor's report as it lies on `reports.actor.<id>` and in `POST /reports`. Unknown fields are kept."""

    model_config = _STRICT

    id: ReportId
    """The actor's own id, stable for one matter."""
    sent: Instant
    """When the actor sent it, by the space's clock."""
    headline: Line
    """One line that a tired reader understands."""
    impacts: Annotated[list[ImpactLine], Field(max_length=200)] = []
    """Per sector and area; may be empty only for the types in `WITHOUT_IMPACTS`."""
    type: Annotated[ReportType, Field(strict=False)] = ReportType.REPORT
    revision: Order | None = None
    """Orders revisions of the same id; without it `sent` does."""
    exercise: bool = False
    certainty: Literal["confirmed", "observed", "likely", "possible", "unconfirmed", "denied"] | None = None
    origin: Literal["own", "relayed"] = "own"
    relayed_from: Line | None = None
    event: Text | None = None
    consequences: Text | None = None
    measures: Text | None = None
    resources: dict[str, Any] | None = None
    needs: dict[str, Any] | None = None
    prognosis: Prognosis | None = None
    counts: list[dict[str, Any]] | None = None
    communication: dict[str, Any] | None = None
    starts: Instant | None = None
    ends: Instant | None = None
    attendance: Order | None = None
    risk_flags: list[Line] | None = None
    forum: Literal["samordnande", "inriktande"] | None = None
    """Of type `request`: the forum that is asked for; left out, the samordnande one."""
    native: Annotated[dict[Line, Line], Field(max_length=20)] = {}
    """The actor's own words for how it works, such as {"level": "stabsläge"}: read by named rules only."""
    valid_from: Instant | None = None
    valid_until: Instant | None = None
    next_report: Instant | None = None
    """When the next report is promised; missed, the cells it named become outdated."""
    point: Annotated[list[float], Field(min_length=2, max_length=2, strict=False)] | None = None
    """Longitude, latitude in WGS 84."""
    geometry: dict[str, Any] | None = None
    label: Annotated[Label, Field(strict=False)] = Label.INTERNAL
    labels: dict[str, Annotated[Label, Field(strict=False)]] = {}
    references: list[Line] | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.impacts and self.type not in WITHOUT_IMPACTS:
            raise ValueError(f"impacts must name at least one sector when type is {self.type}")
        if self.valid_from and self.valid_until and self.valid_until <= self.valid_from:
            raise ValueError("valid_until must be later than valid_from")
        if self.starts and self.ends and self.ends < self.starts:
            raise ValueError("ends must not be earlier than starts")
        if self.origin == "relayed" and not self.relayed_from:
            raise ValueError("relayed_from must say who was first, when origin is relayed")
        return self


class Count(BaseModel):
    """A number of a feed's item, never without what it is a number of. A range is told as a range."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Line
    """What is counted, such as `customers_without_power`."""
    low: Order
    """Least, the same as `high` where one number is told."""
    high: Order
    """Most."""
    owner: Line
    """Who counts: two owners' numbers are never summed."""
    areas: list[Code] = []
    """County or municipality codes that the number is about: numbers of overlapping areas are never summed."""
    scope: Text = ""
    """What the number is about in the owner's words, such as the name of its net."""
    at: Instant | None = None
    """When it held."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.high < self.low:
            raise ValueError("high must not be lower than low")
        return self


class Place(BaseModel):
    """Where an item is, as the source says it; intake turns it into municipalities with shares."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    codes: list[str] = []
    """County or municipality codes."""
    geometries: list[dict[str, Any]] = []
    """GeoJSON geometries or features, longitude first, WGS 84."""
    wkt: list[str] = []
    """Well-known text, X Y order, WGS 84."""


class FeedReport(BaseModel):
    """One item of a feed, normalised by its connector's parser, as it lies on `reports.<source>`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$")]
    """The source's name in the region's `sources.toml`; of a payload parsed alone the connector's folder name."""
    id: ReportId
    """Identity within the source, stable over revisions."""
    revision: Order | None = None
    """The source's own order; without it `sent` orders."""
    sent: Instant
    """When the source published this revision."""
    kind: Literal[Kind.WARNING, Kind.DISRUPTION, Kind.MESSAGE]
    change: Literal["report", "cancel", "withdraw"] = "report"
    """`cancel`: the source said so. `withdraw`: absent from agreeing complete batches."""
    status: Status = Status.ACTUAL
    severity: Severity = Severity.INFORMATION
    native: dict[str, str] = {}
    """The source's own words: level, code, type; never translated, shown beside ours."""
    headline: Text = ""
    texts: dict[str, Text] = {}
    """Other free texts by field name; a suffix `_en` marks English."""
    onset: Instant | None = None
    """When it begins in the world."""
    ends: Instant | None = None
    """When it ends by its own word; absent in open-ended messages."""
    place: Place = Place()
    counts: list[Count] = []
    """Numbers with their scope and owner."""
    group: Annotated[str, StringConstraints(max_length=REPORT_ID_LIMIT)] | None = None
    """The source's own id for what several items belong to (one warning, one situation)."""
    origin: Literal["own", "relayed"] = "own"
    url: str | None = None
    """Page about it at the source."""
    label: Label = Label.OPEN

    def model_post_init(self, _: object, /) -> None:
        """Keep no list of the fields that were given: of 20,000 items in one payload they would take 15 MB."""
        object.__setattr__(self, "__pydantic_fields_set__", _UNTOLD)


_UNTOLD: set[str] = set()


Fault = dict[str, str]
"""`{"pointer": JSON pointer, "detail": one sentence}`."""


def faults(error: ValidationError) -> list[Fault]:
    """Every mistake in a body, as RFC 9457 wants them: a pointer and a sentence each."""
    found = []
    for part in error.errors(include_url=False, include_context=False, include_input=False):
        pointer = "".join(f"/{p}" for p in part["loc"] if not str(p).startswith("function-"))
        found.append({"pointer": pointer, "detail": part["msg"].removeprefix("Value error, ")})
    return found


def fault_line(error: ValidationError) -> str:
    """Every mistake in a body, in one line for `rejected` and for people."""
    return "; ".join(f"{fault['pointer']} {fault['detail']}" for fault in faults(error))
