"""The scene of a sheet: a picture at one version through one viewer's eyes, with what an older picture said.

Pure. The moment is a parameter and nothing that the version does not hold is read, so that a sheet of a cited version
is the same whenever it is made. Next: dashboards/sheet/content.py
"""

from typing import Literal, NamedTuple

from dashboards.picture.chain import Head
from dashboards.picture.view import Sight, cells_of
from dashboards.telling.going import Going
from dashboards.telling.scene import Region, Scene
from schemas.change import EntityKind, Picture
from schemas.codec import Json


class Since(NamedTuple):
    """What the sheet counts changes from."""

    picture: Picture
    version: int
    at: int
    """Space time, ms UTC."""
    why: Literal["meeting", "called", "time"] = "time"
    """The forum's last meeting; its call, before it has met; a length of time."""
    meeting: int = 0
    """Number of that meeting."""


def scene_of(region: Region, sight: Sight, head: Head, since: Since | None, now: int) -> Scene:
    """A scene whose `hour` is what has changed since then instead of in the last hour."""
    cells = cells_of(sight, region.towns)
    changed: dict[tuple[str, str], Json | None] = {}
    if since is not None:
        old = sight._replace(picture=since.picture)
        for place, cell in cells.items():
            before = old.shown(EntityKind.CELL, f"{place[0]}/{place[1]}")
            if before != (cell if "since" in cell else None):
                changed[place] = before
    return Scene(region, sight, head, now, cells, changed, {}, receiver=True, going=Going(sight))
