"""Makes sheets on schedule, by the space's clock, and keeps the newest one on disk for when nothing else answers.

In: the followed picture. Out: files in `DATA/sheets/`: one for each meeting in the five minutes before it begins, one
for the region in each hour, and `latest.pdf`, `latest.html`, replaced whole every five minutes and when the picture
falls silent. They show what every party may see. A fault in a sheet is logged and passed over: it never stops the
server.
Next: dashboards/sheet/archive.py
"""

import asyncio
import time
from pathlib import Path

import structlog
from jinja2 import TemplateError

from dashboards.access import Role, Viewer
from dashboards.drawing.paint import Paint
from dashboards.metrics import SHEETS
from dashboards.picture.follow import Life
from dashboards.problems import Problem
from dashboards.server import Server
from dashboards.sheet.archive import REGION, Due, Kept, due, kept, prune, stem, write
from dashboards.sheet.making import Ask, make, now_of
from dashboards.sheet.page import alone
from dashboards.sheet.pdf import pdf
from dashboards.sheet.post import Post
from schemas.codec import Json, canon
from schemas.times import MINUTE, parse

log = structlog.get_logger()

LOOK_S = 1.0
LATEST_EVERY = 5 * MINUTE
LATEST_REST_S = 15.0
"""Wall seconds between two newest sheets, however fast an exercise runs: each costs a tenth of a second."""
TEXT_TRIES = 5
AGAIN_S = 60.0
"""A sheet that failed is tried again after so long."""
FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    Problem,
    RuntimeError,
    TemplateError,
    TypeError,
    ValueError,
)
"""Whatever goes wrong with one sheet: a full disk, a content unknown to the template, a version that is gone."""


def folder_of(data: Path) -> Path:
    """Where sheets lie in a data folder."""
    return data / "sheets"


class Keeper:
    """One server's sheets. `run()` as a task."""

    def __init__(self, server: Server) -> None:
        self._server, self._paint = server, Paint(server.words)
        self._folder = folder_of(server.settings.data)
        self._party = Viewer(Role.REPORTER, "", server.space.exercise)
        """What every party may see, and nothing that only some may."""
        self._there = set(kept([path.name for path in self._folder.glob("*.*")], server.space.name))
        self.post = Post(server, self._folder)
        self._failed: dict[str, float] = {}
        self._latest: tuple[int, float, bool] | None = None
        """Moment, wall time and silence of the newest sheet."""

    async def run(self) -> None:
        """Look each second, however many versions come meanwhile; never returns."""
        while True:
            if self._worth_showing():
                await self.look()
            await asyncio.sleep(LOOK_S)

    def _worth_showing(self) -> bool:
        """A picture has been read whole: not while it starts, and not while it catches up with the log."""
        follower = self._server.follower
        caught_up = follower.mark is not None and follower.mark.at_head
        return follower.life != Life.STARTING and caught_up and follower.head.version > 0

    async def look(self) -> None:
        """Make what is due now."""
        server = self._server
        moment, made = now_of(server)
        for wanted in list(due(server.follower.chain.picture, server.now(), self._there)):
            await self._make(wanted)
        last = self._latest
        grown = last is None or moment - last[0] >= LATEST_EVERY or moment < last[0]
        rested = last is None or time.monotonic() - last[1] >= LATEST_REST_S
        if (grown and rested) or (last is not None and last[2] != made.silent):
            self._latest = (moment, time.monotonic(), made.silent)
            await self._make(Due(Ask(), "latest"))

    async def _make(self, wanted: Due) -> None:
        """One sheet, in both forms; a fault is counted, logged, and tried again later."""
        if time.monotonic() - self._failed.get(wanted.label, -AGAIN_S) < AGAIN_S:
            return
        try:
            await self._write(wanted)
        except FAULTS as error:
            self._failed[wanted.label] = time.monotonic()
            SHEETS.labels("failed").inc()
            log.warning("sheet_failed", sheet=wanted.label, error=repr(error))
            return
        self._failed.pop(wanted.label, None)
        SHEETS.labels("made").inc()

    async def _content(self, ask: Ask) -> Json:
        """Content with its words: they lie on another topic, and paper cannot fetch them a moment later."""
        pending = self._server.words("text.pending").encode()
        for _ in range(TEXT_TRIES):
            content = await make(self._server, self._party, ask)
            if pending not in canon(content):
                break
            await asyncio.sleep(LOOK_S)
        return content

    async def _write(self, wanted: Due) -> None:
        content = await self._content(wanted.ask)
        at, space = parse(content["made_at"]), self._server.space.name
        name = "latest" if wanted.label == "latest" else stem(at, wanted.label, space)
        # the page first: it is the one that needs no typesetter
        await asyncio.to_thread(write, self._folder, f"{name}.html", alone(self._paint, content).encode())
        body = await asyncio.to_thread(pdf, content)
        await asyncio.to_thread(write, self._folder, f"{name}.pdf", body)
        if name != "latest":
            self._there.add(Kept(at, wanted.label))
            log.info("sheet_made", sheet=name, version=content["version"])
            if wanted.label != REGION:
                await self.post.hand_in(name, at, content)
            await asyncio.to_thread(prune, self._folder, at, space)
