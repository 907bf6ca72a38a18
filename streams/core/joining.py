"""A reason that joins a suggestion which somebody has answered already: the duty officer is told of it, once.

In: the suggestion before, the reason that is new. Out: a quiet notice; one that rings where it is another matter, by
its rule's nature or in other municipalities and by other reports, and nobody is at work on it yet.
Next: streams/core/notices.py
"""

import hashlib

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.rules import Rule
from streams.core import notices
from streams.core.state import reason_key
from streams.core.step import Step

ANSWERED = frozenset({"acknowledged", "accepted", "convened", "active"})
"""States in which its own notice rings no more: what joins it would be told to nobody."""
_WAITS_FOR_PEOPLE = frozenset({"acknowledged", "accepted"})


def tell(step: Step, suggestion: Json, reason: Json, rule: Rule) -> Json:
    """The suggestion with a notice of this reason, if one is due."""
    if suggestion["state"] not in ANSWERED:
        return suggestion
    key = reason_key(reason)
    name = f"n{suggestion['id'][1:]}-{hashlib.sha256(key.encode()).hexdigest()[:6]}"
    if step.entity(EntityKind.NOTICE, name) is not None:
        return suggestion
    other = rule.separate or _apart(suggestion["reasons"], reason)
    rings = rule.call and suggestion["state"] in _WAITS_FOR_PEOPLE and other
    notices.publish(step, name, suggestion["id"], reason["level"], call=rings, joins=key)
    return {**suggestion, "joined": [*suggestion.get("joined", ()), name]}


def _apart(reasons: list[Json], new: Json) -> bool:
    """Another matter: it shares no municipality and no report with what was answered."""
    areas = {area for reason in reasons for area in reason["params"]["areas"]}
    items = {item for reason in reasons for item in reason["items"]}
    mine = new["params"]["areas"]
    return bool(mine and areas) and areas.isdisjoint(mine) and items.isdisjoint(new["items"])
