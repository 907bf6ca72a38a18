"""A thousand screens on one server: how late the last of them gets a change, and what that costs the server.

In: a room with a server, how many streams. Out: milliseconds from the first to the last client, at a change each half
second; the server's memory. The first client to get a change stands for the moment when the server had it.
"""

import asyncio
import json
import os
import time
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp

from bench.page import serve
from bench.site import Room, Site
from bench.workload import Storm
from streams.clock import wall_ms

CHANGES = 40
BETWEEN_S = 0.5


async def run(site: Site, streams: int) -> dict[str, Any]:
    """One server, `streams` clients, forty changes."""
    async with Room(site, f"streams{streams}") as room:
        await room.start("intake", "merge")
        await room.until_quiet()
        address = await serve(room)
        alone = _resident(room)
        came: dict[int, list[float]] = {}
        connector = aiohttp.TCPConnector(limit=0)
        timeout = aiohttp.ClientTimeout(total=None)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
            listening = [asyncio.create_task(_listen(session, address, came)) for _ in range(streams)]
            await asyncio.sleep(5)
            await _change(room)
            full = _resident(room)
            for task in listening:
                task.cancel()
            await asyncio.gather(*listening, return_exceptions=True)
        whole = [times for times in came.values() if len(times) >= streams]
        late = sorted((max(times) - min(times)) * 1000 for times in whole)
        if not late:
            raise RuntimeError("no change reached every client")
        return {
            "streams": streams,
            "changes": len(late),
            "to_last_p50_ms": round(median(late)),
            "to_last_max_ms": round(late[-1]),
            "server_mb": round(full),
            "server_mb_alone": round(alone),
        }


async def _listen(session: aiohttp.ClientSession, address: str, came: dict[int, list[float]]) -> None:
    async with session.get(f"{address}/api/v1/stream") as answer:
        held = b""
        async for part in answer.content.iter_any():
            *frames, held = (held + part).split(b"\n\n")
            for frame in frames:
                if frame.startswith(b"event: change"):
                    version = int(json.loads(frame.split(b"data: ", 1)[1])["to"])
                    came.setdefault(version, []).append(time.perf_counter())


async def _change(room: Room) -> None:
    storm = Storm(1_000, start=wall_ms(), step_ms=1, seed=11)
    for _ in range(CHANGES):
        storm.at = max(storm.at, wall_ms() - 1)
        await room.producer.send(room.outs([storm.fresh()]))
        await asyncio.sleep(BETWEEN_S)


def _resident(room: Room) -> float:
    """MiB of the server."""
    pages = int(Path(f"/proc/{room.processes['server'].pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
