"""The living parts of a forum's page and of the list of forums: element id -> markup, one set of lines for all paints.

Pure. In: a scene, the forum's key. Out: every part. What a person writes in a form is kept when a part is put in place:
static/morph.js. Next: dashboards/rooms.py
"""

from collections.abc import Mapping

from dashboards.drawing.paint import Paint
from dashboards.forum.ahead import forums_page
from dashboards.forum.page import ForumPage, forum_page
from dashboards.telling.scene import Scene

PARTS = (
    *("head", "steer", "news", "agenda", "agreements", "new_agreement", "tasks", "new_task"),
    *("questions", "new_question", "recommendations", "new_recommendation", "messages", "new_message", "assessments"),
    *("new_assessment", "matters", "members", "roll", "notes", "minutes", "held"),
)
"""Macros of forum_parts.html; the part `f-<name>` of the page is what each draws."""
LIST = ("forums", "convene", "follow", "issues", "dates", "events")
"""Macros of forums_parts.html; each draws the part `l-<name>` of the list."""
GONE: Mapping[str, str] = {"p-version": "–", "f-head": ""}


def draw(scene: Scene, paint: Paint, key: str, root: str) -> Mapping[str, str]:
    """All parts; a forum that is forgotten leaves its page empty, and its address says that it is not there."""
    page = forum_page(scene, key)
    if page is None:
        return GONE
    return {"p-version": scene.words.number(scene.head.version), **_parts(paint, page, root)}


def _parts(paint: Paint, page: ForumPage, root: str) -> Mapping[str, str]:
    macros = paint.forum
    return {f"f-{name.replace('_', '-')}": str(getattr(macros, name)(page, root)).strip() for name in PARTS}


def draw_list(scene: Scene, paint: Paint, root: str) -> Mapping[str, str]:
    """All parts of the list of forums."""
    page, macros = forums_page(scene), paint.forums
    parts = {f"l-{name}": str(getattr(macros, name)(page, root)).strip() for name in LIST}
    return {"p-version": scene.words.number(scene.head.version), **parts}
