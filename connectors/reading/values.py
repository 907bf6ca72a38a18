"""Careful reading of what strangers send: JSON that may be broken in places, texts, times, and a count of surprises.

In: bytes and values of a payload. Out: values that our schemas take, and `Drift`. Nothing here raises but `Malformed`.
"""

import codecs
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from schemas.codec import Malformed
from schemas.times import from_datetime, parse, to_datetime

PAYLOAD_LIMIT = 20_000_000
"""Largest payload in bytes that is parsed: what the topic `raw.<source>` takes."""
TEXT_LIMIT = 20_000
"""Longest text in a report (schemas/report.py)."""
DEPTH_LIMIT = 100
"""Deepest nesting of JSON that is read; the formats here need about ten, and more only fells readers."""
DRIFT_LIMIT = 20
"""Most kinds of drift told in one health record; the rest are counted together."""

_NAME = re.compile(r"[^\w.:+=!-]")
_MARKS_32, _MARKS_16 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE), (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Drift:
    """Counts what a payload had that we do not know, lacked, or said in new words."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def note(self, sign: str, where: str) -> None:
        """Count one surprise: `+` unknown field, `-` missing field, `=` new word, `!` mended fault."""
        self._counts[_NAME.sub("_", f"{sign}{where}")[:60]] += 1

    def fields(self, where: str, value: Mapping[str, object], known: Collection[str]) -> None:
        """Count the fields of an object that we do not know."""
        for name in value:
            if name not in known:
                self.note("+", f"{where}.{name}")

    def as_counts(self) -> dict[str, int]:
        """The most frequent surprises, and how many others there were as `others`."""
        most = sorted(self._counts.items(), key=lambda pair: (-pair[1], pair[0]))
        counts = dict(most[:DRIFT_LIMIT])
        rest = sum(count for _, count in most[DRIFT_LIMIT:])
        return counts | ({"others": rest} if rest else {})


def read_json(raw: bytes, drift: Drift) -> Any:
    """Value of a payload. A text or number that JSON forbids spoils only itself. Malformed if it is no JSON at all."""
    if len(raw) > PAYLOAD_LIMIT:
        raise Malformed(f"payload is {len(raw)} bytes, the limit is {PAYLOAD_LIMIT}")
    try:
        return _shallow(orjson.loads(raw), raw)
    except orjson.JSONDecodeError as error:
        first = error
    try:
        # the standard library also reads a byte order mark, NaN and half characters; what they spoil is checked later
        value = json.loads(_decoded(raw))
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not JSON: {str(first).split(':')[0]}{_glimpse(raw)}") from error
    drift.note("!", "json")
    return _shallow(value, raw)


def _shallow(value: Any, raw: bytes) -> Any:
    """The value, if it is not nested too deep. Malformed."""
    if raw.count(b"[") + raw.count(b"{") <= DEPTH_LIMIT:
        return value
    level: list[Any] = [value]
    for _ in range(DEPTH_LIMIT):
        level = [inner for outer in level for inner in _inner(outer)]
        if not level:
            return value
    raise Malformed(f"JSON is nested deeper than {DEPTH_LIMIT}{_glimpse(raw)}")


def _inner(value: Any) -> list[Any]:
    """Objects and lists within an object or a list."""
    within = value.values() if isinstance(value, dict) else value
    return [one for one in within if isinstance(one, dict | list)] if isinstance(value, dict | list) else []


def _decoded(raw: bytes) -> str:
    """Text of bytes that are no clean UTF-8: what Windows writes, else UTF-8 with its broken places marked."""
    if raw.startswith(_MARKS_32):
        return raw.decode("utf-32", errors="replace")
    if raw.startswith(_MARKS_16):
        return raw.decode("utf-16", errors="replace")
    if not raw.isascii() and raw.decode("utf-8", errors="ignore").isascii():
        # not one letter beyond ASCII is UTF-8
        return raw.decode("cp1252", errors="replace")
    return raw.decode("utf-8-sig", errors="replace")


def _glimpse(raw: bytes) -> str:
    start = raw[:60].decode("utf-8", errors="replace").strip()
    return f"; it begins with {start!r}" if start else "; it is empty"


def as_json(value: object) -> bytes:
    """Bytes of a piece of a payload, also of one that canonical JSON refuses."""
    return json.dumps(value, ensure_ascii=True, default=str).encode()


def clean(value: object, limit: int = TEXT_LIMIT) -> str:
    """Text that can be stored: no NUL, no half characters, trimmed, cut at `limit`. Empty for what is no text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = str(value)
    if not text.isascii():
        # only half characters make it differ, and those are rare
        text = text.encode("utf-8", errors="replace").decode()
    return text.replace("\x00", "").strip()[:limit]


def line(value: object, limit: int = 200) -> str:
    """Clean text on one line."""
    return " ".join(clean(value).split())[:limit]


def identity(value: object) -> str | None:
    """An id as a source writes it, number or text; None if it cannot stand in a key."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        # tables turned to JSON write 7 as 7.0
        value = int(value)
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if re.fullmatch(r"[A-Za-z0-9_.:+-]{1,90}", text) else None


def instant(value: object, drift: Drift, where: str) -> datetime | None:
    """Aware UTC time of a text; None, and counted as drift, when it is there and is no time."""
    if value is None:
        return None
    if isinstance(value, str):
        try:
            return to_datetime(parse(value.strip()))
        except (ValueError, OverflowError):
            pass
    drift.note("!", where)
    return None


def http_date(text: str) -> int | None:
    """Ms UTC of an HTTP date (RFC 9110); None if it is none."""
    try:
        moment = parsedate_to_datetime(text)
        return from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, TypeError, OverflowError):
        return None


def mapping(value: object) -> dict[str, Any]:
    """The object, or an empty one if it is something else."""
    return value if isinstance(value, dict) else {}


def respelled(value: Any, names: Collection[str]) -> Any:
    """The value with its field names as the source spells them: also `deviationCaseId` or `DEVIATION_CASE_ID`."""
    known = {_bare(name): name for name in names}

    def again(part: Any) -> Any:
        if isinstance(part, list):
            return [again(one) for one in part]
        return {known.get(_bare(k), k): again(v) for k, v in part.items()} if isinstance(part, dict) else part

    return again(value)


def _bare(name: object) -> str:
    return re.sub(r"[\W_]", "", str(name).casefold())


def listing(value: object) -> list[Any]:
    """The list; a lone object becomes a list of one, as some writers of XML turned to JSON do."""
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, dict) else []


def first_text(values: Iterable[object]) -> str:
    """The first that is not empty, on one line."""
    return next((text for text in map(line, values) if text), "")
