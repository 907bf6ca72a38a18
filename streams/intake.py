"""Intake: input topics to the region log, in two lanes that never wait for each other. Plain aiokafka.

In: people's lane (commands, control, actors' reports) and feeds' lane (reports and health of feeds).
Out: `texts` first, then `region.log`, `rejected`, `outcomes`; the input offset only after all of it is confirmed.
A process that dies in between repeats itself; the fold tells repeats by the input's place. Next: streams/merge.py
"""

import asyncio
from collections.abc import Iterable, Sequence

import structlog

from schemas.change import TYPE_HEADER, read_mark
from schemas.clock import ClockRecord
from schemas.codec import load
from schemas.ids import ACTOR_PREFIX
from schemas.topics import CHANGES, COMMANDS, CONTROL, LOG, Space, health, reports
from streams import metrics
from streams.admission import Admission, Admitted
from streams.areas import AreaIndex
from streams.bus import GroupReader, In, Producer, Reader, bounds
from streams.clock import SpaceClock, last_setting
from streams.control import watch_region
from streams.feeds import load_feeds
from streams.reference import load_reference
from streams.settings import Settings
from streams.topology import region_partition

log = structlog.get_logger()

COMMIT_S = 0.5
"""Offsets are committed at most so often, and at stop: a commit a batch cost 12 ms of latency, repeats are free."""
PEOPLE_BATCH = 500
FEED_BATCH = 200
"""A feed's flood goes in small batches, so that it never holds the people's records up in the log."""
FEED_PAUSE = 2_000
"""Feeds wait while more records than this lie unfolded."""


class Lane:
    """One lane: reads a group's topics, admits each record, publishes, commits."""

    def __init__(self, settings: Settings, name: str, topics: Sequence[str], admission: Admission, lag: "Lag") -> None:
        self._name, self._admission, self._lag = name, admission, lag
        self._reader = GroupReader(settings.bootstrap, settings.where.group(f"intake.{name}"), topics)
        self._producer = Producer(settings.bootstrap, f"lagesbild.intake.{name}")
        self._log = settings.where.topic(LOG)
        self._limit, self._waits = (FEED_BATCH, True) if name == "feeds" else (PEOPLE_BATCH, False)
        self._done: dict[tuple[str, int], int] = {}
        self._committed = 0.0

    async def run(self) -> None:
        """Until cancelled; what is confirmed is committed on the way out."""
        await self._producer.start()
        async with self._reader:
            try:
                while True:
                    if self._waits:
                        await self._lag.low()
                    records = await self._reader.batch(self._limit)
                    if records:
                        await self._take(records)
                    await self._commit()
            finally:
                await self._commit(now=True)
                await self._producer.stop()

    async def _take(self, records: list[In]) -> None:
        admitted = [self._admission.admit(record) for record in records]
        await self._producer.send([out for a in admitted for out in a.texts])
        outs = [out for a in admitted for out in a.outs]
        offsets = await self._producer.send(outs)
        self._lag.appended(
            max((o + 1 for o, out in zip(offsets, outs, strict=True) if out.topic == self._log), default=0)
        )
        self._count(admitted)
        for record in records:
            place = record.topic, record.partition
            self._done[place] = max(record.offset + 1, self._done.get(place, 0))

    def _count(self, admitted: list[Admitted]) -> None:
        for one in admitted:
            metrics.INTAKE_RECORDS.labels(self._name, one.kind).inc()
            if one.reason is not None:
                metrics.REJECTED.labels(one.reason).inc()
                log.warning("rejected", lane=self._name, reason=one.reason)

    async def _commit(self, *, now: bool = False) -> None:
        clock = asyncio.get_running_loop().time()
        if not now and clock - self._committed < COMMIT_S:
            return
        done, self._done = self._done, {}
        if done:
            await self._reader.commit(done)
        behind = None if now else await self._reader.behind()
        if behind is not None:
            metrics.INTAKE_LAG.labels(self._name).set(behind)
        self._committed = clock


class Lag:
    """How much of what intake appended is not folded yet, from the marks; before the first one nothing is held back."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folded: int | None = None
        self._end = 0
        self._ok = asyncio.Event()
        self._ok.set()

    async def low(self) -> None:
        """Wait until the fold has caught up enough for feeds."""
        await self._ok.wait()

    def appended(self, end: int) -> None:
        """The log reaches to this offset at least."""
        self._end = max(self._end, end)
        self._compare()

    def folded(self, offset: int) -> None:
        """A mark says that the log is folded to this offset."""
        self._folded = offset
        self._compare()

    def _compare(self) -> None:
        if self._folded is not None and self._end - self._folded > FEED_PAUSE:
            self._ok.clear()
        else:
            self._ok.set()

    async def run(self) -> None:
        """Follow marks."""
        space, partition = self._settings.where, region_partition(self._settings.region)
        changes = space.topic(CHANGES)
        _, end = (await bounds(self._settings.bootstrap, [(changes, partition)]))[changes, partition]
        async with Reader(self._settings.bootstrap, "lagesbild.intake.lag", {(changes, partition): end}) as reader:
            while True:
                for record in await reader.batch():
                    if record.headers.get(TYPE_HEADER) == b"mark" and record.value is not None:
                        self.folded(read_mark(load(record.value)).offset)


def topics_of(space: Space, actors: Sequence[str], sources: Iterable[str]) -> tuple[list[str], list[str]]:
    """People's and feeds' input topics, full names."""
    people = [COMMANDS, CONTROL, *(reports(ACTOR_PREFIX + actor) for actor in actors)]
    feeds = [name for source in sources for name in (reports(source), health(source))]
    return [space.topic(t) for t in people], [space.topic(t) for t in feeds]


async def run(settings: Settings) -> None:
    """Intake of one region's space until cancelled."""
    reference = load_reference(settings.region_folder)
    index = AreaIndex.load(settings.region_folder)
    space = settings.where
    setting = await last_setting(settings.bootstrap, space)
    clock = SpaceClock(space, setting or ClockRecord("stepped" if space.exercise else "real"))
    secret = settings.text_secret.get_secret_value().encode()
    admission = Admission(space, settings.region, dict(reference), index, clock, secret)
    actors = sorted(dict(reference)["actors"])  # type: ignore[call-overload]
    people, feeds = topics_of(space, actors, load_feeds(settings.region_folder))
    lag = Lag(settings)
    log.info("intake_started", space=space.name, topics=len(people) + len(feeds))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(Lane(settings, "people", people, admission, lag).run())
        tasks.create_task(Lane(settings, "feeds", feeds, admission, lag).run())
        tasks.create_task(lag.run())
        tasks.create_task(watch_region(settings, reference))
