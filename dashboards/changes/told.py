"""What became of each thing between two versions, as one viewer may see it, with both of its times.

Pure. In: versions after one, a viewer's eyes. Out: one `Told` a thing; the cells among them as a scene's `hour`; and
cells that were something else for a while and are back.
Next: dashboards/changes/rows.py
"""

from collections.abc import Iterable
from typing import NamedTuple

from dashboards.api.frames import viewed
from dashboards.picture.difference import What, what
from dashboards.picture.ring import Entry
from dashboards.picture.since import net
from dashboards.picture.view import Sight
from dashboards.telling.happenings import state_of
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.times import MINUTE


class Told(NamedTuple):
    """One thing, by its last change against what stood at the beginning."""

    kind: str
    key: str
    what: What
    before: Json | None
    after: Json | None
    version: int
    known: int
    """When its last change became known, ms UTC."""
    happened: int | None
    """When that was said by its source, where it is another minute; ms UTC."""
    late: bool
    """It had been said before the beginning, and nobody knew it then."""


class Back(NamedTuple):
    """A cell that is as it was, and was something else in between."""

    area: str
    sector: str
    worst: int
    """Highest impact in between; 0 where it was one of the greys."""
    first: int
    """Known times of its first and last change, ms UTC."""
    last: int


class Between(NamedTuple):
    """All that happened between two versions."""

    told: list[Told]
    back: list[Back]


def between_versions(entries: list[Entry], sight: Sight, since: int) -> Between:
    """Everything that changed; `since` is the time of the older version, ms UTC."""
    netted = net(entries)
    told = [row for entry in netted for row in _told(entry, sight, since)]
    return Between(told, list(_back(entries)))


def _told(entry: Entry, sight: Sight, since: int) -> Iterable[Told]:
    version = entry.version
    happened = version.happened_at
    apart = happened is not None and happened // MINUTE != version.at // MINUTE
    late = happened is not None and happened < since <= version.at
    for change, before in viewed(entry, sight):
        word = what(change, before)
        yield Told(
            change.kind,
            change.key,
            word,
            before,
            change.value,
            version.number,
            version.at,
            happened if apart else None,
            late or word == What.LEARNED_LATE,
        )


def _back(entries: list[Entry]) -> Iterable[Back]:
    first: dict[str, Json | None] = {}
    was: dict[str, list[tuple[int, Json | None]]] = {}
    for entry in entries:
        for change, before in zip(entry.version.changes, entry.before, strict=True):
            if change.kind == EntityKind.CELL:
                first.setdefault(change.key, before.value)
                was.setdefault(change.key, []).append((entry.version.at, change.value))
    for key, steps in was.items():
        stood = state_of(first[key])
        other = [step for step in steps if state_of(step[1]) != stood]
        if other and state_of(steps[-1][1]) == stood:
            area, _, sector = key.partition("/")
            yield Back(area, sector, max(state_of(cell)[0] for _, cell in other), other[0][0], steps[-1][0])


def cells_of(told: Iterable[Told]) -> dict[tuple[str, str], Json | None]:
    """The cells that changed -> what they were: what `Scene.hour` holds."""
    found = {}
    for row in told:
        if row.kind == EntityKind.CELL:
            area, _, sector = row.key.partition("/")
            found[area, sector] = row.before
    return found
