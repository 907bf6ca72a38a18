"""Does a Kafka really answer? One metadata request in its own protocol, over the standard library only.

In: an address. Out: whether a broker there has a controller and is registered with it. An open port is not
enough: for some tenths of a second it is open and every client would be refused. A client library is not used
here, since its first call costs more than the broker's whole start and its retries hide the answer.
"""

import asyncio
import contextlib
import struct

_METADATA, _VERSION, _CORRELATION = 3, 1, 7
_CLIENT = b"probe"
_REQUEST = (
    struct.pack(">hhih", _METADATA, _VERSION, _CORRELATION, len(_CLIENT)) + _CLIENT + struct.pack(">i", 0)  # no topics
)
_MOST_BYTES = 65_536


async def answers(bootstrap: str, *, timeout: float = 2.0) -> bool:
    """Whether the broker at `bootstrap` (`host:port`) knows a controller and at least one live broker.

    Never raises for a broker that is away, silent or something else; `timeout` is in seconds.
    """
    host, _, port = bootstrap.rpartition(":")
    try:
        async with asyncio.timeout(timeout):
            return _has_controller(await _ask(host, int(port)))
    except (OSError, EOFError, TimeoutError, struct.error, IndexError):
        return False


async def _ask(host: str, port: int) -> bytes:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(struct.pack(">i", len(_REQUEST)) + _REQUEST)
        (size,) = struct.unpack(">i", await reader.readexactly(4))
        return await reader.readexactly(min(max(size, 0), _MOST_BYTES))
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def _has_controller(answer: bytes) -> bool:
    """Read a metadata answer, version 1: correlation, brokers (id, host, port, rack), controller, topics."""
    correlation, brokers = struct.unpack_from(">ii", answer)
    at = 8
    for _ in range(min(brokers, 1_000)):
        at += 4
        at += 2 + struct.unpack_from(">h", answer, at)[0]
        at += 4
        at += 2 + max(struct.unpack_from(">h", answer, at)[0], 0)  # no rack is written as length -1
    controller: int = struct.unpack_from(">i", answer, at)[0]
    return bool(correlation == _CORRELATION and brokers > 0 and controller >= 0)
