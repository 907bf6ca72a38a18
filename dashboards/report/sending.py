"""What the report page posts: a report, no change, a correction, taking back, a test; with or without scripts.

In: posted forms. Out: a report on the actor's topic and its receipt; or all that was written, with what is wrong.
A form names the actor that it was filled in for: another login in the same browser never sends it.
Next: dashboards/report/body.py (what a form means), dashboards/api/inbox.py (checked and published)
"""

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from dashboards.access import Viewer
from dashboards.api.inbox import accepted, take_report
from dashboards.identify import Parts, Writer
from dashboards.live import desk_of
from dashboards.page import NO_STORE, html
from dashboards.problems import Problem, Told
from dashboards.report.blank import Blank
from dashboards.report.body import body_of_form
from dashboards.report.form import shown
from dashboards.report.page import blank_of, context, script_words
from dashboards.report.posted import pairs_of, text
from dashboards.report.review import review
from dashboards.report.told import newest_sent
from dashboards.server import Server
from schemas.codec import Json, canon
from schemas.report import Fault

router = APIRouter(tags=["pages"], include_in_schema=False)

FIELDS_MOST = 2_000


@router.post("/report")
async def send_report(request: Request, server: Parts, viewer: Writer) -> Response:
    """The posted form becomes an actor's report; faults come back with everything that was written."""
    posted = await request.form(max_fields=FIELDS_MOST)
    problem = _stranger(server, viewer, posted)
    if problem is not None:
        return _held(request, server, viewer, posted, problem)
    scene = desk_of(request).scene(viewer)
    blank = blank_of(server, viewer, scene, text(posted, "relayed"))
    if text(posted, "send") == "edit":
        return _again(request, server, viewer, blank, posted, [])
    body, faults = body_of_form(posted, blank, exercise=server.space.exercise)
    if not faults:
        try:
            return await _done(request, server, viewer, blank, posted, body)
        except Problem as wrong:
            if wrong.status == 503 or _wants_json(request):
                raise
            faults = wrong.faults or [{"pointer": "", "detail": wrong.said(viewer.words)}]
    if _wants_json(request):
        raise Problem(422, "schema", Told("fault.head"), faults)
    return _again(request, server, viewer, blank, posted, faults)


async def _done(
    request: Request, server: Server, viewer: Viewer, blank: Blank, posted: FormData, body: Json
) -> Response:
    if text(posted, "send") == "test":
        looked = review(server, viewer, blank, body)
        words = script_words(blank.scene.words)
        fields = [(name, value) for name, value in pairs_of(posted) if name not in {"send", "sent"}]
        names = {
            "actor": blank.actor,
            "actor_name": blank.scene.region.owner(blank.actor),
            "client_words": words,
            "sent_after": newest_sent(blank.scene, blank.actor),
        }
        return html(request, server, viewer, "review.html", "report", review=looked, fields=fields, **names)
    answer = await take_report(server, viewer, canon(body))
    if _wants_json(request):
        return accepted(request, answer)
    return RedirectResponse(f"{request.scope.get('root_path', '')}/receipt/{answer['receipt']}", 303, dict(NO_STORE))


def _stranger(server: Server, viewer: Viewer, posted: FormData) -> Problem | None:
    """Why this login may not send this form: it has run out, or it is another actor's."""
    meant = text(posted, "for_actor")
    if viewer.actor is None:
        return Problem(401, "login-needed", Told("reporting.session_over"))
    if meant and meant != viewer.actor:
        name = server.actors.get(meant, meant)
        return Problem(409, "another-actor", Told("reporting.another_actor", actor=name))
    return None


def _held(request: Request, server: Server, viewer: Viewer, posted: FormData, problem: Problem) -> Response:
    """Nothing is lost: what was written stands in a page that can send it again after a login."""
    if _wants_json(request):
        raise problem
    response = html(
        request, server, viewer, "held.html", "report", fields=pairs_of(posted), detail=problem.said(viewer.words)
    )
    response.status_code = problem.status
    return response


def _again(
    request: Request, server: Server, viewer: Viewer, blank: Blank, posted: FormData, faults: list[Fault]
) -> Response:
    """The form as it was posted; of a withdrawal the page, which says what is wrong."""
    correcting = bool(text(posted, "correcting"))
    page = context(request, server, viewer, blank, shown(posted, blank), faults, correcting=correcting)
    response = html(request, server, viewer, "report.html", "report", **page)
    response.status_code = 422 if faults else 200
    return response


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")
