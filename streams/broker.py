"""A real Kafka on this machine: fetched, formatted, started, watched, stopped.

In: a data directory. Out: an address (`127.0.0.1:port`) where one broker, its own controller, answers, with its
data in `DATA/kafka`, until it is stopped or its parent dies. Who waits for its topics: streams/up.py.

Trap for the callers: the first consumer group on a fresh broker is answered GroupCoordinatorNotAvailable once,
while `__consumer_offsets` is made. It is harmless, and clients try again by themselves.
Next: streams/broker_files.py
"""

import asyncio
import contextlib
import os
import shutil
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from streams.broker_files import BrokerFiles, new_cluster_id
from streams.datadir import DataLock, disk_full, require_room, room, writing_to
from streams.errors import BrokerError, LagesbildError, PortTakenError
from streams.jars import classpath, default_cache_dir
from streams.java import FLAGS, find_java
from streams.jvm import Child, end_orphan
from streams.probe import answers

Probe = Callable[[str], Awaitable[bool]]
"""Asks the broker at an address whether it has a controller; never raises for one that is away."""

_ROOM = 64 * 1024 * 1024  # an empty broker needs 2 MiB; less than this is used up within a day
_FULL = 1024 * 1024
_POLL_S = 0.05
_SAY_EVERY_S = 5.0
_STOP_PATIENCE_S = 20.0
_START_PATIENCE_S = 300.0  # after kill -9 it first reads the ends of all its logs again
_QUICK_S = 5.0
_MOST_PAUSE_S = 3.0


class Broker:
    """One Kafka of one data directory.

    `prepare()`, then `start()`, then `watch()` in a task of its own, at last `stop()`. What depends on it may be
    started once `prepare()` is done: the address is known and kept, and clients wait for it.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        on_progress: Callable[[str], None],
        cache_dir: Path | None = None,
        probe: Probe = answers,
        lock: DataLock | None = None,
        most_deaths: int = 6,
    ) -> None:
        """Nothing is touched yet.

        Args:
            data_dir: DATA; made when missing, locked by `prepare()` until `stop()`.
            on_progress: told in short lines what happens and how far it is; called in the loop's thread.
            cache_dir: where Kafka's jars are kept, default `default_cache_dir()`.
            probe: how to ask whether it answers.
            lock: DATA's lock when the caller holds it already; it is then the caller's to release.
            most_deaths: after so many deaths in a row, each within 5 s of an answer or before it, `watch()` gives up.
        """
        self.data_dir = data_dir.absolute()
        self.lock = lock or DataLock(self.data_dir)
        self.bootstrap = ""
        """`127.0.0.1:port`, known when `prepare()` is done."""
        self.files = BrokerFiles(self.data_dir / "kafka")
        self._own_lock = lock is None
        self._say = on_progress
        self._cache_dir = (cache_dir or default_cache_dir()).absolute()
        self._probe = probe
        self._most_deaths = most_deaths
        self._command: tuple[str | Path, ...] = ()
        self._child: Child | None = None
        self._stopping = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """The broker's process id; None while there is none. It changes when `watch()` starts it again."""
        return self._child.pid if self._child is not None and self._child.running else None

    async def prepare(self) -> None:
        """Lock the data directory, end what a killed instance left, choose ports, write settings. No JVM; quick.

        Raises:
            DataDirBusyError, DiskFullError, PortTakenError, BrokerError: see their texts.
        """
        if self.bootstrap:
            return
        self.lock.acquire()
        try:
            require_room(self.data_dir, _ROOM)
            orphan = await asyncio.to_thread(end_orphan, self.files.pid, self._mark, _STOP_PATIENCE_S)
            if orphan is not None:
                self._say(f"Ended the Kafka that an earlier start had left (pid {orphan})")
            ports = self.files.choose_ports()
            with writing_to(self.data_dir):
                self.files.home.mkdir(parents=True, exist_ok=True)
                self.files.write(ports)
        except BaseException:
            self._release()
            raise
        self.bootstrap = f"127.0.0.1:{ports.broker}"

    async def start(self) -> str:
        """Start it and wait until it really answers; its address. Calls `prepare()` when that was not done.

        Raises:
            StartError: a branch of it, with one line; nothing is left running and the directory is free again.
        """
        await self.prepare()
        try:
            self._command = await self._resolve()
            await self._format()
            await self._launch()
        except BaseException:
            await self.stop()
            raise
        return self.bootstrap

    async def watch(self) -> None:
        """Start it again whenever it dies; returns after `stop()`.

        Raises:
            BrokerError: it died `most_deaths` times in a row, each time within 5 s of its first answer.
            DiskFullError: it died since the disk is full.
        """
        deaths = 0
        while self._child is not None:
            began = time.monotonic()
            status = await self._child.wait()
            if self._stopping.is_set():
                return
            deaths = deaths + 1 if time.monotonic() - began < _QUICK_S else 1
            why = self._why(self._child, status)
            if deaths >= self._most_deaths or not isinstance(why, BrokerError):
                for line in _telling(self._child)[-10:]:
                    self._say(f"  kafka: {line}")
                raise why
            self._say(f"Kafka ended ({_how(status)}): starting it again")
            await self._pause(min(deaths - 1, _MOST_PAUSE_S))
            with contextlib.suppress(BrokerError):  # it died again, and the next turn counts it
                await self._launch()

    async def stop(self) -> None:
        """Stop it cleanly (SIGTERM, after 20 s SIGKILL) and let the directory go; again is nothing."""
        self._stopping.set()
        if self._child is not None:
            await self._child.end(_STOP_PATIENCE_S)
            self.files.pid.unlink(missing_ok=True)
        self._release()

    @property
    def _mark(self) -> str:
        """What only our broker has in its command line."""
        return f"kafka.Kafka {self.files.server}"

    def _release(self) -> None:
        if self._own_lock:
            self.lock.release()

    async def _resolve(self) -> tuple[str | Path, ...]:
        """The command up to the main class, from the jars and the Java of this machine."""
        stop, loop = threading.Event(), asyncio.get_running_loop()

        def say(line: str) -> None:
            loop.call_soon_threadsafe(self._say, line)

        try:
            jars, java = await asyncio.gather(
                asyncio.to_thread(classpath, self._cache_dir, on_progress=say, stop=stop),
                asyncio.to_thread(find_java, say),
            )
        finally:
            stop.set()  # a thread cannot be cancelled, only asked
        path = os.pathsep.join(map(str, jars))
        return (java.path, *FLAGS, f"-Dlog4j2.configurationFile={self.files.log4j}", "-cp", path)

    async def _format(self) -> None:
        """Format the storage, once: what a start that was cut short left half done is done anew."""
        if self.files.formatted.exists():
            return
        self._say("Formatting Kafka's storage (once)")
        with writing_to(self.data_dir):
            self._clear_half_formatted()
        cluster = new_cluster_id()
        format_it = ("kafka.tools.StorageTool", "format", "-t", cluster, "-c", self.files.server)
        self._child = await Child.start((*self._command, *format_it), self.files.home)
        status = await self._child.wait()
        if status != 0:
            raise self._why(self._child, status)
        with writing_to(self.data_dir):
            self.files.formatted.write_text(f"{cluster}\n", encoding="ascii")

    def _clear_half_formatted(self) -> None:
        if not self.files.logs.exists():
            return
        partitions = [path for path in self.files.logs.iterdir() if path.is_dir()]
        if any(path.name != "__cluster_metadata-0" for path in partitions):
            raise BrokerError(
                f"{self.files.logs} holds data but {self.files.formatted} is gone: put it back, or move both away."
            )
        shutil.rmtree(self.files.logs)

    async def _launch(self) -> None:
        """Start the broker and wait until it answers.

        Raises:
            StartError: it died first; it is not running then.
        """
        self._say("Starting Kafka")
        self._child = child = await Child.start((*self._command, "kafka.Kafka", self.files.server), self.files.home)
        try:
            with writing_to(self.data_dir):
                self.files.pid.write_text(str(child.pid), encoding="ascii")
            await self._until_it_answers(child)
            self._say(f"Kafka answers at {self.bootstrap}")
        except BaseException:
            await child.end(_STOP_PATIENCE_S)
            raise

    async def _until_it_answers(self, child: Child) -> None:
        began = said = time.monotonic()
        while not await self._probe(self.bootstrap):
            now = time.monotonic()
            if self._stopping.is_set() or not child.running:
                raise self._why(child, await child.end(_STOP_PATIENCE_S))
            if now - began > _START_PATIENCE_S:
                raise BrokerError(f"Kafka runs but did not answer in {now - began:.0f} s: see {self.files.log}")
            if now - said > _SAY_EVERY_S:
                said = now
                self._say(f"Kafka is starting ({now - began:.0f} s)")
            await asyncio.sleep(_POLL_S)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    def _why(self, child: Child, status: int) -> LagesbildError:
        """Why it ended, from what it said last."""
        said = _telling(child)
        if any("No space left on device" in line for line in said) or room(self.data_dir) < _FULL:
            return disk_full(self.data_dir)
        if any("Address already in use" in line for line in said):
            return PortTakenError("Another program took Kafka's port meanwhile: start again, and others are chosen.")
        last = said[-1][:200] if said else "it said nothing"
        return BrokerError(f"Kafka ended ({_how(status)}): {last} (its log: {self.files.log})")


def _how(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit status {status}"


def _telling(child: Child) -> list[str]:
    """What it said, without empty lines and the inner lines of traces."""
    return [line for line in child.said if line.strip() and not line.startswith("\t")]
