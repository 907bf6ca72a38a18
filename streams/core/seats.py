"""Proposed seats: who belongs at the table, direct before indirect, one reason a seat; the county board always.

In: the reasons of a suggestion. Out: seats, who of them cannot be reached, and the suggestion's label.
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.sectors import Label
from streams.core.step import Step

NAMED = "NAMNDA"
"""Group that means: the actors that the reason itself names."""
HOWS = ("direct", "indirect", "considered")
"""Directly affected, indirectly affected, offered only: an actor sits as the first of them that a reason names."""
_SECRECY = tuple(label.value for label in Label)
"""Labels, the most open first."""


def seats(step: Step, reasons: list[Json]) -> list[Json]:
    """Everybody the reasons ask for, once."""
    found: dict[str, Json] = {b: {"actor": b, "how": "direct", "reason": "always"} for b in step.state.reference.boards}
    for how in HOWS:
        for reason in reasons:
            for group in reason.get(how, ()):
                for actor in _members(step, reason, how, group):
                    if actor not in found:
                        found[actor] = {"actor": actor, "how": how, "reason": f"{reason['rule']}:{group}"}
    return list(found.values())


def wanted(reason: Json) -> tuple[object, ...]:
    """All that a reason's seats depend on: while it is the same, so are they."""
    params = reason["params"]
    return (*(reason.get(how) for how in HOWS), params["areas"], params.get("by"), params.get("indirect"))


def unreachable(step: Step, proposed: list[Json]) -> list[str]:
    """Of these seats the actors that no address is registered for; none where the region does not say."""
    known = step.state.reference.contacts
    return [] if known is None else [seat["actor"] for seat in proposed if seat["actor"] not in known]


def _members(step: Step, reason: Json, how: str, group: str) -> list[str]:
    if group != NAMED:
        return step.state.reference.members(group, reason["params"]["areas"])
    named = str(reason["params"].get("by" if how == "direct" else "indirect", "")).split("+")
    return [actor for actor in named if actor in step.state.reference.actors]


def label(step: Step, reasons: list[Json], least: str = Label.OPEN) -> str:
    """As secret as the most secret report it rests on, and at least so secret."""
    items = (step.entity(EntityKind.ITEM, key) for key in {key for r in reasons for key in r["items"]})
    return str(max((least, *(i["label"] for i in items if i is not None)), key=_SECRECY.index))
