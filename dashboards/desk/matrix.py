"""The matrix: 26 municipalities × 13 sectors, each cell a sign and a sentence.

Pure. In: a scene. Out: rows for the template, and each cell's markup, kept while the cell and the day are the same.
"""

from collections.abc import Mapping
from typing import NamedTuple

from markupsafe import Markup

from dashboards.drawing.glyphs import cell_signs, contradicting
from dashboards.telling.scene import Scene
from schemas.codec import Json
from schemas.sectors import Impact

HOT = 3
_LINK = Markup('<a href="{}" aria-label="{}">{}</a>')
_DIM = Markup('<a class="dim"')


class Row(NamedTuple):
    """One municipality."""

    code: str
    name: str
    hot: bool
    """Drawn bold: something is critical, or three sectors are significant or worse."""
    dim: bool = False
    """Nothing of it matches the reader's filter."""


def rows(scene: Scene) -> list[Row]:
    """Municipalities in their fixed order: a row never jumps."""
    found = []
    for code, name in scene.region.towns.items():
        steps = [scene.cells[code, sector]["impact"] for sector in scene.region.sectors]
        hot = max(steps) == Impact.CRITICAL or sum(step >= Impact.SIGNIFICANT for step in steps) >= HOT
        dim = scene.only is not None and not any((code, sector) in scene.only.cells for sector in scene.region.sectors)
        found.append(Row(code, name, hot, dim))
    return found


def cell_id(area: str, sector: str) -> str:
    """Id of a cell's element in the page."""
    return f"c-{area}-{sector}"


def sentence(scene: Scene, area: str, sector: str) -> str:
    """A cell in words: `Stockholm, Vägtrafik: Allvarlig påverkan sedan 10.02, väntas kritisk från 12.00`."""
    words, cell = scene.words, scene.cells[area, sector]
    where = f"{scene.region.towns[area]}, {scene.region.sectors[sector].name}"
    return f"{where}: {', '.join(_said(scene, cell))}" + (f". {words('cell.limited')}" if cell.get("limited") else "")


def _said(scene: Scene, cell: Json) -> list[str]:
    words = scene.words
    if cell["impact"]:
        parts = [words("cell.value", impact=words.impact(cell["impact"]), time=scene.clock(cell["since"]))]
    else:
        parts = [words(f"unknown.{cell['unknown']}")]
        if "last" in cell:
            parts.append(words("cell.last", impact=words.impact_short(cell["last"])))
        if "since" in cell:
            parts.append(words("cell.since", time=scene.clock(cell["since"])))
    other = contradicting(cell)
    if other is not None:
        owner = scene.region.owner(other["owner"])
        parts.append(words("cell.contradicted", owner=owner, impact=words.impact_short(other["impact"])))
    expected = cell.get("expected")
    if expected:
        key = "cell.expected_from" if "from" in expected else "cell.expected"
        time = scene.clock(expected["from"]) if "from" in expected else ""
        parts.append(words(key, impact=words.impact_short(expected["impact"]), time=time))
    return parts


class Cells:
    """Markup of cells, made again only for those that changed."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Json, str, Markup]] = {}

    def markup(self, scene: Scene, root: str) -> Mapping[str, Markup]:
        """Element id -> inner markup, for every cell."""
        day = scene.words.date(scene.now, scene.now)
        for (area, sector), cell in scene.cells.items():
            name = cell_id(area, sector)
            kept = self._kept.get(name)
            if kept is None or kept[0] is not cell or kept[1] != day:
                said = sentence(scene, area, sector)
                made = _LINK.format(f"{root}/cell/{area}/{sector}", said, cell_signs(cell))
                self._kept[name] = (cell, day, made)
        shown = {name: kept[2] for name, kept in self._kept.items()}
        if scene.only is None:
            return shown
        dim = {cell_id(*place) for place in scene.cells.keys() - scene.only.cells}
        return {name: _DIM + made[2:] if name in dim else made for name, made in shown.items()}
