"""A page's data made of a real fold, without Kafka and without a server."""

from support.world import FOLDER, REFERENCE, T0, World

from dashboards.access import Viewer, anyone
from dashboards.picture.chain import beginning
from dashboards.picture.ring import Ring
from dashboards.picture.texts import Text
from dashboards.picture.view import Place, Sight
from dashboards.telling.kept import Kept
from dashboards.telling.scene import Region, Scene
from schemas.sectors import Label
from schemas.times import MINUTE
from streams.feeds import titles
from streams.reference import load_sectors
from streams.words import load_words

TOWNS = {code: about["name"] for code, about in REFERENCE["municipalities"].items()}
REGION = Region(
    Place("ovning-world", "01", True, dict(sorted(TOWNS.items(), key=lambda row: row[1]))),
    {s.code: s for s in load_sectors(FOLDER)},
    {actor: about["name"] for actor, about in REFERENCE["actors"].items()},
    titles(FOLDER),
    REFERENCE,
    load_words(),
)


def scene_of(
    world: World, minute: float, viewer: Viewer | None = None, *, receiver: bool = True, heard: dict | None = None
) -> Scene:
    """What a viewer sees at T + minute; a text's words are its key, so that tests can name them."""
    chain = beginning("ovning-world", "01")
    for version in world.versions:
        chain.advance(version)
    sight = Sight(chain.picture, viewer or anyone(exercise=True), lambda key: Text(key, Label.OPEN))
    now = T0 + int(minute * MINUTE)
    return Kept(chain, sight, REGION).scene(REGION, sight, now=now, heard=heard or {}, receiver=receiver)


def ring_of(world: World, *, oldest: int = 0) -> Ring:
    """The versions that a server holds which has followed from the beginning, or only from a version on."""
    chain, ring = beginning("ovning-world", "01"), Ring()
    for version in world.versions:
        chain.advance(version)
    for entry in chain.ring.after(max(0, oldest - 1)) or []:
        ring.add(entry)
    return ring
