"""Bytes and back: canonical JSON for what is hashed, limits for what comes from outside.

Canon: orjson with sorted keys, UTF-8, no blanks; ints only (no floats), nothing over 2^53, null only as the
value of a removed entity. Readers hash the bytes as they lie in Kafka and never encode again.
"""

import hashlib
from typing import Any

import orjson

Json = dict[str, Any]
"""A JSON object as Python has it. The only place where `Any` is let in; everything past it is typed."""

LARGEST_INT = 2**53
"""Above it, readers in other languages lose digits (JSON numbers are doubles there)."""

RECORD_LIMIT = 900_000
"""Largest value in bytes that enters the region log or a snapshot part; Kafka's own default is 1 MiB."""

BODY_LIMIT = 256_000
"""Largest report or command body in bytes taken from an actor."""

DEPTH_LIMIT = 32
"""Deepest nesting taken from outside."""


class Malformed(ValueError):
    """Bytes that are not JSON in the form we take; the message says why, in one line."""


def canon(value: object) -> bytes:
    """Canonical bytes of a JSON value. TypeError if it holds what JSON or UTF-8 cannot."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def pack(value: object) -> bytes:
    """Canonical bytes of a value that may hold named tuples (they become arrays): private state in a snapshot."""
    return orjson.dumps(value, default=tuple, option=orjson.OPT_SORT_KEYS)


def load(raw: bytes) -> Any:
    """JSON value of trusted bytes (our own topics)."""
    return orjson.loads(raw)


def load_object(raw: bytes, limit: int = BODY_LIMIT) -> Json:
    """JSON object from outside: Malformed if too large, too deep, not UTF-8, not JSON, not an object."""
    if len(raw) > limit:
        raise Malformed(f"body is {len(raw)} bytes, the limit is {limit}")
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Malformed(f"not JSON: {error}") from error
    if not isinstance(value, dict):
        raise Malformed("the body must be a JSON object")
    # no deeper than its opening brackets and what stands in the last: most bodies need no walk
    if raw.count(b"{") + raw.count(b"[") >= DEPTH_LIMIT and _depth(value) > DEPTH_LIMIT:
        raise Malformed(f"nested deeper than {DEPTH_LIMIT} levels")
    return value


def _depth(value: object) -> int:
    level, nodes = 0, [value]
    while nodes:
        level += 1
        nodes = [c for n in nodes for c in (n.values() if isinstance(n, dict) else n if isinstance(n, list) else ())]
    return level


def whole(value: object) -> bool:
    """Are all numbers in it such as canon takes? The quick question; `number_faults` says which are not."""
    waiting = [value]
    for one in waiting:
        kind = type(one)
        if kind is str:
            continue
        if kind is dict:
            waiting += one.values()  # type: ignore[attr-defined]
        elif kind is list:
            waiting += one  # type: ignore[arg-type]
        elif kind is float or (isinstance(one, int) and abs(one) > LARGEST_INT):
            return False
    return True


def number_faults(value: object, pointer: str = "") -> list[str]:
    """JSON pointers of every float and of every int over 2^53: canon takes neither."""
    if isinstance(value, bool):
        return []
    if isinstance(value, float):
        return [f"{pointer or '/'}: a whole number is wanted"]
    if isinstance(value, int):
        return [f"{pointer or '/'}: larger than 2^53"] if abs(value) > LARGEST_INT else []
    if isinstance(value, dict):
        return [f for k, v in value.items() for f in number_faults(v, f"{pointer}/{k}")]
    if isinstance(value, list):
        return [f for i, v in enumerate(value) for f in number_faults(v, f"{pointer}/{i}")]
    return []


def digest(value: object) -> str:
    """First 32 hex digits of the SHA-256 of the canonical bytes: equal bodies, equal digest."""
    return hashlib.sha256(canon(value)).hexdigest()[:32]


def sha256(raw: bytes) -> str:
    """SHA-256 of bytes as lower-case hex."""
    return hashlib.sha256(raw).hexdigest()
