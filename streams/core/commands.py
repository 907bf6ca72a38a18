"""People's acts, authorised and carried out at their place in the log (docs/api.md).

In: the body of a `command` record: who and role from the login, what they had seen, free texts as keys.
Out: an outcome. A refused one says why; the same command id again is answered, not done again.
"""

from collections.abc import Callable

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.command import GROUPS, needs_reason
from schemas.outcome import Outcome, Refusal, Result
from schemas.times import DAY
from streams.core import (
    consequences,
    duty,
    forum_answers,
    forum_call,
    forum_entries,
    forum_meetings,
    joint,
    matters,
    notices,
    requests,
    sources,
    suggestions,
    ties,
    undoing,
)
from streams.core.moments import seal
from streams.core.step import Step

REMEMBERED = 30 * DAY
"""How long a command's id is known, so that a retry is answered."""

Act = Callable[[Step, Json], Outcome]


def take(step: Step, body: Json) -> Outcome:
    """Carry out a command, or say why not."""
    done = step.state.done.get(body["id"])
    if done is not None:
        return Outcome(Result.DUPLICATE_OF, done)
    if not _may(step, body):
        return _refused(Refusal.NOT_ALLOWED)
    if needs_reason(body["command"], body["args"]) and "reason" not in body.get("texts", {}):
        return _refused(Refusal.REASON_MISSING)
    outcome = _ACTS[body["command"]](step, body)
    if outcome.result == Result.APPLIED:
        step.put(step.state.done, body["id"], step.number)
        step.deadline(f"done|{body['id']}", step.at + REMEMBERED)
    return outcome


def _may(step: Step, body: Json) -> bool:
    """By the role of the login, or as the present chair of the forum it acts on."""
    reference, command = step.state.reference, body["command"]
    if reference.may(body["role"], command):
        return True
    name = str(body.get("on", ""))
    entry = step.entity(EntityKind.ENTRY, name)
    forum = step.entity(EntityKind.FORUM, entry["forum"] if entry is not None else name)
    leads = forum is not None and forum["chair"] == body["who"]
    return leads and GROUPS.get(command) == "forum" and reference.may("chair", command)


def _refused(reason: Refusal) -> Outcome:
    return Outcome(Result.REFUSED, reason=reason)


def _acknowledge(step: Step, body: Json) -> Outcome:
    """On a notice, or on a suggestion that has one."""
    name = str(body.get("on", ""))
    entity = step.entity(EntityKind.SUGGESTION, name)
    if entity is not None:
        if "notice" not in entity:
            return _refused(Refusal.NOT_THERE)
        name = str(entity["notice"])
    args = body["args"]
    outcome = notices.acknowledge(
        step, name, by=body["who"], on_behalf_of=args.get("on_behalf_of"), via=args.get("via")
    )
    notice = step.entity(EntityKind.NOTICE, name)
    if outcome.result == Result.APPLIED and notice is not None:
        suggestions.move(step, notice["suggestion"], "acknowledge", acted_by=body["who"], sealed=seal(step, body))
    return outcome


def _move(event: str) -> Act:
    def act(step: Step, body: Json) -> Outcome:
        name = str(body.get("on", ""))
        if step.entity(EntityKind.SUGGESTION, name) is None:
            return _refused(Refusal.NOT_THERE)
        more = {"acted_by": body["who"], "sealed": seal(step, body)}
        if "reason" in body.get("texts", {}):
            more["reason_text"] = body["texts"]["reason"]
        if not suggestions.move(step, name, event, **more):
            return _refused(Refusal.WRONG_STATE)
        if event == "dismiss":
            suggestions.mute(step, name)
        return Outcome(Result.APPLIED)

    return act


def _close(step: Step, body: Json) -> Outcome:
    """A forum, a line of its minutes, or a matter is over."""
    name = str(body.get("on", ""))
    if step.entity(EntityKind.ENTRY, name) is not None:
        return forum_entries.close(step, body)
    is_matter = step.entity(EntityKind.FORUM, name) is None and step.entity(EntityKind.MATTER, name) is not None
    return matters.close(step, body) if is_matter else forum_call.close(step, body)


def _answer(step: Step, body: Json) -> Outcome:
    """To a question about an expected consequence, or about a matter."""
    asked = step.entity(EntityKind.QUESTION, str(body.get("on", ""))) is not None
    return consequences.answer(step, body) if asked else matters.act(step, body)


def _maintenance(step: Step, body: Json) -> Outcome:
    sources.maintain(step, body["args"]["source"], body["args"]["until"])
    return Outcome(Result.APPLIED)


_ACTS: dict[str, Act] = {
    "acknowledge": _acknowledge,
    "accept": _move("accept"),
    "dismiss": _move("dismiss"),
    "convene": forum_call.convene,
    "hand_over": duty.hand_over,
    "set_reporting": forum_call.set_reporting,
    "step_down": forum_call.step_down,
    "close": _close,
    "roll_call": forum_meetings.roll_call,
    "set_next_meeting": forum_meetings.set_next_meeting,
    **dict.fromkeys(forum_entries.WHAT, forum_entries.act),
    "own_decision": forum_answers.own_decision,
    "task_done": forum_answers.task_done,
    **dict.fromkeys(matters.ACTS, matters.act),
    "answer": _answer,
    "link": ties.link,
    "cut": ties.cut,
    "split": ties.split,
    "pin": ties.pin,
    "assess_cell": joint.assess_cell,
    "publish_picture": joint.publish_picture,
    "correct_published": joint.correct_published,
    "object": joint.object_to,
    "request_reports": requests.request_reports,
    "undo": undoing.undo,
    "maintenance": _maintenance,
}
"""`set_rules` is carried out by the fold itself, since it changes how the fold reads on."""
