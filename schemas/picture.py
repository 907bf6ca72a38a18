"""What a room sees: the public entities of a picture, one model per kind. The fold writes them as plain dicts.

These models document and release the shapes (schemas/released/); tests validate what the fold writes against them.
Times are `Z` text. Free texts stand as keys under `texts`; a server puts the words in their place.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas.forum import Sealed
from schemas.sectors import ItemState, Kind, Label, Sector, Severity, Status, Unknown

_SHAPE = ConfigDict(extra="forbid", frozen=True)
ImpactStep = Annotated[int, Field(ge=0, le=5)]
ZTime = str


class CellReason(BaseModel):
    """One standing report under a cell."""

    model_config = _SHAPE
    item: str
    """Item key."""
    owner: str
    """Actor id."""
    impact: ImpactStep
    reported_at: ZTime
    state: Literal["fresh", "outdated", "beside"]
    """`beside`: relayed, or outside the owner's entitlement; it never sets the cell."""


class Claim(BaseModel):
    """One side of a contradiction on a cell."""

    model_config = _SHAPE
    item: str
    owner: str
    impact: ImpactStep
    reported_at: ZTime


class Expected(BaseModel):
    """What is expected of a cell; it never colours it."""

    model_config = _SHAPE
    impact: ImpactStep
    from_: Annotated[ZTime | None, Field(alias="from")] = None
    until: ZTime | None = None


class Cell(BaseModel):
    """One municipality × one sector. Key `0180/road`. A cell nobody ever named is not stored: `not_assessed`."""

    model_config = _SHAPE
    area: str
    sector: Sector
    impact: ImpactStep
    """0 when unknown."""
    impact_name: str
    unknown: Unknown | None = None
    last: ImpactStep | None = None
    """Last value, when `unknown` is `outdated`."""
    expected: Expected | None = None
    trend: Literal["new", "worse", "better", "same"]
    since: ZTime
    """Since when it has this impact or this grey."""
    reported_at: ZTime | None = None
    """Newest report that sets it."""
    contradiction: bool | None = None
    """Two owners differ by two steps or more."""
    claims: list[Claim] | None = None
    """The statements that contradict each other, worst first."""
    question: str | None = None
    """What to ask their owners, as a code of the catalogue."""
    reasons: list[CellReason]
    """At most 8, worst first, then newest."""
    more: int | None = None
    """How many reasons were left out."""


class ItemArea(BaseModel):
    """How an item touches a municipality."""

    model_config = _SHAPE
    how: Literal["inside", "near", "far", "guess"]
    """`near` without metres: over the border by less than the stated share. `guess`: by its words alone."""
    percent: int | None = None
    metres: int | None = None


class Promise(BaseModel):
    """One promised end, and when it was said."""

    model_config = _SHAPE
    end: ZTime
    sent: ZTime


class Near(BaseModel):
    """Another item or event that much speaks for being the same matter, but not enough."""

    model_config = _SHAPE
    to: str
    score: int
    reasons: list[str]
    alike: int | None = None
    """Percent of their words in common, where that is much: a hint, worth no point."""


class EventLink(BaseModel):
    """Why an item is in an event."""

    model_config = _SHAPE
    item: str
    reason: Literal["same_group", "person", "score", "first"]
    """The source says so; a person; points; the one that the others were linked to."""
    score: int | None = None
    reasons: list[str] | None = None
    """Gave the points: near, close, area, same_areas, half_hour, two_hours, apart, theme, names, words, relayed."""
    to: str | None = None
    """Item it was compared with."""
    by: str | None = None
    texts: dict[str, str] | None = None
    """Text key of a person's `reason`."""


class Total(BaseModel):
    """Numbers of one owner, never summed over overlapping scopes: at least `low`, at most `high`."""

    model_config = _SHAPE
    kind: str
    owner: str
    low: int
    high: int
    areas: list[str]
    of: int
    """How many numbers it is made of."""
    at: ZTime | None = None
    """The oldest of them."""


class Quarrel(BaseModel):
    """Statements of two owners that cannot both be right, side by side, and what to ask."""

    model_config = _SHAPE
    about: str
    claims: list[dict[str, object]]
    question: str


class Item(BaseModel):
    """One matter from one source. Key `<source>/<id>`."""

    model_config = _SHAPE
    source: str
    id: str
    kind: Kind
    state: ItemState
    status: Status
    severity: Severity
    native: dict[str, str] = {}
    """The source's own words: level, code, type."""
    origin: Literal["own", "relayed"]
    label: Label
    labels: dict[str, Label] | None = None
    areas: dict[str, ItemArea] = {}
    """Municipality code -> how it is touched."""
    outside: list[str] | None = None
    """Codes named that lie outside the county."""
    impacts: list[dict[str, object]] | None = None
    """An actor's lines: sector, areas, now, expected, expected_from, expected_until."""
    texts: dict[str, str] = {}
    """Field -> text key; a server replaces it by the words."""
    group: str | None = None
    revision: int | None = None
    sent: ZTime
    known_at: ZTime
    """When this revision became known here."""
    onset: ZTime | None = None
    ends: ZTime | None = None
    next_report: ZTime | None = None
    closed_at: ZTime | None = None
    """When its source cancelled or withdrew it, or it left the region."""
    url: str | None = None
    counts: list[dict[str, object]] | None = None
    """Numbers with scope: kind, low, high, owner, areas, scope, at. Never summed here."""
    promised: ZTime | None = None
    """When its owner believes that it is over; no end that it lives by."""
    promises: list[Promise] | None = None
    """Ends it has promised, the first and the newest, once one was changed."""
    moved_later: int | None = None
    """How often its promised end was moved later."""
    attendance: int | None = None
    """Of a planned event: how many are expected."""
    risk_flags: int | None = None
    """Of a planned event: how many risks are flagged; what they are is in its texts."""
    forum: Literal["samordnande", "inriktande"] | None = None
    """Of a request: the forum that is asked for."""
    need: list[dict[str, object]] | None = None
    """Resources its sender needs: `kind`, `number`."""
    lend: list[dict[str, object]] | None = None
    """Resources its sender can lend."""
    like: dict[str, str] | None = None
    """Keys that equal words share: `headline`, `text`; and `sketch`, by which words in common are counted."""
    duplicate_of: str | None = None
    """Item with the very same words under another id: a probable duplicate, never a further source."""
    near: list[Near] | None = None
    """Matters that could be the same one, as far as known when it last spoke; not joined."""
    point: list[str] | None = None
    """Longitude, latitude as text (no floats in the log), for a mark on the map."""
    learned_late: bool | None = None
    """It became known more than an hour after it was sent."""


class Event(BaseModel):
    """Reports that belong together, with the reason for each link. Key = id."""

    model_config = _SHAPE
    id: str
    items: list[str]
    links: list[EventLink]
    sources: int
    """Independent parties that say it first-hand."""
    relayed: int | None = None
    """Members that pass another's word on or say the same twice."""
    counts: list[Total] | None = None
    contradictions: list[Quarrel] | None = None
    follows: str | None = None
    """The finished event that this one came after."""
    followed_by: str | None = None
    pinned: bool | None = None
    areas: list[str]
    severity: Severity
    begins: ZTime | None = None
    ends: ZTime | None = None
    state: Literal["open", "closed"]
    kind: Kind
    lead: str
    """Item key whose headline names the event."""
    status: Status | None = None
    """Set where it is no `actual` one: a feed's own exercise or test, drawn apart."""


class Reason(BaseModel):
    """Why a suggestion stands."""

    model_config = _SHAPE
    rule: str
    subject: str | None = None
    """Sector or item of the instance, for a rule with `each`."""
    level: str
    """Level the rule asks for; a lower one may join a higher suggestion as a reason."""
    since: ZTime
    params: dict[str, object]
    """What the rule's text is filled with: areas, levels, types, onset, items, percent."""
    items: list[str]
    """Item keys it rests on, at most 20."""
    text: str
    """Template of the rule as it was (Swedish)."""
    falls_away: str
    basis: Literal["documented", "analogy", "proposed"]
    strength: int
    """How strong its strongest input is; a dismissed reason returns when it grows."""
    direct: list[str]
    indirect: list[str]
    considered: list[str] | None = None
    """Groups and actors that the rule wants at the table."""


class Seat(BaseModel):
    """A proposed participant."""

    model_config = _SHAPE
    actor: str
    how: Literal["direct", "indirect", "considered"]
    """`considered`: offered only, nobody has said that it is affected."""
    reason: str
    """`always` for the county board, else the rule and the group it names: `R04.trafik:KOM`."""


# fmt: off
SuggestionState = Literal[
    "holding", "raised", "notified", "acknowledged", "accepted", "convened", "active", "stepped_down",
    "dismissed", "superseded", "withdrawn", "closed",
]
# fmt: on


class Happening(BaseModel):
    """Something that can happen, of which a suggestion hangs."""

    model_config = _SHAPE
    do: Literal["report", "end", "heard", "close", "worse", "warning", "more", "need_direction", "request"]
    """`report`: this report says so much of this cell. `end`: this item is cancelled. `heard`: this source, or the
    sender of this item, is heard. `close`: the forum is closed. The others raise."""
    item: str | None = None
    area: str | None = None
    sector: Sector | None = None
    impact: int | None = None
    source: str | None = None
    forum: str | None = None
    level: str | None = None
    """The source's own, of a warning."""
    kind: str | None = None
    number: int | None = None


class FallsAway(BaseModel):
    """What would make a suggestion fall away: all of these, none of them to spare."""

    model_config = _SHAPE
    changes: list[Happening]
    clear_min: int
    """For so many minutes."""


class RaisedBy(BaseModel):
    """What would bring a higher level."""

    model_config = _SHAPE
    rule: str
    level: str
    changes: list[Happening]


class Suggestion(BaseModel):
    """Advice to activate, escalate, step down: people decide. Key = id, computed from rule, area, opening reports."""

    model_config = _SHAPE
    id: str
    act: str
    level: str
    call: bool
    state: SuggestionState
    since: ZTime
    raised_at: ZTime | None = None
    holds_until: ZTime | None = None
    """When a holding one speaks, if nothing changes."""
    reasons: list[Reason]
    seats: list[Seat]
    no_contact: list[str] | None = None
    """Of the seats: actors that no address is registered for, so that somebody must find one."""
    notice: str | None = None
    superseded_by: str | None = None
    acted_by: str | None = None
    reason_text: str | None = None
    """Text key of the reason a person gave."""
    label: Label
    proposed_at: ZTime | None = None
    """When a meeting is proposed; people set it."""
    falls_away_if: FallsAway | None = None
    """The fewest things that would end it; absent where only time does, or more than 40 would be needed."""
    raises_if: list[RaisedBy] | None = None
    """Rules of a higher level that are one step away."""
    forum: str | None = None
    """Forum that was called on it."""
    joined: list[str] | None = None
    """Notices of reasons that joined it after somebody had answered."""
    sealed: dict[str, Sealed] | None = None
    """`raise`, and each act of a person on it -> the picture and the rules at that moment."""


class Signal(BaseModel):
    """A number computed from the picture that rules test. Key = its definition."""

    model_config = _SHAPE
    value: int
    unit: Literal["areas", "percent", "count"]
    areas: list[str] | None = None


class Request(BaseModel):
    """Reports asked for and not yet due. Key = id."""

    model_config = _SHAPE
    id: str
    by: ZTime
    sectors: list[Sector]
    areas: list[str]
    asked_by: str
    asked_at: ZTime
    whom: list[str]
    """Actors asked."""
    state: Literal["open", "due"]
    """`due`: the time has come and somebody has not answered; gone a day later."""
    reminded_at: ZTime | None = None
    """Half the time had passed and somebody had not answered: a line in those actors' forms."""
    missing: list[str] | None = None
    """Who had not answered, at the reminder or at the due time."""
    command: str
