"""A stream ends at once when its client goes or the server closes, and leaves nothing running behind it."""

import asyncio
from collections.abc import AsyncGenerator
from types import SimpleNamespace
from typing import Any

import pytest

from dashboards.api.stream import EventStream
from dashboards.closing import Closing

pytestmark = pytest.mark.asyncio


class Line:
    """What an ASGI server gives a response: a client that may go, and what was sent to it."""

    def __init__(self) -> None:
        self.gone, self.sent, self.ended = asyncio.Event(), list[dict[str, Any]](), False
        self.closing = Closing()
        self.fault: Exception | None = None

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    async def frames(self) -> AsyncGenerator[bytes]:
        try:
            yield b"one"
            if self.fault:
                raise self.fault
            await asyncio.Event().wait()
        finally:
            self.ended = True

    def run(self) -> asyncio.Task[None]:
        server: Any = SimpleNamespace(closing=self.closing)
        return asyncio.create_task(EventStream(server, "test", self.frames)({}, self.receive, self.send))


async def begun(line: Line) -> asyncio.Task[None]:
    stream = line.run()
    while len(line.sent) < 2:
        await asyncio.sleep(0)
    assert line.sent[1]["body"] == b"one"
    return stream


@pytest.mark.parametrize("why", ["the client goes", "the server closes", "both"])
async def test_it_ends_at_once(why: str):
    line = Line()
    stream = await begun(line)
    if why != "the server closes":
        line.gone.set()
    if why != "the client goes":
        line.closing.set()
    await asyncio.wait_for(stream, 10)
    assert line.ended
    assert line.sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_one_that_comes_while_the_server_closes_ends_too():
    line = Line()
    line.closing.set()
    await asyncio.wait_for(line.run(), 10)
    assert line.sent[-1]["more_body"] is False


@pytest.mark.parametrize("fault", [ValueError("drawn wrong"), TimeoutError("drawn wrong")])
async def test_a_fault_in_what_is_streamed_is_not_kept_still(fault: Exception):
    line = Line()
    line.fault = fault
    with pytest.raises(type(fault), match="drawn wrong"):
        await line.run()
    assert asyncio.all_tasks() == {asyncio.current_task()}
