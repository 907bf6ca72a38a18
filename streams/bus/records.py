"""Records as they go to Kafka and come from it."""

from typing import Any, NamedTuple

REQUEST_MS = 10_000
"""Longest wait for an answer of the broker."""


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


def read(record: Any) -> In:
    """Record of aiokafka's own."""
    return In(
        record.topic,
        record.partition,
        record.offset,
        record.timestamp,
        record.key,
        record.value,
        dict(record.headers),
    )
