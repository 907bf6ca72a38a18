"""Lists in pages: filtered, newest first, with a cursor that holds while the list grows.

Pure. In: entities with a key, the query. Out: one page and the cursor of the next.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from schemas.codec import Json

LIMIT = 100
MOST = 1_000


class Page(NamedTuple):
    """Part of a list."""

    rows: list[Json]
    cursor: str | None
    """Of the next page; None at the end."""


def page(
    rows: Iterable[Json], when: str, filters: Mapping[str, str], limit: int = LIMIT, cursor: str | None = None
) -> Page:
    """Rows that match, newest first by the field `when`. ValueError if the cursor is none of ours."""
    matching = [row for row in rows if all(_text(row.get(field)) == wanted for field, wanted in filters.items())]
    matching.sort(key=lambda row: _place(row, when), reverse=True)
    if cursor is not None:
        below = _read(cursor)
        matching = [row for row in matching if _place(row, when) < below]
    more = len(matching) > limit
    shown = matching[:limit]
    return Page(shown, _write(_place(shown[-1], when)) if more and shown else None)


def _place(row: Json, when: str) -> tuple[str, str]:
    return str(row.get(when, "")), row["key"]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _write(place: tuple[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[str, str]:
    try:
        when, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError) as error:
        raise ValueError("the cursor is not one that this list gave") from error
    return str(when), str(key)
