"""Arguments of the acts on the picture: links, pins, assessments, the joint picture, requests for reports.

In: `args` of a command (schemas/command.py). Out: frozen models. What an act does: docs/events.md, docs/cells.md.
Next: streams/core/ties.py, joint.py, requests.py
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from schemas.report import Code, Instant, Line, Text
from schemas.sectors import Sector

_FORBID = ConfigDict(extra="forbid", frozen=True)
Key = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f]+$")]
"""Key of an item, an event, a cell or a command."""
Keys = Annotated[list[Key], Field(min_length=1, max_length=200)]


class Link(BaseModel):
    """Items, or whole other events, belong to the event it is given on; that event may be named by one of its items."""

    model_config = _FORBID
    items: Keys


class Cut(BaseModel):
    """These items do not belong to the event, whatever later reports say."""

    model_config = _FORBID
    items: Keys


class Split(BaseModel):
    """These items of the event are an event of their own."""

    model_config = _FORBID
    items: Keys


class Pin(BaseModel):
    """Keep an event on top for everybody; `off` lets it go."""

    model_config = _FORBID
    off: bool = False


class AssessCell(BaseModel):
    """The county board's own assessment, beside a cell and never over it. Without `impact` it is taken away."""

    model_config = _FORBID
    impact: Annotated[int, Field(ge=1, le=5)] | None = None
    text: Text | None = None


class LeftOut(BaseModel):
    """What a joint picture does not show, and why, by a short code or words."""

    model_config = _FORBID
    what: Key
    why: Line


class PublishPicture(BaseModel):
    """A human selection for all: a name, a summary, events in order, the pinned ones, what was left out."""

    model_config = _FORBID
    name: Line | None = None
    """Such as "lägesbild 3 kl. 14:00"; without one it gets its number."""
    summary: Text
    events: Annotated[list[Key], Field(max_length=200)] = []
    pinned: Annotated[list[Key], Field(max_length=200)] = []
    left_out: Annotated[list[LeftOut], Field(max_length=200)] = []


class CorrectPublished(BaseModel):
    """Only what is wrong; the rest stands. What stood before stays readable."""

    model_config = _FORBID
    summary: Text | None = None
    events: Annotated[list[Key], Field(max_length=200)] | None = None
    pinned: Annotated[list[Key], Field(max_length=200)] | None = None
    left_out: Annotated[list[LeftOut], Field(max_length=200)] | None = None


class Object(BaseModel):
    """An actor does not agree with how a cell of its own is shown; `off` takes the objection back."""

    model_config = _FORBID
    off: bool = False


class RequestReports(BaseModel):
    """Reports are asked for; cells without a fresh one turn `not_reported` at the due time."""

    model_config = _FORBID
    sectors: Annotated[list[Sector], Field(min_length=1)]
    areas: Annotated[list[Code], Field(min_length=1)]
    by: Instant
    whom: Annotated[list[Key], Field(max_length=100)] = []
    """Actors or groups of the registry; none: everyone who may report on those cells."""


ARGS: dict[str, type[BaseModel]] = {
    "link": Link,
    "cut": Cut,
    "split": Split,
    "pin": Pin,
    "assess_cell": AssessCell,
    "publish_picture": PublishPicture,
    "correct_published": CorrectPublished,
    "object": Object,
    "request_reports": RequestReports,
}
"""The picture's acts with arguments; `undo` has none."""

NEEDS_REASON = frozenset({"link", "cut", "split", "correct_published", "object"})
"""Acts refused without a reason in words."""

GROUPS: dict[str, str] = {**dict.fromkeys((*ARGS, "undo"), "picture"), "object": "own"}
"""Act -> group; an objection is the actor's own."""

TEXTS = frozenset({"summary", "text"})
"""Arguments that are words: they lie beside the log."""
