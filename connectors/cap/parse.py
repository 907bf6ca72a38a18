"""CAP alerts, 1.0 to 1.2, as one document, several in one, or an index whose entries tell of them; also in JSON.

In: a document or an index. Out: `Parsed`; identity is the first message of a chain that the payload knows of, the order
is `sent`. A Cancel, or an all-clear, is a cancel of that identity. An index whose entries only link says so.
Next: connectors/cap/client.py
"""

from connectors.cap.chain import Chains
from connectors.cap.gather import Found, read, settle
from connectors.cap.moments import moment
from connectors.cap.report import SOURCE
from connectors.contract import Parsed
from connectors.reading.values import Drift
from schemas.outcome import Refusal
from schemas.times import from_datetime

__all__ = ["SOURCE", "as_of", "parse"]


def parse(raw: bytes) -> Parsed:
    """Reports of one payload, by itself. Never raises: what cannot be used is in `rejected`, with its bytes."""
    found = read(raw)
    linked = sum(1 for link in found.links if not link.own)
    if linked:
        detail = f"{linked} entries only link to their alerts: the source must be asked for them"
        found.refuse(Refusal.PUT_ASIDE, "", detail, raw)
    items = settle(found.kept, Chains())
    return Parsed(
        items=items,
        rejected=tuple(found.rejected),
        drift=found.drift.as_counts(),
        complete=found.is_index and found.whole and not linked and found.error is None,
        seen=frozenset({*found.seen, *(item.id for item in items)}),
        error=found.error,
        as_of=as_of(found),
    )


def as_of(found: Found) -> int | None:
    """An Atom index's own time, ms UTC."""
    at = moment(found.updated, Drift(), "feed.updated") if found.is_index else None
    return from_datetime(at) if at is not None else None
