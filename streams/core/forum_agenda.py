"""The agenda of a forum's next meeting, prepared from the picture: ten points, with the keys of what stands behind.

Pure function of a picture, whole or as somebody may see it. The same version gives the same agenda, so a sealed meeting
can be shown again. What is new is counted from the forum's last meeting. Next: streams/core/forum_minutes.py
"""

from collections.abc import Callable, Iterator

from schemas.change import EntityKind, Picture
from schemas.codec import Json
from schemas.sectors import OPEN_STATES, Kind
from streams.core.forum_life import OPEN_ENTRIES
from streams.core.forum_view import belongs, waiting
from streams.core.suggestion_life import UNDECIDED

SHOWN = 60
"""Rows of one point; the rest are counted."""
_TOLD_ELSEWHERE = frozenset({Kind.SITUATION, Kind.WARNING})
"""Kinds that have points of their own."""
_ORDER = ("direct", "indirect", "called_in")


def agenda(picture: Picture, name: str, *, ahead: bool = False) -> Json:
    """Agenda of the meeting that is open, else, or with `ahead`, of the next one. KeyError: no such forum."""
    return _agenda(picture, picture[EntityKind.FORUM][name], ahead=ahead)


def _agenda(picture: Picture, forum: Json, *, ahead: bool = False) -> Json:
    meeting = picture.get(EntityKind.MEETING, {}).get(forum.get("meeting", ""))
    is_open = meeting is not None and meeting["state"] == "open" and not ahead
    last = None if meeting is None else meeting.get("previous_at") if is_open else meeting["at"]
    found: Json = {"forum": forum["id"], "number": forum["meetings"] + (not is_open), "points": []}
    found["at"] = meeting["at"] if meeting is not None and is_open else forum["meets_at"]
    if last is not None:
        found["since"] = last
    for point, rows_of in POINTS.items():
        rows = list(rows_of(picture, forum, last or ""))
        shown: Json = {"point": point, "rows": rows[:SHOWN]}
        found["points"].append(shown | ({"more": len(rows) - SHOWN} if len(rows) > SHOWN else {}))
    return found


def proposed(picture: Picture, name: str) -> Json | None:
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
    made = _agenda(picture, forum)
    return {part: value for part, value in made.items() if part != "forum"}


def prepared(forum: Json) -> bool:
    """Is there an agenda: the forum may still meet, and the reader may see who sits there."""
    return forum["state"] != "closed" and "members" in forum


def seats(forum: Json) -> list[tuple[str, Json]]:
    """Members, directly affected first; who is no longer affected is none."""
    members = [(actor, row) for actor, row in forum["members"].items() if row["how"] in _ORDER]
    return sorted(members, key=lambda pair: (_ORDER.index(pair[1]["how"]), pair[0]))


def _items(picture: Picture, *kinds: Kind) -> Iterator[tuple[str, Json]]:
    """Open items of these kinds, by key."""
    items = picture.get(EntityKind.ITEM, {}).items()
    found = (row for row in items if row[1]["kind"] in kinds and row[1]["state"] in OPEN_STATES)
    yield from sorted(found, key=lambda row: row[0])


def _opening(picture: Picture, forum: Json, _: str) -> Iterator[Json]:
    """Roll call by exception: who belongs here, and why; then who reasons that came later would add."""
    for actor, row in seats(forum):
        yield {"actor": actor, "how": row["how"], "reason": row["reason"]}
    for seat in missing(picture, forum):
        yield {"actor": seat["actor"], "how": "proposed", "reason": seat["reason"]}


def missing(picture: Picture, forum: Json) -> list[Json]:
    """Seats that the suggestions a forum works on propose and that it lacks: whom to widen it with."""
    found: dict[str, Json] = {}
    for _key, suggestion in sorted(picture.get(EntityKind.SUGGESTION, {}).items()):
        joined = suggestion["state"] == "active" and suggestion["level"] == forum["level"]
        if suggestion.get("forum") == forum["id"] or (joined and "forum" not in suggestion):
            found |= {s["actor"]: s for s in suggestion["seats"] if s["how"] != "considered"}
    return [seat for actor, seat in sorted(found.items()) if actor not in forum["members"]]


def _news(picture: Picture, forum: Json, last: str) -> Iterator[Json]:
    """What the forum is about, and what became known or changed since its last meeting, worst first."""
    if "about" in forum:
        yield {"about": forum["about"]}
    cells = [c for c in picture.get(EntityKind.CELL, {}).items() if c[1]["since"] > last]
    for key, cell in sorted(cells, key=lambda pair: (-pair[1]["impact"], pair[0])):
        yield {"cell": key, "impact": cell["impact"], "trend": cell["trend"]}
    items = (i for i in picture.get(EntityKind.ITEM, {}).items() if i[1]["known_at"] > last)
    for key, item in sorted((i for i in items if i[1]["kind"] not in _TOLD_ELSEWHERE), key=lambda row: row[0]):
        yield {"item": key, "state": item["state"]}


def _weather(picture: Picture, _: Json, __: str) -> Iterator[Json]:
    for key, item in _items(picture, Kind.WARNING):
        yield {"item": key, "areas": len(item["areas"])}


def _reports(picture: Picture, forum: Json, last: str) -> Iterator[Json]:
    """Each member's reports that stand: changed since the last meeting, unchanged, or none at all."""
    own: dict[str, list[str]] = {}
    for key, item in _items(picture, Kind.SITUATION):
        own.setdefault(item["source"], []).append(key)
    for actor, row in seats(forum):
        keys = own.get(f"actor.{actor}", [])
        changed = [key for key in keys if picture[EntityKind.ITEM][key]["known_at"] > last]
        state = "changed" if changed else "unchanged" if keys else "not_reported"
        yield {"actor": actor, "how": row["how"], "state": state, "items": changed or keys}


def _doubts(picture: Picture, _: Json, __: str) -> Iterator[Json]:
    """What is told differently first, with the question to ask and who has answered; then the silent cells."""
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


def _needs(picture: Picture, forum: Json, _: str) -> Iterator[Json]:
    """Need of direction, requests for a forum, suggestions nobody has acted on, what can be lent."""
    if "need_direction" in forum:
        yield {"direction": forum["need_direction"]}
    yield from ({"item": key} for key, _item in _items(picture, Kind.REQUEST))
    for key, suggestion in sorted(picture.get(EntityKind.SUGGESTION, {}).items()):
        if suggestion["state"] in UNDECIDED:
            yield {"suggestion": key, "act": suggestion["act"], "level": suggestion["level"]}
    for _key, matter in sorted(picture.get(EntityKind.MATTER, {}).items()):
        yield from matter["offers"].values()


def _matters(picture: Picture, forum: Json, _: str) -> Iterator[Json]:
    """Issues that no other forum has, with who shares them; planned events ahead, with whom they touch."""
    for key, _item in _items(picture, Kind.ISSUE, Kind.PLANNED_EVENT):
        matter = picture.get(EntityKind.MATTER, {}).get(key)
        if matter is None:
            yield {"item": key}
        elif matter["state"] == "open" and matter.get("at_forum", forum["id"]) == forum["id"]:
            touched = sorted(a for a, row in matter["affected"].items() if row["how"] != "no_longer")
            yield {"item": key, "sharers": sorted(matter["sharers"]), "affected": touched}


def _messages(picture: Picture, forum: Json, last: str) -> Iterator[Json]:
    for key, entry in sorted(picture.get(EntityKind.ENTRY, {}).items()):
        if entry["what"] == "message" and entry["forum"] == forum["id"] and entry["at"] > last:
            yield {"entry": key, "at": entry["at"]}


def _decisions(picture: Picture, forum: Json, _: str) -> Iterator[Json]:
    """What waits for somebody: agreements without every own decision, tasks, recommendations; oldest first."""
    mine = [(e["at"], k) for k, e in picture.get(EntityKind.ENTRY, {}).items() if belongs(e, forum["id"])]
    for _at, key in sorted(mine):
        entry = picture[EntityKind.ENTRY][key]
        if entry["state"] in OPEN_ENTRIES:
            yield {"entry": key, "what": entry["what"], "state": entry["state"], "waiting": waiting(entry)}


def _ending(_: Picture, forum: Json, __: str) -> Iterator[Json]:
    """Chair, level, next meeting, how often reports are wanted."""
    ending: Json = {"chair": forum["chair"], "level": forum["level"], "planned": forum["planned"]}
    yield ending | ({"reporting_min": forum["reporting_min"]} if "reporting_min" in forum else {})


POINTS: dict[str, Callable[[Picture, Json, str], Iterator[Json]]] = {
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
