"""What had happened by a moment and was not known then: the difference between what was so and what was seen.

Pure. In: the versions after the moment, a viewer's eyes. Out: cells and items, each with both of its times.
"""

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote

from dashboards.api.frames import viewed
from dashboards.picture.ring import Entry
from dashboards.telling.happenings import headline, state_of
from dashboards.telling.scene import Scene
from schemas.change import Change, EntityKind
from schemas.codec import Json
from schemas.sectors import Kind
from schemas.times import MINUTE

SHOWN = 10


class Later(NamedTuple):
    """One thing that was learned later."""

    title: str
    where: str
    said: str
    """When its source said it ..."""
    known: str
    """... and when it became known here."""
    href: str
    after: Json | None
    """What the cell became; None for an item."""


class LearnedLater(NamedTuple):
    """All of them."""

    rows: list[Later]
    more: int
    cells: frozenset[tuple[str, str]]
    """Cells to be marked where the picture of that moment is drawn."""


def learned_later(scene: Scene, entries: Iterable[Entry], at: int) -> LearnedLater:
    """Things said at `at` or before, and known at least a minute after they were said; each once, by its first news.

    `scene` is the newest picture's: what is told of a thing is what its viewer may see of it now.
    """
    found: dict[tuple[str, str], Later] = {}
    cells = set()
    for entry in entries:
        happened = entry.version.happened_at
        if happened is None or happened > at or entry.version.at - happened < MINUTE:
            continue
        for change, before in viewed(entry, scene.sight):
            row = _row(scene, change, before, happened, entry.version.at)
            if row is not None and (change.kind, change.key) not in found:
                found[change.kind, change.key] = row
                if change.kind == EntityKind.CELL:
                    area, _, sector = change.key.partition("/")
                    cells.add((area, sector))
    rows = list(found.values())
    return LearnedLater(rows[:SHOWN], max(0, len(rows) - SHOWN), frozenset(cells))


def _row(scene: Scene, change: Change, before: Json | None, happened: int, known: int) -> Later | None:
    now = change.value
    if now is None:
        return None
    words = scene.words
    times = words.when(happened, scene.now), words.when(known, scene.now)
    if change.kind == EntityKind.CELL and state_of(before) != state_of(now):
        area, _, sector = change.key.partition("/")
        if area not in scene.region.towns or sector not in scene.region.sectors:
            return None
        return Later(scene.region.sectors[sector].short, scene.region.towns[area], *times, f"/cell/{change.key}", now)
    if change.kind == EntityKind.ITEM and before is None and now["kind"] != Kind.SITUATION:
        where = words.places(now["areas"], scene.region.towns, shown=3) if now["areas"] else ""
        return Later(headline(scene, now), where, *times, f"/item/{quote(change.key)}", None)
    return None
