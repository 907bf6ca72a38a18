"""One row of a list of outages, read by its mapping: identity, times, number, words, drawing. Pure.

In: a row and its mapping. Out: an `Outage` that gives each field in our terms and counts what it could not read.
Next: connectors/outages/outage.py
"""

import hashlib
import re
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from connectors.outages.amounts import Amount, amount, span
from connectors.outages.mapping import ListMapping
from connectors.outages.rows import Row
from connectors.reading.names import named_id
from connectors.reading.places import geojson
from connectors.reading.values import Drift, clean, line

_LEAST, _MOST = ("min", "low", "from", "lägst", "val", "value"), ("max", "high", "to", "högst", "val", "value")
"""Names of the ends of a range that is told as an object; some tell one number in it."""
_WEST, _EAST, _SOUTH, _NORTH = 10.0, 25.0, 54.0, 70.0
"""Degrees around Sweden; as longitude and latitude they cannot be taken for each other."""
_SHORT = 60
"""Texts of up to so many characters are kept once however many rows have them: words of a list recur."""


class Outage(NamedTuple):
    """A row read by its mapping."""

    mapping: ListMapping
    row: Row
    drift: Drift

    def get(self, field: str) -> Any:
        """Value of a field, None if the list or the row has none."""
        read = self.mapping.readers.get(field)
        return read(self.row.value) if read else None

    def words(self, field: str, limit: int = 200) -> str:
        """Value of a field as text on one line; a list joined by commas."""
        value = self.get(field)
        if value is None:
            return ""
        if isinstance(value, str):
            return _short_line(value) if len(value) <= _SHORT else line(value, limit)
        if isinstance(value, bool):
            return "true" if value else "false"
        parts = value if isinstance(value, list) else [value]
        return ", ".join(text for part in parts if (text := line(part, limit)))[:limit]

    def time(self, field: str, *, whole_days: bool = True) -> datetime | None:
        """Value of a field as an instant, UTC."""
        return self.mapping.clock.read(self.get(field), self.drift, f"row.{field}", whole_days=whole_days)

    def key(self) -> str | None:
        """Identity of the outage; None if the row has nothing that could be one."""
        own = self.get("identity")
        text = str(int(own)) if isinstance(own, float) and own.is_integer() else clean(own)
        if text:
            return named_id(text)
        parts = [self.words(name) for name in self.mapping.identity_from]
        return f"row-{_digest('|'.join(parts))[:20]}" if any(parts) else None

    def revision(self) -> int | None:
        """The list's own order of the outage."""
        found = self.get("revision")
        text = str(found).strip() if isinstance(found, int | str) and not isinstance(found, bool) else ""
        return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else None

    def customers(self) -> Amount | None:
        """How many customers are without supply."""
        value, low, high = self.get("customers"), self.get("customers_low"), self.get("customers_high")
        if isinstance(value, dict):
            low, high = (next((value[n] for n in names if n in value), None) for names in (_LEAST, _MOST))
            found = span(low, high)
        else:
            found = amount(value) if value is not None else span(low, high)
        if found is None and any(told is not None for told in (value, low, high)):
            self.drift.note("!", "row.customers")
        return found


def drawn(outage: Outage) -> list[dict[str, Any]]:
    """GeoJSON of where it is drawn; empty if it is not, or not as a place in degrees."""
    value = outage.get("geometry") or outage.row.geometry
    lon, lat = _degrees(outage.get("lon")), _degrees(outage.get("lat"))
    if value is None and lon is not None and lat is not None:
        value = {"type": "Point", "coordinates": [lon, lat]}
    if value is None or _plain_point(value):
        return [value] if value is not None else []
    found = geojson(value, outage.drift, "row.geometry")
    if found is None and lon is not None and lat is not None:
        found = geojson({"type": "Point", "coordinates": [lon, lat]}, outage.drift, "row.lon")
    return [found] if found is not None else []


def _plain_point(value: Any) -> bool:
    """Surely a place in degrees and in order: the general way of looking costs as much as the rest of the row."""
    if not isinstance(value, dict) or len(value) != 2 or value.get("type") != "Point":
        return False
    numbers = value.get("coordinates")
    if not isinstance(numbers, list) or [type(number) for number in numbers] != [float, float]:
        return False
    return bool(_WEST < numbers[0] < _EAST and _SOUTH < numbers[1] < _NORTH)


def _degrees(value: object) -> float | None:
    """A number, also as text with a decimal comma."""
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,3}[.,]\d{1,15}", value.strip()):
        return float(value.strip().replace(",", "."))
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9 else None


@lru_cache(maxsize=8192)
def _short_line(text: str) -> str:
    return line(text, _SHORT)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", errors="replace")).hexdigest()
