"""A plain aiokafka reader: what reading alone costs on this machine, beside the program in the same run."""

import time
from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

FETCH_BYTES = 4 * 1024 * 1024


async def read(bootstrap: str, partitions: Sequence[tuple[str, int]]) -> tuple[int, float]:
    """Fetch every record of these partitions and do nothing with it: records, seconds from the first asking."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_partition_fetch_bytes=FETCH_BYTES,
        fetch_max_bytes=4 * FETCH_BYTES,
    )
    await consumer.start()
    try:
        wanted = [TopicPartition(*tp) for tp in partitions]
        firsts, ends = await consumer.beginning_offsets(wanted), await consumer.end_offsets(wanted)
        left = {tp for tp in wanted if ends[tp] > firsts[tp]}
        consumer.assign(list(left))
        for tp in left:
            consumer.seek(tp, firsts[tp])
        records, began = 0, time.perf_counter()
        while left:
            for tp, batch in (await consumer.getmany(timeout_ms=500, max_records=5_000)).items():
                records += len(batch)
                if batch[-1].offset + 1 >= ends[tp]:
                    left.discard(tp)
        return records, time.perf_counter() - began
    finally:
        await consumer.stop()
