"""Times as lists of outages write them: with an offset, naive in a zone, or seconds since 1970. Pure.

In: a value and how the mapping says to read it. Out: an aware UTC time; None, and counted as drift, if it is none.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from connectors.reading.values import Drift
from schemas.times import EARLIEST, LATEST, from_datetime, to_datetime

Epoch = Literal["none", "s", "ms", "auto"]
"""What a bare number is: nothing, seconds, milliseconds, or the one of them that gives a year from 1973 to 2100."""

_MS_FROM = 100_000_000_000
_S_FROM = 100_000_000
_DAY_LENGTH = 10
"""Length of `2027-01-19`: a day without a time."""


class Clock(NamedTuple):
    """How a list writes its times."""

    zone: ZoneInfo
    """Of times without an offset. In the hour that comes twice in autumn the first one is meant."""
    epoch: Epoch
    formats: tuple[str, ...] = ()
    """Other forms, as of `datetime.strptime`, tried in turn."""

    def read(self, value: object, drift: Drift, where: str, *, whole_days: bool = True) -> datetime | None:
        """The instant, UTC. `whole_days`: a day without a time is its first moment; else it is no time."""
        if value is None or value == "":
            return None
        found = self._number(value) if not isinstance(value, str) else self._text(value.strip(), whole_days=whole_days)
        if found is None:
            drift.note("!", where)
        return found

    def _number(self, value: object) -> datetime | None:
        if self.epoch == "none" or isinstance(value, bool) or not isinstance(value, int | float):
            return None
        if not -(10**15) < value < 10**15:
            return None
        in_ms = self.epoch == "ms" or (self.epoch == "auto" and value >= _MS_FROM)
        if self.epoch == "auto" and value < _S_FROM:
            return None
        ms = round(value if in_ms else value * 1_000)
        return to_datetime(ms) if EARLIEST <= ms <= LATEST else None

    def _text(self, text: str, *, whole_days: bool) -> datetime | None:
        if text.isdecimal() and len(text) > len("20270119"):
            return self._number(int(text)) if len(text) < 16 else None
        if len(text) <= _DAY_LENGTH and not whole_days:
            return None
        moment = self._iso(text) or _formatted(text, self.formats)
        if moment is None:
            return None
        try:
            aware = (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).astimezone(UTC)
        except (OverflowError, ValueError):
            return None
        return aware if EARLIEST <= from_datetime(aware) <= LATEST else None

    def _iso(self, text: str) -> datetime | None:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return None


@lru_cache(maxsize=4096)
def _formatted(text: str, formats: tuple[str, ...]) -> datetime | None:
    """By the first form that fits; kept, because reading by a form is slow and times of a list recur."""
    for form in formats:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 # the caller gives it the list's zone
        except ValueError:
            continue
    return None
