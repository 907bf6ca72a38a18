"""The revisions of a report: when each happened and became known, what brought it, and what it changed.

Pure. In: a scene, the course of an item. Out: rows, newest first. Both sides are seen through the viewer's eyes: what
an earlier revision kept from them stays kept.
Next: dashboards/desk/evidence.py
"""

from typing import NamedTuple

from dashboards.desk.detail import described
from dashboards.picture.difference import what
from dashboards.picture.lived import Lived
from dashboards.telling.scene import Scene
from schemas.change import Cause, Change, EntityKind

SHOWN = 40
_OLD = {"fact.known_at", "fact.sent"}
"""Times that each revision has of its own: they stand in the row already."""


class Changed(NamedTuple):
    """One thing that a revision changed; empty where it was not told."""

    what: str
    before: str
    after: str


class Revision(NamedTuple):
    """One version in the life of a report."""

    version: int
    known: str
    happened: str
    word: str
    cause: str
    changes: list[Changed]


def revisions(scene: Scene, rows: list[Lived]) -> list[Revision]:
    """The newest revisions; one that changed nothing this viewer may see is passed over."""
    found = (_revision(scene, row) for row in rows)
    return [row for row in found if row is not None][:SHOWN]


def _revision(scene: Scene, row: Lived) -> Revision | None:
    words = scene.words
    before = None if row.before is None else scene.sight.of(EntityKind.ITEM, row.before)
    after = None if row.after is None else scene.sight.of(EntityKind.ITEM, row.after)
    if row.after is not None and after is None:
        return None
    changes = [] if before is None or after is None else changed(scene, before, after)
    if before is not None and after is not None and not changes:
        return None
    word = (
        words("revision.first")
        if row.before is None
        else words(f"what.{what(Change(EntityKind.ITEM, '', row.after), row.before)}")
    )
    happened = scene.clock(after["sent"]) if after is not None else ""
    return Revision(row.version, words.when(row.at, scene.now), happened, word, cause_text(scene, row.cause), changes)


def changed(scene: Scene, before: dict[str, object], after: dict[str, object]) -> list[Changed]:
    """What differs between two views of one item, in words."""
    old, new = described(scene, before), described(scene, after)
    passed = {scene.words(key) for key in _OLD}
    labels = [label for label in dict.fromkeys([*new, *old]) if label not in passed]
    return [Changed(x, old.get(x, ""), new.get(x, "")) for x in labels if old.get(x) != new.get(x)]


def cause_text(scene: Scene, cause: Cause) -> str:
    """What made a version, in words."""
    words, kind = scene.words, cause.kind.partition(":")[0]
    if kind == "deadline":
        why = f"deadline.{cause.key.partition('|')[0]}"
        return words(why) if words.known(why) else words("cause.deadline")
    return words(f"cause.{kind}") if words.known(f"cause.{kind}") else cause.kind
