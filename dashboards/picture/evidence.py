"""The record behind a version: where in `region.log` it lies, what it was made of, and the input as it lies in Kafka.

In: the offset that a version names. Out: the log's record and its input, read when somebody asks; None for what
retention has taken.
"""

from typing import NamedTuple

from schemas.codec import Malformed
from schemas.record import LogRecord, Origin, decode
from schemas.topics import LOG, Space
from streams.bus import In, Reader, bounds
from streams.topology import region_partition

WAIT_S = 5.0


class Evidence(NamedTuple):
    """What a version rests on, as far as it is still there."""

    place: Origin
    """Of the record in the log: full topic, partition, offset."""
    record: LogRecord
    origin: Origin | None
    """Of the input that it was made from; None for what has none (a tick, a delivery)."""
    given: In | None
    """That input as it lies in Kafka; None when it has been compacted away or retention has taken it."""


async def evidence(bootstrap: str, space: Space, region: str, offset: int) -> Evidence | None:
    """The record at an offset of the log and its input; None when the log no longer holds it."""
    record = await log_record(bootstrap, space, region, offset)
    if record is None:
        return None
    origin = record.origin
    given = None if origin is None else await record_at(bootstrap, origin)
    return Evidence(_place(space, region, offset), record, origin, given)


async def log_record(bootstrap: str, space: Space, region: str, offset: int) -> LogRecord | None:
    """The log's record alone; None when the log no longer holds it."""
    held = await record_at(bootstrap, _place(space, region, offset))
    try:
        return None if held is None or held.value is None else decode(held.value)
    except Malformed:
        return None


def _place(space: Space, region: str, offset: int) -> Origin:
    return Origin(space.topic(LOG), region_partition(region), offset)


async def record_at(bootstrap: str, place: Origin) -> In | None:
    """The record at a place; None when it is not there (any more)."""
    where = (place.topic, place.partition)
    try:
        first, end = (await bounds(bootstrap, [where]))[where]
        if not first <= place.offset < end:
            return None
        async with Reader(bootstrap, "lagesbild.server.evidence", {where: place.offset}) as reader:
            found = await reader.batch(wait_s=WAIT_S, limit=1)
    except (
        RuntimeError,
        OSError,
    ):  # aiokafka's errors are RuntimeErrors: a topic of another installation, a broker away
        return None
    return found[0] if found and found[0].offset == place.offset else None
