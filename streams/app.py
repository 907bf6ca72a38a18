"""The only file that knows faust: a consumer that hands each partition's fetched records to one handler, whole.

In: faust's groups, rebalances, commits, shutdown. Out: `merge.Owner` gets its batches. faust awaits four tasks a record
(38 us of its 75); here it is one wait a batch. The overridden methods are not documented as such: the pin in
pyproject.toml and tests/broker/test_batch_consumer.py guard them. No table, window or group_by of faust is used.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any

import faust
from faust.transport.drivers.aiokafka import Consumer, Transport
from faust.types import TP

from streams.bus import In

Handler = Callable[[str, int, list[In], int], Awaitable[None]]
"""(topic, partition, records, end of the partition): returning means every record is published or rejected."""
Assigned = Callable[[str, int], Awaitable[int]]
"""(topic, partition) -> offset to read from: group offsets are not used to start, the state knows where it is."""

SESSION_S = 6.0
POLL_RECORDS = 5_000
FETCH_BYTES = 4 * 1024 * 1024
LOOK_S = 1.0
"""How often `serve` looks whether the app is still a member of its group."""


def _in(record: Any) -> In:
    headers = {k: v for k, v in record.headers or ()}  # noqa: C416 - header names may repeat; the last one stands
    return In(record.topic, record.partition, record.offset, record.timestamp, record.key, record.value, headers)


class BatchConsumer(Consumer):  # type: ignore[misc]
    """Hands each fetched list of records of a batch topic to the app's handler; a raise there ends the process."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.next_offset: dict[Any, int] = {}
        """TP -> offset after the last record whose handler returned: what faust commits."""
        self.ready: set[Any] = set()
        """Partitions whose start was asked for since they were assigned."""

    def _filter_tps_with_pending_acks(self, topics: Any = None) -> Any:
        yield from super()._filter_tps_with_pending_acks(topics)
        yield from (tp for tp in list(self.next_offset) if topics is None or tp in topics or tp.topic in topics)

    def _new_offset(self, tp: Any) -> Any:
        """Last offset + 1: no gap logic, which is where faust's commits break on compacted topics (#312, #596)."""
        return self.next_offset[tp] if tp in self.next_offset else super()._new_offset(tp)

    async def on_partitions_revoked(self, revoked: set[Any]) -> None:
        """The state is kept by its owner; only what faust would commit is dropped."""
        await super().on_partitions_revoked(revoked)
        for tp in revoked:
            self.next_offset.pop(tp, None)
            self.ready.discard(TP(tp.topic, tp.partition))

    async def perform_seek(self) -> None:
        """After every rebalance: read on from where the owner's state is, not from the committed offset."""
        await super().perform_seek()
        for tp in sorted({TP(t.topic, t.partition) for t in self.assignment()} - self.ready):
            if tp.topic not in self.app.batch_handlers:
                continue
            offset = await self.app.batch_assigned(tp.topic, tp.partition)
            await self.seek_wait({tp: offset})
            self._read_offset[tp] = offset or None
            self.ready.add(tp)

    async def getmany(self, timeout: float) -> AsyncIterator[Any]:  # noqa: C901 - upstream's loop, kept in its order
        """One wait a batch. Records of a batch topic never reach an agent."""
        records, active = await self._wait_next_records(timeout)
        generation = self.app.consumer_generation_id
        if records is None or self.should_stop:
            return
        if not self.flow_active:  # fetched while suspended: seek back, as upstream does
            self.ready.clear()
            await self.perform_seek()
            return

        def live() -> bool:
            return bool(self.flow_active and self.app.consumer_generation_id == generation)

        rest: dict[Any, Any] = {}
        for key, batch in records.items():
            tp = TP(key.topic, key.partition)
            handler = self.app.batch_handlers.get(tp.topic)
            if handler is None:
                rest[key] = batch
                continue
            if not live():
                return
            if active is not None and tp not in active:
                continue
            end = self.highwater(tp) or 0
            work = handler(tp.topic, tp.partition, [_in(r) for r in batch], end)
            done = await self.wait_first(work, self.suspend_flow.wait())
            if done.stopped or not live():
                self.ready.discard(tp)  # not acknowledged: it is read again from the owner's own offset
                return
            self.next_offset[tp] = self._read_offset[tp] = batch[-1].offset + 1
        for tp, record in self.scheduler.iterate(rest):
            if not live():
                return
            if active is None or tp in active or tp in self._buffered_partitions:
                self.app.monitor.track_tp_end_offset(tp, self.highwater(tp))
                yield tp, self._to_message(tp, record)

    def verify_event_path(self, now: float, tp: Any) -> None:
        """Faust's livelock alarm knows agents only."""
        if tp.topic not in self.app.batch_handlers:
            super().verify_event_path(now, tp)


class BatchTransport(Transport):  # type: ignore[misc]
    """aiokafka transport with our consumer."""

    Consumer = BatchConsumer


def make_app(
    bootstrap: str, group: str, topics: Iterable[str], handler: Handler, assigned: Assigned, data: str
) -> faust.App:
    """A faust app that reads these topics in batches as a member of `group`."""
    app = faust.App(
        group,
        broker=[f"kafka://{address}" for address in bootstrap.split(",")],
        autodiscover=False,
        datadir=data,
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        table_standby_replicas=0,
        worker_redirect_stdouts=False,
        broker_session_timeout=SESSION_S,
        broker_heartbeat_interval=1.0,
        broker_commit_interval=1.0,
        broker_max_poll_records=POLL_RECORDS,
        consumer_max_fetch_size=FETCH_BYTES,
        # without a static id a kill costs the session time-out, twice that if killed again
        consumer_group_instance_id=group,
        stream_wait_empty=False,
    )
    app.batch_handlers = dict.fromkeys(topics, handler)
    app.batch_assigned = assigned
    app.transport = BatchTransport(app.conf.broker_consumer, app)
    for topic in topics:
        app.topics.add(app.topic(topic, internal=True, value_type=bytes))
    return app


async def serve(app: faust.App, started: Callable[[], None]) -> None:
    """Start the app and wait until it has stopped; `started` is called when it reads.

    aiokafka tells the end of its group task only to those who call its own `getmany`, which faust does not, and the end
    of its fetching task to nobody: the process would live on, look well and never read again. Here it ends, with their
    own error. So it does when the app crashed or stopped by itself.
    """

    async def life() -> None:
        await app.start()
        started()
        await app.wait_until_stopped()

    tasks = [asyncio.create_task(life()), asyncio.create_task(_member(app))]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    raise app.crash_reason or RuntimeError("the faust app stopped by itself")


async def _member(app: faust.App) -> None:
    """Until the consumer fetches no more, or is out of its group for good: raises what it ended by."""
    while True:
        await asyncio.sleep(LOOK_S)
        consumer = getattr(getattr(app.consumer, "_thread", None), "_consumer", None)
        coordinator = getattr(consumer, "_coordinator", None)
        if consumer is None or coordinator is None:
            continue
        if consumer._fetcher.error_future.done():  # noqa: SLF001
            consumer._fetcher.error_future.result()  # noqa: SLF001
            return
        if coordinator._coordination_task.done():  # noqa: SLF001 - aiokafka has no other way to ask
            coordinator._coordination_task.result()  # noqa: SLF001
            return
        if coordinator._pending_exception is not None:  # noqa: SLF001 - it waits until somebody takes it
            raise coordinator._pending_exception  # noqa: SLF001
