"""Rooms kept alive: parts are drawn once for all who see the same, and only those that changed are pushed.

In: the follower, a viewer. Out: event streams `/ROOM/stream` of `parts` and `mark`. How a room is added stands in
dashboards/rooms.py.
Next: dashboards/static/alive.js
"""

import asyncio
import secrets
from collections import Counter, OrderedDict
from collections.abc import AsyncGenerator, Mapping
from typing import NamedTuple, TypeVar

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from dashboards.access import Viewer
from dashboards.api.calls import sight_of
from dashboards.api.frames import viewed
from dashboards.api.stream import MARK_S, RETRY_MS, EventStream, mark_body, sse
from dashboards.desk.matrix import Cells
from dashboards.desk.parts import Stand, alarms
from dashboards.drawing.map import load_drawing
from dashboards.drawing.paint import Paint
from dashboards.frame import waits
from dashboards.identify import Asker, Parts
from dashboards.picture.difference import What, what
from dashboards.picture.follow import Life
from dashboards.picture.search import Haystack
from dashboards.problems import Problem, Told
from dashboards.rooms import CELLS_COUNTED, PERSONAL, ROOMS, Canvas
from dashboards.server import Server
from dashboards.telling.kept import Kept
from dashboards.telling.scene import Region, Scene
from schemas.change import EntityKind
from schemas.codec import Json, canon
from streams.reference import SectorName
from streams.words import LANGUAGES, load_words

router = APIRouter(tags=["pages"], include_in_schema=False)

SPACING_S = 0.015
"""Least time between two drawings of a view: a burst becomes one push."""
SHARE = 1
"""And at least so many times what the last one took, for each view that is looked at: half of the process is left to
everything else."""
A_STREAM_S = 0.000_3
"""And so much for every open stream: a push to a thousand takes time too."""
LOOK_S = 5.0
"""What depends on the hour is drawn again so often, also when nothing came."""
KEPT = 64
"""Views, drawings and names of drawings that are kept."""
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Drawn(NamedTuple):
    """A room's page as one view sees it."""

    parts: Mapping[str, str]
    name: str
    """Of this very drawing; a browser sends back the one it shows."""
    version: int
    alarms: list[dict[str, str]]


def region_of(server: Server, language: str = LANGUAGES[0]) -> Region:
    """Names and rules that the server's pages share; in another language than the county's own, sectors have its words.

    Names of places, actors and feeds, and the texts of rules, stay as the county's data has them.
    """
    words, sectors = load_words(language), server.sectors
    if language != LANGUAGES[0]:
        sectors = {
            code: SectorName(code, words(f"sector.{code}").capitalize(), words(f"wall_sector.{code}"), about.home)
            for code, about in server.sectors.items()
        }
    return Region(server.place, sectors, server.actors, server.feeds, server.reference, words)


class _View(NamedTuple):
    """What a drawing depends on beside the picture: who look alike are drawn for once."""

    room: str
    of: str
    seen: str
    language: str
    may: tuple[bool, bool]
    root: str
    personal: Viewer | None


class _Held(NamedTuple):
    """The newest drawing of a view."""

    state: object
    """What it depends on, as it was."""
    drawn: Drawn
    due: float
    """On the loop's clock: not drawn again for a stream before that."""
    took: float
    """Seconds that it took to draw."""


def _bounded(held: OrderedDict[_Key, _Value], used: _Key, most: int) -> None:
    """What was used last stays; the longest unused make room."""
    held.move_to_end(used)
    while len(held) > most:
        held.popitem(last=False)


class Desk:
    """Draws every room for each view that somebody looks at."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._paints = {language: Paint(load_words(language)) for language in LANGUAGES}
        self._regions = {language: region_of(server, language) for language in LANGUAGES}
        self._drawing = load_drawing(server.settings.region_folder)
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._cells: OrderedDict[tuple[str, str, str], Cells] = OrderedDict()
        self._now: OrderedDict[_View, _Held] = OrderedDict()
        self._named: OrderedDict[str, Drawn] = OrderedDict()
        self.haystack = Haystack(lambda: server.texts.erased)
        self._boot, self._count = secrets.token_hex(4), 0
        self._streams: Counter[_View] = Counter()

    def paint(self, language: str) -> Paint:
        """The templates in a language."""
        return self._paints[language]

    def scene(self, viewer: Viewer) -> Scene:
        """The newest picture through a viewer's eyes, in the viewer's language."""
        server, follower = self._server, self._server.follower
        sight, region = sight_of(server, viewer), self._regions[viewer.language]
        kept = self._kept.get(viewer.view)
        if kept is None or not kept.reaches(follower.chain):
            kept = self._kept[viewer.view] = Kept(follower.chain, sight, region)
        _bounded(self._kept, viewer.view, KEPT)
        return kept.scene(
            region,
            sight,
            now=server.now(),
            heard=follower.mark.heard if follower.mark else {},
            receiver=server.settings.webhook is not None or server.settings.smtp_host is not None,
        )

    def drawn(self, viewer: Viewer, root: str, room: str = "desk", of: str = "") -> Drawn:
        """A room's page now, `of` one thing or of all; drawn again only when something it shows may have changed."""
        return self._held(viewer, self._view(viewer, root, room, of)).drawn

    def _view(self, viewer: Viewer, root: str, room: str, of: str) -> _View:
        roles = self._server.reference["roles"]
        may = (viewer.may_command("acknowledge", roles), viewer.may_command("close", roles))
        return _View(room, of, viewer.view, viewer.language, may, root, viewer if room in PERSONAL else None)

    def _held(self, viewer: Viewer, view: _View) -> _Held:
        server, loop = self._server, asyncio.get_running_loop()
        began = loop.time()
        state = (server.follower.head, server.texts.revision, int(began / LOOK_S))
        held = self._now.get(view)
        if held is not None and held.state == state:
            return held
        scene, stand = self.scene(viewer), Stand(*view.may, viewer.exercise, view.root)
        of = (view.seen, view.language, view.root)
        cells = self._cells.setdefault(of, Cells())
        _bounded(self._cells, of, KEPT)
        paint, ring = self.paint(viewer.language), server.follower.chain.ring
        made = Canvas(scene, stand, self._drawing, cells, paint, server.duty, ring, view.of, self.haystack)
        parts = {**ROOMS[view.room](made), "p-waits": waits(scene.sight.picture)}
        drawn = self._name(held.drawn if held else None, parts, scene)
        ended = loop.time()
        took = ended - began
        # the quicker of two: one that the collector of memory held up makes nobody wait for the next
        usual = took if held is None else min(took, held.took)
        pause = max(SPACING_S, SHARE * usual * len(self._streams), A_STREAM_S * self._streams.total())
        held = self._now[view] = _Held(state, drawn, ended + pause, took)
        _bounded(self._now, view, KEPT)
        return held

    def _name(self, before: Drawn | None, parts: Mapping[str, str], scene: Scene) -> Drawn:
        """Equal drawings keep their name, so that nothing is pushed."""
        if before is not None and before.parts == parts:
            return before
        self._count += 1
        drawn = Drawn(parts, f"{self._boot}-{self._count}", scene.head.version, alarms(scene))
        self._named[drawn.name] = drawn
        _bounded(self._named, drawn.name, KEPT)
        return drawn

    def push(self, has: str, drawn: Drawn, viewer: Viewer, *, cells: bool = True) -> bytes:
        """The parts that differ from what a browser shows; all of them when that is not known any more."""
        before = self._named.get(has)

        def build() -> bytes:
            old = before.parts if before is not None else {}
            body: Json = {
                "name": drawn.name,
                "version": drawn.version,
                "parts": {name: markup for name, markup in drawn.parts.items() if old.get(name) != markup},
                "alarms": drawn.alarms,
                "counts": self._counts(before.version, viewer) if before is not None and cells else {},
            }
            return sse("parts", canon(body))

        return self._server.built.get(("desk", has, drawn.name), build)

    def _counts(self, since: int, viewer: Viewer) -> dict[str, int]:
        """How many cells got worse, better, new, silent: what is said to those who listen."""
        entries = self._server.follower.chain.ring.after(since) or []
        sight = sight_of(self._server, viewer)
        words = Counter(
            what(change, before)
            for entry in entries
            for change, before in viewed(entry, sight)
            if change.kind == EntityKind.CELL
        )
        return {w.value: words[w] for w in (What.WORSE, What.BETTER, What.NEW, What.GONE_SILENT) if words[w]}

    async def frames(self, viewer: Viewer, root: str, has: str, room: str, of: str) -> AsyncGenerator[bytes]:
        """Pushes as the picture changes, and marks."""
        view = self._view(viewer, root, room, of)
        self._streams[view] += 1
        try:
            async for frame in self._frames(viewer, view, has):
                yield frame
        finally:
            self._streams -= Counter([view])  # this subtraction keeps no zero

    async def _frames(self, viewer: Viewer, view: _View, has: str) -> AsyncGenerator[bytes]:
        loop, follower = asyncio.get_running_loop(), self._server.follower
        yield f"retry: {RETRY_MS}\n\n".encode()
        marked = 0.0
        while True:
            seen = follower.head
            held = self._held(viewer, view)
            if held.drawn.name != has:
                yield self.push(has, held.drawn, viewer, cells=view.room in CELLS_COUNTED)
                has = held.drawn.name
            if loop.time() - marked >= MARK_S:
                marked = loop.time()
                yield sse("mark", canon(mark_body(self._server)))
            # all who look alike wake at the same moment: the first of them draws, the others find it drawn
            await asyncio.sleep(max(0.0, held.due - loop.time()))
            if follower.head is seen:
                await follower.wait(max(0.01, marked + MARK_S - loop.time()))


def desk_of(request: Request) -> Desk:
    """The one desk of the process, made as it starts: its templates take half a second which no reader waits for."""
    desk: Desk = request.app.state.desk
    return desk


@router.get("/{room}/stream")
async def stream(request: Request, server: Parts, viewer: Asker, room: str, has: str = "", of: str = "") -> Response:
    """Parts of a room as they change; `has` names the drawing that the page shows.

    Refused while nothing has been read: an empty picture pushed into an open page would be a wrong one.
    """
    if room not in ROOMS:
        raise HTTPException(404)
    if server.follower.life == Life.STARTING:
        raise Problem(503, "not-ready", Told("ready.starting"), headers={"Retry-After": "2"})
    desk, root = desk_of(request), request.scope.get("root_path", "")
    return EventStream(server, room, lambda: desk.frames(viewer, root, has, room, of))
