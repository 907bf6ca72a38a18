"""`lagesbild up`: everything of one space on this machine, from an empty folder to an address, until Ctrl-C.

In: options. Out: Kafka, topics, clock, five processes (six in an exercise), `DATA/run.json`, the address.
Processes are started while Kafka formats; each waits for it. What dies is started again. An exercise's clock stands
while nothing runs: stopping writes a pause, a start goes on from there.
"""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import aiohttp

from schemas.clock import ClockRecord
from schemas.topics import LOG, Space, catalogue
from streams.broker import Broker
from streams.bus import Admin, Producer, answers
from streams.clock import clock_out, last_setting, wall_ms
from streams.datadir import DataLock
from streams.errors import BrokerError
from streams.exercise import Exercise, load_exercise
from streams.feeds import load_feeds
from streams.live import not_asked
from streams.processes import STOP_S, Process
from streams.reference import load_reference
from streams.settings import Settings
from streams.snapshots import newest_mark
from streams.space_files import SpaceFiles
from streams.topology import region_partition

MODULES: dict[str, list[str]] = {
    "connectors": ["connectors"],
    "intake": ["streams", "intake"],
    "merge": ["streams", "merge"],
    "deliver": ["streams", "deliver"],
    "server": ["dashboards"],
    "recorded": ["connectors.recorded"],
}
"""Process -> module. `recorded` plays the sources of an exercise."""
MEASURED = ("connectors", "intake", "merge", "deliver")
"""Processes with a metrics port of their own, told in `run.json`; the server has `/metrics` on its page's port."""
STOP_ORDER = ("recorded", "connectors", "server", "deliver", "intake", "merge")
READY_S = 120.0
PAUSE_S = 3.0
ALONE_S = 1.5
"""Seconds that a process gets to stop when our Kafka has died."""
SERVER_PORT, EXERCISE_PORT, RECORDED_PORT = 8080, 8090, 8091


class Options(NamedTuple):
    """What the operator asked for."""

    live: bool = False
    exercise: str = "snowstorm"
    bootstrap_servers: str | None = None
    data: Path | None = None
    port: int | None = None
    speed: int | None = None
    fresh: bool = False

    @property
    def folder(self) -> Path:
        """DATA: the default folder for an exercise, one of its own below it for the real space."""
        base = Settings().data
        return (self.data or (base / "real" if self.live else base)).expanduser().absolute()


class Up:
    """One run of a space."""

    def __init__(self, options: Options, say: Callable[[str], None]) -> None:
        self._options, self._say = options, say
        self._lock = DataLock(options.folder)
        self._files = SpaceFiles(options.folder)
        self._broker: Broker | None = None
        self._processes: dict[str, Process] = {}
        self._exercise: Exercise | None = None
        self._run: dict[str, object] = {}

    async def run(self) -> None:
        """Start all, say the address, watch until cancelled, stop all. StartError with one line where it cannot."""
        self._lock.acquire()
        began = time.monotonic()
        try:
            space, bootstrap = await self._prepare()
            address = await self._start(space, bootstrap)
            async with asyncio.TaskGroup() as tasks:
                self._watch(tasks)
                await self._open(space, bootstrap, address)
                self._announce(address, time.monotonic() - began)
                await self._tell_not_asked()
        finally:
            await asyncio.shield(self._stop())

    async def _start(self, space: Space, bootstrap: str) -> str:
        """Start the processes while Kafka formats and starts; the page's address."""
        address = self._address()
        settings = self._environment(space, bootstrap, address)
        self._lock.announce(address)
        metrics = {name: self._files.port(f"metrics.{name}", None, 0) for name in MEASURED}
        self._run["metrics"] = {name: f"http://127.0.0.1:{port}/metrics" for name, port in metrics.items()}
        self._processes = {
            name: Process(
                name,
                [*module, *(self._exercise.sources if self._exercise and name == "connectors" else [])],
                settings | {"LAGESBILD_METRICS_PORT": str(metrics.get(name, 0))},
                self._options.folder / "logs",
            )
            for name, module in MODULES.items()
            if name != "recorded" or self._exercise is not None
        }
        broker = asyncio.create_task(self._start_broker())
        try:
            for process in self._processes.values():
                await process.start()
            await broker
        finally:
            broker.cancel()
        return address

    async def _open(self, space: Space, bootstrap: str, address: str) -> None:
        """Topics, clock, `run.json`; then the first picture."""
        await self._make_topics(space, bootstrap)
        await self._set_clock(space, bootstrap)
        self._tell_running(address, space, bootstrap)
        await self._until_ready(address)

    async def _prepare(self) -> tuple[Space, str]:
        """Space and Kafka's address; no JVM yet."""
        options = self._options
        if not options.live:
            self._exercise = load_exercise(Settings().region_folder, options.exercise)
        space = Space(self._files.space(None if options.live else options.exercise, fresh=options.fresh))
        if options.bootstrap_servers is not None:
            return space, options.bootstrap_servers
        if options.fresh:
            self._files.forget()
        self._broker = Broker(options.folder, on_progress=self._say, lock=self._lock)
        await self._broker.prepare()
        return space, self._broker.bootstrap

    async def _start_broker(self) -> None:
        if self._broker is not None:
            await self._broker.start()
        elif not await answers(str(self._options.bootstrap_servers)):
            raise BrokerError(f"No Kafka answers at {self._options.bootstrap_servers}: is it running?")

    def _address(self) -> str:
        default = EXERCISE_PORT if self._exercise else SERVER_PORT
        return f"http://127.0.0.1:{self._files.port('server', self._options.port, default)}"

    def _environment(self, space: Space, bootstrap: str, address: str) -> dict[str, str]:
        """Settings of every process, as environment."""
        settings = {
            "BOOTSTRAP": bootstrap,
            "SPACE": space.name,
            "DATA": str(self._options.folder),
            "TEXT_SECRET": self._files.secret(),
            "HOST": "127.0.0.1",
            "PORT": address.rsplit(":", 1)[1],
            "ADDRESS": address,
            "SERVER": address,
        }
        environment = {f"LAGESBILD_{name}": value for name, value in settings.items()}
        if self._exercise is not None:
            port = self._files.port("recorded", None, RECORDED_PORT)
            environment |= self._exercise.environment(port, self._speed)
        return environment

    @property
    def _speed(self) -> int:
        assert self._exercise is not None
        return self._options.speed or self._exercise.speed

    async def _make_topics(self, space: Space, bootstrap: str) -> None:
        actors = load_reference(Settings().region_folder)["actors"]
        assert isinstance(actors, dict)
        rows = {space.topic(row.name): row for row in catalogue(load_feeds(Settings().region_folder), actors)}
        async with Admin(bootstrap) as admin:
            missing = {name: row for name, row in rows.items() if name not in await admin.names()}
            if missing:
                self._say(f"Making {len(missing)} topics")
                # the log last: processes wait for it
                await admin.create({n: r for n, r in missing.items() if r.name != LOG})
                await admin.create({n: r for n, r in missing.items() if r.name == LOG})
        keys = self._files.keys(actors)
        self._run["operator_key"] = keys["operator_key"]
        if space.exercise:
            self._run["keys"] = keys["keys"]

    async def _set_clock(self, space: Space, bootstrap: str) -> None:
        """Real time, or the exercise's clock from where it stood when it last ran."""
        if self._exercise is None:
            setting = ClockRecord("real")
        else:
            last = await last_setting(bootstrap, space)
            mark = await newest_mark(bootstrap, space, region_partition(Settings().region))
            stood = max(last.at if last else 0, mark.t if mark else 0, self._exercise.start)
            setting = ClockRecord("paced", stood, wall_ms(), self._speed)
        await self._write_clock(space, bootstrap, setting)

    async def _write_clock(self, space: Space, bootstrap: str, setting: ClockRecord) -> None:
        producer = Producer(bootstrap, "lagesbild.up")
        await producer.start()
        await producer.send([clock_out(space, Settings().region, setting)])
        await producer.stop()

    def _tell_running(self, address: str, space: Space, bootstrap: str) -> None:
        self._run |= {"address": address, "space": space.name, "bootstrap": bootstrap}
        self._pids_changed()

    def _pids_changed(self) -> None:
        """Pids change when something is started again."""
        if "address" not in self._run:
            return
        pids = {name: process.pid for name, process in self._processes.items()}
        if self._broker is not None:
            pids["broker"] = self._broker.pid
        self._files.running({**self._run, "pids": pids})

    async def _until_ready(self, address: str) -> None:
        """Wait until the server shows a picture."""
        self._say("Waiting for the first picture")
        until = time.monotonic() + READY_S
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
            while time.monotonic() < until:
                try:
                    async with session.get(f"{address}/readyz") as answer:
                        if answer.status == 200:
                            return
                except (aiohttp.ClientError, TimeoutError, OSError):
                    pass
                await asyncio.sleep(0.2)
        self._say(f"Still no picture after {READY_S:.0f} s: see {self._options.folder / 'logs'}; going on")

    def _announce(self, address: str, seconds: float) -> None:
        title = f"ÖVNING {self._exercise.title}, {self._speed} x" if self._exercise else "SKARPT LÄGE"
        self._say(
            f"\n  {title}\n\n  {address}\n\n"
            f"  ready after {seconds:.0f} s · data in {self._options.folder} · Ctrl-C stops all"
        )

    async def _tell_not_asked(self) -> None:
        """Sources that wait for a key or an address, and how to get it."""
        if self._options.live:
            for line in await not_asked(os.environ):
                self._say(f"  {line}")

    def _watch(self, tasks: asyncio.TaskGroup) -> None:
        """Keep everything alive. The group ends by cancellation, or with the error of what cannot be kept alive."""
        if self._broker is not None:
            tasks.create_task(self._broker.watch())
            tasks.create_task(self._follow_broker_pid(self._broker))
        for process in self._processes.values():
            tasks.create_task(process.watch(self._say, self._pids_changed))

    async def _follow_broker_pid(self, broker: Broker) -> None:
        known = broker.pid
        while True:
            await asyncio.sleep(0.25)
            if broker.pid != known:
                known = broker.pid
                self._pids_changed()

    async def _stop(self) -> None:
        """Pause the clock, stop in order, let the folder go."""
        if self._run.get("space"):
            self._say("Stopping")
        await self._pause()
        # who waits for a Kafka that is gone waits in vain; what was not confirmed is made again at the next start
        patience_s = ALONE_S if self._kafka_gone else STOP_S
        for name in STOP_ORDER:
            if name in self._processes:
                await self._processes[name].stop(patience_s)
        self._files.stopped()
        if self._broker is not None:
            await self._broker.stop()
        self._lock.release()

    @property
    def _kafka_gone(self) -> bool:
        return self._broker is not None and self._broker.pid is None

    async def _pause(self) -> None:
        """The exercise's clock stands until the next start."""
        if self._exercise is None or "space" not in self._run:
            return
        space, bootstrap = Space(str(self._run["space"])), str(self._run["bootstrap"])
        try:
            async with asyncio.timeout(0 if self._kafka_gone else PAUSE_S):
                last = await last_setting(bootstrap, space)
                if last is not None:
                    now = last.now(wall_ms())
                    await self._write_clock(space, bootstrap, ClockRecord("paced", now, wall_ms(), 0))
        except TimeoutError:
            self._say(
                "Kafka does not answer: the clock's pause is not written, the next start goes on from the last mark"
            )


async def run(options: Options, say: Callable[[str], None]) -> None:
    """Run until SIGINT or SIGTERM. StartError with one line where it cannot start or go on."""
    task = asyncio.ensure_future(Up(options, say).run())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        say("Stopped")
    except ExceptionGroup as group:
        raise group.exceptions[0] from group
