"""Collects what one answer of Trafikverket holds while the object types are read, each by its own file.

In: what the readers keep and refuse. Out: `Parsed`. One report for each identity; pieces without one make it partial.
"""

import hashlib

from connectors.contract import Parsed
from connectors.reading import found
from connectors.reading.values import identity
from schemas.report import FeedReport

LONGEST = 60
"""Longest id of Trafikverket that stands in ours as it is; with a prefix it still fits a key."""


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
