"""Only a broker with a controller is taken for an answer: not a closed port, a silent, a short or another server."""

import asyncio
import struct
from collections.abc import Awaitable, Callable

import pytest

from streams.probe import answers

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def metadata(*, brokers: int, controller: int, correlation: int = 7) -> bytes:
    broker = struct.pack(">ih", 1, 9) + b"127.0.0.1" + struct.pack(">ih", 9092, -1)
    body = struct.pack(">ii", correlation, brokers) + broker * brokers + struct.pack(">ii", controller, 0)
    return struct.pack(">i", len(body)) + body


async def asked(answer: bytes | None) -> bool:
    """What the probe makes of a server that gives this answer, or None of it, and then hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(4)
        if answer is None:
            await reader.read()
        else:
            writer.write(answer)
            await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        return await answers(f"127.0.0.1:{port}", timeout=0.3)


async def test_a_broker_with_a_controller_answers():
    assert await asked(metadata(brokers=1, controller=1))
    assert await asked(metadata(brokers=3, controller=2))


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        metadata(brokers=0, controller=1),
        metadata(brokers=1, controller=-1),
        metadata(brokers=1, controller=1, correlation=8),
        metadata(brokers=1, controller=1)[:20],
        struct.pack(">i", -1),
        struct.pack(">i", 4) + b"abcd",
    ],
    ids=[
        "silent",
        "hangs up",
        "another protocol",
        "no broker",
        "no controller",
        "not ours",
        "short",
        "negative",
        "tiny",
    ],
)
async def test_anything_else_does_not(answer):
    assert not await asked(answer)


async def test_a_closed_port_does_not():
    assert not await answers("127.0.0.1:9")
