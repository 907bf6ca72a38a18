"""Local time without a calendar library: hours of the day and days of the week by the European Union's summer time.

Pure integers, since a fold may not depend on which edition of a time zone table a machine has. Summer time is in
force from the last Sunday of March 01:00 UTC to the last Sunday of October 01:00 UTC.
"""

from schemas.rule_tests import HoursTest
from schemas.times import DAY, HOUR, MINUTE

ZONES: dict[str, int] = {
    "Europe/Stockholm": 60,
    "Europe/Copenhagen": 60,
    "Europe/Oslo": 60,
    "Europe/Helsinki": 120,
    "Europe/Mariehamn": 120,
    "UTC": 0,
}
"""Minutes east of UTC in winter. A zone that is not here is read as UTC."""
_SATURDAY = 5


def local(ms: int, zone: str) -> int:
    """Milliseconds as the wall clock of the zone shows them: to take hours and days of, not to compare instants."""
    winter = ZONES.get(zone, 0)
    return ms + winter * MINUTE + (HOUR if winter and _summer(ms) else 0)


def inside(ms: int, hours: HoursTest, zone: str) -> bool:
    """Is it within these hours? Of hours over midnight the day is the one on which they begin."""
    day, minute = divmod(local(ms, zone) // MINUTE, DAY // MINUTE)
    begin, until = _minutes(hours.begin), _minutes(hours.until)
    if begin < until:
        within = begin <= minute < until
    else:
        within = minute >= begin or minute < until
        day -= minute < until
    return within and (hours.days == "all" or weekday(day) < _SATURDAY)


def changes_at(ms: int, hours: HoursTest, zone: str) -> int:
    """The next instant, later than `ms`, at which `inside` may change: the wall clock shows a border or is set."""
    minute, ahead = ms // MINUTE + 1, local(ms, zone) - ms
    borders = {_minutes(hours.begin), _minutes(hours.until)}
    while _wall(minute, zone) not in borders and local(minute * MINUTE, zone) == minute * MINUTE + ahead:
        minute += _step(minute, borders, zone)
    return minute * MINUTE


def _wall(minute: int, zone: str) -> int:
    """Minute of the day that the wall clock shows."""
    return local(minute * MINUTE, zone) // MINUTE % (DAY // MINUTE)


def _step(minute: int, borders: set[int], zone: str) -> int:
    """Minutes that may be passed over: to the nearest border, but no hour in which the clock may be set."""
    now = _wall(minute, zone)
    return min(60 - minute % 60, *((b - now) % (DAY // MINUTE) for b in borders))


def days_later(ms: int, days: int, zone: str) -> int:
    """The instant so many days later at which the wall clock of the zone shows the same time of day."""
    later = ms + days * DAY
    return later - ((local(later, zone) - later) - (local(ms, zone) - ms))


def weekday(day: int) -> int:
    """0 is Monday; day 0 is 1970-01-01, a Thursday."""
    return (day + 3) % 7


def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def _summer(ms: int) -> bool:
    year = _year(ms // DAY)
    return _last_sunday(year, 3) + HOUR <= ms < _last_sunday(year, 10) + HOUR


def _last_sunday(year: int, month: int) -> int:
    """Midnight UTC of the last Sunday of a month of 31 days."""
    last = _days(year, month, 31)
    return (last - (weekday(last) + 1) % 7) * DAY


def _days(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 of a date, month 3 or later."""
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * (month - 3) + 2) // 5 + day - 719_469


def _year(day: int) -> int:
    """Year of a day from the first days of March on; before, the year that was. Counted in mean years."""
    return (day + 719_468) * 400 // 146_097
