"""A page in its frame, for every room: while nothing has been read yet, the page that says so.

In: a request, a template, what it shows. Out: HTML that no cache keeps.
Next: dashboards/frame.py
"""

from collections.abc import Mapping

from fastapi import Request
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from dashboards.access import Viewer, anyone
from dashboards.frame import frame_of
from dashboards.identify import server_of
from dashboards.language import language_of, remember
from dashboards.live import desk_of
from dashboards.picture.follow import Life
from dashboards.problems import Problem
from dashboards.server import Server

NO_STORE: Mapping[str, str] = {"Cache-Control": "no-store"}


def html(request: Request, server: Server, viewer: Viewer, name: str, here: str = "", **context: object) -> Response:
    """A page in its frame; while nothing has been read yet, the page that says so."""
    desk, root = desk_of(request), request.scope.get("root_path", "")
    p = frame_of(request, server, viewer, here)
    paint = desk.paint(viewer.language)
    if server.follower.life == Life.STARTING and not context.get("always"):
        reasons = [reason.detail for reason in server.not_ready(viewer.words)]
        page = paint.page("starting.html", root, p=p._replace(faults=[]), reasons=reasons)
        response = HTMLResponse(page, 503, {**NO_STORE, "Retry-After": "2"})
    else:
        response = HTMLResponse(paint.page(name, root, p=p, **context), 200, NO_STORE)
    remember(request, response)
    return response


def error_page(request: Request, problem: Problem) -> str:
    """A problem as a page."""
    server = server_of(request)
    viewer = anyone(exercise=server.space.exercise)._replace(language=language_of(request))
    p, root = frame_of(request, server, viewer, ""), request.scope.get("root_path", "")
    paint, detail = desk_of(request).paint(viewer.language), problem.said(viewer.words)
    return paint.page("error.html", root, p=p, detail=detail, faults=problem.faults)


def back_to(request: Request, form: Mapping[str, object]) -> str:
    """Where a form wants to go after it: a path on this site and nothing else."""
    path = str(form.get("next") or "")
    root: str = request.scope.get("root_path", "")
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and "\n" not in path else f"{root}/"


def safe_parts(parts: Mapping[str, str]) -> Mapping[str, str]:
    """Parts are markup already: templates and glyphs made and escaped them."""
    return {name: Markup(markup) for name, markup in parts.items()}  # noqa: S704 see above
