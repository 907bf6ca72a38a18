"""A cell's last day: each value it had, since when, by whose word, and the versions that say so.

Pure. In: a scene, the course of a cell. Out: a drawing (drawing/stepline.py) and the same as rows, newest first.
Next: dashboards/drawing/stepline.py
"""

from typing import NamedTuple

from markupsafe import Markup

from dashboards.desk.revisions import cause_text
from dashboards.drawing.stepline import Span, Tick, step_line
from dashboards.picture.lived import Course, Lived
from dashboards.telling.scene import Scene, is_loud
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.times import DAY, HOUR, parse

TICKS_H = 6
SHOWN = 20


class Turn(NamedTuple):
    """One value."""

    when: str
    before: Json | None
    after: Json
    name: str
    owner: str
    cause: str
    version: int


class Day(NamedTuple):
    """The last 24 hours."""

    svg: Markup
    rows: list[Turn]
    more: int


def day_of(scene: Scene, course: Course, cell: Json) -> Day:
    """What the course says of the last 24 hours; a version that left the value as it was is no turn.

    `cell` is as it is now: where the course is not known it tells at least since when.
    """
    begin = scene.now - DAY
    turns = [row for row in course.rows if row.at >= begin and _value(row.before) != _value(row.after)]
    rows = [turn for row in turns if (turn := _turn(scene, row)) is not None]
    return Day(_drawn(scene, course, begin, cell), rows[:SHOWN], max(0, len(rows) - SHOWN))


def _seen(scene: Scene, cell: Json | None) -> Json | None:
    return None if cell is None else scene.sight.of(EntityKind.CELL, cell)


def _value(cell: Json | None) -> tuple[int, str, int, bool]:
    if cell is None:
        return 0, "not_assessed", 0, False
    return cell["impact"], cell.get("unknown", ""), cell.get("last", 0), bool(cell.get("contradiction"))


def _turn(scene: Scene, row: Lived) -> Turn | None:
    before, after = _seen(scene, row.before), _seen(scene, row.after)
    if after is None:
        return None
    words, reasons = scene.words, after.get("reasons", [])
    name = words.impact(after["impact"]) if after["impact"] else words(f"unknown.{after['unknown']}")
    if after.get("contradiction"):
        name = words("cell_page.contradicted", impact=name)
    owner = scene.region.owner(reasons[0]["owner"]) if reasons else ""
    return Turn(words.when(row.at, scene.now), before, after, name, owner, cause_text(scene, row.cause), row.version)


def _drawn(scene: Scene, course: Course, begin: int, cell: Json) -> Markup:
    spans = [_span(row.at, row.after) for row in reversed(course.rows)]
    if not spans:
        spans = [_span(parse(cell["since"]) if "since" in cell else begin, cell)]
    first = course.rows[-1].before if course.rows else None
    if first is not None or (course.rows and course.whole):
        spans.insert(0, _span(min(begin, spans[0].begins), first))
    words = scene.words
    hours = [scene.now - scene.now % HOUR - n * HOUR for n in range(25)]
    ticks = [Tick(at, words.clock(at)) for at in hours if words.local(at).hour % TICKS_H == 0]
    worst = max((span.impact for span in spans), default=0)
    label = words("cell_page.day", worst=words.impact_short(worst)) if worst else words("cell_page.day_unknown")
    return Markup(step_line(spans, begin, scene.now, ticks, label=label))  # noqa: S704 stepline.py escapes every text


def _span(at: int, cell: Json | None) -> Span:
    if cell is None:
        return Span(at, 0)
    return Span(at, cell["impact"], cell.get("last", 0), is_loud(cell))
