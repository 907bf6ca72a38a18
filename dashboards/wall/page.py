"""`/wall`: the page that nobody touches, its type as large as the farthest reader needs.

In: how far the readers are and how large the screen is (settings). Out: HTML, and one line of style with the size.
Next: dashboards/wall/rows.py, dashboards/static/wall.js
"""

import math

from fastapi import APIRouter, Request
from starlette.responses import Response

from dashboards.files import PLACE
from dashboards.frame import client_words
from dashboards.identify import Asker, Parts
from dashboards.live import desk_of
from dashboards.page import html, safe_parts
from dashboards.picture.follow import Life
from dashboards.wall.matrix import column

router = APIRouter(tags=["pages"], include_in_schema=False)

ARC_MINUTES = 16
"""Height of a capital letter as the farthest reader sees it (ISO 9241-303 asks for 16 at least)."""
CAPITAL = 0.72
"""Height of a capital letter as part of the type's size: Liberation Sans and its like."""
ROWS = 18
"""No more rows than this, however near the readers are: the page is laid out for them."""
ROW = 4 / 3
"""Height of a row as part of the type's size."""
PAGES = ("now", "matrix", "going")
"""What `?page=` may be."""
_ASPECT = 16 / 9


def type_size(distance_m: float, diagonal_in: float) -> float:
    """Size of the type as part of the screen's height; a screen of 16:9 is taken for granted.

    Never so small that more than `ROWS` rows would fit, never so large that eight do not.
    """
    height_m = diagonal_in * 0.0254 / math.hypot(_ASPECT, 1)
    capital_m = 2 * distance_m * math.tan(math.radians(ARC_MINUTES / 60 / 2))
    return min(1 / (8 * ROW), max(1 / (ROWS * ROW), capital_m / CAPITAL / height_m))


@router.get("/wall")
async def wall(request: Request, server: Parts, viewer: Asker, page: str = "") -> Response:
    """The wall. `page`: stay at that one, for a room with several screens; else static/wall.js turns them."""
    if server.follower.life == Life.STARTING:
        return html(request, server, viewer, "starting.html")
    desk = desk_of(request)
    region = desk.scene(viewer).region
    drawn = desk.drawn(viewer, request.scope.get("root_path", ""), "wall")
    return html(
        request,
        server,
        viewer,
        "wall.html",
        "wall",
        parts=safe_parts(drawn.parts),
        has=drawn.name,
        show=page if page in PAGES else PAGES[0],
        held=page in PAGES,
        towns=[column(name) for name in region.towns.values()],
        sectors=list(region.sectors),
        client_words=client_words(viewer.words),
    )


@router.get("/wall/style.css")
async def style(server: Parts) -> Response:
    """Its style sheet, with the size of the type: of the height of a wide screen, of the width of one on end."""
    part = 100 * type_size(server.settings.wall_distance_m, server.settings.wall_diagonal_in)
    sheet = f":root {{ --wall: {part:.3f}vmin; }}\n{(PLACE / 'wall.css').read_text(encoding='utf-8')}"
    return Response(sheet, media_type="text/css", headers={"Cache-Control": "no-cache"})
