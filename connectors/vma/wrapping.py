"""The answer of the VMA interface out of what somebody's tool has made of it: wrapped, or with other spellings. Pure.

In: a value whose inner parts may still be bytes. Out: the object with `alerts`, or the value as it was.
Next: connectors/vma/parse.py
"""

import contextlib
from typing import Any

from connectors.contract import Parsed, Refused
from connectors.reading.json_pieces import piece
from connectors.reading.values import Drift, mapping, respelled
from connectors.vma.message import INFO
from schemas.codec import Malformed
from schemas.outcome import Refusal

ALERT = {
    *("identifier", "sender", "sent", "status", "msgType", "scope", "references", "note", "incidents", "info"),
    *("source", "restriction", "addresses", "code"),
}
"""Fields of an alert."""
NAMES = {"timestamp", "alerts", "areaDesc", "geocode", "valueName", "value", *ALERT, *INFO}
"""All names that are read, as the interface spells them."""


def unreadable(raw: bytes, detail: str) -> Parsed:
    """What is no JSON. The other forms of this interface are XML: whole, but not what is asked for."""
    start = raw[:400].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    xml = start.startswith((b"<?xml", b"<alert", b"<feed", b"<rss")) and b"<html" not in start
    reason = Refusal.PUT_ASIDE if xml else Refusal.MALFORMED
    detail = "XML, where JSON is asked for; an alert in CAP is read by `cap`" if xml else detail
    return Parsed(rejected=(Refused(reason, "", detail, raw),), error=detail)


def unwrapped(value: Any, drift: Drift) -> Any:
    """The answer within a list of one, or within an object that is no answer itself."""
    if isinstance(value, list) and len(value) != 1:
        return value
    if isinstance(value, dict) and not value.keys().isdisjoint(("alerts", "identifier")):
        return value
    with contextlib.suppress(Malformed):
        whole = respelled(piece(value, drift), NAMES)
        parts = whole if isinstance(whole, list) else [whole, *mapping(whole).values()]
        found = next((p for p in parts if not mapping(p).keys().isdisjoint(("alerts", "identifier"))), None)
        if found is not None and (isinstance(value, dict) or "alerts" in found):
            drift.note("!", "answer:wrapped")
            return found
    return value
