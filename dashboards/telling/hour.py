"""What the cells were before the last hour, kept up version by version.

Pure. In: versions with what each overwrote. Out: cells that changed in the last hour -> what they were before it.
Next: dashboards/telling/happenings.py (`shifts`)
"""

from collections import deque
from collections.abc import Mapping
from typing import NamedTuple

from dashboards.picture.ring import Entry
from dashboards.picture.view import Sight
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.times import HOUR, parse

Cell = tuple[str, str]
"""(municipality, sector)"""


class _Was(NamedTuple):
    """What a version overwrote."""

    version: int
    at: int
    value: Json | None


class LastHour:
    """Cells as they were before each change of the last hour; the one that changed last comes first."""

    def __init__(self) -> None:
        self._was: dict[Cell, deque[_Was]] = {}
        self._viewed: dict[Cell, tuple[Json, Json | None]] = {}

    def take(self, entry: Entry) -> None:
        """Note what a version overwrote."""
        for old in reversed(entry.before):
            if old.kind == EntityKind.CELL:
                area, _, sector = old.key.partition("/")
                held = self._was.pop((area, sector), None)
                self._was[area, sector] = deque() if held is None else held
                self._was[area, sector].append(_Was(entry.version.number, entry.version.at, old.value))

    def look_again(self) -> None:
        """Something came into sight, or went out of it: what was viewed before says nothing any more."""
        self._viewed.clear()

    def before(self, cells: Mapping[Cell, Json], sight: Sight, now: int, oldest: int) -> dict[Cell, Json | None]:
        """Cells changed in the last hour -> what they were before: as seen, else from what the cell says.

        Args:
            cells: all cells as viewed now.
            sight: through whose eyes.
            now: space time, ms UTC.
            oldest: number of the oldest version that is held anywhere: no server remembers more than another.
        """
        self._forget(now - HOUR, oldest)
        found = {
            place: self._view(sight, place, was[0].value)
            for place, was in reversed(self._was.items())
            if place in cells
        }
        for place, cell in cells.items():
            if place not in found and "since" in cell and parse(cell["since"]) >= now - HOUR:
                found[place] = _before_trend(cell)
        return found

    def _forget(self, since: int, oldest: int) -> None:
        for place, was in list(self._was.items()):
            while was and (was[0].at < since or was[0].version < oldest):
                was.popleft()
            if not was:
                del self._was[place]

    def _view(self, sight: Sight, place: Cell, raw: Json | None) -> Json | None:
        if raw is None:
            return None
        held = self._viewed.get(place)
        if held is None or held[0] is not raw:
            held = self._viewed[place] = raw, sight.of(EntityKind.CELL, raw)
        return held[1]


def _before_trend(cell: Json) -> Json | None:
    """What the trend says of the value before; this server was not there to see it."""
    step = {"worse": -1, "better": 1}.get(cell["trend"], 0)
    return {"impact": cell["impact"] + step} if step and cell["impact"] else None
