"""What a change means to a reader: new, worse, better, updated, withdrawn, expired, gone silent, learned late.

Pure. In: a change and the value before it. Out: one word, the same in `/changes`, on the stream and on the page.
"""

from enum import StrEnum

from schemas.change import Change, EntityKind
from schemas.codec import Json
from schemas.sectors import ItemState, Severity


class What(StrEnum):
    """The eight words of docs/api.md."""

    NEW = "new"
    WORSE = "worse"
    BETTER = "better"
    UPDATED = "updated"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    GONE_SILENT = "gone_silent"
    LEARNED_LATE = "learned_late"


_SEVERITIES = [s.value for s in Severity]
_CLOSED = {
    ItemState.CANCELLED: What.WITHDRAWN,
    ItemState.WITHDRAWN: What.WITHDRAWN,
    ItemState.SUPERSEDED: What.WITHDRAWN,
    ItemState.DENIED: What.WITHDRAWN,
    ItemState.LEFT: What.WITHDRAWN,
    ItemState.EXPIRED: What.EXPIRED,
    ItemState.OUTDATED: What.GONE_SILENT,
}


def what(change: Change, before: Json | None) -> What:
    """Word for a change."""
    after = change.value
    if after is None:
        return What.WITHDRAWN
    match change.kind:
        case EntityKind.CELL:
            return _cell(before, after)
        case EntityKind.ITEM:
            return _item(before, after)
        case EntityKind.SOURCE if before is not None and before["state"] == "heard" != after["state"]:
            return What.GONE_SILENT
        case _:
            return What.NEW if before is None else What.UPDATED


def _cell(before: Json | None, after: Json) -> What:
    was = 0 if before is None else before["impact"] or before.get("last", 0)
    if not after["impact"]:
        grey_before = None if before is None else before.get("unknown")
        return What.GONE_SILENT if grey_before != after.get("unknown") else What.UPDATED
    if not was:
        return What.NEW
    if after["impact"] == was:
        return What.UPDATED
    return What.WORSE if after["impact"] > was else What.BETTER


def _item(before: Json | None, after: Json) -> What:
    if before is None:
        return What.LEARNED_LATE if after.get("learned_late") else What.NEW
    if before["state"] != after["state"] and after["state"] in _CLOSED:
        return _CLOSED[after["state"]]
    step = _SEVERITIES.index(after["severity"]) - _SEVERITIES.index(before["severity"])
    if step:
        return What.WORSE if step > 0 else What.BETTER
    return What.UPDATED
