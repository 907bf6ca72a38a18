"""Which partition a region lives on: a number in the catalogue of regions, never a hash, never changed.

Two workers may share the regions by Kafka's consumer group; a region's order needs one partition for ever.
"""

from schemas.topics import CHANGES, LOG, LOG_PARTITIONS, SNAPSHOTS

PARTITIONS: dict[str, int] = {"01": 0}
"""Region -> partition of `region.log`, `picture.changes` and `picture.snapshots`."""

ORDERED = (LOG, CHANGES, SNAPSHOTS)
"""Topics whose partition is the region's."""


def region_partition(region: str) -> int:
    """Partition of a region; ValueError names the regions this installation knows."""
    if region not in PARTITIONS:
        raise ValueError(f"region {region!r} is not in the catalogue: {', '.join(PARTITIONS)}")
    partition = PARTITIONS[region]
    if not 0 <= partition < LOG_PARTITIONS:
        raise ValueError(f"region {region} has partition {partition}, there are {LOG_PARTITIONS}")
    return partition


def regions_of(partition: int) -> list[str]:
    """Regions that live on a partition."""
    return [region for region, number in PARTITIONS.items() if number == partition]
