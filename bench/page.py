"""A room's page in Chromium: first paint on a slow machine among many items, how soon a change is seen, long tasks.

In: a broker, how many items are open. Out: milliseconds. The slow machine is this one, its processor slowed six times
by the browser's own tool; first paint is what the browser itself calls first contentful paint: the frame with its mark,
clock and banner. That a painted frame is no painted room is seen by the largest contentful paint beside it. The peer of
the same run is the page for an address that does not exist: the same frame, style and server, and no picture in it.
"""

import asyncio
import json
import time
from statistics import median
from typing import Any

import aiohttp
from playwright.async_api import Browser, CDPSession, Page
from support.browser import chromium
from support.waiting import free_port

from bench.site import Room, Site
from bench.workload import Storm
from schemas.topics import LOG
from streams.clock import wall_ms
from streams.processes import Process

PAGES = {"desk": "/", "wall": "/wall", "activation": "/activation", "items": "/items", "peer": "/nothing-here"}
SLOWER = 6
PAINTS = 9
"""First visits of each page, in turn: what else the machine does meets all of them and the peer alike."""
RATE, HELD_S = 20, 15
SOON_MS = 100
"""A change that is seen later than this after the server had it is counted as late."""
IDLE_S = 1.0
"""Before each visit, in a tab that is open: closing the one before and starting a process for this one are the
browser's work, and on two cores they doubled what was taken for the page's."""
SETTLED_MS = 1_000
"""After its load and so long without a larger one the largest paint is taken for the last."""
_LARGEST = """(still) => new Promise((done) => {
    let last = 0, waits = setTimeout(() => done(last), still);
    new PerformanceObserver((list) => {
        last = list.getEntries().at(-1).startTime;
        clearTimeout(waits);
        waits = setTimeout(() => done(last), still);
    }).observe({type: "largest-contentful-paint", buffered: true});
})"""
_WATCH = """() => {
    window.seen = []; window.long = [];
    const see = () =>
        window.seen.push([Number(document.body.dataset.version), performance.timeOrigin + performance.now()]);
    new MutationObserver(see).observe(document.body, {attributes: true, attributeFilter: ["data-version"]});
    new PerformanceObserver((list) => window.long.push(...list.getEntries().map((e) => e.duration)))
        .observe({type: "longtask"});
}"""


async def run(site: Site, items: int) -> dict[str, Any]:
    """One room with `items` open items, looked at."""
    async with Room(site, f"page{items}") as room, chromium() as browser:
        await room.start("intake", "merge")
        await _fill(room, items)
        address = await serve(room)
        painted = await _painted(browser, address)
        peer = painted.pop("peer")["first_paint_ms"]
        told = {name: {**row, "ratio": round(row["first_paint_ms"] / peer, 2)} for name, row in painted.items()}
        changed = await _changes(browser, room, address)
        return {"items": items, "cpu_slower": SLOWER, "peer_ms": peer, **told, **changed}


async def _fill(room: Room, items: int) -> None:
    storm = Storm(items, start=wall_ms() - 2 * items, step_ms=1)
    sent = 0
    while sent < 2 * items:
        outs = room.outs([storm.fresh() for _ in range(1_000)])
        await room.producer.send(outs)
        sent += len(outs)
    await room.until_quiet()
    await room.until_folded(await room.end(LOG))


async def serve(room: Room) -> str:
    """Start the room's server and wait until it shows a picture; its address."""
    port = free_port()
    environment = room.environment() | {"LAGESBILD_PORT": str(port), "LAGESBILD_TICK_S": "15"}
    room.processes["server"] = Process("server", ["dashboards"], environment, room.data)
    await room.processes["server"].start()
    address = f"http://127.0.0.1:{port}"
    async with asyncio.timeout(120), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"{address}/api/v1/picture.geojson") as answer:
                    if answer.status == 200:
                        return address
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.2)


async def _painted(browser: Browser, address: str) -> dict[str, dict[str, float]]:
    """Medians of first visits, nothing cached, by page; of first paint the slowest visit too."""
    visits: dict[str, list[tuple[float, ...]]] = {name: [] for name in PAGES}
    for _ in range(PAINTS):
        for name, path in PAGES.items():
            visits[name].append(await _visit(browser, address + path))
    return {name: _medians(found) for name, found in visits.items()}


async def _visit(browser: Browser, address: str) -> tuple[float, ...]:
    """First paint, largest paint, first byte, ms; bytes over the wire."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    weight = await _slowed(await context.new_cdp_session(page))
    await asyncio.sleep(IDLE_S)
    await page.goto(address, wait_until="load")
    await page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length > 0")
    first = await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    largest = await page.evaluate(_LARGEST, SETTLED_MS)
    answered = await page.evaluate("performance.getEntriesByType('navigation')[0].responseStart")
    await context.close()
    return first, largest, answered, sum(weight)


def _medians(visits: list[tuple[float, ...]]) -> dict[str, float]:
    first, largest, answered, weight = zip(*visits, strict=True)
    return {
        "first_paint_ms": round(median(first)),
        "slowest_first_paint_ms": round(max(first)),
        "largest_paint_ms": round(median(largest)),
        "answered_ms": round(median(answered)),
        "kilobytes": round(max(weight) / 1000, 1),
    }


async def _slowed(session: CDPSession) -> list[float]:
    """Slow the processor, and count what comes over the wire."""
    weight: list[float] = []
    await session.send("Network.enable")
    session.on("Network.loadingFinished", lambda done: weight.append(done["encodedDataLength"]))
    await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return weight


async def _changes(browser: Browser, room: Room, address: str) -> dict[str, Any]:
    """At a steady rate of changes: from the server's own stream to the page, and tasks that hold the page up."""
    page = await browser.new_page(viewport={"width": 1280, "height": 800})
    await page.goto(f"{address}/")
    await page.wait_for_function("() => document.body.dataset.version !== undefined")
    await asyncio.sleep(1)
    await page.evaluate(_WATCH)
    had: dict[int, float] = {}
    following = asyncio.create_task(_follow(address, had))
    await asyncio.sleep(0.5)
    storm = Storm(1_000, start=wall_ms(), step_ms=1, seed=7)
    began = time.monotonic()
    for n in range(RATE * HELD_S):
        await asyncio.sleep(max(0.0, began + n / RATE - time.monotonic()))
        storm.at = max(storm.at, wall_ms() - 1)
        await room.producer.send(room.outs([storm.fresh()]))
    await asyncio.sleep(1)
    following.cancel()
    return _told(had, await _seen(page)) | {"changes_per_s": RATE}


async def _seen(page: Page) -> tuple[list[tuple[int, float]], list[float]]:
    return await page.evaluate("window.seen"), await page.evaluate("window.long")


def _told(had: dict[int, float], seen: tuple[list[tuple[int, float]], list[float]]) -> dict[str, Any]:
    shown, long = seen
    late = []
    for version, at in had.items():
        first = next((ms for number, ms in shown if number >= version), None)
        if first is not None:
            late.append(first - at)
    late.sort()
    if not late:
        raise RuntimeError("no change was seen in the page")
    return {
        "changes": len(late),
        "seen_p50_ms": round(median(late)),
        "seen_p95_ms": round(late[int(len(late) * 0.95)]),
        "seen_max_ms": round(late[-1]),
        "seen_late": sum(ms > SOON_MS for ms in late),
        "long_tasks": len(long),
        "longest_task_ms": round(max(long, default=0)),
    }


async def _follow(address: str, had: dict[int, float]) -> None:
    """When each version came on the server's own event stream, ms since 1970."""
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(timeout=timeout) as session, session.get(f"{address}/api/v1/stream") as answer:
        held = b""
        async for part in answer.content.iter_any():
            *frames, held = (held + part).split(b"\n\n")
            for frame in frames:
                if frame.startswith(b"event: change"):
                    had.setdefault(int(json.loads(frame.split(b"data: ", 1)[1])["to"]), time.time() * 1000)
