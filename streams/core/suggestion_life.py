"""Life of a suggestion as one table: state × event -> state. The program suggests, people decide.

In: an event (a rule speaks, a notice is delivered, a person acts). Out: the suggestion in its next state, or nothing.
`holding` is the state before it has spoken; it has a key of its own, since it may still speak into another suggestion.
Next: streams/core/notices.py
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.times import DAY, HOUR, z
from streams.core import notices
from streams.core.state import Mute, reason_key
from streams.core.step import Step

WAITS = ("raised", "notified", "acknowledged")
UNDECIDED = (*WAITS, "accepted")
"""States in which a suggestion waits for a person to say something, and to do something."""

LIFE: dict[tuple[str, str], str] = {
    ("holding", "speak"): "raised",
    ("holding", "join"): "active",
    ("holding", "withdraw"): "withdrawn",
    ("raised", "notify"): "notified",
    ("raised", "acknowledge"): "acknowledged",
    ("notified", "acknowledge"): "acknowledged",
    **{(state, "accept"): "accepted" for state in WAITS},
    **{(state, "dismiss"): "dismissed" for state in UNDECIDED},
    **{(state, "convene"): "convened" for state in (*UNDECIDED, "stepped_down")},
    **{(state, "withdraw"): "withdrawn" for state in WAITS},
    ("accepted", "withdraw"): "closed",
    **{(state, "supersede"): "superseded" for state in UNDECIDED},
    ("convened", "meet"): "active",
    **{(state, "step_down"): "stepped_down" for state in ("convened", "active")},
    **{(state, "close"): "closed" for state in ("accepted", "convened", "active", "stepped_down")},
}
"""What happens to a suggestion; a pair that is not here cannot happen. `join`: its forum is active already."""

STATES = frozenset(state for state, _ in LIFE) | frozenset(LIFE.values())
EVENTS = frozenset(event for _, event in LIFE)
OPEN = frozenset({*UNDECIDED, "convened", "active"})
"""A reason may join these. One that stepped down waits for its forum to be closed or called again."""
DECIDED = frozenset({"convened", "active", "stepped_down"})
"""Its forum has been called: reasons come and go, but it is for people to end it."""
FORGOTTEN = 30 * DAY
MUTED = 12 * HOUR
"""A reason that people have dealt with is silent so long, unless an input gets worse before."""


def after(state: str, event: str) -> str | None:
    """State after an event; None where that cannot happen."""
    return LIFE.get((state, event))


def move(step: Step, name: str, event: str, **more: object) -> bool:
    """Take a suggestion through its table; False where the event cannot happen in its state."""
    entity = step.entity(EntityKind.SUGGESTION, name)
    state = after(entity["state"], event) if entity is not None else None
    if entity is None or state is None:
        return False
    changed: Json = {**entity, **more, "state": state, "since": z(step.at)}
    if "sealed" in more:
        changed["sealed"] = {**entity["sealed"], event: more["sealed"]}
    if state not in OPEN - DECIDED:
        changed = {k: v for k, v in changed.items() if k not in {"falls_away_if", "raises_if"}}
        step.deadline(f"why|{name}", None)
        step.put(step.state.facts, f"why|{name}", None)
    step.publish(EntityKind.SUGGESTION, name, changed)
    step.deadline(f"drop|{name}", None if state in OPEN or state in DECIDED else step.at + FORGOTTEN)
    for notice in notices.of(entity) if event != "notify" else ():
        notices.follow(step, notice, "active" if state == "convened" else state, by=str(more.get("acted_by", "")))
    return True


def mute(step: Step, name: str) -> None:
    """A dismissal, or the end of its forum, silences the reasons as they are, at most for twelve hours."""
    entity = step.entity(EntityKind.SUGGESTION, name)
    for reason in entity["reasons"] if entity is not None else ():
        key = reason_key(reason)
        until = step.at + MUTED
        areas, items = tuple(reason["params"]["areas"]), tuple(reason["items"])
        step.put(step.state.mutes, key, Mute(until, areas, items, reason["strength"]))
        step.deadline(f"mute|{key}", until)


def delivered(step: Step, body: Json) -> None:
    """A notice has reached somebody: its suggestion is notified."""
    notice = step.entity(EntityKind.NOTICE, body["notice"]) if body["ok"] else None
    if notice is not None and "suggestion" in notice:
        move(step, notice["suggestion"], "notify")
