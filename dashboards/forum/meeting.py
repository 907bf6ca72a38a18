"""A meeting that has begun: who was there, what was said, and the agenda of the picture that it was held on.

Pure. In: a scene now, and one of the version that the meeting was sealed on where that is kept. Out: `MeetingPage`.
Next: dashboards/forum/pages.py
"""

from typing import NamedTuple

from dashboards.api.forums import seen_by
from dashboards.forum import names
from dashboards.forum.agenda import Point, points
from dashboards.forum.line import Line, lines
from dashboards.forum.page import Head, Held, head_of, held
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from streams.core.forum_agenda import agenda
from streams.core.forum_minutes import minutes


class MeetingPage(NamedTuple):
    """Everything on the page of one meeting."""

    head: Head
    held: Held
    hash: str
    present: list[str]
    absent: list[str]
    lines: list[Line]
    carried: list[names.Piece]
    """What was open when it began."""
    agenda: list[Point]
    """Empty when its version is not kept any more."""
    sheet: str
    back: str
    before: str
    """Address of the meeting before; empty for the first."""
    after: str


def meeting_page(scene: Scene, then: Scene | None, key: str, number: int) -> MeetingPage | None:
    """One meeting of a forum; None when there is none that the viewer may see."""
    seen, name = seen_by(scene.sight), f"{key}/{number}"
    forum, meeting = seen[EntityKind.FORUM].get(key), seen[EntityKind.MEETING].get(name)
    if forum is None or meeting is None:
        return None
    told = next(row for row in minutes(seen, key)["meetings"] if row["id"] == name)
    numbers = [row.number for row in held(scene, seen, key)]
    return MeetingPage(
        head_of(scene, key, forum, seen[EntityKind.MEETING].get(forum.get("meeting", ""))),
        next(row for row in held(scene, seen, key) if row.number == number),
        meeting["sealed"]["hash"][:12],
        names.actors(scene, meeting["present"]),
        names.actors(scene, meeting["absent"]),
        lines(scene, [(row["key"], row) for row in told["entries"]], key),
        [names.thing(scene, entry) for entry in meeting["carried"] if entry in seen[EntityKind.ENTRY]],
        _agenda(then, key) if then is not None else [],
        f"/sheet?meeting={names.quoted(key)}/{number}",
        names.forum_path(key),
        _address(key, number - 1, numbers),
        _address(key, number + 1, numbers),
    )


def _agenda(then: Scene, key: str) -> list[Point]:
    """As it lay on the table: made from the picture that the meeting was sealed on."""
    seen = seen_by(then.sight)
    forum = seen[EntityKind.FORUM].get(key)
    if forum is None or "members" not in forum:
        return []
    return points(then, agenda(seen, key, then.going.agenda, ahead=True))


def _address(key: str, number: int, numbers: list[int]) -> str:
    return f"{names.forum_path(key)}?meeting={number}" if number in numbers else ""
