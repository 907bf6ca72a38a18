"""The contract between a source's own folder and what all sources share: one asking, one batch.

In: `Asking`, what a connector may know when it asks. Out: `Batch`, everything one answer held. A parser gives `Parsed`
and never raises, whatever bytes it gets; a client raises only `SourceError` (errors.py).
Next: connectors/run.py
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Literal, NamedTuple, Protocol

from schemas.outcome import Refusal
from schemas.report import FeedReport


class Refused(NamedTuple):
    """A piece of a payload that could not be used. It goes to `rejected`; the rest of the payload is used."""

    reason: Refusal
    pointer: str
    """JSON pointer to the piece within the payload; empty: the payload itself."""
    detail: str
    """Every fault, in one line."""
    raw: bytes
    """The piece, as JSON; the whole payload if it is none."""


class Parsed(NamedTuple):
    """What a parser found in one payload."""

    items: tuple[FeedReport, ...] = ()
    """In the order of the payload; one for each identity."""
    rejected: tuple[Refused, ...] = ()
    drift: Mapping[str, int] = {}
    """Unknown fields (`+a.b`), missing ones (`-a.b`), new words (`=a.b:WORD`) and mended faults (`!a.b`), counted."""
    complete: bool = False
    """The payload shows all that the source has: nothing in it was unreadable to the point of having no identity."""
    seen: frozenset[str] = frozenset()
    """Identities that are there, also of pieces that were refused."""
    wholes: frozenset[str] = frozenset()
    """Groups told whole by this payload: what they held before and do not hold now, the source has taken back."""
    position: Mapping[str, str] = {}
    """Where the next asking goes on, for sources that count their changes."""
    error: str | None = None
    """What the source itself says went wrong."""
    as_of: int | None = None
    """The payload's own time, ms UTC, where it tells one that orders payloads; an older one withdraws nothing."""

    @property
    def answered(self) -> bool:
        """The source was heard, even if it said of a part of what was asked that it went wrong."""
        return self.error is None or bool(self.seen)


Sieve = Callable[[Parsed, Collection[str]], Parsed]
"""Leaves out what nobody needs to hear, given the identities that have been told. Pure."""
Parse = Callable[[bytes], Parsed]
"""What `parse.py` of each connector has by this name. Pure, and never raises."""


MODIFIED = "Last-Modified"
"""Header by which a payload tells its own time where nothing within it does."""


class Raw(NamedTuple):
    """One answer as it came over the wire: the evidence."""

    url: str
    """Without user, password and query, which may hold keys."""
    status: int
    headers: Mapping[str, str]
    at: int
    """When it was fetched, space time in ms UTC."""
    body: bytes
    sha256: str
    unchanged: bool = False
    """The same bytes as the answer before, or a 304."""
    expected: bool = True
    """It calls itself by a content type that this source uses; if not, it may add and update, never withdraw."""


class Batch(NamedTuple):
    """One asking of a source, answered and parsed."""

    parsed: Parsed
    raw: Raw
    reach: Literal["all", "changes"] = "all"
    """`changes`: only what changed since the last position; such a batch says nothing by what is not in it."""
    position: Mapping[str, Any] = {}
    """Kept in the cursor and handed back with the next `Asking`."""
    skew_s: int | None = None
    """The source's clock minus ours, whole seconds."""
    more: tuple[Raw, ...] = ()
    """Documents that were fetched beside `raw`, in the order in which they were parsed."""


class Asking(NamedTuple):
    """What a connector knows when it asks."""

    at: int
    """Space time, ms UTC."""
    position: Mapping[str, Any]
    """From the last batch; empty at the first asking."""
    told: Collection[str]
    """Identities that have been published and not taken back."""
    doubt: bool = False
    """Something is missing from the last whole answer and awaits a second one."""


class Connector(Protocol):
    """One source. Owns no clock, no Kafka and no file."""

    @property
    def source(self) -> str:
        """Name of the folder, of the topics and in every report."""

    async def ask(self, asking: Asking) -> Batch:
        """Ask once. Raises SourceError; never waits for its next turn and never publishes."""
