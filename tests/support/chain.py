"""The whole chain of a stepped exercise on a real Kafka: topics, processes, and what drives and reads them.

Time is set by the test and waited for by marks, so no test of a rule sleeps. Each chain has a space of its own, so
chains do not meet on the one broker of the run. Processes are real ones, started as `lagesbild up` starts them.
"""

import asyncio
import itertools
import json
import os
import signal
import subprocess
import sys
import urllib.request
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from support.waiting import PATIENCE_S, START_S

from schemas.change import TYPE_HEADER, Picture, apply, changes_of, empty_picture, read_mark
from schemas.clock import ClockRecord
from schemas.codec import canon, load
from schemas.command import Command
from schemas.times import parse, z
from schemas.topics import CHANGES, COMMANDS, LOG, OUTCOMES, Space, catalogue, health, reports
from streams.bus import Admin, In, Out, Producer, Reader, bounds, read_all
from streams.clock import clock_out
from streams.feeds import load_feeds
from streams.reference import load_reference
from streams.settings import PROJECT, Settings

_NUMBERS = itertools.count(1)
T0 = parse("2027-01-19T07:00:00+01:00")
"""T of the third storyboard: red warning known."""


class Chain:
    """One stepped space. Use as an async context; `start` begins its processes."""

    def __init__(self, kafka: str, data: Path, *, at: int = T0, **environment: str) -> None:
        self.kafka, self.data = kafka, data
        self.space = Space(f"ovning-test-{os.getpid()}-{next(_NUMBERS)}")
        self.at = at
        self.environment = environment
        self.sources: tuple[str, ...] = ()
        """Sources that `connectors` asks."""
        self.metrics: dict[str, int] = {}
        """Process -> port of its own for `/metrics`."""
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.producer = Producer(kafka, "test")
        self.reference: dict[str, Any] = dict(load_reference(Settings().region_folder))
        self.log_end = 0
        self.version = 0
        """Newest version that was read."""

    async def __aenter__(self) -> Self:
        self.data.mkdir(parents=True, exist_ok=True)
        self.rows = catalogue(load_feeds(Settings().region_folder), self.reference["actors"])
        async with Admin(self.kafka) as admin:
            await admin.create({self.space.topic(row.name): row for row in self.rows})
        await self.producer.start()
        await self.clock(self.at)
        return self

    async def __aexit__(self, *_: object) -> None:
        for process in self.processes.values():
            process.terminate()
        left = [name for name, process in self.processes.items() if not await asyncio.to_thread(_ended, process)]
        await self.producer.stop()
        assert left == [], "these did not stop when told to"

    def env(self) -> dict[str, str]:
        """Environment of a process, as `lagesbild up` gives it."""
        return {
            **os.environ,
            "LAGESBILD_BOOTSTRAP": self.kafka,
            "LAGESBILD_SPACE": self.space.name,
            "LAGESBILD_DATA": str(self.data),
            "LAGESBILD_TEXT_SECRET": "test-secret",
            "LAGESBILD_TICK_S": "0.3",
            **self.environment,
        }

    def settings(self) -> Settings:
        """Settings of a process of this chain, for code run in the test itself."""
        names = {k.removeprefix("LAGESBILD_").lower(): v for k, v in self.env().items() if k.startswith("LAGESBILD_")}
        return Settings(**names)  # type: ignore[arg-type]

    def start(self, *names: str) -> None:
        """Start processes: `intake`, `merge`, `deliver`, `server`, `connectors`."""
        modules = {"server": ["dashboards"], "connectors": ["connectors", *self.sources]}
        for name in names:
            module = modules.get(name, ["streams", name])
            port = {"LAGESBILD_METRICS_PORT": str(self.metrics.get(name, 0))}
            log = (self.data / f"{name}.log").open("ab")
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *module], cwd=PROJECT, env=self.env() | port, stderr=log, stdout=log
            )
            log.close()

    def stop(self, name: str) -> int:
        """Stop a process cleanly; its exit status."""
        process = self.processes.pop(name)
        process.terminate()
        return process.wait(PATIENCE_S)

    def kill(self, name: str) -> None:
        """kill -9."""
        process = self.processes.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE_S)

    async def ended(self, name: str, wait_s: float = PATIENCE_S) -> int:
        """Wait until a process ends by itself; its exit status."""
        process = self.processes.pop(name)
        return await asyncio.to_thread(process.wait, wait_s)

    async def until_logged(self, name: str, text: str, wait_s: float = PATIENCE_S) -> None:
        """Wait until a process has said something."""
        async with asyncio.timeout(wait_s):
            while text not in self.log(name):
                await asyncio.sleep(0.05)

    async def ready(self, address: str, wait_s: float = START_S) -> None:
        """Wait until the server shows a picture."""

        def asked() -> bool:
            try:
                with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                    return True
            except OSError:
                return False

        async with asyncio.timeout(wait_s):
            while not await asyncio.to_thread(asked):
                await asyncio.sleep(0.1)

    async def until(self, true: Callable[[Picture], object], wait_s: float = PATIENCE_S) -> Picture:
        """Wait until the picture is so."""
        async with asyncio.timeout(wait_s):
            while True:
                picture = await self.settled()
                if true(picture):
                    return picture

    def log(self, name: str) -> str:
        """What a process has said."""
        return (self.data / f"{name}.log").read_text(errors="replace")

    async def clock(self, at: int) -> None:
        """Set the space's clock; what is due by then becomes a step."""
        self.at = at
        await self.send(clock_out(self.space, "01", ClockRecord("stepped", at)))

    async def send(self, *outs: Out) -> None:
        """Publish and wait for Kafka."""
        await self.producer.send(list(outs))

    async def report(self, actor: str, /, *, headers: tuple[tuple[str, bytes], ...] = (), **fields: Any) -> str:
        """An actor's report on its own topic; gives its receipt."""
        receipt = uuid.uuid4().hex
        body = {"sent": z(self.at), "headline": "prov", **fields}
        key = f"actor.{actor}/{body.get('id')}".encode()
        topic = self.space.topic(reports(f"actor.{actor}"))
        await self.send(Out(topic, json.dumps(body).encode(), key, (("receipt", receipt.encode()), *headers)))
        return receipt

    async def feed(self, source: str, **fields: Any) -> None:
        """A feed's normalised item."""
        body = {"source": source, "sent": z(self.at), **fields}
        await self.send(Out(self.space.topic(reports(source)), canon(body), f"{source}/{body['id']}".encode()))

    async def health(self, source: str, **fields: Any) -> None:
        """A health record of a feed."""
        body = {"source": source, "at": z(self.at), "heard": True, "complete": True, "interval_s": 60, **fields}
        await self.send(Out(self.space.topic(health(source)), canon(body), source.encode()))

    async def command(self, name: str, *, role: str = "coordinator", who: str = "lansstyrelsen-01", **more: Any) -> str:
        """A person's act; gives its receipt."""
        receipt = uuid.uuid4().hex
        body = {"id": uuid.uuid4().hex, "command": name, "role": role, "who": who, "at": z(self.at), **more}
        value = Command.model_validate(body).model_dump_json(exclude_none=True).encode()
        await self.send(Out(self.space.topic(COMMANDS), value, b"01", (("receipt", receipt.encode()),)))
        return receipt

    async def outcome(self, receipt: str, wait_s: float = PATIENCE_S) -> dict[str, Any]:
        """What became of a record."""
        topic = self.space.topic(OUTCOMES)
        async with asyncio.timeout(wait_s), Reader(self.kafka, "test", {(topic, 0): 0}) as reader:
            while True:
                for record in await reader.batch(0.2):
                    if (record.key or b"").decode().startswith(receipt):
                        return dict(load(record.value or b"{}"))

    async def settled(self, wait_s: float = PATIENCE_S) -> Picture:
        """Wait until all that was sent before has been taken in and folded; the picture then.

        A report of a sender of our own goes through each lane last, so its outcome says that all before it is done.
        """
        fence = await self.command("maintenance", args={"source": "fence", "until": z(self.at)}, role="operator")
        await self.feed("smhi", id=f"fence-{fence[:8]}", kind="message", revision=1, place={"codes": ["25"]})
        await self._logged(f"fence-{fence[:8]}", wait_s)
        await self.outcome(fence, wait_s)
        end = (await bounds(self.kafka, [(self.space.topic(LOG), 0)]))[self.space.topic(LOG), 0][1]
        return await self.picture(until_offset=end, wait_s=wait_s)

    async def _logged(self, report_id: str, wait_s: float) -> None:
        """Wait until a feed's item lies in the log."""
        topic, wanted = self.space.topic(LOG), f'"id":"{report_id}"'.encode()
        async with asyncio.timeout(wait_s), Reader(self.kafka, "test", {(topic, 0): self.log_end}) as reader:
            while True:
                for record in await reader.batch(0.2):
                    self.log_end = record.offset
                    if wanted in (record.value or b""):
                        return

    async def picture(self, until_offset: int = 0, wait_s: float = PATIENCE_S) -> Picture:
        """Picture of all versions so far, once a mark says that the log is folded to this offset."""
        topic, picture, known = self.space.topic(CHANGES), empty_picture(), 0
        async with asyncio.timeout(wait_s), Reader(self.kafka, "test", {(topic, 0): 0}) as reader:
            while True:
                for record in await reader.batch(0.2):
                    value = load(record.value or b"{}")
                    if record.headers[TYPE_HEADER] == b"mark":
                        if read_mark(value).offset >= until_offset:
                            self.version = known
                            return picture
                    elif value["version"] == known + 1:
                        apply(picture, changes_of(value))
                        known += 1

    async def versions(self) -> list[dict[str, Any]]:
        """Every version record so far, repeats too, with its bytes under `raw`."""
        records: list[In] = []
        async for batch in read_all(self.kafka, self.space.topic(CHANGES)):
            records += batch
        return [
            {**load(r.value or b"{}"), "raw": r.value, "offset": r.offset}
            for r in records
            if r.headers[TYPE_HEADER] == b"version"
        ]


def _ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether it ends by itself; it is ended in any case, lest it take time from the tests that follow."""
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False
    return True
