"""The wall's third page: what goes on, gravest first, and how long ago each source was heard.

Pure. In: a scene. Out: element id -> markup. No row is longer than it has room for: it ends at a word.
"""

from collections.abc import Mapping
from textwrap import shorten
from typing import NamedTuple

from dashboards.drawing.paint import Paint
from dashboards.telling import happenings
from dashboards.telling.scene import Scene

ROWS, SOURCES = 11, 10
"""Rows of events and sources together, headings apart; sources at most, two in a row."""
TEXT, PLACE, SOURCE = 64, 15, 21
"""Signs that they have room for: a title beside its time, a place, a source."""


class Going(NamedTuple):
    """One event, or an item that belongs to none."""

    sign: str
    where: str
    title: str
    when: str


def draw(scene: Scene, paint: Paint) -> Mapping[str, str]:
    """Both parts of the page."""
    sources = happenings.sources(scene)
    most = SOURCES if len(sources) <= SOURCES else SOURCES - 1
    shown = [source._replace(name=cut(source.name, SOURCE)) for source in sources[:most]]
    room = ROWS - (min(len(sources), SOURCES) + 1) // 2
    return {
        "w-events": str(paint.wall.events(events(scene, room))).strip(),
        "w-ages": str(paint.wall.ages(shown, _rest(scene, len(sources) - len(shown)))).strip(),
    }


def events(scene: Scene, room: int) -> list[Going]:
    """The gravest, so many."""
    rows = happenings.happenings(scene, room).rows
    return [Going(r.sign, cut(r.where, PLACE), cut(r.title, TEXT - len(r.when)), r.when) for r in rows]


def cut(text: str, room: int) -> str:
    """A text that ends at a word where it is longer than so many signs."""
    return shorten(text, room, placeholder=" …")


def _rest(scene: Scene, left: int) -> str:
    return scene.words.count("more", left) if left else ""
