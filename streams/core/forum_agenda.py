"""The agenda of a forum's next meeting, prepared from the picture: ten points, with the keys of what stands behind.

Pure function of a picture, whole or as somebody may see it. The same version gives the same agenda, so a sealed meeting
can be shown again. What is new is counted from the forum's last meeting. Next: streams/core/forum_minutes.py
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from schemas.change import EntityKind, Picture
from schemas.codec import Json
from schemas.sectors import Kind
from streams.core.agenda_items import AgendaItems
from streams.core.forum_life import OPEN_ENTRIES
from streams.core.forum_view import belongs, waiting
from streams.core.suggestion_life import UNDECIDED

SHOWN = 60
"""Rows of one point; the rest are counted."""
_ORDER = ("direct", "indirect", "called_in")


class _Read(NamedTuple):
    """What the points are filled from."""

    picture: Picture
    items: AgendaItems
    forum: Json
    last: str
    """When the meeting before was; empty when there was none."""


def agenda(picture: Picture, name: str, items: AgendaItems, *, ahead: bool = False) -> Json:
    """Agenda of the meeting that is open, else, or with `ahead`, of the next one. KeyError: no such forum.

    `items` are the picture's: they are kept apart, since several agendas share them.
    """
    return _agenda(picture, picture[EntityKind.FORUM][name], items, ahead=ahead)


def _agenda(picture: Picture, forum: Json, items: AgendaItems, *, ahead: bool = False) -> Json:
    meeting = picture.get(EntityKind.MEETING, {}).get(forum.get("meeting", ""))
    is_open = meeting is not None and meeting["state"] == "open" and not ahead
    last = None if meeting is None else meeting.get("previous_at") if is_open else meeting["at"]
    found: Json = {"forum": forum["id"], "number": forum["meetings"] + (not is_open), "points": []}
    found["at"] = meeting["at"] if meeting is not None and is_open else forum["meets_at"]
    if last is not None:
        found["since"] = last
    read = _Read(picture, items, forum, last or "")
    for point, rows_of in POINTS.items():
        rows = list(rows_of(read))
        shown: Json = {"point": point, "rows": rows[:SHOWN]}
        found["points"].append(shown | ({"more": len(rows) - SHOWN} if len(rows) > SHOWN else {}))
    return found


def proposed(picture: Picture, name: str, items: AgendaItems) -> Json | None:
    """Agenda of the meeting that a suggestion proposes, its seats as members; None unless it waits for a person."""
    suggestion = picture[EntityKind.SUGGESTION][name]
    if suggestion["state"] not in UNDECIDED or "proposed_at" not in suggestion:
        return None
    members = {s["actor"]: {"how": s["how"], "reason": s["reason"]} for s in suggestion["seats"]}
    board = next((actor for actor, row in members.items() if row["reason"] == "always"), "")
    forum: Json = {"id": "", "level": suggestion["level"], "chair": board, "members": members, "planned": []}
    forum |= {"meetings": 0, "meets_at": suggestion["proposed_at"]}
    if about := next((r["subject"] for r in suggestion["reasons"] if "subject" in r), None):
        forum["about"] = about
    made = _agenda(picture, forum, items)
    return {part: value for part, value in made.items() if part != "forum"}


def prepared(forum: Json) -> bool:
    """Is there an agenda: the forum may still meet, and the reader may see who sits there."""
    return forum["state"] != "closed" and "members" in forum


def seats(forum: Json) -> list[tuple[str, Json]]:
    """Members, directly affected first; who is no longer affected is none."""
    members = [(actor, row) for actor, row in forum["members"].items() if row["how"] in _ORDER]
    return sorted(members, key=lambda pair: (_ORDER.index(pair[1]["how"]), pair[0]))


def _opening(read: _Read) -> Iterator[Json]:
    """Roll call by exception: who belongs here, and why; then who reasons that came later would add."""
    for actor, row in seats(read.forum):
        yield {"actor": actor, "how": row["how"], "reason": row["reason"]}
    for seat in missing(read.picture, read.forum):
        yield {"actor": seat["actor"], "how": "proposed", "reason": seat["reason"]}


def missing(picture: Picture, forum: Json) -> list[Json]:
    """Seats that the suggestions a forum works on propose and that it lacks: whom to widen it with."""
    found: dict[str, Json] = {}
    for _key, suggestion in sorted(picture.get(EntityKind.SUGGESTION, {}).items()):
        joined = suggestion["state"] == "active" and suggestion["level"] == forum["level"]
        if suggestion.get("forum") == forum["id"] or (joined and "forum" not in suggestion):
            found |= {s["actor"]: s for s in suggestion["seats"] if s["how"] != "considered"}
    return [seat for actor, seat in sorted(found.items()) if actor not in forum["members"]]


def _news(read: _Read) -> Iterator[Json]:
    """What the forum is about; what changed since its last meeting, the worst cells and the newest items first."""
    if "about" in read.forum:
        yield {"about": read.forum["about"]}
    cells = [c for c in read.picture.get(EntityKind.CELL, {}).items() if c[1]["since"] > read.last]
    for key, cell in sorted(cells, key=lambda pair: (-pair[1]["impact"], pair[0])):
        yield {"cell": key, "impact": cell["impact"], "trend": cell["trend"]}
    yield from read.items.news(read.last)


def _weather(read: _Read) -> Iterator[Json]:
    for key, item in read.items.open(Kind.WARNING):
        yield {"item": key, "areas": len(item["areas"])}


def _reports(read: _Read) -> Iterator[Json]:
    """Each member's reports that stand: changed since the last meeting, unchanged, or none at all."""
    own: dict[str, list[tuple[str, Json]]] = {}
    for row in read.items.open(Kind.SITUATION):
        own.setdefault(row[1]["source"], []).append(row)
    for actor, seat in seats(read.forum):
        stands = own.get(f"actor.{actor}", [])
        changed = [key for key, item in stands if item["known_at"] > read.last]
        state = "changed" if changed else "unchanged" if stands else "not_reported"
        yield {"actor": actor, "how": seat["how"], "state": state, "items": changed or [key for key, _ in stands]}


def _doubts(read: _Read) -> Iterator[Json]:
    """What is told differently first, with the question to ask and who has answered; then the silent cells."""
    picture = read.picture
    cells = sorted(picture.get(EntityKind.CELL, {}).items())
    for key, cell in cells:
        if cell.get("contradiction"):
            yield {"cell": key, "why": "contradiction", **_asked(picture, key, cell)}
    for key, event in sorted(picture.get(EntityKind.EVENT, {}).items()):
        for quarrel in event.get("contradictions", ()):
            yield {"event": key, "why": "contradiction", **_asked(picture, key, quarrel)}
    for key, cell in cells:
        if cell.get("unknown", "not_assessed") != "not_assessed":
            yield {"cell": key, "why": cell["unknown"]}


def _asked(picture: Picture, key: str, about: Json) -> Json:
    """The question that a contradiction raises, and who has answered it."""
    matter = picture.get(EntityKind.MATTER, {}).get(key, {"answers": {}})
    asked: Json = {"question": about["question"]} if "question" in about else {}
    return asked | ({"answered": sorted(matter["answers"])} if matter["answers"] else {})


def _needs(read: _Read) -> Iterator[Json]:
    """Need of direction, requests for a forum, suggestions nobody has acted on, what can be lent."""
    if "need_direction" in read.forum:
        yield {"direction": read.forum["need_direction"]}
    yield from ({"item": key} for key, _item in read.items.open(Kind.REQUEST))
    for key, suggestion in sorted(read.picture.get(EntityKind.SUGGESTION, {}).items()):
        if suggestion["state"] in UNDECIDED:
            yield {"suggestion": key, "act": suggestion["act"], "level": suggestion["level"]}
    for _key, matter in sorted(read.picture.get(EntityKind.MATTER, {}).items()):
        yield from matter["offers"].values()


def _matters(read: _Read) -> Iterator[Json]:
    """Issues that no other forum has, with who shares them; planned events ahead, with whom they touch."""
    for key, _item in read.items.open(Kind.ISSUE, Kind.PLANNED_EVENT):
        matter = read.picture.get(EntityKind.MATTER, {}).get(key)
        if matter is None:
            yield {"item": key}
        elif matter["state"] == "open" and matter.get("at_forum", read.forum["id"]) == read.forum["id"]:
            touched = sorted(a for a, row in matter["affected"].items() if row["how"] != "no_longer")
            yield {"item": key, "sharers": sorted(matter["sharers"]), "affected": touched}


def _messages(read: _Read) -> Iterator[Json]:
    for key, entry in sorted(read.picture.get(EntityKind.ENTRY, {}).items()):
        if entry["what"] == "message" and entry["forum"] == read.forum["id"] and entry["at"] > read.last:
            yield {"entry": key, "at": entry["at"]}


def _decisions(read: _Read) -> Iterator[Json]:
    """What waits for somebody: agreements without every own decision, tasks, recommendations; oldest first."""
    entries = read.picture.get(EntityKind.ENTRY, {})
    mine = [(entry["at"], key) for key, entry in entries.items() if belongs(entry, read.forum["id"])]
    for _at, key in sorted(mine):
        entry = entries[key]
        if entry["state"] in OPEN_ENTRIES:
            yield {"entry": key, "what": entry["what"], "state": entry["state"], "waiting": waiting(entry)}


def _ending(read: _Read) -> Iterator[Json]:
    """Chair, level, next meeting, how often reports are wanted."""
    forum = read.forum
    ending: Json = {"chair": forum["chair"], "level": forum["level"], "planned": forum["planned"]}
    yield ending | ({"reporting_min": forum["reporting_min"]} if "reporting_min" in forum else {})


POINTS: dict[str, Callable[[_Read], Iterator[Json]]] = {
    "opening": _opening,
    "news": _news,
    "weather": _weather,
    "reports": _reports,
    "doubts": _doubts,
    "needs": _needs,
    "matters": _matters,
    "communication": _messages,
    "decisions": _decisions,
    "ending": _ending,
}
"""Points of an agenda in their order -> what fills them."""
