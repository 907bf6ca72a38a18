"""Lines in a forum's minutes: agreements, tasks, recommendations, questions, assessments, notes, messages.

In: a person's act on a forum. Out: an entry, sealed with the picture it was made on. Nothing here binds anybody: who is
asked answers for itself. Next: streams/core/forum_answers.py
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.outcome import Outcome, Refusal
from schemas.times import z
from streams.core import matters, signals
from streams.core.forum_book import new, publish
from streams.core.forum_life import entry_after, forum_after
from streams.core.forum_members import expand, seated
from streams.core.forum_store import APPLIED, index, open_entries, refused, there
from streams.core.step import Step

WHAT = {
    "agree": "agreement",
    "task": "task",
    "recommend": "recommendation",
    "assess": "assessment",
    "need_direction": "direction",
    "note": "note",
    "publish_message": "message",
    "set_chair": "chair",
}
"""Command -> kind of the entry it writes; a note that asks somebody is a question."""
OUTSIDE: Json = {"id": "-", "state": "standing"}
"""Where a question stands that no forum asks."""


def act(step: Step, body: Json) -> Outcome:
    """Write one entry, if the forum is there, its state allows it and everybody named is known."""
    forum, args = _forum(step, body), body["args"]
    asks = expand(step, [*args.get("asks", ()), *([args["owner"]] if "owner" in args else [])])
    if forum is None or asks is None or ("about" in args and not there(step, args["about"])):
        return refused(Refusal.NOT_THERE)
    if forum_after(forum["state"], body["command"]) is None or step.entity(EntityKind.ENTRY, body["id"]) is not None:
        return refused(Refusal.WRONG_STATE)
    refusal = _special(step, forum, args) if body["command"] in {"recommend", "set_chair"} else None
    if refusal is not None:
        return refused(refusal)
    if args.get("per") == "party":
        asks = sorted({step.state.reference.party(actor) for actor in asks})
    what = "question" if asks and body["command"] == "note" else WHAT[body["command"]]
    entry = new(step, body, forum, what, asks)
    publish(step, entry)
    _follow(step, body, forum, entry)
    return APPLIED


def _forum(step: Step, body: Json) -> Json | None:
    """The forum it is written in. A question may be asked outside any: on a quiet day there is none."""
    asked = body["command"] == "note" and body["args"].get("asks")
    return OUTSIDE if asked and "on" not in body else step.entity(EntityKind.FORUM, str(body.get("on", "")))


def _special(step: Step, forum: Json, args: Json) -> Refusal | None:
    """Why a recommendation or a change of chair cannot be: the other forum, or the actor, is not there."""
    if "to" in args:
        heir = step.entity(EntityKind.FORUM, args["to"])
        return Refusal.NOT_THERE if heir is None or heir["state"] == "closed" or heir["id"] == forum["id"] else None
    return None if args["actor"] in step.state.reference.actors else Refusal.NOT_THERE


def _follow(step: Step, body: Json, forum: Json, entry: Json) -> None:
    """What an entry means to the forum, to the matter it is about, and to the recommendation it answers."""
    match entry["what"]:
        case "chair":
            members = seated(step, forum["members"], [entry["chair"]], "called_in", "chair")
            more = {"chair": entry["chair"], "chair_since": z(step.at), "members": members}
            step.publish(EntityKind.FORUM, forum["id"], {**forum, **more})
        case "direction":
            step.publish(EntityKind.FORUM, forum["id"], {**forum, "need_direction": z(step.at)})
            step.tests.add(signals.FORUM)
        case "recommendation":
            matters.passed(step, entry, "recommended", body["args"]["to"])
        case "agreement" | "task":
            matters.passed(step, entry, "agreed" if entry["what"] == "agreement" else "task", forum["id"])
            _answer_recommendations(step, forum["id"], entry)


def _answer_recommendations(step: Step, forum: str, entry: Json) -> None:
    """An agreement or a task about a recommendation, or about the same matter, is the asked forum's answer."""
    about = entry.get("about")
    for name in open_entries(step, forum) if about is not None else ():
        other = step.state.picture[EntityKind.ENTRY][name]
        if other["what"] == "recommendation" and other["to"] == forum and about in {name, other.get("about")}:
            publish(step, {**other, "state": entry_after(other["state"], "all_in") or other["state"]})


def close(step: Step, body: Json) -> Outcome:
    """An entry is put aside by a person; its reason stays readable."""
    entry = step.state.picture[EntityKind.ENTRY][str(body["on"])]
    state = entry_after(entry["state"], "close")
    if state is None:
        return refused(Refusal.WRONG_STATE)
    texts = entry["texts"] | ({"closing": body["texts"]["reason"]} if "reason" in body.get("texts", {}) else {})
    publish(step, {**entry, "state": state, "texts": texts})
    return APPLIED


def hand_on(step: Step, forum: str, heir: str) -> None:
    """Open entries of a closed forum go on in another."""
    for name in open_entries(step, forum):
        entry = step.state.picture[EntityKind.ENTRY][name]
        index(step, forum, name, is_open=False)
        side = "forum" if entry["forum"] == forum else "to"
        publish(step, {**entry, side: heir, "carried_from": forum})
