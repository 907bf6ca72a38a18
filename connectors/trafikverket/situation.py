"""Reads Situation: traffic on roads. One report for each matter of a situation.

In: an object as Trafikverket writes it. Out: reports in `Found`. Deviations of one situation with the same text and
place are one matter (cause and consequence come as two). Identity: the situation's id; a second matter adds its
deviation's id. A deleted situation is a cancel.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from connectors.contract import Refused
from connectors.reading.local_time import local_instant
from connectors.reading.values import Drift, as_json, identity, mapping
from connectors.trafikverket.found import Found
from connectors.trafikverket.matter import Matter, matters
from connectors.trafikverket.values import flag
from schemas.outcome import Refusal
from schemas.report import FeedReport
from schemas.sectors import Kind
from schemas.times import from_datetime

KIND = "Situation"

_TIMES = ("VersionTime", "ModifiedTime", "PublicationTime")
_FIELDS = {"CountryCode", "Deleted", "Deviation", "Id", "PublicationTime", "VersionTime", "ModifiedTime"}


def read(value: object, pointer: str, source: str, found: Found) -> None:
    """Reports of one situation."""
    situation = mapping(value)
    found.drift.fields(KIND, situation, _FIELDS)
    own_id = identity(situation.get("Id"))
    if own_id is None:
        found.drift.note("-", "Situation.Id")
    deleted = flag(situation.get("Deleted"))
    parts = matters(situation, found.drift)
    if own_id is None and not (parts and all(matter.deviation_id for matter in parts)):
        found.refuse_nameless(f"{pointer}/Id", "neither the situation nor its deviation has an id", value)
        return
    if own_id is not None:
        found.wholes.add(own_id)
    if not parts:
        _bare(situation, own_id or "", pointer, source, found, deleted=deleted)
        return
    for key, matter in _named(own_id, parts):
        found.seen.add(key)
        try:
            moment = _moment(situation, matter, found.drift, deleted=deleted)
            if moment is None:
                found.refuse(f"{pointer}/VersionTime", "no time of version, and none to take for it", value)
                continue
            found.keep(matter.report(source, key, own_id, moment, deleted=deleted), KIND, pointer, value)
        except ValidationError as error:
            found.refuse_invalid(pointer, error, value)


def _bare(situation: dict[str, Any], own_id: str, pointer: str, source: str, found: Found, *, deleted: bool) -> None:
    """A situation without deviations: a cancel if it is deleted, else nothing that could be shown."""
    times = [m for name in _TIMES if (m := local_instant(situation.get(name), found.drift, f"Situation.{name}"))]
    if not deleted:
        found.drift.note("-", "Situation.Deviation")
        detail = "a situation without deviations tells of nothing"
        found.rejected.append(Refused(Refusal.PUT_ASIDE, f"{pointer}/Deviation", detail, as_json(situation)))
    elif not times:
        found.refuse(f"{pointer}/VersionTime", "no time of version, and none to take for it", situation)
    else:
        found.seen.add(own_id)
        moment = max(times)
        gone = FeedReport(
            source=source,
            id=own_id,
            revision=from_datetime(moment),
            sent=moment,
            kind=Kind.DISRUPTION,
            change="cancel",
            group=own_id,
        )
        found.keep(gone, KIND, pointer, situation)


def _named(own_id: str | None, parts: list[Matter]) -> Iterator[tuple[str, Matter]]:
    """The first matter has the situation's own id, so that it keeps it when others come and go."""
    for index, matter in enumerate(parts):
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
        moments = [m for holder, name in choice if (m := local_instant(holder.get(name), drift, f"Situation.{name}"))]
        if moments:
            return max(moments)
        drift.note("-", f"Situation.{choice[0][1]}")
    return None
