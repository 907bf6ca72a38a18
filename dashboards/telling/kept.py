"""What the pages of one view need of a picture, kept from one drawing to the next and brought up by what changed.

Pure. In: a chain that grows, a viewer's sight of it. Out: scenes, each equal to what a fresh look at the whole picture
would give (tests/unit/dashboards/test_kept.py), at the price of what changed since the last one.
Next: dashboards/telling/scene.py
"""

from collections.abc import Mapping

from dashboards.picture.chain import Chain
from dashboards.picture.ring import Entry
from dashboards.picture.view import Sight, cell_body, cells_of
from dashboards.telling.going import Going
from dashboards.telling.hour import LastHour
from dashboards.telling.scene import Region, Scene
from schemas.change import EntityKind
from schemas.codec import Json


class Kept:
    """One view of one region. Viewers of the same `view` share it, whatever language they read."""

    def __init__(self, chain: Chain, sight: Sight, region: Region) -> None:
        self._chain, self._sight, self._version = chain, sight, chain.head.version
        self._going, self._hour = Going(sight), LastHour()
        self._cells = cells_of(sight, region.towns)
        for entry in chain.ring:
            self._hour.take(entry)

    def reaches(self, chain: Chain) -> bool:
        """True while it can be brought up to this chain's head: the same chain, and its ring not outrun."""
        oldest = chain.ring.oldest
        outrun = oldest is None or oldest > self._version + 1
        return self._chain is chain and (self._version == chain.head.version or not outrun)

    def scene(self, region: Region, sight: Sight, *, now: int, heard: Mapping[str, int], receiver: bool) -> Scene:
        """The newest picture, ready for a page.

        Args:
            region: in the reader's language.
            sight: the reader's own, of the same view: a page also asks what this very reader may do.
            now: space time, ms UTC.
            heard: source -> when it was last heard, ms UTC.
            receiver: True when notices are sent somewhere.
        """
        chain = self._chain
        for entry in chain.ring.after(self._version) or ():
            self._take(entry)
        self._version = chain.head.version
        hour = self._hour.before(self._cells, self._sight, now, chain.ring.oldest or 0)
        return Scene(region, sight, chain.head, now, dict(self._cells), hour, heard, receiver, self._going, None, {})

    def _take(self, entry: Entry) -> None:
        self._hour.take(entry)
        self._going.change(entry.version.changes)
        if self._turned(entry):
            self._hour.look_again()
            for place in self._cells:
                self._cells[place] = cell_body(self._sight, *place)
            return
        for change in entry.version.changes:
            area, _, sector = change.key.partition("/")
            if change.kind == EntityKind.CELL and (area, sector) in self._cells:
                self._cells[area, sector] = cell_body(self._sight, area, sector)

    def _turned(self, entry: Entry) -> bool:
        """True if a report came into sight or went out of it: whatever rests on it is seen otherwise."""
        pairs = zip(entry.before, entry.version.changes, strict=True)
        return any(
            self._hides(was.value) != self._hides(change.value)
            for was, change in pairs
            if change.kind == EntityKind.ITEM
        )

    def _hides(self, item: Json | None) -> bool:
        return item is not None and not self._sight.allows(item)
