"""Records that go to Kafka together, and the cursor to write once they are there, as bytes for the spool. Pure.

In: `Out` records and a cursor. Out: bytes, and the same again from them. Lengths and names stand in front as JSON, the
contents behind them as they are, all of it packed: what a source sends is text that repeats itself.
"""

import zlib
from collections.abc import Sequence
from typing import NamedTuple

from schemas.codec import Json, canon, load
from streams.bus import Out

_LEVEL = 1
"""Fast: a payload of 20 MB must not take a second of a machine that has other sources to ask."""
_WIDTH = 8


class Parcel(NamedTuple):
    """What one entry of the spool holds."""

    outs: tuple[Out, ...]
    """In the order in which they go to Kafka."""
    cursor: bytes
    """Written after they are there; empty: none is."""


def encode(outs: Sequence[Out], cursor: bytes) -> bytes:
    """Bytes of a parcel."""
    pieces = [piece for out in outs for piece in (out.key, out.value, *(value for _, value in out.headers))]
    head = canon({"records": [_about(out) for out in outs], "cursor": len(cursor)})
    packing = zlib.compressobj(_LEVEL)
    parts = [len(head).to_bytes(_WIDTH, "big"), head, cursor, *(piece for piece in pieces if piece)]
    return b"".join([*map(packing.compress, parts), packing.flush()])


def decode(content: bytes) -> Parcel:
    """Parcel of its bytes. ValueError if they are none."""
    try:
        left = memoryview(zlib.decompress(content))
        start = _WIDTH + int.from_bytes(left[:_WIDTH], "big")
        head = load(bytes(left[_WIDTH:start]))
        taking = _Taking(left[start:])
        cursor = taking.piece(head["cursor"]) or b""
        outs = tuple(_out(about, taking) for about in head["records"])
    except (zlib.error, KeyError, TypeError) as error:
        raise ValueError(f"no parcel of records: {error}") from error
    if len(taking.left):
        raise ValueError(f"no parcel of records: {len(taking.left)} bytes too many")
    return Parcel(outs, cursor)


class _Taking:
    """Takes one piece after the other off the contents."""

    def __init__(self, left: memoryview) -> None:
        self.left = left

    def piece(self, size: int | None) -> bytes | None:
        if size is None:
            return None
        if size > len(self.left):
            raise ValueError(f"no parcel of records: {size} bytes are wanted, {len(self.left)} are left")
        taken, self.left = bytes(self.left[:size]), self.left[size:]
        return taken


def _about(out: Out) -> Json:
    return {
        "topic": out.topic,
        "partition": out.partition,
        "key": None if out.key is None else len(out.key),
        "value": None if out.value is None else len(out.value),
        "headers": [[name, len(value)] for name, value in out.headers],
    }


def _out(about: Json, taking: _Taking) -> Out:
    key, value = taking.piece(about["key"]), taking.piece(about["value"])
    headers = tuple((name, taking.piece(size) or b"") for name, size in about["headers"])
    return Out(about["topic"], value, key, headers, about["partition"])
