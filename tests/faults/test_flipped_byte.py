"""One byte of the log is another one: the command line names the first version that is not what was published."""

import asyncio
from pathlib import Path
from typing import Any

from support.chain import T0, Chain
from support.running import run

from schemas.times import z
from schemas.topics import LOG
from streams.bus import Admin, In, Out, read_all

REPORTS, MIDDLE = 20, 10


async def test_a_rebuild_names_the_version_that_a_flipped_byte_makes_another(kafka: str, tmp_path: Path) -> None:
    async with Chain(kafka, tmp_path) as chain:
        chain.start("intake", "merge")
        for n in range(REPORTS):
            impacts = [{"sector": "transit", "areas": ["0180"], "now": "serious" if n % 2 else "moderate"}]
            await chain.report("region-sthlm-trafik", id="transit-0180", sent=z(T0 + n), impacts=impacts)
        await chain.settled()
        chain.stop("merge")
        chain.stop("intake")
        versions = await chain.versions()
        damaged = next(v["version"] for v in versions if any(says(c["value"], T0 + MIDDLE) for c in v["changes"]))
        status, out, _ = await rebuilt(chain)
        assert status == 0
        assert out.startswith(f"{len(versions)} versions agree")

        log = [record async for batch in read_all(kafka, chain.space.topic(LOG)) for record in batch]
        at = next(n for n, record in enumerate(log) if f'"sent":{T0 + MIDDLE}'.encode() in (record.value or b""))
        await put_in_place(chain, [flipped(record) if n == at else record for n, record in enumerate(log)])
        status, out, error = await rebuilt(chain)

    assert status == 1
    assert out == ""
    assert error.startswith(f"lagesbild: version {damaged} differs: folded ")
    assert error.count("\n") == 1


def says(entity: dict[str, Any] | None, sent: int) -> bool:
    """True for the item of the report that was sent then."""
    return entity is not None and entity.get("kind") == "situation" and entity["sent"] == z(sent)


def flipped(record: In) -> In:
    """The record with the lowest bit of one byte turned over: an impact of 2 becomes 3, of 4 becomes 5."""
    raw = bytearray(record.value or b"")
    raw[raw.index(b'"now":') + len('"now":')] ^= 1
    return record._replace(value=bytes(raw))


async def rebuilt(chain: Chain) -> tuple[int, str, str]:
    """Exit status, output and error of `lagesbild rebuild`."""
    settings = {"LAGESBILD_SPACE": chain.space.name, "LAGESBILD_BOOTSTRAP": chain.kafka}
    done = await asyncio.to_thread(run, "rebuild", "--data", chain.data, **settings)
    return done.returncode, done.stdout, done.stderr


async def put_in_place(chain: Chain, log: list[In]) -> None:
    """Other records in the place of the log: what a bad disk leaves, if its checksum happened to fit."""
    name = chain.space.topic(LOG)
    async with Admin(chain.kafka) as admin:
        await admin.delete([name])
        while name in await admin.names():
            await asyncio.sleep(0.05)
        await admin.create({name: next(row for row in chain.rows if row.name == LOG)})
    await chain.send(*(Out(name, r.value, r.key, tuple(r.headers.items())) for r in log))
