"""Reads topics: given partitions from given offsets, or as the one member of a consumer group."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Iterable, Mapping, Sequence
from typing import Any, Self

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaConnectionError, KafkaError
from aiokafka.structs import TopicPartition

from streams.bus.records import REQUEST_MS, In, read

FETCH_BYTES = 4 * 1024 * 1024
STOP_S = 5.0
"""Longest that a reader's stop is waited for."""
SESSION_MS = 6_000
"""Fail-over of a group member without a static id; with one a restarted worker returns at once."""


def _consumer(bootstrap: str, client_id: str, **more: Any) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        client_id=client_id,
        # `latest` once answered an `assign` with nothing at all: offsets are always given by number
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_partition_fetch_bytes=FETCH_BYTES,
        fetch_max_bytes=4 * FETCH_BYTES,
        request_timeout_ms=REQUEST_MS,
        metadata_max_age_ms=60_000,
        **more,
    )


async def _started(consumer: AIOKafkaConsumer) -> AIOKafkaConsumer:
    """Connect, waiting for a broker that is still starting."""
    pause = 0.05
    try:
        while True:
            try:
                await consumer.start()
            except (KafkaConnectionError, OSError):
                await asyncio.sleep(pause)
                pause = min(1.0, pause * 2)
            else:
                return consumer
    except BaseException:
        await _ended(consumer)
        raise


async def _ended(consumer: AIOKafkaConsumer) -> None:
    """Stop it, at most for twice `STOP_S`.

    While the broker is away aiokafka's inner tasks end by errors and cancellations of their own, which `stop` lets out:
    taken for ours, they would end a follower without a word. So it is stopped in a task of its own.
    """
    if await _done(consumer.stop()):
        return
    # it ended before it came to its client, which would go on asking for metadata for ever
    await _done(consumer._client.close())  # noqa: SLF001


async def _done(work: Coroutine[Any, Any, None]) -> bool:
    """True if it was done within `STOP_S` and without a fault."""
    task = asyncio.create_task(work)
    await asyncio.wait({task}, timeout=STOP_S)
    if task.done() and not task.cancelled() and task.exception() is None:
        return True
    task.cancel()
    return False


async def _batch(consumer: AIOKafkaConsumer, wait_s: float, limit: int) -> list[In]:
    """Next records; KafkaError once nothing more can come.

    The task inside aiokafka that fetches may end by an error it did not foresee. Nobody is told: the consumer would
    give nothing for ever, and what follows it would stand still.
    """
    found = await consumer.getmany(timeout_ms=int(wait_s * 1000), max_records=limit)
    if not found and consumer._fetcher.error_future.done():  # noqa: SLF001
        raise KafkaError("the reader's own task has ended: read again from the last place")
    return [read(record) for records in found.values() for record in records]


Starts = Mapping[tuple[str, int], int]
"""(full topic name, partition) -> offset to begin at."""


class Reader:
    """Reads given partitions from given offsets, without a group. Use as an async context."""

    def __init__(self, bootstrap: str, client_id: str, starts: Starts) -> None:
        self._consumer = _consumer(bootstrap, client_id)
        self._starts = {TopicPartition(*tp): offset for tp, offset in starts.items()}

    async def __aenter__(self) -> Self:
        await _started(self._consumer)
        self._consumer.assign(list(self._starts))
        for tp, offset in self._starts.items():
            self._consumer.seek(tp, offset)
        # aiokafka's own task must have seen the assignment, or a stop right now would wait for it for ever
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return self

    async def __aexit__(self, *_: object) -> None:
        await _ended(self._consumer)

    async def batch(self, wait_s: float = 1.0, limit: int = 5_000) -> list[In]:
        """Next records, per partition in order; empty when none came in time."""
        return await _batch(self._consumer, wait_s, limit)

    async def at(self, topic: str, partition: int = 0) -> int:
        """Offset that is read next."""
        return int(await self._consumer.position(TopicPartition(topic, partition)))

    def end(self, topic: str, partition: int = 0) -> int | None:
        """High-water mark of a partition as last told by the broker, None before the first answer."""
        mark = self._consumer.highwater(TopicPartition(topic, partition))
        return None if mark is None else int(mark)


async def follow(bootstrap: str, starts: Starts, client_id: str = "lagesbild.follow") -> AsyncIterator[list[In]]:
    """Batches for ever, from the given offsets; lives through a broker that is away."""
    async with Reader(bootstrap, client_id, starts) as reader:
        while True:
            records = await reader.batch()
            if records:
                yield records


async def read_all(
    bootstrap: str, topic: str, partition: int = 0, start: int | None = None
) -> AsyncGenerator[list[In], None]:
    """Batches from `start` (default: the beginning) to the end as it is now; then it stops."""
    first, end = (await bounds(bootstrap, [(topic, partition)]))[topic, partition]
    at = first if start is None else max(first, start)
    if at >= end:
        return
    async with Reader(bootstrap, "lagesbild.read", {(topic, partition): at}) as reader:
        while at < end:
            records = [r for r in await reader.batch() if r.offset < end]
            if records:
                at = records[-1].offset + 1
                yield records
            elif await reader.at(topic, partition) >= end:
                return  # what lay at the end was compacted away


async def bounds(bootstrap: str, partitions: Iterable[tuple[str, int]]) -> dict[tuple[str, int], tuple[int, int]]:
    """First offset and next offset of each partition."""
    wanted = [TopicPartition(*tp) for tp in partitions]
    consumer = await _started(_consumer(bootstrap, "lagesbild.bounds"))
    try:
        first = await consumer.beginning_offsets(wanted)
        last = await consumer.end_offsets(wanted)
        return {(tp.topic, tp.partition): (first[tp], last[tp]) for tp in wanted}
    finally:
        await _ended(consumer)


class GroupReader:
    """Reads topics as the one member of a consumer group with a static id; offsets are committed by hand."""

    def __init__(self, bootstrap: str, group: str, topics: Sequence[str]) -> None:
        self._topics = list(topics)
        self._consumer = _consumer(
            bootstrap,
            group,
            group_id=group,
            # without a static id a kill costs the session time-out, twice that if killed again
            group_instance_id=group,
            session_timeout_ms=SESSION_MS,
            heartbeat_interval_ms=SESSION_MS // 6,
        )

    async def __aenter__(self) -> Self:
        await _started(self._consumer)
        self._consumer.subscribe(self._topics)
        return self

    async def __aexit__(self, *_: object) -> None:
        await _ended(self._consumer)

    async def batch(self, limit: int, wait_s: float = 0.5) -> list[In]:
        """Next records, at most `limit`."""
        return await _batch(self._consumer, wait_s, limit)

    async def commit(self, offsets: Mapping[tuple[str, int], int]) -> None:
        """Say that everything below these offsets is done."""
        await self._consumer.commit({TopicPartition(*tp): offset for tp, offset in offsets.items()})

    async def behind(self) -> int | None:
        """Records known to lie on the topics that `batch` has not given yet; None while that is not known."""
        try:
            offsets = await self.next_offsets()
        except KafkaError:
            return None  # the group is being joined anew
        ends = {tp: self._consumer.highwater(TopicPartition(*tp)) for tp in offsets}
        return sum(max(0, int(end) - offsets[tp]) for tp, end in ends.items() if end is not None)

    async def next_offsets(self) -> dict[tuple[str, int], int]:
        """Where reading goes on, per assigned partition."""
        return {(tp.topic, tp.partition): await self._consumer.position(tp) for tp in self._consumer.assignment()}
