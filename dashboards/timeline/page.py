"""`/time`: the hours behind as a timeline, and the picture as it was known at any moment of them.

In: `?at=TIME`, `?hours=N`. Out: a page that works without scripts; the part of it that a slider puts in its place; the
reports that lay under a cell then.
Next: dashboards/timeline/reading.py, dashboards/timeline/drawing.py
"""

from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Query, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from dashboards.access import Viewer
from dashboards.desk import matrix
from dashboards.desk.cell import cell_page
from dashboards.drawing.map import Drawing, load_drawing
from dashboards.frame import SIX, client_words
from dashboards.identify import Asker, Parts
from dashboards.live import desk_of
from dashboards.page import NO_STORE, html
from dashboards.picture.follow import Life
from dashboards.problems import Problem, Told
from dashboards.server import Server
from dashboards.telling import advice, happenings, overview, six
from dashboards.telling.moments import past_moment
from dashboards.telling.scene import Scene
from dashboards.timeline.drawing import said, timeline
from dashboards.timeline.lanes import lanes, marks, moments, table, worst_lanes
from dashboards.timeline.reading import Then, hours, then
from dashboards.timeline.window import SPANS, USUAL, Window, steps, window
from schemas.times import SECOND, z
from streams.words import Words

router = APIRouter(tags=["pages"], include_in_schema=False)

At = Annotated[str, Query(max_length=60, description="A moment: RFC 3339, or as people write it.")]
Hours = Annotated[int, Query(alias="hours", ge=1, le=10_000)]


class Tools:
    """What the room draws with, made once in a process."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self._cells: dict[tuple[str, str, Words], matrix.Cells] = {}

    def cells(self, viewer: Viewer, root: str, words: Words) -> matrix.Cells:
        """Markup of the matrix as one view saw it last: a step draws only the cells that differ."""
        return self._cells.setdefault((viewer.view, root, words), matrix.Cells())


class Shown(NamedTuple):
    """A moment as a page shows it."""

    past: bool
    at: int
    title: str
    distance: str
    parts: dict[str, Any]


def tools_of(request: Request, server: Server) -> Tools:
    """The one of the process."""
    state = request.app.state
    if not hasattr(state, "timeline"):
        state.timeline = Tools(load_drawing(server.settings.region_folder))
    tools: Tools = state.timeline
    return tools


@router.get("/time")
async def time_page(request: Request, server: Parts, viewer: Asker, *, at: At = "", span: Hours = USUAL) -> Response:
    """The page."""
    if server.follower.life == Life.STARTING:
        return html(request, server, viewer, "starting.html")
    newest = desk_of(request).scene(viewer)
    words, now = newest.words, newest.now
    shown = window(_moment(at, now, words), now, span)
    shown, picture, entries = await hours(server, shown)
    every = lanes(picture, entries, shown)
    times, rows = table(every, shown)
    signs = marks(newest, entries, shown)
    sectors = newest.region.sectors
    moment = await _shown(request, server, viewer, newest, shown.at)
    return html(
        request,
        server,
        viewer,
        "time.html",
        "time",
        window=shown,
        svg=timeline(worst_lanes(every), signs, shown, words, sectors),
        spans=SPANS,
        then=moment,
        sectors=list(sectors.values()),
        six=SIX,
        table=_table(times, rows, newest),
        signs=[(words.when(mark.at, now), mark.text) for mark in signs],
        moments=",".join(str((t - shown.start) // SECOND) for t in moments(entries, shown)),
        field=words.when(shown.at, now) if shown.past else "",
        steps=[(_step_name(words, step), step, z(to)) for step, to in steps(shown, now)],
        iso=z,
        base=request.scope.get("root_path", ""),
        now=now,
        slider=_slider(shown, words),
        client_words=client_words(words),
    )


def _moment(text: str, now: int, words: Words) -> int | None:
    """The moment that is meant; None for now. Problem 400 for none."""
    if not text.strip():
        return None
    found = past_moment(text, now, words)
    if found is None:
        raise Problem(400, "bad-query", words("fault.time", text=text[:40]))
    return found


def _step_name(words: Words, step: int) -> str:
    return ("−" if step < 0 else "+") + words.age(abs(step))


def _slider(shown: Window, words: Words) -> dict[str, object]:
    """Positions of the slider: whole steps from the beginning of the window."""
    most = -(-(shown.end - shown.start) // shown.step)
    place = min(most, round((shown.at - shown.start) / shown.step))
    return {"most": most, "place": place, "text": words.when(shown.at, shown.end)}


def _table(times: list[int], rows: Any, scene: Scene) -> dict[str, Any]:
    words, sectors = scene.words, scene.region.sectors
    return {
        "times": [words.when(t, times[-1]) for t in times],
        "rows": [
            (
                sectors[sector].name,
                [said(sector, s.worst, s.areas, s.unknown, words, sectors).partition(": ")[2] for s in row],
            )
            for sector, row in rows.items()
        ],
    }


async def _shown(request: Request, server: Server, viewer: Viewer, newest: Scene, at: int) -> Shown:
    """The moment drawn: six answers, map, matrix, what went on, what waited, what was learned later."""
    found = await then(server, newest.region, viewer, newest, at)
    words, past = newest.words, at < newest.now
    time = words.when(at, newest.now)
    title = words("timeline.then", time=time) if past else words("timeline.now", time=time)
    distance = words("timeline.before", age=words.age(newest.now - at)) if past else ""
    tools, root = tools_of(request, server), request.scope.get("root_path", "")
    return Shown(past, at, title, distance, draw(found, tools, viewer, root))


def draw(found: Then, tools: Tools, viewer: Viewer, root: str) -> dict[str, Any]:
    """Everything of a moment that a template needs."""
    scene, place = found.scene, f"{root}/time/{z(found.scene.now)}/cell/"
    cells = tools.cells(viewer, root, scene.words).markup(scene, root)
    return {
        "version": scene.head.version,
        "six": {answer.id: answer for answer in six.six(scene)},
        "map": overview.big_map(scene, tools.drawing),
        "rows": matrix.rows(scene),
        "cells": {name: Markup(made.replace(f"{root}/cell/", place, 1)) for name, made in cells.items()},  # noqa: S704
        "later": found.later,
        "marked": {matrix.cell_id(*cell) for cell in found.later.cells},
        "going": happenings.happenings(scene),
        "waiting": [card for card in advice.cards(scene) if card.open],
        "forums": advice.forums(scene),
    }


@router.get("/time/then")
async def then_part(request: Request, server: Parts, viewer: Asker, at: At) -> Response:
    """What the slider puts in place: the moment alone."""
    if server.follower.life == Life.STARTING:
        raise Problem(503, "not-ready", viewer.words("ready.starting"), headers={"Retry-After": "2"})
    desk = desk_of(request)
    newest, root = desk.scene(viewer), request.scope.get("root_path", "")
    moment = min(newest.now, _moment(at, newest.now, newest.words) or newest.now)
    shown = await _shown(request, server, viewer, newest, moment)
    sectors = list(newest.region.sectors.values())
    page = desk.paint(viewer.language).page("then.html", root, then=shown, sectors=sectors, six=SIX, iso=z, base=root)
    return HTMLResponse(page, 200, dict(NO_STORE))


@router.get("/time/{at}/cell/{area}/{sector}")
async def cell_then(request: Request, server: Parts, viewer: Asker, *, at: str, area: str, sector: str) -> Response:
    """The reports that lay under a cell then."""
    if area not in server.place.municipalities or sector not in server.sectors:
        raise Problem(404, "not-found", Told("problem.no_cell"))
    if server.follower.life == Life.STARTING:
        return html(request, server, viewer, "starting.html")
    newest = desk_of(request).scene(viewer)
    moment = min(newest.now, _moment(at, newest.now, newest.words) or newest.now)
    found = await then(server, newest.region, viewer, newest, moment)
    title = newest.words("timeline.then", time=newest.words.when(moment, newest.now))
    page = cell_page(found.scene, area, sector)
    return html(request, server, viewer, "cell_then.html", page=page, title=title, at=z(moment))
