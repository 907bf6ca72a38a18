"""Versions written straight onto `picture.changes`, without a fold: right and wrong chains for a server to read."""

import itertools
import os
from collections.abc import Iterable
from typing import Self

from support.broker import make_topic

from schemas.change import TYPE_HEADER, Cause, Change, Mark, Version, genesis, seal
from schemas.topics import CHANGES, SNAPSHOTS, TEXTS, Space
from streams.bus import Out, Producer

_NUMBERS = itertools.count(1)


class Pen:
    """Writes versions and marks of one region in a space of its own. Use as an async context."""

    def __init__(self, kafka: str) -> None:
        self.kafka = kafka
        self.space = Space(f"ovning-pen-{os.getpid()}-{next(_NUMBERS)}")
        self.versions: list[Version] = []
        self._producer = Producer(kafka, "pen")

    async def __aenter__(self) -> Self:
        await make_topic(self.kafka, self.space.topic(CHANGES), partitions=4)
        await make_topic(self.kafka, self.space.topic(SNAPSHOTS), partitions=4)
        await make_topic(self.kafka, self.space.topic(TEXTS))
        await self._producer.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._producer.stop()

    def next(self, *changes: Change, prev: str | None = None, number: int | None = None) -> Version:
        """The next version, or a wrong one on purpose."""
        last = self.versions[-1] if self.versions else None
        right = last.hash if last else genesis(self.space.name, "01")
        which = number or len(self.versions) + 1
        cause = Cause("report", f"r{which}")
        return seal(prev or right, which, at=which * 60_000, happened_at=None, cause=cause, changes=changes)

    async def write(self, *versions: Version) -> None:
        await self._send((TYPE_HEADER, b"version"), (v.raw for v in versions))

    async def grow(self, count: int = 1) -> None:
        """Right versions, each with one cell."""
        for _ in range(count):
            version = self.next(Change("cell", "0180/road", {"impact": len(self.versions) % 5 + 1, "reasons": []}))
            self.versions.append(version)
            await self.write(version)

    async def mark(self) -> None:
        last = self.versions[-1]
        mark = Mark(last.number, last.hash, last.at, len(self.versions), 0, True, {}, None, None)
        await self._send((TYPE_HEADER, b"mark"), [mark.encode()])

    async def _send(self, header: tuple[str, bytes], values: Iterable[bytes]) -> None:
        await self._producer.send([Out(self.space.topic(CHANGES), value, b"01", (header,)) for value in values])
