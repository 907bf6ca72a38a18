"""What the headers of an answer say: when to come back, whose clock is wrong, what it calls itself. Pure.

In: headers as a server may write them. Out: numbers and words that can be used and stored, whatever stood there.
"""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from connectors.reading.values import http_date, line
from schemas.times import from_datetime

LONGEST_WAIT_S = 3600.0
"""A source that asks us to stay away for longer is asked again after an hour."""
_KEPT = ("Content-Type", "Content-Encoding", "Date", "ETag", "Last-Modified", "Age", "Retry-After", "Server")
_CONDITIONS = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}


def kept(headers: Mapping[str, str]) -> dict[str, str]:
    """Those that are evidence, fit to be stored."""
    return {name: line(headers[name]) for name in _KEPT if name in headers}


def conditions(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers of the next question, that make it conditional. What cannot be sent back as it came is left out."""
    return {asked: headers[told] for told, asked in _CONDITIONS.items() if _sendable(headers.get(told, ""))}


def skew_s(headers: Mapping[str, str], at: int) -> int | None:
    """The source's clock minus ours (`at`, ms UTC), whole seconds; None without a `Date`."""
    theirs = http_date(headers.get("Date", ""))
    return None if theirs is None else (theirs - at) // 1000


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds of `Retry-After`, given as a number or as a date; never negative, at most an hour."""
    text = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]+", text):
        return min(LONGEST_WAIT_S, float(text[:9]))
    until = http_date(text) if text else None
    if until is None:
        return None
    # a date is told by the source's own clock, so its own `Date` is subtracted where there is one
    theirs = http_date(headers.get("Date", ""))
    since = from_datetime(datetime.now(UTC)) if theirs is None else theirs
    return min(LONGEST_WAIT_S, max(0.0, (until - since) / 1000))


def is_one_of(content_type: str, wanted: Collection[str]) -> bool:
    """An answer calls itself by one of the types wanted, such as `application/json`, or is a kind of one (`+json`).

    An answer that says nothing of itself says nothing wrong; nor is anything wrong where nothing is wanted.
    """
    said = _bare(content_type)
    if not said or not wanted:
        return True
    names = {_bare(name) for name in wanted}
    return said in names or said.rpartition("+")[2] in {name.rpartition("/")[2] for name in names if "+" in said}


def _bare(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _sendable(value: str) -> bool:
    return 0 < len(value) <= 1000 and value.isascii() and value.isprintable()
