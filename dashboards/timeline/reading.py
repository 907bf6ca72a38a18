"""Out of the running server: the pictures and versions that a window of time needs, as far back as they are kept.

In: a window, a viewer. Out: the scene of its moment, the versions of its hours, what was learned later.
Next: dashboards/picture/past.py, dashboards/timeline/lanes.py, dashboards/timeline/later.py
"""

from typing import NamedTuple

from dashboards.access import Viewer
from dashboards.picture.past import Past
from dashboards.picture.ring import Entry
from dashboards.picture.view import Sight
from dashboards.problems import Problem
from dashboards.server import Server
from dashboards.sheet.scenery import Since, scene_of
from dashboards.telling.scene import Region, Scene
from dashboards.timeline.later import LearnedLater, learned_later
from dashboards.timeline.window import Window
from schemas.change import Picture
from schemas.times import HOUR


class Then(NamedTuple):
    """The picture as it was known at a moment."""

    scene: Scene
    later: LearnedLater


async def then(server: Server, region: Region, viewer: Viewer, newest: Scene, at: int) -> Then:
    """The scene of a moment and what was learned later. Problem 410 for a moment that is not kept."""
    past = await server.history.at_time(at)
    scene = scene_of(region, _sight(server, viewer, past), past.head, await _hour_before(server, at), at)
    later = learned_later(newest, await server.history.after(past.head.version), at)
    return Then(scene, later)


def _sight(server: Server, viewer: Viewer, past: Past) -> Sight:
    return Sight(past.picture, viewer, server.texts.get)


async def _hour_before(server: Server, at: int) -> Since | None:
    """What the moment's last hour began with; None where that is gone."""
    try:
        old = await server.history.at_time(at - HOUR)
    except Problem:
        return None
    return Since(old.picture, old.head.version, at - HOUR)


async def hours(server: Server, shown: Window) -> tuple[Window, Picture, list[Entry]]:
    """The picture at the window's beginning and the versions after it; the window begins where they are kept."""
    try:
        past = await server.history.at_time(shown.start)
        return shown, past.picture, await server.history.after(past.head.version)
    except Problem:
        ring = server.follower.chain.ring
        number = ring.oldest
        entry = None if number is None else ring.find(number)
        picture = None if number is None else ring.undo(server.follower.chain.picture, number)
        if number is None or entry is None or picture is None:
            raise
        begun = shown._replace(start=min(entry.version.at, shown.end - HOUR))
        return begun, picture, ring.after(number) or []
