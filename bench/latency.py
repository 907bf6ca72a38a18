"""From a report's send to its version in a reader's hands, at a steady rate, lateness of the sender counted in.

Open model: each report has its moment, whether or not the one before has come through. A version is known by its
cause and by `happened_at`, which is when the report was sent; no two reports share it.
"""

import asyncio
import time
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaProducer

from bench.site import Room, Site
from bench.workload import Storm
from schemas.change import TYPE_HEADER
from schemas.codec import load
from schemas.times import parse
from schemas.topics import CHANGES
from streams.bus import Reader
from streams.clock import wall_ms

WARM_S = 2
PATIENCE_S = 10
"""A report without a version of its own by then is counted as such: it may have lost to another of the same moment."""
IDENTITIES = 10_000


async def run(site: Site, name: str, rate: int, seconds: int) -> dict[str, Any]:
    """Percentiles in milliseconds at `rate` reports a second."""
    async with Room(site, name) as room:
        await room.start("intake", "merge")
        await room.until_quiet()
        due: dict[int, float] = {}
        took: dict[int, float] = {}
        following = asyncio.create_task(_follow(room, due, took))
        await asyncio.sleep(0.5)  # the follower has connected
        await _send(room, rate, seconds + WARM_S, due)
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                while len(took) < len(due):  # noqa: ASYNC110 - another task's dict grows
                    await asyncio.sleep(0.05)
        following.cancel()
        if not took:
            raise RuntimeError("no version of any report was read: look at the log of intake and merge")
        warm = min(due.values()) + WARM_S
        counted = sorted(took[sent] * 1000 for sent, at in due.items() if at >= warm and sent in took)
        return {
            "per_s": rate,
            "samples": len(counted),
            "without_version": len(due) - len(took),
            "p50_ms": round(_share(counted, 0.5), 1),
            "p99_ms": round(_share(counted, 0.99), 1),
            "max_ms": round(counted[-1], 1),
        }


def _share(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


async def _send(room: Room, rate: int, seconds: int, due: dict[int, float]) -> None:
    """One report at a time at its moment, none waited for."""
    producer = AIOKafkaProducer(bootstrap_servers=room.bootstrap, acks="all")
    await producer.start()
    try:
        storm = Storm(IDENTITIES, start=wall_ms(), step_ms=1)
        first, waiting = time.perf_counter(), []
        for number in range(rate * seconds):
            moment = first + number / rate
            await asyncio.sleep(max(0.0, moment - time.perf_counter()))
            storm.at = max(storm.at, wall_ms() - 1)
            (out,) = room.outs([storm.fresh()])
            due[storm.at] = moment
            waiting.append(await producer.send(out.topic, out.value, out.key, headers=list(out.headers)))
        await asyncio.gather(*waiting)
    finally:
        await producer.stop()


async def _follow(room: Room, due: dict[int, float], took: dict[int, float]) -> None:
    """Note when each report's version has been read and parsed."""
    topic = room.space.topic(CHANGES)
    async with Reader(room.bootstrap, "bench", {(topic, 0): await room.end(CHANGES)}) as reader:
        while True:
            for record in await reader.batch():
                if record.headers[TYPE_HEADER] != b"version":
                    continue
                value = load(record.value or b"{}")
                now = time.perf_counter()
                sent = parse(value["happened_at"]) if value["cause"]["kind"] == "report" else None
                if sent in due and sent not in took:
                    took[sent] = now - due[sent]
