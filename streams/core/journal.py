"""Writes that can be taken back: every change to the state goes through here, with what stood before it.

Values are immutable and replaced whole, so putting the old ones back restores the state exactly. A step that fails
anywhere, in encoding too, is undone as if it had never begun; a stage that fails is undone back to its own start.
"""

from typing import Any, TypeVar

V = TypeVar("V")


class Journal:
    """Undo list over plain dicts. None is never stored: writing it removes the key."""

    __slots__ = ("_entries",)

    def __init__(self) -> None:
        self._entries: list[tuple[dict[str, Any], str, Any]] = []

    def put(self, table: dict[str, V], key: str, value: V | None) -> None:
        """Set or, with None, remove a key."""
        self._entries.append((table, key, table.get(key)))
        if value is None:
            table.pop(key, None)
        else:
            table[key] = value

    def here(self) -> int:
        """A point to come back to."""
        return len(self._entries)

    def undo(self, point: int = 0) -> None:
        """Take back every write since `point`, newest first."""
        while len(self._entries) > point:
            table, key, old = self._entries.pop()
            if old is None:
                table.pop(key, None)
            else:
                table[key] = old
