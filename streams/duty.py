"""The duty plan: who is called, in which order, and who is on duty now.

In: `duty.toml` of the region, the hand-overs that a notice tells, a time. Out: a person by alias, never an address.
Next: streams/channels.py
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, NamedTuple, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, NaiveDatetime, model_validator

from schemas.codec import Json
from schemas.command import Alias
from schemas.times import from_datetime, parse, to_datetime
from streams.errors import RegionDataError
from streams.region_files import read

ZONE = ZoneInfo("Europe/Stockholm")
_STRICT = ConfigDict(extra="forbid", frozen=True)
_Name = Annotated[str, Field(min_length=1, max_length=100)]


class Role(BaseModel):
    """A duty, and when on the ladder it is called."""

    model_config = _STRICT
    name: _Name
    short: _Name
    """To be read aloud and on a button."""
    after_s: Annotated[int, Field(ge=0, le=86_400)]
    """Wall seconds after the first attempt; 0 = at once."""


class Rota(BaseModel):
    """Each person in turn has the duty for so many days."""

    model_config = _STRICT
    role: Alias
    people: Annotated[list[Alias], Field(min_length=1)]
    first: NaiveDatetime
    """Local time at which the first one's first turn began."""
    days: Annotated[int, Field(ge=1, le=366)]


class Swap(BaseModel):
    """One time when it is otherwise. Local times."""

    model_config = _STRICT
    role: Alias
    person: Alias
    begins: NaiveDatetime
    ends: NaiveDatetime


class Shift(NamedTuple):
    """Whose turn it is by the plan, and until when, ms UTC."""

    person: str
    ends: int


class Turn(NamedTuple):
    """Who has a duty, until when, and whether by hand-over."""

    person: str
    ends: int | None
    by_hand: bool


class DutyPlan(BaseModel):
    """duty.toml, whole."""

    model_config = _STRICT
    link_valid_s: Annotated[int, Field(ge=60, le=604_800)]
    roles: Annotated[dict[Alias, Role], Field(min_length=1)]
    rota: list[Rota] = []
    swap: list[Swap] = []

    @model_validator(mode="after")
    def _whole(self) -> Self:
        named = [rota.role for rota in self.rota] + [swap.role for swap in self.swap]
        faults = [f"no role {role!r}" for role in named if role not in self.roles]
        faults += [f"role {role!r} has no rota" for role in self.roles if role not in {r.role for r in self.rota}]
        if min(role.after_s for role in self.roles.values()) > 0:
            faults.append("some role must be called at once: after_s = 0")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @property
    def people(self) -> frozenset[str]:
        """Every person of the plan."""
        return frozenset({p for rota in self.rota for p in rota.people} | {swap.person for swap in self.swap})

    @property
    def first(self) -> str:
        """The role that is called first."""
        return min(self.roles, key=lambda role: self.roles[role].after_s)

    def shift(self, role: str, at: int) -> Shift | None:
        """Whose turn it is by swap or rota; None before the rota's first turn."""
        local = to_datetime(at).astimezone(ZONE).replace(tzinfo=None)
        for swap in self.swap:
            if swap.role == role and swap.begins <= local < swap.ends:
                return Shift(swap.person, _utc(swap.ends))
        for rota in self.rota:
            if rota.role == role and local >= rota.first:
                turn = (local - rota.first) // timedelta(days=rota.days)
                ends = rota.first + (turn + 1) * timedelta(days=rota.days)
                later = [s.begins for s in self.swap if s.role == role and local < s.begins < ends]
                return Shift(rota.people[turn % len(rota.people)], _utc(min([ends, *later])))
        return None

    def turn(self, role: str, at: int, handed: Mapping[str, Json]) -> Turn | None:
        """Who has the duty: by hand-over while that holds, else by the plan.

        A hand-over holds until its `until`, else until the shift ends in which it was made; one to a person that the
        plan does not have never silences the ladder.
        """
        given = handed.get(role)
        if given is not None and given["person"] in self.people:
            shift = self.shift(role, parse(given["since"]))
            until = parse(given["until"]) if "until" in given else shift.ends if shift else None
            if until is None or at < until:
                return Turn(str(given["person"]), until, by_hand=True)
        turn = self.shift(role, at)
        return None if turn is None else Turn(turn.person, turn.ends, by_hand=False)

    def on_duty(self, role: str, at: int, handed: Mapping[str, Json]) -> str | None:
        """Alias of who has the duty."""
        turn = self.turn(role, at, handed)
        return None if turn is None else turn.person


def load_duty(folder: Path) -> DutyPlan:
    """Plan of a region's folder. RegionDataError naming every fault."""
    faults: list[str] = []
    plan = read(folder / "duty.toml", DutyPlan, faults)
    if plan is None:
        raise RegionDataError(f"{folder}: mend {len(faults)} fault(s): {'; '.join(faults)}")
    return plan


def _utc(local: datetime) -> int:
    return from_datetime(local.replace(tzinfo=ZONE))
