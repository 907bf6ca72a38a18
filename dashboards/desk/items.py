"""All items of the picture that match a filter, newest known first, fifty to a page: lists of thousands are paged.

Pure. In: a scene narrowed by a filter, a cursor. Out: what items.html shows. The cursor holds while the list grows:
nothing is shown twice or passed over because something came in between.
Next: dashboards/desk/detail.py
"""

from typing import NamedTuple
from urllib.parse import urlencode

from dashboards.api.lists import page
from dashboards.telling.filter import Filter, places_of, step_of
from dashboards.telling.happenings import doubt_of, headline, perhaps, severity_said, sign_of
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.sectors import Kind

SHOWN = 50
ALL = "all"
"""Also what is over."""


class Row(NamedTuple):
    """One item of the list."""

    key: str
    sign: str
    title: str
    where: str
    source: str
    grave: str
    """Severity, or the worst impact that an actor's report names, in words."""
    impact: int
    """That impact; 0 where a report names none."""
    known: str
    ago: str
    state: str
    """In words; empty while it goes on."""
    doubt: str
    event: str
    """Key of the event it belongs to with others; empty when it stands alone."""


class ItemsPage(NamedTuple):
    """One page of the list."""

    rows: list[Row]
    total: str
    before: bool
    """True when this is not the first page."""
    first: str
    """Query of the first page."""
    next: str
    """Query of the next one; empty at the end."""
    state: str


def items_page(scene: Scene, asked: Filter, state: str = "", cursor: str | None = None) -> ItemsPage:
    """A page of what matches. ValueError if the cursor is not one that this list gave."""
    items = _matching(scene, state)
    # the latest come first already, mostly: then few are put in order
    known = [{"key": key, "known_at": item["known_at"]} for key, item in reversed(items.items())]
    found = page(known, "known_at", {}, SHOWN, cursor)
    query = [*asked._asdict().items(), ("state", state)]
    first = urlencode([(name, value) for name, value in query if value])
    more = urlencode({"cursor": found.cursor}) if found.cursor else ""
    return ItemsPage(
        _rows(scene, [row["key"] for row in found.rows]),
        scene.words.count("items", len(items)),
        cursor is not None,
        first,
        f"{first}&{more}".lstrip("&") if more else "",
        state,
    )


def _matching(scene: Scene, state: str) -> dict[str, Json]:
    """Items in sight that match the filter: open ones, or all."""
    items = scene.going.open
    if state == ALL:
        items = dict(scene.sight.items())
    if scene.only is None:
        return items
    return {key: items[key] for key in scene.only.items if key in items}


def _rows(scene: Scene, keys: list[str]) -> list[Row]:
    events, wanted = scene.sight.picture.get(EntityKind.EVENT, {}), frozenset(keys)
    joined = ((name, event["items"]) for name, event in events.items() if len(event["items"]) > 1)
    of = {key: name for name, members in joined if not wanted.isdisjoint(members) for key in members}
    shown = ((key, scene.item(key)) for key in keys)
    return [_row(scene, key, item, of.get(key, "")) for key, item in shown if item is not None]


def _row(scene: Scene, key: str, item: Json, event: str) -> Row:
    words, region, areas = scene.words, scene.region, places_of(item)
    impact = step_of(item) if item["kind"] == Kind.SITUATION and item.get("impacts") else 0
    return Row(
        key,
        sign_of(scene, key, item),
        headline(scene, item),
        words.places(areas, region.towns, shown=3) if areas else perhaps(scene, item),
        words.source(item["source"], region.actors, region.feeds),
        words.impact(impact).lower() if impact else severity_said(scene, item),
        impact,
        scene.clock(item["known_at"]),
        scene.ago(item["known_at"]),
        "" if item["state"] == "active" else words(f"item_state.{item['state']}"),
        doubt_of(scene, item, None) if item["state"] != "outdated" else "",
        event,
    )
