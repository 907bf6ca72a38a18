"""The process of all connectors: each source in a task of its own, so that one that fails never stops another.

In: settings from the environment, the space's clock from `control`. Out: see connectors/run.py; beside the sources the
actors' folders are watched. Stops cleanly on SIGTERM and SIGINT: the round that is under way is finished, at most for
some seconds.
Next: connectors/run.py
"""

import asyncio
import sys
from collections.abc import Sequence

import structlog

from connectors.actors.client import watch
from connectors.actors.parse import SOURCE as ACTORS
from connectors.asking.network import session
from connectors.run import Round, rest
from connectors.sources import Source, open_source
from connectors.telling.cursor import CursorFile
from connectors.telling.hearing import not_asked
from schemas.ids import actor_source
from schemas.topics import CONTROL, REJECTED, health, raw, reports
from streams.bus import Producer, read_all, until_topics
from streams.clock import SpaceClock
from streams.datadir import DataLock
from streams.feeds import load_feeds
from streams.reference import load_reference
from streams.settings import Settings

log = structlog.get_logger()

STOP_S = 5.0
"""Seconds a round gets to finish when the process is told to stop."""


def configure_log() -> None:
    """JSON lines to stderr: one event name and fields."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.dict_tracebacks,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


async def run_until(settings: Settings, sources: Sequence[str], stop: asyncio.Event) -> None:
    """Run these sources until `stop` is set. LagesbildError when another process has this data folder.

    Ends with an error when the space's clock cannot be followed: reports with wrong times are worse than none.
    """
    lock = DataLock(settings.data / "connectors")
    lock.acquire()
    clock = SpaceClock(settings.where)
    producer = Producer(settings.bootstrap, "lagesbild.connectors")
    following = asyncio.create_task(_follow(settings, clock))
    working = asyncio.create_task(_work(settings, sources, clock, producer, stop))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({following, working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not following.done():
            await asyncio.wait({working}, timeout=STOP_S)
        for task in (following, working):
            if task.done():
                task.result()
    finally:
        await _cancel(following, working, stopping)
        await producer.stop()
        lock.release()
    log.info("connectors_stopped", space=settings.space)


async def _work(
    settings: Settings, sources: Sequence[str], clock: SpaceClock, producer: Producer, stop: asyncio.Event
) -> None:
    """Wait for broker, topics and clock, then run each source until it is told to stop."""
    asked = [name for name in sources if name != ACTORS]
    names = [REJECTED, *(make(source) for source in asked for make in (raw, reports, health))]
    await until_topics(settings.bootstrap, [settings.where.topic(name) for name in names])
    await producer.start()
    if clock.now() == 0:
        # a space that is not real stands at 0 before its first clock record, and nothing happens at no time
        await clock.changed()
    async with session() as http:
        log.info("connectors_ready", space=settings.space, sources=list(sources))
        feeds = load_feeds(settings.region_folder)
        ready = [open_source(feeds[name], http) for name in asked]
        first = stagger(len(ready), min((source.settings.interval_s for source in ready), default=1.0))
        inbox = [_inbox(settings, clock, producer, stop)] if ACTORS in sources else []
        await asyncio.gather(
            *inbox,
            *(
                _source(settings, source, clock, producer, stop, wait)
                for source, wait in zip(ready, first, strict=True)
            ),
        )


async def _inbox(settings: Settings, clock: SpaceClock, producer: Producer, stop: asyncio.Event) -> None:
    """Watch the actors' folders, once their topics are there."""
    actors = load_reference(settings.region_folder)["actors"]
    assert isinstance(actors, dict)
    topics = [settings.where.topic(reports(actor_source(actor))) for actor in actors]
    there = asyncio.create_task(until_topics(settings.bootstrap, topics))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({there, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await _cancel(there, stopping)
    await watch(settings, producer, clock, stop)


async def _follow(settings: Settings, clock: SpaceClock) -> None:
    await until_topics(settings.bootstrap, [settings.where.topic(CONTROL)])
    await clock.follow(settings.bootstrap)


def stagger(sources: int, interval_s: float) -> list[float]:
    """Seconds after which each source is first asked: spread, so that a start is no burst, and soon."""
    step = min(1.0, interval_s / max(1, sources))
    return [index * step for index in range(sources)]


async def _source(
    settings: Settings, source: Source, clock: SpaceClock, producer: Producer, stop: asyncio.Event, first_s: float
) -> None:
    name = source.name
    if source.lacking:
        log.info("source_not_asked", source=name, why=source.lacking)
        if source.settings.enabled:
            await producer.send([not_asked(settings.where, source, clock.now())])
        return
    await rest(stop, first_s)
    rounds = Round(
        source,
        space=settings.where,
        now=clock.now,
        sender=producer,
        cursor_file=CursorFile(settings.data / "connectors", name, settings.space),
    )
    topic = settings.where.topic(reports(name))
    try:
        await rounds.run(stop, lambda: read_all(settings.bootstrap, topic))
    finally:
        source.close()


async def _cancel(*tasks: asyncio.Task[object]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
