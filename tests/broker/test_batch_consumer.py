"""The contract of the batch consumer inside faust, on a real Kafka: nothing is acknowledged that was not handled.

It overrides methods of faust that are not documented as such; these tests are what lets the pin be raised.
"""

import asyncio
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from support.broker import make_topic
from support.waiting import PATIENCE_S, START_S

from streams.bus import Admin, Out, Producer
from streams.settings import PROJECT

_NUMBERS = itertools.count(1)
WORKER = PROJECT / "tests" / "support" / "batch_worker.py"


class Work:
    """A topic, a group, and workers over it."""

    def __init__(self, kafka: str, folder: Path, partitions: int) -> None:
        number = next(_NUMBERS)
        self.kafka, self.folder, self.partitions = kafka, folder, partitions
        self.topic, self.group = f"batch-{os.getpid()}-{number}", f"batch-{os.getpid()}-{number}"
        self.file = folder / "seen.txt"
        self.sent = 0
        self.producer = Producer(kafka, "test")
        self.workers: list[subprocess.Popen[bytes]] = []

    async def send(self, count: int) -> None:
        outs = [
            Out(self.topic, str(n).encode(), partition=n % self.partitions) for n in range(self.sent, self.sent + count)
        ]
        self.sent += count
        await self.producer.send(outs)

    def start(self, *mode: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"worker-{len(self.workers)}.log").open("wb")
        command = [sys.executable, str(WORKER), self.kafka, self.group, self.topic, str(self.file), *mode]
        self.workers.append(subprocess.Popen(command, cwd=PROJECT, stdout=log, stderr=log))
        log.close()
        return self.workers[-1]

    def lines(self) -> list[tuple[int, int, int]]:
        """(partition, offset, number) in the order they were written."""
        return [(int(p), int(o), int(v)) for p, o, v, _ in (line.split() for line in self.text().splitlines())]

    @asynccontextmanager
    async def steadily(self, count: int) -> AsyncIterator[None]:
        """Records come one lot after another for as long as the block lasts."""
        ended = asyncio.Event()

        async def sending() -> None:
            while not ended.is_set():
                await self.send(count)
                await asyncio.sleep(0.1)

        task = asyncio.create_task(sending())
        try:
            yield
        finally:
            ended.set()
            await task

    async def until_handles(self, worker: subprocess.Popen[bytes]) -> None:
        """Wait until a worker has written something."""
        async with asyncio.timeout(START_S):
            while str(worker.pid) not in self.writers():
                await asyncio.sleep(0.1)

    def writers(self) -> set[str]:
        """Processes that have written."""
        return {line.split()[3] for line in self.text().splitlines()}

    def text(self) -> str:
        return self.file.read_text(encoding="utf-8") if self.file.exists() else ""

    async def stopped(self) -> int:
        """SIGTERM to the newest worker; its exit status."""
        self.workers[-1].terminate()
        return await asyncio.to_thread(self.workers[-1].wait, PATIENCE_S)

    async def committed(self) -> dict[int, int]:
        """Partition -> offset that the group has committed."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka)
        await admin.start()
        try:
            found = await admin.list_consumer_group_offsets(self.group)
        finally:
            await admin.close()
        return {tp.partition: at.offset for tp, at in found.items() if tp.topic == self.topic}

    async def until_told(self, words: str, worker: subprocess.Popen[bytes], wait_s: float = START_S) -> None:
        """Wait until a worker has said something."""
        log = self.folder / f"worker-{self.workers.index(worker)}.log"
        async with asyncio.timeout(wait_s):
            while words not in log.read_text(errors="replace"):
                await asyncio.sleep(0.05)

    async def until(self, numbers: int, wait_s: float = START_S) -> None:
        """Wait until so many different numbers were handled."""
        end = time.monotonic() + wait_s
        while len({v for _, _, v in self.lines()}) < numbers:
            assert time.monotonic() < end, f"{len(self.lines())} lines of {numbers}: {self.said()}"
            await asyncio.sleep(0.1)

    def said(self) -> str:
        return "\n".join(p.read_text(errors="replace")[-600:] for p in sorted(self.folder.glob("worker-*.log")))


@pytest.fixture
async def work(kafka: str, tmp_path: Path):
    made = Work(kafka, tmp_path, 2)
    await make_topic(kafka, made.topic, partitions=2)
    await made.producer.start()
    yield made
    for worker in made.workers:
        worker.kill()
        worker.wait()
    await made.producer.stop()


def in_order(lines: list[tuple[int, int, int]]) -> bool:
    """Offsets of each partition rise without a gap."""
    places: dict[int, list[int]] = {}
    for partition, offset, _ in lines:
        places.setdefault(partition, []).append(offset)
    return all(found == list(range(len(found))) for found in places.values())


async def test_every_record_is_handed_over_once_and_in_order(work: Work):
    await work.send(3_000)
    worker = work.start()
    await work.until(3_000)
    await work.send(500)
    await work.until(3_500)
    worker.terminate()

    assert worker.wait(PATIENCE_S) == 0
    assert len(work.lines()) == 3_500
    assert in_order(work.lines())


async def test_a_handler_that_raises_ends_the_process_and_its_batch_comes_again(work: Work):
    await work.send(200)
    assert work.start("raise-at", "60").wait(START_S) == 1
    assert all(not (partition == 0 and offset >= 60) for partition, offset, _ in work.lines())

    work.start()
    await work.until(200)
    assert len(work.lines()) == 200


async def test_a_worker_that_is_out_of_its_group_for_good_ends_and_the_next_one_reads(work: Work):
    """At a broker that was fenced for a moment, aiokafka's group task ended by an assertion and nobody was told."""
    assert work.start("lose-group", "0").wait(START_S) == 1
    assert "Did we not perform bootstrap?" in work.said()
    await work.send(100)

    work.start()
    await work.until(100)


async def test_a_worker_whose_fetching_has_ended_ends_and_the_next_one_reads(work: Work):
    """aiokafka's fetching task ends by what it did not foresee, and nobody is told."""
    await work.send(100)
    assert work.start("lose-fetch", "0").wait(START_S) == 1

    work.start()
    await work.until(100)


async def test_killed_under_load_loses_nothing_and_comes_back(work: Work):
    work.start()
    for turn in range(3):
        await work.send(2_000)
        await work.until(2_000 * turn + 1)
        work.workers[-1].send_signal(signal.SIGKILL)
        work.workers[-1].wait()
        work.start()
        await work.send(1)
        await work.until(work.sent)
    assert in_order(sorted(set(work.lines())))


async def test_a_stop_under_load_is_clean_and_nothing_is_done_twice(work: Work):
    worker = work.start("slow", "0.02")
    await work.send(1)
    await work.until(1)
    await work.send(5_000)
    worker.terminate()

    assert worker.wait(PATIENCE_S) == 0
    work.start()
    await work.until(work.sent)
    assert len(work.lines()) == work.sent


async def test_reading_begins_where_the_owner_of_the_state_says_whatever_the_group_has_committed(work: Work):
    await work.send(100)
    work.start()
    await work.until(100)
    assert await work.stopped() == 0
    assert sum((await work.committed()).values()) == 100
    work.file.unlink()  # the state is lost, the group's offsets are not

    work.start()
    await work.until(100)
    assert in_order(work.lines())


async def test_a_failing_batch_is_never_committed(work: Work):
    await work.send(200)
    work.start("raise-at", "60").wait(START_S)

    assert (await work.committed()).get(0, 0) <= 60


async def test_a_write_that_a_rebalance_cuts_short_is_made_up_for(work: Work):
    """The state has taken the batch in, its output is not out: read again, nothing would look new."""
    first = work.start("keep", "0.5", "dynamic")
    await work.send(200)
    await work.until(200)
    async with work.steadily(20):
        second = work.start("keep", "0.5", "dynamic")
        await work.until_told("cancelled with", first)
        second.terminate()
        await asyncio.to_thread(second.wait, PATIENCE_S)
    await work.until(work.sent)
    assert in_order(sorted(set(work.lines())))
    assert {v for _, _, v in work.lines()} == set(range(work.sent))


async def test_offsets_with_gaps_are_handled_and_committed_to_the_end(work: Work):
    """A compacted topic has gaps; so has one written in transactions, whose markers take an offset each."""
    producer = AIOKafkaProducer(bootstrap_servers=work.kafka, transactional_id=work.topic)
    await producer.start()
    for turn in range(20):
        async with producer.transaction():
            for n in range(10):
                value = str(turn * 10 + n).encode()
                last = await producer.send_and_wait(work.topic, value, partition=0)
    await producer.stop()
    async with Admin(work.kafka) as admin:
        await admin.delete_before({(work.topic, 0): 33})
    work.start()
    await work.until(170)

    handled = work.lines()
    assert [v for _, _, v in handled] == list(range(30, 200))
    assert await work.stopped() == 0
    assert (await work.committed())[0] == last.offset + 1 == handled[-1][1] + 1


async def test_a_second_member_takes_over_partitions_and_nothing_is_lost_when_it_leaves(work: Work):
    work.start("slow", "0.05", "dynamic")
    await work.send(500)
    await work.until(100)
    second = work.start("slow", "0.05", "dynamic")
    async with work.steadily(50):
        await work.until_handles(second)
    second.terminate()
    await asyncio.to_thread(second.wait, PATIENCE_S)
    await work.send(100)
    await work.until(work.sent)
    assert {v for _, _, v in work.lines()} == set(range(work.sent))
