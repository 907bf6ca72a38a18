"""Times as writers of CAP write them: `2027-01-19T07:00:00+01:00`, `-00:00`, `Z`, and now and then no offset at all.

In: text. Out: an aware instant, or None and a count in `Drift`. Pure.
"""

from datetime import UTC, datetime
from functools import lru_cache

from connectors.reading import Drift
from schemas.times import EARLIEST, LATEST, from_datetime, to_datetime


def moment(text: str, drift: Drift, where: str) -> datetime | None:
    """UTC instant of a text; one without an offset is taken for UTC, which in Sweden ends nothing too early."""
    if not text:
        return None
    found, has_offset = _read(text)
    if found is None:
        drift.note("!", where)
    elif not has_offset:
        drift.note("!", f"{where}:no_offset")
    return found


@lru_cache(maxsize=4_096)
def _read(text: str) -> tuple[datetime | None, bool]:
    """Instant, None if it is none or not of these centuries; and whether an offset was told."""
    try:
        told = datetime.fromisoformat(text.strip())
        ms = from_datetime(told if told.tzinfo is not None else told.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None, True
    return to_datetime(ms) if EARLIEST <= ms <= LATEST else None, told.tzinfo is not None
