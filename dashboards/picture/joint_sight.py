"""The joint picture, assessments, objections, and the links of events, as one viewer may see them.

Pure. Words stand in place of keys. What people put beside the picture is for the county's actors, not for everyone; of
an event a viewer sees no number, claim or link that rests on what is hidden from them.
"""

from collections.abc import Callable

from dashboards.access import Viewer
from dashboards.picture.forum_sight import Lookup, worded
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.sectors import Label

KINDS = frozenset({EntityKind.JOINT, EntityKind.ASSESSMENT, EntityKind.OBJECTION, EntityKind.QUESTION})
"""Kinds that this module shows."""


def shown(entity: Json, viewer: Viewer, text: Lookup) -> Json | None:
    """An entity of one of `KINDS` for this viewer; None when it is hidden."""
    return worded(entity, viewer, text) if viewer.sees(Label.INTERNAL) else None


def event(entity: Json, items: list[str], viewer: Viewer, text: Lookup) -> Json:
    """An event by the items of it that the viewer sees."""
    links = [worded(link, viewer, text) for link in entity["links"] if link["item"] in items]
    if len(items) == len(entity["items"]):
        return {**entity, "links": links}
    links = [{n: v for n, v in link.items() if n != "to" or v in items} for link in links]
    lead = entity["lead"] if entity["lead"] in items else items[0]
    kept = {name: value for name, value in entity.items() if name not in {"counts", "contradictions", "sources"}}
    return {**kept, "items": items, "links": links, "lead": lead, "limited": True}


def claims(cell: Json, sees: Callable[[str], bool]) -> Json:
    """A contradicted cell without what rests on hidden reports; that it is contradicted stays said."""
    told = [claim for claim in cell.get("claims", ()) if sees(claim["item"])]
    return {**cell, "claims": told} if len(told) < len(cell.get("claims", ())) else cell


def hints(item: Json, sees: Callable[[str], bool]) -> Json:
    """An item without hints at others that the viewer may not see."""
    near = [hint for hint in item.get("near", ()) if sees(hint["to"])]
    found = {n: v for n, v in item.items() if n != "duplicate_of" or sees(v)}
    return found | {"near": near} if "near" in item else found
