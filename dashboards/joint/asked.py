"""Reports that are asked for: who, of what, by when, and what has come since.

Pure. In: a scene. Out: requests, the newest first; and what a new one may ask.
"""

from typing import NamedTuple

from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.ids import actor_of
from schemas.sectors import Impact, Kind
from schemas.times import parse


class Asked(NamedTuple):
    """One request."""

    key: str
    sectors: str
    areas: str
    by: str
    """When it is due, and how far off that is."""
    due: bool
    asked: str
    """By whom and when."""
    answered: list[str]
    missing: list[str]
    cells: int
    """Cells that it is about ..."""
    known: int
    """... and how many of them have a fresh value."""


def asked(scene: Scene) -> list[Asked]:
    """Every request that stands, the newest first."""
    rows = sorted(scene.entities(EntityKind.REQUEST), key=lambda row: row[1]["asked_at"], reverse=True)
    return [_asked(scene, key, request) for key, request in rows]


def _asked(scene: Scene, key: str, request: Json) -> Asked:
    words, region = scene.words, scene.region
    heard = _heard(scene, request)
    cells = [scene.cells[a, s] for a in request["areas"] for s in request["sectors"] if (a, s) in scene.cells]
    return Asked(
        key,
        words.listing([region.sectors[s].short for s in request["sectors"]])
        if len(request["sectors"]) < len(region.sectors)
        else words("requests.all_sectors"),
        words.places(request["areas"], region.towns, shown=4),
        f"{scene.clock(request['by'])}, {scene.ago(request['by'])}",
        parse(request["by"]) <= scene.now,
        words("requests.asked", who=region.owner(request["asked_by"]), time=scene.clock(request["asked_at"])),
        [region.owner(actor) for actor in request["whom"] if actor in heard],
        [region.owner(actor) for actor in request["whom"] if actor not in heard],
        len(cells),
        sum(bool(cell["impact"]) for cell in cells),
    )


def _heard(scene: Scene, request: Json) -> set[str]:
    """Actors whose reports on any of it have come since it was asked, as far as the viewer may see them."""
    found = set()
    for _, item in scene.entities(EntityKind.ITEM):
        actor = actor_of(item["source"])
        if actor is None or item["kind"] != Kind.SITUATION or item["known_at"] < request["asked_at"]:
            continue
        if any(_about(line, request) for line in item.get("impacts") or ()):
            found.add(str(actor))
    return found


def _about(line: Json, request: Json) -> bool:
    return line["sector"] in request["sectors"] and not set(line["areas"]).isdisjoint(request["areas"])


def hit(scene: Scene) -> list[str]:
    """Municipalities where something is significant or worse: the first guess of whom to ask."""
    return [
        area
        for area in scene.region.towns
        if any(scene.cells[area, sector]["impact"] >= Impact.SIGNIFICANT for sector in scene.region.sectors)
    ]
