"""What a room's drawing costs the server, in memory: one version more, the desk and the wall drawn again.

In: how many items are open. Out: milliseconds of processor time a drawing, from the version's coming to all parts.
"""

import time
from statistics import median
from typing import Any

from bench.fold import SPACE, STEP_MS, begun
from bench.workload import REFERENCE, Intake, Storm
from dashboards.access import anyone
from dashboards.desk.matrix import Cells
from dashboards.desk.parts import Stand
from dashboards.desk.parts import draw as desk
from dashboards.drawing.map import load_drawing
from dashboards.drawing.paint import Paint
from dashboards.picture.chain import Chain, Head
from dashboards.picture.texts import Text
from dashboards.picture.view import Place, Sight
from dashboards.telling.kept import Kept
from dashboards.telling.scene import Region
from dashboards.wall.rows import draw as wall
from schemas.record import decode
from schemas.sectors import Label
from streams.feeds import titles
from streams.reference import load_sectors
from streams.settings import Settings
from streams.words import load_words

DRAWINGS = 200
PROBED = 500
"""Identities that the versions are about, however many stand open beside them."""


def run(open_items: int, drawings: int = DRAWINGS) -> dict[str, Any]:
    """Medians over so many versions, one drawing of each room a version."""
    storm, intake = Storm(open_items, step_ms=STEP_MS), Intake(SPACE)
    fold = begun(storm.at)
    newest = [v for sent in storm.opening() for v in fold.take(decode(intake.log(sent, storm.at))).versions][-1]
    picture = {kind: dict(entities) for kind, entities in fold.state.picture.items()}
    chain = Chain(picture, Head(newest.number, newest.hash, newest.at))
    region, drawing, paint, cells = _region(), load_drawing(Settings().region_folder), Paint(load_words()), Cells()
    sight = Sight(chain.picture, anyone(exercise=True), lambda key: Text(key, Label.OPEN))
    kept, stand = Kept(chain, sight, region), Stand(may_advise=True, may_forum=True, exercise=True, root="")
    took: dict[str, list[float]] = {"scene": [], "desk": [], "wall": []}
    for sent in storm.probing(PROBED, STEP_MS).mixed(drawings):
        for version in fold.take(decode(intake.log(sent, storm.at))).versions:
            chain.advance(version)
        began = time.thread_time()
        scene = kept.scene(region, sight, now=storm.at, heard={}, receiver=True)
        shown = time.thread_time()
        desk(scene, stand, drawing, cells, paint)
        drawn = time.thread_time()
        wall(scene, drawing, paint)
        for name, seconds in (("scene", shown - began), ("desk", drawn - shown), ("wall", time.thread_time() - drawn)):
            took[name].append(seconds)
    return {f"{name}_ms": round(1000 * median(times), 2) for name, times in took.items()}


def _region() -> Region:
    folder = Settings().region_folder
    towns = {code: about["name"] for code, about in REFERENCE["municipalities"].items()}
    actors = {actor: about["name"] for actor, about in REFERENCE["actors"].items()}
    sectors = {sector.code: sector for sector in load_sectors(folder)}
    return Region(Place(SPACE, "01", True, towns), sectors, actors, titles(folder), REFERENCE, load_words())
