"""People's acts (docs/api.md): what a client posts, and what lies on `commands` once the login is added.

The fold authorises: roles come from the log's reference data, the state is the one at that point of the log.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from schemas.codec import Json
from schemas.report import Code, Instant, Line, ReportId, Text
from schemas.sectors import Sector

_FORBID = ConfigDict(extra="forbid", frozen=True)
Id = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\s\x00-\x1f]+$")]
Level = Literal["verkstallande", "samordnande", "inriktande"]


class NoArgs(BaseModel):
    """A command that needs nothing more."""

    model_config = _FORBID


class Acknowledge(BaseModel):
    """Somebody has seen the notice."""

    model_config = _FORBID
    on_behalf_of: Line | None = None
    """Who is meant, when another than the duty officer answers."""
    via: Line | None = None
    """Channel it came by: page, http, cli, telephone."""


class Convene(BaseModel):
    """A person calls a forum; with or without a suggestion behind it."""

    model_config = _FORBID
    forum: Id
    level: Level
    at: Instant
    form: Line = "telefon"


class NeedDirection(BaseModel):
    """An active samordnande forum records that direction is needed."""

    model_config = _FORBID
    what: Text | None = None


class SetReporting(BaseModel):
    """How often an active forum wants reports."""

    model_config = _FORBID
    interval_min: Annotated[int, Field(ge=5, le=10_080)]


class RequestReports(BaseModel):
    """Reports are asked for; cells without a fresh one turn `not_reported` at the due time."""

    model_config = _FORBID
    sectors: Annotated[list[Sector], Field(min_length=1)]
    areas: Annotated[list[Code], Field(min_length=1)]
    by: Instant


class SetRules(BaseModel):
    """A whole rule set (schemas/rules.py); refused whole if anything in it is wrong."""

    model_config = _FORBID
    rules: dict[str, Any]


class Maintenance(BaseModel):
    """Silence of a source does not ring until then."""

    model_config = _FORBID
    source: Id
    until: Instant


ARGS: dict[str, type[BaseModel]] = {
    "acknowledge": Acknowledge,
    "accept": NoArgs,
    "dismiss": NoArgs,
    "convene": Convene,
    "need_direction": NeedDirection,
    "set_reporting": SetReporting,
    "step_down": NoArgs,
    "close": NoArgs,
    "request_reports": RequestReports,
    "set_rules": SetRules,
    "maintenance": Maintenance,
}
"""Every command this version takes, with the model of its arguments."""

NEEDS_REASON = frozenset({"dismiss"})
"""Commands that are refused without a reason in words."""

GROUPS: dict[str, str] = {
    "acknowledge": "suggestion",
    "accept": "suggestion",
    "dismiss": "suggestion",
    "convene": "suggestion",
    "need_direction": "forum",
    "set_reporting": "forum",
    "step_down": "forum",
    "close": "forum",
    "request_reports": "picture",
    "set_rules": "system",
    "maintenance": "system",
}
"""Command -> group of docs/api.md; the region's `roles` say which roles may do a group."""


class CommandIn(BaseModel):
    """A command as a client posts it. Who and role come from the login, never from here."""

    model_config = _FORBID

    id: ReportId
    """Made by the client: a retry with the same id is answered, not done again."""
    command: Literal[
        "acknowledge",
        "accept",
        "dismiss",
        "convene",
        "need_direction",
        "set_reporting",
        "step_down",
        "close",
        "request_reports",
        "set_rules",
        "maintenance",
    ]
    on: Id | None = None
    """Key of the notice, suggestion or forum it acts on."""
    seen_version: Annotated[int, Field(ge=0)] = 0
    """Version of the picture the person had before them."""
    args: dict[str, Any] = {}
    reason: Text | None = None


class Command(CommandIn):
    """A command on `commands`, with the login added by the server."""

    who: Id
    """Actor id or account of the person."""
    role: Literal["reader", "reporter", "coordinator", "chair", "operator"]
    at: Instant
    """Space time it was accepted."""


def check_args(command: CommandIn) -> BaseModel:
    """Arguments as their model; pydantic's ValidationError names every fault."""
    return ARGS[command.command].model_validate(command.args)


class Control(BaseModel):
    """What an operator's program writes to `control`: clock, rules or reference data."""

    model_config = _FORBID

    kind: Literal["clock", "rules", "reference"]
    body: Json
