"""Lists of outages into reports: the bytes of a list, read by the mapping that knows it.

In: JSON, GeoJSON or CSV. Out: `Parsed`; identity, order, times and numbers as the mapping says. A row without identity
makes the list partial. A payload that no mapping recognises is put aside with the names of those that were tried.
Next: connectors/run.py
"""

from datetime import datetime

from pydantic import ValidationError

from connectors.contract import Parsed, Refused
from connectors.outages import paths
from connectors.outages.mapping import FaultyMapping, ListMapping, load, names
from connectors.outages.outage import SOURCE, report
from connectors.outages.row import Outage
from connectors.outages.rows import Payload, Row
from connectors.reading.values import Drift, as_json
from schemas.outcome import Refusal
from schemas.report import FeedReport, fault_line
from schemas.times import from_datetime

__all__ = ["SOURCE", "parse", "parse_as"]


def parse(raw: bytes) -> Parsed:
    """Reports of a list that one of the mappings recognises. Never raises."""
    payload, tried, faulty = Payload(raw), [], []
    for name in names():
        try:
            tried.append((load(name).last, name, load(name)))
        except FaultyMapping as error:
            payload.drift.note("!", f"mapping:{name}")
            faulty.append("; ".join(str(error).splitlines()))
    for _, _, one in sorted(tried, key=lambda row: row[:2]):
        if _recognised(payload, one):
            return _parsed(payload, one)
    detail = f"no mapping knows this list; tried {', '.join(name for _, name, _ in tried)}"
    detail += f"; faulty mappings: {' | '.join(faulty)}" if faulty else ""
    return _unknown(payload, Refusal.PUT_ASIDE, detail)


def parse_as(raw: bytes, one: ListMapping) -> Parsed:
    """Reports of a list by one mapping, which must recognise it: an error body or a page is no empty list."""
    payload = Payload(raw)
    if not _recognised(payload, one):
        return _unknown(payload, Refusal.SCHEMA, f"this is no payload of {one.title}: `recognise` is not true of it")
    return _parsed(payload, one)


def _recognised(payload: Payload, one: ListMapping) -> bool:
    view = payload.view(one)
    return view is not None and paths.reader((one.recognise,))(view) is True


def _unknown(payload: Payload, reason: Refusal, detail: str) -> Parsed:
    """Neither JSON nor a CSV with columns is malformed; anything else is whole, but not for us."""
    if payload.json is None and not payload.is_table():
        reason, detail = Refusal.MALFORMED, f"{payload.fault}, nor CSV" if payload.fault else "null"
    return Parsed(rejected=(Refused(reason, "", detail, payload.raw),), error=detail)


class _Reader:
    """Collects what one list holds."""

    def __init__(self, one: ListMapping, drift: Drift, at: datetime | None) -> None:
        self.one, self.drift, self.at = one, drift, at
        self.items: dict[str, FeedReport] = {}
        self.rejected: list[Refused] = []
        self.seen: set[str] = set()
        self.complete, self.count = one.whole.complete, 0

    def refuse(self, pointer: str, detail: str, piece: object) -> None:
        self.rejected.append(Refused(Refusal.SCHEMA, pointer, detail, as_json(piece)))

    def row(self, row: Row) -> None:
        pointer, self.count = f"/{self.count}", self.count + 1
        outage = Outage(self.one, row, self.drift)
        key = outage.key() if row.value else None
        if key is None:
            # without its identity nobody can say which outages are still there
            self.complete = False
            self.refuse(pointer, "a row needs an identity", row.raw)
            return
        self.seen.add(key)
        if not self.one.fold_names:
            self.drift.fields("row", row.value or {}, self.one.known)
        told = outage.time("updated")
        sent = told or self._sent(outage)
        if sent is None:
            self.refuse(pointer, "no time of change, beginning or list to take for when it was told", row.raw)
            return
        try:
            self._keep(report(outage, key, sent, told=told is not None), pointer, row)
        except ValidationError as error:
            self.refuse(pointer, fault_line(error), row.raw)

    def _sent(self, outage: Outage) -> datetime | None:
        """When a row was told that does not say so. The list's own time comes last: it moves when nothing else does."""
        start = outage.time("start")
        for field, found in (("updated", None), ("start", start)):
            if field in self.one.readers and found is None:
                self.drift.note("-", f"row.{field}")
        return start or self.at

    def _keep(self, item: FeedReport, pointer: str, row: Row) -> None:
        """The newer of two rows of one identity; the second is also refused, so that nobody misses it unseen."""
        known = self.items.get(item.id)
        if known is None or item == known:
            self.items[item.id] = item
            return
        self.drift.note("!", "row:duplicate")
        self.complete = False
        if (item.revision or 0, item.sent) > (known.revision or 0, known.sent):
            self.items[item.id] = item
        self.refuse(pointer, f"the identity {item.id} stands in the list twice, the newer is used", row.raw)


def _parsed(payload: Payload, one: ListMapping) -> Parsed:
    rows = payload.rows(one, spend=True)
    if rows is None:
        return _unknown(payload, Refusal.SCHEMA, f"no list of {one.title} where its mapping says")
    at = one.clock.read(paths.reader(one.whole.at)(payload.json), payload.drift, "at") if one.whole.at else None
    reader = _Reader(one, payload.drift, at)
    for row in rows:
        reader.row(row)
    return Parsed(
        items=tuple(reader.items.values()),
        rejected=tuple(reader.rejected),
        drift=reader.drift.as_counts(),
        complete=reader.complete and _whole(payload, one, reader.count, reader.drift),
        seen=frozenset(reader.seen),
        as_of=from_datetime(at) if at is not None else None,
    )


def _whole(payload: Payload, one: ListMapping, count: int, drift: Drift) -> bool:
    """The payload itself does not say otherwise."""
    if payload.form(one) == "csv":
        table = payload.table(one.csv)
        if table is None or not table.whole:
            drift.note("!", "csv:uneven")
            return False
        return True
    if one.whole.more and paths.reader(one.whole.more)(payload.json) not in (None, False, 0, "", [], {}):
        return False
    if one.whole.total:
        total = paths.reader(one.whole.total)(payload.json)
        if isinstance(total, bool) or str(total) != str(count):
            drift.note("!", "total")
            return False
    return True
