"""DATEX II situations (v2 and v3, also v3's messageContainer): XML into reports, one for each record of a situation.

In: a document of a DATEX II node. Out: `Parsed`. Identity is the record's id, the group its situation's; order is the
record's version. Situations are read one at a time, so that a national document fits in memory. A document that breaks
off gives what it held so far and withdraws nothing. Other publications are put aside.
Next: connectors/datex/record.py
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from xml.etree.ElementTree import Element, tostring

from pydantic import ValidationError

from connectors.contract import Parsed, Refused
from connectors.datex.exchange import Exchange, exchange
from connectors.datex.fields import Around, kind_of
from connectors.datex.record import SOURCE, moment, report
from connectors.reading.values import Drift, as_json, identity, line
from connectors.reading.xml_pieces import each, each_child, local
from schemas.codec import Malformed
from schemas.outcome import Refusal
from schemas.report import FeedReport, fault_line
from schemas.times import from_datetime

__all__ = ["SOURCE", "parse"]

_PAYLOADS = ("payload", "payloadPublication", "SituationPublication", "situationPublication")
_HOLDERS = ("messageContainer", "d2LogicalModel", *_PAYLOADS)
_OURS = "SituationPublication"


class _Reader:
    """Collects what one document holds."""

    def __init__(self) -> None:
        self.drift = Drift()
        self.items: dict[str, FeedReport] = {}
        self.rejected: list[Refused] = []
        self.seen: set[str] = set()
        self.groups: set[str] = set()
        self.publications: set[str] = set()
        self.exchange = Exchange()
        self.published: datetime | None = None
        self.error: str | None = None
        self.complete = True

    def refuse(self, detail: str, piece: Element, pointer: str) -> None:
        raw = as_json(tostring(piece, encoding="unicode"))
        self.rejected.append(Refused(Refusal.SCHEMA, pointer, detail, raw))

    def unusable(self, reason: Refusal, detail: str, raw: bytes, *, error: bool = True) -> None:
        self.complete = False
        self.error = detail if error else None
        self.rejected.append(Refused(reason, "", detail, raw))

    def keep(self, item: FeedReport, pointer: str, piece: Element) -> None:
        """The newer of two bodies of one identity; the second is also refused, so that nobody misses it unseen."""
        known = self.items.get(item.id)
        if known is not None:
            self.drift.note("!", "situationRecord:duplicate")
            self.complete = self.complete and item == known
            if item != known:
                self.refuse(f"the identity {item.id} stands in the document twice, the newer is used", piece, pointer)
            if (item.revision or 0) <= (known.revision or 0):
                return
        self.items[item.id] = item

    def parsed(self) -> Parsed:
        return Parsed(
            items=tuple(self.items.values()),
            rejected=tuple(self.rejected),
            drift=self.drift.as_counts(),
            complete=self.complete and self.exchange.whole,
            seen=frozenset(self.seen),
            wholes=frozenset(self.groups) if self.exchange.situations_whole else frozenset(),
            error=self.error,
            as_of=None if self.published is None else from_datetime(self.published),
        )


def parse(raw: bytes) -> Parsed:
    """Reports of a document. Never raises: what cannot be used is in `rejected`, with its bytes."""
    reader = _Reader()
    # an XML declaration has to stand first; blanks before it are a common fault
    document = raw.lstrip() if raw[:1].isspace() else raw
    try:
        for parent, part in each_child(document, *_HOLDERS):
            _piece(parent, part, reader)
        if not reader.publications:
            _without_publication(document, raw, reader)
        elif _OURS not in reader.publications:
            kinds = line(", ".join(sorted(reader.publications)), 120)
            reader.unusable(Refusal.PUT_ASIDE, f"situations are wanted, here is {kinds}", raw, error=False)
        for kind in reader.publications - {_OURS, *_PAYLOADS}:
            reader.drift.note("+", f"payload:{kind}")
    except Malformed as error:
        reader.unusable(Refusal.MALFORMED, str(error), raw)
    return reader.parsed()


def _piece(parent: Element, part: Element, reader: _Reader) -> None:
    name = local(part)
    if name in _PAYLOADS:
        reader.publications.add(_publication(part))
    if _OURS not in reader.publications and local(parent) in _PAYLOADS:
        reader.publications.add(_publication(parent))
    if name == "situation":
        reader.publications.add(_OURS)
        _situation(part, parent.get("lang") or "", reader)
    elif name in {"exchange", "exchangeInformation"}:
        reader.exchange = exchange(part, reader.drift)
    elif name == "publicationTime":
        reader.published = moment((part.text or "").strip(), reader.drift, "publicationTime")


def _publication(payload: Element) -> str:
    """Kind of a publication; one that does not say it is ours only by the situations in it."""
    kind = kind_of(payload) or local(payload)
    return _OURS if kind.lower() == _OURS.lower() else kind


def _without_publication(document: bytes, raw: bytes, reader: _Reader) -> None:
    """Situations in another wrapping, or something else altogether."""
    for situation in each(document, "situation"):
        reader.publications.add(_OURS)
        _situation(situation, "", reader)
    reader.complete = False
    if not reader.publications:
        reader.unusable(Refusal.SCHEMA, "XML without a DATEX II publication", raw)


def _situation(situation: Element, language: str, reader: _Reader) -> None:
    own = (situation.get("id") or "").strip()
    group = _fitting(own) if own else None
    fields: dict[str, list[Element]] = {}
    for part in situation:
        fields.setdefault(local(part), []).append(part)
    records = fields.get("situationRecord", [])
    around = _around(fields, group, language, reader)
    if group is None:
        reader.drift.note("-", "situation.id")
    for index, record in enumerate(records):
        # a lone record without an id is told apart by its situation
        key = (record.get("id") or "").strip() or (own if len(records) == 1 else "")
        pointer = f"/situation/{line(own, 60)}/situationRecord/{index}"
        if not key:
            reader.complete = False
            group = None
            reader.refuse("a record of a situation needs an id", record, pointer)
            continue
        _record(record, _fitting(key), around, pointer, reader)
    if group is not None:
        reader.groups.add(group)


def _around(fields: Mapping[str, list[Element]], group: str | None, language: str, reader: _Reader) -> Around:
    header = {
        local(part): (part.text or "").strip() for header in fields.get("headerInformation", ()) for part in header
    }
    if not header:
        reader.drift.note("-", "situation.headerInformation")
    versioned = moment(_text(fields, "situationVersionTime"), reader.drift, "situationVersionTime")
    return Around(
        group=group,
        overall=_text(fields, "overallSeverity"),
        information=header.get("informationStatus", ""),
        confidentiality=header.get("confidentiality", ""),
        language=language,
        moments=tuple(m for m in (versioned, reader.published) if m is not None),
    )


def _text(fields: Mapping[str, list[Element]], name: str) -> str:
    return (fields[name][0].text or "").strip() if name in fields else ""


def _record(record: Element, key: str, around: Around, pointer: str, reader: _Reader) -> None:
    reader.seen.add(key)
    try:
        item = report(record, key, around, reader.drift)
        if item is None:
            reader.refuse("no time of version, and none to take for it", record, pointer)
        else:
            reader.keep(item, pointer, record)
    except ValidationError as error:
        reader.refuse(fault_line(error), record, pointer)


def _fitting(name: str) -> str:
    """An id that can stand in a key: itself, or as much of it as can with a digest of the whole."""
    readable = re.sub(r"[^A-Za-z0-9_.:+-]", "_", name)[:60]
    return identity(name) or f"{readable}-{hashlib.sha256(name.encode(errors='replace')).hexdigest()[:16]}"
