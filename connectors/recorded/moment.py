"""Times of a script: `T-06:00`, `T+1d02:30`, or a time with an offset.

In: text and T. Out: space time in ms UTC.
"""

import re

from schemas.times import DAY, HOUR, MINUTE, SECOND, parse

_OFFSET = re.compile(r"T(?P<sign>[+-])(?:(?P<d>\d+)d)?(?P<h>\d{1,3}):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?")


def moment(text: str, t: int) -> int:
    """Space time of `T-06:00`, `T+1d02:30` or a time with an offset. ValueError if it is neither."""
    found = _OFFSET.fullmatch(text)
    if found is None:
        return parse(text)
    d, h, m, s = (int(found[part] or 0) for part in "dhms")
    offset = d * DAY + h * HOUR + m * MINUTE + s * SECOND
    return t - offset if found["sign"] == "-" else t + offset
