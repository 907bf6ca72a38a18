"""`lagesbild doctor`: what is wrong on this machine, a line each, with what to do.

In: the machine, the data folder, Kafka. Out: `ok`, `–` (cannot tell now) or `NO` per check; exit status 1 for any NO.
"""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from schemas.times import SECOND
from schemas.topics import CHANGES
from streams.bus import Reader, bounds
from streams.cli.http import Api, ServerError
from streams.cli.output import print_json, print_rows
from streams.cli.place import (
    AsJson,
    Bootstrap,
    Data,
    Running,
    environment_for,
    find_running,
    folder,
    kafka_answers,
    settings_for,
)
from streams.cli.topics import compare, describe, rows_of
from streams.clock import wall_ms
from streams.datadir import room
from streams.errors import LagesbildError
from streams.java import find_java
from streams.settings import Settings
from streams.topology import region_partition
from streams.up import EXERCISE_PORT, SERVER_PORT

NEEDED_MB = 500
"""Kafka, its segments of a storm and the logs, with some to spare."""
OLDEST_PYTHON = (3, 11)
CLOCK_S = 60
"""The broker refuses a writer whose clock is two minutes ahead; half of that is worth a word."""


class Check(NamedTuple):
    """One thing looked at."""

    name: str
    ok: bool | None
    """None: cannot be told now, and that is no fault."""
    told: str
    todo: str = ""

    @property
    def sign(self) -> str:
        """How it is drawn."""
        return "–" if self.ok is None else "ok" if self.ok else "NO"


class UnwellError(LagesbildError):
    """Something is wrong on this machine."""


def register(app: typer.Typer, name: str, line: str) -> None:
    """Add the command to the program."""
    app.command(name, help=line, epilog="Example: lagesbild doctor, or lagesbild doctor --live")(doctor)


def doctor(
    data: Data = None,
    bootstrap: Bootstrap = None,
    live: Annotated[bool, typer.Option("--live", help="Ask each source once instead, a line each.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print each check; UnwellError when one of them says no."""
    if live:
        raise typer.Exit(_ask_sources(data, as_json=as_json))
    found = list(_checks(data, settings_for(data, bootstrap)))
    if as_json:
        print_json([c._asdict() for c in found])
    else:
        print_rows([(c.sign, c.name, c.told + (f": {c.todo}" if c.todo and not c.ok else "")) for c in found])
    wrong = [c.name for c in found if c.ok is False]
    if wrong:
        raise UnwellError(f"{len(wrong)} of {len(found)} checks say no: {', '.join(wrong)}")


def _ask_sources(data: Path | None, *, as_json: bool) -> int:
    """Each source of the county asked once by its own connector, in a process of its own; its exit status."""
    command = [sys.executable, "-m", "connectors.inquiry", *(["--json"] if as_json else [])]
    return subprocess.run(command, check=False, env=environment_for(data)).returncode  # noqa: S603 - our own module


def _checks(data: Path | None, settings: Settings) -> Iterator[Check]:
    running = find_running(data)
    yield _python()
    yield _java()
    yield _disk(folder(data))
    yield _running(running, folder(data))
    yield from _ports(running)
    answering = asyncio.run(kafka_answers(settings.bootstrap))
    needed = running is not None or "LAGESBILD_BOOTSTRAP" in os.environ
    told = f"{settings.bootstrap} {'answers' if answering else 'does not answer'}"
    yield Check("kafka", answering if answering or needed else None, told, "start `lagesbild up`, or look at its logs")
    if answering:
        yield _topics(settings)
        yield asyncio.run(_clock(settings))
    if running is not None:
        yield _ready(running)


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    return Check("python", sys.version_info[:2] >= OLDEST_PYTHON, version, "Python 3.11 or later is needed")


def _java() -> Check:
    passed: list[str] = []
    try:
        java = find_java(passed.append)
    except LagesbildError as error:
        return Check("java", False, str(error))
    return Check("java", True, f"{java.path} (version {java.version})")


def _disk(place: Path) -> Check:
    free = room(place) // 1_000_000
    return Check("disk", free >= NEEDED_MB, f"{free} MB free for {place}", f"free some: {NEEDED_MB} MB are needed")


def _running(running: Running | None, place: Path) -> Check:
    if running is None:
        return Check("run.json", None, f"nothing runs in {place}")
    dead = [name for name, pid in running.pids.items() if not _alive(pid)]
    told = f"{running.space} at {running.address}" + (f", not alive: {', '.join(dead)}" if dead else "")
    return Check("run.json", not dead, told, "they are started again within seconds; if not, see the logs")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _ports(running: Running | None) -> Iterator[Check]:
    """The usual ports, when nothing of ours has them."""
    if running is not None:
        return
    for port in (EXERCISE_PORT, SERVER_PORT):
        with socket.socket() as probe:
            probe.settimeout(1)
            taken = probe.connect_ex(("127.0.0.1", port)) == 0
        told = "taken by another program; a free one is chosen" if taken else "free"
        yield Check(f"port {port}", None if taken else True, told)


def _topics(settings: Settings) -> Check:
    rows = rows_of(settings)
    faults = list(compare(rows, asyncio.run(describe(settings.bootstrap, rows))))
    told = f"{len(rows)} in the catalogue of {settings.space}, {len(faults)} differ" if faults else f"{len(rows)} ok"
    return Check("topics", not faults, told, "see `lagesbild topics check`")


async def _clock(settings: Settings) -> Check:
    """Our clock against the one that wrote the newest mark: more than two minutes ahead and Kafka refuses a writer."""
    place = (settings.where.topic(CHANGES), region_partition(settings.region))
    try:
        first, end = (await bounds(settings.bootstrap, [place]))[place]
    except (RuntimeError, OSError, TimeoutError):
        return Check("clock", None, "no picture yet")
    if first >= end:
        return Check("clock", None, "no picture yet")
    async with Reader(settings.bootstrap, "lagesbild.doctor", {place: end - 1}) as reader:
        records = await reader.batch(wait_s=5)
    if not records:
        return Check("clock", None, "the newest mark could not be read")
    age = (wall_ms() - records[-1].timestamp) / SECOND
    told = f"the newest mark was written {age:.1f} s ago by its writer's clock"
    return Check("clock", age > -CLOCK_S, told, "that clock is ahead of ours: set both by NTP")


def _ready(running: Running) -> Check:
    try:
        answer = Api(running.address).once("/readyz")
    except ServerError as error:
        return Check("server", False, str(error))
    reasons = " ".join(str(r.get("detail")) for r in answer.body.get("reasons", []))
    return Check("server", answer.status == 200, reasons or f"ready, version {answer.body.get('version')}")
