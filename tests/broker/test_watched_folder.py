"""The watched folder on a real Kafka: a table becomes a cell of the picture, and a kill between only repeats it."""

import asyncio
import json
import signal
import sys
from pathlib import Path

import pytest
from support.chain import Chain
from support.waiting import PATIENCE_S, START_S

from schemas.rejected import read_rejected
from schemas.topics import REJECTED
from streams.bus import read_all
from streams.settings import PROJECT

pytestmark = pytest.mark.broker
TABLE = "id;sent;headline;sector;areas;now\r\nväg-1;2027-01-19 06:50;Halka;road;180;serious\r\n".encode("cp1252")


async def until(path: Path) -> bytes:
    """Bytes of a file once it is there."""
    async with asyncio.timeout(START_S):
        while not await asyncio.to_thread(path.exists):
            await asyncio.sleep(0.1)
    return await asyncio.to_thread(path.read_bytes)


async def receipt(chain: Chain, name: str, folder: str = "done") -> dict:
    """Outcome of the only report of a file."""
    told = await until(chain.data / "inbox" / "kommun-0180" / folder / f"{name}.receipts.json")
    return await chain.outcome(json.loads(told)[0]["receipt"])


async def test_a_file_becomes_a_cell_and_the_same_file_again_a_repeat(kafka, tmp_path):
    async with Chain(kafka, tmp_path / "data") as chain:
        chain.start("intake", "merge")
        folder = chain.data / "inbox" / "kommun-0180"
        process = None
        for name in ("first.csv", "again.csv"):
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "connectors", "actors"),
                env=chain.env(),
                cwd=PROJECT,
                stderr=asyncio.subprocess.DEVNULL,
            )
            async with asyncio.timeout(START_S):
                while not (folder / "test").is_dir():
                    await asyncio.sleep(0.1)
            (folder / f"{name}.part").write_bytes(TABLE)
            (folder / f"{name}.part").rename(folder / name)
            said = await receipt(chain, name)
            if name == "first.csv":
                # as a kill between publishing and moving leaves it: the file comes again
                assert said["result"] == "applied"
                process.send_signal(signal.SIGKILL)
                await process.wait()
        assert said["result"] == "duplicate_of"
        (folder / "bad.json").write_text('[{"id": "x"}]')
        await until(folder / "refused" / "bad.json.why.txt")
        assert process is not None
        process.terminate()
        assert await asyncio.wait_for(process.wait(), PATIENCE_S) == 0

        picture = await chain.settled()
        assert picture["cell"]["0180/road"]["impact"] == 4
        assert picture["item"]["actor.kommun-0180/väg-1"]["sent"] == "2027-01-19T05:50:00.000Z"
        kept = [
            read_rejected(record.value)
            async for batch in read_all(kafka, chain.space.topic(REJECTED))
            for record in batch
        ]
        assert [(one.source, one.stage) for one in kept] == [("actor.kommun-0180", "connector")]
