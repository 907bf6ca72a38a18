"""Logical time: deadlines by id, the next one due, in (due, id) order.

The live map id -> due is the truth and is in the snapshot. The heap is only an index of it, deleted from lazily and
rebuilt when it is longer than twice the map and 1,000 more.
"""

import heapq

HEAP_SLACK = 1_000


class Deadlines:
    """Heap over a live map; the map is written through the journal, the heap only ever knows too much."""

    def __init__(self, live: dict[str, int]) -> None:
        self._live = live
        self._heap: list[tuple[int, str]] = []
        self.rebuild()

    def rebuild(self) -> None:
        """Make the heap anew from the live map."""
        self._heap = [(due, name) for name, due in self._live.items()]
        heapq.heapify(self._heap)

    def added(self, name: str, due: int) -> None:
        """A deadline was set in the live map."""
        heapq.heappush(self._heap, (due, name))
        if len(self._heap) > 2 * len(self._live) + HEAP_SLACK:
            self.rebuild()

    def next(self) -> tuple[int, str] | None:
        """The earliest live deadline, or None; forgets entries that no longer hold."""
        while self._heap:
            due, name = self._heap[0]
            if self._live.get(name) == due:
                return due, name
            heapq.heappop(self._heap)
        return None
