"""Times as writers of CAP write them: `2027-01-19T07:00:00+01:00`, `-00:00`, `Z`, and now and then no offset at all.

Also midnight as 24:00:00 (XML Schema allows it), an hour of one digit, and RSS's `Tue, 19 Jan 2027 07:00:00 +0100`.
In: text. Out: an aware instant, or None and a count in `Drift`. Pure.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from connectors.reading.values import Drift, http_date
from schemas.times import EARLIEST, LATEST, from_datetime, to_datetime

_FORM = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ]+(\d\d?):(\d\d)(?::(\d\d))?(?:[.,](\d{1,9}))?\s*"
    r"(Z|(?:UTC|GMT)?[+-]\d\d?(?::?\d\d)?|UTC|GMT)?",
    re.ASCII | re.IGNORECASE,
)


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
        told = _told(text.strip())
        ms = from_datetime(told if told.tzinfo is not None else told.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None, True
    return to_datetime(ms) if EARLIEST <= ms <= LATEST else None, told.tzinfo is not None


def _told(text: str) -> datetime:
    """ValueError if it is no time."""
    if re.match(r"2[456]\d\d-", text):
        # Thailand counts its years from the death of the Buddha
        text = f"{int(text[:4]) - 543}{text[4:]}"
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        match = _FORM.fullmatch(text)
    if match is None:
        ms = http_date(text) if re.match(r"(?:[A-Za-z]{3}, *)?\d\d? [A-Za-z]{3} \d{4}", text) else None
        if ms is None:
            raise ValueError(f"no time: {text[:40]}")
        return to_datetime(ms)
    day, hour, minute, second, fraction, zone = match.groups()
    midnight = hour == "24" and minute == "00" and second in {None, "00"}
    plain = f"{day}T{'00' if midnight else hour.zfill(2)}:{minute}:{second or '00'}.{(fraction or '0')[:6]:0<6}"
    return datetime.fromisoformat(plain + _offset(zone)) + timedelta(days=midnight)


def _offset(zone: str | None) -> str:
    found = re.fullmatch(r"(?:UTC|GMT)?(?:([+-])(\d\d?):?(\d\d)?)?|Z", (zone or "-").upper())
    if found is None:
        return ""
    return f"{found[1]}{found[2].zfill(2)}:{found[3] or '00'}" if found[1] else "+00:00"
