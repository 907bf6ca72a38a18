"""Updates of updates: an update bears its first alert's identity, so who refers to the update means that alert. Pure.

In: a batch and what was learned from earlier ones (the cursor's position). Out: the batch with identities resolved.
"""

from collections.abc import Mapping
from typing import Any

from connectors.contract import Batch
from schemas.report import FeedReport

REMEMBERED = 200
"""Updates that are remembered, newest last; one was never seen in 1,114 recorded answers."""


def resolved(batch: Batch, position: Mapping[str, Any]) -> Batch:
    """The batch in first alerts' identities, and the position that remembers its updates."""
    learned: dict[str, str] = {**position.get("chains", {}), **batch.parsed.position}
    if not learned:
        return batch
    items: dict[str, FeedReport] = {}
    for item in batch.parsed.items:
        first = item.model_copy(update={"id": _first(item.id, learned)})
        known = items.get(first.id)
        if known is None or (first.sent, first.change == "cancel") > (known.sent, known.change == "cancel"):
            items[first.id] = first
    seen = frozenset(_first(key, learned) for key in batch.parsed.seen)
    kept = dict(list(learned.items())[-REMEMBERED:])
    parsed = batch.parsed._replace(items=tuple(items.values()), seen=seen)
    return batch._replace(parsed=parsed, position={"chains": kept})


def _first(key: str, learned: Mapping[str, str]) -> str:
    passed: set[str] = set()
    while key in learned and key not in passed:
        passed.add(key)
        key = learned[key]
    return key
