"""The picture as it was: at a version, or as it was known at a time.

In: the ring for the near past, else `picture.changes` read again from its beginning. Out: a picture and its head.
What retention has cut is gone (410), what has not come yet is not there (404).
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from typing import NamedTuple

from dashboards.picture.chain import Chain, ChainBroken, Head, beginning, read_version
from dashboards.picture.follow import Follower
from dashboards.picture.ring import Entry
from dashboards.problems import Problem
from schemas.change import TYPE_HEADER, Picture, Version
from schemas.codec import load
from schemas.topics import CHANGES, Space
from streams.bus import read_all

KEPT = 8
"""Old pictures kept: a person steps back and forth between a few."""


class Past(NamedTuple):
    """An old picture."""

    picture: Picture
    head: Head


class History:
    """Reads old versions, one reading at a time."""

    def __init__(self, bootstrap: str, space: Space, partition: int, follower: Follower) -> None:
        self._bootstrap, self._follower = bootstrap, follower
        self._space, self._topic, self._partition = space, space.topic(CHANGES), partition
        self._turn = asyncio.Lock()
        self._kept: OrderedDict[int, Past] = OrderedDict()

    async def at_version(self, number: int) -> Past:
        """Picture at a version. Problem 404 if it has not come, 410 if it is gone."""
        head = self._follower.head
        if number > head.version:
            raise Problem(404, "no-such-version", f"Version {number} finns inte. Den nyaste är {head.version}.")
        if number == head.version:
            return Past(self._follower.chain.picture, head)
        near = self._near(number)
        return near or await self._read(lambda version: version.number > number, number)

    async def at_time(self, t: int) -> Past:
        """Picture as it was known at a time, ms UTC."""
        head = self._follower.head
        if head.at is None or t >= head.at:
            return Past(self._follower.chain.picture, head)
        number = self._follower.chain.ring.at_time(t)
        near = None if number is None else self._near(number)
        return near or await self._read(lambda version: version.at > t)

    async def after(self, number: int) -> list[Entry]:
        """Every version after one, each with what it overwrote. Problem 410 if they are gone."""
        held = self._follower.chain.ring.after(number)
        if held is not None or number >= self._follower.head.version:
            return held or []
        chain = await self._chain(lambda version: version.number > self._follower.head.version)
        entries = chain.ring.after(number)
        if entries is None:
            raise _gone(f"Ändringarna efter version {number}")
        return entries

    def _near(self, number: int) -> Past | None:
        ring = self._follower.chain.ring
        entry, picture = ring.find(number), ring.undo(self._follower.chain.picture, number)
        if entry is None or picture is None:
            return self._kept.get(number)
        return Past(picture, Head(number, entry.version.hash, entry.version.at))

    async def _read(self, beyond: Callable[[Version], bool], number: int | None = None) -> Past:
        chain = await self._chain(beyond)
        if number is not None and chain.head.version != number:
            raise _gone(f"Version {number}")
        past = Past(chain.picture, chain.head)
        self._kept[chain.head.version] = past
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return past

    async def _chain(self, beyond: Callable[[Version], bool]) -> Chain:
        """Fold from the beginning up to the first version that lies beyond."""
        async with self._turn:
            chain = beginning(self._space.name, self._follower.region)
            async for version in self._versions():
                if beyond(version):
                    break
                try:
                    chain.advance(version)
                except ChainBroken as broken:
                    raise _gone("Den tiden") from broken
            return chain

    async def _versions(self) -> AsyncIterator[Version]:
        region = self._follower.region.encode()
        async for records in read_all(self._bootstrap, self._topic, self._partition):
            for record in records:
                if record.value and record.key == region and record.headers.get(TYPE_HEADER) != b"mark":
                    yield read_version(record.value, load(record.value))


def _gone(what: str) -> Problem:
    return Problem(410, "beyond-retention", f"{what} finns inte kvar.")
