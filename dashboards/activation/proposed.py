"""The agenda of the meeting that a suggestion proposes: ten points, each with how much stands behind it.

Pure. In: what the viewer may see, a suggestion. Out: lines in the order of the meeting, empty ones too: that there is
nothing is an answer. Next: dashboards/activation/matters.py
"""

from typing import NamedTuple

from dashboards.telling.scene import Scene
from schemas.change import Picture
from schemas.codec import Json
from streams.core.forum_agenda import proposed


class Point(NamedTuple):
    """One point of the agenda."""

    name: str
    text: str
    """What stands behind it."""
    empty: bool


def points(scene: Scene, seen: Picture, suggestion: str) -> list[Point]:
    """Points of the proposed meeting; none when no meeting is proposed. `seen`: dashboards/api/forums.py."""
    entity = scene.sight.shown("suggestion", suggestion)
    if entity is None or entity.get("limited"):
        return []
    made = proposed(seen, suggestion, scene.going.agenda)
    return [] if made is None else [_point(scene, row) for row in made["points"]]


def _point(scene: Scene, row: Json) -> Point:
    point, rows = row["point"], row["rows"]
    n = len(rows) + row.get("more", 0)
    fields: Json = {"n": scene.words.number(n), "who": "", "told": 0}
    if point == "reports":
        fields["told"] = sum(r["state"] != "not_reported" for r in rows)
    if point == "ending":
        fields["who"] = scene.region.owner(rows[0]["chair"]) or scene.words("agenda_count.nobody")
    text = scene.words(f"agenda_count.{point}", **fields) if n else scene.words("agenda_count.nothing")
    return Point(scene.words(f"agenda.{point}"), text, not n)
