"""What stood before an act on the picture, kept for as long as the command's id is known, so that it can be undone.

Next: streams/core/undoing.py
"""

from schemas.change import EntityKind
from schemas.codec import Json
from streams.core.step import Step


def remember(step: Step, body: Json, ties: list[str]) -> None:
    """Keep what stood: ties, and where each item was and why."""
    was = [[key, step.state.ties.get(key)] for key in ties]
    linked = {key: event for key in ties if (event := step.state.linked.get(key))}
    places = [[key, event, step.state.gathered[event][key]] for key, event in linked.items()]
    step.put(step.state.acts, body["id"], {"command": body["command"], "ties": was, "places": places})


def remember_entity(step: Step, body: Json, kind: EntityKind, key: str, *, sets: bool) -> None:
    """Keep a public entity as it stood before this set it, or took it away."""
    act = {"command": body["command"], "kind": kind, "key": key, "was": step.entity(kind, key), "sets": sets}
    step.put(step.state.acts, body["id"], act)


def forget(step: Step, command: str) -> None:
    """An act so old can be undone no longer."""
    step.put(step.state.acts, command, None)
