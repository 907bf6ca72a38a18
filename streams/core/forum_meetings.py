"""A forum's meetings: planned ahead, opened at their time on a sealed picture, ended when the next opens or it closes.

In: `set_next_meeting`, `roll_call`, and the time of a planned meeting (a deadline). Out: the forum, its meetings.
What was open when the one before ended is carried over. Next: streams/core/forum_entries.py
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.outcome import Outcome, Refusal
from schemas.times import MINUTE, parse, z
from streams.core import localtime
from streams.core.forum_life import forum_after
from streams.core.forum_members import expand, seated
from streams.core.forum_store import APPLIED, forget_later, open_entries, refused
from streams.core.measure_moments import zone_of
from streams.core.moments import seal
from streams.core.signals import FORUM
from streams.core.step import Step
from streams.core.suggestion_life import move

PLANNED = 60
"""Meetings that may be planned ahead: a year of weekly conferences and some more."""
CARRIED = 200
"""Open points that a meeting names; the rest are counted."""
EARLY = 15 * MINUTE
"""A roll call so long before the planned time opens that meeting."""


def plan(step: Step, forum: Json, at: int, form: str, instead_of: int | None = None) -> None:
    """Publish a forum with one more meeting ahead, or with a planned one moved."""
    gone = {z(at)} if instead_of is None else {z(at), z(instead_of)}
    ahead = [row for row in forum["planned"] if row["at"] not in gone]
    ahead = sorted([*ahead, {"at": z(at), "form": form}], key=lambda row: row["at"])
    _publish(step, {**forum, "planned": ahead})


def _publish(step: Step, forum: Json) -> None:
    """Write a forum; its next meeting is the first planned one, and a deadline opens it."""
    ahead = forum["planned"]
    if ahead:
        forum = {**forum, "meets_at": ahead[0]["at"], "form": ahead[0]["form"]}
    step.publish(EntityKind.FORUM, forum["id"], forum)
    step.tests.add(FORUM)
    step.deadline(f"meets|{forum['id']}", parse(ahead[0]["at"]) if ahead else None)


def set_next_meeting(step: Step, body: Json) -> Outcome:
    """One more meeting, or another time for one that is planned."""
    forum = step.entity(EntityKind.FORUM, str(body.get("on", "")))
    args = body["args"]
    moved = args.get("instead_of")
    if forum is None or (moved is not None and z(moved) not in {row["at"] for row in forum["planned"]}):
        return refused(Refusal.NOT_THERE)
    if forum_after(forum["state"], "set_next_meeting") is None or len(forum["planned"]) >= PLANNED:
        return refused(Refusal.WRONG_STATE)
    if "every_days" in args:
        forum = {name: value for name, value in forum.items() if name != "every_days"}
        forum |= {"every_days": args["every_days"]} if args["every_days"] else {}
    plan(step, forum, args["at"], args.get("form", forum["form"]), moved)
    return APPLIED


def opens(step: Step, name: str) -> None:
    """The time of a planned meeting has come."""
    forum = step.entity(EntityKind.FORUM, name)
    if forum is not None and forum["planned"] and forum_after(forum["state"], "meet") is not None:
        _open(step, forum)


def _open(step: Step, forum: Json) -> None:
    """The next planned meeting begins: the one before is over, what it left open comes along."""
    planned, number = forum["planned"][0], forum["meetings"] + 1
    key = f"{forum['id']}/{number}"
    carried = open_entries(step, forum["id"])
    meeting: Json = {"id": key, "forum": forum["id"], "number": number, "state": "open", **planned}
    meeting |= {"chair": forum["chair"], "present": [], "absent": [], "carried": carried[:CARRIED]}
    meeting["sealed"] = seal(step)
    if len(carried) > CARRIED:
        meeting["more"] = len(carried) - CARRIED
    before = step.entity(EntityKind.MEETING, forum["meeting"]) if "meeting" in forum else None
    if before is not None:
        meeting |= {"previous": before["id"], "previous_at": before["at"]}
    end(step, forum)
    step.publish(EntityKind.MEETING, key, meeting)
    ahead = forum["planned"][1:] or _again(step, forum, planned)
    _publish(step, {**forum, "planned": ahead, "meetings": number, "meeting": key})
    for name, suggestion in sorted(step.state.picture[EntityKind.SUGGESTION].items()):
        if suggestion.get("forum") == forum["id"]:
            move(step, name, "meet")


def _again(step: Step, forum: Json, met: Json) -> list[Json]:
    """The next meeting of a forum that meets at even intervals, at the same time of day also when the clock is set."""
    if "every_days" not in forum:
        return []
    return [{**met, "at": z(localtime.days_later(parse(met["at"]), forum["every_days"], zone_of(step)))}]


def end(step: Step, forum: Json) -> None:
    """The newest meeting of a forum is over."""
    meeting = step.entity(EntityKind.MEETING, forum["meeting"]) if "meeting" in forum else None
    if meeting is not None and meeting["state"] == "open":
        step.publish(EntityKind.MEETING, meeting["id"], {**meeting, "state": "ended", "ended_at": z(step.at)})
        forget_later(step, EntityKind.MEETING, meeting["id"])


def roll_call(step: Step, body: Json) -> Outcome:
    """Who takes part; shortly before the planned time it opens the meeting."""
    forum = step.entity(EntityKind.FORUM, str(body.get("on", "")))
    present, absent = expand(step, body["args"]["present"]), expand(step, body["args"].get("absent", ()))
    if forum is None or present is None or absent is None:
        return refused(Refusal.NOT_THERE)
    if forum_after(forum["state"], "roll_call") is None:
        return refused(Refusal.WRONG_STATE)
    if forum["planned"] and parse(forum["planned"][0]["at"]) - step.at <= EARLY:
        _open(step, forum)
        forum = step.state.picture[EntityKind.FORUM][forum["id"]]
    meeting = step.entity(EntityKind.MEETING, forum.get("meeting", ""))
    if meeting is None or meeting["state"] != "open":
        return refused(Refusal.WRONG_STATE)
    came = {"present": present, "absent": [actor for actor in absent if actor not in present]}
    step.publish(EntityKind.MEETING, meeting["id"], {**meeting, **came, "chair": forum["chair"]})
    members = seated(step, forum["members"], present, "called_in", "roll_call")
    step.publish(EntityKind.FORUM, forum["id"], {**forum, "members": members})
    return APPLIED
