"""How often a login may be tried: five wrong passwords lock a name for a minute, and twenty at once are turned away.

Pure but for what it remembers. In: a name, a time. Out: how long to wait.
"""

from collections import OrderedDict, deque

MOST = 5
LOCKED_MS = 60_000
KEPT = 1_000
"""Names remembered; made-up ones push out the oldest."""
AT_ONCE = 4
"""Passwords tested at the same time: each takes 32 MiB and a third of a second."""


class Tries:
    """Wrong tries of each name in the last minute."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[str, deque[int]] = OrderedDict()
        self.testing = 0

    def wait_ms(self, name: str, now: int) -> int:
        """How long this name must wait, ms; 0 = it may try."""
        wrong = self._wrong.get(name, deque())
        while wrong and wrong[0] <= now - LOCKED_MS:
            wrong.popleft()
        return wrong[0] + LOCKED_MS - now if len(wrong) >= MOST else 0

    def wrong(self, name: str, now: int) -> None:
        """Remember a wrong try."""
        self._wrong.setdefault(name, deque(maxlen=MOST)).append(now)
        self._wrong.move_to_end(name)
        while len(self._wrong) > KEPT:
            self._wrong.popitem(last=False)

    def right(self, name: str) -> None:
        """Forget the wrong ones."""
        self._wrong.pop(name, None)
