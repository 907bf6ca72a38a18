"""Long JSON lists piece by piece: the frame of a document is read, what lies deeper stays bytes until it is asked for.

In: bytes. Out: the frame, its inner objects and lists as `memoryview`s of the bytes. A whole tree of 20 MB would take
ten times that in memory; and a piece that is broken inside spoils only itself.
"""

import contextlib
import re
from json import JSONDecoder
from typing import Any

import orjson

from connectors.reading.values import PAYLOAD_LIMIT, Drift, as_json, read_json
from schemas.codec import Malformed

_scan = JSONDecoder(strict=False).raw_decode
_BLANK = re.compile(r"[ \t\n\r]*")


def frame(raw: bytes, depth: int) -> Any:
    """The document down to `depth` levels; objects and lists below are `memoryview`s. ValueError if it is no JSON."""
    # one byte is one character here, so that positions in the text are positions in the bytes
    text = raw.decode("latin-1")
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    try:
        value, end = _walk(text, memoryview(raw), _blank(text, start), depth)
    except (IndexError, RecursionError) as error:
        raise ValueError(f"not JSON: {type(error).__name__}") from error
    if _blank(text, end) != len(text):
        raise ValueError("not JSON: something follows the document")
    return value


def rows(raw: bytes, drift: Drift) -> Any:
    """The document with the rows of its list, or of a list in its object, still as bytes, for `piece`.

    What is no whole JSON is read as `read_json` does, and Malformed as there.
    """
    start = raw[:100].removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")[:1]
    if start in (b"[", b"{") and len(raw) <= PAYLOAD_LIMIT:
        with contextlib.suppress(ValueError):
            return frame(raw, 1 if start == b"[" else 2)
    return read_json(raw, drift)


def piece(value: object, drift: Drift) -> Any:
    """A part of a frame with nothing left as bytes. Malformed if it is no JSON inside."""
    if isinstance(value, memoryview):
        return read_json(bytes(value), drift)
    if isinstance(value, list):
        return [piece(one, drift) for one in value]
    return {name: piece(one, drift) for name, one in value.items()} if isinstance(value, dict) else value


def unwrapped(value: object, drift: Drift) -> Any:
    """The list in a list of one list, as some tools store an answer; anything else as it is."""
    if isinstance(value, list) and len(value) == 1 and written(value[0]).startswith(b"["):
        with contextlib.suppress(Malformed):
            inner = piece(value[0], drift)
            drift.note("!", "wrapped:list")
            return inner
    return value


def written(value: object) -> bytes:
    """A part of a frame as JSON again, its inner bytes as they came."""
    if isinstance(value, memoryview):
        return bytes(value)
    if isinstance(value, list):
        return b"[" + b",".join(map(written, value)) + b"]"
    if isinstance(value, dict):
        return b"{" + b",".join(as_json(name) + b":" + written(one) for name, one in value.items()) + b"}"
    return as_json(value)


def _blank(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    assert found is not None
    return found.end()


def _walk(text: str, raw: memoryview, at: int, depth: int) -> tuple[Any, int]:
    opened = text[at]
    if opened not in "[{":
        _, end = _scan(text, at)
        return orjson.loads(raw[at:end]), end
    if depth == 0:
        _, end = _scan(text, at)
        return raw[at:end], end
    return _list(text, raw, at + 1, depth - 1) if opened == "[" else _object(text, raw, at + 1, depth - 1)


def _list(text: str, raw: memoryview, at: int, depth: int) -> tuple[list[Any], int]:
    found: list[Any] = []
    at = _blank(text, at)
    if text[at] == "]":
        return found, at + 1
    while True:
        value, at = _walk(text, raw, at, depth)
        found.append(value)
        at = _blank(text, at)
        if text[at] == "]":
            return found, at + 1
        at = _blank(text, _past(text, at, ","))


def _object(text: str, raw: memoryview, at: int, depth: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    at = _blank(text, at)
    if text[at] == "}":
        return found, at + 1
    while True:
        if text[at] != '"':
            raise ValueError("not JSON: a name is wanted")
        _, end = _scan(text, at)
        name = orjson.loads(raw[at:end])
        value, at = _walk(text, raw, _blank(text, _past(text, _blank(text, end), ":")), depth)
        found[name] = value
        at = _blank(text, at)
        if text[at] == "}":
            return found, at + 1
        at = _blank(text, _past(text, at, ","))


def _past(text: str, at: int, sign: str) -> int:
    if text[at] != sign:
        raise ValueError(f"not JSON: {sign} is wanted")
    return at + 1
