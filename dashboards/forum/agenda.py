"""The agenda in words: ten points prepared from the picture, each with what it rests on and where one can read it.

Pure. In: a scene, the agenda of streams/core/forum_agenda.py. Out: points that name a few things and count the rest.
Next: dashboards/forum/page.py
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from dashboards.forum import names
from dashboards.forum.names import Piece
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.ids import actor_of
from schemas.times import MINUTE

NAMED = 5
"""Things that one point names."""
_NAMED_ONE_BY_ONE = frozenset({"weather", "needs", "matters", "communication", "decisions"})
"""Points whose every row is a thing of its own; the others count theirs."""


class Point(NamedTuple):
    """One point of the agenda."""

    number: int
    point: str
    name: str
    pieces: list[Piece]
    more: int
    """How many more there are."""


def points(scene: Scene, told: Json) -> list[Point]:
    """All ten, in their order; one with nothing behind it stands with nothing."""
    found = []
    for number, point in enumerate(told["points"], 1):
        pieces = list(_TELL[point["point"]](scene, point["rows"], told))
        more = max(0, len(pieces) - NAMED) + (point.get("more", 0) if point["point"] in _NAMED_ONE_BY_ONE else 0)
        found.append(Point(number, point["point"], scene.words(f"agenda.{point['point']}"), pieces[:NAMED], more))
    return found


def _opening(scene: Scene, rows: list[Json], _: Json) -> Iterator[Piece]:
    belong = [row for row in rows if row["how"] != "proposed"]
    yield Piece(scene.words.count("members", len(belong)), "#members")
    lacking = [row["actor"] for row in rows if row["how"] == "proposed"]
    if lacking:
        yield Piece(scene.words("forum_agenda.lacking", who=names.few(scene, lacking)), "#members")


def _news(scene: Scene, rows: list[Json], told: Json) -> Iterator[Piece]:
    """Before a forum's first meeting all is new to it: then the picture itself is what one goes through."""
    yield from (names.thing(scene, row["about"]) for row in rows if "about" in row)
    if "since" not in told:
        yield Piece(scene.words("forum_agenda.first"), "/")
        return
    cells = sum(cell.get("since", "") > told["since"] for cell in scene.cells.values())
    items = [row["item"] for row in rows if "item" in row]
    if cells:
        yield Piece(scene.words("forum_agenda.cells", cells=scene.words.count("cells", cells)), "#news")
    yield from (names.thing(scene, key) for key in items)
    if not cells and not items:
        yield Piece(scene.words("forum_agenda.nothing_new", when=scene.clock(told["since"])))


def _weather(scene: Scene, rows: list[Json], _: Json) -> Iterator[Piece]:
    for row in rows:
        item, piece = scene.item(row["item"]), names.thing(scene, row["item"])
        ends = item.get("ends") if item is not None else None
        until = f" {scene.words('happening.until', time=scene.clock(ends))}" if ends else ""
        yield Piece(piece.text + until, piece.href)


def _reports(scene: Scene, rows: list[Json], _: Json) -> Iterator[Piece]:
    """Those who have something new by name, directly affected first; the rest only counted."""
    changed = [row for row in rows if row["state"] == "changed"]
    for row in changed[: NAMED - 2]:
        yield Piece(names.actor(scene, row["actor"]), names.thing(scene, row["items"][0]).href)
    for state, left in (("changed", max(0, len(changed) - NAMED + 2)), ("unchanged", 0), ("not_reported", 0)):
        n = left if state == "changed" else sum(row["state"] == state for row in rows)
        if n:
            yield Piece(scene.words(f"forum_agenda.{state}", n=n), "#members")


def _doubts(scene: Scene, rows: list[Json], _: Json) -> Iterator[Piece]:
    for row in rows:
        if row["why"] == "contradiction":
            piece = names.thing(scene, row.get("cell") or row["event"])
            yield Piece(scene.words("forum_agenda.contradiction", what=piece.text), piece.href)
    for why in ("not_reported", "outdated", "source_unreachable"):
        cells = [row["cell"] for row in rows if row["why"] == why]
        if len(cells) == 1:
            piece = names.thing(scene, cells[0])
            yield Piece(f"{piece.text} ({scene.words(f'unknown.{why}').lower()})", piece.href)
        elif cells:
            yield Piece(scene.words(f"six.{why}", n=len(cells)), "/")


def _needs(scene: Scene, rows: list[Json], _: Json) -> Iterator[Piece]:
    words = scene.words
    for row in rows:
        if "direction" in row:
            yield Piece(words("sheet.direction", when=scene.clock(row["direction"])))
        elif "item" in row:
            item, piece = scene.item(row["item"]), names.thing(scene, row["item"])
            who = names.actor(scene, (item and actor_of(item["source"])) or "")
            yield Piece(words("sheet.request", who=who, what=piece.text), piece.href)
        elif "suggestion" in row:
            yield Piece(words.advice(row["act"], row["level"]), f"/#sg-{row['suggestion']}")
        else:
            offer = {"who": names.actor(scene, row["actor"]), "n": row["number"], "kind": row["kind"]}
            yield Piece(words("forum_agenda.offer", **offer), "#matters")


def _matters(scene: Scene, rows: list[Json], _: Json) -> Iterator[Piece]:
    for row in rows:
        piece, shared = names.thing(scene, row["item"]), len(row.get("sharers", ()))
        count = scene.words("forum_agenda.shared", actors=scene.words.count("actors", shared)) if shared else ""
        yield Piece(f"{piece.text}{count}", piece.href)


def _communication(scene: Scene, rows: list[Json], _: Json) -> Iterator[Piece]:
    for row in rows:
        entry = scene.sight.shown(EntityKind.ENTRY, row["entry"])
        if entry is not None:
            said = str(entry["texts"].get("what", "–"))
            yield Piece(f"{scene.clock(row['at'])} {said[:80]}", f"#e-{row['entry']}")


def _decisions(scene: Scene, rows: list[Json], _: Json) -> Iterator[Piece]:
    """What waits, each by its words and by whom it waits for."""
    for row in sorted(rows, key=lambda row: row["state"] != "overdue"):
        piece = names.thing(scene, row["entry"])
        late = f" ({scene.words('entry_state.overdue')})" if row["state"] == "overdue" else ""
        yield Piece(f"{piece.text}: {names.few(scene, row['waiting'])}{late}", f"#e-{row['entry']}")


def _ending(scene: Scene, rows: list[Json], _: Json) -> Iterator[Piece]:
    words = scene.words
    for row in rows:
        yield Piece(words("minutes.chair", chair=names.actor(scene, row["chair"])))
        planned = row["planned"][:1]
        if planned:
            yield Piece(words("minutes.next", when=scene.clock(planned[0]["at"]), form=planned[0]["form"]), "#next")
        else:
            yield Piece(words("forum_agenda.no_next"), "#next")
        if "reporting_min" in row:
            yield Piece(words("sheet.reporting", age=words.age(row["reporting_min"] * MINUTE)))


_TELL: dict[str, Callable[[Scene, list[Json], Json], Iterator[Piece]]] = {
    "opening": _opening,
    "news": _news,
    "weather": _weather,
    "reports": _reports,
    "doubts": _doubts,
    "needs": _needs,
    "matters": _matters,
    "communication": _communication,
    "decisions": _decisions,
    "ending": _ending,
}
"""Point -> how its rows are told."""
