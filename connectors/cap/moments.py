"""Times as writers of CAP write them: `2027-01-19T07:00:00+01:00`, `-00:00`, `Z`, and now and then no offset at all.

In: text. Out: an aware instant, or None and a count in `Drift`. Pure.
"""

from datetime import UTC, datetime

from connectors.reading import Drift, instant
from schemas.times import EARLIEST, LATEST, from_datetime, to_datetime


def moment(text: str, drift: Drift, where: str) -> datetime | None:
    """UTC instant of a text; one without an offset is taken for UTC, which in Sweden ends nothing too early."""
    if not text:
        return None
    try:
        naive = datetime.fromisoformat(text)
    except ValueError:
        return instant(text, drift, where)
    if naive.tzinfo is not None:
        return instant(text, drift, where)
    ms = from_datetime(naive.replace(tzinfo=UTC))
    drift.note("!", f"{where}:no_offset")
    return to_datetime(ms) if EARLIEST <= ms <= LATEST else None
