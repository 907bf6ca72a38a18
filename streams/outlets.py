"""What the outlets say now: the newest notices and suggestions, and how far the fold had come when it was at the head.

In: records of `notices`, `suggestions` and the marks of `picture.changes`, in any order and repeated. Out: which
notices stand open and may begin, and which came and went. No clock, no network.
Next: streams/outbox.py
"""

from collections.abc import Iterator
from typing import NamedTuple

from schemas.change import TYPE_HEADER, read_mark
from schemas.codec import Json, load
from schemas.topics import CHANGES, NOTICES, Space
from streams.bus import In

VERSION_HEADER = "version"
"""Kafka header of a tombstone: the version that took the entity away; without it the tombstone counts as newest."""


class Standing(NamedTuple):
    """A notice as the outlet has it."""

    notice: Json
    """schemas/picture.py, Notice; the last that was said of it when it is gone."""
    version: int
    """Version of the picture that said so."""
    first: int
    """Version in which this reader saw it first: it may begin when the fold was at the head of that or a later one."""
    gone: bool


class Outlets:
    """Newest entity per id; a record of an older version than the one known is a repeat and says nothing."""

    def __init__(self, space: Space, region: str) -> None:
        self._space, self._region = space, region.encode()
        self._notices: dict[str, Standing] = {}
        self._suggestions: dict[str, tuple[int, Json]] = {}
        self.head = -1
        """Highest version at which a mark said that nothing more lay in the log; -1 before the first such mark."""

    def take(self, record: In) -> bool:
        """Use one record of the three topics; True when it may have said something new."""
        topic = self._space.bare(record.topic)
        if topic == CHANGES:
            return self._take_mark(record)
        (self._take_notice if topic == NOTICES else self._take_suggestion)(record)
        return True

    def standing(self) -> Iterator[Standing]:
        """Every notice, in the order of its id."""
        return (self._notices[name] for name in sorted(self._notices))

    def suggestion(self, notice: Json) -> Json | None:
        """Suggestion behind a notice, None while it is not known here."""
        found = self._suggestions.get(notice["suggestion"])
        return None if found is None else found[1]

    def _take_mark(self, record: In) -> bool:
        if record.headers.get(TYPE_HEADER) != b"mark" or record.key != self._region or record.value is None:
            return False
        mark = read_mark(load(record.value))
        if not mark.at_head or mark.version <= self.head:
            return False
        self.head = mark.version
        return True

    def _take_notice(self, record: In) -> None:
        name = (record.key or b"").decode()
        known = self._notices.get(name)
        if record.value is None:
            version = _version(record, known.version if known else 0)
            if known is not None and version >= known.version:
                self._notices[name] = known._replace(version=version, gone=True)
            return
        value = load(record.value)
        version, notice = value["version"], value["notice"]
        if known is None or version > known.version:
            first = known.first if known else version
            self._notices[name] = Standing(notice, version, first, gone=notice["state"] == "gone")

    def _take_suggestion(self, record: In) -> None:
        name = (record.key or b"").decode()
        known = self._suggestions.get(name)
        if record.value is None:
            if known is not None and _version(record, known[0]) >= known[0]:
                del self._suggestions[name]
            return
        value = load(record.value)
        if known is None or value["version"] > known[0]:
            self._suggestions[name] = (value["version"], value["suggestion"])


def _version(record: In, known: int) -> int:
    """Version of a tombstone."""
    said = record.headers.get(VERSION_HEADER)
    return known if said is None else int(said)
