"""A wall's day in minutes: 86,400 updates through the page's own stream and code; does its memory grow, or its tree?

In: how many updates. Out: one JSON line; exit status 1 when the heap has grown by more than 5 MB after the first tenth.

The updates are a running server's own: fifty changes are sent, the frames that its stream pushes for them are kept, and
a proxy before the page plays them round and round as fast as the page takes them.

    ./scripts/soak wall
"""

import asyncio
import json
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientTimeout, web
from playwright.async_api import CDPSession, Page
from support.accessible import storm
from support.broker import on_a_broker
from support.browser import Room, chromium
from support.reverse_proxy import ReverseProxy

CHANGES = 50
EVERY = 200
"""Updates between two breaths, in which the page may draw."""
MOST_BYTES = 5_000_000
COUNT = """window.taken = 0;
const listen = EventTarget.prototype.addEventListener;
EventSource.prototype.addEventListener = function (name, told) {
    listen.call(this, name, (event) => { window.taken += name === "error" ? 0 : 1; told.call(this, event); });
};"""
"""Counts the frames that the page's own code has taken."""


class Day(ReverseProxy):
    """A proxy that plays kept frames in the stream's place, and counts."""

    def __init__(self, upstream: str, path: str, frames: list[bytes], updates: int) -> None:
        super().__init__(upstream, path)
        self._frames, self.left, self.done = frames, updates, asyncio.Event()

    async def _pass(self, request: web.Request) -> web.StreamResponse:
        if not request.path.endswith("/wall/stream"):
            return await super()._pass(request)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        number = 0
        while self.left > 0:
            await response.write(self._frames[number % len(self._frames)])
            number, self.left = number + 1, self.left - 1
            if number % EVERY == 0:
                await asyncio.sleep(0.05)
        self.done.set()
        await asyncio.sleep(60)
        return response


async def kept(room: Room) -> list[bytes]:
    """Frames that the wall's own stream pushes for changes, with marks between."""
    frames: list[bytes] = []
    timeout = ClientTimeout(total=None)
    async with ClientSession(timeout=timeout) as session, session.get(f"{room.url}/wall/stream") as answer:

        async def read() -> None:
            held = b""
            async for part in answer.content.iter_any():
                *whole, held = (held + part).split(b"\n\n")
                frames.extend(frame + b"\n\n" for frame in whole if frame.startswith((b"event: parts", b"event: mark")))

        reading = asyncio.create_task(read())
        steps = ("moderate", "significant", "serious", "critical")
        for n in range(CHANGES):
            line = {"sector": ("road", "care", "water")[n % 3], "areas": [f"01{n % 10 + 14}"], "now": steps[n % 4]}
            await room.report("lansstyrelsen-01", id=f"w{n % 7}", revision=n + 1, impacts=[line])
            await room.report("kommun-0180", id=f"w{n % 5}", revision=n + 1, impacts=[line | {"areas": ["0180"]}])
            await asyncio.sleep(0.3)
        reading.cancel()
    return frames


async def measured(page: Page, session: CDPSession) -> tuple[int, int, int]:
    """Bytes of the heap after a collection, nodes that the browser keeps, and elements that the page shows."""
    await session.send("HeapProfiler.collectGarbage")
    found = {m["name"]: int(m["value"]) for m in (await session.send("Performance.getMetrics"))["metrics"]}
    return found["JSHeapUsedSize"], found["Nodes"], await page.evaluate("document.querySelectorAll('*').length")


async def day(updates: int, kafka: str, folder: Path) -> dict[str, Any]:
    """Play it."""
    async with Room(kafka, folder) as room, chromium() as browser:
        await room.open()
        await storm(room)
        frames = await kept(room)
        async with Day(room.url, "", frames, updates) as proxy:
            page = await browser.new_page(viewport={"width": 1920, "height": 1080})
            session = await page.context.new_cdp_session(page)
            await session.send("Performance.enable")
            await page.add_init_script(COUNT)
            began = time.monotonic()
            await page.goto(f"{proxy.url}/wall", wait_until="commit")
            samples = []
            while not proxy.done.is_set():
                await asyncio.sleep(2)
                samples.append((updates - proxy.left, *await measured(page, session)))
            await asyncio.sleep(5)
            taken = await page.evaluate("window.taken")
            samples.append((updates, *await measured(page, session)))
    warm = next(s for s in samples if s[0] >= updates // 10)
    last = samples[-1]
    return {
        "updates": updates,
        "frames": len(frames),
        "seconds": round(time.monotonic() - began),
        "heap_mb": [round(s[1] / 1e6, 2) for s in (samples[0], warm, last)],
        "heap_growth_mb": round((last[1] - warm[1]) / 1e6, 2),
        "taken": taken,
        "nodes": [s[2] for s in (samples[0], warm, last)],
        "most_nodes": max(s[2] for s in samples),
        "elements": [s[3] for s in (samples[0], warm, last)],
    }


def main() -> int:
    updates = int(sys.argv[1]) if len(sys.argv) > 1 else 86_400
    told = on_a_broker("wall", partial(day, updates))
    print(json.dumps(told))
    return 0 if told["heap_growth_mb"] * 1e6 <= MOST_BYTES and told["taken"] >= updates else 1


if __name__ == "__main__":
    sys.exit(main())
