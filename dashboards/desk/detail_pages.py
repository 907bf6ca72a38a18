"""Pages of what lies under a status: a cell with its last day, a report with its revisions, the evidence of a version.

In: requests from browsers. Out: HTML. What has happened to a thing comes from memory; older versions and the records
behind them are read from Kafka when somebody asks (`?history=all`, `/evidence/VERSION`).
"""

from fastapi import APIRouter, Request
from starlette.responses import Response

from dashboards.desk.cell import cell_page
from dashboards.desk.cell_day import day_of
from dashboards.desk.detail import item_page
from dashboards.desk.event import offers
from dashboards.desk.event_pages import WHOLE, course_of
from dashboards.desk.evidence import evidence_page
from dashboards.desk.revisions import revisions
from dashboards.desk.standing import stands_of
from dashboards.identify import Asker, Parts
from dashboards.live import desk_of
from dashboards.page import html
from dashboards.picture.evidence import evidence
from dashboards.picture.follow import Life
from dashboards.picture.lived import version_at
from dashboards.problems import Problem, Told
from dashboards.report.seen import opened
from schemas.change import EntityKind
from schemas.ids import cell_key

router = APIRouter(tags=["pages"], include_in_schema=False)


@router.get("/cell/{area}/{sector}")
async def cell(request: Request, server: Parts, viewer: Asker, area: str, sector: str, history: str = "") -> Response:
    """The reports under a cell, and what happened to it in the last 24 hours."""
    scene = desk_of(request).scene(viewer)
    if area not in server.place.municipalities or sector not in server.sectors:
        raise Problem(404, "not-found", Told("problem.no_cell"))
    course = await course_of(server, EntityKind.CELL, cell_key(area, sector), whole=history == WHOLE)
    stands = stands_of(request, server, viewer)
    shown: dict[str, object] = {
        "page": cell_page(scene, area, sector),
        "day": day_of(scene, course, scene.cells[area, sector]),
    }
    shown |= {"whole": course.whole, "s": stands}
    return html(request, server, viewer, "cell.html", "", **shown, address=f"{stands.root}/cell/{area}/{sector}")


@router.get("/item/{key:path}")
async def item(request: Request, server: Parts, viewer: Asker, key: str, history: str = "") -> Response:
    """One report, whole."""
    scene, stands = desk_of(request).scene(viewer), stands_of(request, server, viewer)
    page = item_page(scene, key)
    if page is None and server.follower.life != Life.STARTING:
        raise Problem(404, "not-found", Told("problem.no_item"))
    if page is not None:
        opened(server, viewer, key)
    course = await course_of(server, EntityKind.ITEM, key, whole=history == WHOLE)
    near = offers(scene, [key]) if stands.may and page is not None and not page.event else []
    shown = {"page": page, "revisions": revisions(scene, course.rows), "whole": course.whole, "offers": near}
    return html(request, server, viewer, "item.html", "", **shown, s=stands, address=request.url.path)


@router.get("/evidence/{version}")
async def evidence_of(request: Request, server: Parts, viewer: Asker, version: int) -> Response:
    """What a version rests on, out of Kafka."""
    scene, settings = desk_of(request).scene(viewer), server.settings
    found = await version_at(settings.bootstrap, server.follower, version)
    held = None
    if found is not None and found.log is not None:
        held = await evidence(settings.bootstrap, server.space, server.region, found.log)
    if found is None or held is None:
        raise Problem(404, "not-found", Told("evidence.none", version=version))
    return html(request, server, viewer, "evidence.html", "", page=evidence_page(scene, version, found.cause, held))
