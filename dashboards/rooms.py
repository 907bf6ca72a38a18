"""The rooms whose pages live: one function each, from a canvas to parts; first paint and every push use the same.

Pure. In: what a page is drawn from. Out: element id -> markup. To add a room: write its `draw`, add a line to `ROOMS`;
its page then asks `desk.drawn(viewer, root, room, of)` for `parts` and `has`, names its stream
`/ROOM/stream` (with `?of=` when the page is about one thing) in `data-stream`, and imports `alive.js`.
Next: dashboards/live.py
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from dashboards.activation import parts as activation
from dashboards.desk import map_parts
from dashboards.desk import parts as desk
from dashboards.desk.matrix import Cells
from dashboards.desk.parts import Sought
from dashboards.drawing.map import Drawing
from dashboards.drawing.paint import Paint
from dashboards.forum import draw as forum
from dashboards.picture.ring import Ring
from dashboards.picture.search import Haystack
from dashboards.telling.filter import Filter
from dashboards.telling.scene import Scene
from dashboards.wall import rows as wall
from streams.duty import DutyPlan


class Canvas(NamedTuple):
    """What a room's parts are drawn from."""

    scene: Scene
    stand: desk.Stand
    drawing: Drawing
    cells: Cells
    """Markup of the matrix, kept from one drawing to the next."""
    paint: Paint
    duty: DutyPlan
    ring: Ring
    """The newest versions, for what tells of a life."""
    of: str
    """Key of the one thing that the page is about, of the desk the query it is filtered by; empty for all."""
    haystack: Haystack
    """Where the words that a reader searches for are found."""


Draw = Callable[[Canvas], Mapping[str, str]]


def _desk(c: Canvas) -> Mapping[str, str]:
    return desk.draw(c.scene, c.stand, c.drawing, c.cells, c.paint, Sought(Filter.read(c.of), c.haystack))


def _wall(c: Canvas) -> Mapping[str, str]:
    return wall.draw(c.scene, c.drawing, c.paint)


def _activation(c: Canvas) -> Mapping[str, str]:
    return activation.draw(c.scene, c.stand, c.duty, c.paint, c.ring, c.of)


def _forum(c: Canvas) -> Mapping[str, str]:
    return forum.draw(c.scene, c.paint, c.of, c.stand.root)


def _map(c: Canvas) -> Mapping[str, str]:
    return map_parts.draw(c.scene, c.stand.root, c.drawing, c.paint, Sought(Filter.read(c.of), c.haystack))


def _forums(c: Canvas) -> Mapping[str, str]:
    return forum.draw_list(c.scene, c.paint, c.stand.root)


ROOMS: Mapping[str, Draw] = {
    "desk": _desk,
    "wall": _wall,
    "activation": _activation,
    "forum": _forum,
    "forums": _forums,
    "map": _map,
}
"""Room -> its draw."""

CELLS_COUNTED = frozenset({"desk", "wall"})
"""Rooms whose status line says how many cells got worse, better, new or silent; the others say what they show."""
PERSONAL = frozenset({"forum", "forums"})
"""Rooms that show what the viewer's own actor may do: drawn for each that looks, not once for a view."""
