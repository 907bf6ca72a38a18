"""Rules as data: a typed tree that the fold evaluates and a reader can walk. Source: a TOML file of the region.

A rule has a condition (`when`), a hold before it speaks, a clear before it is silent, what it suggests and why.
Durations are text with a unit ("10 min", "48 h"); inside they are milliseconds.
An unknown key is a fault, never ignored.
Next: streams/core/rules.py
"""

import re
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    ValidationError,
    model_validator,
)

from schemas.report import faults
from schemas.sectors import Sector
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
_FORBID = ConfigDict(extra="forbid", frozen=True)
RuleId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=400)]


class _Share(BaseModel):
    """How much must be touched: municipalities, or whole percent of the inhabitants. Either suffices."""

    model_config = _FORBID
    areas: Annotated[int, Field(ge=1, le=500)] | None = None
    percent: Annotated[int, Field(ge=1, le=100)] | None = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.areas is None and self.percent is None:
            raise ValueError("say how much: areas, percent, or both (either suffices)")
        return self


class WarningTest(_Share):
    """Open actual warnings at a native level cover so much, now or with onset inside `within`."""

    test: Literal["warning"]
    source: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$")] = "smhi"
    levels: Annotated[list[Annotated[str, StringConstraints(pattern=r"^[^|]+$")]], Field(min_length=1)]
    """The source's own levels (`native.level`), such as RED."""
    within: Duration = 0
    """A warning counts from so long before its onset; 0 = only begun ones."""


class CellsTest(_Share):
    """So many cells of one sector have at least this impact (fresh, set by entitled owners)."""

    test: Literal["cells"]
    impact: Annotated[int, Field(ge=2, le=5)]
    sectors: list[Sector] = []
    """Empty: the rule's subject with `each = "sector"`, else every sector apart."""


class ForumTest(BaseModel):
    """A forum at this level is active, and has recorded a need of direction if that is asked."""

    model_config = _FORBID
    test: Literal["forum"]
    level: Literal["samordnande", "inriktande"]
    need_direction: bool = False


class RequestTest(BaseModel):
    """Somebody has asked for a forum and the request stands."""

    model_config = _FORBID
    test: Literal["request"]


class WorsenedTest(BaseModel):
    """Some cell got worse within this time."""

    model_config = _FORBID
    test: Literal["worsened"]
    within: Duration


class All(BaseModel):
    """Every part is true."""

    model_config = _FORBID
    all: Annotated[list["Node"], Field(min_length=1)]


class Any_(BaseModel):  # noqa: N801 - `Any` is typing's
    """At least one part is true."""

    model_config = _FORBID
    any: Annotated[list["Node"], Field(min_length=1)]


class Not(BaseModel):
    """The part is false. Unknown counts as not false: silence never calms."""

    model_config = _FORBID
    none: "Node"


def _node(value: object) -> str | None:
    """Which kind of node a value is, so that a fault is told once and not for every kind."""
    if isinstance(value, dict):
        return value.get("test") if "test" in value else next((k for k in ("all", "any", "none") if k in value), None)
    return getattr(value, "test", None) or next((k for k in ("all", "any", "none") if hasattr(value, k)), None)


Node = Annotated[
    Annotated[WarningTest, Tag("warning")]
    | Annotated[CellsTest, Tag("cells")]
    | Annotated[ForumTest, Tag("forum")]
    | Annotated[RequestTest, Tag("request")]
    | Annotated[WorsenedTest, Tag("worsened")]
    | Annotated[All, Tag("all")]
    | Annotated[Any_, Tag("any")]
    | Annotated[Not, Tag("none")],
    Discriminator(
        _node,
        custom_error_type="node",
        custom_error_message="a condition is one of test = warning, cells, forum, request, worsened; or all, any, none",
    ),
]


class Rule(BaseModel):
    """One rule of the set."""

    model_config = _FORBID

    id: RuleId
    title: Words
    """Swedish, for the list of rules."""
    basis: Literal["documented", "analogy", "proposed"]
    basis_note: str = ""
    """Where the threshold is written, in words a reader can follow up."""
    when: Node
    at_once: Node | None = None
    """A graver condition under which the rule speaks without waiting out `hold`."""
    each: Literal["sector"] | None = None
    """One instance a sector, each with its own hold and clear."""
    hold: Duration = 0
    """The condition must have been true that long before the rule speaks."""
    clear: Duration = 0
    """The condition must have been false that long before the rule falls silent."""
    act: Literal["watch", "call_duty", "convene", "widen", "escalate", "plan", "project", "slow_down", "close"]
    level: Literal["bevaka", "tib", "samordnande", "inriktande", "planering", "projekt"]
    call: bool
    """True: the duty officer must acknowledge; false: shown, never rung."""
    direct: list[str] = []
    """Seats, directly affected: actor ids or groups of the registry (KOM = municipalities touched)."""
    indirect: list[str] = []
    text: Words
    """Reason in Swedish; fields in braces are filled by the reader's renderer, see docs/rules.md."""
    falls_away: Words
    """What would make the reason fall away, in Swedish."""


class RuleSet(BaseModel):
    """A whole rule file."""

    model_config = _FORBID

    version: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    """The file's own name for itself, shown to the reader."""
    rule: Annotated[list[Rule], Field(max_length=200)]

    @model_validator(mode="after")
    def _unique(self) -> Self:
        ids = [r.id for r in self.rule]
        twice = sorted({i for i in ids if ids.count(i) > 1})
        if twice:
            raise ValueError(f"rule ids stand twice: {', '.join(twice)}")
        return self


for _model in (All, Any_, Not, Rule, RuleSet):
    _model.model_rebuild()


class RulesRefused(ValueError):
    """A rule set with faults; `faults` names every one of them."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(f"{len(faults)} fault(s): {'; '.join(faults)}")
        self.faults = faults


def read_rules(raw: object) -> RuleSet:
    """A checked rule set. Raises RulesRefused."""
    try:
        return RuleSet.model_validate(raw)
    except ValidationError as error:
        raise RulesRefused([f"{f['pointer']}: {f['detail']}" for f in faults(error)]) from error
