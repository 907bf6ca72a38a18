"""`/changes`, what a meeting begins with: the page, the same rows as a file, the button that says how far one has read.

In: a query (since when, a filter, a page). Out: HTML that works without scripts; CSV; a cookie.
Next: dashboards/changes/gathering.py
"""

from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from dashboards.changes.choice import Query as Beginning
from dashboards.changes.choice import options
from dashboards.changes.export import csv_of
from dashboards.changes.gathering import gather, need_read
from dashboards.changes.reading import last_read, remember
from dashboards.changes.rows import Filter, in_order, page_of
from dashboards.frame import client_words
from dashboards.identify import Asker, Parts, Writer
from dashboards.live import desk_of
from dashboards.page import NO_STORE, html
from dashboards.picture.follow import Life
from dashboards.problems import Problem, Told
from dashboards.telling.happenings import calm_news, sources
from dashboards.telling.scene import Scene

router = APIRouter(tags=["pages"], include_in_schema=False)

Since = Annotated[int | None, Query(ge=0, description="After this version.")]
Time = Annotated[str | None, Query(max_length=60, description="After what was known then.")]
Forum = Annotated[str | None, Query(max_length=200, description="After this forum's last meeting.")]
Code = Annotated[str, Query(max_length=80)]
Number = Annotated[int, Query(ge=1, le=10_000)]


class Asked(NamedTuple):
    """What a query asks for, of the page and of the file alike."""

    since: Beginning
    only: Filter


def _asked(
    since: Since = None,
    time: Time = None,
    forum: Forum = None,
    sector: Code = "",
    area: Code = "",
    actor: Code = "",
) -> Asked:
    return Asked(Beginning(since, time or None, forum), Filter(sector, area, actor))


Wanted = Annotated[Asked, Depends(_asked)]


@router.get("/changes")
async def changes_page(
    request: Request,
    server: Parts,
    viewer: Asker,
    asked: Wanted,
    page: Number = 1,
) -> Response:
    """The front page of a meeting."""
    if server.follower.life == Life.STARTING:
        return html(request, server, viewer, "starting.html")
    wanted, read = asked.only, await last_read(request, server, viewer)
    shown = await gather(server, desk_of(request).scene(viewer), asked.since, wanted, read)
    scene, found = shown.scene, page_of(shown.rows, page)
    keep = {**dict(shown.start.query), **{n: v for n, v in wanted._asdict().items() if v}}
    return html(
        request,
        server,
        viewer,
        "changes.html",
        "changes",
        start=shown.start,
        page=found,
        options=options(scene, shown.start, read, wanted._asdict()),
        wanted=wanted,
        query=urlencode(keep),
        calm=calm_news(scene),
        read=read,
        head=scene.head,
        heard=sources(scene),
        choices=_choices(scene, wanted),
        now=scene.now,
        client_words=client_words(scene.words),
    )


def _choices(scene: Scene, wanted: Filter) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """(filter, what it is now, what it may be)."""
    region = scene.region
    return [
        ("sector", wanted.sector, [(code, sector.name) for code, sector in region.sectors.items()]),
        ("area", wanted.area, list(region.towns.items())),
        ("actor", wanted.actor, sorted(region.actors.items(), key=lambda row: row[1])),
    ]


@router.get("/changes.csv")
async def changes_csv(
    request: Request,
    server: Parts,
    viewer: Asker,
    asked: Wanted,
) -> Response:
    """The same, one line a thing, for a spreadsheet."""
    need_read(server)
    read = await last_read(request, server, viewer)
    scene = desk_of(request).scene(viewer)
    shown = await gather(server, scene, asked.since, asked.only, read)
    name = f"andringar-{shown.start.version}-{scene.head.version}.csv"
    headers = {**NO_STORE, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(csv_of(shown.scene, in_order(shown.rows)), 200, headers, "text/csv; charset=utf-8")


@router.post("/changes/read")
async def read_to(request: Request, server: Parts, viewer: Writer) -> Response:
    """This reader has read to a version: from there the page begins the next time."""
    form = await request.form()
    text = str(form.get("version", ""))
    if not text.isdigit():
        raise Problem(400, "bad-query", Told("changes.no_version"))
    head = (await server.history.at_version(int(text))).head
    root: str = request.scope.get("root_path", "")
    response = RedirectResponse(f"{root}/changes", 303, dict(NO_STORE))
    remember(response, request, server, viewer, head.version, head.hash)
    return response
