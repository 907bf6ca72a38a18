"""The page of sources: what each has delivered, how fresh it is, what is wrong with it and what it does not know.

In: a scene; the county's list of sources. Out: `SourceRow`s, the troubled first. Silence is told with its length.
Next: dashboards/templates/sources.html
"""

from collections import Counter
from typing import NamedTuple

from dashboards.telling.happenings import open_items
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.times import SECOND

MENDED = {"+": "added", "-": "missing", "=": "word", "!": "mended"}
"""First sign of a drift's name (connectors/contract.py) -> key of its word."""


class SourceRow(NamedTuple):
    """One source as a person reads it."""

    key: str
    name: str
    state: str
    rank: int
    """0 troubled, 1 well, 2 nothing is known of it."""
    heard: str
    """ISO time it was last heard; empty when never."""
    heard_ago: str
    since: str
    promised: str
    delivered: int
    """Open items in the county."""
    whole: str
    drift: list[str]
    error: str


def rows(scene: Scene) -> list[SourceRow]:
    """Every source that the county follows, heard of or not; the troubled first, then by name."""
    delivered = Counter(item["source"] for _, item in open_items(scene))
    known = dict(scene.entities(EntityKind.SOURCE))
    found = [_row(scene, key, source, delivered[key]) for key, source in known.items()]
    found += [_unheard(scene, key) for key in scene.region.feeds if key not in known]
    return sorted(found, key=lambda row: (row.rank, row.name))


def _row(scene: Scene, key: str, source: Json, delivered: int) -> SourceRow:
    words, heard = scene.words, scene.heard.get(key)
    is_heard = source["state"] == "heard"
    return SourceRow(
        key,
        words.source(key, scene.region.actors, scene.region.feeds),
        words(f"source_state.{source['state']}"),
        int(is_heard and source["complete"]),
        "" if heard is None else words.local(heard).isoformat(),
        words("source_row.never") if heard is None else words.ago(heard, scene.now),
        scene.clock(source["since"]),
        _promised(scene, source["interval_s"]),
        delivered,
        words("sources.whole" if source["complete"] else "sources.part") if is_heard else "",
        [_drift(scene, name) for name in source.get("fields", ())],
        source.get("error", ""),
    )


def _promised(scene: Scene, seconds: int) -> str:
    """Short intervals in seconds: 90 s is no minute."""
    age = f"{seconds} s" if seconds < 180 else scene.words.age(seconds * SECOND)
    return scene.words("sources.every", age=age)


def _unheard(scene: Scene, key: str) -> SourceRow:
    words = scene.words
    name = words.source(key, scene.region.actors, scene.region.feeds)
    return SourceRow(key, name, words("source_row.never"), 2, "", "", "", "", 0, "", [], "")


def _drift(scene: Scene, name: str) -> str:
    """`+Deviation.New` as `nytt fält Deviation.New`."""
    word = MENDED.get(name[:1])
    return f"{scene.words(f'drift.{word}')} {name[1:]}" if word else name
