"""An actor's own reports, and each as its sender told it: an item of the picture back into the body of a report.

Pure. In: a scene, an actor; an item as its owner is shown it. Out: items; a body (docs/reporting.md) without `sent`.
Next: dashboards/report/fields.py
"""

from dashboards.telling.going import is_open
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json, load
from schemas.ids import actor_source
from schemas.sectors import Kind

_WORDS = ("event", "consequences", "measures", "relayed_from", "certainty")


def own_items(scene: Scene, actor: str) -> list[Json]:
    """An actor's reports of every kind that the picture still knows, newest first. Costs what it has sent."""
    prefix = f"{actor_source(actor)}/"
    keys = [key for key in scene.sight.picture.get(EntityKind.ITEM, {}) if key.startswith(prefix)]
    mine = [item for key in keys if (item := scene.item(key)) is not None]
    return sorted(mine, key=lambda item: (item["sent"], item["id"]), reverse=True)


def own_reports(scene: Scene, actor: str) -> list[Json]:
    """Its open situation reports, newest first."""
    return [item for item in own_items(scene, actor) if item["kind"] == Kind.SITUATION and is_open(item)]


def newest_sent(scene: Scene, actor: str) -> str:
    """When the newest of its reports was sent, `Z` text: the next one is later. Empty without any."""
    return next((str(item["sent"]) for item in own_items(scene, actor)), "")


def told(item: Json) -> Json:
    """The report; what only its outcome knows (state, known_at) is left out."""
    texts = item.get("texts", {})
    body: Json = {"id": item["id"], "headline": texts.get("headline", ""), "impacts": item.get("impacts") or []}
    body |= {"label": item["label"]} | {name: texts[name] for name in _WORDS if name in texts}
    body |= {name: item[name] for name in ("labels", "next_report", "revision", "native") if item.get(name)}
    body |= {"origin": "relayed"} if item["origin"] == "relayed" else {}
    more = _more(texts.get("more", ""))
    if "prognosis" in texts or "prognosis" in more:
        more["prognosis"] = {**more.get("prognosis", {}), **_named("text", texts.get("prognosis"))}
    return body | more


def _more(text: str) -> Json:
    """Fields without a text of their own, as intake kept them."""
    try:
        found = load(text.encode())
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _named(name: str, value: str | None) -> Json:
    return {name: value} if value else {}
