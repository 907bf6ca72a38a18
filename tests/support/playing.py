"""The exercise's script with a clock that a test sets by hand, and a list in Kafka's place."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from connectors.contract import Connector
from connectors.recorded import Running, Script, load_script, serve
from connectors.recorded.moment import moment
from connectors.run import Round
from connectors.sources import open_source
from connectors.telling.cursor import CursorFile
from schemas.codec import Json, load
from schemas.topics import Space
from streams.bus import In, Out
from streams.feeds import load_feeds

FOLDER = Path(__file__).parents[2] / "region" / "stockholm" / "exercises" / "snowstorm"
SPACE = Space("ovning-test")


class HandClock:
    """Space time that stands until it is set."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self.at = script.start

    def __call__(self) -> int:
        return self.at

    def to(self, text: str) -> None:
        """Set it to a time of the story, such as `T+00:00`."""
        self.at = moment(text, self._script.t)


class Topics:
    """Keeps what is published, as Kafka would; `die_after` loses its process after so many sends."""

    def __init__(self) -> None:
        self.records: dict[str, list[Out]] = {}
        self.sends = 0
        self.die_after: int | None = None
        self._came: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)

    async def until(self, name: str) -> None:
        """Wait for the first record on a topic of the space."""
        await self._came[SPACE.topic(name)].wait()

    async def send(self, outs: Sequence[Out]) -> list[int]:
        offsets = []
        for out in outs:
            offsets.append(len(self.records.setdefault(out.topic, [])))
            self.records[out.topic].append(out)
            self._came[out.topic].set()
        self.sends += 1
        if self.die_after is not None and self.sends >= self.die_after:
            raise KilledError
        return offsets

    def values(self, name: str) -> list[Json]:
        """Bodies on a topic of the space."""
        return [load(out.value or b"{}") for out in self.records.get(SPACE.topic(name), [])]

    async def published(self, name: str) -> AsyncIterator[list[In]]:
        """A topic from its beginning."""
        outs = self.records.get(SPACE.topic(name), [])
        yield [In(o.topic, 0, i, 0, o.key, o.value, dict(o.headers)) for i, o in enumerate(outs)]


class KilledError(BaseException):
    """What a kill -9 looks like from inside a test."""


class Playing:
    """The recorded service, asked by the real connectors."""

    def __init__(self, script: Script, clock: HandClock, running: Running, session: aiohttp.ClientSession) -> None:
        self.script, self.clock, self.running, self.session = script, clock, running, session
        self.topics = Topics()

    def round(self, source: str, data: Path, connector: Connector | None = None) -> Round:
        """A fresh process's rounds of one source."""
        made = open_source(load_feeds(FOLDER.parents[1])[source], self.session)
        return Round(
            made if connector is None else made._replace(connector=connector),
            space=SPACE,
            now=self.clock,
            sender=self.topics,
            cursor_file=CursorFile(data / "connectors", source, SPACE.name),
        )


@asynccontextmanager
async def playing(data: Path, folder: Path = FOLDER) -> AsyncIterator[Playing]:
    """Serve the script; the caller puts `running.environment` into its own environment."""
    script = load_script(folder)
    clock = HandClock(script)
    running = await serve(script, clock, 0, data)
    async with aiohttp.ClientSession() as session:
        try:
            yield Playing(script, clock, running, session)
        finally:
            await running.stop()
