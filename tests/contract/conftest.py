"""A running system for tests that know it only from outside: what its `run.json` says, and nothing more.

The tests import the standard library only; what starts the system for them stands here.
"""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from support.browser import Room
from support.waiting import START_S


@pytest.fixture(scope="session")
def running(kafka: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """`{"address", "space", "keys", "operator_key"}` of a system of its own, an exercise whose clock is set by hand."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="contract", daemon=True)
    thread.start()
    room = Room(kafka, tmp_path_factory.mktemp("contract"))

    async def begin() -> None:
        await room.__aenter__()
        await room.open()

    asyncio.run_coroutine_threadsafe(begin(), loop).result(START_S)
    yield room.running()
    asyncio.run_coroutine_threadsafe(room.__aexit__(None, None, None), loop).result(START_S)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
