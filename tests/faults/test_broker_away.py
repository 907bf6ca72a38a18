"""A broker that is away ends nobody: readers stop with their own answer, not with one of the client's inner tasks."""

import asyncio
import os
import signal
from pathlib import Path

import pytest
from support.broker import make_topic

from streams.broker import Broker
from streams.bus import Reader


async def test_a_reader_that_ends_while_the_broker_is_away_is_not_taken_for_cancelled(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("CRITICAL", "aiokafka")
    broker = Broker(tmp_path, on_progress=lambda _: None)
    bootstrap = await broker.start()
    try:
        await make_topic(bootstrap, "away")
        readers = [Reader(bootstrap, "test", {("away", 0): 0}) for _ in range(20)]
        for reader in readers:
            await reader.__aenter__()
        assert broker.pid is not None
        os.kill(broker.pid, signal.SIGKILL)
        for reader in readers:
            assert await reader.batch(wait_s=0.1) == []

        endings = (reader.__aexit__(None, None, None) for reader in readers)
        ended = await asyncio.gather(*endings, return_exceptions=True)
        left = [task for task in asyncio.all_tasks() if "md_synchronizer" in repr(task)]
    finally:
        await broker.stop()

    assert ended == [None] * len(readers)
    assert left == []
