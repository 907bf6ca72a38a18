"""Lists that must fit a sheet: as many rows as there is room for, and how many more there are. Texts are cut likewise.

Pure. Next: dashboards/sheet/content.py
"""

from collections.abc import Iterable

from schemas.codec import Json

LONGEST = 140
"""Letters of a text that somebody wrote: two lines of the sheet."""


def listed(rows: Iterable[Json], most: int) -> Json:
    """`{"rows": [...], "more": n}`."""
    found = list(rows)
    return {"rows": found[:most], "more": max(0, len(found) - most)}


def cut(text: str, longest: int = LONGEST) -> str:
    """A text on one line, with an ellipsis where it was longer."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def named(names: list[str], shown: int, more: str) -> str:
    """Names by comma, at most so many; `more` is put after them where some are left out."""
    return ", ".join(names[:shown]) + (f" {more}" if len(names) > shown else "")
