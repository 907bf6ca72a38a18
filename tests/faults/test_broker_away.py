"""A broker that is away ends nobody: readers stop with their own answer, not with one of the client's inner tasks."""

import asyncio
import os
import signal
from pathlib import Path

import pytest
from aiokafka.errors import KafkaError
from support.broker import make_topic
from support.waiting import PATIENCE_S

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


async def test_a_reader_whose_inner_task_has_ended_says_so_and_does_not_stand_still(
    kafka: str, caplog: pytest.LogCaptureFixture
) -> None:
    """As it ends when a request times out while its connection is being made anew: by an error nobody waits for."""
    caplog.set_level("CRITICAL", "aiokafka")
    await make_topic(kafka, "stands-still")

    async def send(*_: object, **__: object) -> None:
        raise KeyError("no such connection")

    async with Reader(kafka, "test", {("stands-still", 0): 0}) as reader:
        assert await reader.batch(wait_s=0.1) == []
        reader._consumer._client.send = send
        with pytest.raises(KafkaError):
            await asyncio.wait_for(forever(reader), PATIENCE_S)


async def forever(reader: Reader) -> None:
    while True:
        await reader.batch(wait_s=0.1)
