"""Starts and stops of the whole: it goes on where it was, says in one line why it cannot start, leaves nothing behind.

Four starts in one folder, each finding what the one before left: Ctrl-C, then `up` itself killed, then `--fresh`.
"""

import asyncio
import contextlib
import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from support.checker import read
from support.running import Running, left_of, run, until
from support.waiting import PATIENCE_S

SPEED = 60
GONE_S = PATIENCE_S
"""Longest that a process may outlive the one that started it."""


class Stood(NamedTuple):
    """Where a run was when it ended, and how it ended."""

    space: str
    version: int
    at: datetime
    seconds: float
    left: dict[int, str]


def where(running: Running) -> tuple[str, int, datetime]:
    """Space, version and time of the space, once it has moved."""
    version = running.version()
    until(lambda: running.version() > version, PATIENCE_S, "a newer version")
    return str(running.told()["space"]), running.version(), running.time()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Running(tmp_path_factory.mktemp("starts") / "data") as running:
        yield running.until_ready()


@pytest.fixture(scope="module")
def stopped(first: Running) -> Stood:
    """Ctrl-C."""
    return Stood(*where(first), first.ctrl_c(), left_of(first.data))


@pytest.fixture(scope="module")
def second(first: Running, stopped: Stood) -> Iterator[Running]:
    with Running(first.data) as running:
        yield running.until_ready()


@pytest.fixture(scope="module")
def killed(second: Running) -> Stood:
    """kill -9 of `up` itself, which can stop nothing any more."""
    was, began = where(second), time.monotonic()
    second.process.kill()
    second.process.wait()
    with contextlib.suppress(TimeoutError):
        until(lambda: not left_of(second.data), GONE_S, "the end of everything it had started")
    return Stood(*was, time.monotonic() - began, left_of(second.data))


@pytest.fixture(scope="module")
def third(second: Running, killed: Stood) -> Iterator[Running]:
    with Running(second.data) as running:
        yield running.until_ready()


@pytest.fixture(scope="module")
def fresh(third: Running) -> Iterator[Running]:
    third.ctrl_c()
    with Running(third.data, "--fresh") as running:
        yield running.until_ready()


def clock_records(running: Running) -> list[tuple[int, int]]:
    """Time and speed of each clock record of the space."""
    told = running.told()
    control = [json.loads(raw.value) for raw in asyncio.run(read(told["bootstrap"], f"{told['space']}.control"))]
    return [(c["body"]["at"], c["body"]["speed"]) for c in control if c["kind"] == "clock"]


def test_a_second_start_in_the_same_folder_is_one_line_with_the_page_of_the_first(first: Running) -> None:
    done = run("up", "--data", first.data)

    assert (done.returncode, done.stdout) == (1, "")
    holder = f"another instance (pid {first.process.pid}): its page is {first.address}."
    cure = "Stop that one, or give this one its own directory with --data."
    assert done.stderr.splitlines() == [f"lagesbild: {first.data} is in use by {holder} {cure}"]


def test_a_taken_port_is_one_line_and_nothing_is_started(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("up", "--data", tmp_path / "data", "--port", str(port))

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        f"lagesbild: Port {port} is taken by another program: name another with --port."
    ]
    assert left_of(tmp_path / "data") == {}


def test_ctrl_c_stops_everything_in_order_and_leaves_nothing(first: Running, stopped: Stood) -> None:
    assert stopped.left == {}
    assert first.process.returncode == 0
    assert first.said.splitlines()[-2:] == ["Stopping", "Stopped"]


def test_the_next_start_goes_on_where_it_was_and_its_time_stood_still(stopped: Stood, second: Running) -> None:
    assert second.told()["space"] == stopped.space
    assert second.version() >= stopped.version
    assert second.time() >= stopped.at

    records = clock_records(second)
    assert [speed for _, speed in records] == [SPEED, 0, SPEED]
    # at most what it takes the fold to hear of the pause, which comes first of all that stops
    assert 0 <= records[2][0] - records[1][0] <= SPEED * 1_000 * max(1, stopped.seconds)
    assert records[1][0] >= stopped.at.timestamp() * 1_000


def test_up_itself_killed_leaves_nothing_running(killed: Stood) -> None:
    assert killed.left == {}


def test_a_start_after_that_goes_on_and_the_time_is_not_set_back(killed: Stood, third: Running) -> None:
    assert third.told()["space"] == killed.space
    assert third.version() >= killed.version
    # nobody wrote a pause: the last mark says where time was, some seconds before
    assert third.time() >= killed.at - timedelta(seconds=30 * SPEED)
    assert run("rebuild", "--data", third.data).returncode == 0


def test_fresh_plays_the_exercise_anew_in_a_new_space(killed: Stood, fresh: Running) -> None:
    assert fresh.told()["space"] == f"{killed.space}-2"
    assert fresh.version() < killed.version
    assert fresh.time() < killed.at


def test_ctrl_c_while_kafka_has_just_died_stops_all_the_same(fresh: Running) -> None:
    pid = fresh.pid("broker")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)

    fresh.ctrl_c()
    assert left_of(fresh.data) == {}
    assert fresh.said.splitlines()[-1] == "Stopped"
    assert "aiokafka" not in fresh.said
    assert "Unable connect" not in fresh.said
