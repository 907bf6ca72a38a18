"""One embedded Kafka for a test run, started through the real `Broker`, in a thread with a loop of its own.

In: an empty directory. Out: an address that tests of any kind, sync or async, may use at the same time; each makes
its own topics by `make_topic`, under names of its own.
"""

import asyncio
import contextlib
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any, TypeVar

from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from streams.broker import Broker

Made = TypeVar("Made")


def on_a_broker(name: str, work: Callable[[str, Path], Coroutine[Any, Any, Made]]) -> Made:
    """What `work` gives, on a Kafka of its own: it gets the address and a new folder; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=f"lagesbild-{name}-") as folder:
        broker = EmbeddedKafka(Path(folder) / "kafka")
        try:
            return asyncio.run(work(broker.start(), Path(folder) / "room"))
        finally:
            broker.stop()


class EmbeddedKafka:
    """Started by `start()`, which gives its address, until `stop()`; started again if it dies."""

    def __init__(self, data_dir: Path) -> None:
        self.said: list[str] = []
        self._data_dir = data_dir
        self._loop = asyncio.new_event_loop()
        # A leashed process ends with the thread that started it: this one lives as long as the broker
        self._thread = threading.Thread(target=self._loop.run_forever, name="embedded-kafka", daemon=True)
        self._watching: asyncio.Task[None] | None = None

    def start(self) -> str:
        self._thread.start()
        return asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def pid(self) -> int:
        """Process of the broker that runs now."""
        assert self._broker.pid is not None
        return self._broker.pid

    async def _start(self) -> str:
        self._broker = Broker(self._data_dir, on_progress=self.said.append)
        bootstrap = await self._broker.start()
        self._watching = asyncio.create_task(self._broker.watch())
        return bootstrap

    def kill(self) -> None:
        """kill -9, and nobody starts it again."""
        assert self._watching is not None
        self._loop.call_soon_threadsafe(self._watching.cancel)
        os.kill(self.pid, signal.SIGKILL)

    async def _stop(self) -> None:
        await self._broker.stop()
        if self._watching is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._watching


async def make_topic(
    bootstrap: str, name: str, *, partitions: int = 1, configs: Mapping[str, str] | None = None
) -> None:
    """Create a topic and wait until it is there."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, partitions, 1, topic_configs=dict(configs or {}))])
    finally:
        await admin.close()
