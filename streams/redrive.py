"""Drives rejected inputs again after a fix: their kept bytes go once more to the topic they came from.

In: `rejected`, and which of it. Out: the same bytes with the same key and receipt at the end of the input topic, where
intake takes them like any other. At least once, and harmless twice: identity tells a repeat (`duplicate_of`).
Next: streams/intake.py
"""

import asyncio
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from schemas.codec import Malformed
from schemas.record import RECEIPT_HEADER, Origin, decode
from schemas.rejected import Rejected, read_rejected
from schemas.topics import LOG, REJECTED, Space
from streams.bus import In, Out, Producer, Reader, bounds, read_all

FETCH_S = 10
"""A single record that does not come in that time is not there any more."""


class Done(StrEnum):
    """What was done with one rejected input."""

    SENT = "sent"
    """It lies on its topic again."""
    AT_SOURCE = "at_source"
    """A connector refused a piece of a payload: a mended parser reads it at the source's next answer."""
    NOT_KEPT = "not_kept"
    """The input that a refused log record came from is no longer kept."""


class Choice(NamedTuple):
    """Which rejected inputs; both None means all."""

    id: str | None = None
    reason: str | None = None

    def takes(self, rejected: Rejected) -> bool:
        """True for one that was chosen."""
        return self.id in (None, rejected.id) and self.reason in (None, rejected.reason)


class Redriven(NamedTuple):
    """One rejected input and what was done with it."""

    rejected: Rejected
    done: Done
    topic: str
    """Where it went, or would have."""


class Plan(NamedTuple):
    """What is to be done with one rejected input."""

    rejected: Rejected
    done: Done
    topic: str
    out: Out | None = None


async def redrive(bootstrap: str, space: Space, choice: Choice) -> list[Redriven]:
    """Send every chosen input again, oldest first. KafkaError if a topic refuses it for good."""
    found = [
        read_rejected(record.value)
        async for records in read_all(bootstrap, space.topic(REJECTED))
        for record in records
        if record.value is not None
    ]
    plans = distinct([await _plan(bootstrap, space, rejected) for rejected in found if choice.takes(rejected)])
    producer = Producer(bootstrap, "lagesbild.redrive")
    try:
        await producer.send([plan.out for plan in plans if plan.out is not None])
    finally:
        await producer.stop()
    return [Redriven(*plan[:3]) for plan in plans]


def distinct(plans: Iterable[Plan]) -> list[Plan]:
    """One of each input: what was driven again and refused again lies here several times, the last says why now."""
    kept: dict[object, Plan] = {}
    for plan in plans:
        kept[plan.rejected.id if plan.out is None else plan.out] = plan
    return list(kept.values())


def again(rejected: Rejected, space: Space) -> Out:
    """The input as it lay, for the topic it lay on."""
    headers = () if rejected.receipt is None else ((RECEIPT_HEADER, rejected.receipt.encode()),)
    return Out(_full(space, rejected.topic), rejected.value, rejected.key, headers, rejected.partition)


async def _plan(bootstrap: str, space: Space, rejected: Rejected) -> Plan:
    if rejected.stage == "connector":
        return Plan(rejected, Done.AT_SOURCE, rejected.topic)
    if space.bare(rejected.topic) != LOG:
        return Plan(rejected, Done.SENT, _full(space, rejected.topic), again(rejected, space))
    # a log record is never written twice: its origin would make it a repeat, so the input itself goes again
    origin = _origin(rejected)
    record = None if origin is None else await _fetch(bootstrap, space, origin)
    if record is None:
        return Plan(rejected, Done.NOT_KEPT, rejected.topic)
    out = Out(record.topic, record.value, record.key, tuple(record.headers.items()), record.partition)
    return Plan(rejected, Done.SENT, record.topic, out)


def _origin(rejected: Rejected) -> Origin | None:
    """Input behind a refused log record."""
    try:
        return decode(rejected.value).origin
    except Malformed:
        return None


async def _fetch(bootstrap: str, space: Space, origin: Origin) -> In | None:
    """One input record by its place; None when retention or compaction took it."""
    place = (_full(space, origin.topic), origin.partition)
    first, end = (await bounds(bootstrap, [place]))[place]
    if not first <= origin.offset < end:
        return None
    async with Reader(bootstrap, "lagesbild.redrive", {place: origin.offset}) as reader:
        try:
            async with asyncio.timeout(FETCH_S):
                while not (records := await reader.batch(limit=1)):
                    pass
        except TimeoutError:
            return None
    return records[0] if records[0].offset == origin.offset else None


def _full(space: Space, topic: str) -> str:
    """Topic name of this space, whether it was written down with the space's prefix or without."""
    return space.topic(space.bare(topic))
