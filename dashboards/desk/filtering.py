"""How a filter is shown: its form, what it is set to, how much of the picture matches.

Pure. In: a scene narrowed by a filter. Out: what filter.html and the living part `p-filter` show. The form is a plain
GET form: every filter has an address of its own, and works without scripts.
Next: dashboards/desk/items.py
"""

from typing import NamedTuple

from dashboards.telling.filter import ACTORS, FEEDS, LOUD, STEPS, Filter
from dashboards.telling.happenings import open_items
from dashboards.telling.scene import Scene

NOTHING = Filter()


class Choice(NamedTuple):
    """One field with a list of choices."""

    name: str
    label: str
    chosen: str
    options: list[tuple[str, str]]
    """(code, name)."""


class Form(NamedTuple):
    """The form, filled in with what is asked for."""

    q: str
    choices: list[Choice]
    active: bool


class Told(NamedTuple):
    """What is filtered by, and what is left."""

    chips: list[tuple[str, str]]
    """(what, address without it): each can be taken away alone."""
    counts: str
    address: str
    """Query of all of it."""


def form_of(scene: Scene, asked: Filter) -> Form:
    """The form with its choices in the reader's words."""
    words = scene.words
    options = {
        "sector": [(s.code, s.name) for s in scene.region.sectors.values()],
        "area": list(scene.region.towns.items()),
        "about": sorted(((code, _theme(scene, code)) for code in _themes(scene)), key=lambda row: row[1]),
        "severity": [(code, _severity(scene, code)) for code in list(STEPS)[1:]],
        "source": [(ACTORS, words("filter.actors")), (FEEDS, words("filter.feeds")), *_sources(scene)],
        "unknown": [(LOUD, words("filter.loud"))],
    }
    choices = [
        Choice(name, words(f"filter.{name}"), getattr(asked, name), _with(rows, getattr(asked, name)))
        for name, rows in options.items()
    ]
    return Form(asked.q, choices, bool(asked.address))


def told(scene: Scene, asked: Filter, whole: Scene) -> Told | None:
    """What the page says of its filter; None when there is none. `whole` is the scene without it."""
    if scene.only is None:
        return None
    words = scene.words
    counts = words(
        "filter.counts",
        cells=len(scene.only.cells),
        all_cells=len(scene.cells),
        going=len(open_items(scene)),
        all_going=len(open_items(whole)),
    )
    return Told(chips(scene, asked), counts, asked.address)


def chips(scene: Scene, asked: Filter) -> list[tuple[str, str]]:
    """Each thing asked for in words, with the address that asks for all but it."""
    rows = asked._asdict().items()
    return [(named(scene, name, value), asked._replace(**{name: ""}).address) for name, value in rows if value]


def named(scene: Scene, field: str, value: str) -> str:
    """What is asked for in one field, in words; a code that nobody knows stays a code."""
    words, region = scene.words, scene.region
    match field:
        case "sector" if value in region.sectors:
            return region.sectors[value].name
        case "area":
            return region.towns.get(value, value)
        case "about":
            return _theme(scene, value)
        case "severity" if value in STEPS:
            return _severity(scene, value)
        case "source":
            kinds = {ACTORS: words("filter.actors"), FEEDS: words("filter.feeds")}
            return kinds.get(value) or words.source(value, region.actors, region.feeds)
        case "unknown" if value == LOUD:
            return words("filter.loud")
        case "q":
            return words("filter.words", q=value)
    return value


def _with(rows: list[tuple[str, str]], chosen: str) -> list[tuple[str, str]]:
    """A code that is no longer among the choices is shown as it is: the filter still holds."""
    return rows if not chosen or chosen in dict(rows) else [*rows, (chosen, chosen)]


def _themes(scene: Scene) -> set[str]:
    feeds = scene.region.reference.get("feeds", {}).values()
    by = (themes for row in feeds for field in row.get("by", {}).values() for themes in field.values())
    return {theme for themes in (*(row.get("themes", ()) for row in feeds), *by) for theme in themes}


def _theme(scene: Scene, code: str) -> str:
    for key in (f"theme.{code}", f"sector.{code}"):
        if scene.words.known(key):
            return scene.words(key).capitalize()
    return code


def _severity(scene: Scene, code: str) -> str:
    words = scene.words
    return words("filter.least", severity=words(f"severity.{code}"), impact=words.impact_short(STEPS[code]))


def _sources(scene: Scene) -> list[tuple[str, str]]:
    region = scene.region
    named = ((code, scene.words.source(code, region.actors, region.feeds)) for code in scene.going.sources)
    return sorted(named, key=lambda row: row[1].casefold())
