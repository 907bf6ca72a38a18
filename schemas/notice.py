"""Notices as a room sees them: what each channel has done, who answered, who was handed which duty.

Persons stand by the alias of the duty plan, channels by name: no address is ever in a picture.
Next: schemas/picture.py
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from schemas.forum import Sealed
from schemas.picture import ZTime

_SHAPE = ConfigDict(extra="forbid", frozen=True)


class Channel(BaseModel):
    """What one channel has done of a notice; named by channel and role, never by address."""

    model_config = _SHAPE
    attempts: int
    delivered_at: ZTime | None = None
    """First time it took one."""
    last_error: str | None = None
    """Why it did not take the newest one."""
    to: str | None = None
    """Who was on duty when it was sent: the alias of the duty plan."""


class OnDuty(BaseModel):
    """Who was given a duty by hand, as a notice says it."""

    model_config = _SHAPE
    person: str
    since: ZTime
    until: ZTime | None = None


class Notice(BaseModel):
    """A message to the county board. Key = id. A *call* asks the duty officer to acknowledge."""

    model_config = _SHAPE
    id: str
    suggestion: str
    call: bool
    level: str
    state: Literal["open", "acknowledged", "gone"]
    opened_at: ZTime
    acknowledged_at: ZTime | None = None
    acknowledged_by: str | None = None
    on_behalf_of: str | None = None
    via: str | None = None
    attempts: int
    """Deliveries tried."""
    delivered_at: ZTime | None = None
    """First one the receiver took."""
    last_error: str | None = None
    """Of the newest attempt, while no channel works."""
    channels: dict[str, Channel] = {}
    """What each channel has done."""
    reminds: str | None = None
    """Notice that this reminds of: acknowledged, but nothing has been decided."""
    joins: str | None = None
    """`<rule>|<subject>` of a reason that joined a suggestion which had been answered already."""
    seen_at: ZTime | None = None
    """When the reminded one was acknowledged."""
    duty: dict[str, OnDuty] = {}
    """Role -> who has it by hand-over; a role that is not here is as the duty plan says."""
    opened_version: int
    """Version that cites the picture it was raised on."""


class LeftOpen(BaseModel):
    """Something open when a duty was handed over."""

    model_config = _SHAPE
    kind: str
    id: str
    state: str


class Duty(BaseModel):
    """Who was given a duty by hand. Key = the role; persons by the alias of the duty plan."""

    model_config = _SHAPE
    id: str
    person: str
    since: ZTime
    handed_over_by: str
    sealed: Sealed
    """The picture at that moment, and what the one who handed over had seen."""
    matters: list[LeftOpen]
    until: ZTime | None = None
