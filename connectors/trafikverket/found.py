"""Collects what one answer of Trafikverket holds while the object types are read, each by its own file.

In: what the readers keep and refuse. Out: `Parsed`. One report for each identity; pieces without one make it partial.
"""

import hashlib
from collections.abc import Callable

from pydantic import ValidationError

from connectors.contract import Parsed
from connectors.reading import found
from connectors.reading.values import identity
from schemas.report import FeedReport

LONGEST = 60
"""Longest id of Trafikverket that stands in ours as it is; with a prefix it still fits a key."""


_Report = Callable[[str], FeedReport | None]


class Found(found.Found):
    """What has been found so far."""

    PAYLOAD = "answer"

    def __init__(self) -> None:
        super().__init__()
        self.wholes: set[str] = set()
        self.position: dict[str, str] = {}
        self.errors: list[str] = []

    def order(self, item: FeedReport) -> tuple[object, ...]:
        """The source counts its versions; its times say no more."""
        return (item.revision or 0,)

    def read(self, kind: str, key: str | None, pointer: str, piece: object, report: _Report) -> None:
        """An object with an `Id`: its report, which may lack a time, or why there is none."""
        if key is None:
            self.refuse_nameless(f"{pointer}/Id", f"a {kind} needs an Id", piece)
            return
        self.seen.add(key)
        try:
            item = report(key)
        except ValidationError as error:
            self.refuse_invalid(pointer, error, piece)
            return
        if item is None:
            self.refuse(f"{pointer}/ModifiedTime", "no time of change, and none to take for it", piece)
            return
        self.keep(item, kind, pointer, piece)

    def parsed(self) -> Parsed:
        """Everything found."""
        error = "; ".join(self.errors) or None
        told = super().parsed()
        return told._replace(
            complete=self.complete and error is None,
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
