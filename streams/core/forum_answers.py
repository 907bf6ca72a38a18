"""What each actor says and does about an agreement or a task: every actor decides in its own organisation.

In: `own_decision`, `task_done`, word of how it goes. Out: the entry with each actor's answer.
Next: streams/core/forum_due.py
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.outcome import Outcome, Refusal
from schemas.times import z
from streams.core.forum_book import new, publish, quiet_from_now
from streams.core.forum_life import OPEN_ENTRIES, entry_after, forum_after
from streams.core.forum_store import APPLIED, refused, speaks_for
from streams.core.forum_view import undone, waiting
from streams.core.moments import seal
from streams.core.step import Step

ACTS_FOR_OTHERS = "operator"
"""Role that may answer for an actor that asked it to."""


def own_decision(step: Step, body: Json) -> Outcome:
    """Yes or no, for oneself: on an agreement or a task, or on a forum as a decision nobody asked for."""
    name, actor = str(body.get("on", "")), speaks_for(step, body, ACTS_FOR_OTHERS)
    forum = step.entity(EntityKind.FORUM, name)
    if forum is not None and actor is not None:
        return _unasked(step, body, forum, actor)
    return _answered(step, body, actor, {"decision": body["args"]["decision"], "at": z(step.at)})


def task_done(step: Step, body: Json) -> Outcome:
    """The actor's own part is carried out."""
    return _answered(step, body, speaks_for(step, body, ACTS_FOR_OTHERS), {"done_at": z(step.at)})


def progress(step: Step, body: Json, actor: str) -> Outcome:
    """The answer to a question, or word of how it goes: the actor is not reminded until it has been quiet again."""
    entry = step.state.picture[EntityKind.ENTRY][str(body["on"])]
    asked = _asked(step, entry, actor)
    if asked is None:
        return refused(Refusal.NOT_ALLOWED)
    said = {"at": z(step.at), "texts": dict(body.get("texts", {}))}
    entry = {**entry, "words": {**entry.get("words", {}), asked: _signed(body, asked, said)}}
    if entry["what"] == "question" and not waiting(entry):
        entry["state"] = entry_after(entry["state"], "all_in") or entry["state"]
    publish(step, entry)
    if entry["what"] == "task" and entry["state"] in OPEN_ENTRIES:
        quiet_from_now(step, entry["id"])
    return APPLIED


def _answered(step: Step, body: Json, actor: str | None, said: Json) -> Outcome:
    entry = step.entity(EntityKind.ENTRY, str(body.get("on", "")))
    if entry is None:
        return refused(Refusal.NOT_THERE)
    asked = None if actor is None else _asked(step, entry, actor)
    if asked is None:
        return refused(Refusal.NOT_ALLOWED)
    if entry["state"] == "closed" or entry["what"] == "question":
        return refused(Refusal.WRONG_STATE)
    known = entry["answers"].get(asked, {})
    if "done_at" in said and known.get("decision") == "no":
        return refused(Refusal.WRONG_STATE)
    kept = (
        known if "done_at" in said else {k: v for k, v in known.items() if k == "done_at" and said["decision"] == "yes"}
    )
    answer = {"at": z(step.at), **kept, **said, "sealed": seal(step, body)}
    if body.get("texts"):
        answer["texts"] = dict(body.get("texts", {}))
    entry = {**entry, "answers": {**entry["answers"], asked: _signed(body, asked, answer)}}
    publish(step, _advanced(entry))
    return APPLIED


def _asked(step: Step, entry: Json, actor: str) -> str | None:
    """Row of an entry that an actor answers: its own, else its party's where that is asked; None if neither is."""
    asks, party = entry.get("asks", ()), step.state.reference.party(actor)
    return actor if actor in asks else party if party in asks else None


def _signed(body: Json, actor: str, said: Json) -> Json:
    """Who entered it, where that is another than who is asked."""
    return said if body["who"] == actor else {**said, "by": body["who"]}


def _unasked(step: Step, body: Json, forum: Json, actor: str) -> Outcome:
    """An actor's own decision that no agreement asked for, told to the forum."""
    if forum_after(forum["state"], "own_decision") is None or step.entity(EntityKind.ENTRY, body["id"]) is not None:
        return refused(Refusal.WRONG_STATE)
    entry = new(step, body, forum, "own_decision", [actor])
    said = {"decision": body["args"]["decision"], "at": z(step.at)}
    publish(step, {**entry, "answers": {actor: _signed(body, actor, said)}})
    return APPLIED


def _advanced(entry: Json) -> Json:
    """State that follows from the answers: all in, or carried out by all who did not say no."""
    carried_out = not undone(entry) and any("done_at" in answer for answer in entry["answers"].values())
    event = "all_done" if carried_out else "all_in" if not waiting(entry) else ""
    return {**entry, "state": entry_after(entry["state"], event) or entry["state"]}
