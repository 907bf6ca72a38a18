"""Reports a second through the live chain: inputs, intake, log, fold, published versions; all on this machine.

In: a storm's inputs, sent as quickly as Kafka takes them. Timed: from the first send to the last version read.
"""

import asyncio
import time
from typing import Any

from bench import plain
from bench.site import Room, Site
from bench.workload import Storm
from schemas.change import TYPE_HEADER, read_mark
from schemas.codec import load
from schemas.topics import CHANGES, LOG
from streams.bus import Out, Reader
from streams.clock import wall_ms

TICKS = 20
"""Ticks that may come in between, for what falls due while it runs: more were something else."""
AT_ONCE = 1_000
"""Inputs in one send: what a busy server and five connectors have in hand together."""


async def flat(site: Site, name: str, records: int, sizes: tuple[int, int]) -> dict[str, Any]:
    """The same reports among few and among many open items: does the whole pipeline keep its pace?"""
    rates = {}
    for size in sizes:
        ran = await run(site, f"{name}-{size}", records, size, opened=True)
        rates[str(size)] = ran["reports_per_s"]
    few, many = rates.values()
    return {"records": records, "reports_per_s": rates, "ratio": round(many / few, 2)}


async def run(site: Site, name: str, records: int, identities: int, *, opened: bool = False) -> dict[str, Any]:
    """One run in a space of its own, and the plain reader of the same inputs; `opened`: all stand open before it."""
    async with Room(site, name) as room:
        await room.start("intake", "merge")
        begin = await room.until_quiet()
        storm = Storm(identities, start=wall_ms() - records - 60_000 - (identities if opened else 0))
        if opened:
            outs = room.outs(storm.opening())
            await _send(room, outs)
            begin += len(outs)
            await room.until_folded(begin)
            begin = await room.end(LOG)
        outs = room.outs(storm.mixed(records))
        seconds, versions = await _drive(room, outs, begin + records)
        await room.until_folded(begin + records)
        sent_to = sorted({(out.topic, 0) for out in outs})
        read, took = await plain.read(room.bootstrap, sent_to)
        return {
            "records": records,
            "versions": versions,
            "reports_per_s": round(records / seconds),
            "plain_reader_per_s": round(read / took),
            "ratio": round((read / took) / (records / seconds), 1),
        }


async def _drive(room: Room, outs: list[Out], end: int) -> tuple[float, int]:
    """Send all; seconds until the last version that they made was read, and how many versions that were."""
    topic = room.space.topic(CHANGES)
    start = await room.end(CHANGES)
    async with Reader(room.bootstrap, "bench", {(topic, 0): start}) as reader:
        began = last = time.perf_counter()
        sending = asyncio.create_task(_send(room, outs))
        versions, folded = 0, 0
        while folded < end:
            for record in await reader.batch(0.2):
                if record.headers[TYPE_HEADER] == b"version":
                    versions, last = versions + 1, time.perf_counter()
                else:
                    folded = read_mark(load(record.value or b"{}")).offset
        await sending
        left = await room.end(LOG) - end
        if left > TICKS:
            raise RuntimeError(f"{left} records of the log are none of the inputs")
        return last - began, versions


async def _send(room: Room, outs: list[Out]) -> None:
    for at in range(0, len(outs), AT_ONCE):
        await room.producer.send(outs[at : at + AT_ONCE])
