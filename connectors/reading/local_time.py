"""Times as Swedish services write them: a blank for the T, an hour of one digit, or no offset at all.

In: a text. Out: an aware UTC time. A time without an offset is Swedish time, which is told as drift.
"""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from connectors.reading.values import Drift
from schemas.times import parse, to_datetime

ZONE = ZoneInfo("Europe/Stockholm")
_FORM = re.compile(
    r"(\d{4}-\d\d?-\d\d?)[T ]+(\d\d?):(\d\d)(?::(\d\d))?(?:[.,](\d{1,9}))?\s*(Z|[+-]\d\d:?\d\d)?",
    re.ASCII | re.IGNORECASE,
)


def local_instant(value: object, drift: Drift, where: str) -> datetime | None:
    """Aware UTC time of a text; None, and counted as drift, when it is there and is no time."""
    if value is None or value == "":
        return None
    match = _FORM.fullmatch(value.strip()) if isinstance(value, str) else None
    if match:
        try:
            return _moment(match, drift, where)
        except (ValueError, OverflowError):
            pass
    drift.note("!", where)
    return None


def _moment(match: re.Match[str], drift: Drift, where: str) -> datetime:
    day, hour, minute, second, fraction, offset = match.groups()
    date = "-".join(part.zfill(2) for part in day.split("-"))
    text = f"{date}T{hour.zfill(2)}:{minute}:{second or '00'}.{(fraction or '0')[:6]}"
    if offset:
        return to_datetime(parse(text + offset.upper()))
    drift.note("!", f"{where}:zone")
    return to_datetime(parse(datetime.fromisoformat(text).replace(tzinfo=ZONE).isoformat()))
