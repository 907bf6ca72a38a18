"""Rows of `/changes`: grouped by what became of things, newest first in each group, what went alike in one row.

Pure. In: a scene whose `hour` is what changed since the beginning, what was told, a filter. Out: rows for the template.
Next: dashboards/changes/cells.py, dashboards/changes/matters.py
"""

from enum import StrEnum
from typing import NamedTuple

from dashboards.picture.difference import What
from schemas.codec import Json


class Group(StrEnum):
    """Groups in the order of the page."""

    WORSE = "worse"
    NEW = "new"
    BETTER = "better"
    SILENT = "silent"
    GONE = "gone"
    LATE = "late"
    DECIDED = "decided"
    UPDATED = "updated"
    BACK = "back"


OF_WHAT = {
    What.WORSE: Group.WORSE,
    What.NEW: Group.NEW,
    What.BETTER: Group.BETTER,
    What.GONE_SILENT: Group.SILENT,
    What.WITHDRAWN: Group.GONE,
    What.EXPIRED: Group.GONE,
    What.LEARNED_LATE: Group.LATE,
    What.UPDATED: Group.UPDATED,
}


class Touches(NamedTuple):
    """What a row is about, for the filter."""

    sectors: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    actors: frozenset[str] = frozenset()


class Filter(NamedTuple):
    """What a reader wants to see; empty is everything."""

    sector: str = ""
    area: str = ""
    actor: str = ""

    def wants(self, touches: Touches) -> bool:
        """True if the row is about what was asked for."""
        pairs = zip(self, touches, strict=True)
        return all(not one or one in some for one, some in pairs)


class Each(NamedTuple):
    """One cell of a row that joins several."""

    name: str
    href: str
    before: Json | None
    after: Json | None
    when: str
    known: str
    """The same as RFC 3339."""
    owner: str


class Row(NamedTuple):
    """One line."""

    id: str
    """What it is about: stays the same from one look to the next."""
    group: Group
    known: int
    """When it became known, ms UTC; of several, the last."""
    when: str
    happened: str
    """When it was said by its source, in words; empty where that is the same minute."""
    before: Json | None
    """Cell, or what is enough of one to draw its sign; None where nothing is to be drawn."""
    after: Json | None
    sign: str
    """Sign of an item; empty for everything else."""
    word: str
    title: str
    where: str
    owner: str
    href: str
    """Address below the root; empty where there is no page of it."""
    late: bool
    touches: Touches
    each: tuple[Each, ...] = ()


class Grouped(NamedTuple):
    """One group of a page."""

    group: Group
    total: int
    """Rows in the whole group, on every page."""
    rows: list[Row]
    goes_on: bool
    """True where the group began on an earlier page."""


class Page(NamedTuple):
    """A page of rows."""

    groups: list[Grouped]
    counts: list[tuple[Group, int, int]]
    """(group, rows, number of the page that it begins on) of all groups that have rows."""
    total: int
    number: int
    last: int


A_PAGE = 50


def in_order(rows: list[Row]) -> list[Row]:
    """By group, newest first in each."""
    order = list(Group)
    return sorted(rows, key=lambda row: (order.index(row.group), -row.known, row.title))


def page_of(rows: list[Row], number: int) -> Page:
    """Page `number`, from 1; the last one where there are not so many."""
    rows = in_order(rows)
    last = max(1, -(-len(rows) // A_PAGE))
    number = min(max(1, number), last)
    shown = range((number - 1) * A_PAGE, min(number * A_PAGE, len(rows)))
    groups, counts, begins = [], [], 0
    for group in Group:
        mine = [row for row in rows if row.group == group]
        here = [row for n, row in enumerate(mine, begins) if n in shown]
        if here:
            groups.append(Grouped(group, len(mine), here, begins < shown.start))
        if mine:
            counts.append((group, len(mine), begins // A_PAGE + 1))
        begins += len(mine)
    return Page(groups, counts, len(rows), number, last)
