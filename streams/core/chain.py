"""The chain of versions as any reader can check it: hash the bytes as they lie, compare `prev`, never encode again.

In: values of version records in topic order, repeats and zombies among them. Out: the versions in order, or one fault.
"""

from collections.abc import Iterable
from typing import NamedTuple

from schemas.change import genesis
from schemas.codec import load, sha256


class Link(NamedTuple):
    """One published version."""

    number: int
    hash: str
    prev: str


class Broken(ValueError):
    """The published chain does not hold; `number` is the first version that is wrong."""

    def __init__(self, number: int, what: str) -> None:
        super().__init__(f"version {number}: {what}")
        self.number = number


def links(space: str, region: str, values: Iterable[bytes]) -> list[Link]:
    """Published versions 1..n in order. A repeat with the same bytes is nothing; anything else raises Broken."""
    found: list[Link] = []
    for raw in values:
        value = load(raw)
        link = Link(value["version"], sha256(raw), value["prev"])
        if link.number <= len(found):
            if found[link.number - 1].hash != link.hash:
                raise Broken(
                    link.number, f"published twice with other bytes: {found[link.number - 1].hash} and {link.hash}"
                )
            continue
        if link.number != len(found) + 1:
            raise Broken(len(found) + 1, f"missing: version {link.number} follows {len(found)}")
        before = found[-1].hash if found else genesis(space, region)
        if link.prev != before:
            raise Broken(link.number, f"names {link.prev} as the one before it, which hashes to {before}")
        found.append(link)
    return found
