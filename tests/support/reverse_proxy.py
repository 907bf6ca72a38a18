"""A reverse proxy as counties have one: it takes its path away, names another host, streams, and has bad days.

In: the server's address, a path. Out: an address below which the whole site lies; `mood` says what it does now.
"""

import asyncio
from typing import Self

from aiohttp import ClientConnectionError, ClientSession, ClientTimeout, web

HOP = {"connection", "keep-alive", "transfer-encoding", "content-encoding", "content-length", "host"}


class ReverseProxy:
    """Use as an async context. `mood`: `well`, `502`, `503`, `html` (a login page), `half-open` (says nothing)."""

    def __init__(self, upstream: str, path: str) -> None:
        self._upstream, self._path, self.mood = upstream, path, "well"
        self.url = ""

    async def __aenter__(self) -> Self:
        self._session = ClientSession(timeout=ClientTimeout(total=None), auto_decompress=False)
        app = web.Application(client_max_size=2**22)
        app.router.add_route("*", self._path + "/{rest:.*}", self._pass)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}{self._path}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
        await self._session.close()

    async def _pass(self, request: web.Request) -> web.StreamResponse:
        if self.mood in {"502", "503"}:
            return web.Response(status=int(self.mood), text="upstream is away")
        if self.mood == "html":
            return web.Response(text="<p>Logga in</p>", content_type="text/html")
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP}
        headers |= {"X-Forwarded-For": request.remote or "", "X-Forwarded-Proto": "http"}
        target = f"{self._upstream}/{request.match_info['rest']}"
        try:
            async with self._session.request(
                request.method,
                target,
                params=request.query,
                data=await request.read(),
                headers=headers,
                allow_redirects=False,
            ) as answer:
                return await self._stream(request, answer)
        except ClientConnectionError:
            return web.Response(status=502, text="upstream is away")

    async def _stream(self, request: web.Request, answer) -> web.StreamResponse:
        kept = [
            (name, value) for name, value in answer.headers.items() if name.lower() not in HOP - {"content-encoding"}
        ]
        response = web.StreamResponse(status=answer.status, headers=kept)
        await response.prepare(request)
        async for part in answer.content.iter_any():
            while self.mood == "half-open":
                await asyncio.sleep(0.1)
            if self.mood != "well":
                break
            await response.write(part)
        return response
