"""Where a fold begins: the newest whole snapshot, else the start of the log; never an empty state over a cut log.

In: a partition of the log. Out: owners, each with its state and the offset to read from.
"""

import structlog

from schemas.topics import CHANGES, LOG, Space
from streams import metrics
from streams.bus import Producer, bounds
from streams.clock import SpaceClock
from streams.core.state import State
from streams.errors import LogCutError
from streams.merge import Owner
from streams.snapshots import newest
from streams.topology import regions_of

log = structlog.get_logger()


async def recover(
    bootstrap: str, space: Space, partition: int, producer: Producer, clock: SpaceClock
) -> tuple[Owner, ...]:
    """Owners of a partition's regions at their newest snapshots. Raises LogCutError where history is missing."""
    found = [await _owner(bootstrap, space, partition, region, producer, clock) for region in regions_of(partition)]
    for owner in found:
        state, where = owner.fold.state, {"offset": owner.offset, "end": owner.end}
        metrics.READ_AFTER_SNAPSHOT.labels(owner.region).set(max(0, owner.end - owner.offset))
        log.info("recovered", region=owner.region, version=state.version, entities=state.entities(), **where)
    return tuple(found)


async def _owner(
    bootstrap: str, space: Space, partition: int, region: str, producer: Producer, clock: SpaceClock
) -> Owner:
    topic, changes = space.topic(LOG), space.topic(CHANGES)
    ends = await bounds(bootstrap, [(topic, partition), (changes, partition)])
    first, end = ends[topic, partition]
    found = await newest(bootstrap, space, region, partition)
    if found is None:
        _whole_or_stop(topic, partition, first, published=ends[changes, partition][1] > 0)
        owner = Owner(space, State(space.name, region), partition, producer, clock)
    else:
        snapshot, at = found
        if snapshot.manifest.offset < first:
            raise LogCutError(
                f"{topic}[{partition}] begins at {first}, the newest snapshot is of {snapshot.manifest.offset}: "
                "restore the topic from an export before starting"
            )
        if snapshot.manifest.offset > end:
            raise LogCutError(
                f"{topic}[{partition}] ends at {end}, a snapshot was taken at {snapshot.manifest.offset}: records that "
                "were acknowledged are missing; restore the topic from an export before starting"
            )
        owner = Owner(space, snapshot.state(), partition, producer, clock)
        owner.offset, owner.seq = snapshot.manifest.offset, snapshot.manifest.seq
        owner.snapshot = (snapshot.manifest.version, at)
    owner.offset = max(owner.offset, first)
    owner.end = end
    return owner


def _whole_or_stop(topic: str, partition: int, first: int, *, published: bool) -> None:
    """Without a snapshot the log must be whole from its first record."""
    if first > 0:
        also = " and versions were published" if published else ""
        raise LogCutError(
            f"{topic}[{partition}] begins at {first}{also}, but there is no whole snapshot: history is missing. "
            "Restore snapshots and log from an export; the picture is never started empty over a cut log"
        )
