"""A case of the back-test: one JSON-lines file, its first line the head, then one record a line (docs/cases.md).

In: bytes of a line. Out: a checked model, or `CaseRefused` with every fault of that line. Times are published ones, or
constructed and marked so; what a report, payload or command holds is checked where it is known, in streams/backtest.
Next: streams/backtest/reading.py
"""

import re
from functools import partial
from typing import Annotated, Any, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    ValidationError,
    model_validator,
)

from schemas.codec import DEPTH_LIMIT, Json, Malformed, load_object
from schemas.report import Fault, Instant, Line, Text, faults
from schemas.rules import Rule, RuleId

_FORBID = ConfigDict(extra="forbid", frozen=True, strict=True)

LINE_LIMIT = 2_000_000
"""Largest line in bytes; a larger payload lies in a file beside the case."""
KINDS = ("report", "raw", "command", "clock")
"""What a record may bring: exactly one of these."""
ONE_PAYLOAD = "give exactly one of file, body"

ACTS: tuple[str, ...] = get_args(Rule.model_fields["act"].annotation)
LEVELS: tuple[str, ...] = get_args(Rule.model_fields["level"].annotation)


def _known(value: str, what: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ValueError(f"no {what} {value!r}: use one of {', '.join(known)}")
    return value


Act = Annotated[
    str, AfterValidator(partial(_known, what="act", known=ACTS)), Field(json_schema_extra={"enum": [*ACTS]})
]
"""What a rule of this program may suggest, so that a case and a rule never part."""
Level = Annotated[
    str, AfterValidator(partial(_known, what="level", known=LEVELS)), Field(json_schema_extra={"enum": [*LEVELS]})
]
"""Level of a suggestion, as rules have it."""


class _Interval(BaseModel):
    """From and to, both included."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)

    begin: Annotated[Instant, Field(alias="from")]
    """First moment of the interval."""
    end: Annotated[Instant, Field(alias="to")]
    """Last moment of the interval."""
    note: Text | None = None
    """Why this is expected, for a reader."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end < self.begin:
            raise ValueError("to must not be earlier than from")
        return self


class Must(_Interval):
    """A suggestion that must be raised in the interval; with `rule`, that rule must give a reason for it then."""

    act: Act
    """Act of the suggestion."""
    level: Level
    """Level of the suggestion."""
    rule: RuleId | None = None
    """Rule that must have spoken, or a family of rules: R10 is also R10-lanet, R07 is R07a to R07d."""
    real: Instant | None = None
    """When it really was done, where that is published; lead time is counted to it."""


class Kept(BaseModel):
    """Which suggestions must not be raised; without a field, any."""

    model_config = _FORBID

    act: Act | None = None
    """Only this act."""
    level: Level | None = None
    """Only this level."""


class MustNot(_Interval):
    """No such suggestion may be raised in the interval."""

    none: Kept
    """Which ones; an empty object: none at all."""


def _expectation(value: object) -> str:
    return "none" if isinstance(value, MustNot) or (isinstance(value, dict) and "none" in value) else "must"


Expectation = Annotated[Annotated[Must, Tag("must")] | Annotated[MustNot, Tag("none")], Discriminator(_expectation)]


class CaseHead(BaseModel):
    """First line of a case."""

    model_config = _FORBID

    case: Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]{1,120}$", strip_whitespace=True)]
    """Its own id; those that come with a county are named as their files."""
    title: Line
    """One line for people."""
    region: Line
    """County code, such as 01; the county's name or its folder's will do."""
    rules: Line | dict[str, Any] | None = None
    """Rule file beside the case or beside the county's, or a whole rule set; `--rules` goes before it."""
    source_note: Text
    """Where it is from, and what in it is constructed."""
    expected: list[Expectation]
    """What must and what must not be raised."""


class RawPayload(BaseModel):
    """A payload in its source's wire format, read by the connector's own parser."""

    model_config = _FORBID

    source: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    """Source of the region's `sources.toml`, or a connector's folder."""
    file: Line | None = None
    """File beside the case."""
    body: str | dict[str, Any] | list[Any] | None = None
    """The payload itself: text as it came, or JSON as a value."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.file is None) == (self.body is None):
            raise ValueError(ONE_PAYLOAD)
        return self


class CaseLine(BaseModel):
    """One record of a case."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        json_schema_extra={"oneOf": [{"required": [k, "actor"] if k == "report" else [k]} for k in KINDS]},
    )

    known_at: Instant
    """When the room could know it."""
    happened_at: Instant | None = None
    """When it happened in the world, where that is known and another time; told to readers, not to the fold."""
    published: bool
    """True: told in a public source, named in `citation`. False: constructed filler."""
    citation: Text | None = None
    """The public source."""
    note: Text | None = None
    """Whatever a reader of the case should know."""
    actor: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,64}$")] | None = None
    """Who reports: an id of the actor registry."""
    report: dict[str, Any] | None = None
    """An actor's report, as in docs/reporting.md."""
    raw: RawPayload | None = None
    """A feed's payload."""
    command: dict[str, Any] | None = None
    """A person's act (docs/api.md), with `who` and `role`; `id` and `seen_version` may be left out."""
    who: Line | None = None
    """Of a command, where it does not say so itself."""
    role: Line | None = None
    """Of a command, where it does not say so itself."""
    clock: Any = None
    """Time passes to `known_at`; nothing else happens."""


class CaseRefused(ValueError):
    """A line with faults; `faults` names every one of them."""

    def __init__(self, found: list[Fault]) -> None:
        super().__init__("; ".join(f"{f['pointer'] or '/'}: {f['detail']}" for f in found))
        self.faults = found


def value_of(raw: bytes) -> Json:
    """A line as a JSON object, of any shape. Raises CaseRefused."""
    try:
        return load_object(raw, LINE_LIMIT)
    except Malformed as error:
        raise CaseRefused([{"pointer": "", "detail": f"{error} (nesting up to {DEPTH_LIMIT})"}]) from error


def head_of(value: Json) -> tuple[CaseHead | None, list[Fault]]:
    """First line of a case, or every fault of its shape."""
    try:
        return CaseHead.model_validate(value), []
    except ValidationError as error:
        return None, _whole([*_told(error), *_reversed(value)])


def line_of(value: Json) -> tuple[CaseLine | None, list[Fault]]:
    """A record of a case, or every fault of its fields and of how they go together."""
    found = _together(value)
    try:
        line = CaseLine.model_validate(value)
    except ValidationError as error:
        return None, _whole([*_told(error), *found])
    return (None, found) if found else (line, [])


def read_head(raw: bytes) -> CaseHead:
    """First line of a case. Raises CaseRefused."""
    head, found = head_of(value_of(raw))
    if head is None:
        raise CaseRefused(found)
    return head


def read_line(raw: bytes) -> CaseLine:
    """A record of a case. Raises CaseRefused."""
    line, found = line_of(value_of(raw))
    if line is None:
        raise CaseRefused(found)
    return line


def _told(error: ValidationError) -> list[Fault]:
    """Faults without the names by which a union tells its kinds apart."""
    return [{**f, "pointer": re.sub(r"^(/expected/\d+)/(?:must|none)", r"\1", f["pointer"])} for f in faults(error)]


def _whole(found: list[Fault]) -> list[Fault]:
    """Each fault once."""
    return [fault for number, fault in enumerate(found) if fault not in found[:number]]


def _reversed(head: Json) -> list[Fault]:
    """Intervals that end before they begin, also of expectations with other faults."""
    found: list[Fault] = []
    rows = head.get("expected")
    for number, row in enumerate(rows if isinstance(rows, list) else ()):
        try:
            _Interval.model_validate({k: row[k] for k in ("from", "to") if k in row} if isinstance(row, dict) else {})
        except ValidationError as error:
            found += [{**f, "pointer": f"/expected/{number}"} for f in faults(error) if not f["pointer"]]
    return found


def _together(value: Json) -> list[Fault]:
    """What the fields of a record owe each other."""
    found: list[Fault] = []
    kinds = [kind for kind in KINDS if value.get(kind) is not None] or [k for k in KINDS[-1:] if k in value]
    if len(kinds) != 1:
        what = f"this one has {', '.join(kinds)}" if kinds else "this one has none"
        found.append({"pointer": "", "detail": f"a record brings exactly one of {', '.join(KINDS)}; {what}"})
    if (value.get("report") is None) != (value.get("actor") is None):
        found.append({"pointer": "/actor", "detail": "actor and report go together"})
    if value.get("published") is True and not value.get("citation"):
        found.append({"pointer": "/citation", "detail": "what is published names where, in citation"})
    raw = value.get("raw")
    if isinstance(raw, dict) and (raw.get("file") is None) == (raw.get("body") is None):
        found.append({"pointer": "/raw", "detail": ONE_PAYLOAD})
    if "command" not in kinds and (value.get("who") or value.get("role")):
        found.append({"pointer": "/who", "detail": "who and role belong to a command"})
    return found
