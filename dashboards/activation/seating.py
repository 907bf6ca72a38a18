"""Whom a suggestion proposes to the table: a row for each reason, municipalities counted, who has no address flagged.

Pure. In: a suggestion as viewed. Out: rows in the order direct, indirect, considered; the caller's own seat first.
Next: dashboards/activation/matters.py
"""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from dashboards.telling.advice import named, seat_reason
from dashboards.telling.scene import Scene
from schemas.codec import Json

HOWS = ("direct", "indirect", "considered")
INVITED = ("direct", "indirect")
"""Those whom a call invites; who is only considered is for people to add."""
LISTED = 6
"""So many names stand in the row itself; municipalities are counted when they are more than one."""


class SeatRow(NamedTuple):
    """Those who sit for the same reason."""

    who: list[str]
    """`26 kommuner`, or their names, a line each."""
    why: str
    flag: str
    """Who of them has no address, in words; empty when each has one, or when nobody at all has."""
    names: list[tuple[str, bool]]
    """(actor, has no address), each of them, when the row does not name them all; else empty."""


class SeatGroup(NamedTuple):
    """Rows of those who are affected in the same way."""

    how: str
    title: str
    rows: list[SeatRow]


class Seating(NamedTuple):
    """The proposed table."""

    invited: int
    """Seats that a call fills."""
    all: int
    no_contact: str
    """Said once when nobody at the table has an address."""
    groups: list[SeatGroup]


def seating(scene: Scene, suggestion: Json) -> Seating:
    """Everybody a suggestion proposes, and why."""
    seats = suggestion["seats"]
    missing = set(suggestion.get("no_contact", ()))
    none = bool(seats) and len(missing) == len(seats)
    flagged = set() if none else missing
    groups = [SeatGroup("caller", scene.words("seats_group.caller"), list(_rows(scene, _callers(seats), flagged)))]
    for how in HOWS:
        mine = [s for s in seats if s["how"] == how and s["reason"] != "always"]
        groups.append(SeatGroup(how, scene.words(f"seats_group.{how}"), list(_rows(scene, mine, flagged))))
    said = scene.words("activation.seats_no_contact_all", n=len(seats)) if none else ""
    invited = sum(s["how"] in INVITED for s in seats)
    return Seating(invited, len(seats), said, [group for group in groups if group.rows])


def _callers(seats: list[Json]) -> list[Json]:
    return [s for s in seats if s["reason"] == "always"]


def _rows(scene: Scene, seats: list[Json], missing: set[str]) -> Iterator[SeatRow]:
    """One row for each reason, in the order the reasons came."""
    order = list(dict.fromkeys(s["reason"] for s in seats))
    ordered = sorted(seats, key=lambda s: order.index(s["reason"]))
    for reason, group in groupby(ordered, key=lambda s: str(s["reason"])):
        actors = [s["actor"] for s in group]
        without = [a for a in actors if a in missing]
        flag = scene.words("activation.seats_without", who=named(scene, without)) if without else ""
        lines = _lines(scene, actors)
        whole = len(lines) == len(actors)
        names = [] if whole else [(scene.region.owner(a), a in missing) for a in actors]
        yield SeatRow(lines, seat_reason(scene, reason), flag, names)


def _lines(scene: Scene, actors: list[str]) -> list[str]:
    towns = [a for a in actors if scene.region.reference["actors"].get(a, {}).get("kind") == "municipality"]
    others = [scene.region.owner(a) for a in actors if a not in towns]
    return [*([named(scene, towns)] if towns else []), *others[:LISTED]]
