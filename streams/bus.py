"""The only file that knows aiokafka: publish batches, follow topics, read as a group, create and describe topics.

In: `Out` records with full topic names. Out: `In` records. Everything here is at-least-once: a producer that is in
doubt is thrown away and the whole batch is sent again by a new one; readers tell repeats by what the records hold.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, Self

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    InvalidTimestampError,
    KafkaConnectionError,
    KafkaError,
    MessageSizeTooLargeError,
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
)
from aiokafka.structs import TopicPartition

from schemas.topics import Topic

log = structlog.get_logger()

BATCH_BYTES = 262_144
"""Producer batch; 256 KiB took the write path from 27,500 to 73,000 records/s in the design's trial."""
FETCH_BYTES = 4 * 1024 * 1024
REQUEST_MS = 10_000
SESSION_MS = 6_000
"""Fail-over of a group member without a static id; with one a restarted worker returns at once."""

_FOR_GOOD = (MessageSizeTooLargeError, InvalidTimestampError, TopicAuthorizationFailedError)
"""Errors that sending again does not cure."""


class Out(NamedTuple):
    """A record to publish; `topic` is the full name with the space's prefix."""

    topic: str
    value: bytes | None
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
    partition: int = 0


class In(NamedTuple):
    """A record as read; `timestamp` is Kafka's own, ms UTC: evidence, never used to decide."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: dict[str, bytes]


def _in(record: Any) -> In:
    return In(
        record.topic,
        record.partition,
        record.offset,
        record.timestamp,
        record.key,
        record.value,
        dict(record.headers),
    )


class Producer:
    """Publishes batches in order and returns when every record is confirmed by all in-sync replicas."""

    def __init__(self, bootstrap: str, client_id: str) -> None:
        self._bootstrap, self._client_id = bootstrap, client_id
        self._producer: AIOKafkaProducer | None = None
        self._turn = asyncio.Lock()

    async def start(self) -> None:
        """Connect; waits as long as it takes for a broker that is still starting."""
        async with self._turn:
            await self._ready()

    async def stop(self) -> None:
        """Flush and disconnect."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

    async def send(self, outs: Sequence[Out]) -> list[int]:
        """Publish in the given order; offsets in the same order. KafkaError only where a retry cannot help.

        Sends the *whole* batch again after any doubt, so records may lie twice in the topic: in order both times.
        """
        if not outs:
            return []
        async with self._turn:
            pause = 0.05
            while True:
                producer = await self._ready()
                try:
                    return await _send_all(producer, outs)
                except _FOR_GOOD:
                    raise
                except (KafkaError, OSError) as error:
                    log.warning("producer_renewed", client=self._client_id, records=len(outs), error=repr(error))
                    await self._drop()
                    await asyncio.sleep(pause)
                    pause = min(2.0, pause * 2)

    async def _ready(self) -> AIOKafkaProducer:
        pause = 0.05
        while self._producer is None:
            producer = AIOKafkaProducer(
                bootstrap_servers=self._bootstrap,
                client_id=self._client_id,
                acks="all",
                # Our readers tell repeats; idempotent producers make OutOfOrderSequenceNumber fatal (aiokafka#1017).
                enable_idempotence=False,
                compression_type="zstd",
                max_batch_size=BATCH_BYTES,
                request_timeout_ms=REQUEST_MS,
                retry_backoff_ms=100,
                metadata_max_age_ms=60_000,
            )
            try:
                await producer.start()
            except (KafkaConnectionError, OSError):
                await producer.stop()
                await asyncio.sleep(pause)
                pause = min(1.0, pause * 2)
            else:
                self._producer = producer
        return self._producer

    async def _drop(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(TimeoutError, KafkaError, OSError):
                await asyncio.wait_for(producer.stop(), 2)


async def _send_all(producer: AIOKafkaProducer, outs: Sequence[Out]) -> list[int]:
    """One pass: fill batches per partition, wait for all of them."""
    places: dict[tuple[str, int], list[int]] = {}
    for index, out in enumerate(outs):
        places.setdefault((out.topic, out.partition), []).append(index)
    offsets = [0] * len(outs)
    await asyncio.gather(*(_send_partition(producer, outs, to, where, offsets) for to, where in places.items()))
    return offsets


async def _send_partition(
    producer: AIOKafkaProducer, outs: Sequence[Out], to: tuple[str, int], where: list[int], offsets: list[int]
) -> None:
    """Every record of one partition, batch after batch; fills in their offsets."""
    topic, partition = to
    waiting = []
    batch, held = producer.create_batch(), list[int]()
    for index in where:
        out = outs[index]
        headers = list(out.headers)
        if batch.append(key=out.key, value=out.value, timestamp=None, headers=headers) is None:
            waiting.append((await producer.send_batch(batch, topic, partition=partition), held))
            batch, held = producer.create_batch(), []
            batch.append(key=out.key, value=out.value, timestamp=None, headers=headers)
        held.append(index)
    waiting.append((await producer.send_batch(batch, topic, partition=partition), held))
    for future, indices in waiting:
        base = (await future).offset
        for step, index in enumerate(indices):
            offsets[index] = base + step


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
        await consumer.stop()
        raise


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
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._consumer.stop()

    async def batch(self, wait_s: float = 1.0, limit: int = 5_000) -> list[In]:
        """Next records, per partition in order; empty when none came in time."""
        found = await self._consumer.getmany(timeout_ms=int(wait_s * 1000), max_records=limit)
        return [_in(record) for records in found.values() for record in records]

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


async def read_all(bootstrap: str, topic: str, partition: int = 0, start: int | None = None) -> AsyncIterator[list[In]]:
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
        await consumer.stop()


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
        await self._consumer.stop()

    async def batch(self, limit: int, wait_s: float = 0.5) -> list[In]:
        """Next records, at most `limit`."""
        found = await self._consumer.getmany(timeout_ms=int(wait_s * 1000), max_records=limit)
        return [_in(record) for records in found.values() for record in records]

    async def commit(self, offsets: Mapping[tuple[str, int], int]) -> None:
        """Say that everything below these offsets is done."""
        await self._consumer.commit({TopicPartition(*tp): offset for tp, offset in offsets.items()})

    async def next_offsets(self) -> dict[tuple[str, int], int]:
        """Where reading goes on, per assigned partition."""
        return {(tp.topic, tp.partition): await self._consumer.position(tp) for tp in self._consumer.assignment()}


class Admin:
    """Creates and describes topics. Use as an async context."""

    def __init__(self, bootstrap: str) -> None:
        self._client = AIOKafkaAdminClient(bootstrap_servers=bootstrap, client_id="lagesbild.admin")

    async def __aenter__(self) -> Self:
        await self._client.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()

    async def names(self) -> set[str]:
        """Every topic of the cluster."""
        return set(await self._client.list_topics())

    async def create(self, topics: Mapping[str, Topic], replication: int = 1) -> None:
        """Create topics by full name; those that exist are left as they are. KafkaError if refused."""
        wanted = [
            NewTopic(name, row.partitions, replication, topic_configs=row.config()) for name, row in topics.items()
        ]
        if not wanted:
            return
        answer = await self._client.create_topics(wanted, timeout_ms=30_000)
        for name, code, message in ((t[0], t[1], t[2] if len(t) > 2 else None) for t in answer.topic_errors):
            if code not in (0, TopicAlreadyExistsError.errno):
                raise KafkaError(f"topic {name} was refused: {message or code}")

    async def delete(self, names: Sequence[str]) -> None:
        """Delete topics with all they hold."""
        await self._client.delete_topics(list(names))

    async def delete_before(self, offsets: Starts) -> None:
        """Delete what lies before these offsets."""
        await self._client.delete_records(
            {TopicPartition(*tp): RecordsToDelete(before_offset=offset) for tp, offset in offsets.items()}
        )

    async def describe(self, names: Sequence[str]) -> dict[str, tuple[int, dict[str, str]]]:
        """Partitions and configuration of topics, by full name."""
        about = await self._client.describe_topics(list(names))
        parts = {t["topic"]: len(t["partitions"]) for t in about}
        resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        configs: dict[str, dict[str, str]] = {name: {} for name in names}
        for answer in await self._client.describe_configs(resources):
            for resource in answer.resources:
                configs[resource[3]] = {entry[0]: entry[1] for entry in resource[4]}
        return {name: (parts.get(name, 0), configs[name]) for name in names}


async def answers(bootstrap: str) -> bool:
    """True when the broker answers a metadata request with a controller and a coordinator can be found."""
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap, client_id="lagesbild.probe", request_timeout_ms=2_000)
    try:
        await client.start()
        about = await client.describe_cluster()
    except (TimeoutError, KafkaError, OSError):
        return False
    else:
        return int(about.get("controller_id", -1)) >= 0
    finally:
        with suppress(KafkaError, OSError):
            await client.close()


async def until_topics(bootstrap: str, names: Iterable[str], look_s: float = 0.25) -> None:
    """Wait until Kafka answers and knows every one of these topics with a leader. For processes started before it."""
    wanted, pause = set(names), look_s
    while True:
        client = AIOKafkaAdminClient(bootstrap_servers=bootstrap, client_id="lagesbild.wait", request_timeout_ms=5_000)
        try:
            await client.start()
            about = await client.describe_topics(sorted(wanted))
        except (TimeoutError, KafkaError, OSError):
            pause = min(1.0, pause * 1.5)
        else:
            led = {t["topic"] for t in about if t["partitions"] and all(p["leader"] >= 0 for p in t["partitions"])}
            if wanted <= led:
                return
        finally:
            with suppress(KafkaError, OSError):
                await client.close()
        await asyncio.sleep(pause)
