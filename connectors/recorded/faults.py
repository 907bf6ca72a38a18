"""Faults of the recorded service, switched on for a number of requests: for tests, and to practise losing a source.

In: `break_route`, or `POST /faults` with `{"route", "kind", "times"}`. Out: the requests that follow go wrong.
"""

import asyncio
from collections import deque
from typing import Literal, NamedTuple, get_args

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler

Kind = Literal["error", "busy", "hang", "mute", "page", "empty", "cut", "close"]
"""error: 500. busy: 429 with Retry-After 1. hang: no answer until stopped. mute: done, but no answer until stopped.
page: 200 with HTML. empty: 200 with an empty list. cut: half of the body. close: the connection is closed without an
answer."""


class _Fault(NamedTuple):
    kind: Kind
    times: int


class Faults:
    """What goes wrong next, by the first part of a request's path."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[_Fault]] = {}
        self._released = asyncio.Event()

    def break_route(self, route: str, kind: Kind, times: int = 1) -> None:
        """Let the next `times` requests to `/<route>...` go wrong."""
        self._waiting.setdefault(route, deque()).append(_Fault(kind, times))

    def release(self) -> None:
        """Forget all faults and let hanging requests go."""
        self._waiting.clear()
        self._released.set()
        self._released = asyncio.Event()

    async def switch(self, request: web.Request) -> web.Response:
        """`POST /faults`; `{}` forgets all of them."""
        try:
            wanted = orjson.loads(await request.read())
            if not wanted:
                self.release()
            elif wanted["kind"] in get_args(Kind):
                self.break_route(str(wanted["route"]), wanted["kind"], int(wanted.get("times", 1)))
            else:
                raise ValueError(f"kind is one of {', '.join(get_args(Kind))}")
        except (ValueError, KeyError, TypeError) as error:
            return web.Response(status=400, text=repr(error))
        return web.Response(status=204)

    def _next(self, route: str) -> Kind | None:
        waiting = self._waiting.get(route)
        if not waiting:
            return None
        kind, times = waiting.popleft()
        if times > 1:
            waiting.appendleft(_Fault(kind, times - 1))
        return kind

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a request go wrong if it is its turn."""
        route = request.path.split("/")[1]
        kind = None if route == "faults" else self._next(route)
        match kind:
            case "error":
                return web.Response(status=500, text="switched on for an exercise")
            case "busy":
                return web.Response(status=429, headers={"Retry-After": "1"})
            case "page":
                return web.Response(text="<html><body>Planerat underhåll</body></html>", content_type="text/html")
            case "empty":
                return web.Response(body=b"[]", content_type="application/json")
            case "hang":
                await self._released.wait()
            case "mute":
                answer = await handler(request)
                await self._released.wait()
                return answer
            case "close":
                assert request.transport is not None
                request.transport.close()
            case "cut":
                return await _half(await handler(request))
            case None:
                pass
        return await handler(request)


async def _half(response: web.StreamResponse) -> web.StreamResponse:
    """The answer with the second half of its body missing."""
    if isinstance(response, web.Response) and isinstance(response.body, bytes):
        response.body = response.body[: len(response.body) // 2]
    return response
