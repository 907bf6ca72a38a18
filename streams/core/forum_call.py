"""A forum is called, steps down, is closed: always by a person, with or without a suggestion and with no feed at all.

In: `convene`, `step_down`, `close`, `set_reporting`. Out: the forum and, through them, its suggestion.
Next: streams/core/forum_meetings.py
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.outcome import Outcome, Refusal, Result
from schemas.times import z
from streams.core import forum_entries, forum_meetings, signals, suggestions
from streams.core.forum_life import forum_after
from streams.core.forum_members import expand, from_matter, from_suggestion, seated
from streams.core.forum_store import APPLIED, forget_later, refused, there
from streams.core.items import arm
from streams.core.moments import seal
from streams.core.step import Step
from streams.core.suggestion_life import after

CALLING = suggestions.ON_LADDER | {"escalate", "plan"}
"""Acts of a suggestion that a forum's being called carries out."""

_KEPT: tuple[str, ...] = ("meetings", "meeting", "about", "members")
"""What a forum that is called again takes along."""


def convene(step: Step, body: Json) -> Outcome:
    """A forum becomes active or, in ordinary mode, stands; a second call of an active one is refused."""
    args = body["args"]
    old = step.entity(EntityKind.FORUM, args["forum"])
    ordinary = args.get("mode") == "ordinary"
    state = forum_after(old["state"] if old else None, "constitute" if ordinary else "convene")
    called = expand(step, args.get("members", ()))
    wanted = [body["on"]] if "on" in body else []
    if called is None or not all(step.entity(EntityKind.SUGGESTION, name) for name in wanted):
        return refused(Refusal.NOT_THERE)
    if "about" in args and not there(step, args["about"]):
        return refused(Refusal.NOT_THERE)
    if state is None:
        return refused(Refusal.WRONG_STATE)
    carried_out = [] if ordinary else _carry_out(step, body, wanted)
    forum = _called(step, body, old) | {"state": state}
    for name in carried_out:
        forum["suggestion"], forum["members"] = name, from_suggestion(step, forum["members"], name)
        forum |= {"about": about} if "about" not in forum and (about := _subject(step, name)) else {}
    forum["members"] = seated(step, forum["members"], called, "called_in", "convened")
    forum["members"] = from_matter(step, forum["members"], forum.get("about"))
    step.deadline(f"old|{EntityKind.FORUM}/{args['forum']}", None)
    forum_meetings.plan(step, forum, args["at"], args.get("form", "telefon"))
    changed(step)
    return APPLIED


def _called(step: Step, body: Json, old: Json | None) -> Json:
    """A forum as it is when it has just been called; one called again keeps its members and its count of meetings."""
    args, board = body["args"], step.state.reference.boards[:1]
    chair = board[0] if board else body["who"]
    kept: Json = {name: old[name] for name in _KEPT if name in old} if old else {}
    members = kept.get("members") or seated(step, {}, step.state.reference.boards, "direct", "always")
    forum: Json = {"meetings": 0, **kept, "id": args["forum"], "level": args["level"], "planned": []}
    forum |= {"mode": args.get("mode", "activated"), "since": z(step.at), "convened_by": body["who"]}
    forum |= {"chair": chair, "chair_since": z(step.at), "members": members, "sealed": seal(step, body)}
    if "every_days" in args:
        forum["every_days"] = args["every_days"]
    if "about" in args:
        forum["about"] = args["about"]
    if "reason" in body.get("texts", {}):
        forum["texts"] = {"reason": body["texts"]["reason"]}
    return forum


def _carry_out(step: Step, body: Json, wanted: list[str]) -> list[str]:
    """Suggestions that this call carries out: the named one, else those of its level that it can be meant for."""
    args = body["args"]
    more = {"acted_by": body["who"], "sealed": seal(step, body), "forum": args["forum"]}
    names = wanted or _meant(step, args)
    return [name for name in names if suggestions.move(step, name, "convene", **more)]


def _meant(step: Step, args: Json) -> list[str]:
    """Every open one of the level; of planned events or issues the one that the call is about, or the only one."""
    picture = step.state.picture[EntityKind.SUGGESTION]
    found = [k for k, s in sorted(picture.items()) if s["level"] == args["level"] and s["act"] in CALLING]
    of = {k: {r["subject"] for r in picture[k]["reasons"] if "/" in r.get("subject", "")} for k in found}
    apart = [k for k in found if of[k] and after(picture[k]["state"], "convene") is not None]
    about = [k for k in apart if args.get("about") in of[k]] if "about" in args else apart[: len(apart) == 1]
    return [k for k in found if not of[k] or k in about]


def _subject(step: Step, suggestion: str) -> str | None:
    """The item or event that a suggestion's rule spoke about, such as a planned event."""
    reasons = step.state.picture[EntityKind.SUGGESTION][suggestion]["reasons"]
    return next((r["subject"] for r in reasons if there(step, r.get("subject", ""))), None)


def step_down(step: Step, body: Json) -> Outcome:
    """The forum leaves activated mode and may still follow up; rules and reporting see it no more."""
    return _leave(step, body, "step_down")


def close(step: Step, body: Json) -> Outcome:
    """Only a person closes a forum; its suggestion ends with it, what is open may go to another forum."""
    heir = step.entity(EntityKind.FORUM, str(body["args"].get("to", "")))
    if "to" in body["args"] and (heir is None or heir["state"] == "closed" or heir["id"] == body["on"]):
        return refused(Refusal.NOT_THERE)
    outcome = _leave(step, body, "close")
    if outcome.result == Result.APPLIED:
        name = str(body["on"])
        step.deadline(f"meets|{name}", None)
        forget_later(step, EntityKind.FORUM, name)
        if heir is not None:
            forum_entries.hand_on(step, name, heir["id"])
    return outcome


def _leave(step: Step, body: Json, event: str) -> Outcome:
    name = str(body.get("on", ""))
    forum = step.entity(EntityKind.FORUM, name)
    if forum is None:
        return refused(Refusal.NOT_THERE)
    state = forum_after(forum["state"], event)
    if state is None:
        return refused(Refusal.WRONG_STATE)
    more: Json = {"state": state, "since": z(step.at), "sealed": seal(step, body)}
    if event == "close":
        more["planned"] = []
    forum_meetings.end(step, forum)
    step.publish(EntityKind.FORUM, name, {**forum, **more})
    if forum["mode"] == "activated":
        for key, entity in sorted(step.state.picture[EntityKind.SUGGESTION].items()):
            own = entity["level"] == forum["level"] and entity.get("forum", name) == name
            if own and suggestions.move(step, key, event, acted_by=body["who"], sealed=seal(step, body)):
                suggestions.mute(step, key)  # what a person has just ended does not ring again for the same reasons
    changed(step)
    return APPLIED


def set_reporting(step: Step, body: Json) -> Outcome:
    """How often the active forum wants reports: it also says when one without times of its own is outdated."""
    forum = step.entity(EntityKind.FORUM, str(body.get("on", "")))
    if forum is None:
        return refused(Refusal.NOT_THERE)
    if forum_after(forum["state"], "set_reporting") is None:
        return refused(Refusal.WRONG_STATE)
    step.publish(EntityKind.FORUM, forum["id"], {**forum, "reporting_min": body["args"]["interval_min"]})
    changed(step)
    return APPLIED


def changed(step: Step) -> None:
    """Rules that read forums look again; reports without times of their own follow the reporting interval."""
    step.tests.add(signals.FORUM)
    for actor in sorted(step.state.mine):
        for key in sorted(step.state.mine[actor]):
            arm(step, key)
