"""GTFS Realtime: a message's alerts and its cancelled trips into reports. Protobuf, its JSON form or its text form.

In: an answer such as `.../gtfs-rt/sl/ServiceAlerts.pb`. Out: `Parsed`. Identity of an alert is its entity's id; there
is no order but the message's own time, so the content decides what is a change. A full data set is complete, a
differential one is not. Positions of vehicles are not for a picture.
Next: connectors/gtfsrt/wire.py
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime

from google.transit.gtfs_realtime_pb2 import FeedEntity, FeedHeader
from pydantic import ValidationError

from connectors.contract import Parsed, Refused
from connectors.gtfsrt import words
from connectors.gtfsrt.alert import SOURCE, Network, Stops, earliest, report
from connectors.gtfsrt.cancelled import Cancelled
from connectors.gtfsrt.wire import read
from connectors.reading.values import Drift, as_json, identity, line
from schemas.codec import Malformed
from schemas.outcome import Refusal
from schemas.report import FeedReport, Place, fault_line
from schemas.sectors import Kind
from schemas.times import from_datetime

__all__ = ["SOURCE", "parse"]

_OTHERS = ("vehicle", "shape", "stop", "trip_modifications")


class _Reader:
    """Collects what one message holds."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.drift = Drift()
        self.items: dict[str, FeedReport] = {}
        self.rejected: list[Refused] = []
        self.seen: set[str] = set()
        self.cancelled = Cancelled()
        self.made: datetime | None = None
        self.full = True
        self.complete = True
        self.entities = self.ours = 0

    def refuse(self, detail: str, entity: FeedEntity) -> None:
        raw = as_json(str(entity)[:200_000])
        self.rejected.append(Refused(Refusal.SCHEMA, f"/entity/{self.entities - 1}", detail, raw))

    def keep(self, item: FeedReport, entity: FeedEntity | None = None) -> None:
        """The first of two bodies of one identity; another one is also refused, so that nobody misses it unseen."""
        self.seen.add(item.id)
        known = self.items.setdefault(item.id, item)
        if known is not item:
            self.drift.note("!", "entity:duplicate")
            self.complete = self.complete and item == known
            if item != known and entity is not None:
                self.refuse(f"the identity {item.id} stands in the message twice, the first is used", entity)

    def parsed(self, error: str | None = None) -> Parsed:
        return Parsed(
            items=tuple(self.items.values()),
            rejected=tuple(self.rejected),
            drift=self.drift.as_counts(),
            # without its time an answer may be an old one
            complete=self.complete and self.full and self.made is not None and error is None,
            seen=frozenset(self.seen),
            error=error,
            as_of=None if self.made is None else from_datetime(self.made),
        )


def parse(raw: bytes, *, stops: Stops | None = None, area: Sequence[str] = (), operator: str = "") -> Parsed:
    """Reports of a message. Never raises: what cannot be used is in `rejected`, with its bytes.

    Args:
        raw: The answer's bytes.
        stops: Where the stops are, from the operator's static GTFS.
        area: County or municipality codes where the operator runs: the place of what names no known stop.
        operator: Who counts the cancelled trips.
    """
    reader = _Reader(Network(area, stops or {}, operator, Place(codes=list(area))))
    try:
        message = read(raw, reader.drift)
    except Malformed as error:
        return Parsed(rejected=(Refused(Refusal.MALFORMED, "", str(error), raw),), error=str(error))
    reader.made = words.instant(message.header.timestamp, reader.drift, "header.timestamp")
    reader.full = message.header.incrementality == FeedHeader.FULL_DATASET
    if reader.made is None:
        reader.drift.note("-", "header.timestamp")
    for entity in message.entities:
        reader.entities += 1
        if isinstance(entity, Refused):
            reader.complete = False
            reader.rejected.append(entity)
        else:
            _entity(entity, reader)
    _count(reader)
    if message.broken:
        reader.rejected.append(Refused(Refusal.MALFORMED, "", message.broken, raw))
    elif reader.entities and not reader.ours and not reader.rejected:
        reader.complete = False
        detail = "alerts or trip updates are wanted, here are only vehicles and the like"
        reader.rejected.append(Refused(Refusal.PUT_ASIDE, "", detail, raw))
    return reader.parsed(message.broken)


def _entity(entity: FeedEntity, reader: _Reader) -> None:
    name = line(words.text(entity.id), 500)
    for other in _OTHERS:
        if entity.HasField(other):
            reader.drift.note("+", f"entity.{other}")
    if entity.HasField("trip_update"):
        reader.ours += 1
        reader.cancelled.add(entity)
    if entity.HasField("alert") or entity.is_deleted:
        reader.ours += 1
        if name:
            _alert(entity, _fitting(name), reader)
        else:
            reader.complete = False
            reader.refuse("an entity needs an id", entity)
    elif not entity.HasField("trip_update") and not any(entity.HasField(other) for other in _OTHERS):
        # it is still there, whatever it is
        reader.seen.add(_fitting(name))
        reader.drift.note("-", "entity.alert")


def _alert(entity: FeedEntity, key: str, reader: _Reader) -> None:
    reader.seen.add(key)
    sent = reader.made or earliest(entity.alert, reader.drift)
    if sent is None:
        reader.refuse("neither the message nor the alert has a time", entity)
        return
    try:
        told = _deleted(key, sent, reader.network) if entity.is_deleted else _told(entity, key, sent, reader)
        reader.keep(told, entity)
    except ValidationError as error:
        reader.refuse(fault_line(error), entity)


def _told(entity: FeedEntity, key: str, sent: datetime, reader: _Reader) -> FeedReport:
    return report(entity, key, sent, reader.network, reader.drift)


def _deleted(key: str, sent: datetime, network: Network) -> FeedReport:
    """The operator takes an entity back; it says no more than that."""
    return FeedReport(source=SOURCE, id=key, sent=sent, kind=Kind.DISRUPTION, change="cancel", place=network.anywhere)


def _count(reader: _Reader) -> None:
    """Cancelled trips by route. What only tells changes cannot be counted."""
    if reader.made is None or not reader.full:
        if not reader.cancelled.empty:
            reader.drift.note("!", "trip_update:not_counted")
        return
    try:
        for item in reader.cancelled.reports(reader.made, reader.network, _fitting):
            reader.keep(item)
    except ValidationError as error:
        # only the county's own settings can make these unfit
        reader.complete = False
        detail = fault_line(error)
        reader.rejected.append(Refused(Refusal.SCHEMA, "/entity", detail, as_json(list(reader.network.area))))


def _fitting(name: str) -> str:
    """An id that can stand in a key: itself, or as much of it as can with a digest of the whole."""
    readable = re.sub(r"[^A-Za-z0-9_.:+-]", "_", name)[:60]
    return identity(name) or f"{readable}-{hashlib.sha256(name.encode(errors='replace')).hexdigest()[:16]}"
