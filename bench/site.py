"""A real Kafka for the benchmarks, spaces on it, and the program's own processes as `lagesbild up` starts them.

In: nothing. Out: a `Site`; from it `Room`s, each a space with its topics, its intake and merge as real processes.
"""

import asyncio
import os
import signal
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

from bench.workload import REFERENCE, Sent
from schemas.change import TYPE_HEADER, Mark, read_mark
from schemas.clock import ClockRecord
from schemas.codec import load
from schemas.topics import CHANGES, LOG, Space, catalogue
from streams.broker import Broker
from streams.bus import Admin, Out, Producer, Reader, bounds
from streams.clock import clock_out
from streams.feeds import load_feeds
from streams.processes import Process
from streams.settings import Settings

_NO_TICKS = "86400"
"""A tick is a record of the log too; the rows count records."""


class Site:
    """One embedded Kafka in a folder of its own. Use as an async context."""

    async def __aenter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="lagesbild-bench-")
        self.data = Path(self._folder.name)
        self._broker = Broker(self.data, on_progress=lambda _: None)
        self.bootstrap = await self._broker.start()
        self._watch = asyncio.create_task(self._broker.watch())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._broker.stop()
        await self._watch
        self._folder.cleanup()


class Room:
    """One space whose clock is the wall's. Use as an async context; `start` begins its processes."""

    def __init__(self, site: Site, name: str) -> None:
        self.bootstrap, self.space = site.bootstrap, Space(f"ovning-bench-{name}")
        self.data = site.data / name
        self.producer = Producer(site.bootstrap, "bench")
        self.processes: dict[str, Process] = {}

    async def __aenter__(self) -> Self:
        rows = catalogue(load_feeds(Settings().region_folder), REFERENCE["actors"])
        async with Admin(self.bootstrap) as admin:
            await admin.create({self.space.topic(row.name): row for row in rows})
        await self.producer.start()
        await self.producer.send([clock_out(self.space, "01", ClockRecord("real"))])
        return self

    async def __aexit__(self, *_: object) -> None:
        for process in self.processes.values():
            await process.stop()
        await self.producer.stop()

    def environment(self) -> dict[str, str]:
        """Settings of a process of this space."""
        return {
            "LAGESBILD_BOOTSTRAP": self.bootstrap,
            "LAGESBILD_SPACE": self.space.name,
            "LAGESBILD_DATA": str(self.data),
            "LAGESBILD_TEXT_SECRET": "bench",
            "LAGESBILD_TICK_S": _NO_TICKS,
        }

    def settings(self) -> Settings:
        """The same, for code that is timed in this process."""
        fields = {k.removeprefix("LAGESBILD_").lower(): v for k, v in self.environment().items()}
        return Settings(**fields)  # type: ignore[arg-type]

    async def start(self, *names: str) -> None:
        """Start processes of the space: `intake`, `merge`."""
        for name in names:
            self.processes[name] = Process(name, ["streams", name], self.environment(), self.data)
            await self.processes[name].start()

    async def kill(self, name: str) -> None:
        """SIGKILL, and wait."""
        process = self.processes[name]
        if process.pid is not None:
            os.kill(process.pid, signal.SIGKILL)
        await process.stop()

    def said(self, name: str) -> list[dict[str, Any]]:
        """Lines of a process's log."""
        lines = (self.data / f"{name}.log").read_bytes().splitlines()
        return [load(line) for line in lines if line.startswith(b"{")]

    def outs(self, inputs: Iterable[Sent]) -> list[Out]:
        """Inputs as records; each of an actor's asks for a receipt."""
        return [Out(self.space.topic(s.topic), s.value, s.key, _receipt() if from_actor(s) else ()) for s in inputs]

    async def end(self, topic: str) -> int:
        """End of the region's partition of a topic."""
        name = self.space.topic(topic)
        return (await bounds(self.bootstrap, [(name, 0)]))[name, 0][1]

    async def until_folded(self, offset: int, wait_s: float = 300) -> Mark:
        """Wait for a mark that says that the log is folded to this offset."""
        topic = self.space.topic(CHANGES)
        start = max(0, await self.end(CHANGES) - 100)
        async with asyncio.timeout(wait_s), Reader(self.bootstrap, "bench", {(topic, 0): start}) as reader:
            while True:
                for record in await reader.batch(0.2):
                    if record.headers[TYPE_HEADER] == b"mark":
                        mark = read_mark(load(record.value or b"{}"))
                        if mark.offset >= offset:
                            return mark

    async def until_quiet(self) -> int:
        """Wait until rules and registry lie in the log and are folded; the end of the log then."""
        async with asyncio.timeout(60):
            while await self.end(LOG) < 3:  # noqa: ASYNC110 - another process fills it
                await asyncio.sleep(0.05)
        end = await self.end(LOG)
        await self.until_folded(end)
        return end


def from_actor(sent: Sent) -> bool:
    """Is it an actor's report? Those ask for a receipt."""
    return sent.topic.startswith("reports.actor.")


def _receipt() -> tuple[tuple[str, bytes], ...]:
    return (("receipt", os.urandom(8).hex().encode()),)
