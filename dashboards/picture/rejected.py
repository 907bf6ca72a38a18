"""The newest rejected inputs, for an operator to look at: reason, where it lay, the beginning of its bytes.

In: the tail of `rejected`. Out: a list, newest first. `/rejected` and `lagesbild redrive` drive them again.
"""

from collections import OrderedDict
from hashlib import sha256
from typing import NamedTuple

from schemas.codec import Json
from schemas.rejected import Rejected, read_rejected
from schemas.times import z
from schemas.topics import REJECTED, Space
from streams.bus import Reader, bounds

MOST = 2_000
SHOWN_BYTES = 500


class Held(NamedTuple):
    """One of them as it is held."""

    body: Json
    """As the list has it."""
    beginning: bytes
    digest: bytes
    """Of all its bytes: what was driven again and refused again is told by it."""


class Driven(NamedTuple):
    """That this server has driven one again."""

    done: str
    """A `streams.redrive.Done`."""
    topic: str
    at: int
    """Space time, ms UTC."""


class RejectedTail:
    """Follows the end of `rejected`."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, Held] = OrderedDict()
        self.driven: dict[str, Driven] = {}
        """By id; forgotten with the process, as the list itself says what was refused again."""

    def newest_first(self) -> list[Json]:
        """Rejected inputs; a repeat stands once."""
        return [held.body for held in reversed(self._held.values())]

    def find(self, key: str) -> Held | None:
        """One by its id."""
        return self._held.get(key)

    def again(self, key: str) -> str:
        """Id of the newest one with the same bytes from the same topic that came after it; empty when none has."""
        wanted = self._held[key]
        for other, held in reversed(self._held.items()):
            if other == key:
                return ""
            if held.digest == wanted.digest and held.body["topic"] == wanted.body["topic"]:
                return other
        return ""

    async def follow(self, bootstrap: str, space: Space) -> None:
        """Read for ever; run it as a task."""
        place = (space.topic(REJECTED), 0)
        first, end = (await bounds(bootstrap, [place]))[place]
        async with Reader(bootstrap, "lagesbild.server.rejected", {place: max(first, end - MOST)}) as reader:
            while True:
                for record in await reader.batch():
                    if record.value is not None:
                        self.take(read_rejected(record.value))

    def take(self, rejected: Rejected) -> None:
        """Hold one; the oldest falls out when there are too many."""
        beginning = rejected.value[:SHOWN_BYTES]
        self._held[rejected.id] = Held(shown(rejected), beginning, sha256(rejected.value).digest())
        while len(self._held) > MOST:
            gone, _ = self._held.popitem(last=False)
            self.driven.pop(gone, None)


def shown(rejected: Rejected) -> Json:
    """A rejected input as the list has it."""
    body: Json = {
        "key": rejected.id,
        "source": rejected.source,
        "stage": rejected.stage,
        "reason": rejected.reason,
        "detail": rejected.detail,
        "topic": rejected.topic,
        "partition": rejected.partition,
        "offset": rejected.offset,
        "at": z(rejected.at),
        "bytes": len(rejected.value),
        "begins": rejected.value[:SHOWN_BYTES].decode(errors="replace"),
    }
    return body if rejected.receipt is None else body | {"receipt": rejected.receipt}
