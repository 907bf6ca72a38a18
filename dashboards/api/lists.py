"""Lists in pages: filtered, newest first, with a cursor that holds while the list grows.

Pure. In: entities with a key, the query. Out: one page and the cursor of the next.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from heapq import nlargest
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
    if filters:
        rows = [row for row in rows if all(_text(row.get(field)) == wanted for field, wanted in filters.items())]
    placed = ((_place(row, when), -number, row) for number, row in enumerate(rows))
    if cursor is not None:
        below = _read(cursor)
        placed = (one for one in placed if one[0] < below)
    # of ten thousand rows a page shows fifty: the rest is not put in order
    found = nlargest(limit + 1, placed)
    shown = [row for _, _, row in found[:limit]]
    return Page(shown, _write(found[limit - 1][0]) if len(found) > limit else None)


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
