"""Trafikverket's situations (Situation 1.6, JSON): bytes into reports, one for each matter of a situation.

In: an answer of `v2/data.json`. Out: `Parsed`. Deviations of one situation with the same text and place are one matter
(cause and consequence come as two). Identity: the situation's id; a second matter adds its deviation's id. A deleted
situation is a cancel. An ERROR in the answer is an error, never an empty list.
Next: connectors/run.py
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from connectors.contract import Parsed, Refused
from connectors.reading import Drift, as_json, identity, instant, line, listing, mapping, read_json
from connectors.trafikverket.matter import Matter, matters
from schemas.codec import Malformed
from schemas.outcome import Refusal
from schemas.report import FeedReport, faults

SOURCE = "trafikverket"

_SITUATION = {"CountryCode", "Deleted", "Deviation", "Id", "PublicationTime", "VersionTime", "ModifiedTime"}
_RESULT = {"Situation", "ERROR", "INFO", "id"}


class _Reader:
    """Collects what one payload holds."""

    def __init__(self) -> None:
        self.drift = Drift()
        self.items: dict[str, FeedReport] = {}
        self.rejected: list[Refused] = []
        self.seen: set[str] = set()
        self.wholes: set[str] = set()
        self.position: dict[str, str] = {}
        self.errors: list[str] = []
        self.complete = True

    def refuse(self, pointer: str, detail: str, piece: object) -> None:
        self.rejected.append(Refused(Refusal.SCHEMA, pointer, detail, as_json(piece)))

    def keep(self, item: FeedReport) -> None:
        known = self.items.get(item.id)
        if known is not None and (item.revision or 0) <= (known.revision or 0):
            self.drift.note("!", "Situation:duplicate")
            self.complete = self.complete and item == known
            return
        self.items[item.id] = item

    def parsed(self) -> Parsed:
        error = "; ".join(self.errors) or None
        return Parsed(
            items=tuple(self.items.values()),
            rejected=tuple(self.rejected),
            drift=self.drift.as_counts(),
            complete=self.complete and error is None,
            seen=frozenset(self.seen),
            wholes=frozenset(self.wholes),
            position=self.position,
            error=error,
        )


def parse(raw: bytes, *, changes: bool = False) -> Parsed:
    """Reports of an answer; `changes` says that only changes were asked for. Never raises."""
    reader = _Reader()
    try:
        value = read_json(raw, reader.drift)
    except Malformed as error:
        return Parsed(rejected=(Refused(Refusal.MALFORMED, "", str(error), raw),), error=str(error))
    results = mapping(mapping(value).get("RESPONSE")).get("RESULT")
    if not isinstance(results, list | dict):
        detail = "RESPONSE.RESULT is wanted"
        return Parsed(rejected=(Refused(Refusal.SCHEMA, "", detail, raw),), error=detail)
    for index, result in enumerate(listing(results)):
        _result(mapping(result), f"/RESPONSE/RESULT/{index}", reader, changes=changes)
    return reader.parsed()


def _result(result: dict[str, Any], pointer: str, reader: _Reader, *, changes: bool) -> None:
    reader.drift.fields("RESULT", result, _RESULT)
    last = line(mapping(result.get("INFO")).get("LASTCHANGEID"), 40)
    if last.isdigit():
        # above 2^53: text, never a number
        reader.position["changeid"] = last
    error = mapping(result.get("ERROR"))
    if "ERROR" in result:
        reader.errors.append(f"{line(error.get('SOURCE')) or 'error'}: {line(error.get('MESSAGE')) or 'no words'}")
    elif "Situation" not in result:
        _without_situations(result, pointer, reader, told_change=bool(changes and last))
    for index, situation in enumerate(listing(result.get("Situation"))):
        _situation(situation, f"{pointer}/Situation/{index}", reader)


def _without_situations(result: dict[str, Any], pointer: str, reader: _Reader, *, told_change: bool) -> None:
    """Another kind of object, or nothing at all: no empty list, except where only changes were asked for."""
    others = sorted(set(result) - _RESULT)
    if others:
        reader.refuse(pointer, f"situations are wanted, here is {line(', '.join(others))}", result)
    if others or not told_change:
        reader.complete = False
        reader.drift.note("-", "RESULT.Situation")


def _situation(value: object, pointer: str, reader: _Reader) -> None:
    situation = mapping(value)
    reader.drift.fields("Situation", situation, _SITUATION)
    own_id = identity(situation.get("Id"))
    if own_id is None:
        reader.drift.note("-", "Situation.Id")
    deleted = situation.get("Deleted") is True
    found = matters(situation, reader.drift)
    if own_id is None and not (found and all(matter.deviation_id for matter in found)):
        reader.complete = False
        reader.refuse(f"{pointer}/Id", "neither the situation nor its deviation has an id", value)
        return
    if own_id is not None:
        reader.wholes.add(own_id)
    if not found:
        if not deleted:
            reader.drift.note("-", "Situation.Deviation")
        return
    for key, matter in _named(own_id, found):
        reader.seen.add(key)
        try:
            moment = _moment(situation, matter, reader.drift, deleted=deleted)
            if moment is None:
                reader.refuse(f"{pointer}/VersionTime", "no time of version, and none to take for it", value)
                continue
            reader.keep(matter.report(SOURCE, key, own_id, moment, deleted=deleted))
        except ValidationError as error:
            reader.refuse(pointer, "; ".join(f"{f['pointer']} {f['detail']}" for f in faults(error)), value)


def _named(own_id: str | None, found: list[Matter]) -> Iterator[tuple[str, Matter]]:
    """The first matter has the situation's own id, so that it keeps it when others come and go."""
    for index, matter in enumerate(found):
        if own_id is None:
            yield matter.deviation_id, matter
        elif index == 0:
            yield own_id, matter
        else:
            yield f"{own_id}-{matter.deviation_id or index + 1}", matter


def _moment(situation: dict[str, Any], matter: Matter, drift: Drift, *, deleted: bool) -> datetime | None:
    """When this version was made; of a deletion when it was stored, since the record keeps its old version."""
    versions = [(situation, "VersionTime"), *((d, "VersionTime") for d in matter.deviations)]
    stored = [(situation, "ModifiedTime"), (situation, "PublicationTime")]
    made = [(d, name) for name in ("CreationTime", "StartTime") for d in matter.deviations]
    for choice in ([*versions, *stored] if deleted else versions, stored, made):
        moments = [m for holder, name in choice if (m := instant(holder.get(name), drift, f"Situation.{name}"))]
        if moments:
            return max(moments)
        drift.note("-", f"Situation.{choice[0][1]}")
    return None
