"""One version of the picture: its changes, its cause, its place in the hash chain; and the one `apply`.

A change carries the whole new entity or null. `apply` serves the fold's readers, the server, the past, the browser.
hash(n) = SHA-256 of the version record's value as it lies in Kafka; hash(0) = SHA-256 of space and region.
Next: streams/deliver.py and dashboards/picture/follow.py
"""

from collections.abc import Iterable
from enum import StrEnum
from operator import itemgetter
from typing import NamedTuple

from schemas.codec import Json, canon, sha256
from schemas.record import EPOCH
from schemas.times import z


class EntityKind(StrEnum):
    """Everything public that the fold keeps; each is a map from key to entity."""

    CELL = "cell"
    ITEM = "item"
    EVENT = "event"
    SIGNAL = "signal"
    SOURCE = "source"
    SUGGESTION = "suggestion"
    NOTICE = "notice"
    FORUM = "forum"
    FAILED = "failed"
    RULES = "rules"
    REQUEST = "request"
    JOINT = "joint"
    ASSESSMENT = "assessment"
    OBJECTION = "objection"
    MEETING = "meeting"
    ENTRY = "entry"
    MATTER = "matter"
    DUTY = "duty"
    QUESTION = "question"


Picture = dict[str, dict[str, Json]]
"""kind -> key -> entity: what a room sees, whole."""


class Change(NamedTuple):
    """The whole new entity, or None when it is gone."""

    kind: str
    key: str
    value: Json | None


def empty_picture() -> Picture:
    """A picture before version 1."""
    return {kind: {} for kind in EntityKind}


def apply(picture: Picture, changes: Iterable[Change]) -> None:
    """Bring a picture to the version that these changes make. In place; order within a version is of no matter."""
    for kind, key, value in changes:
        entities = picture.setdefault(kind, {})
        if value is None:
            entities.pop(key, None)
        else:
            entities[key] = value


class Cause(NamedTuple):
    """What made a version: a record's kind with the identity in it, or a deadline by its id."""

    kind: str
    key: str


class Version(NamedTuple):
    """A version as a reader has it: its fields, the bytes and their hash."""

    number: int
    at: int
    """Space time of the step, ms UTC: when it became known."""
    happened_at: int | None
    """When it happened in the world by its source, ms UTC; None where that is the same or unknown."""
    cause: Cause
    changes: tuple[Change, ...]
    prev: str
    raw: bytes
    hash: str


def genesis(space: str, region: str) -> str:
    """Hash before version 1."""
    return sha256(f"{space}\n{region}".encode())


_PLACE = itemgetter(0, 1)
"""Kind and key of a change: the order within a version."""


def seal(
    prev: str,
    number: int,
    *,
    at: int,
    happened_at: int | None,
    cause: Cause,
    changes: Iterable[Change],
) -> Version:
    """Encode and hash one version; nothing of it may change afterwards. TypeError if an entity is not JSON."""
    ordered = tuple(sorted(changes, key=_PLACE))
    value: Json = {
        "version": number,
        "prev": prev,
        "epoch": EPOCH,
        "known_at": z(at),
        "cause": {"kind": cause.kind, "key": cause.key},
        "changes": [{"kind": c.kind, "key": c.key, "value": c.value} for c in ordered],
    }
    if happened_at is not None:
        value["happened_at"] = z(happened_at)
    raw = canon(value)
    return Version(number, at, happened_at, cause, ordered, prev, raw, sha256(raw))


def changes_of(value: Json) -> tuple[Change, ...]:
    """Changes of a version record's parsed value."""
    return tuple(Change(c["kind"], c["key"], c["value"]) for c in value["changes"])


TYPE_HEADER = "type"
"""Kafka header on `picture.changes`: `version` or `mark`."""


class Mark(NamedTuple):
    """How far the fold has come, outside the chain: after each tick, each second, ten times a second while it lags."""

    version: int
    hash: str
    t: int
    """Space time the fold has reached, ms UTC."""
    seq: int
    """Records of this region folded since the log began."""
    offset: int
    """Next offset of `region.log` to fold."""
    at_head: bool
    """True when nothing more lay in the log."""
    heard: dict[str, int]
    """Source -> when it was last heard, ms UTC."""
    snapshot_version: int | None
    """Newest whole snapshot, None before the first."""
    snapshot_offset: int | None
    """Offset of its first part on `picture.snapshots`."""

    def encode(self) -> bytes:
        """Bytes on `picture.changes`."""
        return canon({k: v for k, v in self._asdict().items() if v is not None})


def read_mark(value: Json) -> Mark:
    """Mark of a parsed record."""
    return Mark(
        value["version"],
        value["hash"],
        value["t"],
        value["seq"],
        value["offset"],
        value["at_head"],
        value["heard"],
        value.get("snapshot_version"),
        value.get("snapshot_offset"),
    )
