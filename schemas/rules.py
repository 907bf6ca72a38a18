"""Rules as data: a typed tree that the fold evaluates and a reader can walk. Source: a TOML file of the region.

A rule has a condition (`when`), a hold before it speaks, a clear before it is silent, what it suggests and why.
Durations are text with a unit ("10 min", "48 h"); inside they are milliseconds.
An unknown key is a fault, never ignored.
Next: schemas/rule_tests.py, streams/core/rules.py
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Discriminator, Field, StringConstraints, Tag, ValidationError, model_validator

from schemas.report import faults
from schemas.rule_tests import (
    FORBID,
    CellsTest,
    ContradictionTest,
    CountsTest,
    DriftTest,
    Duration,
    ForumTest,
    HoursTest,
    Leaf,
    MatterTest,
    OverdueTest,
    OwnersTest,
    PlannedTest,
    RequestTest,
    ScarceTest,
    SectorsTest,
    SharedTest,
    SilentTest,
    WarningTest,
    WorsenedTest,
)

RuleId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=400)]
HIGHEST = frozenset({"samordnande", "inriktande"})
"""Levels that quiet hours never hold back."""


class All(BaseModel):
    """Every part is true."""

    model_config = FORBID
    all: Annotated[list["Node"], Field(min_length=1)]


class Any_(BaseModel):  # noqa: N801 - `Any` is typing's
    """At least one part is true."""

    model_config = FORBID
    any: Annotated[list["Node"], Field(min_length=1)]


class Not(BaseModel):
    """The part is false. Unknown counts as not false: silence never calms."""

    model_config = FORBID
    none: "Node"


_TESTS = (
    "warning, cells, owners, sectors, matter, counts, contradiction, silent, overdue, planned, shared, scarce, drift, "
    "hours, forum, request, worsened"
)


def _node(value: object) -> str | None:
    """Which kind of node a value is, so that a fault is told once and not for every kind."""
    if isinstance(value, dict):
        return value.get("test") if "test" in value else next((k for k in ("all", "any", "none") if k in value), None)
    return getattr(value, "test", None) or next((k for k in ("all", "any", "none") if hasattr(value, k)), None)


Node = Annotated[
    Annotated[WarningTest, Tag("warning")]
    | Annotated[CellsTest, Tag("cells")]
    | Annotated[OwnersTest, Tag("owners")]
    | Annotated[SectorsTest, Tag("sectors")]
    | Annotated[MatterTest, Tag("matter")]
    | Annotated[CountsTest, Tag("counts")]
    | Annotated[ContradictionTest, Tag("contradiction")]
    | Annotated[SilentTest, Tag("silent")]
    | Annotated[OverdueTest, Tag("overdue")]
    | Annotated[PlannedTest, Tag("planned")]
    | Annotated[SharedTest, Tag("shared")]
    | Annotated[ScarceTest, Tag("scarce")]
    | Annotated[DriftTest, Tag("drift")]
    | Annotated[HoursTest, Tag("hours")]
    | Annotated[ForumTest, Tag("forum")]
    | Annotated[RequestTest, Tag("request")]
    | Annotated[WorsenedTest, Tag("worsened")]
    | Annotated[All, Tag("all")]
    | Annotated[Any_, Tag("any")]
    | Annotated[Not, Tag("none")],
    Discriminator(
        _node,
        custom_error_type="node",
        custom_error_message=f"a condition is one of test = {_TESTS}; or all, any, none",
    ),
]


def leaves(node: Node | None) -> Iterator[Leaf]:
    """Every test of a condition."""
    match node:
        case None:
            return
        case All():
            for part in node.all:
                yield from leaves(part)
        case Any_():
            for part in node.any:
                yield from leaves(part)
        case Not():
            yield from leaves(node.none)
        case _:
            yield node


class Rule(BaseModel):
    """One rule of the set."""

    model_config = FORBID

    id: RuleId
    title: Words
    """Swedish, for the list of rules."""
    basis: Literal["documented", "analogy", "proposed"]
    basis_note: str = ""
    """Where the threshold is written, in words a reader can follow up."""
    when: Node
    at_once: Node | None = None
    """A graver condition under which the rule speaks without waiting out `hold`."""
    stays: Node | None = None
    """A milder condition that is enough to go on speaking once it speaks: no flip-flop round one limit."""
    each: Literal["sector", "item"] | None = None
    """One instance a sector, or a planned event or issue, each with its own hold, clear and suggestion."""
    hold: Duration = 0
    """The condition must have been true that long before the rule speaks."""
    clear: Duration = 0
    """The condition must have been false that long before the rule falls silent."""
    act: Literal["watch", "call_duty", "convene", "widen", "escalate", "plan", "project", "slow_down", "close"]
    level: Literal["bevaka", "tib", "samordnande", "inriktande", "planering", "projekt"]
    call: bool
    """True: the duty officer must acknowledge; false: shown, never rung."""
    separate: bool = False
    """It is another matter by its nature: it rings also where a suggestion that somebody has answered takes it in."""
    direct: list[str] = []
    """Seats, directly affected: actor ids or groups of the registry (KOM = municipalities touched)."""
    indirect: list[str] = []
    considered: list[str] = []
    """Seats that are only offered: nobody has said that they are affected, the one who calls decides."""
    text: Words
    """Reason in Swedish; fields in braces are filled by the reader's renderer, see docs/rules.md."""
    falls_away: Words
    """What would make the reason fall away, in Swedish."""


class Quiet(BaseModel):
    """Hours in which rules of some levels wait, shown as holding, until the hours end."""

    model_config = FORBID
    hours: HoursTest
    levels: Annotated[list[Literal["bevaka", "tib", "planering", "projekt"]], Field(min_length=1)]
    """Never samordnande or inriktande: quiet hours do not hold back the highest class."""

    @model_validator(mode="after")
    def _end(self) -> Self:
        if self.hours.begin == self.hours.until:
            raise ValueError("quiet hours must end: from and until are the same, which is the whole day and every day")
        return self


class RuleSet(BaseModel):
    """A whole rule file."""

    model_config = FORBID

    version: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    """The file's own name for itself, shown to the reader."""
    quiet: Quiet | None = None
    rule: Annotated[list[Rule], Field(max_length=200)]

    @cached_property
    def of_drift(self) -> frozenset[str]:
        """Rules that look at drift."""
        return frozenset(r.id for r in self.rule if any(isinstance(test, DriftTest) for test in leaves(r.when)))

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
