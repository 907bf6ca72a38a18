"""`/activation`: suggestions and notices, what will speak, what was answered; `/activation/ID`: one with its life.

In: requests of people. Out: HTML; the same parts come again by `/activation/stream`. People's acts go to `/command`.
Next: dashboards/activation/parts.py, dashboards/static/activation.js
"""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from dashboards.activation.night import is_night
from dashboards.frame import client_words
from dashboards.identify import Asker, Parts
from dashboards.live import desk_of
from dashboards.page import NO_STORE, html, safe_parts
from dashboards.picture.follow import Life
from dashboards.problems import Problem, Told
from dashboards.server import Server
from schemas.change import EntityKind

router = APIRouter(tags=["pages"], include_in_schema=False)


@router.get("/activation")
async def room(request: Request, server: Parts, viewer: Asker, history: str = "all", cursor: str = "") -> Response:
    """What waits, what holds, what was answered: `history` chooses of the last, `cursor` goes on in it.

    A choice or a cursor that is none shows the list from its beginning.
    """
    of = f"history/{history}/{cursor}" if history != "all" or cursor else ""
    return _page(request, server, viewer, of, viewer.words("activation.title"))


@router.get("/activation/{key}")
async def one(request: Request, server: Parts, viewer: Asker, key: str) -> Response:
    """One suggestion; the address of a notice leads to the suggestion it is about."""
    picture = server.follower.chain.picture
    notice = picture.get(EntityKind.NOTICE, {}).get(key)
    root: str = request.scope.get("root_path", "")
    if notice is not None:
        return RedirectResponse(f"{root}/activation/{notice['suggestion']}", 303, dict(NO_STORE))
    suggestion = picture.get(EntityKind.SUGGESTION, {}).get(key)
    if suggestion is None and server.follower.life != Life.STARTING:
        raise Problem(404, "not-found", Told("activation.forgotten"))
    title = "" if suggestion is None else viewer.words.advice(suggestion["act"], suggestion["level"])
    return _page(request, server, viewer, key, title)


def _page(request: Request, server: Server, viewer: Asker, of: str, title: str) -> Response:
    if server.follower.life == Life.STARTING:
        return html(request, server, viewer, "starting.html")
    drawn = desk_of(request).drawn(viewer, request.scope.get("root_path", ""), "activation", of)
    return html(
        request,
        server,
        viewer,
        "activation.html",
        "activation",
        parts=safe_parts(drawn.parts),
        has=drawn.name,
        of=of,
        title=title,
        night=is_night(viewer.words, server.now()),
        client_words=client_words(viewer.words),
    )
