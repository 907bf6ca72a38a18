"""Life of a forum and of a line in its minutes, each as one table: state × event -> state (docs/forums.md).

A pair that is not here cannot happen. `none` is a forum nobody has called yet.
"""

NONE = "none"

_WORK = (
    *("set_chair", "roll_call", "assess", "agree", "own_decision", "task", "recommend", "note"),
    *("publish_message", "set_next_meeting", "meet"),
)
_CALLED = ("active", "standing", "stepped_down")

FORUM: dict[tuple[str, str], str] = {
    (NONE, "convene"): "active",
    (NONE, "constitute"): "standing",
    ("stepped_down", "convene"): "active",
    ("stepped_down", "constitute"): "standing",
    ("closed", "convene"): "active",
    ("closed", "constitute"): "standing",
    ("active", "need_direction"): "active",
    ("active", "set_reporting"): "active",
    ("active", "step_down"): "stepped_down",
    **{(state, "close"): "closed" for state in _CALLED},
    **{(state, event): state for state in _CALLED for event in _WORK},
}
"""What happens to a forum. `constitute`: convened in ordinary mode. A meeting opens (`meet`) at its time."""

ENTRY: dict[tuple[str, str], str] = {
    ("open", "all_in"): "answered",
    ("open", "all_done"): "done",
    ("open", "due"): "overdue",
    ("overdue", "all_in"): "answered",
    ("overdue", "all_done"): "done",
    ("answered", "all_done"): "done",
    ("answered", "due"): "overdue",
    **{(state, "close"): "closed" for state in ("open", "overdue", "answered", "done")},
}
"""What happens to an agreement, a task or a recommendation. Notes, messages and the like are `kept`, and stay so."""

OPEN_ENTRIES = frozenset({"open", "overdue"})
"""Somebody still has something to do or to say: carried over from meeting to meeting."""


def forum_after(state: str | None, event: str) -> str | None:
    """State of a forum after an event; None where that cannot happen."""
    return FORUM.get((NONE if state is None else state, event))


def entry_after(state: str, event: str) -> str | None:
    """State of a minutes entry after an event; None where that cannot happen."""
    return ENTRY.get((state, event))
