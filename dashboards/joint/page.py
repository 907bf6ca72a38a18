"""`/joint` and `/requests`: what the county board has published, what it is about to, and which reports it asks for.

In: requests of browsers. Out: pages that work without scripts; publishing and asking are commands (`/command`).
Next: dashboards/joint/compose.py, dashboards/joint/told.py, dashboards/activation/acting.py
"""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from dashboards.access import Act, Viewer
from dashboards.identify import Asker, Parts, Writer, need
from dashboards.joint.asked import asked, hit
from dashboards.joint.compose import PLACES, draft
from dashboards.joint.told import Published, events_of, one, published
from dashboards.live import desk_of
from dashboards.page import html
from dashboards.picture.follow import Life
from dashboards.picture.view import Sight
from dashboards.problems import Problem
from dashboards.server import Server
from dashboards.sheet.scenery import scene_of
from dashboards.telling.scene import Scene
from dashboards.timeline.later import LearnedLater
from dashboards.timeline.page import draw, tools_of
from dashboards.timeline.reading import Then
from schemas.sectors import Label

router = APIRouter(tags=["pages"], include_in_schema=False)

NOTHING = LearnedLater([], 0, frozenset())


@router.get("/joint")
async def joint_list(request: Request, server: Parts, viewer: Asker) -> Response:
    """Everything published, the newest first."""
    if server.follower.life == Life.STARTING:
        return html(request, server, viewer, "starting.html")
    scene = desk_of(request).scene(viewer)
    return html(
        request,
        server,
        viewer,
        "joint_list.html",
        "joint",
        rows=published(scene),
        may=_may(server, viewer, "publish_picture"),
        hidden=not viewer.sees(Label.INTERNAL),
    )


def _may(server: Server, viewer: Viewer, command: str) -> bool:
    return viewer.may_command(command, server.reference["roles"])


def _need(server: Server, viewer: Viewer, scene: Scene, command: str) -> None:
    need(viewer, Act.COMMAND)
    if not _may(server, viewer, command):
        raise Problem(403, "not-allowed", scene.words("joint.not_allowed"))


@router.get("/joint/new")
async def compose(request: Request, server: Parts, viewer: Asker) -> Response:
    """A new one: what is most likely wanted is filled in."""
    if server.follower.life == Life.STARTING:
        return html(request, server, viewer, "starting.html")
    scene = desk_of(request).scene(viewer)
    _need(server, viewer, scene, "publish_picture")
    shown = {"draft": draft(scene), "head": scene.head, "places": PLACES, "missing": False}
    return html(request, server, viewer, "joint_new.html", "joint", **shown)


@router.post("/joint/new")
async def preview(request: Request, server: Parts, viewer: Writer) -> Response:
    """The same form again, or how it would look: nothing is published yet."""
    scene = desk_of(request).scene(viewer)
    _need(server, viewer, scene, "publish_picture")
    form = await request.form(max_fields=2_000)
    told = draft(scene, form)
    text = told.text()
    if form.get("step") != "preview" or not text or not told.name:
        missing = form.get("step") == "preview"
        shown = {"draft": told, "head": scene.head, "places": PLACES, "missing": missing}
        return html(request, server, viewer, "joint_new.html", "joint", **shown)
    words = scene.words
    return html(
        request,
        server,
        viewer,
        "joint_preview.html",
        "joint",
        draft=told,
        text=text,
        events=events_of(scene, told.keys("top")) + events_of(scene, told.keys("with")),
        top=set(told.keys("top")),
        keys=told.keys("top") + told.keys("with"),
        left_out=[
            (*row, _title(scene, row[0])) for row in told.left_out(words("joint.unsaid"), words("joint.unknown"))
        ],
        head=scene.head,
    )


def _title(scene: Scene, what: str) -> str:
    shown = events_of(scene, [what])
    return shown[0].title if shown else what


@router.get("/joint/{key}")
async def joint_one(request: Request, server: Parts, viewer: Asker, key: str) -> Response:
    """One whole, on the very version of the picture that it was made of."""
    if server.follower.life == Life.STARTING:
        return html(request, server, viewer, "starting.html")
    scene = desk_of(request).scene(viewer)
    found = one(scene, key)
    if found is None:
        raise Problem(404, "not-found", scene.words("joint.not_there"))
    then = await _made_of(server, viewer, scene, found)
    drawn = None if then is None else draw(then, tools_of(request, server), viewer, request.scope.get("root_path", ""))
    return html(
        request,
        server,
        viewer,
        "joint.html",
        "joint",
        joint=found,
        grid=drawn,
        events=events_of(scene if then is None else then.scene, found.events),
        sectors=list(server.sectors.values()),
        may=_may(server, viewer, "correct_published"),
        at="" if then is None else scene.words.when(then.scene.now, scene.now),
    )


async def _made_of(server: Server, viewer: Viewer, scene: Scene, found: Published) -> Then | None:
    """The picture that it was made of; None where that is not kept any more."""
    try:
        past = await server.history.at_version(found.version)
    except Problem:
        return None
    sight = Sight(past.picture, viewer, server.texts.get)
    return Then(scene_of(scene.region, sight, past.head, None, past.head.at or scene.now), NOTHING)


@router.get("/requests")
async def requests_page(
    request: Request,
    server: Parts,
    viewer: Asker,
    areas: Annotated[str, Query(max_length=300)] = "",
    sectors: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """What has been asked for and what has come; the form of a new request."""
    if server.follower.life == Life.STARTING:
        return html(request, server, viewer, "starting.html")
    scene = desk_of(request).scene(viewer)
    towns = scene.region.towns
    chosen = {"all": list(towns), "hit": hit(scene)}.get(areas, areas.split(","))
    return html(
        request,
        server,
        viewer,
        "requests.html",
        "requests",
        rows=asked(scene) if viewer.sees(Label.INTERNAL) else [],
        may=_may(server, viewer, "request_reports"),
        sectors=list(server.sectors.values()),
        towns=list(towns.items()),
        actors=sorted(scene.region.actors.items(), key=lambda row: row[1]),
        chosen={code for code in chosen if code in towns},
        chosen_sectors=set(sectors.split(",")),
        head=scene.head,
    )
