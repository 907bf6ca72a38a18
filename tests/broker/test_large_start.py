"""A start after a long log reads what came after the newest snapshot, however long the log is."""

import asyncio
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from support.chain import T0, Chain
from support.waiting import PATIENCE_S, START_S, free_port
from support.world import REFERENCE, TOWNS

from schemas.codec import digest, load
from schemas.record import Origin, encode
from schemas.times import MINUTE
from schemas.topics import LOG
from streams.bus import Out
from streams.snapshots import newest, newest_mark

RECORDS, ITEMS, BEYOND = 100_000, 2_000, 1_000


def log_of(chain: Chain) -> Iterator[list[Out]]:
    """The log as intake would have written it: the registry, then revisions of two thousand disruptions."""
    topic = chain.space.topic(LOG)
    outs = [Out(topic, encode(T0, "reference", REFERENCE, Origin("control", 0, 0)), b"01")]
    for number in range(RECORDS - 1):
        body = {
            "source": "trafikverket",
            "id": f"d{number % ITEMS}",
            "kind": "disruption",
            "change": "report",
            "status": "actual",
            "severity": "minor",
            "native": {},
            "origin": "own",
            "areas": {TOWNS[number % len(TOWNS)]: {"how": "inside", "percent": 100, "metres": 0}},
            "texts": {},
            "label": "open",
            "sent": T0 + number,
            "order": number,
            "by": "revision",
            "revision": number,
        }
        value = encode(T0 + number, "report", body | {"digest": digest(body)}, Origin("trafikverket", 0, number))
        outs.append(Out(topic, value, b"01"))
        if len(outs) == 5_000:
            yield outs
            outs = []
    yield outs


def metric(port: int, name: str) -> float:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE_S) as answer:
        lines = answer.read().decode().splitlines()
    return float(next(line.rsplit(" ", 1)[1] for line in lines if line.startswith(name)))


async def until_folded(chain: Chain, wait_s: float = 2 * START_S) -> None:
    """Wait for a mark that says that the whole log is folded."""
    async with asyncio.timeout(wait_s):
        while True:
            mark = await newest_mark(chain.kafka, chain.space, 0)
            if mark is not None and mark.offset >= RECORDS:
                return
            await asyncio.sleep(0.2)


async def until_snapped(chain: Chain) -> None:
    """Wait for the snapshot that is due once so much is folded."""
    async with asyncio.timeout(START_S):
        while True:
            found = await newest(chain.kafka, chain.space, "01", 0)
            if found is not None and found[0].manifest.offset >= RECORDS - BEYOND - ITEMS:
                return
            await asyncio.sleep(0.5)


def recoveries(chain: Chain) -> list[dict[str, int]]:
    """What each start of merge has said of itself."""
    return [load(line.encode()) for line in chain.log("merge").splitlines() if '"recovered"' in line]


async def test_after_a_hundred_thousand_records_a_start_reads_no_more_than_a_thousand_and_the_entities(
    kafka: str, tmp_path: Path
):
    port = free_port()
    async with Chain(kafka, tmp_path, at=T0 + 10 * MINUTE, LAGESBILD_TICK_S="3600") as chain:
        chain.metrics["merge"] = port
        for outs in log_of(chain):
            await chain.send(*outs)
        chain.start("merge")
        await until_folded(chain)
        await until_snapped(chain)
        assert metric(port, "lagesbild_snapshots_total") >= 1
        chain.kill("merge")

        chain.start("merge")
        async with asyncio.timeout(START_S):
            while len(recoveries(chain)) < 2:
                await asyncio.sleep(0.05)
        told, read = recoveries(chain)[-1], metric(port, "lagesbild_start_records_read")

    assert told["entities"] >= ITEMS
    assert read == told["end"] - told["offset"] <= BEYOND + told["entities"]
