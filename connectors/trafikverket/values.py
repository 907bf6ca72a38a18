"""Values of Trafikverket's answers as they come: lone ones instead of lists, numbers and truth as text. Pure.

In: any value. Out: what the readers work with; nothing here raises.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from connectors.reading.local_time import local_instant
from connectors.reading.values import Drift, clean


def flag(value: object) -> bool:
    """True where it says so, also as text or number."""
    return value == 1 if isinstance(value, int) else isinstance(value, str) and value.strip().lower() in {"true", "1"}


def many(value: object) -> list[Any]:
    """The list; anything else that is there becomes a list of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def numbers(value: object) -> list[int]:
    """Whole numbers of a list or a lone value, also those written as text."""
    found = []
    for one in many(value):
        if isinstance(one, int) and not isinstance(one, bool):
            found.append(one)
        elif isinstance(one, str) and one.strip().isdecimal() and len(one) < 10:
            found.append(int(one))
    return found


def joined(values: Iterable[object]) -> str:
    """Texts that differ, each once, below each other."""
    return clean("\n".join(dict.fromkeys(text for value in values if (text := clean(value)))))


def moment_of(event: dict[str, Any], kind: str, order: str, drift: Drift, *, gone: bool) -> datetime | None:
    """When this version was made; of a deletion when it was stored, since the record keeps its old version."""
    versions = (order, "ModifiedTime") if gone else (order,)
    for names in (versions, ("ModifiedTime",), ("CreatedDateTime", "StartDateTime", "StartTime")):
        moments = [m for name in names if (m := local_instant(event.get(name), drift, f"{kind}.{name}"))]
        if moments:
            return max(moments)
        drift.note("-", f"{kind}.{names[0]}")
    return None


def span_of(
    event: dict[str, Any], kind: str, names: tuple[str, str], drift: Drift
) -> tuple[datetime | None, datetime | None]:
    """Beginning and end. An end before its beginning is a mistake: then it is open-ended, not over."""
    onset, ends = (local_instant(event.get(name), drift, f"{kind}.{name}") for name in names)
    if onset is not None and ends is not None and ends < onset:
        drift.note("!", f"{kind}.{names[1]}:early")
        ends = None
    return onset, ends
