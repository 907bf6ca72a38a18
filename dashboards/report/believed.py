"""What the region believes about an actor: the cells it is entitled to, whose word each rests on, its objections.

Pure. In: a scene, an actor. Out: rows of cells that look alike, others' word and the worst first.
"""

from typing import NamedTuple

from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.sectors import Unknown

ROWS = 12
"""Rows before the rest are folded away."""


class Objection(NamedTuple):
    """What the actor does not agree with."""

    cell: str
    place: str
    text: str


class Belief(NamedTuple):
    """Cells of one sector with the same value from the same owners."""

    sector: str
    name: str
    cell: Json
    """One of them, to draw its value."""
    word: str
    places: str
    cells: tuple[tuple[str, str], ...]
    """(cell key, municipality), to object to."""
    owners: str
    when: str
    """When it was told, the newest."""
    own: bool
    """It rests on the actor's own word alone."""
    objections: tuple[Objection, ...]


def believed(scene: Scene, actor: str) -> list[Belief]:
    """Rows for every cell that the actor may report on and that somebody has said something about."""
    about = scene.region.reference["actors"][actor]
    inside = [c for c in scene.region.towns if c in about["areas"] or scene.region.place.region in about["areas"]]
    groups: dict[tuple[object, ...], list[str]] = {}
    for sector in about["sectors"]:
        for area in inside:
            cell = scene.cells[area, sector]
            if _says(cell):
                owners = tuple(sorted({reason["owner"] for reason in cell["reasons"]}))
                value = (cell["impact"], cell.get("unknown"), cell.get("last"), bool(cell.get("contradiction")))
                groups.setdefault((sector, *value, owners), []).append(area)
    objections = {o["cell"]: o for _, o in scene.entities(EntityKind.OBJECTION) if o["actor"] == actor}
    rows = [_row(scene, actor, str(key[0]), areas, objections) for key, areas in groups.items()]
    rows.sort(key=lambda r: (not r.objections, r.own, -(r.cell["impact"] or r.cell.get("last", 0)), r.name, r.places))
    return rows


def _says(cell: Json) -> bool:
    return bool(cell.get("reasons")) or cell.get("unknown", Unknown.NOT_ASSESSED) != Unknown.NOT_ASSESSED


def _row(scene: Scene, actor: str, sector: str, areas: list[str], objections: dict[str, Json]) -> Belief:
    words, towns, cell = scene.words, scene.region.towns, scene.cells[areas[0], sector]
    owners = sorted({reason["owner"] for reason in cell["reasons"]}, key=lambda o: (o == actor, scene.region.owner(o)))
    times = [
        t for a in areas if (t := scene.cells[a, sector].get("reported_at") or scene.cells[a, sector].get("since"))
    ]
    keys = [(f"{area}/{sector}", towns[area]) for area in areas]
    named = [words("believed.you") if owner == actor else scene.region.owner(owner) for owner in owners]
    return Belief(
        sector,
        scene.region.sectors[sector].short,
        cell,
        words.impact(cell["impact"]) if cell["impact"] else words(f"unknown.{cell['unknown']}"),
        words.places(areas, towns),
        tuple(keys),
        words.few(named) if named else words("believed.nobody"),
        scene.clock(max(times)) if times else "",
        owners == [actor],
        tuple(_objection(scene, key, place, objections[key]) for key, place in keys if key in objections),
    )


def _objection(scene: Scene, key: str, place: str, objection: Json) -> Objection:
    why = objection.get("texts", {}).get("reason", "")
    return Objection(key, place, scene.words("believed.objected", time=scene.clock(objection["at"]), why=why))
