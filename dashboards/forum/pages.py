"""Forums for people: the list with what lies ahead, the page of one, a meeting that has been; and the calendar.

In: requests from browsers and from programs that keep calendars. Out: HTML, iCalendar.
Next: dashboards/forum/page.py (what a forum's page says), dashboards/activation/acting.py (what its forms do)
"""

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from dashboards.access import Viewer
from dashboards.api.calls import sight_of
from dashboards.forum.calendar import calendar as written
from dashboards.forum.calendar import happens
from dashboards.forum.meeting import meeting_page
from dashboards.forum.names import forum as forum_name
from dashboards.frame import client_words
from dashboards.identify import Asker, Parts
from dashboards.live import desk_of
from dashboards.page import html, safe_parts
from dashboards.picture.follow import Life
from dashboards.problems import Problem, Told
from dashboards.server import Server
from schemas.change import EntityKind
from schemas.sectors import Label

router = APIRouter(tags=["pages"], include_in_schema=False)
ICS = "text/calendar; charset=utf-8"


@router.get("/forums")
async def forums(request: Request, server: Parts, viewer: Asker) -> Response:
    """Every forum, what lies ahead, what is to be followed up."""
    if server.follower.life == Life.STARTING:
        return html(request, server, viewer, "starting.html")
    root = request.scope.get("root_path", "")
    drawn = desk_of(request).drawn(viewer, root, "forums")
    parts = safe_parts(_seen(drawn.parts, drawn.version))
    shown: dict[str, object] = {"parts": parts, "has": drawn.name, "client_words": client_words(viewer.words)}
    address = f"{_site(request)}{root}/calendar.ics{_ticket(server, viewer)}"
    return html(request, server, viewer, "forums.html", "forum", **shown, calendar=address)


@router.get("/forum/{key}")
async def forum(request: Request, server: Parts, viewer: Asker, key: str, meeting: int | None = None) -> Response:
    """One forum, alive; with `meeting`, one of its meetings as it was."""
    if server.follower.life == Life.STARTING:
        return html(request, server, viewer, "starting.html")
    desk, root = desk_of(request), request.scope.get("root_path", "")
    scene = desk.scene(viewer)
    entity = scene.sight.shown(EntityKind.FORUM, key)
    if entity is None:
        raise Problem(404, "not-found", Told("forum_page.not_there"))
    if meeting is not None:
        return await _meeting(request, server, viewer, key, meeting)
    drawn = desk.drawn(viewer, root, "forum", key)
    parts = safe_parts(_seen(drawn.parts, drawn.version))
    stream = f"{root}/forum/stream?of={quote(key, safe='')}"
    shown: dict[str, object] = {"called": forum_name(scene, key, entity), "key": key, "met": "meeting" in entity}
    shown |= {"parts": parts, "has": drawn.name, "stream": stream}
    return html(request, server, viewer, "forum.html", "forum", **shown, client_words=client_words(scene.words))


def _seen(parts: Mapping[str, str], version: int) -> Mapping[str, str]:
    """Forms that say also without scripts which version the person had before them; outcome.js tells the newest.

    Parts themselves do not name it: each would differ with every version.
    """
    return {
        name: part.replace('name="seen_version"', f'name="seen_version" value="{version}"')
        for name, part in parts.items()
    }


async def _meeting(request: Request, server: Server, viewer: Viewer, key: str, number: int) -> Response:
    """A meeting: its minutes as they stand, its agenda as the picture was when it began."""
    scene = desk_of(request).scene(viewer)
    sealed = scene.sight.picture.get("meeting", {}).get(f"{key}/{number}", {}).get("sealed")
    then = None
    if sealed is not None:
        try:
            past = await server.history.at_version(sealed["version"])
            then = scene._replace(sight=sight_of(server, viewer, past), head=past.head)
        except Problem:  # its version is older than what is kept: the minutes stand all the same
            then = None
    page = meeting_page(scene, then, key, number)
    if page is None:
        raise Problem(404, "not-found", Told("forum_page.no_meeting"))
    return html(request, server, viewer, "forum_meeting.html", "forum", page=page)


@router.get("/calendar.ics")
async def calendar(request: Request, server: Parts, viewer: Asker, ticket: str = "") -> Response:
    """Meetings and planned events, as the login or the address' ticket may see them."""
    if server.follower.life == Life.STARTING:
        raise Problem(503, "not-ready", Told("ready.starting"), headers={"Retry-After": "60"})
    if ticket:
        known = server.seal.open_calendar(ticket, server.reference["actors"], exercise=server.space.exercise)
        if known is None:
            raise Problem(404, "not-found", Told("calendar.no_ticket"))
        viewer = known._replace(language=viewer.language)
    scene = desk_of(request).scene(viewer)
    name = scene.words("calendar.name", region=scene.region.reference["region"]["name"])
    mark = scene.words("page.exercise") if server.space.exercise else ""
    site = _site(request) + request.scope.get("root_path", "")
    text = written(happens(scene, server.follower.chain.ring), name, site, mark=mark)
    headers = {"Cache-Control": "private, no-cache", "Content-Disposition": 'inline; filename="lagesbild.ics"'}
    return Response(text.encode(), 200, headers, ICS)


def _site(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


def _ticket(server: Server, viewer: Viewer) -> str:
    """A program that keeps calendars cannot log in: the address itself says whose eyes it looks with."""
    if server.space.exercise or viewer.who not in server.reference["actors"] or not viewer.sees(Label.INTERNAL):
        return ""
    return f"?ticket={server.seal.calendar(viewer.who)}"
