"""Out of the running server: since when, the versions after it, and the rows they make for one viewer.

In: a query, a filter, a viewer's scene. Out: what the page, the file and the feed show.
Next: dashboards/changes/choice.py, dashboards/changes/told.py, dashboards/changes/cells.py
"""

from typing import NamedTuple

from dashboards.changes.cells import cell_rows
from dashboards.changes.choice import Query, Start, start
from dashboards.changes.matters import matter_rows
from dashboards.changes.reading import Read
from dashboards.changes.rows import Filter, Row
from dashboards.changes.told import Between, between_versions, cells_of
from dashboards.picture.follow import Life
from dashboards.problems import Problem, Told
from dashboards.server import Server
from dashboards.telling.scene import Scene


class Shown(NamedTuple):
    """Everything that a page or a file of changes is made of."""

    scene: Scene
    start: Start
    between: Between
    rows: list[Row]


async def gather(server: Server, scene: Scene, query: Query, wanted: Filter, read: Read | None) -> Shown:
    """What changed since a beginning, as the scene's viewer may see it."""
    begin = await start(server, scene, query, read)
    found = between_versions(await server.history.after(begin.version), scene.sight, begin.at)
    scene = scene._replace(hour=cells_of(found.told))
    rows = [*cell_rows(scene, found, wanted), *matter_rows(scene, found.told, wanted)]
    return Shown(scene, begin, found, rows)


def need_read(server: Server) -> None:
    """Problem 503 while nothing has been read: no file says that nothing has changed when nothing is known."""
    if server.follower.life == Life.STARTING:
        raise Problem(503, "not-ready", Told("ready.starting"), headers={"Retry-After": "2"})
