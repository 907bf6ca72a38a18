"""The bytes as they came, on `raw.<source>`: what a parser that was mended reads again.

In: a batch. Out: one record a document. Headers tell which asking it belongs to, its place in it, and how it came; of
unchanged bytes only the digest is kept. `read_evidence` is the way back.
Next: connectors/replay.py
"""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from connectors.contract import Batch, Raw
from schemas.codec import Malformed, canon, load
from schemas.topics import Space, raw
from streams.bus import In, Out

REMEMBERED = 64_000_000
"""Bytes of bodies kept while reading, so that an unchanged answer finds its own."""


class Asked(NamedTuple):
    """One asking as it lies on the topic: its documents, in the order in which they were parsed."""

    at: int
    """Space time, ms UTC."""
    reach: Literal["all", "changes"]
    """`all` or `changes` (connectors/contract.py)."""
    documents: tuple[Raw, ...]


def evidence(space: Space, source: str, batch: Batch) -> list[Out]:
    """Records of a batch, its main document first."""
    documents = (batch.raw, *batch.more)
    return [
        _record(space, source, document, batch, f"{index}/{len(documents)}")
        for index, document in enumerate(documents, 1)
    ]


def _record(space: Space, source: str, document: Raw, batch: Batch, part: str) -> Out:
    headers = {
        "url": document.url,
        "status": str(document.status),
        "at": str(document.at),
        "sha256": document.sha256,
        "unchanged": "1" if document.unchanged else "0",
        "expected": "1" if document.expected else "0",
        "headers": canon(dict(document.headers)).decode(),
        "asked": str(batch.raw.at),
        "part": part,
        "reach": batch.reach,
    }
    return Out(
        space.topic(raw(source)),
        b"" if document.unchanged else document.body,
        key=source.encode(),
        headers=tuple((name, value.encode()) for name, value in headers.items()),
    )


def read_evidence(records: Iterable[In]) -> Iterator[Asked]:
    """Askings of topic records, oldest first. One that lacks a document, or the bytes of one, is left out."""
    bodies: dict[str, bytes] = {}
    waiting: list[Raw] = []
    for record in records:
        told = {name: value.decode("utf-8", errors="replace") for name, value in record.headers.items()}
        try:
            index, _, count = told.get("part", "1/1").partition("/")
            document = _document(told, record.value or b"", bodies)
            first, last = index == "1", index == count
        except (KeyError, ValueError, Malformed):
            waiting = []
            continue
        waiting = [document] if first else [*waiting, document]
        if last and len(waiting) == int(count):
            reach: Literal["all", "changes"] = "changes" if told.get("reach") == "changes" else "all"
            yield Asked(int(told.get("asked", told["at"])), reach, tuple(waiting))


def _document(told: dict[str, str], body: bytes, bodies: dict[str, bytes]) -> Raw:
    """KeyError when its bytes came before what we read."""
    digest, unchanged = told["sha256"], told["unchanged"] == "1"
    if unchanged:
        body = bodies[digest]
    bodies.pop(digest, None)
    bodies[digest] = body
    while len(bodies) > 1 and sum(map(len, bodies.values())) > REMEMBERED:
        del bodies[next(iter(bodies))]
    headers = {str(name): str(value) for name, value in load(told["headers"].encode()).items()}
    expected = told.get("expected", "1") == "1"
    return Raw(told["url"], int(told["status"]), headers, int(told["at"]), body, digest, unchanged, expected)
