"""`python -m streams intake|merge|deliver`: one process of a space, until SIGTERM.

In: the environment (streams/settings.py). Out: JSON lines on stderr; exit 0 after a clean stop, 1 with one clear line.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from importlib import import_module

import structlog
from prometheus_client import start_http_server

from schemas.topics import CHANGES, CONTROL, LOG, SNAPSHOTS
from streams.beat import ask_broker, beat
from streams.bus import until_topics
from streams.errors import LagesbildError
from streams.logs import set_up
from streams.settings import Settings

PROCESSES = {"intake": "streams.intake", "merge": "streams.worker", "deliver": "streams.deliver"}
"""Process -> module whose `run(settings)` is its work."""

WORKS_ALONE = frozenset({"deliver"})
"""Processes with work to do while Kafka is away: a notice begun goes on from disk."""

log = structlog.get_logger()


async def _when_there(work: Callable[[Settings], Awaitable[None]], settings: Settings, *, wait: bool) -> None:
    """Processes are started while Kafka still formats: wait for it and its topics first."""
    if wait:
        topics = [settings.where.topic(name) for name in (CONTROL, LOG, CHANGES, SNAPSHOTS)]
        await until_topics(settings.bootstrap, topics)
    await work(settings)


async def _until_stopped(work: Callable[[Settings], Awaitable[None]], settings: Settings, *, wait: bool) -> None:
    """Run until the work ends or a signal comes; a signal stops it cleanly."""
    task = asyncio.ensure_future(_when_there(work, settings, wait=wait))
    signs = [asyncio.create_task(beat(settings))] + ([] if wait else [asyncio.create_task(ask_broker(settings))])
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        log.info("stopped")
    finally:
        for sign in signs:
            sign.cancel()


def main() -> int:
    """Exit status of the process."""
    if len(sys.argv) != 2 or sys.argv[1] not in PROCESSES:
        print(f"usage: python -m streams {'|'.join(PROCESSES)}", file=sys.stderr)  # noqa: T201
        return 2
    name = sys.argv[1]
    set_up(name)
    settings = Settings()
    if settings.metrics_port:
        start_http_server(settings.metrics_port, settings.metrics_host)
    try:
        asyncio.run(_until_stopped(import_module(PROCESSES[name]).run, settings, wait=name not in WORKS_ALONE))
    except LagesbildError as error:
        log.critical("cannot_go_on", error=str(error))
        return 1
    except Exception:
        # the outermost guard: the supervisor starts the process anew, nothing was acknowledged
        log.exception("died")
        return 1
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # faust's consumer thread is no daemon: one that hangs must not keep a stopped process alive
    os._exit(code)
