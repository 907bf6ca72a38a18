"""The page of an event, `/event/KEY`: what is one matter and why, and what people have done to it.

In: requests from browsers; a key, one of the event's reports or its source's own name for it. Out: HTML.
"""

from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from dashboards.desk.acts_on import acts, records_of
from dashboards.desk.event import event_page, find_event
from dashboards.desk.standing import stands_of
from dashboards.identify import Asker, Parts
from dashboards.live import desk_of
from dashboards.page import NO_STORE, html
from dashboards.picture.follow import Life
from dashboards.picture.lived import Course, all_of, recent
from dashboards.problems import Problem, Told
from dashboards.server import Server
from schemas.change import EntityKind

router = APIRouter(tags=["pages"], include_in_schema=False)

WHOLE = "all"


@router.get("/event/{key:path}")
async def event(request: Request, server: Parts, viewer: Asker, key: str, history: str = "") -> Response:
    """One event, whole; of one that is no more, what people did to it."""
    if server.follower.life == Life.STARTING:
        return html(request, server, viewer, "starting.html")
    scene, root = desk_of(request).scene(viewer), request.scope.get("root_path", "")
    found = find_event(scene, key)
    if found is not None and found != key:
        return RedirectResponse(f"{root}/event/{quote(found)}", 303, dict(NO_STORE))
    course = await course_of(server, EntityKind.EVENT, key, whole=history == WHOLE)
    if found is None and not course.rows:
        if scene.item(key) is not None:
            return RedirectResponse(f"{root}/item/{quote(key)}", 303, dict(NO_STORE))
        raise Problem(404, "not-found", Told("event.none"))
    told = acts(scene, course.rows, await records_of(server, course.rows))
    page, address = event_page(scene, key), f"{root}/event/{quote(key)}"
    shown = {
        "page": page,
        "acts": told,
        "whole": course.whole,
        "address": address,
        "s": stands_of(request, server, viewer),
    }
    return html(request, server, viewer, "event.html", "", **shown)


async def course_of(server: Server, kind: str, key: str, *, whole: bool) -> Course:
    """What has happened to a thing: from memory, or as far back as Kafka keeps it when that is asked for."""
    held = recent(server.follower, kind, key)
    if held.whole or not whole:
        return held
    return await all_of(server.settings.bootstrap, server.follower, kind, key)
