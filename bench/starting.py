"""A start after a long log: how many records it reads beyond the newest snapshot, and how long until it is at the head.

In: a storm of log records, written to `region.log` as intake would, folded by merge, which is then killed.
"""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

from bench.site import Room
from bench.workload import Intake, Storm
from schemas.topics import LOG
from streams.bus import Out
from streams.clock import wall_ms

AT_ONCE = 2_000
SETTLED_S = 1.0
"""After the last record: a snapshot that is due is looked for each quarter of a second and takes a while."""
BEYOND = 1_000
"""A start may read so many records more than there are entities."""


def log_of(room: Room, records: int, identities: int) -> Iterator[list[Out]]:
    """Log records of a storm, in batches to send."""
    storm, intake = Storm(identities, start=wall_ms() - records - 60_000), Intake(room.space.name)
    topic, held = room.space.topic(LOG), list[Out]()
    for sent in storm.mixed(records):
        held.append(Out(topic, intake.log(sent, storm.at), b"01"))
        if len(held) == AT_ONCE:
            yield held
            held = []
    yield held


async def fill(room: Room, records: int, identities: int) -> None:
    """Write the log and wait until merge has folded it, with its snapshots on the way."""
    await room.start("intake", "merge")
    end = await room.until_quiet() + records
    for batch in log_of(room, records, identities):
        await room.producer.send(batch)
    await room.until_folded(end)


async def run(room: Room) -> dict[str, Any]:
    """Kill merge, start it again, and look at what it says it read. The room has been filled."""
    end = await room.end(LOG)
    await asyncio.sleep(SETTLED_S)
    await room.kill("merge")
    began = time.perf_counter()
    await room.start("merge")
    await room.until_folded(end)
    ready = time.perf_counter() - began
    told = [line for line in room.said("merge") if line["event"] == "recovered"][-1]
    return {
        "records": end,
        "entities": told["entities"],
        "read_after_snapshot": told["end"] - told["offset"],
        "may_read": BEYOND + told["entities"],
        "seconds_to_head": round(ready, 2),
    }
