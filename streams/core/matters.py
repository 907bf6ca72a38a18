"""Matters of ordinary and activated mode: who shares an issue, who is affected, who can lend what, what to read.

In: acts of reporters on an item, an event, a forum or a minutes entry. Out: one matter under the same key, with the way
it went through the forums. Rules that count sharers or affected parties read it. Next: schemas/forum.py
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.outcome import Outcome, Refusal, Result
from schemas.sectors import Kind
from schemas.times import z
from streams.core import forum_answers
from streams.core.forum_members import marked
from streams.core.forum_store import APPLIED, forget_later, label_of, refused, speaks_for, there
from streams.core.step import Step

MATTER = "matter"
"""Test key of rules that read matters."""
MANY = 200
"""Attachments and offers that one matter takes."""


def of(step: Step, key: str) -> Json:
    """The matter of a thing; a fresh one if nobody has done anything about it yet."""
    known = step.entity(EntityKind.MATTER, key)
    if known is not None:
        return known
    empty: Json = {name: {} for name in ("sharers", "affected", "offers", "attachments", "answers")}
    return {"id": key, "state": "open", "since": z(step.at), "label": label_of(step, key), "trail": [], **empty}


def publish(step: Step, matter: Json) -> None:
    """Write a matter; rules that read matters look again."""
    step.publish(EntityKind.MATTER, matter["id"], matter)
    step.tests.add(MATTER)


def act(step: Step, body: Json) -> Outcome:
    """One act of a reporter on a thing that is there."""
    key, actor = str(body.get("on", "")), speaks_for(step, body, "operator", "coordinator")
    if actor is None:
        return refused(Refusal.NOT_ALLOWED)
    if not there(step, key):
        return refused(Refusal.NOT_THERE)
    matter = of(step, key)
    if matter["state"] == "closed":
        return refused(Refusal.WRONG_STATE)
    return ACTS[body["command"]](step, body, matter, actor)


def _said(step: Step, body: Json, actor: str) -> Json:
    said: Json = {"at": z(step.at)}
    if body["who"] != actor:
        said["by"] = body["who"]
    return said | ({"texts": dict(body.get("texts", {}))} if body.get("texts") else {})


def _share(step: Step, body: Json, matter: Json, actor: str) -> Outcome:
    """Another actor has the same shortcoming; its author needs not say so."""
    item = step.entity(EntityKind.ITEM, matter["id"])
    if item is None or item["kind"] != Kind.ISSUE or step.state.items[matter["id"]].actor == actor:
        return refused(Refusal.WRONG_STATE)
    if actor in matter["sharers"]:
        return Outcome(Result.DUPLICATE_OF, step.state.version)
    publish(step, {**matter, "sharers": {**matter["sharers"], actor: _said(step, body, actor)}})
    return APPLIED


def _affected(step: Step, body: Json, matter: Json, actor: str) -> Outcome:
    """How it touches an actor; the seats of a forum about it follow."""
    row = {"how": body["args"]["how"], **_said(step, body, actor)}
    publish(step, {**matter, "affected": {**matter["affected"], actor: row}})
    marked(step, matter["id"], actor, row)
    return APPLIED


def _offer(step: Step, body: Json, matter: Json, actor: str) -> Outcome:
    """What an actor can lend: the newest word of a kind stands, nought takes it back."""
    args, place = body["args"], f"{actor}/{body['args']['kind']}"
    offers = {key: row for key, row in matter["offers"].items() if key != place}
    if len(offers) >= MANY:
        return refused(Refusal.WRONG_STATE)
    if args["number"]:
        offers[place] = {"actor": actor, "kind": args["kind"], "number": args["number"], "at": z(step.at)}
        if "until" in args:
            offers[place]["until"] = z(args["until"])
    publish(step, {**matter, "offers": offers})
    return APPLIED


def _attach(step: Step, body: Json, matter: Json, actor: str) -> Outcome:
    item = body["args"].get("item")
    if item is not None and not there(step, item):
        return refused(Refusal.NOT_THERE)
    if len(matter["attachments"]) >= MANY:
        return refused(Refusal.WRONG_STATE)
    row: Json = {"by": actor, "at": z(step.at), "texts": dict(body.get("texts", {}))}
    row |= {"item": item} if item is not None else {}
    publish(step, {**matter, "attachments": {**matter["attachments"], body["id"]: row}})
    return APPLIED


def _answer(step: Step, body: Json, matter: Json, actor: str) -> Outcome:
    """An answer in words; on an agreement or a task, word of how it goes."""
    entry = step.entity(EntityKind.ENTRY, matter["id"])
    if entry is not None and "asks" in entry:
        return forum_answers.progress(step, body, actor)
    publish(step, {**matter, "answers": {**matter["answers"], actor: _said(step, body, actor)}})
    return APPLIED


def passed(step: Step, entry: Json, what: str, forum: str) -> None:
    """An entry about a thing is a station on its way; one about another entry, on the way of what that is about."""
    key = entry.get("about")
    while key is not None and (about := step.entity(EntityKind.ENTRY, key)) is not None:
        key = about.get("about")  # an entry is only ever about an older one, so this ends
    if key is None or step.entity(EntityKind.FORUM, key) is not None:
        return
    matter = of(step, key)
    station = {"at": z(step.at), "what": what, "forum": forum, "entry": entry["id"]}
    publish(step, {**matter, "at_forum": forum, "trail": [*matter["trail"], station]})


def close(step: Step, body: Json) -> Outcome:
    """A matter is over: the chain from issue to outcome stays readable."""
    matter = step.state.picture[EntityKind.MATTER][str(body["on"])]
    if matter["state"] == "closed":
        return refused(Refusal.WRONG_STATE)
    trail = [*matter["trail"], {"at": z(step.at), "what": "closed"}]
    publish(step, {**matter, "state": "closed", "since": z(step.at), "trail": trail})
    forget_later(step, EntityKind.MATTER, matter["id"])
    return APPLIED


ACTS = {
    "share_issue": _share,
    "mark_affected": _affected,
    "offer_resource": _offer,
    "attach": _attach,
    "answer": _answer,
}
"""Command -> what it does to the matter."""
