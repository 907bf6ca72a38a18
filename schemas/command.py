"""People's acts (docs/api.md): what a client posts, and what lies on `commands` once the login is added.

The fold authorises: roles come from the log's reference data, the state is the one at that point of the log.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from schemas import forum_args as forum
from schemas import picture_commands
from schemas.codec import Json
from schemas.forum_args import Id
from schemas.report import Instant, Line, ReportId, Text

_FORBID = ConfigDict(extra="forbid", frozen=True)


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


Alias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
"""Name of a role or a person in the duty plan: no telephone number and no address has this form."""


class HandOver(BaseModel):
    """A duty passes to another person, with everything that is open."""

    model_config = _FORBID
    role: Alias = "tib"
    to: Alias
    until: Instant | None = None
    """Till then; without it until the duty plan's next shift."""


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
    "convene": forum.Convene,
    "hand_over": HandOver,
    "set_chair": forum.SetChair,
    "roll_call": forum.RollCall,
    "assess": forum.Assess,
    "need_direction": forum.NeedDirection,
    "agree": forum.Agree,
    "task": forum.Task,
    "recommend": forum.Recommend,
    "set_next_meeting": forum.SetNextMeeting,
    "set_reporting": forum.SetReporting,
    "note": forum.Note,
    "publish_message": forum.PublishMessage,
    "step_down": NoArgs,
    "close": forum.Close,
    "own_decision": forum.OwnDecision,
    "task_done": forum.TaskDone,
    "share_issue": forum.ShareIssue,
    "mark_affected": forum.MarkAffected,
    "offer_resource": forum.OfferResource,
    "attach": forum.Attach,
    "answer": forum.Answer,
    **picture_commands.ARGS,
    "undo": NoArgs,
    "set_rules": SetRules,
    "maintenance": Maintenance,
}
"""Every command this version takes, with the model of its arguments."""

NEEDS_REASON = frozenset({"dismiss"}) | picture_commands.NEEDS_REASON
"""Commands that are refused without a reason in words, whatever their arguments."""

SPOKEN = frozenset({"what", "title", "url"}) | picture_commands.TEXTS
"""Arguments in a person's own words: intake keeps them beside the log, under a key in `texts`."""


def needs_reason(command: str, args: Json) -> bool:
    """Is a reason in words wanted? Always for some commands, of others only for a no."""
    if command in NEEDS_REASON:
        return True
    return args.get("decision") == "no" or args.get("stance") == "against"


GROUPS: dict[str, str] = {
    **dict.fromkeys(("acknowledge", "accept", "dismiss", "convene", "hand_over"), "suggestion"),
    **dict.fromkeys(("set_chair", "roll_call", "assess", "need_direction", "agree", "task", "recommend"), "forum"),
    **dict.fromkeys(("set_next_meeting", "set_reporting", "note", "publish_message", "step_down", "close"), "forum"),
    **dict.fromkeys(("own_decision", "task_done"), "own"),
    **dict.fromkeys(("share_issue", "mark_affected", "offer_resource", "attach", "answer"), "matter"),
    **picture_commands.GROUPS,
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
        "hand_over",
        "set_chair",
        "roll_call",
        "assess",
        "need_direction",
        "agree",
        "task",
        "recommend",
        "set_next_meeting",
        "set_reporting",
        "note",
        "publish_message",
        "step_down",
        "close",
        "own_decision",
        "task_done",
        "share_issue",
        "mark_affected",
        "offer_resource",
        "attach",
        "answer",
        "link",
        "cut",
        "split",
        "pin",
        "assess_cell",
        "publish_picture",
        "correct_published",
        "object",
        "request_reports",
        "undo",
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
