"""Times as people write them in a form: `13.00`, `kl 12`, `tors 08.00`, `21/1 06.30`. Pure.

In: a text and the space's time. Out: the next such moment in Stockholm, or the last, or None when it is no time.
"""

import re
from datetime import datetime, timedelta

from schemas.times import DAY, from_datetime, parse
from streams.words import Words

_CLOCK = re.compile(r"(?:kl\.?\s*)?(\d{1,2})(?:[.:](\d{2}))?$")
_FIELD = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?$")
"""What `<input type="datetime-local">` sends."""
_DATE = re.compile(r"(\d{1,2})(?:/|\s+)(\d{1,2}|[a-zåäö]+)$")


def moment(text: str, now: int, words: Words) -> int | None:
    """Milliseconds UTC of the next moment that fits; of an hour that comes twice in autumn, the first."""
    said = text.strip().lower()
    day, _, clock = said.rpartition(" ")
    if day in {"kl", "kl."}:
        day = ""
    found = _CLOCK.match(clock)
    today = words.local(now)
    if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return None
    at = today.replace(hour=int(found[1]), minute=int(found[2] or 0), second=0, microsecond=0, fold=0)
    try:
        return _on(day.removesuffix(" kl").strip(), at, today, words)
    except ValueError:
        return None


def past_moment(text: str, now: int, words: Words) -> int | None:
    """Milliseconds UTC of the last moment that fits; also RFC 3339, and a browser's own field, in Stockholm's time."""
    said = text.strip()
    if _FIELD.match(said):
        at = words.local(now)
        try:
            return from_datetime(datetime.fromisoformat(said).replace(tzinfo=at.tzinfo))
        except ValueError:
            return None
    try:
        return parse(said)
    except ValueError:
        found = [moment(said, now - days * DAY, words) for days in (1, 7, 360)]
        return max((at for at in found if at is not None and at <= now), default=None)


def _on(day: str, at: datetime, today: datetime, words: Words) -> int | None:
    if not day:
        return from_datetime(at if at > today else at + timedelta(days=1))
    weekdays = words("time.weekdays").split()
    named = next((n for n, name in enumerate(weekdays) if day.startswith(name[:3])), None)
    _, _, date = day.partition(" ")
    if named is not None and date:
        day, named = date, None
    if named is not None:
        ahead = (named - today.weekday()) % 7
        return from_datetime(at + timedelta(days=ahead if ahead or at > today else 7))
    found = _DATE.match(day)
    month = _month(found[2], words) if found else None
    if found is None or month is None:
        return None
    at = at.replace(day=1).replace(month=month, day=int(found[1]))
    return from_datetime(at if at > today - timedelta(days=30) else at.replace(year=at.year + 1))


def _month(text: str, words: Words) -> int | None:
    if text.isdigit():
        return int(text) if 1 <= int(text) <= 12 else None
    names = words("time.months").split()
    return next((n + 1 for n, name in enumerate(names) if text.startswith(name[:3])), None)
