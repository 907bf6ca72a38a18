"""The county board's telephone of an exercise: takes each notice, keeps it as a line, says that it has it.

In: `POST /receiver`. Out: `receiver.jsonl` in the data folder, and `GET /receiver` with the newest ones.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

import orjson
from aiohttp import web

from schemas.codec import Json
from schemas.times import z

SHOWN = 200


class Receiver:
    """What has been received; a key that came twice stands twice, since the receiver decides what a repeat is."""

    def __init__(self, data_dir: Path, now: Callable[[], int]) -> None:
        self._path, self._now = data_dir / "receiver.jsonl", now
        self._turn = asyncio.Lock()

    async def take(self, request: web.Request) -> web.Response:
        """Keep a notice, then answer 200."""
        body = await request.read()
        try:
            notice = orjson.loads(body)
        except orjson.JSONDecodeError:
            notice = body.decode("utf-8", errors="replace")
        row: Json = {"at": z(self._now()), "headers": {str(k): v for k, v in request.headers.items()}, "body": notice}
        async with self._turn:
            await asyncio.to_thread(self._append, orjson.dumps(row) + b"\n")
        return web.json_response({"received": True})

    async def show(self, _: web.Request) -> web.Response:
        """The newest notices, oldest first."""
        return web.Response(body=orjson.dumps(self.notices()[-SHOWN:]), content_type="application/json")

    def notices(self) -> list[Json]:
        """Every notice received: `at`, `headers`, `body`."""
        if not self._path.exists():
            return []
        return [orjson.loads(row) for row in self._path.read_bytes().splitlines() if row.endswith(b"}")]

    def _append(self, row: bytes) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            file.write(row)
