"""The living parts of *Suggestions and notices*: element id -> markup, of the whole room or of one suggestion.

Pure. In: a scene, what the viewer may do, the duty plan, the newest versions. Out: every part.
Next: dashboards/templates/activation_parts.html
"""

from collections.abc import Mapping

from dashboards.activation import calm, closed, matters
from dashboards.activation.delivering import ladder
from dashboards.activation.life import life
from dashboards.api.forums import seen_by
from dashboards.desk.parts import Stand
from dashboards.drawing.paint import Paint
from dashboards.picture.ring import Ring
from dashboards.telling.advice import FORUMS as FORUM_LEVELS
from dashboards.telling.advice import holding
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from streams.duty import DutyPlan
from streams.words import load_words

FORMS = tuple(load_words()(f"meeting_form.{n}") for n in (1, 2, 3))
"""How a forum meets, as it is stored: in the region's language, whatever the page speaks."""
LEVELS = (*FORUM_LEVELS, "planering")
"""Forums that can be called from here."""


def draw(scene: Scene, stand: Stand, plan: DutyPlan, paint: Paint, ring: Ring, of: str) -> Mapping[str, str]:
    """Parts of the room; `of` names one suggestion, or `history/<which>/<cursor>` of the list below."""
    macros, seen = paint.activation, seen_by(scene.sight)
    waits = matters.waiting(scene, plan, seen)
    first = plan.roles[plan.first].short
    shared = {"stand": stand, "ladder": ladder(scene, plan), "forms": FORMS, "levels": LEVELS, "first": first}
    parts = {"a-count": counted(scene, waits), "p-version": scene.words.number(scene.head.version)}
    if of and not of.startswith("history/"):
        parts["a-night"] = macros.night([m for m in waits if m.card.id == of], waits, shared)
        made = next((m for m in waits if m.card.id == of), None) or matters.matter(scene, plan, seen, of)
        steps = life(scene, ring, plan, of)
        parts["a-one"] = macros.gone() if made is None else macros.one(made, steps, closed.row_of(scene, of), shared)
    else:
        which, past = _history(scene, of)
        parts["a-night"] = macros.night(waits[:1], waits, shared)
        parts["a-waits"] = macros.waits(waits, shared)
        parts["a-holding"] = macros.holding(holding(scene), stand)
        parts["a-silent"] = macros.silent(closed.silent(scene), stand)
        parts["a-history"] = macros.history(past, which, stand)
        parts["a-calm"] = macros.calm(calm.calm(scene, plan), stand)
    return {name: str(markup).strip() for name, markup in parts.items()}


def _history(scene: Scene, of: str) -> tuple[str, closed.History]:
    """The list that is asked for; one that is not known, from its beginning."""
    _, which, cursor = [*of.split("/", 2), "", "", ""][:3]
    which = which if which in closed.FILTERS else "all"
    try:
        return which, closed.history(scene, which, cursor or None)
    except ValueError:
        return which, closed.history(scene, which)


def counted(scene: Scene, waits: list[matters.Matter]) -> str:
    """`2 förslag väntar på svar, 1 är inte kvitterat, 1 källa hörs inte`: a calm that is blind is not called calm."""
    words, unanswered = scene.words, sum(m.ring is not None and m.ring.call for m in waits)
    silent = sum(source["state"] == "silent" for _, source in scene.entities(EntityKind.SOURCE))
    told = [words.count("waits", len(waits)) if waits else words("desk.nothing_waits")]
    told += [words.count(what, n) for what, n in (("unanswered", unanswered), ("unheard", silent)) if n]
    return ", ".join(told)
