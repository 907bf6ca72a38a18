"""What a duty officer leaves to the next: open notices, undecided suggestions, forums at work, tasks and questions.

Pure. In: lists of the picture as a viewer sees them. Out: rows in Swedish, the ringing first.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from schemas.codec import Json
from streams.words import load_words

UNDECIDED = frozenset({"raised", "notified", "acknowledged", "accepted"})
AT_WORK = frozenset({"convened", "active"})
UNDONE = frozenset({"open", "overdue"})


class Matter(NamedTuple):
    """One row."""

    kind: str
    id: str
    title: str
    state: str


def open_matters(lists: Mapping[str, Iterable[Json]]) -> list[Matter]:
    """Rows of `notices`, `suggestions`, `forums` and `entries`; a list that is not there has none."""
    words = load_words()
    found = [_row("notice", n, words(f"level.{n['level']}")) for n in lists.get("notices", ()) if n["state"] == "open"]
    found += [
        _row("suggestion", s, words.advice(s["act"], s["level"]))
        for s in lists.get("suggestions", ())
        if s["state"] in UNDECIDED
    ]
    found += [_row("forum", f, words(f"level.{f['level']}")) for f in lists.get("forums", ()) if f["state"] in AT_WORK]
    return found + [
        _row("entry", e, str(e.get("texts", {}).get("what", e["what"])))
        for e in lists.get("entries", ())
        if e["state"] in UNDONE
    ]


def _row(kind: str, row: Json, title: str) -> Matter:
    words, key = load_words(), f"{kind}_state.{row['state']}"
    return Matter(kind, row["id"], title, words(key) if words.known(key) else row["state"])
