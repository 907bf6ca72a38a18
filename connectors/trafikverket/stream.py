"""Trafikverket's stream of changes (server-sent events): one held open for each object type, between askings too.

In: addresses as an answer told them (`INFO.SSEURL`). Out: events, each a whole answer of changes. Any fault ends a
stream in silence: nothing is lost by it, since the change numbers are asked on as without streams.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import quote

import aiohttp

from connectors.asking.fetch import Fetcher
from connectors.errors import SourceError
from connectors.reading.values import PAYLOAD_LIMIT

SILENT_S = 300.0
"""Wall seconds of silence after which a stream counts as dead."""
_PIECE = 65_536


class Event(NamedTuple):
    """One event of a stream."""

    objecttype: str
    url: str
    """Where it came from; may hold a ticket, so never told to anybody."""
    data: bytes
    """A whole answer, as JSON."""


class _Held:
    """One stream, open; `next` may be given up at any moment and loses nothing."""

    def __init__(self, objecttype: str, url: str) -> None:
        self.objecttype, self.url, self.last_id = objecttype, url, ""
        self.response: aiohttp.ClientResponse | None = None
        self._buffer = b""

    async def open(self, fetcher: Fetcher) -> None:
        again = f"{'&' if '?' in self.url else '?'}lasteventid={quote(self.last_id)}" if self.last_id else ""
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": self.last_id} if self.last_id else {})
        self.response = await fetcher.other(self.url + again).hold(SILENT_S, headers)
        self._buffer = b""

    async def next(self) -> Event | None:
        """The next event with data; None once the stream has ended."""
        assert self.response is not None
        while True:
            block, sign, rest = self._buffer.partition(b"\n\n")
            if sign:
                self._buffer = rest
                data = self._data(block)
                if data:
                    return Event(self.objecttype, self.url, data)
                continue
            came = await self.response.content.read(_PIECE)
            if not came or len(self._buffer) > PAYLOAD_LIMIT:
                return None
            # a line may end in two signs, and the second may come later
            self._buffer = (self._buffer + came).replace(b"\r\n", b"\n")

    def _data(self, block: bytes) -> bytes:
        lines = [line.partition(b":") for line in block.split(b"\n")]
        for name, _, value in lines:
            if name == b"id" and b"\0" not in value:
                self.last_id = value.removeprefix(b" ").decode("utf-8", errors="replace")[:200]
        return b"\n".join(value.removeprefix(b" ") for name, _, value in lines if name == b"data")

    def close(self) -> None:
        if self.response is not None:
            self.response.close()
        self.response = None


class Streams:
    """The streams of a source, by object type."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._held: dict[str, _Held] = {}

    @property
    def open(self) -> bool:
        """At least one is open."""
        return bool(self._held)

    async def follow(self, addresses: Mapping[str, str]) -> None:
        """Open a stream for each object type that has none. One that cannot be opened is left to the askings."""
        for objecttype, url in addresses.items():
            if objecttype in self._held:
                continue
            held = _Held(objecttype, url)
            with suppress(SourceError):
                await held.open(self._fetcher)
                self._held[objecttype] = held

    async def wait(self, wait_s: float) -> list[Event]:
        """What has come, as soon as something has; empty after `wait_s` wall seconds, or when no stream is left."""
        reading = {asyncio.ensure_future(held.next()): held for held in self._held.values()}
        if not reading:
            return []
        await asyncio.wait(reading, timeout=wait_s, return_when=asyncio.FIRST_COMPLETED)
        for task in reading:
            task.cancel()
        done = await asyncio.gather(*reading, return_exceptions=True)
        events = []
        for held, came in zip(reading.values(), done, strict=True):
            if isinstance(came, Event):
                events.append(came)
            elif not isinstance(came, asyncio.CancelledError):
                await self._again(held)
        return events

    async def _again(self, held: _Held) -> None:
        """Open a stream again from its last event; without one, or if that fails too, it is over."""
        held.close()
        try:
            if not held.last_id:
                raise SourceError("the stream ended before its first event")
            await held.open(self._fetcher)
        except SourceError:
            self._held.pop(held.objecttype, None)

    def close(self) -> None:
        """End all streams."""
        for held in self._held.values():
            held.close()
        self._held.clear()
