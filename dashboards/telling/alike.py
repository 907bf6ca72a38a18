"""Cells that have come to the same, joined in one row: the sheet's and `/changes`' way of saying 24 things once.

Pure. In: a scene whose `hour` holds what changed and what it was before. Out: one `Alike` for each sector and value
come to, whoever said it and when.
Next: dashboards/changes/cells.py, dashboards/sheet/changed.py
"""

from typing import NamedTuple

from dashboards.picture.difference import What, what
from dashboards.telling.happenings import is_calm_news, state_of
from dashboards.telling.scene import Scene
from schemas.change import Change, EntityKind
from schemas.codec import Json
from schemas.times import parse


class Alike(NamedTuple):
    """What cells have in common that are one row."""

    what: What
    sector: str
    impact: int
    """Where they have come to; 0 where it is one of the greys."""
    unknown: str
    """Which grey; empty where an impact is known."""
    areas: tuple[str, ...]
    was: int
    """The impact that all of them had before; 0 where it differs or was not known."""
    owners: tuple[str, ...]
    """Actors whose reports set them now, each once."""
    first: int
    """When the first of them came to it, ms UTC ..."""
    last: int
    """... and the last."""


def alike(scene: Scene) -> list[Alike]:
    """Changed cells joined, in no order; what only became known to be as usual is left out."""
    found: dict[tuple[What, str, int, str], list[str]] = {}
    for (area, sector), before in scene.hour.items():
        cell = scene.cells[area, sector]
        if "since" in cell and state_of(before) != state_of(cell) and not is_calm_news(before, cell):
            word = what(Change(EntityKind.CELL, "", cell), before)
            found.setdefault((word, sector, cell["impact"], cell.get("unknown", "")), []).append(area)
    return [_alike(scene, *same, areas) for same, areas in found.items()]


def _alike(scene: Scene, word: What, sector: str, impact: int, unknown: str, areas: list[str]) -> Alike:
    cells = [scene.cells[area, sector] for area in areas]
    times = [parse(cell["since"]) for cell in cells]
    were = {_impact(scene.hour[area, sector]) for area in areas}
    owners = dict.fromkeys(reason["owner"] for cell in cells for reason in cell["reasons"][:1])
    was = were.pop() if len(were) == 1 else 0
    return Alike(word, sector, impact, unknown, tuple(areas), was, tuple(owners), min(times), max(times))


def _impact(before: Json | None) -> int:
    return 0 if before is None else int(before["impact"])


def between(scene: Scene, first: int, last: int) -> str:
    """`07.01`, or `07.01–07.15` where it took some time."""
    words = scene.words
    begin, end = words.when(first, scene.now), words.when(last, scene.now)
    if begin == end:
        return begin
    same_day = words.date(first, scene.now) == words.date(last, scene.now)
    return f"{begin}–{words.clock(last) if same_day else end}"
