"""The living parts of the desk: element id -> markup. First paint and every push are drawn by the same lines.

Pure. In: a scene. Out: every part; the caller sends those that differ.
"""

from collections.abc import Mapping
from typing import NamedTuple

from markupsafe import Markup

from dashboards.desk import filtering, matrix
from dashboards.desk.filtering import NOTHING
from dashboards.drawing.map import Drawing
from dashboards.drawing.paint import Paint
from dashboards.picture.search import Haystack
from dashboards.telling import advice, happenings, overview, six
from dashboards.telling.filter import Filter, narrow
from dashboards.telling.scene import Scene
from schemas.change import EntityKind

ROW = Markup('<a class="{}" href="{}/area/{}">{}</a>')


class Stand(NamedTuple):
    """What a viewer may do here, and where the site lies."""

    may_advise: bool
    """Acknowledge, convene, dismiss."""
    may_forum: bool
    """Say that direction is needed, close."""
    exercise: bool
    root: str


class Sought(NamedTuple):
    """What the reader has asked to see, and where words are found."""

    asked: Filter
    haystack: Haystack


def draw(
    whole: Scene, stand: Stand, drawing: Drawing, cells: matrix.Cells, paint: Paint, sought: Sought | None = None
) -> Mapping[str, str]:
    """All parts. A filter narrows matrix and lists; the six answers and what waits for a person stay whole."""
    macros, root = paint.parts, stand.root
    asked = sought.asked if sought else NOTHING
    scene = narrow(whole, asked, sought.haystack) if sought else whole
    happened = happenings.happenings(scene)
    heard = happenings.sources(scene)
    parts: dict[str, str] = {f"six-{answer.id}": macros.answer(answer, root) for answer in six.six(scene)}
    parts |= {
        "p-mode": _mode(scene),
        "p-heard": _heard(scene, heard),
        "p-version": scene.words.number(scene.head.version),
        "p-map": overview.big_map(scene, drawing, root),
        "p-filter": macros.filtered(filtering.told(scene, asked, whole), root),
        "p-warn": macros.warn(happenings.warnings(scene), root, filtered=bool(asked.address)),
        "p-minis": macros.minis(overview.small_maps(scene, drawing), root),
        "p-calls": macros.calls(advice.calls(scene), stand),
        "p-advice": macros.advice(advice.cards(scene), advice.holding(scene), stand),
        "p-forums": macros.forums(advice.forums(scene), stand),
        "p-events": macros.events(happened, root, asked.address),
        "p-hour": macros.hour(happenings.shifts(scene), happenings.calm_news(scene), bool(asked.address), root),
        "p-sources": macros.sources(heard, happenings.failures(scene), root),
    }
    parts |= {f"r-{row.code}": ROW.format(" ".join(_look(row)), root, row.code, row.name) for row in matrix.rows(scene)}
    return {name: str(markup).strip() for name, markup in (parts | dict(cells.markup(scene, root))).items()}


def _look(row: matrix.Row) -> list[str]:
    return [name for name, wanted in (("hot", row.hot), ("dim", row.dim)) if wanted]


def _mode(scene: Scene) -> str:
    active = any(f["state"] == "active" for _, f in scene.entities(EntityKind.FORUM))
    return scene.words("desk.mode_activated" if active else "desk.mode_ordinary")


def _heard(scene: Scene, rows: list[happenings.Source]) -> str:
    return scene.words("desk.heard_short", heard=sum(row.ok for row in rows), all=len(rows)) if rows else ""


def alarms(scene: Scene) -> list[dict[str, str]]:
    """Open calls, to be said once to those who listen instead of look."""
    return [
        {"id": call.id, "text": f"{scene.words('desk.call')}: {call.title}. {call.text}"}
        for call in advice.calls(scene)
        if call.open and call.call
    ]
