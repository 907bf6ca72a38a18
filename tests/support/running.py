"""The whole program as a person starts it: `lagesbild up` in a terminal of its own, and what is left of it afterwards.

In: a data folder. Out: `Running`: its lines, `run.json`, kills, a clean stop; `left_of` finds processes by that folder.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime
from email.message import Message
from pathlib import Path
from typing import Any, Self, TypeVar

from support.project import ROOT
from support.waiting import PATIENCE_S, START_S, free_port

T = TypeVar("T")

LAGESBILD = Path(sys.executable).with_name("lagesbild")
READY_S = START_S


def until(look: Callable[[], T | None], wait_s: float, what: str) -> T:
    """What `look` gives as soon as it gives something; TimeoutError says what was waited for."""
    end = time.monotonic() + wait_s
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.02)
    raise TimeoutError(f"not within {wait_s:.0f} s: {what}")


def environment(**more: str) -> dict[str, str]:
    """Ours without settings of a lagesbild that this test run itself may be part of."""
    return {k: v for k, v in os.environ.items() if not k.startswith("LAGESBILD_")} | more


def run(*arguments: str | Path, wait_s: float = 2 * PATIENCE_S, **more: str) -> subprocess.CompletedProcess[str]:
    """`lagesbild ARGUMENTS` to its end."""
    return subprocess.run(
        [LAGESBILD, *arguments],
        cwd=ROOT,
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=wait_s,
        check=False,
    )


def left_of(data: Path) -> dict[int, str]:
    """Processes whose command or environment names the data folder: pid -> command."""
    wanted, found = str(data).encode(), {}
    for process in Path("/proc").iterdir():
        if not process.name.isdigit() or int(process.name) == os.getpid():
            continue
        try:
            command = (process / "cmdline").read_bytes()
            if command and (wanted in command or wanted in (process / "environ").read_bytes()):
                found[int(process.name)] = command.replace(b"\0", b" ").decode(errors="replace")[:200]
        except OSError:
            continue
    return found


def quick_story(folder: Path, *, start: str = "T-01:05", repeat_s: int = 3) -> Path:
    """The region with its storm beginning shortly before the first call, and calls repeated every few seconds.

    `folder` is where its data may lie; gives the region's own folder in it.
    """
    shutil.copytree(ROOT / "region", folder)
    region = folder / "stockholm"
    script = region / "exercises" / "snowstorm" / "script.toml"
    lines = []
    for line in script.read_text(encoding="utf-8").splitlines():
        name = line.split("=", 1)[0].strip()
        new = {"start": f'start = "{start}"', "LAGESBILD_REPEAT_S": f'LAGESBILD_REPEAT_S = "{repeat_s}"'}
        lines.append(new.pop(name, line))
    script.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return region


class Running:
    """One `lagesbild up`. Use as a context; leaving it stops it, and kills what does not stop."""

    def __init__(
        self, data: Path, *arguments: str, port: int | None = None, said: Path | None = None, **more: str
    ) -> None:
        self.data, self.port = data, port or free_port()
        self._command = [LAGESBILD, "up", "--data", data, "--port", str(self.port), *arguments]
        self._environment = environment(**more)
        self._said = said or data.with_name(f"{data.name}.said")

    def __enter__(self) -> Self:
        with self._said.open("ab") as said:
            self.started = time.monotonic()
            # a session of its own, as a terminal gives it: Ctrl-C goes to the whole group
            self.process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdout=said, stderr=said, start_new_session=True
            )
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for pid in left_of(self.data):
            _kill(pid)

    @property
    def said(self) -> str:
        """What it has said, over all its starts."""
        return self._said.read_text(errors="replace")

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def told(self) -> dict[str, Any]:
        """`run.json` as it is now."""
        return dict(json.loads((self.data / "run.json").read_bytes()))

    def pid(self, name: str) -> int | None:
        """Pid of a process as `run.json` says."""
        pid = self.told()["pids"].get(name)
        return None if pid is None else int(pid)

    def log(self, name: str) -> list[dict[str, Any]]:
        """What a process has logged."""
        lines = (self.data / "logs" / f"{name}.log").read_text(errors="replace").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]

    def until_ready(self, wait_s: float = READY_S) -> Self:
        """Wait until the page has a picture; AssertionError with its words when it ends first."""

        def look() -> bool:
            assert self.process.poll() is None, f"it ended with {self.process.returncode}: {self.said}"
            return (self.data / "run.json").exists() and self.get("/readyz")[0] == 200

        try:
            until(look, wait_s, "ready")
        except TimeoutError as error:
            _, _, why = self.get("/readyz")
            raise TimeoutError(f"{error}: {why.decode()} {self.said}") from error
        return self

    def get(self, path: str) -> tuple[int, Message, bytes]:
        """Status, headers, body of a page; status 0 while nobody answers."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=5) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.headers, refused.read()
        except OSError:
            return 0, Message(), b""

    def time(self) -> datetime:
        """What time it is in the space."""
        return datetime.fromisoformat(self.get("/api/v1/sources")[1]["Lagesbild-Time"])

    def version(self) -> int:
        """Newest version that the server shows."""
        return int(self.get("/api/v1/sources")[1]["Lagesbild-Version"])

    def kill(self, name: str) -> int:
        """kill -9 of a process; its pid."""
        pid = until(lambda: self.pid(name), PATIENCE_S, f"a pid of {name}")
        os.kill(pid, signal.SIGKILL)
        return pid

    def until_back(self, name: str, killed: int, wait_s: float = PATIENCE_S) -> float:
        """Seconds until `run.json` names another pid of it."""
        began = time.monotonic()
        until(lambda: self.pid(name) not in {None, killed}, wait_s, f"{name} started again. {self.said}")
        return time.monotonic() - began

    def ctrl_c(self) -> float:
        """What a terminal does, until it has ended; the seconds that took."""
        began = time.monotonic()
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(PATIENCE_S)
        return time.monotonic() - began


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
