"""The sheet over HTTP: as a page without scripts, as PDF, as JSON; and the newest one from disk while nothing is read.

In: `?forum=ID` or `?meeting=FORUM/N`, neither is the region now. Out: HTML, PDF, the content.
Next: dashboards/sheet/making.py
"""

import asyncio
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response

from dashboards.access import Viewer
from dashboards.identify import Asker, Parts
from dashboards.language import other_language, remember
from dashboards.live import desk_of
from dashboards.picture.follow import Life
from dashboards.problems import Problem, Told
from dashboards.server import Server
from dashboards.sheet.keeper import folder_of
from dashboards.sheet.making import Ask, make
from dashboards.sheet.page import LATEST, Link, Nav, page, policy
from dashboards.sheet.pdf import pdf
from schemas.codec import Json, canon
from schemas.sectors import Label
from streams.words import Words

router = APIRouter(tags=["sheet"])

HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie, Accept-Language"}
MEDIA = "application/pdf"
Forum = Annotated[str | None, Query(max_length=200, description="A forum's next meeting.")]
Meeting = Annotated[
    str | None, Query(max_length=220, description="`FORUM/N`: held, from its sealed version, or planned.")
]


def asked(forum: str | None, meeting: str | None) -> Ask:
    """What a query means. Problem 400 if it says two things."""
    if forum is not None and meeting is not None:
        raise Problem(400, "bad-query", Told("problem.one_of", names="forum, meeting"))
    return Ask(forum, meeting)


@router.get("/api/v1/sheet", summary="The content of a sheet: the region now, a forum's next meeting, a meeting")
async def content(server: Parts, viewer: Asker, forum: Forum = None, meeting: Meeting = None) -> Response:
    """Equal bytes for the same version, moment and view."""
    told = await make(server, viewer, asked(forum, meeting))
    return Response(canon(told), 200, {**HEADERS, "Lagesbild-Version": str(told["version"])}, "application/json")


@router.get("/sheet", include_in_schema=False)
async def sheet_page(
    request: Request, server: Parts, viewer: Asker, forum: Forum = None, meeting: Meeting = None
) -> Response:
    """The sheet as a page."""
    ask = asked(forum, meeting)
    if server.follower.life == Life.STARTING and ask == Ask():
        said = f'<p class="warning" role="alert">{viewer.words("sheet.latest")}</p>'.encode()
        body = _kept(server, viewer, "latest.html").replace(LATEST.encode(), said, 1)
        return HTMLResponse(body, 200, {"Cache-Control": "no-store", "Content-Security-Policy": policy()})
    told = await make(server, viewer, ask)
    drawn = page(desk_of(request).paint(viewer.language), told, _nav(request, told, ask, viewer.words))
    response = HTMLResponse(drawn, 200, {"Cache-Control": "no-store"})
    remember(request, response)
    return response


@router.get("/sheet.pdf", include_in_schema=False)
async def sheet_pdf(server: Parts, viewer: Asker, forum: Forum = None, meeting: Meeting = None) -> Response:
    """The sheet as PDF."""
    ask = asked(forum, meeting)
    if server.follower.life == Life.STARTING and ask == Ask():
        return Response(_kept(server, viewer, "latest.pdf"), 200, {"Cache-Control": "no-store"}, MEDIA)
    told = await make(server, viewer, ask)
    body = await asyncio.to_thread(pdf, told)
    name = f"lagesbild-{told['at'][:16].replace(':', '')}Z.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Lagesbild-Version": str(told["version"])}
    return Response(body, 200, {**HEADERS, **headers}, MEDIA)


def _kept(server: Server, viewer: Viewer, name: str) -> bytes:
    """The newest sheet from disk, for those who may see what parties see. Problem 503 where there is none."""
    path: Path = folder_of(server.settings.data) / name
    if viewer.sees(Label.INTERNAL) and path.is_file():
        return path.read_bytes()
    raise Problem(503, "not-ready", Told("ready.starting"), headers={"Retry-After": "2"})


def _nav(request: Request, told: Json, ask: Ask, words: Words) -> Nav:
    """Links to the region's sheet and to that of each forum at work."""
    root: str = request.scope.get("root_path", "")
    links = [Link(f"{root}/sheet", words("sheet_page.region_now"), ask == Ask())]
    for forum in told["forums"]:
        href = f"{root}/sheet?{urlencode({'forum': forum['forum']})}"
        links.append(Link(href, f"{forum['level']} ({forum['forum']})", told.get("forum") == forum["forum"]))
    query = {name: value for name, value in ask._asdict().items() if value is not None}
    pdf = f"{root}/sheet.pdf" + (f"?{urlencode(query)}" if query else "")
    return Nav(root, links, pdf, other_language(request))
