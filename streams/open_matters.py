"""What a duty officer leaves to the next: open notices, undecided suggestions, forums at work, tasks and questions.

Pure. In: lists of the picture as a viewer sees them. Out: rows in words, the ringing first.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import NamedTuple

from schemas.codec import Json
from streams.words import Words, load_words

UNDECIDED = frozenset({"raised", "notified", "acknowledged", "accepted"})
AT_WORK = frozenset({"convened", "active"})
UNDONE = frozenset({"open", "overdue"})


class Matter(NamedTuple):
    """One row."""

    kind: str
    id: str
    title: str
    state: str


def open_matters(lists: Mapping[str, Iterable[Json]], words: Words | None = None) -> list[Matter]:
    """Rows of `notices`, `suggestions`, `forums` and `entries`; a list that is not there has none."""
    words = words or load_words()
    row = partial(_row, words)
    found = [row("notice", n, words(f"level.{n['level']}")) for n in lists.get("notices", ()) if n["state"] == "open"]
    found += [
        row("suggestion", s, words.advice(s["act"], s["level"]))
        for s in lists.get("suggestions", ())
        if s["state"] in UNDECIDED
    ]
    found += [row("forum", f, words(f"level.{f['level']}")) for f in lists.get("forums", ()) if f["state"] in AT_WORK]
    return found + [
        row("entry", e, str(e.get("texts", {}).get("what", e["what"])))
        for e in lists.get("entries", ())
        if e["state"] in UNDONE
    ]


def _row(words: Words, kind: str, row: Json, title: str) -> Matter:
    key = f"{kind}_state.{row['state']}"
    return Matter(kind, row["id"], title, words(key) if words.known(key) else row["state"])
