"""Arguments of what a forum and its actors do (docs/forums.md); free texts become keys before they reach the log.

Next: schemas/command.py
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from schemas.report import Instant, Line, storable

_FORBID = ConfigDict(extra="forbid", frozen=True)
Id = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\s\x00-\x1f]+$")]
Level = Literal["verkstallande", "samordnande", "inriktande", "planering"]
Said = Annotated[
    str, StringConstraints(min_length=1, max_length=20_000, strip_whitespace=True), AfterValidator(storable)
]
"""Words of a person, kept beside the log."""
Whom = Annotated[list[Id], Field(min_length=1, max_length=200)]
"""Actors, or groups of the registry such as `KOM`."""


class Convene(BaseModel):
    """A person calls a forum; with or without a suggestion behind it."""

    model_config = _FORBID
    forum: Id
    level: Level
    at: Instant
    form: Line = "telefon"
    mode: Literal["activated", "ordinary"] = "activated"
    """`ordinary`: a standing forum, such as the weekly conference."""
    about: Id | None = None
    """Item or event it is about: who is marked affected by that gets a seat."""
    members: Annotated[list[Id], Field(max_length=200)] = []
    """Actors or groups called besides the seats of the suggestion."""
    every_days: Annotated[int, Field(ge=1, le=366)] | None = None
    """It meets again after so many days at the same time of day, such as 7 for a weekly conference."""


class SetChair(BaseModel):
    """Who leads from now on; the county board documents all the same."""

    model_config = _FORBID
    actor: Id


class RollCall(BaseModel):
    """Who takes part in the meeting; who is no member yet becomes one."""

    model_config = _FORBID
    present: Whom
    absent: Annotated[list[Id], Field(max_length=200)] = []


class Assess(BaseModel):
    """The forum's joint assessment in words."""

    model_config = _FORBID
    what: Said


class NeedDirection(BaseModel):
    """An active samordnande forum records that direction is needed."""

    model_config = _FORBID
    what: Said | None = None


class Agree(BaseModel):
    """An agreement. It binds nobody: each actor it asks decides in its own organisation."""

    model_config = _FORBID
    what: Said
    asks: Whom
    per: Literal["actor", "party"] = "actor"
    """`party`: one row for all units of a party, and any of them answers for it."""
    decide_by: Instant | None = None
    """When an own decision is expected; who has not answered then is shown as silent."""
    follow_up: Instant | None = None
    """When the forum looks at what was carried out."""
    about: Id | None = None
    """Item, event or recommendation it is about."""


class OwnDecision(BaseModel):
    """An actor's own decision on an agreement; a no wants its reason."""

    model_config = _FORBID
    decision: Literal["yes", "no"]
    what: Said | None = None
    """What is decided, where no agreement asked for it."""
    actor: Id | None = None
    """Whose, when an operator acts for it; else the login's."""


class Task(BaseModel):
    """Something to do, with who does it and when it is due."""

    model_config = _FORBID
    what: Said
    owner: Id
    """Actor, or a group of which each does its part."""
    due: Instant
    about: Id | None = None


class TaskDone(BaseModel):
    """The actor's own part of a task, or of an agreement it said yes to, is carried out."""

    model_config = _FORBID
    actor: Id | None = None
    """Whose, when an operator acts for it; else the login's."""


class Recommend(BaseModel):
    """A forum asks another forum to decide, or advises against it (then with a reason)."""

    model_config = _FORBID
    to: Id
    what: Said
    about: Id | None = None
    stance: Literal["for", "against"] = "for"


class SetNextMeeting(BaseModel):
    """One more meeting ahead, or another time for one that is planned."""

    model_config = _FORBID
    at: Instant
    form: Line | None = None
    instead_of: Instant | None = None
    """Planned meeting that moves."""
    every_days: Annotated[int, Field(ge=0, le=366)] | None = None
    """From now on it meets again after so many days; 0: no more by itself. Left out: as before."""


class SetReporting(BaseModel):
    """How often an active forum wants reports."""

    model_config = _FORBID
    interval_min: Annotated[int, Field(ge=5, le=10_080)]


class Note(BaseModel):
    """A line in the minutes; with `asks`, a question to these actors, which each answers with `answer`."""

    model_config = _FORBID
    what: Said
    asks: Annotated[list[Id], Field(max_length=200)] = []
    due: Instant | None = None
    """When answers are expected."""
    about: Id | None = None
    """What is asked about, such as a cell that two owners tell differently of."""


class PublishMessage(BaseModel):
    """One message to the public: one id, one wording, open to all."""

    model_config = _FORBID
    what: Said


class Close(BaseModel):
    """A forum, or a matter, is over."""

    model_config = _FORBID
    to: Id | None = None
    """Forum that takes over what is still open."""


class ShareIssue(BaseModel):
    """An actor has the same shortcoming."""

    model_config = _FORBID
    what: Said | None = None


class MarkAffected(BaseModel):
    """How a matter touches the actor."""

    model_config = _FORBID
    how: Literal["direct", "indirect", "no_longer"]
    what: Said | None = None
    actor: Id | None = None
    """Whom, when a coordinator or an operator marks for it; else the login's."""


class OfferResource(BaseModel):
    """An actor can lend something."""

    model_config = _FORBID
    kind: Annotated[str, StringConstraints(pattern=r"^[^\W_][\w-]{0,59}$", strip_whitespace=True, to_lower=True)]
    """One word, such as `bandvagn`: the same word is the same resource."""
    number: Annotated[int, Field(ge=0, le=1_000_000)]
    """How many; 0 takes the offer back."""
    until: Instant | None = None


class Attach(BaseModel):
    """Something to read beside a matter, with its owner and date."""

    model_config = _FORBID
    title: Said
    url: Line | None = None
    item: Id | None = None
    """Another item or minutes entry that it points to."""


class Answer(BaseModel):
    """An answer to a question, or word of how a task goes."""

    model_config = _FORBID
    what: Said
    actor: Id | None = None
    """Whose, when an operator acts for it; else the login's."""
