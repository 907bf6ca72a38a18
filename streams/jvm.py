"""One child process that cannot outlive us, and what it last said.

In: a command. Out: `Child`, running in a session of its own, so that Ctrl-C in the terminal does not reach it
before we have stopped what depends on it. `leashed` is for anyone who starts processes: its command gets SIGTERM
from the kernel when its parent dies, also by kill -9 (Linux; elsewhere the next start ends what was left).
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from streams.errors import BrokerError

_LEASH = """
import ctypes, os, signal, sys
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, int(signal.SIGTERM), 0, 0, 0)  # 1 is PR_SET_PDEATHSIG
if os.getppid() != int(sys.argv[1]):
    sys.exit(0)  # the parent died before the leash was on
os.execvp(sys.argv[2], sys.argv[2:])
"""
_SAID = 60
_POLL_S = 0.05


def leashed(command: Sequence[str | Path]) -> list[str]:
    """The command, to be started by this process, so that it ends when this process does.

    It is a small program that execs the command, not a `preexec_fn`, which is unsafe once there are threads; it
    costs 15 ms. The signal comes when the *thread* that started it ends: start it from one that lives as long.
    """
    return [sys.executable, "-I", "-S", "-c", _LEASH, str(os.getpid()), *map(str, command)]


class Child:
    """A leashed process whose output is kept in memory, the last lines of it, so that a full disk hides nothing."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._said: deque[str] = deque(maxlen=_SAID)
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, command: Sequence[str | Path], directory: Path) -> "Child":
        """Start it in `directory`, where it may leave the trace of a crash; returns at once."""
        process = await asyncio.create_subprocess_exec(
            *leashed(command),
            cwd=directory,
            env={**os.environ, "LC_ALL": "C.UTF-8"},  # a JVM without it cannot open a path with å in it
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        return cls(process)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.returncode is None

    @property
    def said(self) -> tuple[str, ...]:
        """The last lines it wrote, oldest first."""
        return tuple(self._said)

    async def wait(self) -> int:
        """Wait until it has ended and everything it said is read; its exit status, negative for a signal."""
        status = await self._process.wait()
        await asyncio.wait([self._reading], timeout=1)
        return status

    async def end(self, patience: float) -> int:
        """SIGTERM, after `patience` seconds SIGKILL; its exit status."""
        self._signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(patience):
                return await self.wait()
        except TimeoutError:
            self._signal(signal.SIGKILL)
            return await self.wait()

    def _signal(self, number: signal.Signals) -> None:
        if self.running:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)

    async def _read(self) -> None:
        assert self._process.stdout is not None, "it was started with a pipe"
        rest = b""
        while block := await self._process.stdout.read(8192):
            *lines, rest = (rest + block).split(b"\n")
            self._said.extend(line.decode(errors="replace").rstrip() for line in lines)
            rest = rest[-8192:]
        if rest:
            self._said.append(rest.decode(errors="replace").rstrip())


def command_of(pid: int) -> str:
    """The command line of a process, its parts joined by spaces; empty when there is none such."""
    proc = Path("/proc")
    if (proc / "self").exists():
        with contextlib.suppress(OSError):
            return (proc / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        return ""
    asked = ["/bin/ps", "-ww", "-o", "args=", "-p", str(pid)]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603


def end_orphan(pid_file: Path, mark: str, patience: float) -> int | None:
    """End the process a killed instance of ours left behind: the one `pid_file` names, if `mark` is in its command.

    Blocks, at most twice `patience` seconds: call it in a thread.

    Returns:
        Its pid, None when there was none. Afterwards neither process nor file is there.

    Raises:
        BrokerError: it is there and cannot be ended.
    """
    try:
        pid = int(pid_file.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return None
    found = mark in command_of(pid)
    for number in (signal.SIGTERM, signal.SIGKILL):
        until = time.monotonic() + patience
        while mark in command_of(pid) and time.monotonic() < until:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
            time.sleep(_POLL_S)
    if mark in command_of(pid):
        raise BrokerError(f"A Kafka left by an earlier start (pid {pid}) cannot be ended: end it by hand.")
    pid_file.unlink(missing_ok=True)
    return pid if found else None
