"""Collects what a parser finds in one payload: the reports, and what could not be used, with its bytes.

In: pieces, kept or refused. Out: `Parsed`. One report for each identity: the newer of two, and the other is told.
A piece without identity, or broken inside, makes the payload partial: nobody can say which ones are still there.
"""

from typing import ClassVar

from pydantic import ValidationError

from connectors.contract import Parsed, Refused
from connectors.reading.values import Drift, as_json
from schemas.codec import Malformed
from schemas.outcome import Refusal
from schemas.report import FeedReport, fault_line


class Found:
    """What has been found so far."""

    PAYLOAD: ClassVar = "list"
    """What the source's payload is called where its reader is told of a fault."""

    def __init__(self) -> None:
        self.drift = Drift()
        self.items: dict[str, FeedReport] = {}
        self.rejected: list[Refused] = []
        self.seen: set[str] = set()
        self.complete = True

    def refuse(self, pointer: str, detail: str, piece: object, reason: Refusal = Refusal.SCHEMA) -> None:
        """A piece that cannot be used; the rest is."""
        self.rejected.append(Refused(reason, pointer, detail, as_json(piece)))

    def refuse_nameless(self, pointer: str, detail: str, piece: object) -> None:
        """A piece without identity."""
        self.complete = False
        self.refuse(pointer, detail, piece)

    def refuse_invalid(self, pointer: str, error: ValidationError, piece: object) -> None:
        """A piece whose values fit no report."""
        self.refuse(pointer, fault_line(error), piece)

    def refuse_broken(self, pointer: str, error: Malformed, raw: bytes) -> None:
        """A piece that cannot be read at all, as it was written."""
        self.complete = False
        self.rejected.append(Refused(Refusal.MALFORMED, pointer, str(error), raw))

    def order(self, item: FeedReport) -> tuple[object, ...]:
        """What tells the newer of two bodies of one identity; of equal ones the first stays."""
        return item.revision or 0, item.sent

    def keep(self, item: FeedReport, kind: str, pointer: str, piece: object) -> None:
        """A report; of two with one identity the newer, and the second is also refused: nobody misses it unseen."""
        known = self.items.get(item.id)
        if known is not None:
            self.drift.note("!", f"{kind}:duplicate")
            self.complete = self.complete and item == known
            if item != known:
                detail = f"the identity {item.id} stands in the {self.PAYLOAD} twice, the newer is used"
                self.refuse(pointer, detail, piece)
            if self.order(item) <= self.order(known):
                return
        self.items[item.id] = item

    def parsed(self) -> Parsed:
        """Everything found."""
        return Parsed(
            items=tuple(self.items.values()),
            rejected=tuple(self.rejected),
            drift=self.drift.as_counts(),
            complete=self.complete,
            seen=frozenset(self.seen),
        )
