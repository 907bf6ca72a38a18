"""The server against a real Kafka: a wrong chain is never shown, the past is read back, it starts early."""

import asyncio
import http.client
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from support.browser import Room
from support.picture import Pen
from support.waiting import PATIENCE_S, START_S, free_port

from dashboards.picture.follow import Follower, Life
from dashboards.picture.past import History
from dashboards.picture.texts import TextIndex
from dashboards.problems import Problem
from schemas.change import Change
from streams.settings import PROJECT

pytestmark = pytest.mark.broker


@pytest.fixture
async def pen(kafka: str) -> AsyncIterator[Pen]:
    async with Pen(kafka) as made:
        yield made


@asynccontextmanager
async def following(pen: Pen) -> AsyncIterator[Follower]:
    follower = Follower(pen.kafka, pen.space, "01", 0, TextIndex())
    task = asyncio.create_task(follower.run())
    yield follower
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def until(follower: Follower, true: Callable[[], bool], wait_s: float = PATIENCE_S) -> None:
    async with asyncio.timeout(wait_s):
        while not true():
            await follower.wait(0.2)


# ---- the chain -----------------------------------------------------------------------------------------------------


async def test_versions_and_marks_make_the_newest_picture(pen: Pen):
    await pen.grow(3)
    await pen.mark()
    async with following(pen) as follower:
        await until(follower, lambda: follower.life == Life.LIVE)
        assert (follower.head.version, follower.head.hash) == (3, pen.versions[2].hash)
        assert follower.age_s is not None

        await pen.grow()
        assert await follower.wait_version(4, PATIENCE_S)


async def test_a_writer_that_repeats_itself_changes_nothing(pen: Pen):
    await pen.grow(3)
    await pen.write(*pen.versions)
    await pen.grow()
    async with following(pen) as follower:
        await until(follower, lambda: follower.life == Life.LIVE)

        assert follower.head.version == 4


@pytest.mark.parametrize("wrong", ["gap", "link", "fork"])
async def test_a_broken_chain_is_said_and_the_last_good_picture_stands(pen: Pen, wrong: str):
    await pen.grow(3)
    async with following(pen) as follower:
        await until(follower, lambda: follower.life == Life.LIVE)
        cell = Change("cell", "0188/care", {"impact": 5, "reasons": []})
        made = {
            "gap": pen.next(cell, number=5),
            "link": pen.next(cell, prev="0" * 64),
            "fork": pen.next(cell, prev=pen.versions[1].hash, number=3),
        }
        await pen.write(made[wrong])
        await until(follower, lambda: follower.life == Life.BROKEN)

        assert follower.fault
        assert follower.head.version == 3
        assert "0188/care" not in follower.chain.picture["cell"]
        await until(follower, lambda: follower.life == Life.BROKEN)


async def test_a_topic_that_is_made_later_is_waited_for(kafka: str):
    pen = Pen(kafka)
    async with following(pen) as follower:
        await follower.wait(1.5)
        assert follower.life == Life.STARTING
        async with pen:
            await pen.grow(2)
            await until(follower, lambda: follower.head.version == 2)


# ---- the past ------------------------------------------------------------------------------------------------------


async def test_old_versions_are_read_back_from_kafka_and_near_ones_from_memory(pen: Pen):
    await pen.grow(8)
    async with following(pen) as follower:
        await until(follower, lambda: follower.life == Life.LIVE)
        follower.chain.ring = type(follower.chain.ring)(versions=2)  # as after a start from a snapshot
        await pen.grow(2)
        assert await follower.wait_version(10, PATIENCE_S)
        history = History(pen.kafka, pen.space, 0, follower)

        for number in (1, 5, 9, 10):
            past = await history.at_version(number)
            assert past.head.hash == pen.versions[number - 1].hash
            assert past.picture["cell"]["0180/road"]["impact"] == (number - 1) % 5 + 1
        assert (await history.at_time(4 * 60_000 + 30_000)).head.version == 4
        assert (await history.at_time(0)).head.version == 0
        assert [e.version.number for e in await history.after(3)] == [4, 5, 6, 7, 8, 9, 10]
        with pytest.raises(Problem) as ahead:
            await history.at_version(11)
        assert ahead.value.status == 404


async def test_what_retention_has_cut_is_gone_and_not_guessed(pen: Pen):
    await pen.grow(2)
    cut = pen.versions
    async with following(pen) as follower:
        await until(follower, lambda: follower.life == Life.LIVE)
        other = Pen(pen.kafka)
        async with other:
            other.versions = list(cut)
            await other.grow(2)  # begins at version 3: what a cut log looks like
            history = History(pen.kafka, other.space, 0, follower)
            follower.chain.ring = type(follower.chain.ring)()

            with pytest.raises(Problem) as gone:
                await history.at_version(1)
        assert gone.value.status == 410


# ---- the process ---------------------------------------------------------------------------------------------------


def ask(port: int, path: str, **headers: str) -> tuple[int, str]:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        link.request("GET", path, headers=headers)
        answer = link.getresponse()
        return answer.status, answer.read().decode()
    finally:
        link.close()


async def answers(port: int, wait_s: float = START_S) -> None:
    async with asyncio.timeout(wait_s):
        while True:
            try:
                await asyncio.to_thread(ask, port, "/healthz")
            except OSError:
                await asyncio.sleep(0.1)
            else:
                return


def begun(env: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as said:
        return subprocess.Popen([sys.executable, "-m", "dashboards"], cwd=PROJECT, env=env, stderr=said, stdout=said)


@asynccontextmanager
async def server(tmp_path: Path, **environment: str) -> AsyncIterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    env = {**os.environ, "LAGESBILD_DATA": str(tmp_path), "LAGESBILD_PORT": str(port), **environment}
    process = await asyncio.to_thread(begun, env, tmp_path / "server.log")
    try:
        yield process, port
    finally:
        process.kill()
        process.wait(PATIENCE_S)


async def test_it_serves_while_kafka_is_still_starting_and_says_so(tmp_path: Path):
    nowhere = f"127.0.0.1:{free_port()}"
    async with server(tmp_path, LAGESBILD_BOOTSTRAP=nowhere, LAGESBILD_SPACE="ovning-x") as (process, port):
        await answers(port)

        assert ask(port, "/readyz")[0] == 503
        status, page = ask(port, "/", Accept="text/html")
        assert status == 503
        assert "Lägesbilden startar" in page
        assert "ÖVNING" in page
        assert ask(port, "/desk/stream")[0] == 503
        assert ask(port, "/api/v1/picture")[0] == 503
        assert "Lägesbilden läses in" in ask(port, "/api/v1/picture")[1]
        assert "The situation picture is being read" in ask(port, "/api/v1/picture?lang=en")[1]

        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, PATIENCE_S) == 0


async def test_a_taken_port_is_one_clear_line(tmp_path: Path):
    async with server(tmp_path) as (_, port):
        await answers(port)
        env = {**os.environ, "LAGESBILD_DATA": str(tmp_path / "b"), "LAGESBILD_PORT": str(port)}
        second = await asyncio.to_thread(begun, env, tmp_path / "second.log")
        assert await asyncio.to_thread(second.wait, START_S) == 1
    said = (tmp_path / "second.log").read_text().strip()
    assert said.count("\n") == 0
    assert str(port) in said


async def test_sigterm_ends_open_streams_whole(kafka: str, tmp_path: Path):
    async with Room(kafka, tmp_path) as room:
        await room.open()
        link = http.client.HTTPConnection("127.0.0.1", room.port, timeout=PATIENCE_S)
        link.request("GET", "/api/v1/stream")
        stream = link.getresponse()
        assert stream.readline()

        assert await asyncio.to_thread(room.stop, "server") == 0
        await asyncio.to_thread(stream.read)  # IncompleteRead of one that was cut off
        link.close()
