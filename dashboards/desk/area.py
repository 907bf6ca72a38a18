"""One municipality, whole: its thirteen sectors in words, what goes on there, who reports on it and when last.

Pure. In: a scene and a municipality's code. Out: what area.html shows. Worst first; what is not known is not hidden
below what is calm.
"""

from typing import NamedTuple

from markupsafe import Markup

from dashboards.desk.matrix import sentence
from dashboards.drawing.glyphs import cell_signs
from dashboards.telling.happenings import Happening, happenings_of, open_items
from dashboards.telling.scene import Scene, is_loud
from schemas.codec import Json
from schemas.ids import actor_of
from schemas.times import parse
from streams.core.places import affected

SHOWN = 30
"""Happenings listed; the rest are counted."""


class Row(NamedTuple):
    """One sector."""

    sector: str
    name: str
    signs: Markup
    said: str
    limited: bool


class Reporter(NamedTuple):
    """An actor that has the last word on something here."""

    name: str
    cells: int
    """Sectors that rest on its word."""
    when: str
    ago: str


class AreaPage(NamedTuple):
    """A municipality."""

    code: str
    name: str
    people: str
    rows: list[Row]
    going: list[Happening]
    more: int
    reporters: list[Reporter]


def area_page(scene: Scene, area: str) -> AreaPage:
    """The page of a municipality that the region has."""
    region = scene.region
    sectors = sorted(region.sectors, key=lambda s: _rank(scene.cells[area, s]))
    keys = [key for key, item in open_items(scene) if area in affected(item["areas"])]
    about = region.reference["municipalities"][area]
    return AreaPage(
        area,
        region.towns[area],
        scene.words("area.people", n=scene.words.number(about["inhabitants"])),
        [_row(scene, area, sector) for sector in sectors],
        happenings_of(scene, keys[:SHOWN]),
        max(0, len(keys) - SHOWN),
        _reporters(scene, area),
    )


def _rank(cell: Json) -> tuple[int, bool, bool]:
    """Hit cells by how hard, then what ought to be known, then calm ones, then what nobody is asked about."""
    calm = cell["impact"] == 1
    return -int(cell["impact"]) if cell["impact"] > 1 else 0, not is_loud(cell), not calm


def _row(scene: Scene, area: str, sector: str) -> Row:
    cell = scene.cells[area, sector]
    said = sentence(scene, area, sector).partition(": ")[2]
    return Row(sector, scene.region.sectors[sector].name, cell_signs(cell), said, cell.get("limited", False))


def _reporters(scene: Scene, area: str) -> list[Reporter]:
    """Whose word the cells here rest on, the newest first."""
    last: dict[str, str] = {}
    cells: dict[str, set[str]] = {}
    for sector in scene.region.sectors:
        for reason in scene.cells[area, sector].get("reasons", ()):
            owner = actor_of(reason["item"].partition("/")[0]) or reason["owner"]
            last[owner] = max(last.get(owner, ""), reason["reported_at"])
            cells.setdefault(owner, set()).add(sector)
    newest = sorted(last, key=lambda owner: (-parse(last[owner]), owner))
    return [
        Reporter(scene.region.owner(owner), len(cells[owner]), scene.clock(last[owner]), scene.ago(last[owner]))
        for owner in newest
    ]
