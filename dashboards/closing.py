"""The server's closing: an event, and whatever wants to be told of it without a task of its own that waits.

A thousand streams that each had a task for it took the memory of a thousand tasks.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Closing(asyncio.Event):
    """Set once, when the server is told to stop."""

    def __init__(self) -> None:
        super().__init__()
        self._told: set[Callable[[], None]] = set()

    def set(self) -> None:
        """Wake who waits, and tell the rest."""
        super().set()
        for tell in tuple(self._told):
            tell()

    @contextmanager
    def telling(self, tell: Callable[[], None]) -> Iterator[None]:
        """Within it `tell` is called when the server closes: at once if it has."""
        self._told.add(tell)
        try:
            if self.is_set():
                tell()
            yield
        finally:
            self._told.discard(tell)
