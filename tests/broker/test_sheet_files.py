"""Sheets made by a running server by the space's clock: before each meeting, readable when the broker is dead."""

import asyncio
import io
import re
import urllib.request
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from pypdf import PdfReader
from support.broker import EmbeddedKafka
from support.browser import Room
from support.chain import T0
from support.waiting import PATIENCE_S, START_S

from dashboards.sheet.archive import BEFORE, REGION, Kept, kept
from schemas.clock import ClockRecord
from schemas.times import HOUR, MINUTE, z
from streams.clock import clock_out, wall_ms

pytestmark = pytest.mark.broker
BEGINS = T0 + 30 * MINUTE


@pytest.fixture
async def room(kafka: str, tmp_path: Path) -> AsyncIterator[Room]:
    async with Room(kafka, tmp_path) as made:
        await made.open()
        await made.command("convene", args={"forum": "sam", "level": "samordnande", "at": z(BEGINS), "form": "telefon"})
        await made.settled()
        yield made


def sheets(room: Room) -> list[Kept]:
    return kept([path.name for path in (room.data / "sheets").glob("*.pdf")], room.space.name)


async def until(true: Callable[[], object], wait_s: float = START_S) -> None:
    async with asyncio.timeout(wait_s):
        while not true():
            await asyncio.sleep(0.1)


def fetched(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
        assert answer.status == 200
        return bytes(answer.read())


async def get(room: Room, path: str) -> bytes:
    return await asyncio.to_thread(fetched, f"{room.url}{path}")


def words(raw: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(raw)).pages)


async def test_a_meetings_sheet_lies_there_before_it_begins_and_the_regions_in_each_hour(room: Room):
    await until(lambda: any(row.label == REGION for row in sheets(room)))
    assert not any(row.label == "sam-1" for row in sheets(room))
    await room.clock(BEGINS - 3 * MINUTE)
    await until(lambda: any(row.label == "sam-1" for row in sheets(room)))
    (made,) = [row for row in sheets(room) if row.label == "sam-1"]
    assert BEGINS - BEFORE <= made.at <= BEGINS

    await room.clock(T0 + 3 * HOUR)
    await room.settled()
    await until(lambda: len([row for row in sheets(room) if row.label == REGION]) == 2)
    assert len([row for row in sheets(room) if row.label == "sam-1"]) == 1, "once"


async def test_a_sealed_meetings_pdf_is_the_same_bytes_whatever_comes_later(room: Room):
    await room.clock(BEGINS)
    await room.settled()
    first = await get(room, "/sheet.pdf?meeting=sam/1")
    await room.report(
        "region-sthlm-trafik", id="lage", impacts=[{"sector": "transit", "areas": ["01"], "now": "critical"}]
    )
    await room.settled()
    await room.clock(T0 + 5 * HOUR)
    await room.settled()

    assert await get(room, "/sheet.pdf?meeting=sam/1") == first
    assert "Kritisk" in words(await get(room, "/sheet.pdf"))
    assert "Kritisk" not in words(first)


async def test_the_broker_is_killed_and_the_newest_sheet_still_opens_with_its_time(tmp_path: Path):
    broker = EmbeddedKafka(tmp_path / "kafka")
    kafka = await asyncio.to_thread(broker.start)
    async with Room(kafka, tmp_path / "data", LAGESBILD_TICK_S="1") as room:
        await room.open()
        await room.report(
            "region-sthlm-trafik", id="lage", impacts=[{"sector": "transit", "areas": ["0180"], "now": "serious"}]
        )
        await room.settled()
        await room.command("convene", args={"forum": "sam", "level": "samordnande", "at": z(T0 + 100 * MINUTE)})
        await room.clock(T0 + HOUR)
        await room.settled()
        latest = room.data / "sheets" / "latest.html"
        await until(lambda: latest.is_file() and ">08.00<" in latest.read_text())
        paced = ClockRecord("paced", T0 + HOUR, wall_ms(), 60)
        await room.send(clock_out(room.space, "01", paced))
        await room.until_heard(T0 + HOUR + MINUTE)
        broker.kill()
        await until(lambda: "Ingen kontakt med lägesbilden" in latest.read_text())
        page = (await get(room, "/sheet")).decode()
        assert 'class="clock">Bilden som den var kl. <time' in page
        assert re.search(r"<b>08\.\d\d</b>", page)
        assert "Ingen kontakt med lägesbilden" in page
        await until(lambda: any(row.label == "sam-1" for row in sheets(room)))
        (meeting,) = (room.data / "sheets").glob("*-sam-1.*.pdf")
        assert "Ingen kontakt med lägesbilden" in words(meeting.read_bytes()), "a meeting without a broker has paper"
        for name in ("intake", "merge", "deliver", "server"):
            room.kill(name)
    raw = latest.with_suffix(".pdf").read_bytes()

    assert re.search(r"Bilden som den var kl. 08\.\d\d, tis 19 jan 2027", words(raw))
    assert "Allvarlig i 1 sektor" in words(raw)
    assert "<link" not in latest.read_text()
    await asyncio.to_thread(broker.stop)


async def test_a_server_that_cannot_read_anything_hands_out_the_newest_sheet(room: Room):
    await until((room.data / "sheets" / "latest.pdf").is_file)
    room.kill("server")
    room.environment["LAGESBILD_BOOTSTRAP"] = "127.0.0.1:1"
    room.start("server")
    await until(lambda: listening(room))
    page = (await get(room, "/sheet")).decode()

    assert "Detta är det senaste bladet som gjordes." in page
    assert "Bilden som den var kl." in words(await get(room, "/sheet.pdf"))


def listening(room: Room) -> bool:
    try:
        fetched(f"{room.url}/healthz")
    except OSError:
        return False
    return True


async def test_a_folder_that_cannot_be_written_stops_no_sheet_from_being_shown(kafka: str, tmp_path: Path):
    (tmp_path / "sheets").write_text("a file is in the way")
    async with Room(kafka, tmp_path) as room:
        await room.open()
        await room.settled()
        await room.until_logged("server", "sheet_failed")

        assert words(await get(room, "/sheet.pdf")).startswith("ÖVNING")
        said = (await get(room, "/metrics")).decode().splitlines()
        failed = next(line for line in said if line.startswith('lagesbild_sheets_total{result="failed"}'))
        assert float(failed.rpartition(" ")[2]) > 0
        assert room.processes["server"].poll() is None
