"""Who asks: a key in `Authorization`, else a signed cookie, else nobody in particular. And whether a form is ours.

In: a request. Out: a `Viewer`, or a problem: 401 for a wrong key, 403 for a form that another site sent.
"""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from dashboards.access import Act, Viewer, anyone
from dashboards.language import language_of
from dashboards.problems import Problem, Told
from dashboards.server import Server
from streams.clock import wall_ms

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="lagesbild"'}
LOOPBACK = frozenset({"127.0.0.1", "::1"})


def server_of(request: Request) -> Server:
    """The server's parts."""
    server: Server = request.app.state.server
    return server


def viewer_of(request: Request) -> Viewer:
    """The login of a request, and the language it is answered in."""
    return _login_of(request)._replace(language=language_of(request))


def _login_of(request: Request) -> Viewer:
    server = server_of(request)
    exercise = server.space.exercise
    given = request.headers.get("authorization")
    if given is not None:
        scheme, _, key = given.partition(" ")
        viewer = server.keys.viewer(key.strip()) if scheme.lower() == "bearer" else None
        if viewer is None:
            raise Problem(401, "unknown-key", Told("problem.wrong_key"), headers=CHALLENGE)
        return viewer
    return _logged_in(request, server) or anyone(exercise=exercise)


def _logged_in(request: Request, server: Server) -> Viewer | None:
    """The viewer of a cookie. One of an account stands only while the account is as it was at the login."""
    cookie = request.cookies.get(server.cookie)
    found = None if cookie is None else server.seal.open_cookie(cookie, wall_ms(), exercise=server.space.exercise)
    if found is None:
        return None
    viewer, stamp = found
    return viewer if not viewer.user or server.accounts.stands(viewer.user, stamp) is not None else None


def writer_of(request: Request) -> Viewer:
    """The login of a request that changes something: with a cookie it must come from a page of ours."""
    viewer = viewer_of(request)
    if "authorization" not in request.headers and not same_origin(request):
        raise Problem(403, "foreign-origin", Told("problem.foreign_form"))
    return viewer


def same_origin(request: Request) -> bool:
    """True if the browser says that the request comes from a page of this host.

    `Sec-Fetch-Site` cannot be set by a page, and holds behind a proxy that gives us another `Host`; browsers send it
    where the connection is safe, or goes to this machine itself.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")


def need(viewer: Viewer, act: Act) -> None:
    """Problem 401 for nobody in particular, 403 for a role that may not."""
    if viewer.may(act):
        return
    if not viewer.who:
        raise Problem(401, "login-needed", Told("problem.login_needed"), headers=CHALLENGE)
    raise Problem(403, "not-allowed", Told("refusal.not_allowed"))


def operator_or_loopback(request: Request, act: Act) -> Viewer:
    """The login, if it may, or anyone on this machine itself."""
    viewer = viewer_of(request)
    if request.client is None or request.client.host not in LOOPBACK:
        need(viewer, act)
    return viewer


# Coroutines, though they wait for nothing: a plain function would be run in a thread of its own for every request.


async def _asker(request: Request) -> Viewer:
    return viewer_of(request)


async def _writer(request: Request) -> Viewer:
    return writer_of(request)


async def _parts(request: Request) -> Server:
    return server_of(request)


Asker = Annotated[Viewer, Depends(_asker)]
Writer = Annotated[Viewer, Depends(_writer)]
Parts = Annotated[Server, Depends(_parts)]
