"""How much speaks for two reports being about one matter: points for place, time, theme, names and words.

In: traits of two open items. Out: points and the reasons behind them, or None where something speaks against it.
Deterministic, whole numbers, weights from the region's data. A source keeps its own matters apart: two items of one
source are never joined by points. Looking for the other one costs the same however many items are open.
Next: streams/core/events.py
"""

from math import isqrt
from typing import NamedTuple

from schemas.times import HOUR, MINUTE, SECOND
from streams.core import likeness
from streams.core.step import Step
from streams.core.traits import Trait, trait

KEPT = 4
"""Newest items of each source that are looked at, per municipality and theme."""
FOUND = 16
"""Candidates scored for one report, at most."""

DEFAULTS = {
    "enough": 70,
    "hint": 55,
    "margin": 10,
    "near": 40,
    "close": 30,
    "area": 15,
    "wide": 5,
    "same_areas": 40,
    "half_hour": 30,
    "two_hours": 20,
    "apart": 10,
    "theme": 20,
    "names": 25,
    "words": 40,
    "relayed": 20,
    "near_m": 500,
    "close_m": 2_000,
    "far_m": 5_000,
    "apart_s": 43_200,
    "ends_differ_s": 7_200,
    "alike_percent": 60,
}
"""Where the region says nothing."""


class Score(NamedTuple):
    """Points for a link, and what gave them."""

    points: int
    reasons: tuple[str, ...]
    other: str
    """Key of the item it was compared with."""
    alike: int = 0
    """Percent of their words in common: shown, and worth no point."""


def weight(step: Step, name: str) -> int:
    """A figure of the region's `links`."""
    return int(step.state.reference.weights.get(name, DEFAULTS[name]))


def against(step: Step, one: Trait, other: Trait) -> bool:
    """Something speaks against one matter, whatever speaks for it: the place, the time, the theme, the source."""
    if one.source == other.source or one.status != other.status:
        return True
    if one.themes.isdisjoint(other.themes) or one.areas.isdisjoint(other.areas):
        return True
    if one.point and other.point and metres(one.point, other.point) > weight(step, "far_m"):
        return True
    if abs(one.begins - other.begins) > weight(step, "apart_s") * SECOND:
        return True
    return any(a.ends is not None and a.ends <= b.begins for a, b in ((one, other), (other, one)))


def score(step: Step, one: Trait, other: Trait) -> Score | None:
    """Points for two items being one matter; None where something speaks against it."""
    if against(step, one, other):
        return None
    reasons = [*_place(step, one, other), _time(one, other), "theme"]
    if not one.names.isdisjoint(other.names):
        reasons.append("names")
    if one.words is not None and one.words == other.words:
        reasons.append("words")
    points = sum(weight(step, name) for name in reasons)
    return Score(points, tuple(reasons), other.key, likeness.percent(one.sketch, other.sketch))


def _place(step: Step, one: Trait, other: Trait) -> list[str]:
    if "weather" in one.themes or "vma" in one.themes:
        shared, either = len(one.areas & other.areas), len(one.areas | other.areas)
        if 2 * shared >= either:
            return ["same_areas"]
        copy = one.relayed != other.relayed and shared == min(len(one.areas), len(other.areas))
        return ["relayed"] if copy else []
    if one.point and other.point:
        apart = metres(one.point, other.point)
        return ["near"] if apart <= weight(step, "near_m") else ["close"] if apart <= weight(step, "close_m") else []
    return ["area"] if max(len(one.areas), len(other.areas)) <= weight(step, "wide") else []


def _time(one: Trait, other: Trait) -> str:
    apart = abs(one.begins - other.begins)
    return "half_hour" if apart <= 30 * MINUTE else "two_hours" if apart <= 2 * HOUR else "apart"


def metres(one: tuple[int, int], other: tuple[int, int]) -> int:
    """Distance between two points, whole metres, within a percent; whole numbers only (Bhaskara's cosine)."""
    degrees = abs(one[1] + other[1]) // 200_000
    narrowing = (32_400 - 4 * degrees * degrees) * 1_000 // (32_400 + degrees * degrees)
    north = abs(one[1] - other[1]) * 1_112 // 1_000
    east = abs(one[0] - other[0]) * 1_112 // 1_000 * narrowing // 1_000
    return isqrt(north * north + east * east)


def enter(step: Step, one: Trait) -> None:
    """Let later reports find this item."""
    for area in one.areas:
        for theme in one.themes:
            name = f"{area}|{theme}"
            if name not in step.state.near:
                step.put(step.state.near, name, {})
            bucket = step.state.near[name]
            found = bucket.get(one.source, [])
            if one.key not in found:
                step.put(bucket, one.source, [*(k for k in found if k in step.state.items), one.key][-KEPT:])


def candidates(step: Step, one: Trait) -> list[Score]:
    """Open items of other sources that could be about the same matter, best first."""
    keys: dict[str, bool] = {}
    for area in sorted(one.areas):
        for theme in sorted(one.themes):
            for source, found in sorted(step.state.near.get(f"{area}|{theme}", {}).items()):
                if source != one.source:
                    keys.update(dict.fromkeys(reversed(found), True))
        if len(keys) >= FOUND:
            break
    traits = [t for key in list(keys)[:FOUND] if (t := trait(step, key)) is not None]
    scored = [s for t in traits if (s := score(step, one, t)) is not None]
    return sorted(scored, key=lambda s: (-s.points, s.other))
