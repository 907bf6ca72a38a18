"""Signs of life that every process gives its operator: its loop turns, there is room on its disk, Kafka answers.

In: settings. Out: gauges on the process' `/metrics`, for as long as it runs. A metrics port is served by a thread of
its own and answers also where the loop hangs: only a time that moves says that work is done.
"""

import asyncio
import os
import time
from contextlib import suppress

from prometheus_client import Gauge

from streams.bus import answers
from streams.settings import Settings

BEAT_S = 1.0
ASK_S = 5.0
"""Between two questions to Kafka; each waits two seconds at most for its answer."""

LOOP = Gauge("lagesbild_loop_timestamp_seconds", "Wall time at which the loop of the process last turned")
FREE = Gauge("lagesbild_data_free_bytes", "Room on the disk that holds the data folder")
ANSWERS = Gauge("lagesbild_broker_answers", "1 while Kafka answers this process, 0 while it does not", ["broker"])


async def beat(settings: Settings) -> None:
    """Give the signs of this process until cancelled."""
    while True:
        LOOP.set(time.time())
        # before its first write a process may have no folder yet
        with suppress(OSError):
            disk = os.statvfs(settings.data)
            FREE.set(disk.f_bavail * disk.f_frsize)
        await asyncio.sleep(BEAT_S)


async def ask_broker(settings: Settings) -> None:
    """Ask Kafka now and again, until cancelled: for the processes that live on while it is away."""
    while True:
        try:
            found = await answers(settings.bootstrap)
        except Exception:  # noqa: BLE001 - a client's fault is no answer, and a sign of life never ends a process
            found = False
        ANSWERS.labels(settings.bootstrap).set(found)
        await asyncio.sleep(ASK_S)
