"""Who belongs to a forum, and why: seats of its suggestion, who was called, who is affected, who came.

In: actors or groups of the registry. Out: rows of a forum's `members`. Nobody leaves without a trace: `no_longer`.
"""

from collections.abc import Iterable

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.times import z
from streams.core.step import Step

_HOWS = ("direct", "indirect")


def expand(step: Step, names: Iterable[str]) -> list[str] | None:
    """Actors of a list of actors and groups, each once, sorted; None if one of them is neither."""
    found: set[str] = set()
    for name in names:
        actors = step.state.reference.members(name, [])
        if not actors:
            return None
        found.update(actors)
    return sorted(found)


def seated(step: Step, members: Json, actors: Iterable[str], how: str, reason: str) -> Json:
    """Members with these added; who is one already keeps seat and reason, who had left comes back."""
    added = dict(members)
    for actor in actors:
        if actor not in added or added[actor]["how"] == "no_longer":
            added[actor] = {"how": how, "reason": reason, "since": z(step.at)}
    return added


def from_suggestion(step: Step, members: Json, suggestion: str) -> Json:
    """Members with the seats of a suggestion, direct before indirect."""
    entity = step.entity(EntityKind.SUGGESTION, suggestion)
    for seat in entity["seats"] if entity is not None else ():
        if seat["how"] in _HOWS:
            members = seated(step, members, [seat["actor"]], seat["how"], seat["reason"])
    return members


def from_matter(step: Step, members: Json, key: str | None) -> Json:
    """Members with who is marked affected by what the forum is about."""
    matter = step.entity(EntityKind.MATTER, key) if key is not None else None
    for actor, row in sorted(matter["affected"].items()) if matter is not None else ():
        if row["how"] in _HOWS:
            members = seated(step, members, [actor], row["how"], "affected")
    return members


def marked(step: Step, key: str, actor: str, row: Json) -> None:
    """An actor was marked affected, or no longer: the seat in every forum about that matter follows, others stay."""
    for name, forum in sorted(step.state.picture[EntityKind.FORUM].items()):
        if forum.get("about") != key or forum["state"] == "closed":
            continue
        if row["how"] == "no_longer" and actor not in forum["members"]:
            continue
        seat: Json = {"how": row["how"], "reason": "affected", "since": z(step.at)}
        if "texts" in row:
            seat["texts"] = row["texts"]
        step.publish(EntityKind.FORUM, name, {**forum, "members": {**forum["members"], actor: seat}})
