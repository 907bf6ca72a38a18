"""What comes out of Kafka while it comes: when an outcome was said, when a feed was heard, which version is newest.

In: an address and a space, raw. Out: `Watcher`, a thread; `until` waits for what it sees. No code of ours.
"""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from support.checker import partitions
from support.waiting import PATIENCE_S


class Watcher(threading.Thread):
    """Follows the topics of a space from their ends. Use as a context."""

    def __init__(self, bootstrap: str, space: str, feeds: tuple[str, ...] = ("smhi", "trafikverket")) -> None:
        super().__init__(name="watcher", daemon=True)
        self._kafka, self._space, self._feeds = bootstrap, space, feeds
        self._changed, self._ended, self._ready = threading.Condition(), threading.Event(), threading.Event()
        self.outcomes: dict[str, float] = {}
        """Receipt -> `time.monotonic()` when its outcome was first seen."""
        self.folded: set[str] = set()
        """Receipts whose outcome the fold said; the others were rejected before it."""
        self.heard = 0.0
        """When a feed's health was last seen."""
        self.version = 0
        self.logged: list[float] = []
        """When each actor's report was seen in the log."""
        self.origins: set[tuple[str, int]] = set()
        self.origins_twice = 0
        self.versions_twice = 0

    def __enter__(self) -> Self:
        self.start()
        if not self._ready.wait(PATIENCE_S):
            raise TimeoutError("Kafka's topics cannot be followed")
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self.join(PATIENCE_S)

    def until(self, true: Callable[[], object], wait_s: float, what: str) -> float:
        """When it was seen to be true, `time.monotonic()`."""
        with self._changed:
            if not self._changed.wait_for(true, wait_s):
                raise TimeoutError(f"not within {wait_s:.0f} s: {what}")
            return time.monotonic()

    def run(self) -> None:
        asyncio.run(self._follow())

    def _topics(self) -> dict[str, Callable[[Any], None]]:
        take: dict[str, Callable[[Any], None]] = {
            "outcomes": self._outcome,
            "region.log": self._log,
            "picture.changes": self._change,
        }
        take |= {f"health.{feed}": self._health for feed in self._feeds}
        return {f"{self._space}.{name}": step for name, step in take.items()}

    async def _follow(self) -> None:
        topics = self._topics()
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._kafka,
            client_id="watcher",
            enable_auto_commit=False,
            auto_offset_reset="earliest",  # `latest` may answer an `assign` with nothing at all
            request_timeout_ms=5_000,
        )
        await consumer.start()
        try:
            parts = await partitions(self._kafka, *topics)
            consumer.assign(parts)
            for part, end in (await consumer.end_offsets(parts)).items():
                consumer.seek(part, end)
            self._ready.set()
            while not self._ended.is_set():
                try:
                    found = await consumer.getmany(timeout_ms=200)
                except (KafkaError, OSError):
                    continue
                with self._changed:
                    for part, records in found.items():
                        for record in records:
                            topics[part.topic](record)
                    self._changed.notify_all()
        finally:
            with suppress(KafkaError, asyncio.CancelledError):  # of its inner tasks, when the broker has gone first
                await consumer.stop()

    def _outcome(self, record: Any) -> None:
        receipt = (record.key or b"").decode().split("/")[0]
        self.outcomes.setdefault(receipt, time.monotonic())
        if json.loads(record.value)["result"] != "rejected":
            self.folded.add(receipt)

    def _health(self, _: Any) -> None:
        self.heard = time.monotonic()

    def _change(self, record: Any) -> None:
        if dict(record.headers).get("type") == b"version":
            number = json.loads(record.value)["version"]
            self.versions_twice += number <= self.version
            self.version = max(self.version, number)

    def _log(self, record: Any) -> None:
        origin = json.loads(record.value).get("origin")
        if origin is None:
            return
        place = (f"{origin[0]}[{origin[1]}]", origin[2])
        self.origins_twice += place in self.origins
        self.origins.add(place)
        if ".reports.actor." in origin[0]:
            self.logged.append(time.monotonic())
