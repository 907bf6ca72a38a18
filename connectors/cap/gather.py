"""What one document holds, alert by alert, and then all of them as items of their matters. Pure.

In: bytes, and what earlier payloads told of chains. Out: `Found`, and of several documents together `Parsed`.
Next: connectors/run.py
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from cryptography.x509 import Certificate
from pydantic import ValidationError

from connectors.cap import signature
from connectors.cap.alert import Alert
from connectors.cap.chain import Chains, Message
from connectors.cap.entry import Entry
from connectors.cap.infos import Block
from connectors.cap.json_form import alerts, is_empty_list, is_json
from connectors.cap.report import TYPES, report
from connectors.cap.stream import Document
from connectors.contract import Refused
from connectors.reading.values import Drift, as_json, line, read_json
from schemas.codec import Malformed
from schemas.outcome import Refusal
from schemas.report import FeedReport, fault_line
from schemas.times import from_datetime

INNER = 1
"""How deep alerts that stand as text within entries are looked for."""


class Kept(NamedTuple):
    """One message that can be used."""

    message: Message
    report: FeedReport
    of_index: bool


class Link(NamedTuple):
    """One document that an index names."""

    pointer: str
    address: str
    version: str
    own: str
    """Key of the alert as the entry tells it; empty if it tells none."""


class Found:
    """What was read of one document."""

    def __init__(self) -> None:
        self.drift = Drift()
        self.kept: list[Kept] = []
        self.bodies: dict[str, FeedReport] = {}
        """By key of the message, of those that are no entries of an index."""
        self.links: list[Link] = []
        self.rejected: list[Refused] = []
        self.seen: set[str] = set()
        self.error: str | None = None
        self.is_index = False
        self.updated = ""
        self.whole = True
        """Nothing in it was without identity or unreadable."""

    def refuse(self, reason: Refusal, pointer: str, detail: str, raw: bytes) -> None:
        """Put a piece aside with its reason."""
        self.whole = self.whole and reason is Refusal.PUT_ASIDE
        self.rejected.append(Refused(reason, pointer, detail, raw))


class Rules(NamedTuple):
    """What the operator says of the source."""

    trusted: Sequence[Certificate] = ()
    signed: bool = False
    """It signs everything: what is not signed, or not rightly, is kept apart."""


def read(raw: bytes, rules: Rules = Rules(), depth: int = 0) -> Found:  # noqa: B008 # a tuple never changes
    """Everything in one document; what came before a break in the XML is used."""
    found = Found()
    if is_json(raw):
        _of_json(raw, found, rules)
        return found
    document = Document(raw, found.drift)
    listed: dict[str, tuple[Alert, list[Block]]] = {}
    try:
        for piece in document:
            if isinstance(piece, Alert):
                _alert(piece, raw, document, found, rules)
            else:
                if piece.is_notice and piece.id == document.id:
                    # NWS says in an entry of the index's own name that there is nothing
                    found.drift.note("!", "entry:notice")
                    continue
                _entry(piece, found, listed, rules, depth)
    except Malformed as error:
        found.error = str(error)
        found.refuse(Refusal.MALFORMED, "", str(error), raw)
    found.is_index, found.updated = document.is_index, document.updated
    for own in list(listed):
        _of_index(*listed.pop(own), found, rules)
    if found.error is None and not document.is_index and not document.alerts:
        found.error = f"alerts or an index of them are wanted, here is <{line(document.root, 60)}>"
        found.refuse(Refusal.SCHEMA, "", found.error, raw)
    return found


def _of_json(raw: bytes, found: Found, rules: Rules) -> None:
    """Alerts of a JSON document. What is JSON and holds none is not ours."""
    try:
        value = read_json(raw, found.drift)
    except Malformed as error:
        found.error = str(error)
        found.refuse(Refusal.MALFORMED, "", str(error), raw)
        return
    for alert in alerts(value, found.drift):
        alert.signature = signature.UNCHECKED if alert.signed else ""
        found.is_index = found.is_index or alert.pointer != ""
        _keep(alert, as_json(alert.as_json()), found, rules)
    if is_empty_list(value):
        found.is_index = True
    elif not found.seen and not found.rejected:
        found.error = "JSON without alerts in CAP's words"
        found.refuse(Refusal.PUT_ASIDE, "", found.error, raw)


def _alert(alert: Alert, raw: bytes, document: Document, found: Found, rules: Rules) -> None:
    alone = document.root == "alert"
    if alert.signed:
        alert.signature = signature.check(raw, alert.sent(Drift()), rules.trusted) if alone else signature.UNCHECKED
    _keep(alert, raw if alone else as_json(alert.as_json()), found, rules)


def _entry(entry: Entry, found: Found, listed: dict[str, tuple[Alert, list[Block]]], rules: Rules, depth: int) -> None:
    if entry.inner and depth < INNER:
        inner = read(entry.inner, rules, depth + 1)
        found.kept += inner.kept
        found.seen |= inner.seen
        found.whole = found.whole and inner.whole
        found.rejected += [piece._replace(pointer=entry.pointer + piece.pointer) for piece in inner.rejected]
        return
    own = ""
    if entry.alert is not None and entry.alert.identifier:
        own = entry.alert.own
        alert, blocks = listed.setdefault(own, (entry.alert, []))
        if alert is not entry.alert:
            alert.areas.add(entry.alert.areas, found.drift)
        if entry.block not in blocks:
            blocks.append(entry.block)
    if not entry.whole:
        found.links.append(Link(entry.pointer, entry.link, entry.version, own))


def _of_index(alert: Alert, blocks: list[Block], found: Found, rules: Rules) -> None:
    for block in blocks:
        alert.infos.add(block, found.drift)
    if not rules.signed:
        _keep(alert, as_json(alert.as_json()), found, rules)


def _keep(alert: Alert, raw: bytes, found: Found, rules: Rules) -> None:
    """Use one alert, or say why not."""
    if not alert.identifier:
        found.refuse(Refusal.SCHEMA, f"{alert.pointer}/identifier", "an alert needs an identifier", raw)
        return
    sent = alert.sent(found.drift)
    if alert.type in {"ack", "error"}:
        detail = f"{line(alert.head['msgType'])}: an answer to a message, nothing for a picture"
        found.refuse(Refusal.PUT_ASIDE, alert.pointer, detail, raw)
        return
    if fault := _signature_fault(alert, rules):
        found.refuse(Refusal.SIGNATURE, alert.pointer, fault, raw)
        return
    found.seen.add(alert.own)
    if sent is None:
        found.refuse(Refusal.SCHEMA, f"{alert.pointer}/sent", "no time of sending, and none to take for it", raw)
        return
    try:
        made = report(alert, sent, found.drift)
    except ValidationError as error:
        detail = fault_line(error)
        found.refuse(Refusal.SCHEMA, alert.pointer, detail, raw)
        return
    if not alert.of_index and found.bodies.setdefault(alert.own, made) is not made:
        found.drift.note("!", "alert:duplicate")
        if found.bodies[alert.own] == made:
            return
        detail = (
            f"the message {line(alert.identifier)} stands in the document twice, the newest, else the last, is used"
        )
        found.refuse(Refusal.SCHEMA, alert.pointer, detail, raw)
    found.kept.append(Kept(_message(alert, sent, found.drift), made, alert.of_index))


def _message(alert: Alert, sent: datetime, drift: Drift) -> Message:
    references = alert.references(drift)
    if alert.type not in TYPES:
        drift.note("=" if alert.type else "-", f"msgType:{line(alert.type, 40)}" if alert.type else "alert.msgType")
    if alert.type in {"update", "cancel"} and not references and not alert.of_index:
        drift.note("-", "alert.references")
    return Message(alert.own, alert.sender, alert.type, references, alert.mark, from_datetime(sent))


def _signature_fault(alert: Alert, rules: Rules) -> str:
    """Why an alert of a source that signs everything is kept apart; empty if it is not."""
    if not rules.signed:
        return ""
    wanted = signature.VALID if rules.trusted else signature.INTACT
    if alert.signature.startswith((signature.VALID, wanted)):
        return ""
    return f"its source signs everything; this one's signature: {alert.signature or 'none'}"


_RANK = {"alert": 0, "update": 1, "cancel": 2}


def settle(messages: Iterable[Kept], chains: Chains) -> tuple[FeedReport, ...]:
    """One item for each matter: its newest message, whatever order they came in."""
    kept = sorted(enumerate(messages), key=lambda one: _order(one[1]))
    items: dict[str, tuple[int, FeedReport]] = {}
    for position, (message, made, _) in kept:
        root, others = chains.place(message)
        items[root] = position, _named(made, root, {})
        for other in others:
            items[other] = position, _named(made, other, {"superseded_by": root} if made.change == "report" else {})
    return tuple(item for _, item in sorted(items.values(), key=lambda pair: pair[0]))


def _order(one: Kept) -> tuple[int, int, bool]:
    """By time of sending; at one time a Cancel is the last word, and a document says more than its entry."""
    return one.message.at, _RANK.get(one.message.type, 0), not one.of_index


def _named(made: FeedReport, identity: str, more: dict[str, str]) -> FeedReport:
    """The report under the identity of its matter; of one that is superseded it is a cancel."""
    if identity == made.id and not more:
        return made
    change = "cancel" if more else made.change
    return made.model_copy(update={"id": identity, "native": made.native | more, "change": change})
