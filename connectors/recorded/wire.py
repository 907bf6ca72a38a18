"""One answer on the wire, whole or broken in one of the ways that sources break.

In: a request, its source's `Timed` and the `Answer` that holds. Out: an aiohttp response, or bytes straight on the
connection where HTTP itself is what is wrong.
Next: connectors/recorded/timed.py
"""

import asyncio
import hashlib
import zlib
from collections.abc import Iterator
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache

from aiohttp import web

from connectors.reading.values import PAYLOAD_LIMIT
from connectors.recorded.timed import Answer, Timed
from schemas.times import DAY

DRIP_S = 0.25
"""Wall seconds between two bytes of a slow answer."""
LATER_S = 0.01
"""Wall seconds until the rest of an answer comes that said it was over."""
PAGE = b"<!DOCTYPE html><html><body><h1>Planerat underh\xc3\xa5ll</h1></body></html>"
_BLANKS = b" " * 65_536


class Wire:
    """Sends one answer."""

    def __init__(self, request: web.Request, feed: Timed, answer: Answer, now: int, released: asyncio.Event) -> None:
        self._request, self._feed, self._said, self._now, self._released = request, feed, answer, now, released

    async def send(self) -> web.StreamResponse:
        """The response; for kinds that break the connection, one that is not sent any more."""
        said = self._said
        match said.kind:
            case "busy" | "busy_until" | "error" | "redirect":
                return self._refusal()
            case "drip":
                return await self._drip()
            case "bomb" | "large":
                return await self._much()
            case "cut" | "short":
                return await self._broken(said.kind)
            case "close" | "hang":
                await (self._released.wait() if said.kind == "hang" else asyncio.sleep(0))
                return self._ended()
            case _:
                return self._whole(*self._content())

    def _content(self) -> tuple[bytes, str]:
        """Body and content type of an answer that HTTP finds nothing wrong with."""
        own = self._feed.content_type
        match self._said.kind:
            case "half":
                return self._said.body[: len(self._said.body) // 2], own
            case "empty":
                return self._said.body or self._feed.empty.encode(), own
            case "page":
                return PAGE, "text/html; charset=utf-8"
            case "type":
                return self._said.body, "application/x-other"
            case _:
                return self._said.body, own

    def _headers(self, body: bytes, content_type: str) -> dict[str, str]:
        age_ms = (self._said.seconds * 1000 or DAY) if self._said.kind == "old" else 0
        off_ms = (self._said.seconds * 1000 or DAY) if self._said.kind == "clock" else -age_ms
        headers = {
            "Date": _date(self._now + off_ms),
            "ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
            "Last-Modified": _date(min(self._said.at, self._now) - age_ms),
            "Content-Type": content_type,
        }
        return headers | self._said.headers

    def _whole(self, body: bytes, content_type: str) -> web.Response:
        """200, or 304 to who has these bytes already."""
        headers = self._headers(body, content_type)
        if self._said.kind == "unchanged" or _has(self._request, headers):
            return web.Response(status=304, headers={k: v for k, v in headers.items() if k != "Content-Type"})
        return web.Response(body=body, headers=headers)

    def _refusal(self) -> web.Response:
        said, date = self._said, {"Date": _date(self._now)}
        wait = {
            "busy": {"Retry-After": str(said.seconds)},
            "busy_until": {"Retry-After": _date(self._now + said.seconds * 1000)},
            "redirect": {"Location": said.to},
        }.get(said.kind, {})
        status = {"redirect": 302, "error": said.status}.get(said.kind, 429)
        return web.Response(status=status, body=said.body, headers=date | wait | said.headers)

    async def _drip(self) -> web.StreamResponse:
        response = web.StreamResponse(headers=self._headers(self._said.body, self._feed.content_type))
        await response.prepare(self._request)
        for index in range(len(self._said.body)):
            await response.write(self._said.body[index : index + 1])
            await asyncio.sleep(DRIP_S)
        return response

    async def _much(self) -> web.StreamResponse:
        """More than is parsed: behind a little gzip, or as it is."""
        zipped = self._said.kind == "bomb"
        headers = self._headers(self._said.body, self._feed.content_type) | (
            {"Content-Encoding": "gzip"} if zipped else {}
        )
        response = web.StreamResponse(headers=headers)
        await response.prepare(self._request)
        for chunk in [_bomb()] if zipped else _padded(self._said.body):
            await response.write(chunk)
        return response

    async def _broken(self, kind: str) -> web.Response:
        """A length that is not the body's: fewer bytes come than it says, or more, a moment later."""
        body = self._said.body
        length, sent = (len(body), len(body) // 2) if kind == "cut" else (len(body) * 2 // 3, len(body) * 2 // 3)
        headers = self._headers(body, self._feed.content_type) | {"Content-Length": str(length)}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        if self._request.transport is not None:
            self._request.transport.write(f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + body[:sent])
        await asyncio.sleep(LATER_S)
        return self._ended(body[sent:] if kind == "short" else b"")

    def _ended(self, raw: bytes = b"") -> web.Response:
        """The connection with its last bytes; what aiohttp would send after them goes nowhere."""
        if self._request.transport is not None:
            self._request.transport.write(raw)
            self._request.transport.close()
        return web.Response()


def _has(request: web.Request, headers: dict[str, str]) -> bool:
    """What the asker has is this: by ETag, which goes first, else by time."""
    tag, since = request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since")
    if tag is not None:
        return tag == headers.get("ETag")
    try:
        return since is not None and parsedate_to_datetime(headers["Last-Modified"]) <= parsedate_to_datetime(since)
    except (ValueError, TypeError, KeyError):
        return False


def _date(at: int) -> str:
    return formatdate(at // 1000, usegmt=True)


def _padded(body: bytes) -> Iterator[bytes]:
    yield body
    yield from [_BLANKS] * (PAYLOAD_LIMIT // len(_BLANKS) + 1)


@lru_cache
def _bomb() -> bytes:
    """Some kilobytes that become ten times what is parsed."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(_BLANKS) for _ in range(10 * PAYLOAD_LIMIT // len(_BLANKS))) + packer.flush()
