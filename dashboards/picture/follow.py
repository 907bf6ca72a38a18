"""The newest picture of a region, followed from `picture.changes`: checked link by link, never guessed.

In: version records and marks. Out: the chain with the newest picture, one wake-up per batch.
A gap, a fork or a broken link makes the server not ready and loud; the last good picture stands until another is whole.
Next: dashboards/picture/view.py
"""

import asyncio
import time
from enum import StrEnum

import structlog

from dashboards.metrics import CHAIN_BREAKS, SERVED_VERSION, VERSIONS_READ
from dashboards.picture.chain import Chain, ChainBroken, Head, beginning, read_version
from dashboards.picture.ring import MOST_VERSIONS
from dashboards.picture.texts import TextIndex, text_keys
from schemas.change import TYPE_HEADER, Mark, Version, read_mark
from schemas.codec import load
from schemas.topics import CHANGES, Space
from streams.bus import In, Reader, bounds
from streams.settled import settle
from streams.snapshots import newest_picture

log = structlog.get_logger()

TEXT_WAIT_S = 0.5
"""Longest a version waits for its texts: they lie on another topic and may be read a moment later."""
RELOAD_S = 2.0
BEFORE_SNAPSHOT = 500
"""Records looked through for the time of the version that a snapshot holds."""


class Life(StrEnum):
    """How the follower is."""

    STARTING = "starting"
    """Kafka has not answered yet, or nothing has been read to the end."""
    LIVE = "live"
    BROKEN = "broken"
    """The chain of versions does not hold together; the last good picture is kept, marked as such."""


class Follower:
    """One region's newest picture. `run()` as a task; everything else is read between awaits."""

    def __init__(self, bootstrap: str, space: Space, region: str, partition: int, texts: TextIndex) -> None:
        self.space, self.region = space, region
        self.chain = beginning(space.name, region)
        self.life = Life.STARTING
        self.fault: str | None = None
        """What is wrong, when broken."""
        self.mark: Mark | None = None
        self.logged: dict[int, int] = {}
        """Version -> offset of the record of `region.log` that made it, for the newest ones."""
        self.marked_at: float | None = None
        """`time.monotonic()` when the newest mark came."""
        self._bootstrap, self._texts = bootstrap, texts
        self._place = (space.topic(CHANGES), partition)
        self._woken = asyncio.Event()

    @property
    def head(self) -> Head:
        """Which version is the newest."""
        return self.chain.head

    @property
    def age_s(self) -> float | None:
        """Wall seconds since the picture last gave a sign of life; None before the first."""
        return None if self.marked_at is None else time.monotonic() - self.marked_at

    async def wait(self, seconds: float) -> None:
        """Until something new has come, at most so long."""
        woken = self._woken
        try:
            async with asyncio.timeout(seconds):
                await woken.wait()
        except TimeoutError:
            return

    async def wait_version(self, number: int, seconds: float) -> bool:
        """True as soon as the picture is at least at this version; False when the time is out."""
        until = time.monotonic() + seconds
        while self.head.version < number:
            left = until - time.monotonic()
            if left <= 0:
                return False
            await self.wait(left)
        return True

    def wake(self) -> None:
        """Let everyone who waits look again."""
        self._woken.set()
        self._woken = asyncio.Event()

    async def run(self) -> None:
        """Load, follow, and after a broken link load anew; never returns."""
        while True:
            try:
                await self._follow()
            except ChainBroken as broken:
                self.life, self.fault = Life.BROKEN, str(broken)
                CHAIN_BREAKS.inc()
                log.error("picture_chain_broken", region=self.region, version=self.head.version, why=self.fault)  # noqa: TRY400 the text says all
            except RuntimeError as error:  # aiokafka's errors: a topic that is not made yet, a broker without a leader
                log.warning("picture_not_read", region=self.region, error=repr(error))
            self.wake()
            await asyncio.sleep(RELOAD_S)

    async def _load(self) -> tuple[Chain, int]:
        """Newest snapshot as a chain, and where to read on."""
        topic, partition = self._place
        first, _ = (await bounds(self._bootstrap, [self._place]))[self._place]
        picture, version, digest, offset = await newest_picture(self._bootstrap, self.space, self.region, partition)
        at = await self._time_of(version, first, offset) if version else None
        log.info("picture_loaded", at=f"{topic}[{partition}]@{offset}", version=version)
        return Chain(picture, Head(version, digest, at)), offset

    async def _time_of(self, version: int, first: int, offset: int) -> int | None:
        """Space time of the version in the snapshot: its record lies shortly before."""
        start = max(first, offset - BEFORE_SNAPSHOT)
        async with Reader(self._bootstrap, "lagesbild.server.picture", {self._place: start}) as reader:
            while await reader.at(*self._place) < offset:
                for record in await reader.batch():
                    found = self._version(record)
                    if found is not None and found.number == version:
                        return found.at
        return None

    async def _follow(self) -> None:
        chain, start = await self._load()
        _, end = (await bounds(self._bootstrap, [self._place]))[self._place]
        behind = True
        async with Reader(self._bootstrap, "lagesbild.server.picture", {self._place: start}) as reader:
            while True:
                records = await reader.batch(wait_s=0.5)
                for record in records:
                    await self._take(chain, record, live=not behind)
                if behind and await reader.at(*self._place) >= end:
                    behind = False
                    self.chain, self.life, self.fault = chain, Life.LIVE, None
                    settle()
                    log.info("picture_live", region=self.region, version=chain.head.version)
                if records and not behind:
                    SERVED_VERSION.set(chain.head.version)
                    self.wake()

    def _version(self, record: In) -> Version | None:
        """Version of a record of this region; None for marks and other regions."""
        if record.value is None or (record.key or b"").decode() != self.region:
            return None
        if record.headers.get(TYPE_HEADER) == b"mark":
            return None
        return read_version(record.value, load(record.value))

    async def _take(self, chain: Chain, record: In, *, live: bool) -> None:
        if record.value is None or (record.key or b"").decode() != self.region:
            return
        if record.headers.get(TYPE_HEADER) == b"mark":
            # read late, a mark is as old as Kafka says: what stood still before this start must not look alive
            late_s = 0 if live else max(0, time.time() - record.timestamp / 1000)
            self.mark, self.marked_at = read_mark(load(record.value)), time.monotonic() - late_s
            return
        version = read_version(record.value, load(record.value))
        if live:
            keys = [key for change in version.changes for key in text_keys(change.value)]
            await self._texts.wait_for(keys, TEXT_WAIT_S)
        if chain.advance(version):
            VERSIONS_READ.inc()
            self._note(version.number, record)

    def _note(self, number: int, record: In) -> None:
        self.logged[number] = int(record.headers.get("offset", b"-1"))
        while len(self.logged) > MOST_VERSIONS:
            del self.logged[next(iter(self.logged))]
