"""The processes of a space on one machine: started, watched, started again, stopped in order.

In: a name, a command, an environment. Out: pids, lines for the operator when one dies and is back, logs in a folder.
"""

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from streams.datadir import writing_to
from streams.errors import ProcessError
from streams.jvm import leashed
from streams.settings import PROJECT

QUICK_S = 10.0
"""A process that dies sooner than this after its start has died quickly."""
MOST_DEATHS = 8
"""So many quick deaths in a row and we give up: something is wrong that starting again does not cure."""
PAUSE_S = 0.1
MOST_PAUSE_S = 5.0
STOP_S = 10.0
LOG_LIMIT = 10 * 1024 * 1024
"""A log larger than this at a start is moved aside; one older is kept."""


class Process:
    """One process, kept alive until `stop`."""

    def __init__(self, name: str, module: list[str], environment: Mapping[str, str], logs: Path) -> None:
        self.name = name
        self._command = [sys.executable, "-m", *module]
        self._environment = {**os.environ, **environment}
        self._log = logs / f"{name}.log"
        self._child: asyncio.subprocess.Process | None = None
        self._stopping = False

    @property
    def pid(self) -> int | None:
        """Its pid while it runs."""
        running = self._child is not None and self._child.returncode is None
        return self._child.pid if running and self._child is not None else None

    async def start(self) -> None:
        """Start it. Its lines go to its log file. A session of its own: Ctrl-C reaches only us, we stop in order."""
        with writing_to(self._log.parent):
            self._log.parent.mkdir(parents=True, exist_ok=True)
            if self._log.exists() and self._log.stat().st_size > LOG_LIMIT:
                self._log.replace(self._log.with_suffix(".log.1"))
            with self._log.open("ab") as log:
                self._child = await asyncio.create_subprocess_exec(
                    *leashed(self._command),
                    cwd=PROJECT,
                    env=self._environment,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )

    async def watch(self, say: Callable[[str], None], changed: Callable[[], None]) -> None:
        """Start it again whenever it dies. Raises ProcessError after too many quick deaths."""
        deaths = 0
        while self._child is not None:
            began = time.monotonic()
            status = await self._child.wait()
            if self._stopping:
                return
            deaths = deaths + 1 if time.monotonic() - began < QUICK_S else 1
            if deaths >= MOST_DEATHS:
                raise ProcessError(f"{self.name} ended {deaths} times in a row, last with {status}: see {self._log}")
            say(f"{self.name} ended ({_how(status)}): starting it again")
            await asyncio.sleep(min(MOST_PAUSE_S, PAUSE_S * 2 ** (deaths - 1)))
            if not self._stopping:
                await self.start()
                changed()

    async def stop(self, patience_s: float = STOP_S) -> None:
        """SIGTERM, after `patience_s` seconds SIGKILL."""
        self._stopping = True
        child = self._child
        if child is None or child.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
        try:
            async with asyncio.timeout(patience_s):
                await child.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()


def _how(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit status {status}"
