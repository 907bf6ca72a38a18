"""The newest rejected inputs, for an operator to look at: reason, where it lay, the beginning of its bytes.

In: the tail of `rejected`. Out: a list, newest first. `lagesbild redrive` drives them again.
"""

from collections import OrderedDict

from schemas.codec import Json
from schemas.rejected import Rejected, read_rejected
from schemas.times import z
from schemas.topics import REJECTED, Space
from streams.bus import Reader, bounds

MOST = 2_000
SHOWN_BYTES = 500


class RejectedTail:
    """Follows the end of `rejected`."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, Json] = OrderedDict()

    def newest_first(self) -> list[Json]:
        """Rejected inputs; a repeat stands once."""
        return list(reversed(self._held.values()))

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
        self._held[rejected.id] = shown(rejected)
        while len(self._held) > MOST:
            self._held.popitem(last=False)


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
