"""The merge process: faust app, owners, the clock that ticks, snapshots, a clean stop.

In: settings. Out: it runs until SIGTERM; it ends with an error if a batch cannot be published for good.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from schemas.topics import LOG
from streams import metrics
from streams.app import make_app, serve
from streams.bus import In, Producer
from streams.clock import SpaceClock, last_setting
from streams.merge import Owner
from streams.recovery import recover
from streams.settings import Settings
from streams.settled import settle

log = structlog.get_logger()

STOP_S = 6.0
"""Longest that faust may take to stop."""
LOOK_S = 0.25
"""Longest wait of the clock loop; a deadline that is due earlier shortens it."""


class Merge:
    """Owners of the partitions that this process has, and what they need."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._space = settings, settings.where
        self._producer = Producer(settings.bootstrap, "lagesbild.merge")
        self._clock = SpaceClock(self._space)
        self._owners: dict[int, tuple[Owner, ...]] = {}
        self._ticked: dict[str, float] = {}

    async def run(self) -> None:
        """Until cancelled or broken."""
        setting = await last_setting(self._settings.bootstrap, self._space)
        if setting is not None:
            self._clock.set(setting)
        await self._producer.start()
        topic = self._space.topic(LOG)
        self._settings.data.mkdir(parents=True, exist_ok=True)
        app = make_app(
            self._settings.bootstrap,
            self._space.group("merge"),
            [topic],
            self._batch,
            self._assigned,
            str(self._settings.data / "faust"),
        )
        beside = [asyncio.create_task(t) for t in (self._beat(), self._clock.follow(self._settings.bootstrap))]
        try:
            beside.append(asyncio.create_task(serve(app, lambda: log.info("merge_started", space=self._space.name))))
            await asyncio.wait(beside, return_when=asyncio.FIRST_COMPLETED)
            for task in beside:
                if task.done():
                    task.result()
        finally:
            crashed = bool(app.crashed)
            await self._stop(beside, app.stop)
            if not crashed:
                await self._save()
            await self._producer.stop()

    async def _stop(self, tasks: list[asyncio.Task[None]], stop_app: Callable[[], Awaitable[None]]) -> None:
        """Consumer first, so that nothing more is folded. faust may hang in a start that was cut short: bounded."""
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        try:
            async with asyncio.timeout(STOP_S):
                await stop_app()
        except (TimeoutError, asyncio.CancelledError):
            log.warning("faust_did_not_stop", seconds=STOP_S)

    async def _save(self) -> None:
        """A snapshot of each owner at a clean stop: the next start reads next to nothing."""
        for owner in self._all():
            await owner.flush()
            await owner.save_now()
            await owner.mark()

    def _all(self) -> list[Owner]:
        return [owner for owners in self._owners.values() for owner in owners]

    async def _assigned(self, _topic: str, partition: int) -> int:
        """Offset to read from: a kept state goes on, a new one is recovered."""
        if partition not in self._owners:
            self._owners[partition] = await recover(
                self._settings.bootstrap, self._space, partition, self._producer, self._clock
            )
            for owner in self._owners[partition]:
                await owner.mark(at_head=owner.at_head)
            settle()
        return min((owner.offset for owner in self._owners[partition]), default=0)

    async def _batch(self, _topic: str, partition: int, records: list[In], end: int) -> None:
        for owner in self._owners[partition]:
            before = owner.seq
            await owner.batch(records, end)
            metrics.FOLDED.labels(owner.region).inc(owner.seq - before)

    async def _beat(self) -> None:
        """Ticks when something is due and at least each `tick_s`; marks; snapshots when the log has grown."""
        while True:
            wait = LOOK_S
            for owner in self._all():
                await owner.flush()
                if owner.at_head:
                    await self._tick(owner)
                due = owner.due_in()
                wait = wait if due is None else min(wait, max(0.005, due))
                await owner.mark_if_moved()
                await owner.save(self._settings.snapshot_every)
            await asyncio.sleep(wait)

    async def _tick(self, owner: Owner) -> None:
        now = asyncio.get_running_loop().time()
        if owner.due_in() == 0.0 or now - self._ticked.get(owner.region, 0.0) >= self._settings.tick_s:
            self._ticked[owner.region] = now
            await owner.tick()


async def run(settings: Settings) -> None:
    """Merge of a space until cancelled."""
    await Merge(settings).run()
