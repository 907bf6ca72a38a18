"""What a room sees of its forums: forum, meeting, minutes entry, matter (docs/forums.md). The fold writes plain dicts.

Free texts stand as keys under `texts`; a server puts the words in their place. Times are `Z` text.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from schemas.sectors import Label

_SHAPE = ConfigDict(extra="forbid", frozen=True)
ZTime = str


class Sealed(BaseModel):
    """The picture a decision was made on, and by which rules: it can be shown again from that version."""

    model_config = _SHAPE
    version: int
    hash: str
    rules: str
    """Version of the rule set in force."""
    seen: int | None = None
    """Version that the person had before them."""


class Member(BaseModel):
    """Who belongs to a forum, and why."""

    model_config = _SHAPE
    how: Literal["direct", "indirect", "called_in", "no_longer"]
    reason: str
    """`<rule>:<group>`, `always`, `convened`, `affected`, `roll_call` or `chair`."""
    since: ZTime
    texts: dict[str, str] | None = None


class Planned(BaseModel):
    """A meeting ahead."""

    model_config = _SHAPE
    at: ZTime
    form: str


class Forum(BaseModel):
    """A forum at a level. Key = id."""

    model_config = _SHAPE
    id: str
    level: str
    mode: Literal["activated", "ordinary"]
    state: Literal["active", "standing", "stepped_down", "closed"]
    """`standing`: a forum of ordinary mode; rules read only `active` ones."""
    since: ZTime
    convened_by: str
    chair: str
    chair_since: ZTime
    members: dict[str, Member]
    meets_at: ZTime
    """Next planned meeting; the last one when none is planned."""
    form: str
    planned: list[Planned]
    """Meetings ahead, the next first."""
    every_days: int | None = None
    """The next meeting is planned so many days after one that has begun with none planned behind it."""
    meetings: int
    """How many have been opened."""
    meeting: str | None = None
    """Key of the newest meeting."""
    about: str | None = None
    need_direction: ZTime | None = None
    reporting_min: int | None = None
    suggestion: str | None = None
    texts: dict[str, str] | None = None
    sealed: Sealed


class Meeting(BaseModel):
    """A meeting of a forum, opened at its time. Key `<forum>/<number>`."""

    model_config = _SHAPE
    id: str
    forum: str
    number: int
    state: Literal["open", "ended"]
    at: ZTime
    """When it was to begin."""
    ended_at: ZTime | None = None
    form: str
    chair: str
    present: list[str]
    absent: list[str]
    carried: list[str]
    """Minutes entries that were still open when it began, oldest first."""
    more: int | None = None
    """How many more there were."""
    previous: str | None = None
    previous_at: ZTime | None = None
    """When the one before began: what became known after it is new to this forum."""
    sealed: Sealed


class OwnAnswer(BaseModel):
    """What one actor has said and done about an agreement or a task."""

    model_config = _SHAPE
    decision: Literal["yes", "no"] | None = None
    at: ZTime
    done_at: ZTime | None = None
    by: str | None = None
    """Who entered it, where that is another than the actor."""
    texts: dict[str, str] | None = None
    sealed: Sealed | None = None


class Entry(BaseModel):
    """One line of the minutes. Key = id of the command that wrote it."""

    model_config = _SHAPE
    id: str
    forum: str
    meeting: str | None = None
    """Absent between meetings."""
    what: Literal[
        "agreement",
        "task",
        "recommendation",
        "own_decision",
        "assessment",
        "direction",
        "note",
        "question",
        "message",
        "chair",
    ]
    state: Literal["open", "overdue", "answered", "done", "kept", "closed"]
    at: ZTime
    by: str
    label: Label
    texts: dict[str, str]
    sealed: Sealed
    about: str | None = None
    asks: list[str] | None = None
    """Actors it asks; each decides in its own organisation."""
    answers: dict[str, OwnAnswer] | None = None
    due: ZTime | None = None
    """Of a task: when it is to be done; of an agreement: when own decisions are expected."""
    follow_up: ZTime | None = None
    to: str | None = None
    """Of a recommendation: the forum that is asked."""
    stance: Literal["for", "against"] | None = None
    chair: str | None = None
    reminded: list[str] | None = None
    """Actors that have been reminded, the last time."""
    reminded_at: ZTime | None = None
    carried_from: str | None = None
    """Forum that closed and left it open."""
    words: dict[str, OwnAnswer] | None = None
    """What the actors that are asked have answered, or how it goes; the newest of each."""


class Affected(BaseModel):
    """How a matter touches an actor."""

    model_config = _SHAPE
    how: Literal["direct", "indirect", "no_longer"]
    at: ZTime
    by: str | None = None
    texts: dict[str, str] | None = None


class Shared(BaseModel):
    """An actor that has the same shortcoming, or has answered."""

    model_config = _SHAPE
    at: ZTime
    by: str | None = None
    texts: dict[str, str] | None = None


class Offer(BaseModel):
    """What an actor can lend. Its place is `<actor>/<kind>`."""

    model_config = _SHAPE
    actor: str
    kind: str
    number: int
    at: ZTime
    until: ZTime | None = None


class Attachment(BaseModel):
    """Something to read, with its owner and date."""

    model_config = _SHAPE
    by: str
    at: ZTime
    item: str | None = None
    texts: dict[str, str]


class Passage(BaseModel):
    """A station of a matter: taken up by a forum, recommended, agreed on, closed."""

    model_config = _SHAPE
    at: ZTime
    what: Literal["recommended", "agreed", "task", "closed"]
    forum: str | None = None
    entry: str | None = None


class SharedMatter(BaseModel):
    """What actors and forums have done about an item, an event, a forum or an entry. Key = its key."""

    model_config = _SHAPE
    id: str
    state: Literal["open", "closed"]
    since: ZTime
    label: Label
    at_forum: str | None = None
    """Forum that has it now."""
    sharers: dict[str, Shared]
    affected: dict[str, Affected]
    offers: dict[str, Offer]
    attachments: dict[str, Attachment]
    """Command id -> attachment."""
    answers: dict[str, Shared]
    trail: list[Passage]
