"""What `Broker` promises, each with a real Kafka: it answers, comes back, is alone, ends, and says plainly why not."""

import asyncio
import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import InvalidTimestampError, KafkaError
from support.broker import make_topic
from support.waiting import PATIENCE_S, START_S

from streams.broker import Broker
from streams.datadir import DataLock
from streams.errors import BrokerError, DataDirBusyError, DiskFullError, JarError, PortTakenError
from streams.jars import LOCK, default_cache_dir, read_lock
from streams.java import bundled_java
from streams.jvm import command_of
from streams.probe import answers

pytestmark = pytest.mark.broker

STARTER = """
import asyncio, sys
from pathlib import Path
from streams.broker import Broker

async def main():
    broker = Broker(Path(sys.argv[1]), on_progress=lambda line: print(line, file=sys.stderr))
    await broker.start()
    print(broker.pid, flush=True)
    await broker.watch()

asyncio.run(main())
"""


class Watched:
    """A broker, its watch, and what it said."""

    def __init__(self, data: Path, **options: object) -> None:
        self.said: list[str] = []
        self._heard = asyncio.Event()
        self.broker = Broker(data, on_progress=self._hear, **options)
        self.watching: asyncio.Task[None] | None = None

    def _hear(self, line: str) -> None:
        self.said.append(line)
        self._heard.set()

    async def start(self) -> str:
        address = await self.broker.start()
        self.watching = asyncio.create_task(self.broker.watch())
        return address

    async def heard(self, word: str, *, times: int) -> None:
        async with asyncio.timeout(START_S):
            while sum(word in line for line in self.said) < times:
                self._heard.clear()
                await self._heard.wait()

    async def stop(self) -> None:
        await self.broker.stop()
        if self.watching is not None:
            with contextlib.suppress(BrokerError, DiskFullError):
                await self.watching


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Callable[..., Watched]]:
    """Make a broker in a data directory of this test, stopped at its end."""
    made: list[Watched] = []

    def make(data: Path = tmp_path / "läges data", **options: object) -> Watched:
        made.append(Watched(data, **options))
        return made[-1]

    yield make
    for watched in made:
        await watched.stop()


async def put(address: str, topic: str, value: bytes, **options: object) -> None:
    async with AIOKafkaProducer(bootstrap_servers=address, acks="all") as producer:
        await producer.send_and_wait(topic, value, **options)


async def all_of(address: str, topic: str) -> list[bytes | None]:
    async with AIOKafkaConsumer(bootstrap_servers=address) as consumer:
        place = TopicPartition(topic, 0)
        consumer.assign([place])
        consumer.seek(place, 0)
        end = (await consumer.end_offsets([place]))[place]
        return [(await consumer.getone()).value for _ in range(end)]


def gone(pid: int, patience: float = PATIENCE_S) -> bool:
    """Whether the process, not a child of ours, ends within `patience` seconds."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], patience)[0])
    finally:
        os.close(handle)


@contextlib.contextmanager
def small_disk(place: Path, size: str) -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("a disk that can be filled is a mount, and only root may mount")
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


async def test_it_starts_keeps_what_it_acknowledged_and_stops_cleanly_twice_over(start):
    first = start()
    await first.broker.prepare()
    early = first.broker.bootstrap
    address = await first.start()
    await make_topic(address, "kept")
    await put(address, "kept", b"before")
    pid = first.broker.pid
    session = os.getsid(pid)
    await first.stop()
    second = start()
    again = await second.start()
    await put(again, "kept", b"after")

    assert early == address == again, "clients find the same address"
    assert session == pid, "Ctrl-C in the terminal does not reach it"
    assert gone(pid)
    assert await all_of(again, "kept") == [b"before", b"after"]
    assert any("Formatting" in line for line in first.said)
    assert not any("Formatting" in line for line in second.said)


async def test_a_killed_broker_is_started_again_with_its_records(start):
    watched = start()
    address = await watched.start()
    await make_topic(address, "kept")
    await put(address, "kept", b"acknowledged")
    killed = watched.broker.pid

    os.kill(killed, signal.SIGKILL)
    await watched.heard("Kafka answers", times=2)

    assert "Kafka ended (signal 9): starting it again" in watched.said
    assert await all_of(address, "kept") == [b"acknowledged"]
    await put(address, "kept", b"and on")
    assert watched.broker.pid not in {killed, None}


async def test_quick_deaths_in_a_row_end_with_one_line_and_the_last_of_its_log(start):
    watched = start(most_deaths=2)
    await watched.start()
    watched.broker.files.server.write_text("node.id=none\n")

    os.kill(watched.broker.pid, signal.SIGKILL)
    with pytest.raises(BrokerError) as given_up:
        await watched.watching

    assert str(watched.broker.files.log) in str(given_up.value)
    assert "\n" not in str(given_up.value)
    assert any(line.startswith("  kafka: ") for line in watched.said)
    assert watched.broker.pid is None


async def test_a_start_that_is_interrupted_leaves_nothing_running_and_the_directory_free(start):
    watched = start()
    starting = asyncio.create_task(watched.broker.start())
    await watched.heard("Starting Kafka", times=1)

    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting

    assert watched.broker.pid is None
    assert not await answers(watched.broker.bootstrap)
    await start().broker.prepare()


async def test_a_second_instance_is_refused_with_the_pid_and_page_of_the_first(start):
    first, second = start(), start()
    await first.broker.prepare()

    with pytest.raises(DataDirBusyError, match=rf"pid {os.getpid()}.*still starting"):
        await second.broker.start()
    first.broker.lock.announce("http://127.0.0.1:8080/")
    with pytest.raises(DataDirBusyError, match=rf"pid {os.getpid()}.*its page is http://127.0.0.1:8080/"):
        await second.broker.start()


async def test_a_port_another_program_took_is_chosen_anew(start):
    first = start()
    await first.broker.prepare()
    await first.stop()
    host, port = first.broker.bootstrap.split(":")
    second = start()
    with socket.create_server((host, int(port))):
        await second.broker.prepare()

    assert second.broker.bootstrap != first.broker.bootstrap


async def test_a_port_taken_between_choice_and_start_is_one_line(start):
    watched = start()
    await watched.broker.prepare()
    host, port = watched.broker.bootstrap.split(":")
    with socket.create_server((host, int(port))), pytest.raises(PortTakenError, match="start again"):
        await watched.start()

    assert watched.broker.pid is None


async def test_it_ends_when_its_parent_is_killed_and_the_next_start_goes_on(start, tmp_path):
    data = tmp_path / "läges data"
    starter = await asyncio.create_subprocess_exec(sys.executable, "-c", STARTER, data, stdout=asyncio.subprocess.PIPE)
    assert starter.stdout is not None
    pid = int(await starter.stdout.readline())

    starter.kill()
    await starter.wait()
    ended = await asyncio.to_thread(gone, pid)
    address = await start().start()

    assert ended
    assert await answers(address)


async def test_what_a_killed_instance_left_is_ended_at_the_next_start(start):
    first = start()
    await first.start()
    command = (*first.broker._command, "kafka.Kafka", first.broker.files.server)
    await first.stop()
    orphan = await asyncio.create_subprocess_exec(*command, stdout=subprocess.DEVNULL)
    first.broker.files.pid.write_text(str(orphan.pid))
    second = start()
    address = await second.start()

    async with asyncio.timeout(PATIENCE_S):
        assert await orphan.wait() != 0
    assert f"Ended the Kafka that an earlier start had left (pid {orphan.pid})" in second.said
    assert await answers(address)


async def test_a_pid_that_now_belongs_to_another_program_is_left_alone(start):
    watched = start()
    await watched.broker.prepare()
    await watched.stop()
    other = await asyncio.create_subprocess_exec("sleep", "3600")
    watched.broker.files.pid.write_text(str(other.pid))
    await start().broker.prepare()

    assert other.returncode is None
    other.kill()
    await other.wait()


async def test_a_jar_with_another_digest_stops_the_start_by_name(start, tmp_path):
    changed = read_lock(LOCK)[1]
    jars = tmp_path / "cache/jars"
    jars.mkdir(parents=True)
    for jar in read_lock(LOCK):
        (jars / jar.file_name).symlink_to(default_cache_dir() / "jars" / jar.file_name)
    (jars / changed.file_name).unlink()
    (jars / changed.file_name).write_bytes(b"not what it was")
    watched = start(cache_dir=tmp_path / "cache")

    with pytest.raises(JarError, match=changed.coordinate):
        await watched.start()

    assert watched.broker.pid is None
    await free_at_last(watched.broker.data_dir)


async def free_at_last(data_dir: Path) -> None:
    """The lock is let go of; a child between its fork and its exec may hold a copy of it for a moment longer."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            with contextlib.suppress(DataDirBusyError):
                DataLock(data_dir).acquire()
                return
            await asyncio.sleep(0.05)


async def test_a_broken_java_on_the_path_is_passed_over_for_ours(start, tmp_path, monkeypatch):
    broken = tmp_path / "bin/java"
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\necho 'it is broken' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(broken.parent), prepend=os.pathsep)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    watched = start()

    address = await watched.start()

    assert await answers(address)
    assert command_of(watched.broker.pid).startswith(str(bundled_java()))
    assert any("it is broken" in line for line in watched.said)


async def test_no_room_at_the_start_is_one_line_at_once(start, tmp_path):
    with small_disk(tmp_path / "disk", "2m") as disk:
        watched = start(disk / "data")
        with pytest.raises(DiskFullError, match=r"1 MiB free and 64 MiB are needed|2 MiB free and 64 MiB are needed"):
            await watched.start()

        assert watched.broker.pid is None


async def test_a_disk_that_fills_up_while_it_runs_is_one_line(start, tmp_path):
    with small_disk(tmp_path / "disk", "72m") as disk:
        watched = start(disk / "data")
        address = await watched.start()
        await make_topic(address, "filling")
        filler = asyncio.create_task(fill(address, "filling"))
        try:
            async with asyncio.timeout(START_S):
                with pytest.raises(DiskFullError, match="No room on the disk"):
                    await watched.watching
        finally:
            filler.cancel()
            await asyncio.wait([filler])
        await watched.stop()


async def fill(address: str, topic: str) -> None:
    async with AIOKafkaProducer(
        bootstrap_servers=address, max_request_size=2_000_000, request_timeout_ms=2_000
    ) as producer:
        while True:
            with contextlib.suppress(KafkaError):
                await producer.send_and_wait(topic, os.urandom(1_000_000))


async def test_a_writer_whose_clock_runs_ahead_is_refused(kafka):
    await make_topic(kafka, "ahead-of-time")

    with pytest.raises(InvalidTimestampError):
        await put(kafka, "ahead-of-time", b"x", timestamp_ms=4_102_444_800_000)


async def test_a_misspelt_topic_is_not_made(kafka):
    async with AIOKafkaConsumer(bootstrap_servers=kafka) as consumer:
        await consumer._client.set_topics(["misspelt"])

        assert "misspelt" not in await consumer.topics()
