"""What would end a suggestion, and what would raise it, computed by the fold: things that can happen, in words.

Pure. In: `falls_away_if` and `raises_if` of a suggestion (docs/rules.md). Out: lines, equal things told as one.
Next: dashboards/activation/matters.py
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from dashboards.telling.advice import named
from dashboards.telling.happenings import headline
from dashboards.telling.scene import Scene
from schemas.codec import Json
from schemas.ids import actor_of
from schemas.times import MINUTE


class Condition(NamedTuple):
    """One thing that has to happen."""

    text: str
    item: str = ""
    """Key of the item it is about, where the viewer may open it."""


class Raise(NamedTuple):
    """A rule of a higher level that is one step away."""

    level: str
    rule: str
    title: str
    steps: list[Condition]


def ends(scene: Scene, suggestion: Json) -> tuple[str, list[Condition]]:
    """How long all of it must last, in words, and everything that must happen; nothing where only time ends it."""
    told = suggestion.get("falls_away_if")
    if told is None:
        return "", []
    lasting = told.get("clear_min", 0)
    key = "activation.ends_all_for" if lasting else "activation.ends_all"
    return scene.words(key, age=scene.words.age(lasting * MINUTE)), list(_told(scene, told["changes"]))


def raises(scene: Scene, suggestion: Json, titles: Mapping[str, str]) -> list[Raise]:
    """What would raise it; `titles` are those of the rules in force."""
    return [
        Raise(
            scene.words(f"level.{row['level']}"),
            row["rule"],
            titles.get(row["rule"], row["rule"]),
            list(_told(scene, row["changes"])),
        )
        for row in suggestion.get("raises_if", ())
    ]


def _told(scene: Scene, changes: list[Json]) -> Iterator[Condition]:
    """Equal things of several parties become one line; the order is that of the first of each."""
    groups: dict[tuple[object, ...], list[Json]] = {}
    for change in changes:
        groups.setdefault(_alike(change), []).append(change)
    for group in groups.values():
        if group[0].get("limited"):
            yield Condition(scene.words.count("hidden_reports", len(group)))
        else:
            yield _TOLD[group[0]["do"]](scene, group)


def _alike(change: Json) -> tuple[object, ...]:
    if change.get("limited"):
        return ("limited",)
    do, item = change["do"], str(change.get("item", ""))
    if do in {"report", "worse"}:
        return do, change["sector"], change["impact"]
    if do == "end" and _actor(item) is None:
        return do, item
    return do, change.get("source"), change.get("forum"), change.get("kind"), change.get("level")


def _actor(item: str) -> str | None:
    return actor_of(item.partition("/")[0])


def _actors(scene: Scene, group: list[Json]) -> str:
    found = dict.fromkeys(_actor(str(c["item"])) or str(c["item"]) for c in group)
    return named(scene, list(found))


def _report(scene: Scene, group: list[Json]) -> Condition:
    words, first = scene.words, group[0]
    sector = words(f"sector.{first['sector']}")
    return Condition(
        words("activation.end_report", who=_actors(scene, group), impact=words.impact_short(first["impact"]), on=sector)
    )


def _end(scene: Scene, group: list[Json]) -> Condition:
    key = str(group[0]["item"])
    if _actor(key) is not None:
        return Condition(scene.words("activation.end_reports", who=_actors(scene, group)))
    item = scene.item(key)
    who = scene.words.source(key.partition("/")[0], scene.region.actors, scene.region.feeds)
    what = scene.words("activation.end_forgotten") if item is None else headline(scene, item)
    return Condition(scene.words("activation.end_item", who=who, what=what), key if item is not None else "")


def _heard(scene: Scene, group: list[Json]) -> Condition:
    if "source" in group[0]:
        sources = [scene.words.source(str(c["source"]), scene.region.actors, scene.region.feeds) for c in group]
        return Condition(scene.words("activation.end_heard", who=scene.words.listing(sources)))
    return Condition(scene.words("activation.end_heard", who=_actors(scene, group)))


def _close(scene: Scene, group: list[Json]) -> Condition:
    return Condition(scene.words("activation.end_close", forum=", ".join(str(c["forum"]) for c in group)))


def _worse(scene: Scene, group: list[Json]) -> Condition:
    words, first = scene.words, group[0]
    areas = words.places([c["area"] for c in group], scene.region.towns)
    impact, on = words.impact_short(first["impact"]), words(f"sector.{first['sector']}")
    return Condition(words("activation.raise_worse", on=on, impact=impact, areas=areas))


def _warning(scene: Scene, group: list[Json]) -> Condition:
    source = scene.words.source(group[0]["source"], scene.region.actors, scene.region.feeds)
    key = f"weather_level.{group[0]['level']}"
    level = scene.words(key) if scene.words.known(key) else str(group[0]["level"])
    return Condition(scene.words("activation.raise_warning", who=source, level=level))


def _more(scene: Scene, group: list[Json]) -> Condition:
    kind = f"number.{group[0]['kind']}"
    what = scene.words(kind) if scene.words.known(kind) else str(group[0]["kind"])
    return Condition(scene.words("activation.raise_more", n=scene.words.number(group[0]["number"]), what=what))


def _direction(scene: Scene, _: list[Json]) -> Condition:
    return Condition(scene.words("activation.raise_direction"))


def _request(scene: Scene, group: list[Json]) -> Condition:
    return Condition(scene.words("activation.raise_request", forum=scene.words(f"forum.{group[0]['forum']}")))


_TOLD: Mapping[str, Callable[[Scene, list[Json]], Condition]] = {
    "report": _report,
    "end": _end,
    "heard": _heard,
    "close": _close,
    "worse": _worse,
    "warning": _warning,
    "more": _more,
    "need_direction": _direction,
    "request": _request,
}
"""What happens -> its words; the same acts as in streams/core/pretend.py and raising.py."""
