"""Forums with agenda, prepared from the picture, and minutes; suggestions that wait with the agenda they propose.

Pure. In: a picture through a viewer's eyes. Out: rows of `GET /forums` and `GET /suggestions`. Agendas and counts are
views, made anew at each call.
"""

from dashboards.picture.view import Sight
from schemas.change import EntityKind, Picture
from schemas.codec import Json
from streams.core.agenda_items import AgendaItems
from streams.core.forum_agenda import agenda, prepared, proposed
from streams.core.forum_minutes import minutes

_WORDED = (EntityKind.FORUM, EntityKind.MEETING, EntityKind.ENTRY, EntityKind.MATTER)


def forum_rows(sight: Sight) -> list[Json]:
    """Every forum that the viewer may see, whole."""
    seen, items = seen_by(sight), AgendaItems(sight.items())
    return [_row(seen, items, key) for key in sorted(seen[EntityKind.FORUM])]


def suggestion_rows(sight: Sight) -> list[Json]:
    """Every suggestion that the viewer may see, whole."""
    seen, items, rows = seen_by(sight), AgendaItems(sight.items()), []
    for key in sorted(sight.picture.get(EntityKind.SUGGESTION, {})):
        entity = sight.shown(EntityKind.SUGGESTION, key)
        if entity is not None:
            made = None if entity.get("limited") else proposed(seen, key, items)
            rows.append({"key": key, **entity} | ({} if made is None else {"agenda": made}))
    return rows


def seen_by(sight: Sight) -> Picture:
    """What the viewer may see of the kinds that agenda and minutes read; an agenda's items are handed to it apart.

    Of events only those whose reports contradict each other: an agenda reads no others.
    """
    seen: Picture = {kind: {} for kind in _WORDED}
    for kind in _WORDED:
        for key in sight.picture.get(kind, {}):
            entity = sight.shown(kind, key)
            if entity is not None:
                seen[kind][key] = entity
    for kind in (EntityKind.CELL, EntityKind.SUGGESTION):
        seen[kind] = sight.picture.get(kind, {})
    quarrels = {key: e for key, e in sight.picture.get(EntityKind.EVENT, {}).items() if e.get("contradictions")}
    events = ((key, sight.of(EntityKind.EVENT, event)) for key, event in quarrels.items())
    seen[EntityKind.EVENT] = {key: event for key, event in events if event is not None}
    return seen


def _row(seen: Picture, items: AgendaItems, key: str) -> Json:
    told = minutes(seen, key)
    row = {"key": key, **told["forum"], "minutes": {name: told[name] for name in ("meetings", "between", "open")}}
    return row | {"agenda": agenda(seen, key, items)} if prepared(told["forum"]) else row
