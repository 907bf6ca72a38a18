"""Views of a forum's minutes, computed from the picture and never kept: who said yes, no, nothing; who has done it.

Pure functions of public entities: the fold, the server and the command line count in the same way.
Next: streams/core/forum_agenda.py
"""

from typing import NamedTuple

from schemas.codec import Json


class Tally(NamedTuple):
    """Own decisions on an agreement, and what was carried out."""

    yes: int
    no: int
    silent: int
    done: int


def tally(entry: Json) -> Tally:
    """24 yes, 1 no, 1 silent."""
    decisions = [decision_of(entry, actor) for actor in entry.get("asks", ())]
    done = sum(1 for a in entry.get("answers", {}).values() if "done_at" in a)
    return Tally(decisions.count("yes"), decisions.count("no"), decisions.count(None), done)


def decision_of(entry: Json, actor: str) -> str | None:
    """An actor's own decision; None while it is silent. Who has carried it out has said yes."""
    answer = entry["answers"].get(actor, {})
    return "yes" if "done_at" in answer else answer.get("decision")


def undecided(entry: Json) -> list[str]:
    """Actors that have not answered."""
    return [actor for actor in entry.get("asks", ()) if decision_of(entry, actor) is None]


def undone(entry: Json) -> list[str]:
    """Actors that have neither carried it out nor said no."""
    answers = entry.get("answers", {})
    return [
        actor
        for actor in entry.get("asks", ())
        if "done_at" not in answers.get(actor, {}) and decision_of(entry, actor) != "no"
    ]


def waiting(entry: Json) -> list[str]:
    """Actors of which something is expected now: their answer, their decision or, of a task, their part."""
    if entry["what"] == "question":
        return [actor for actor in entry["asks"] if actor not in entry.get("words", {})]
    return undone(entry) if entry["what"] == "task" else undecided(entry)


def belongs(entry: Json, forum: str) -> bool:
    """Is it in this forum's minutes: written there, handed on to it, or recommended to it?"""
    return bool(entry["forum"] == forum or entry.get("to") == forum)
