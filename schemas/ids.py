"""Names of things, kept apart by type so that a checker sees a municipality where an actor is wanted."""

import re
from typing import NewType

AreaCode = NewType("AreaCode", str)
"""Municipality code of Statistics Sweden, four digits ("0180"), or a county code, two ("01")."""

ActorId = NewType("ActorId", str)
"""Id in the actor registry, `[a-z0-9-]+`; also the tail of the topic `reports.actor.<id>`."""

Source = NewType("Source", str)
"""Where a report comes from: a connector's folder name ("smhi") or `actor.<actor id>`."""

ItemKey = NewType("ItemKey", str)
"""`<source>/<id>`: the identity of one matter from one source."""

CellKey = NewType("CellKey", str)
"""`<area code>/<sector>`: one municipality and one sector."""

RegionId = NewType("RegionId", str)
"""County code of the region ("01"): the unit of order in the log."""

ACTOR_PREFIX = "actor."
ACTOR_ID = re.compile(r"[a-z0-9-]{1,64}")
REPORT_ID_LIMIT = 200
"""Longest id of a report, in characters: it becomes part of keys on several topics."""


def actor_source(actor: str) -> Source:
    """Source name of an actor's own reports."""
    return Source(ACTOR_PREFIX + actor)


def actor_of(source: str) -> ActorId | None:
    """Actor behind a source name, None for a feed."""
    return ActorId(source[len(ACTOR_PREFIX) :]) if source.startswith(ACTOR_PREFIX) else None


def item_key(source: str, report_id: str) -> ItemKey:
    """Identity of one matter from one source."""
    return ItemKey(f"{source}/{report_id}")


def cell_key(area: str, sector: str) -> CellKey:
    """Identity of a cell (ruta)."""
    return CellKey(f"{area}/{sector}")
