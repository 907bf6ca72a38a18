"""Creates and describes topics; asks whether the broker answers, and waits for topics."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Self

from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError
from aiokafka.structs import TopicPartition

from schemas.topics import Topic
from streams.bus.reader import Starts


class Admin:
    """Creates and describes topics. Use as an async context."""

    def __init__(self, bootstrap: str) -> None:
        self._client = AIOKafkaAdminClient(bootstrap_servers=bootstrap, client_id="lagesbild.admin")

    async def __aenter__(self) -> Self:
        await self._client.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()

    async def names(self) -> set[str]:
        """Every topic of the cluster."""
        return set(await self._client.list_topics())

    async def create(self, topics: Mapping[str, Topic], replication: int = 1) -> None:
        """Create topics by full name; those that exist are left as they are. KafkaError if refused."""
        wanted = [
            NewTopic(name, row.partitions, replication, topic_configs=row.config()) for name, row in topics.items()
        ]
        if not wanted:
            return
        answer = await self._client.create_topics(wanted, timeout_ms=30_000)
        for name, code, message in ((t[0], t[1], t[2] if len(t) > 2 else None) for t in answer.topic_errors):
            if code not in (0, TopicAlreadyExistsError.errno):
                raise KafkaError(f"topic {name} was refused: {message or code}")

    async def delete(self, names: Sequence[str]) -> None:
        """Delete topics with all they hold."""
        await self._client.delete_topics(list(names))

    async def delete_before(self, offsets: Starts) -> None:
        """Delete what lies before these offsets."""
        await self._client.delete_records(
            {TopicPartition(*tp): RecordsToDelete(before_offset=offset) for tp, offset in offsets.items()}
        )

    async def describe(self, names: Sequence[str]) -> dict[str, tuple[int, dict[str, str]]]:
        """Partitions and configuration of topics, by full name."""
        about = await self._client.describe_topics(list(names))
        parts = {t["topic"]: len(t["partitions"]) for t in about}
        resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        configs: dict[str, dict[str, str]] = {name: {} for name in names}
        for answer in await self._client.describe_configs(resources):
            for resource in answer.resources:
                configs[resource[3]] = {entry[0]: entry[1] for entry in resource[4]}
        return {name: (parts.get(name, 0), configs[name]) for name in names}


async def answers(bootstrap: str) -> bool:
    """True when the broker answers a metadata request with a controller and a coordinator can be found."""
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap, client_id="lagesbild.probe", request_timeout_ms=2_000)
    try:
        await client.start()
        about = await client.describe_cluster()
    except (TimeoutError, KafkaError, OSError):
        return False
    else:
        return int(about.get("controller_id", -1)) >= 0
    finally:
        with suppress(KafkaError, OSError):
            await client.close()


async def until_topics(bootstrap: str, names: Iterable[str], look_s: float = 0.25) -> None:
    """Wait until Kafka answers and knows every one of these topics with a leader. For processes started before it."""
    wanted, pause = set(names), look_s
    while True:
        client = AIOKafkaAdminClient(bootstrap_servers=bootstrap, client_id="lagesbild.wait", request_timeout_ms=5_000)
        try:
            await client.start()
            about = await client.describe_topics(sorted(wanted))
        except (TimeoutError, KafkaError, OSError):
            pause = min(1.0, pause * 1.5)
        else:
            led = {t["topic"] for t in about if t["partitions"] and all(p["leader"] >= 0 for p in t["partitions"])}
            if wanted <= led:
                return
        finally:
            with suppress(KafkaError, OSError):
                await client.close()
        await asyncio.sleep(pause)
