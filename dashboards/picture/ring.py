"""The newest versions with what each one overwrote: for resuming streams, `/changes` and the near past.

Pure. In: versions in order. Out: the versions after one, and the picture as it was at one.
"""

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from schemas.change import Change, Picture, Version, apply

MOST_VERSIONS = 10_000
MOST_BYTES = 64_000_000
"""The ring is bounded both ways: a version is small on a quiet day and large when a rule set is replaced."""


class Entry(NamedTuple):
    """One version and the values that stood before it."""

    version: Version
    before: tuple[Change, ...]
    """Same keys as the version's changes; None where there was nothing."""


def with_before(picture: Picture, version: Version) -> Entry:
    """Entry of a version that is about to be applied to a picture."""
    before = tuple(Change(c.kind, c.key, picture.get(c.kind, {}).get(c.key)) for c in version.changes)
    return Entry(version, before)


class Ring:
    """Versions without a hole, oldest first."""

    def __init__(self, versions: int = MOST_VERSIONS, size: int = MOST_BYTES) -> None:
        self._entries: deque[Entry] = deque()
        self._most, self._room, self._held = versions, size, 0

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, entry: Entry) -> None:
        """Put the next version in; the oldest fall out when there is no room. ValueError at a hole."""
        if self._entries and entry.version.number != self._entries[-1].version.number + 1:
            raise ValueError(f"version {entry.version.number} does not follow {self._entries[-1].version.number}")
        self._entries.append(entry)
        self._held += len(entry.version.raw)
        while len(self._entries) > self._most or (self._held > self._room and len(self._entries) > 1):
            self._held -= len(self._entries.popleft().version.raw)

    def find(self, number: int) -> Entry | None:
        """Entry of a version, None when it is not held."""
        if not self._entries:
            return None
        index = number - self._entries[0].version.number
        return self._entries[index] if 0 <= index < len(self._entries) else None

    @property
    def oldest(self) -> int | None:
        """Number of the oldest version held; None when there is none."""
        return self._entries[0].version.number if self._entries else None

    def after(self, number: int) -> list[Entry] | None:
        """Entries later than a version; None when some of them have fallen out."""
        if not self._entries or number + 1 < self._entries[0].version.number:
            return None
        skip = number + 1 - self._entries[0].version.number
        return [self._entries[i] for i in range(skip, len(self._entries))]

    def __iter__(self) -> Iterator[Entry]:
        """Entries, oldest first."""
        return iter(self._entries)

    def newest_first(self) -> Iterator[Entry]:
        """Entries from the newest back."""
        return reversed(self._entries)

    def at_time(self, t: int) -> int | None:
        """Newest version known at `t` (ms UTC); None when it lies before the ring."""
        return next((e.version.number for e in reversed(self._entries) if e.version.at <= t), None)

    def undo(self, picture: Picture, number: int) -> Picture | None:
        """A copy of the newest picture brought back to a version; None when the ring does not reach it."""
        if not self._entries or not self._entries[0].version.number <= number <= self._entries[-1].version.number:
            return None
        old = {kind: dict(entities) for kind, entities in picture.items()}
        for entry in reversed(self._entries):
            if entry.version.number == number:
                break
            apply(old, entry.before)
        return old
