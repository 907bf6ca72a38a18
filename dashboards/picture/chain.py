"""A picture that grows link by link: each version must follow the one before, by number and by hash.

Pure. In: version records as they lie in Kafka. Out: the picture, its head, the ring of newest versions; or ChainBroken.
"""

from typing import NamedTuple

from dashboards.picture.ring import Ring, with_before
from schemas.change import Cause, Picture, Version, apply, changes_of, empty_picture, genesis
from schemas.codec import Json, sha256
from schemas.times import parse


class ChainBroken(Exception):
    """A version does not follow the one before; the text says how."""


class Head(NamedTuple):
    """Which version a picture is."""

    version: int
    hash: str
    at: int | None
    """Space time of the version, ms UTC; None before version 1."""


def read_version(raw: bytes, value: Json) -> Version:
    """Version of a record's bytes and their parsed value; hashed as they lie, never encoded again."""
    happened = value.get("happened_at")
    return Version(
        value["version"],
        parse(value["known_at"]),
        None if happened is None else parse(happened),
        Cause(value["cause"]["kind"], value["cause"]["key"]),
        changes_of(value),
        value["prev"],
        raw,
        sha256(raw),
    )


class Chain:
    """A picture, the version it is, and the versions that led to it."""

    def __init__(self, picture: Picture, head: Head) -> None:
        self.picture, self.head, self.ring = picture, head, Ring()

    def advance(self, version: Version) -> bool:
        """Bring the picture to the next version; False for one it has. ChainBroken if it does not follow."""
        if version.number <= self.head.version:
            self._same_as_known(version)
            if version.number == self.head.version and self.head.at is None:
                self.head = self.head._replace(at=version.at)  # a snapshot does not say when its version was made
            return False
        if version.number != self.head.version + 1:
            raise ChainBroken(f"version {version.number} came after {self.head.version}: some are missing")
        if version.prev != self.head.hash:
            raise ChainBroken(f"version {version.number} was made on another version {self.head.version} than ours")
        self.ring.add(with_before(self.picture, version))
        apply(self.picture, version.changes)
        self.head = Head(version.number, version.hash, version.at)
        return True

    def _same_as_known(self, version: Version) -> None:
        """A restarted or overtaken writer may only repeat the truth."""
        entry = self.ring.find(version.number)
        known = self.head.hash if version.number == self.head.version else entry and entry.version.hash
        if known is not None and known != version.hash:
            raise ChainBroken(f"version {version.number} was written twice with different content")


def beginning(space: str, region: str) -> Chain:
    """A chain before version 1."""
    return Chain(empty_picture(), Head(0, genesis(space, region), None))
