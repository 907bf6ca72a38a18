"""Pages for people: the desk, a cell, an item, a municipality, the sources. Server HTML first, scripts keep it alive.

In: requests from browsers. Out: HTML.
Next: dashboards/live.py (how the desk stays alive), dashboards/report/page.py (the report form)
"""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from dashboards.desk import detail_pages, event_pages, matrix
from dashboards.desk.area import area_page
from dashboards.desk.filtering import chips, form_of
from dashboards.desk.items import ALL, items_page
from dashboards.desk.keys import keys
from dashboards.frame import SIX, client_words
from dashboards.identify import Asker, Parts
from dashboards.live import desk_of
from dashboards.page import NO_STORE, html, safe_parts
from dashboards.picture.follow import Life
from dashboards.problems import Problem, Told
from dashboards.telling import source_health
from dashboards.telling.filter import Filter, narrow

router = APIRouter(tags=["pages"], include_in_schema=False)
router.include_router(event_pages.router)
router.include_router(detail_pages.router)


@router.get("/")
async def desk_page(request: Request, server: Parts, viewer: Asker) -> Response:
    """The desk."""
    if server.follower.life == Life.STARTING:
        return html(request, server, viewer, "starting.html")
    desk, root = desk_of(request), request.scope.get("root_path", "")
    asked, given = Filter.of(request.query_params), request.query_params
    if any(given.get(name) == "" for name in Filter._fields):
        kept = [(name, value) for name, value in given.items() if value]
        return RedirectResponse(f"{root}/?{urlencode(kept)}".rstrip("?"), 303, dict(NO_STORE))
    drawn, scene = desk.drawn(viewer, root, "desk", asked.address), desk.scene(viewer)
    return html(
        request,
        server,
        viewer,
        "desk.html",
        "desk",
        parts=safe_parts(drawn.parts),
        has=drawn.name,
        rows=matrix.rows(scene),
        asked=asked,
        form=form_of(scene, asked),
        sectors=list(scene.region.sectors.values()),
        six=SIX,
        client_words=client_words(viewer.words),
    )


@router.get("/map")
async def map_page(request: Request, server: Parts, viewer: Asker) -> Response:
    """The map large, and the same as a table."""
    if server.follower.life == Life.STARTING:
        return html(request, server, viewer, "starting.html")
    desk, root, asked = desk_of(request), request.scope.get("root_path", ""), Filter.of(request.query_params)
    drawn, scene = desk.drawn(viewer, root, "map", asked.address), desk.scene(viewer)
    shown = {"parts": safe_parts(drawn.parts), "has": drawn.name, "asked": asked, "form": form_of(scene, asked)}
    return html(request, server, viewer, "map.html", "map", **shown, client_words=client_words(viewer.words))


@router.get("/items")
async def items(
    request: Request, server: Parts, viewer: Asker, state: str = "", cursor: Annotated[str | None, Query()] = None
) -> Response:
    """All items that match a filter, in pages."""
    if server.follower.life == Life.STARTING:
        return html(request, server, viewer, "starting.html")
    desk, asked = desk_of(request), Filter.of(request.query_params)
    scene = narrow(desk.scene(viewer), asked, desk.haystack)
    try:
        page = items_page(scene, asked, ALL if state == ALL else "", cursor)
    except ValueError as error:
        fault = {"pointer": "/query/cursor", "detail": str(error)}
        raise Problem(400, "bad-query", Told("filter.bad_cursor"), [fault]) from error
    shown = {"page": page, "form": form_of(scene, asked), "chips": chips(scene, asked)}
    return html(request, server, viewer, "items.html", "items", **shown)


@router.get("/area/{code}")
async def area(request: Request, server: Parts, viewer: Asker, code: str) -> Response:
    """One municipality."""
    if code not in server.place.municipalities:
        raise Problem(404, "not-found", Told("problem.no_area"))
    if server.follower.life == Life.STARTING:
        return html(request, server, viewer, "starting.html")
    return html(request, server, viewer, "area.html", page=area_page(desk_of(request).scene(viewer), code))


@router.get("/keys")
async def keys_page(request: Request, server: Parts, viewer: Asker) -> Response:
    """Every key, and where single letters are turned off."""
    return html(request, server, viewer, "keys.html", rows=keys(viewer.words))


@router.get("/sources")
async def sources(request: Request, server: Parts, viewer: Asker) -> Response:
    """How every source is and what it has delivered."""
    if server.follower.life == Life.STARTING:
        return html(request, server, viewer, "starting.html")
    return html(
        request, server, viewer, "sources.html", "sources", rows=source_health.rows(desk_of(request).scene(viewer))
    )
