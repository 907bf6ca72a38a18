"""How a line of the minutes is written: what it holds, whether it waits for somebody, and when it is looked at again.

In: a command's body, or an entry with a change. Out: the public entry, the forum's list of open ones, deadlines.
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.sectors import Label
from schemas.times import DAY, SECOND, parse, z
from streams.core.forum_life import OPEN_ENTRIES
from streams.core.forum_store import forget_later, index, label_of
from streams.core.measure_moments import FORUM
from streams.core.moments import seal
from streams.core.step import Step

WAITS = frozenset({"agreement", "task", "recommendation", "question"})
"""Kinds that are open until somebody has answered or done something."""
OVER = frozenset({"done", "closed", "kept"})
"""States after which nothing is expected any more."""


def new(step: Step, body: Json, forum: Json, what: str, asks: list[str]) -> Json:
    """A fresh entry of this forum; in its meeting, while one is open."""
    args = body["args"]
    label = Label.OPEN.value if what == "message" else label_of(step, args.get("about"))
    entry: Json = {"id": body["id"], "forum": forum["id"], "what": what, "at": z(step.at), "by": body["who"]}
    entry |= {"state": "open" if what in WAITS else "kept", "label": label}
    entry |= {"texts": dict(body.get("texts", {})), "sealed": seal(step, body)}
    meeting = step.entity(EntityKind.MEETING, forum.get("meeting", ""))
    if meeting is not None and meeting["state"] == "open":
        entry["meeting"] = meeting["id"]
    if asks:
        entry |= {"asks": asks, "answers": {}}
    times = {"due": args.get("due", args.get("decide_by")), "follow_up": args.get("follow_up")}
    entry |= {name: z(at) for name, at in times.items() if at is not None}
    entry |= {name: args[name] for name in ("about", "to", "stance") if name in args}
    return entry | ({"chair": args["actor"]} if what == "chair" else {})


def publish(step: Step, entry: Json) -> None:
    """Write an entry; the lists of open ones, its deadlines and its end follow from it."""
    is_open = entry["state"] in OPEN_ENTRIES
    step.publish(EntityKind.ENTRY, entry["id"], entry)
    for forum in sorted({entry["forum"], entry.get("to", entry["forum"])}):
        index(step, forum, entry["id"], is_open=is_open)
    step.tests.add(FORUM)
    _arm(step, entry)
    if is_open:
        step.deadline(f"old|{EntityKind.ENTRY}/{entry['id']}", None)
    else:
        forget_later(step, EntityKind.ENTRY, entry["id"])


def _arm(step: Step, entry: Json) -> None:
    """When answers are due, when it is followed up, when a quiet owner is reminded."""
    name, over = entry["id"], entry["state"] in OVER
    due = entry.get("due") if entry["state"] == "open" else None
    step.deadline(f"entry|{name}", None if due is None else parse(due))
    follow = None if over else entry.get("follow_up")
    if follow is not None and entry.get("reminded_at", "") >= follow:
        follow = None
    step.deadline(f"follow|{name}", None if follow is None else parse(follow))
    if over or entry["what"] != "task":
        step.deadline(f"quiet|{name}", None)
    elif f"quiet|{name}" not in step.state.due:
        quiet_from_now(step, name)


def quiet_from_now(step: Step, name: str) -> None:
    """Count from now how long the owners of a task say nothing."""
    after = step.state.reference.figure("task_quiet_s", 30 * DAY // SECOND) * SECOND
    step.deadline(f"quiet|{name}", step.at + after)
