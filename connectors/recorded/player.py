"""The actors of an exercise: sends each report of the script when it is due, through the real server, with real keys.

In: a script, the space's clock, the server's address and the actors' keys. Out: reports accepted by the server, and
`player.json` in the data folder, so that a stop and a start go on where it was. A report sent twice is a repeat.
"""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

import aiohttp
import orjson
import structlog

from connectors.recorded.script import Row, Script
from connectors.telling.cursor import replace
from streams.datadir import writing_to

log = structlog.get_logger()

LOOK_EVERY_S = 0.2
"""Wall seconds between two looks at the clock: 12 s of space time at 60x."""
AT_ONCE = 4
"""Actors whose reports are sent at the same time; each actor's own go one after the other."""
TIMEOUT = aiohttp.ClientTimeout(total=10, sock_connect=3)
_REFUSED = frozenset({400, 403, 404, 405, 409, 410, 413, 415, 422})
"""Answers that sending again does not change."""


class Player:
    """Plays the actors' side of a script."""

    def __init__(
        self,
        script: Script,
        now: Callable[[], int],
        *,
        server: str,
        keys: Mapping[str, str],
        data_dir: Path,
        space: str = "",
    ) -> None:
        """`now` is space time in ms UTC, `server` an address such as `http://127.0.0.1:8080`."""
        self._space = space
        self._now, self._server, self._keys = now, server.rstrip("/"), keys
        self._path = data_dir / "player.json"
        self._rows: dict[str, list[Row]] = {}
        for row in script.actors:
            self._rows.setdefault(row.name, []).append(row)
        self._sent = self._read()

    @property
    def left(self) -> int:
        """Reports that have not been sent yet, due or not."""
        return sum(len(rows) - self._sent.get(actor, 0) for actor, rows in self._rows.items())

    async def run(self) -> None:
        """Send what is due, again and again, until nothing is left. Cancel to stop; waits for a server that is away."""
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
            while self.left:
                await self.catch_up(session)
                await asyncio.sleep(LOOK_EVERY_S)

    async def catch_up(self, session: aiohttp.ClientSession) -> int:
        """Send everything that is due now, in order for each actor. Returns how many were sent."""
        turns = asyncio.Semaphore(AT_ONCE)
        before = self.left
        await asyncio.gather(*(self._actor(session, turns, actor) for actor in self._rows))
        if self.left < before:
            self._write()
        return before - self.left

    async def _actor(self, session: aiohttp.ClientSession, turns: asyncio.Semaphore, actor: str) -> None:
        rows, now = self._rows[actor], self._now()
        while (index := self._sent.get(actor, 0)) < len(rows) and rows[index].at <= now:
            async with turns:
                if not await self._send(session, rows[index]):
                    return
            self._sent[actor] = index + 1

    async def _send(self, session: aiohttp.ClientSession, row: Row) -> bool:
        """Send one report; True when it is settled, False to try again later."""
        headers = {"Authorization": f"Bearer {self._keys.get(row.name, '')}", "Content-Type": "application/json"}
        url = f"{self._server}/api/v1/reports"
        try:
            async with session.post(url, data=row.payload, headers=headers) as response:
                status, said = response.status, (await response.text())[:500]
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.info("server_away", actor=row.name, error=repr(error))
            return False
        # a server that has just started may not have read the space's clock yet: to it, everything is ahead of time
        refused = status in _REFUSED and "sent_ahead" not in said
        if refused:
            log.error("report_refused", actor=row.name, status=status, said=said)
        elif status != 202:
            log.info("report_put_off", actor=row.name, status=status, said=said)
        return status == 202 or refused

    def _read(self) -> dict[str, int]:
        try:
            kept = orjson.loads(self._path.read_bytes())
            # played anew in a new space, every report is new
            sent = kept["sent"] if kept["space"] == self._space else {}
            return {str(actor): int(count) for actor, count in sent.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def _write(self) -> None:
        with writing_to(self._path.parent):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            replace(self._path, orjson.dumps({"space": self._space, "sent": self._sent}))
