"""Published joint pictures as people read them: newest first, and one whole with its corrections.

Pure. In: a scene; for one whole also the scene of the version that it was made of. Out: rows for the template.
"""

from typing import NamedTuple

from dashboards.telling.happenings import Happening, happenings_of
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json

HASH = 12
"""Letters of the hash that people read and compare."""


class Corrected(NamedTuple):
    """One correction, and what stood before it."""

    revision: int
    when: str
    by: str
    reason: str
    before: str
    """The summary as it was; empty where it was not changed."""
    fields: list[str]
    """Names of the other parts that were changed."""


class Published(NamedTuple):
    """One joint picture."""

    key: str
    name: str
    number: int
    when: str
    ago: str
    by: str
    summary: str
    version: int
    hash: str
    revision: int
    corrections: list[Corrected]
    """The newest first."""
    events: list[str]
    """Keys, in the officer's order."""
    pinned: list[str]
    left_out: list[tuple[str, str]]
    """What, and why."""


def published(scene: Scene) -> list[Published]:
    """All that the viewer may see, the newest first."""
    rows = [_published(scene, key, entity) for key, entity in scene.entities(EntityKind.JOINT)]
    return sorted(rows, key=lambda row: -row.number)


def one(scene: Scene, key: str) -> Published | None:
    """One; None when it is not there or may not be seen."""
    entity = scene.sight.shown(EntityKind.JOINT, key)
    return None if entity is None else _published(scene, key, entity)


def _published(scene: Scene, key: str, entity: Json) -> Published:
    corrections = _corrections(scene, entity)
    return Published(
        key,
        entity["name"],
        entity["number"],
        scene.clock(entity["published_at"]),
        scene.ago(entity["published_at"]),
        scene.region.owner(entity["published_by"]),
        _text(scene, entity, "summary"),
        entity["version"],
        entity["hash"][:HASH],
        entity["revision"],
        corrections,
        entity["events"],
        entity["pinned"],
        [(_left_out(scene, row["what"]), row["why"]) for row in entity["left_out"]],
    )


def _corrections(scene: Scene, entity: Json) -> list[Corrected]:
    """The newest first; a part that was sent along and is as it was is not told as changed."""
    found, after = [], dict(entity)
    for number, told in sorted(entity["corrections"].items(), key=lambda row: -int(row[0])):
        changed = [name for name, before in told["before"].items() if before != after[name]]
        found.append(_corrected(scene, int(number), told, changed))
        after |= told["before"]
    return found


def _corrected(scene: Scene, revision: int, told: Json, changed: list[str]) -> Corrected:
    fields = [scene.words(f"joint_field.{name}") for name in changed]
    before = told["texts"].get("before", "")
    who = scene.region.owner(told["by"])
    return Corrected(revision, scene.clock(told["at"]), who, _text(scene, told, "reason"), before, fields)


def _text(scene: Scene, entity: Json, name: str) -> str:
    """The words, or why there are none."""
    if name in entity["texts"]:
        return str(entity["texts"][name])
    told = next((t for t in ("erased", "withheld", "pending") if name in entity.get(t, ())), "pending")
    return scene.words(f"text.{told}")


def _left_out(scene: Scene, what: str) -> str:
    """An event or item by its headline; anything else as it was written."""
    shown = happenings_of(scene, [lead_of(scene, what)])
    return shown[0].title if shown else what


def lead_of(scene: Scene, key: str) -> str:
    """The item that stands for an event; an item stands for itself."""
    event = scene.sight.shown(EntityKind.EVENT, key)
    return key if event is None else str(event["lead"])


def events_of(scene: Scene, keys: list[str]) -> list[Happening]:
    """Events as they were in the version that a joint picture was made of; `scene` is of that version."""
    return happenings_of(scene, [lead_of(scene, key) for key in keys])
