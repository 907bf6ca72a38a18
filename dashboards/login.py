"""Who one is: a role chosen in an exercise, a key in the real space, and how one leaves.

In: posted forms of this site's own pages. Out: a signed cookie.
"""

import asyncio
from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from dashboards.access import CHOSEN, Role, Viewer, as_actor, of_account
from dashboards.identify import Asker, Parts, same_origin
from dashboards.page import NO_STORE, back_to, html
from dashboards.problems import Problem, Told
from dashboards.server import Server
from dashboards.tries import AT_ONCE
from streams.clock import wall_ms

router = APIRouter(tags=["pages"], include_in_schema=False)


def _with_login(request: Request, server: Server, viewer: Viewer, to: str, stamp: str = "") -> Response:
    response = RedirectResponse(to, 303, dict(NO_STORE))
    response.set_cookie(
        server.cookie,
        server.seal.cookie(viewer, wall_ms(), stamp),
        path=request.scope.get("root_path", "") or "/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return response


def need_own_form(request: Request) -> None:
    """Problem 403 for a form that another site sent."""
    if not same_origin(request):
        raise Problem(403, "foreign-origin", Told("problem.foreign_form"))


@router.post("/role")
async def choose_role(request: Request, server: Parts) -> Response:
    """In an exercise anyone takes any role, without a password."""
    need_own_form(request)
    if not server.space.exercise:
        raise Problem(404, "not-found", Told("problem.no_address"))
    form = await request.form()
    role, actors = str(form.get("role", "")), server.reference["actors"]
    if role not in CHOSEN:
        raise Problem(400, "bad-query", Told("problem.no_role"))
    actor = str(form.get("actor", ""))
    board = next(a for a, about in actors.items() if about["kind"] == "county_board")
    who = {Role.COORDINATOR: board, Role.OPERATOR: "operator", Role.READER: ""}.get(Role(role), actor)
    if role == Role.REPORTER and actor not in actors:
        raise Problem(400, "bad-query", Told("problem.no_actor"))
    return _with_login(request, server, Viewer(Role(role), who, exercise=True), back_to(request, form))


@router.get("/login")
async def login_page(request: Request, server: Parts, viewer: Asker) -> Response:
    """Log in by key, or choose a role in an exercise. `next`: the path where one goes then."""
    return html(request, server, viewer, "login.html", wrong=False, next=back_to(request, request.query_params))


@router.post("/login")
async def login(request: Request, server: Parts, viewer: Asker) -> Response:
    """A name with its password, or an actor's key, gives a cookie."""
    need_own_form(request)
    form = await request.form()
    name = str(form.get("name", "")).strip().lower()
    found, stamp = await _by_account(server, name, str(form.get("password", ""))) if name else _by_key(server, form)
    if found is None:
        response = html(request, server, viewer, "login.html", wrong=True, next=back_to(request, form))
        response.status_code = 401
        return response
    return _with_login(request, server, found, back_to(request, form), stamp)


def _by_key(server: Server, form: Mapping[str, object]) -> tuple[Viewer | None, str]:
    found = server.keys.viewer(str(form.get("key", "")))
    if found is not None and found.actor:
        found = as_actor(found.who, server.reference["actors"], exercise=server.space.exercise)
    return found, ""


async def _by_account(server: Server, name: str, password: str) -> tuple[Viewer | None, str]:
    """Problem 429 for a name that has been tried too often, or when too many are tried at once."""
    wait = server.tries.wait_ms(name, wall_ms())
    if wait or server.tries.testing >= AT_ONCE:
        seconds = max(1, -(-wait // 1000))
        again = {"Retry-After": str(seconds)}
        raise Problem(429, "too-many-tries", Told("role_form.locked", n=seconds), headers=again)
    server.tries.testing += 1
    try:
        account = await asyncio.to_thread(server.accounts.account, name, password)
    finally:
        server.tries.testing -= 1
    if account is None:
        server.tries.wrong(name, wall_ms())
        return None, ""
    server.tries.right(name)
    return of_account(account, server.reference["actors"], exercise=server.space.exercise), account.stamp


@router.post("/logout")
async def logout(request: Request, server: Parts) -> Response:
    """Forget the cookie."""
    need_own_form(request)
    root: str = request.scope.get("root_path", "")
    response = RedirectResponse(f"{root}/", 303, dict(NO_STORE))
    response.delete_cookie(server.cookie, path=root or "/")
    return response
