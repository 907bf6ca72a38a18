"""Pages for people: the desk, a cell, an item, and who one is. Server HTML first; scripts only keep it alive.

In: requests from browsers. Out: HTML; forms that work without scripts.
Next: dashboards/live.py (how the desk stays alive), dashboards/reporting.py (the report form)
"""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dashboards import matrix, source_health
from dashboards.access import Role, Viewer, anyone, as_actor
from dashboards.area import area_page
from dashboards.detail import cell_page, item_page
from dashboards.follow import Life
from dashboards.frame import SIX, client_words, frame_of
from dashboards.identify import Asker, Parts, same_origin, server_of
from dashboards.live import desk_of
from dashboards.problems import Problem
from dashboards.server import Server
from streams.clock import wall_ms

router = APIRouter(tags=["pages"], include_in_schema=False)

NO_STORE: Mapping[str, str] = {"Cache-Control": "no-store"}


def html(request: Request, server: Server, viewer: Viewer, name: str, here: str = "", **context: object) -> Response:
    """A page in its frame; while nothing has been read yet, the page that says so."""
    desk, root = desk_of(request), request.scope.get("root_path", "")
    p = frame_of(request, server, viewer, here)
    if server.follower.life == Life.STARTING:
        reasons = [reason.detail for reason in server.not_ready()]
        page = desk.paint.page("starting.html", root, p=p._replace(faults=[]), reasons=reasons)
        return HTMLResponse(page, 503, {**NO_STORE, "Retry-After": "2"})
    return HTMLResponse(desk.paint.page(name, root, p=p, **context), 200, NO_STORE)


def error_page(request: Request, problem: Problem) -> str:
    """A problem as a page."""
    server = server_of(request)
    p = frame_of(request, server, anyone(exercise=server.space.exercise), "")
    root = request.scope.get("root_path", "")
    return desk_of(request).paint.page("error.html", root, p=p, detail=problem.detail, faults=problem.faults)


@router.get("/")
async def desk_page(request: Request, server: Parts, viewer: Asker) -> Response:
    """The desk."""
    if server.follower.life == Life.STARTING:
        return html(request, server, viewer, "starting.html")
    desk, root = desk_of(request), request.scope.get("root_path", "")
    drawn = desk.drawn(viewer, root)
    return html(
        request,
        server,
        viewer,
        "desk.html",
        "desk",
        parts=safe_parts(drawn.parts),
        has=drawn.name,
        rows=matrix.rows(desk.scene(viewer)),
        sectors=list(server.sectors.values()),
        six=SIX,
        client_words=client_words(server.words),
    )


def safe_parts(parts: Mapping[str, str]) -> Mapping[str, str]:
    """Parts are markup already: templates and glyphs made and escaped them."""
    return {name: Markup(markup) for name, markup in parts.items()}  # noqa: S704 see above


@router.get("/cell/{area}/{sector}")
async def cell(request: Request, server: Parts, viewer: Asker, area: str, sector: str) -> Response:
    """The reports under a cell."""
    if area not in server.place.municipalities or sector not in server.sectors:
        raise Problem(404, "not-found", "Den rutan finns inte.")
    page = cell_page(desk_of(request).scene(viewer), area, sector)
    return html(request, server, viewer, "cell.html", page=page)


@router.get("/area/{code}")
async def area(request: Request, server: Parts, viewer: Asker, code: str) -> Response:
    """One municipality."""
    if code not in server.place.municipalities:
        raise Problem(404, "not-found", "Den kommunen finns inte i länet.")
    if server.follower.life == Life.STARTING:
        return html(request, server, viewer, "starting.html")
    return html(request, server, viewer, "area.html", page=area_page(desk_of(request).scene(viewer), code))


@router.get("/item/{key:path}")
async def item(request: Request, server: Parts, viewer: Asker, key: str) -> Response:
    """One item, whole."""
    page = item_page(desk_of(request).scene(viewer), key)
    if page is None and server.follower.life != Life.STARTING:
        raise Problem(404, "not-found", "Den posten finns inte, eller får inte visas för er.")
    return html(request, server, viewer, "item.html", page=page)


@router.get("/sources")
async def sources(request: Request, server: Parts, viewer: Asker) -> Response:
    """How every source is and what it has delivered."""
    if server.follower.life == Life.STARTING:
        return html(request, server, viewer, "starting.html")
    return html(
        request, server, viewer, "sources.html", "sources", rows=source_health.rows(desk_of(request).scene(viewer))
    )


def back_to(request: Request, form: Mapping[str, object]) -> str:
    """Where a form wants to go after it: a path on this site and nothing else."""
    path = str(form.get("next") or "")
    root: str = request.scope.get("root_path", "")
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and "\n" not in path else f"{root}/"


def _with_login(request: Request, server: Server, viewer: Viewer, to: str) -> Response:
    response = RedirectResponse(to, 303, dict(NO_STORE))
    response.set_cookie(
        server.cookie,
        server.seal.cookie(viewer, wall_ms()),
        path=request.scope.get("root_path", "") or "/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return response


def need_own_form(request: Request) -> None:
    """Problem 403 for a form that another site sent."""
    if not same_origin(request):
        raise Problem(403, "foreign-origin", "Formuläret kom inte från den här webbplatsen.")


@router.post("/role")
async def choose_role(request: Request, server: Parts) -> Response:
    """In an exercise anyone takes any role, without a password."""
    need_own_form(request)
    if not server.space.exercise:
        raise Problem(404, "not-found", "Adressen finns inte.")
    form = await request.form()
    role, actors = str(form.get("role", "")), server.reference["actors"]
    if role not in set(Role):
        raise Problem(400, "bad-query", "Den rollen finns inte.")
    actor = str(form.get("actor", ""))
    board = next(a for a, about in actors.items() if about["kind"] == "county_board")
    who = {Role.COORDINATOR: board, Role.OPERATOR: "operator", Role.READER: ""}.get(Role(role), actor)
    if role == Role.REPORTER and actor not in actors:
        raise Problem(400, "bad-query", "Den aktören finns inte.")
    return _with_login(request, server, Viewer(Role(role), who, exercise=True), back_to(request, form))


@router.get("/login")
async def login_page(request: Request, server: Parts, viewer: Asker) -> Response:
    """Log in by key, or choose a role in an exercise."""
    return html(request, server, viewer, "login.html", wrong=False)


@router.post("/login")
async def login(request: Request, server: Parts, viewer: Asker) -> Response:
    """A key gives a cookie."""
    need_own_form(request)
    form = await request.form()
    found = server.keys.viewer(str(form.get("key", "")))
    if found is None:
        response = html(request, server, viewer, "login.html", wrong=True)
        response.status_code = 401
        return response
    who = as_actor(found.who, server.reference["actors"], exercise=server.space.exercise) if found.actor else found
    return _with_login(request, server, who, back_to(request, form))


@router.post("/logout")
async def logout(request: Request, server: Parts) -> Response:
    """Forget the cookie."""
    need_own_form(request)
    root: str = request.scope.get("root_path", "")
    response = RedirectResponse(f"{root}/", 303, dict(NO_STORE))
    response.delete_cookie(server.cookie, path=root or "/")
    return response
