"""Numbers with their scope (owner, area, time): how many at least are known to be without something.

In: one item that changed. Out: what it brings to `counts|<kind>`. A list's own rows about different outages are added;
numbers of different lists, and an actor's own, are added only where their areas do not overlap. Of a range its upper
end counts: it may not look calmer than it is.
Next: streams/core/judging.py
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.rule_tests import CountsTest
from schemas.sectors import OPEN_STATES, ItemState
from schemas.times import parse, z
from streams.core.measured import FALSE, Measured, Verdict, member, seldom
from streams.core.places import about, only_beside
from streams.core.state import Item
from streams.core.step import Step

COUNTS = "counts"
PER_HOUSEHOLD = 22
"""Tenths of an inhabitant a household: a proposal of this project, where an owner does not tell its customers."""


class Scoped(NamedTuple):
    """One number and what it is about."""

    number: int
    item: str
    owner: str
    row: bool
    """A row of a feed's list, beside which the list's other rows are other outages."""
    areas: frozenset[str]
    ends: int


def count_counts(step: Step, key: str) -> None:
    """What one item brings to the measures of its kinds of number."""
    entity, item = step.entity(EntityKind.ITEM, key), step.state.items.get(key)
    found: dict[str, list[Json]] = {}
    began = item is not None and item.counts and item.state in OPEN_STATES and item.state != ItemState.NOT_BEGUN
    if began and entity is not None and item is not None and entity["native"].get("planned") != "true":
        for count in entity.get("counts", ()):
            if "areas" in count or not only_beside(entity):
                found.setdefault(count["kind"], []).append(_brought(count, entity, item))
    for kind in sorted({*found, *_kinds_of(step, key)}):
        if member(step, f"{COUNTS}|{kind}", key, {"told": found[kind]} if kind in found else None):
            seldom(step, COUNTS)


def _kinds_of(step: Step, key: str) -> list[str]:
    """Kinds of number the item has told until now."""
    names = (name for name in step.state.members if name.startswith(f"{COUNTS}|"))
    return [name.partition("|")[2] for name in names if key in step.state.members[name]]


def _brought(count: Json, entity: Json, item: Item) -> Json:
    owner = count.get("owner") or entity["source"].removeprefix("actor.")
    brings: Json = {"number": count["high"], "owner": owner, "areas": sorted(count.get("areas") or about(entity))}
    ends = parse(entity["promised"]) if "promised" in entity else item.ends
    if ends is not None:
        brings |= {"lasts": ends - _began(entity, item), "ends": ends}
    return brings


def _began(entity: Json, item: Item) -> int:
    """When it began: its onset, else when its first promise was told."""
    if item.onset is not None:
        return item.onset
    told = entity.get("promises")
    return parse(told[0]["sent"]) if told else item.sent


def judge_counts(step: Step, test: CountsTest) -> Verdict:
    """Enough in the county, or in one municipality."""
    scoped = largest_first(s for kind in test.kinds for s in told(step, f"{COUNTS}|{kind}", test.lasting))
    hit = set[Scoped]()
    whole = added(scoped)
    if test.at_least is not None and sum(s.number for s in whole) >= test.at_least:
        hit.update(whole)
    if test.percent is not None:
        for areas in sorted({s.areas for s in scoped if s.areas}, key=sorted):
            inside = added([s for s in scoped if s.areas and s.areas <= areas])
            if sum(s.number for s in inside) * 100 >= test.percent * _households(step, areas):
                hit.update(inside)
    if not hit:
        return FALSE
    number = sum(s.number for s in added(largest_first(hit)))
    ends = max(s.ends for s in hit)
    params = [("count", str(number)), ("by", "+".join(sorted({s.owner for s in hit})))]
    params += [("ends", z(ends))] if ends else []
    touched = tuple(sorted({a for s in hit for a in s.areas}))
    return Verdict(true=True, on=Measured(touched, tuple(sorted({s.item for s in hit})), number, tuple(params)))


def largest_first(scoped: Iterable[Scoped]) -> list[Scoped]:
    """In the one order in which numbers are added."""
    return sorted(scoped, key=lambda s: (-s.number, s.item, s.owner, sorted(s.areas)))


def told(step: Step, name: str, lasting: int = 0) -> Iterator[Scoped]:
    """Every number of one measure that stands, of items expected to last so long."""
    inside, county = set(step.state.reference.municipalities), step.state.reference.county
    for key, brings in step.state.members.get(name, {}).items():
        for one in brings["told"]:
            if one["number"] > 0 and one.get("lasts", 0) >= lasting:
                areas = inside if county in one["areas"] else inside.intersection(one["areas"])
                row = not key.startswith("actor.")
                yield Scoped(one["number"], key, one["owner"], row, frozenset(areas), one.get("ends", 0))


def added(scoped: Iterable[Scoped]) -> list[Scoped]:
    """Numbers that may be added, largest first: none overlaps another, unless both are rows of one owner's list."""
    taken: list[Scoped] = []
    for new in scoped:
        if not any(_overlap(new, old) for old in taken):
            taken.append(new)
    return taken


def _overlap(a: Scoped, b: Scoped) -> bool:
    same_list = a.row and b.row and a.owner == b.owner and a.item.partition("/")[0] == b.item.partition("/")[0]
    apart = same_list and a.item != b.item
    return not apart and (not a.areas or not b.areas or not a.areas.isdisjoint(b.areas))


def _households(step: Step, areas: frozenset[str]) -> int:
    return step.state.reference.people(areas) * 10 // PER_HOUSEHOLD
