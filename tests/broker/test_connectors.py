"""The connectors' process against a real Kafka and the recorded service: what lies on the topics."""

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

import pytest
from support.playing import playing
from support.waiting import PATIENCE_S, START_S

from connectors.followed import settings_of
from connectors.process import run_until
from schemas.clock import ClockRecord
from schemas.codec import load
from schemas.health import Health
from schemas.report import FeedReport
from schemas.topics import Space, catalogue
from streams.bus import Admin, Out, Producer, Reader, read_all
from streams.clock import clock_out
from streams.feeds import load_feeds
from streams.reference import load_reference
from streams.settings import Settings

pytestmark = pytest.mark.broker
PROJECT = Path(__file__).parents[2]


class Room:
    """A space of its own, with topics, clock and recorded service."""

    def __init__(self, bootstrap, name, data, play):
        self.space, self.play = Space(f"ovning-{name}"), play
        self.settings = Settings(bootstrap=bootstrap, space=self.space.name, data=data)
        self.bootstrap = bootstrap

    async def open(self):
        async with Admin(self.bootstrap) as admin:
            region = self.settings.region_folder
            rows = catalogue(load_feeds(region), load_reference(region)["actors"])
            await admin.create({self.space.topic(row.name): row for row in rows})

    async def to(self, text):
        """Set the space's clock, for the service and for the connectors."""
        self.play.clock.to(text)
        producer = Producer(self.bootstrap, "test.clock")
        await producer.send([clock_out(self.space, "01", ClockRecord("stepped", self.play.clock.at))])
        await producer.stop()

    async def until(self, name, wanted, start=0):
        """Wait until a record on a topic is the wanted one."""
        topic = self.space.topic(name)
        async with Reader(self.bootstrap, "test.until", {(topic, 0): start}) as reader:
            async with asyncio.timeout(START_S):
                while True:
                    for record in await reader.batch():
                        if wanted(load(record.value or b"{}")):
                            return record.offset

    async def all(self, name):
        return [r async for batch in read_all(self.bootstrap, self.space.topic(name)) for r in batch]


@pytest.fixture
async def play(tmp_path, monkeypatch):
    async with playing(tmp_path) as found:
        for name, value in found.running.environment(60).items():
            monkeypatch.setenv(name, value)
        for source in ("SMHI", "TRAFIKVERKET"):
            monkeypatch.setenv(f"LAGESBILD_{source}_INTERVAL_S", "0.05")
        yield found


@contextlib.asynccontextmanager
async def connectors(room):
    stop = asyncio.Event()
    task = asyncio.create_task(run_until(room.settings, ["smhi", "trafikverket"], stop))
    yield
    stop.set()
    await asyncio.wait_for(task, PATIENCE_S)


async def test_process_brings_the_story_onto_its_topics(kafka, tmp_path, play):
    room = Room(kafka, "bring", tmp_path, play)
    await room.open()
    await room.to("T-02:00")
    async with connectors(room):
        await room.until("reports.smhi", lambda r: r["id"] == "4127-13861" and r["severity"] == "severe")
        await room.to("T+00:00")
        await room.until("reports.smhi", lambda r: r["id"] == "4127-13861" and r["severity"] == "extreme")
        await room.until("health.trafikverket", lambda h: h["heard"] and h["complete"])

    reports = await room.all("reports.smhi")
    health = [Health.model_validate(load(r.value)) for r in await room.all("health.smhi")]
    raw = await room.all("raw.smhi")
    assert {r.key for r in reports} >= {b"smhi/4127-13861", b"smhi/4089-13790"}
    assert [FeedReport.model_validate(load(r.value)).source for r in reports] == ["smhi"] * len(reports)
    # the clock of the space, not the wall's: the story's time stands in every record
    assert {h.at.year for h in health} == {2027}
    # the service's clock is set first, so an asking in between sees it ahead: never all of them
    assert 0 in {h.skew_s for h in health}
    assert raw[0].headers["url"].decode() == settings_of(load_feeds(room.settings.region_folder)["smhi"]).address
    assert len([r for r in raw if r.value]) == 2
    assert len({r.key for r in await room.all("reports.trafikverket")}) > 10


async def test_payload_of_megabytes_is_kept_as_evidence(kafka, tmp_path, play):
    room = Room(kafka, "large", tmp_path, play)
    await room.open()
    # as the connector sends it: a payload that no compression makes small
    body = os.urandom(3_000_000)
    producer = Producer(kafka, "test.large")
    await producer.send([Out(room.space.topic("raw.smhi"), body)])
    await producer.stop()

    (record,) = await room.all("raw.smhi")
    assert record.value == body


async def test_killed_again_and_again_it_tells_everything_and_the_last_word_last(kafka, tmp_path, play):
    room = Room(kafka, "kill", tmp_path, play)
    await room.open()
    environment = os.environ | {
        "LAGESBILD_BOOTSTRAP": kafka,
        "LAGESBILD_SPACE": room.space.name,
        "LAGESBILD_DATA": str(tmp_path),
    }
    for when in ("T-02:00", "T-01:00", "T-00:20", "T+00:00", "T+01:45", "T+02:30"):
        await room.to(when)
        command = (sys.executable, "-m", "connectors", "smhi", "trafikverket")
        process = await asyncio.create_subprocess_exec(
            *command, env=environment, cwd=PROJECT, stderr=asyncio.subprocess.DEVNULL
        )
        seen = len(await room.all("health.smhi"))
        await room.until("health.smhi", lambda h: h["heard"], start=seen)
        process.send_signal(signal.SIGKILL)
        await process.wait()

    newest = {}
    for record in await room.all("reports.smhi"):
        report = FeedReport.model_validate(load(record.value))
        assert report.revision >= newest.get(report.id, report).revision
        newest[report.id] = report
    assert {key: (r.severity, r.change) for key, r in newest.items()} == {
        "4127-13861": ("extreme", "report"),
        "4127-13862": ("severe", "report"),
        "4131-13870": ("severe", "report"),
        "4131-13871": ("severe", "report"),
        "4089-13790": ("information", "report"),
    }


async def test_process_stops_cleanly_when_told_to(kafka, tmp_path, play):
    room = Room(kafka, "stop", tmp_path, play)
    await room.open()
    await room.to("T-02:00")
    environment = os.environ | {
        "LAGESBILD_BOOTSTRAP": kafka,
        "LAGESBILD_SPACE": room.space.name,
        "LAGESBILD_DATA": str(tmp_path),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "connectors"), env=environment, cwd=PROJECT, stderr=asyncio.subprocess.PIPE
    )
    await room.until("health.smhi", lambda h: h["heard"])
    process.terminate()
    _, said = await process.communicate()

    assert process.returncode == 0
    rows = [load(row) for row in said.splitlines()]
    assert {"connectors_ready", "published", "connectors_stopped"} <= {row["event"] for row in rows}
