"""The picture as it was: at a version, or as it was known at a time.

In: the ring for the near past, else `picture.changes` read again from its beginning; what was read last is kept, so
that the next step back or forth costs no reading. Out: a picture and its head.
What retention has cut is gone (410), what has not come yet is not there (404).
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from typing import NamedTuple

from dashboards.picture.chain import Chain, ChainBroken, Head, beginning, read_version
from dashboards.picture.follow import Follower
from dashboards.picture.ring import Entry
from dashboards.problems import Problem, Told
from schemas.change import TYPE_HEADER, Picture, Version
from schemas.codec import load
from schemas.topics import CHANGES, Space
from streams.bus import In, read_all

AHEAD = 5_000
"""Versions read on beyond the one that was asked for: who steps back and forth in time reads once."""


STALLED_S = 10.0
"""So long without a batch, the log is said not to answer."""


class Past(NamedTuple):
    """An old picture."""

    picture: Picture
    head: Head


class _Reading(NamedTuple):
    """What was read: a chain, and the picture that was asked for on the way."""

    chain: Chain
    past: Past


class History:
    """Reads old versions, one reading at a time."""

    def __init__(
        self, bootstrap: str, space: Space, partition: int, follower: Follower, stalled_s: float = STALLED_S
    ) -> None:
        self._bootstrap, self._follower, self._stalled_s = bootstrap, follower, stalled_s
        self._space, self._topic, self._partition = space, space.topic(CHANGES), partition
        self._turn = asyncio.Lock()
        self._old: Chain | None = None
        """The last reading: its ring reaches back from where it stopped."""

    async def at_version(self, number: int) -> Past:
        """Picture at a version. Problem 404 if it has not come, 410 if it is gone."""
        head = self._follower.head
        if number > head.version:
            raise Problem(404, "no-such-version", Told("problem.no_version", version=number, newest=head.version))
        if number == head.version:
            return Past(self._follower.chain.picture, head)
        past = await self._found(lambda: self._near(number), lambda version: version.number > number)
        if past.head.version != number:
            raise _gone("problem.version_gone", version=number)
        return past

    async def at_time(self, t: int) -> Past:
        """Picture as it was known at a time, ms UTC."""
        head = self._follower.head
        if not head.version or (head.at is not None and t >= head.at):
            return Past(self._follower.chain.picture, head)
        return await self._found(lambda: self._near_time(t), lambda version: version.at > t)

    async def after(self, number: int) -> list[Entry]:
        """Every version after one, each with what it overwrote. Problem 410 if they are gone."""
        if number >= self._follower.head.version:
            return []
        held = self._after(number)
        if held is None:
            async with self._turn:
                held = self._after(number)
                if held is None:
                    self._old = (await self._read(lambda _: False)).chain
                    held = self._old.ring.after(number)
        if held is None:
            raise _gone("problem.changes_gone", version=number)
        return held

    async def _found(self, near: Callable[[], Past | None], beyond: Callable[[Version], bool]) -> Past:
        """From memory, else read up to the first version that lies beyond, and some more."""
        found = near()
        if found is None:
            async with self._turn:
                found = near()
                if found is None:
                    reading = await self._read(beyond)
                    self._old, found = reading.chain, reading.past
        return found

    def _near(self, number: int) -> Past | None:
        if number == 0 and self._old is not None and self._old.ring.oldest == 1:
            return _nothing(self._space.name, self._follower.region)
        return next((past for chain in self._chains() if (past := _undone(chain, number)) is not None), None)

    def _near_time(self, t: int) -> Past | None:
        number = self._follower.chain.ring.at_time(t)
        if number is None and self._old is not None:
            number = self._old.ring.at_time(t)
            if number == self._old.head.version and not self._joined(self._old):
                return None  # newer ones that were known by then may lie between the two
            if number is None and self._old.ring.oldest == 1:
                number = 0
        return None if number is None else self._near(number)

    def _after(self, number: int) -> list[Entry] | None:
        held = self._follower.chain.ring.after(number)
        if held is not None or self._old is None or not self._joined(self._old):
            return held
        before = self._old.ring.after(number)
        newer = self._follower.chain.ring.after(self._old.head.version)
        return None if before is None or newer is None else before + newer

    def _chains(self) -> Iterator[Chain]:
        yield self._follower.chain
        if self._old is not None:
            yield self._old

    def _joined(self, old: Chain) -> bool:
        """True if no version lies between the last reading and the follower's ring."""
        oldest = self._follower.chain.ring.oldest
        return oldest is not None and oldest <= old.head.version + 1

    async def _read(self, beyond: Callable[[Version], bool]) -> _Reading:
        """Fold from the beginning to the first version that lies beyond, and on to where the follower's ring begins."""
        chain, past = beginning(self._space.name, self._follower.region), None
        async with aclosing(self._versions()) as versions:
            async for version in versions:
                if past is None and beyond(version):
                    past = _copy(chain)
                if past is not None and (version.number > past.head.version + AHEAD or self._joined(chain)):
                    break
                try:
                    chain.advance(version)
                except ChainBroken as broken:
                    raise _gone("problem.time_gone") from broken
        return _Reading(chain, past or _copy(chain))

    async def _versions(self) -> AsyncGenerator[Version, None]:
        region = self._follower.region.encode()
        async with aclosing(self._in_time()) as batches:
            async for records in batches:
                for record in records:
                    if record.value and record.key == region and record.headers.get(TYPE_HEADER) != b"mark":
                        yield read_version(record.value, load(record.value))

    async def _in_time(self) -> AsyncGenerator[list[In], None]:
        """The log in batches. Problem 503 when none comes: who looks back while Kafka is away is told so, not kept."""
        batches = self._batches()
        try:
            while True:
                async with asyncio.timeout(self._stalled_s):
                    records = await anext(batches, None)
                if records is None:
                    return
                yield records
        except (TimeoutError, RuntimeError) as error:  # aiokafka's errors are RuntimeErrors
            raise Problem(503, "not-ready", Told("problem.log_away"), headers={"Retry-After": "5"}) from error
        finally:
            await batches.aclose()

    def _batches(self) -> AsyncGenerator[list[In], None]:
        return read_all(self._bootstrap, self._topic, self._partition)


def _undone(chain: Chain, number: int) -> Past | None:
    entry, picture = chain.ring.find(number), chain.ring.undo(chain.picture, number)
    if entry is None or picture is None:
        return None
    return Past(picture, Head(number, entry.version.hash, entry.version.at))


def _copy(chain: Chain) -> Past:
    return Past({kind: dict(entities) for kind, entities in chain.picture.items()}, chain.head)


def _nothing(space: str, region: str) -> Past:
    chain = beginning(space, region)
    return Past(chain.picture, chain.head)


def _gone(key: str, **fields: int) -> Problem:
    return Problem(410, "beyond-retention", Told(key, **fields))
