"""CAP alerts, 1.0 to 1.2, as one document, several in one, or an index whose entries tell of them: bytes into reports.

In: a document or an index. Out: `Parsed`; identity is the first message of a chain that the payload knows of, the order
is `sent`. A Cancel, or an all-clear, is a cancel of that identity. An index whose entries only link says so.
Next: connectors/cap/client.py
"""

from connectors.cap.chain import Chains
from connectors.cap.gather import Found, read, settle
from connectors.cap.moments import moment
from connectors.cap.report import SOURCE
from connectors.contract import Parsed, Refused
from connectors.reading import Drift, read_json
from schemas.codec import Malformed
from schemas.outcome import Refusal
from schemas.times import from_datetime

__all__ = ["SOURCE", "as_of", "not_xml", "parse"]


def parse(raw: bytes) -> Parsed:
    """Reports of one payload, by itself. Never raises: what cannot be used is in `rejected`, with its bytes."""
    other = not_xml(raw)
    if other is not None:
        return other
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


def not_xml(raw: bytes) -> Parsed | None:
    """The verdict on what is JSON and so no CAP document; None if it is not."""
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in {b"{", b"["}:
        return None
    try:
        read_json(raw, Drift())
    except Malformed as error:
        return Parsed(rejected=(Refused(Refusal.MALFORMED, "", str(error), raw),), error=str(error))
    detail = "JSON, not CAP's XML"
    return Parsed(rejected=(Refused(Refusal.PUT_ASIDE, "", detail, raw),), error=detail)


def as_of(found: Found) -> int | None:
    """An Atom index's own time, ms UTC."""
    at = moment(found.updated, Drift(), "feed.updated") if found.is_index else None
    return from_datetime(at) if at is not None else None
