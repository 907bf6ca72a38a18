"""Collects what one answer of Trafikverket holds while the object types are read, each by its own file.

In: what the readers keep and refuse. Out: `Parsed`. One report for each identity; pieces without one make it partial.
"""

import hashlib

from pydantic import ValidationError

from connectors.contract import Parsed, Refused
from connectors.reading.values import Drift, as_json, identity
from schemas.outcome import Refusal
from schemas.report import FeedReport, faults

LONGEST = 60
"""Longest id of Trafikverket that stands in ours as it is; with a prefix it still fits a key."""


class Found:
    """What has been found so far."""

    def __init__(self) -> None:
        self.drift = Drift()
        self.items: dict[str, FeedReport] = {}
        self.rejected: list[Refused] = []
        self.seen: set[str] = set()
        self.wholes: set[str] = set()
        self.position: dict[str, str] = {}
        self.errors: list[str] = []
        self.complete = True

    def refuse(self, pointer: str, detail: str, piece: object) -> None:
        """A piece that cannot be used; the rest is."""
        self.rejected.append(Refused(Refusal.SCHEMA, pointer, detail, as_json(piece)))

    def refuse_nameless(self, pointer: str, detail: str, piece: object) -> None:
        """A piece without identity: nobody can say any more which ones are still there."""
        self.complete = False
        self.refuse(pointer, detail, piece)

    def refuse_invalid(self, pointer: str, error: ValidationError, piece: object) -> None:
        """A piece whose values fit no report."""
        self.refuse(pointer, "; ".join(f"{f['pointer']} {f['detail']}" for f in faults(error)), piece)

    def keep(self, item: FeedReport, kind: str, pointer: str, piece: object) -> None:
        """A report; of two with one identity the newer, and the second is also refused: nobody misses it unseen."""
        known = self.items.get(item.id)
        if known is not None:
            self.drift.note("!", f"{kind}:duplicate")
            self.complete = self.complete and item == known
            if item != known:
                self.refuse(pointer, f"the identity {item.id} stands in the answer twice, the newer is used", piece)
            if (item.revision or 0) <= (known.revision or 0):
                return
        self.items[item.id] = item

    def parsed(self) -> Parsed:
        """Everything found."""
        error = "; ".join(self.errors) or None
        return Parsed(
            items=tuple(self.items.values()),
            rejected=tuple(self.rejected),
            drift=self.drift.as_counts(),
            complete=self.complete and error is None,
            seen=frozenset(self.seen),
            wholes=frozenset(self.wholes),
            position=self.position,
            error=error,
        )


def named(prefix: str, value: object) -> str | None:
    """`<prefix>-<id>`; an id that cannot stand in a key is told by its digest. None if there is none."""
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        return None
    own = identity(value if isinstance(value, int) else value.strip())
    if own is None or len(own) > LONGEST:
        own = hashlib.sha256(str(value).encode("utf-8", errors="replace")).hexdigest()[:24]
    return f"{prefix}-{own}"
