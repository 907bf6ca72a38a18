"""A timeline: the worst that was known of each sector at every moment, in how many municipalities; what people did.

Pure. In: the picture at the beginning, the versions after it, a viewer's eyes. Out: lanes, marks, times of versions.
Next: dashboards/timeline/drawing.py
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from dashboards.api.frames import viewed
from dashboards.changes.decided import DECIDED
from dashboards.changes.told import Told
from dashboards.picture.difference import what
from dashboards.picture.ring import Entry
from dashboards.telling.scene import Scene
from dashboards.timeline.window import Window
from schemas.change import EntityKind, Picture
from schemas.codec import Json
from schemas.sectors import SECTORS

MARKED = {
    EntityKind.SUGGESTION: "suggestion",
    EntityKind.NOTICE: "call",
    EntityKind.FORUM: "forum",
    EntityKind.MEETING: "forum",
    EntityKind.JOINT: "joint",
}
"""Kinds that get a mark, and which."""
LANES = 6
"""Sectors drawn; the table has all."""
COLUMNS = 8
"""Moments of the table."""


class Stretch(NamedTuple):
    """A sector as it was for a while."""

    start: int
    end: int
    worst: int
    """Highest impact that was known; 0 where nothing was."""
    areas: int
    """In how many municipalities."""
    unknown: int
    """Cells that ought to have been known and were not."""


class Lane(NamedTuple):
    """One sector through the window, first stretch first, without a hole."""

    sector: str
    stretches: list[Stretch]

    @property
    def rank(self) -> tuple[int, int]:
        """How bad it was at its worst: impact, then municipalities times milliseconds at it."""
        worst = max(s.worst for s in self.stretches)
        return worst, sum(s.areas * (s.end - s.start) for s in self.stretches if s.worst == worst)

    def at(self, t: int) -> Stretch:
        """How it was at a moment of the window."""
        return next((s for s in reversed(self.stretches) if s.start <= t), self.stretches[0])


class Mark(NamedTuple):
    """Something that people did or were told."""

    at: int
    what: str
    """`suggestion`, `call`, `forum`, `joint`."""
    text: str


class _Column:
    """The cells of one sector while versions pass."""

    def __init__(self, picture: Picture, sector: str) -> None:
        cells = picture.get(EntityKind.CELL, {})
        self.sector = sector
        self.cells = {key: cell for key, cell in cells.items() if key.endswith(f"/{sector}")}
        self.stretches: list[Stretch] = []

    def now(self) -> tuple[int, int, int]:
        """Worst, in how many, how many unknown that ought to be known."""
        steps = [cell["impact"] for cell in self.cells.values()]
        worst = max(steps, default=0)
        loud = sum(c.get("unknown", "not_assessed") != "not_assessed" for c in self.cells.values() if not c["impact"])
        return worst, steps.count(worst) if worst else 0, loud

    def close(self, start: int, end: int) -> int:
        """Write down how it was from `start` to `end`, joined with the stretch before where nothing differs."""
        if end <= start:
            return start
        told = self.now()
        last = self.stretches[-1] if self.stretches else None
        if last is not None and last[2:] == told:
            self.stretches[-1] = last._replace(end=end)
        else:
            self.stretches.append(Stretch(start, end, *told))
        return end


def lanes(picture: Picture, entries: Iterable[Entry], shown: Window) -> list[Lane]:
    """Every sector through the window, in the order of sectors. Impacts bear no label: all may see them."""
    columns = {sector: _Column(picture, sector) for sector in SECTORS}
    began = dict.fromkeys(columns, shown.start)
    for entry in entries:
        if entry.version.at > shown.end:
            break
        touched: dict[str, list[tuple[str, Json | None]]] = {}
        for change in entry.version.changes:
            if change.kind == EntityKind.CELL:
                touched.setdefault(change.key.partition("/")[2], []).append((change.key, change.value))
        for sector, cells in touched.items():
            if sector in columns:
                began[sector] = columns[sector].close(began[sector], min(entry.version.at, shown.end))
                _put(columns[sector].cells, cells)
    for sector, column in columns.items():
        column.close(began[sector], shown.end)
    return [Lane(sector, column.stretches) for sector, column in columns.items()]


def _put(held: dict[str, Json], cells: list[tuple[str, Json | None]]) -> None:
    for key, value in cells:
        if value is None:
            held.pop(key, None)
        else:
            held[key] = value


def worst_lanes(all_lanes: list[Lane]) -> list[Lane]:
    """Those that were worst, the worst first; none of those where nothing was the matter."""
    ranked = sorted(all_lanes, key=lambda lane: lane.rank, reverse=True)
    return [lane for lane in ranked[:LANES] if lane.rank[0] > 1]


def marks(scene: Scene, entries: Iterable[Entry], shown: Window) -> list[Mark]:
    """What people did or were told in the window, as this viewer may know it, oldest first."""
    found = []
    for entry in entries:
        if not shown.start <= entry.version.at <= shown.end:
            continue
        for change, before in viewed(entry, scene.sight):
            kind = MARKED.get(EntityKind(change.kind))
            if kind is None or before == change.value:
                continue
            at = entry.version.at
            told = Told(
                change.kind,
                change.key,
                what(change, before),
                before,
                change.value,
                entry.version.number,
                at,
                None,
                False,
            )
            said = DECIDED[EntityKind(change.kind)](scene, told)
            if said is not None:
                found.append(Mark(at, kind, f"{said.title}: {said.word}"))
    return found


def moments(entries: Iterable[Entry], shown: Window, most: int = 600) -> list[int]:
    """When versions were made in the window, each time once; thinned out evenly where there are very many."""
    times = sorted({e.version.at for e in entries if shown.start <= e.version.at <= shown.end})
    stride = -(-len(times) // most) or 1
    return times[::stride]


def table(all_lanes: list[Lane], shown: Window) -> tuple[list[int], Mapping[str, list[Stretch]]]:
    """Moments, and how each sector was at them: the same as the drawing, to be read."""
    apart = (shown.end - shown.start) / (COLUMNS - 1)
    times = [int(shown.start + n * apart) for n in range(COLUMNS)]
    return times, {lane.sector: [lane.at(t) for t in times] for lane in all_lanes}
