"""Server-sent events: `snapshot`, then `change` frames, and a `mark` every few seconds, changed or not.

In: the follower's ring, a viewer, the version a client has. Out: an event stream that ends at once on stop.
Each client keeps its place in the ring: a slow one falls behind and gets a snapshot, and never slows the others.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing, contextmanager

from fastapi import APIRouter, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from dashboards.access import Viewer
from dashboards.api.calls import need_picture, sight_of
from dashboards.api.frames import frame
from dashboards.identify import Asker, Parts
from dashboards.metrics import STREAM_FRAMES, STREAMS, STREAMS_DROPPED
from dashboards.picture.view import picture_body
from dashboards.server import Server
from schemas.codec import Json, canon
from schemas.times import z

router = APIRouter(prefix="/api/v1", tags=["stream"])

MARK_S = 4.0
"""Seconds between marks; a page calls the link lost after a little more than two of them."""
LIFE_S = 3_600.0
"""A stream ends after an hour and the client comes again: a half-open one is not kept for ever."""
SEND_S = 20.0
"""A client that has not taken a frame for so long is dropped."""
RETRY_MS = 2_000


def sse(event: str, data: bytes, mark: str | None = None) -> bytes:
    """One event as it goes over the line; JSON bytes hold no line break."""
    STREAM_FRAMES.labels(event).inc()
    head = f"event: {event}\n" + (f"id: {mark}\n" if mark is not None else "")
    return head.encode() + b"data: " + data + b"\n\n"


def event_id(space: str, version: int) -> str:
    """`<space>.<version>`, as clients send it back."""
    return f"{space}.{version}"


def version_of(given: str | None, space: str) -> int | None:
    """Version in an id a client sends; None when it is of another space or none at all."""
    of, _, number = (given or "").rpartition(".")
    return int(number) if of == space and number.isascii() and number.isdigit() else None


def mark_body(server: Server) -> Json:
    """Proof of life: how old the picture is, what time it is in the space, which sources are heard."""
    follower, setting = server.follower, server.clock.setting
    age, mark = follower.age_s, follower.mark
    body: Json = {
        "version": follower.head.version,
        "hash": follower.head.hash,
        "now": z(server.now()),
        "speed": 1 if setting.mode == "real" else setting.speed if setting.mode == "paced" else 0,
        "life": follower.life.value,
        "not_ready": [reason.code for reason in server.not_ready()],
        "over": server.over,
    }
    if age is not None:
        body["age_ms"] = int(age * 1000)
    if mark is not None:
        body |= {"t": z(mark.t), "at_head": mark.at_head, "heard": {s: z(t) for s, t in sorted(mark.heard.items())}}
    return body


class EventStream(Response):
    """Streams frames until the client goes, the server closes, the client stops reading, or an hour has passed."""

    media_type = "text/event-stream"

    def __init__(self, server: Server, kind: str, frames: Callable[[], AsyncGenerator[bytes]]) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}, media_type=self.media_type)
        del self.headers["content-length"]
        self._server, self._kind, self._frames = server, kind, frames

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the stream; beside it one task only, which waits for the client's going."""
        del scope
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        STREAMS.labels(self._kind).inc()
        gone = asyncio.create_task(_gone(receive))
        try:
            async with asyncio.timeout(LIFE_S) as life:
                with self._server.closing.telling(lambda: _end(life)), _telling(gone, lambda _: _end(life)):
                    await self._write(send)
        except TimeoutError:
            if not life.expired():  # else it has lived its hour, its client has gone, or the server closes
                raise
        finally:
            gone.cancel()
            await asyncio.gather(gone, return_exceptions=True)
            STREAMS.labels(self._kind).dec()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _write(self, send: Send) -> None:
        async with aclosing(self._frames()) as frames:
            async for part in frames:
                try:
                    async with asyncio.timeout(SEND_S):
                        await send({"type": "http.response.body", "body": part, "more_body": True})
                except TimeoutError:
                    STREAMS_DROPPED.inc()
                    return


def _end(life: asyncio.Timeout) -> None:
    if not life.expired():
        life.reschedule(asyncio.get_running_loop().time())


@contextmanager
def _telling(gone: asyncio.Task[None], tell: Callable[[asyncio.Task[None]], None]) -> Iterator[None]:
    gone.add_done_callback(tell)
    try:
        yield
    finally:
        gone.remove_done_callback(tell)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


async def json_frames(server: Server, viewer: Viewer, has: int | None) -> AsyncGenerator[bytes]:
    """Snapshot or what is missing since `has`, then every version as it comes, and marks."""
    follower, loop = server.follower, asyncio.get_running_loop()
    yield f"retry: {RETRY_MS}\n\n".encode()
    marked = 0.0
    while True:
        if has != follower.head.version:
            yield _step(server, viewer, has)
            has = follower.head.version
        if loop.time() - marked >= MARK_S:
            marked = loop.time()
            yield sse("mark", canon(mark_body(server)))
        if follower.head.version == has:
            await follower.wait(max(0.01, marked + MARK_S - loop.time()))


def _step(server: Server, viewer: Viewer, has: int | None) -> bytes:
    """One frame that brings a client from `has` to the newest version; the same bytes for all who see the same."""
    chain, head = server.follower.chain, server.follower.head
    entries = None if has is None or has > head.version else chain.ring.after(has)
    start = has if entries else None

    def build() -> bytes:
        sight = sight_of(server, viewer)
        body = frame(entries, sight) if entries else picture_body(sight, head, server.place)
        return sse("change" if entries else "snapshot", canon(body), event_id(server.space.name, head.version))

    return server.built.get(("json", viewer.view, start, head.version, server.texts.erased), build)


@router.get("/stream", summary="Server-sent events: snapshot, change, mark")
async def stream(request: Request, server: Parts, viewer: Asker, last_event_id: str | None = None) -> Response:
    """Resumes from `Last-Event-ID` or `?last_event_id=`; what has fallen out of the ring is answered by a snapshot."""
    need_picture(server, viewer)
    given = request.headers.get("last-event-id") or last_event_id
    has = version_of(given, server.space.name)
    return EventStream(server, "json", lambda: json_frames(server, viewer, has))
