"""Forums, meetings, minutes and matters as one viewer may see them: words in place of keys, labels kept.

Pure. A line of the minutes is as secret as what it is about; who is asked by it always sees it. Without a login one
learns that a forum is at work and what it has published, not who sits there or what was said.
Next: dashboards/api/forums.py
"""

from collections.abc import Callable

from dashboards.access import Act, Viewer
from dashboards.picture.texts import Text
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.sectors import Label

KINDS = frozenset({EntityKind.FORUM, EntityKind.MEETING, EntityKind.ENTRY, EntityKind.MATTER})
"""Kinds that this module shows."""
_INSIDE = frozenset({"members", "texts", "convened_by", "chair"})
"""Fields of a forum for those who take part in the county's cooperation."""

Lookup = Callable[[str], Text | None]


def shown(kind: str, entity: Json, viewer: Viewer, text: Lookup) -> Json | None:
    """An entity of one of `KINDS` for this viewer; None when it is hidden."""
    inside = viewer.sees(Label.INTERNAL)
    if kind == EntityKind.FORUM and not inside:
        return {name: value for name, value in entity.items() if name not in _INSIDE} | {"limited": True}
    if kind == EntityKind.MEETING and not inside:
        return None
    if kind in {EntityKind.ENTRY, EntityKind.MATTER} and not _allowed(entity, viewer):
        return None
    return worded(entity, viewer, text)


def _allowed(entity: Json, viewer: Viewer) -> bool:
    asked = viewer.actor is not None and viewer.actor in entity.get("asks", ()) and viewer.may(Act.READ_INTERNAL)
    return asked or viewer.sees(entity["label"])


def worded(value: Json, viewer: Viewer, text: Lookup) -> Json:
    """The same with words for keys, however deep they stand; what may not or cannot be read is named."""
    found: Json = {}
    for name, part in value.items():
        if name == "texts":
            found |= _words(part, viewer, text)
        elif isinstance(part, dict):
            found[name] = worded(part, viewer, text)
        else:
            found[name] = part
    return found


def _words(keys: Json, viewer: Viewer, text: Lookup) -> Json:
    told: dict[str, list[str]] = {"erased": [], "withheld": [], "pending": []}
    words: dict[str, str] = {}
    for field, key in keys.items():
        held = text(key)
        if held is None:
            told["pending"].append(field)
        elif not viewer.sees(held.label):
            told["withheld"].append(field)
        elif held.words is None:
            told["erased"].append(field)
        else:
            words[field] = held.words
    return {"texts": words, **{name: fields for name, fields in told.items() if fields}}
