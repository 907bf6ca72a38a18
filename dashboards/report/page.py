"""The report page: an actor's form in under half a minute, with or without scripts, and what became of each report.

In: browsers of reporters. Out: the form prefilled; a report on the actor's topic; a page that follows its receipt.
"""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from dashboards.api.inbox import accepted, outcome_of, take_report
from dashboards.desk.detail import item_page
from dashboards.frame import client_words
from dashboards.identify import Asker, Parts, Writer
from dashboards.live import desk_of
from dashboards.page import NO_STORE, back_to, html
from dashboards.problems import Problem, Told
from dashboards.report.form import Filled, body_of_form, filled, refilled
from dashboards.telling.scene import Scene
from schemas.codec import Json, canon
from schemas.ids import actor_source, item_key
from schemas.report import Fault
from schemas.sectors import IMPACT_OF, Label

router = APIRouter(tags=["pages"], include_in_schema=False)


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _context(scene: Scene, actor: str, form: Filled, faults: list[Fault]) -> dict[str, object]:
    """What report.html shows."""
    region = scene.region
    mine = set(form.lines[0].areas) if form.single else set()
    believed = [
        (sector, scene.cells[area, sector], region.owner(scene.cells[area, sector]["reasons"][0]["owner"]))
        for area in sorted(mine)
        for sector in region.sectors
        if scene.cells[area, sector].get("reasons") and sector not in {line.sector for line in form.lines}
    ]
    return {
        "actor": actor,
        "actor_name": region.owner(actor),
        "form": form,
        "faults": faults,
        "steps": list(IMPACT_OF.items()),
        "labels": [label.value for label in Label],
        "towns": region.towns,
        "sectors": [region.sectors[s] for s in region.reference["actors"][actor]["sectors"]],
        "believed": believed,
        "region_sectors": region.sectors,
        "client_words": client_words(scene.words),
        "last": item_page(scene, item_key(actor_source(actor), form.id)),
    }


@router.get("/report")
async def report_page(request: Request, server: Parts, viewer: Asker) -> Response:
    """The form; without an actor, the page where one says who one is."""
    if viewer.actor is None:
        return html(request, server, viewer, "login.html", "report", wrong=False)
    scene = desk_of(request).scene(viewer)
    context = _context(scene, viewer.actor, filled(scene, viewer.actor), [])
    return html(request, server, viewer, "report.html", "report", **context)


@router.post("/report")
async def send_report(request: Request, server: Parts, viewer: Writer) -> Response:
    """The posted form becomes an actor's report; faults come back with everything that was written."""
    if viewer.actor is None:
        raise Problem(401, "login-needed", Told("role_form.needed"))
    posted = await request.form(max_fields=2_000)
    scene = desk_of(request).scene(viewer)
    body, faults = body_of_form(posted, scene, exercise=server.space.exercise)
    answer: Json = {}
    if not faults:
        try:
            answer = await take_report(server, viewer, canon(body))
        except Problem as problem:
            if problem.status == 503 or _wants_json(request):
                raise
            faults = problem.faults or [{"pointer": "", "detail": problem.said(viewer.words)}]
    if faults:
        if _wants_json(request):
            raise Problem(422, "schema", Told("fault.head"), faults)
        context = _context(scene, viewer.actor, refilled(posted, scene, viewer.actor), faults)
        response = html(request, server, viewer, "report.html", "report", **context)
        response.status_code = 422
        return response
    if _wants_json(request):
        return accepted(request, answer)
    return RedirectResponse(f"{request.scope.get('root_path', '')}/receipt/{answer['receipt']}", 303, dict(NO_STORE))


@router.get("/receipt/{receipt}")
async def receipt_page(request: Request, server: Parts, viewer: Asker, receipt: str, next: str = "") -> Response:  # noqa: A002 the field's name
    """What became of it; asks again by itself until something has. `next` is the page that it leads back to."""
    body = await outcome_of(server, viewer, receipt, 1.5)
    back = back_to(request, {"next": next}) if next else ""
    waiting = body["result"] == "received"
    return html(request, server, viewer, "receipt.html", receipt=body, waiting=waiting, back=back)
