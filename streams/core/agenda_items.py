"""Items as agendas read them: what is open, by kind, and what became known since the last meeting.

Kept up item by item, so that a picture with ten thousand of them costs an agenda no more than one with ten.
Pure. In: items that somebody may see. Out: rows. Next: streams/core/forum_agenda.py
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from typing import NamedTuple

from schemas.change import EntityKind, Picture
from schemas.codec import Json
from schemas.sectors import OPEN_STATES, Kind

_TOLD_ELSEWHERE = frozenset({Kind.SITUATION, Kind.WARNING})
"""Kinds that have points of their own."""
_AFTER_ALL = "\uffff"
"""Greater than any key."""


class _News(NamedTuple):
    """An item that became known or changed, in the order of time, and its row of an agenda."""

    known_at: str
    key: str
    row: Json
    """Never compared: keys differ."""


class AgendaItems:
    """The items of one picture, whole or as somebody may see it."""

    def __init__(self, items: Iterable[tuple[str, Json]] = ()) -> None:
        self._open: dict[str, dict[str, Json]] = {}
        """Kind -> those that are open."""
        self._told: dict[str, _News] = {}
        for key, item in items:
            self._hold(key, item)
        self._news = sorted(self._told.values())

    @classmethod
    def of(cls, picture: Picture) -> "AgendaItems":
        """All of a picture's."""
        return cls(picture.get(EntityKind.ITEM, {}).items())

    def set(self, key: str, item: Json | None) -> None:
        """Take in an item as it is now; None when it is not there any more, or not in sight."""
        for held in self._open.values():
            held.pop(key, None)
        old = self._told.pop(key, None)
        if old is not None:
            del self._news[bisect_left(self._news, old)]
        if item is not None:
            self._hold(key, item)
        if key in self._told:
            insort(self._news, self._told[key])

    def open(self, *kinds: Kind) -> list[tuple[str, Json]]:
        """Open items of these kinds, by key."""
        return sorted((row for kind in kinds for row in self._open.get(kind, {}).items()), key=lambda row: row[0])

    def news(self, since: str) -> list[Json]:
        """What has no point of its own and became known or changed after `since`, the newest first."""
        start = bisect_right(self._news, (since, _AFTER_ALL, {}))
        return [news.row for news in reversed(self._news[start:])]

    def _hold(self, key: str, item: Json) -> None:
        if item["state"] in OPEN_STATES:
            self._open.setdefault(item["kind"], {})[key] = item
        if item["kind"] not in _TOLD_ELSEWHERE:
            self._told[key] = _News(item["known_at"], key, {"item": key, "state": item["state"]})
