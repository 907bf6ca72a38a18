"""The space's clock, for the shell: follows `control` and says what time it is in the space.

In: clock records (schemas/clock.py) on `control`. Out: `now()` in ms UTC. Real space without any record: wall time.
"""

import asyncio
import time

from schemas.clock import ClockRecord, read_clock
from schemas.codec import canon, load_object
from schemas.topics import CONTROL, Space
from streams.bus import Out, Reader, bounds, until_topics

CONTROL_LIMIT = 800_000
"""Largest control record in bytes: the registry of a county has a twentieth of it."""


def wall_ms() -> int:
    """Wall time, ms UTC: the one place of this package that reads it."""
    return time.time_ns() // 1_000_000


class SpaceClock:
    """Space time from the last clock record; before the first one an exercise stands at 0."""

    def __init__(self, space: Space, setting: ClockRecord | None = None) -> None:
        self._setting = setting or ClockRecord("real" if not space.exercise else "stepped")
        self._space = space
        self._changed = asyncio.Event()

    @property
    def setting(self) -> ClockRecord:
        """Clock record in force."""
        return self._setting

    def now(self) -> int:
        """Space time, ms UTC."""
        return self._setting.now(wall_ms())

    def set(self, setting: ClockRecord) -> None:
        """Take a newer clock record."""
        self._setting = setting
        self._changed.set()

    async def changed(self) -> None:
        """Wait for the next clock record."""
        self._changed.clear()
        await self._changed.wait()

    def wall_delay(self, due: int) -> float | None:
        """Wall seconds until space time `due`, 0 if past; None while the clock stands."""
        left = due - self.now()
        if left <= 0:
            return 0.0
        speed = {"real": 1, "paced": self._setting.speed}.get(self._setting.mode, 0)
        return left / 1000 / speed if speed > 0 else None

    async def follow(self, bootstrap: str) -> None:
        """Read clock records for ever. Returns never; run it as a task beside the rest."""
        topic = self._space.topic(CONTROL)
        await until_topics(bootstrap, [topic])
        start, _ = (await bounds(bootstrap, [(topic, 0)]))[topic, 0]
        async with Reader(bootstrap, "lagesbild.clock", {(topic, 0): start}) as reader:
            while True:
                for record in await reader.batch():
                    self.take(record.value)

    def take(self, value: bytes | None) -> None:
        """Use a control record if it is a clock record; others are not ours, and intake says what is wrong with one."""
        try:
            control = load_object(value or b"", CONTROL_LIMIT)
            if control.get("kind") == "clock" and isinstance(control.get("body"), dict):
                self.set(read_clock(control["body"]))
        except ValueError:
            return


async def last_setting(bootstrap: str, space: Space) -> ClockRecord | None:
    """Newest clock record on `control` as it is now."""
    clock = SpaceClock(space)
    topic = space.topic(CONTROL)
    start, end = (await bounds(bootstrap, [(topic, 0)]))[topic, 0]
    found = None
    if start < end:
        async with Reader(bootstrap, "lagesbild.clock", {(topic, 0): start}) as reader:
            at = start
            while at < end:
                for record in await reader.batch():
                    at = record.offset + 1
                    clock.take(record.value)
                    found = clock.setting
    return found


def clock_out(space: Space, region: str, setting: ClockRecord) -> Out:
    """Control record that sets the clock."""
    body = canon({"kind": "clock", "body": setting.as_json()})
    return Out(space.topic(CONTROL), body, key=region.encode())
