"""What is new since a forum's last meeting, in short: cells that have come to the same in one row, the worst first.

Pure. In: a scene, when the forum last met. Out: a count of each word and a few rows; the whole stands on `/changes`.
Next: dashboards/forum/page.py
"""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from dashboards.telling.scene import Scene, is_loud
from schemas.codec import Json

SHOWN = 9


class Row(NamedTuple):
    """Cells of one sector that have come to the same."""

    cell: Json
    """One of them, for its sign."""
    word: str
    """worse, better, silent, contradicted, new: what it is told as."""
    told: str
    """The same in words."""
    sector: str
    areas: str
    when: str
    href: str


class News(NamedTuple):
    """What a meeting begins with."""

    since: str
    """When the forum last met, or was called, in words."""
    counts: list[str]
    rows: list[Row]
    more: int


_ORDER = ("contradicted", "worse", "silent", "new", "better")


def news(scene: Scene, since: str, key: str) -> News:
    """Cells whose value began after `since` (`Z` text), told as `key`; calm news are not told one by one."""
    alike: dict[tuple[int, int, str, str], list[str]] = {}
    counted: Counter[str] = Counter()
    for (area, sector), cell in scene.cells.items():
        word = _word(cell) if cell.get("since", "") > since else ""
        if word:
            counted[word] += 1
            same = (_ORDER.index(word), -cell["impact"], sector, cell.get("unknown", ""))
            alike.setdefault(same, []).append(area)
    rows = [_row(scene, _ORDER[same[0]], same[2], areas) for same, areas in sorted(alike.items())]
    counts = [scene.words.count(_COUNT[word], counted[word]) for word in _ORDER if counted[word]]
    told = scene.words(key, when=scene.clock(since))
    return News(told, counts, rows[:SHOWN], max(0, len(rows) - SHOWN))


_COUNT: Mapping[str, str] = {
    "contradicted": "contradicted",
    "worse": "worse",
    "silent": "silent",
    "new": "fresh",
    "better": "better",
}


def _word(cell: Json) -> str:
    """What became of a cell; empty for what is only reported to be calm, or that nobody is asked about."""
    if cell.get("contradiction"):
        return "contradicted"
    if not cell["impact"]:
        return "silent" if is_loud(cell) else ""
    if cell["impact"] == 1 and cell["trend"] != "better":
        return ""
    return str(cell["trend"]) if cell["trend"] in {"worse", "better"} else "new"


def _row(scene: Scene, word: str, sector: str, areas: list[str]) -> Row:
    newest = max(areas, key=lambda area: scene.cells[area, sector]["since"])
    cell = scene.cells[newest, sector]
    return Row(
        cell,
        word,
        scene.words(f"forum_news.{word}"),
        scene.region.sectors[sector].short,
        scene.words.places(areas, scene.region.towns, 3),
        scene.clock(cell["since"]),
        f"/cell/{newest}/{sector}",
    )
