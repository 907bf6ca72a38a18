"""Rules of a test's own, and a step to ask the core's functions with: nothing of it is kept."""

from typing import Any

from support.world import World

from schemas.change import Cause
from streams.core.clock import Deadlines
from streams.core.rules import Book
from streams.core.step import Step


def rule(name: str, when: dict[str, Any], **more: Any) -> dict[str, Any]:
    """One rule that speaks and falls silent at once, unless it says otherwise."""
    texts = {"title": "t", "basis": "proposed", "basis_note": "n", "text": "x", "falls_away": "y"}
    act = {"hold": "0 s", "clear": "0 s", "act": "watch", "level": "bevaka", "call": False}
    return {"id": name, "when": when, **texts, **act, "direct": [], "indirect": [], **more}


def ruled(*rules: dict[str, Any], **more: Any) -> World:
    """A world under these rules."""
    return World({"version": "t", "rule": list(rules), **more})


def loose(world: World) -> Step:
    """A step at the world's time that nobody seals."""
    return Step(world.state, Deadlines(world.state.due), world.state.t, Cause("deadline", "test"))


def book(world: World) -> Book:
    """The rules in force."""
    return Book(world.state.rules)
