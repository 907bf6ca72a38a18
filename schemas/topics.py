"""The topic catalogue: name, key, value, partitions, how long kept, who may write.

In: a space and the names of sources and actors. Out: `Topic` rows; the compose file, the docs and
`lagesbild topics` are made from them or checked against them.
Next: streams/intake.py
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from schemas.ids import ACTOR_PREFIX
from schemas.times import DAY

LOG_PARTITIONS = 4
"""Partitions of the topics that are ordered by region; a region's number in the catalogue picks one. Never changed."""

LOG_KEPT = 400 * DAY
INPUT_KEPT = 30 * DAY
SHORT_KEPT = 7 * DAY

REAL = "real"
EXERCISE_PREFIX = "ovning-"


class Topic(NamedTuple):
    """One topic of a space."""

    name: str
    """Without the space's prefix."""
    key: str
    value: str
    """What a record holds, in a sentence."""
    writers: tuple[str, ...]
    """Processes or principals that may write: connectors, intake, merge, deliver, server, operator, actor."""
    partitions: int = 1
    compact: bool = False
    kept_ms: int = INPUT_KEPT
    flush: bool = False
    """Each record is flushed to disk before it is acknowledged: what people wait for a receipt on."""
    large: bool = False
    """Raw evidence may be larger than a record of the log."""

    def config(self) -> dict[str, str]:
        """Kafka's topic configuration."""
        config = {
            "cleanup.policy": "compact,delete" if self.compact else "delete",
            "retention.ms": str(self.kept_ms),
            "message.timestamp.type": "CreateTime",
        }
        if self.flush:
            config["flush.messages"] = "1"
        if self.compact:
            # the active segment is never compacted: without these a rebuild reads weeks
            config |= {"segment.ms": "3600000", "max.compaction.lag.ms": "21600000"}
        if self.large:
            config["max.message.bytes"] = "20971520"
        return config


class Space:
    """A space: `real`, or an exercise with its own topics, picture, receivers and groups.

    `Space("real")` has no prefix; `Space("ovning-snowstorm")` has `ovning-snowstorm.` before each topic.
    """

    def __init__(self, name: str) -> None:
        if name != REAL and not re.fullmatch(EXERCISE_PREFIX + r"[a-z0-9-]{1,40}", name):
            raise ValueError(f"a space is `{REAL}` or `{EXERCISE_PREFIX}<name>` of a-z, 0-9 and -, not {name!r}")
        self.name = name

    @property
    def exercise(self) -> bool:
        """True for an exercise (övning)."""
        return self.name != REAL

    def topic(self, name: str) -> str:
        """Full topic name in this space."""
        return f"{self.name}.{name}" if self.exercise else name

    def bare(self, topic: str) -> str:
        """Catalogue name of a full topic name."""
        return topic.removeprefix(f"{self.name}.") if self.exercise else topic

    def group(self, process: str) -> str:
        """Consumer group of a process, so that ACLs can be written."""
        return f"lagesbild.{self.name}.{process}"


LOG = "region.log"
TEXTS = "texts"
CHANGES = "picture.changes"
SNAPSHOTS = "picture.snapshots"
OUTCOMES = "outcomes"
SUGGESTIONS = "suggestions"
NOTICES = "notices"
NOTICES_LOG = "notices.log"
ACCESS = "access"
REJECTED = "rejected"
COMMANDS = "commands"
CONTROL = "control"

_FIXED: tuple[Topic, ...] = (
    Topic(COMMANDS, "region", "people's acts (schemas/command.py)", ("server",), flush=True),
    Topic(
        CONTROL,
        "region",
        "clock, rules, reference data; operator only",
        ("operator", "intake"),
        kept_ms=LOG_KEPT,
    ),
    Topic(
        LOG,
        "region",
        "the ordered log (schemas/record.py)",
        ("intake", "merge", "deliver"),
        LOG_PARTITIONS,
        kept_ms=LOG_KEPT,
        flush=True,
    ),
    Topic(TEXTS, "text key", "free text with its label", ("intake",), compact=True, kept_ms=LOG_KEPT),
    Topic(
        CHANGES,
        "region",
        "versions and marks (schemas/change.py)",
        ("merge",),
        LOG_PARTITIONS,
        kept_ms=LOG_KEPT,
    ),
    Topic(
        SNAPSHOTS,
        "region/version/part",
        "state in parts, manifest last",
        ("merge",),
        LOG_PARTITIONS,
        kept_ms=LOG_KEPT,
    ),
    Topic(OUTCOMES, "receipt/region", "what became of each record", ("merge", "intake"), kept_ms=SHORT_KEPT),
    Topic(SUGGESTIONS, "id", "suggestions, whole", ("merge",), compact=True, kept_ms=LOG_KEPT),
    Topic(NOTICES, "id", "notices, whole", ("merge",), compact=True, kept_ms=LOG_KEPT),
    Topic(NOTICES_LOG, "id", "each attempt and acknowledgement", ("deliver",), kept_ms=LOG_KEPT),
    Topic(ACCESS, "server", "who opened what confidential", ("server",), kept_ms=LOG_KEPT),
    Topic(
        REJECTED,
        "source",
        "what could not be used (schemas/rejected.py)",
        ("connectors", "intake", "merge"),
        kept_ms=INPUT_KEPT,
        large=True,
    ),
)


def raw(source: str) -> str:
    """Topic of a source's bytes as fetched."""
    return f"raw.{source}"


def reports(source: str) -> str:
    """Topic of a source's reports; `source` is a feed or `actor.<id>`."""
    return f"reports.{source}"


def health(source: str) -> str:
    """Topic of a source's health."""
    return f"health.{source}"


def source_of(bare: str) -> str:
    """Source behind `raw.X`, `reports.X` or `health.X`."""
    return bare.split(".", 1)[1]


def catalogue(feeds: Iterable[str], actors: Iterable[str]) -> list[Topic]:
    """Every topic of a space, for these feeds and actors."""
    rows = list(_FIXED)
    for feed in feeds:
        rows += [
            Topic(
                raw(feed),
                "source",
                "bytes as fetched, with URL, status, headers, time",
                ("connectors",),
                kept_ms=SHORT_KEPT,
                large=True,
            ),
            Topic(
                reports(feed),
                "source/id",
                "normalised reports (FeedReport)",
                ("connectors",),
                compact=True,
                kept_ms=LOG_KEPT,
            ),
            Topic(health(feed), "source", "heard, changed, complete, drift, errors", ("connectors",)),
        ]
    for actor in actors:
        writers = (f"actor:{actor}", "server", "connectors")
        rows.append(
            Topic(
                reports(ACTOR_PREFIX + actor),
                "source/id",
                "the actor's reports (ActorReport)",
                writers,
                compact=True,
                kept_ms=LOG_KEPT,
                flush=True,
            )
        )
    return rows
