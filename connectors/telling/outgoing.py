"""The way of one source's records to Kafka: at once while it is there, by way of the disk while it is away.

In: records and the cursor to write once they are confirmed. Out: the same on Kafka, in the order given, then `commit`.
What was not confirmed in time may be on Kafka twice: the same bytes, which whoever reads knows as a repeat.
Next: connectors/telling/spool.py
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol, Self

import structlog

from connectors.errors import SpoolFullError
from connectors.telling.parcel import decode, encode
from connectors.telling.spool import Spool
from streams.bus import Out
from streams.errors import LagesbildError

log = structlog.get_logger()

PATIENCE_S = 10.0
"""Seconds that a batch waits for Kafka before it goes to the disk and its source is asked on."""
PAUSE_S = 5.0
"""Seconds until an entry that Kafka or the disk refused is tried again."""

Commit = Callable[[bytes, list[int]], None]
"""Takes a cursor and the offsets of the records it came with, in their order."""


class Sender(Protocol):
    """What publishes: `streams.bus.Producer`, or a list in a test."""

    async def send(self, outs: Sequence[Out]) -> list[int]:
        """Publish in order; offsets, once every record is confirmed, however long that takes."""


class Outgoing:
    """Records of one source. Use as an async context: entering begins to send what an earlier process left."""

    def __init__(
        self,
        sender: Sender,
        spool: Spool,
        commit: Commit,
        *,
        patience_s: float = PATIENCE_S,
        pause_s: float = PAUSE_S,
    ) -> None:
        """`commit` is called once for each cursor, in order; again for the same one after a crash just then."""
        self._sender, self._spool, self._commit = sender, spool, commit
        self._patience_s, self._pause_s = patience_s, pause_s
        self._turn, self._disk, self._room = asyncio.Lock(), asyncio.Lock(), asyncio.Event()
        self._sending: dict[int, asyncio.Task[list[int]]] = {}
        self._draining: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._wake()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let go of what is under way: all of it is on the disk."""
        tasks: list[asyncio.Task[None] | asyncio.Task[list[int]]] = list(self._sending.values())
        if self._draining is not None:
            tasks.append(self._draining)
        await _let_go(*tasks)

    @property
    def waiting(self) -> int:
        """Entries in the spool: 0 when all that was given is on Kafka."""
        return len(self._spool)

    @property
    def waiting_bytes(self) -> int:
        """Bytes on disk of those entries."""
        return self._spool.used_bytes

    @property
    def doubt(self) -> bool:
        """Something that was given is lost, since its entry was damaged; cursors say that it was told.

        Wait until `drained`, make a cursor of what is on Kafka, write it and go on from it, then call `recalled`.
        """
        return bool(self._spool.damaged)

    def recalled(self) -> None:
        """There is a cursor without what was lost."""
        self._spool.recalled()

    def newest_cursor(self) -> bytes | None:
        """Where to go on after a start: the last cursor that waits; None if none does, and the written one holds."""
        for entry in self._spool.newest_first():
            try:
                cursor = decode(entry.content).cursor
            except ValueError:
                continue  # told when its turn comes
            if cursor:
                return cursor
        return None

    async def send(self, outs: Sequence[Out], cursor: bytes = b"") -> bool:
        """Publish records, then commit the cursor if there is one. False: they are on the disk and will be.

        Returns only when one of both is true: with Kafka away and no room, it waits for as long as that lasts, and
        its source is not asked meanwhile. Cancelled, the records may or may not get there, and nothing is committed.
        LagesbildError for what the sender raises within the patience; what `commit` raises is raised.
        """
        async with self._turn:
            while self.waiting:
                self._room.clear()
                if await self._append(outs, cursor) is not None:
                    self._wake()
                    return False
                await self._until_room()
            return await self._at_once(outs, cursor)

    async def drained(self) -> None:
        """Wait until nothing waits any more."""
        while self._draining is not None and not self._draining.done():
            await asyncio.wait({self._draining})

    async def _at_once(self, outs: Sequence[Out], cursor: bytes) -> bool:
        sending = asyncio.create_task(self._sender.send(outs))
        number = None
        try:
            await asyncio.wait({sending}, timeout=self._patience_s)
            if not sending.done():
                # not cancelled: the sender goes on, and whoever drains the spool waits for the same answer
                number = await self._append(outs, cursor)
            if number is None:
                await asyncio.wait({sending})
                self._committed(cursor, _offsets(sending))
                return True
            self._sending[number] = sending
        finally:
            if number is None:
                await _let_go(sending)
        log.warning("kafka_away_spooling", number=number)
        self._wake()
        return False

    async def _append(self, outs: Sequence[Out], cursor: bytes) -> int | None:
        """Number of the new entry; None when there is no room."""
        content = await asyncio.to_thread(encode, outs, cursor)
        try:
            async with self._disk:
                return await asyncio.to_thread(self._spool.append, content)
        except SpoolFullError as error:
            log.error("spool_full", error=str(error))  # noqa: TRY400 # known cause
            return None

    def _committed(self, cursor: bytes, offsets: list[int]) -> None:
        if cursor:
            self._commit(cursor, offsets)

    def _wake(self) -> None:
        if self.waiting and (self._draining is None or self._draining.done()):
            self._draining = asyncio.create_task(self._drain())

    async def _until_room(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pause_s):
                await self._room.wait()

    async def _drain(self) -> None:
        """Send what waits, oldest first, until nothing does; what is refused is tried again and blocks what follows."""
        while self.waiting:
            step = asyncio.create_task(self._step())
            try:
                await asyncio.wait({step})
            finally:
                await _let_go(step)
            fault = LagesbildError("it was cancelled") if step.cancelled() else step.exception()
            if fault is not None:
                log.error("spool_stuck", waiting=self.waiting, error=repr(fault))
                await asyncio.sleep(self._pause_s)
            self._room.set()
        log.info("spool_drained")

    async def _step(self) -> None:
        """One entry to Kafka, then its cursor, then off the disk: killed in between, the rest is done again."""
        async with self._disk:
            entry = await asyncio.to_thread(self._spool.oldest)
        if entry is None:
            return
        try:
            parcel = await asyncio.to_thread(decode, entry.content)
        except ValueError as error:
            async with self._disk:
                self._spool.put_aside(entry.number, str(error))
            return
        self._committed(parcel.cursor, await self._confirmed(entry.number, parcel.outs))
        async with self._disk:
            self._spool.done(entry)
        del self._sending[entry.number]

    async def _confirmed(self, number: int, outs: Sequence[Out]) -> list[int]:
        """Offsets, from the sending that is under way or was done before a commit failed, else from a new one."""
        sending = self._sending.get(number)
        if sending is None:
            sending = self._sending[number] = asyncio.create_task(self._sender.send(outs))
        await asyncio.wait({sending})
        if sending.cancelled() or sending.exception() is not None:
            del self._sending[number]
        return _offsets(sending)


def _offsets(sending: asyncio.Task[list[int]]) -> list[int]:
    """Result of a sending that is done. LagesbildError for whatever the sender raised.

    One that was cancelled from within must not cancel whoever waits for it.
    """
    if sending.cancelled():
        raise LagesbildError("the records were let go of before they were confirmed")
    fault = sending.exception()
    if isinstance(fault, Exception):
        raise LagesbildError(f"Kafka refuses the records: {fault!r}") from fault
    return sending.result()


async def _let_go(*tasks: "asyncio.Task[None] | asyncio.Task[list[int]]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
