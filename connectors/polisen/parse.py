"""Events told by the police: the bytes of their list into reports, one for each event.

In: the answer of `https://polisen.se/api/events`. Out: `Parsed`; identity is `id`. Titles, types and texts are edited
under an unchanged id and time, so the content tells what is a change. The list is a window of the newest 500 that was
seen to be somebody else's filtered answer: absence is no sign, and a list that looks filtered is told as such.
Next: connectors/run.py
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from sys import intern
from typing import Any, NamedTuple

from pydantic import ValidationError

from connectors.contract import Parsed, Refused
from connectors.polisen.severity import is_collection, severity
from connectors.reading.found import Found
from connectors.reading.json_pieces import piece, rows, unwrapped, written
from connectors.reading.local_time import local_instant
from connectors.reading.names import codes_named, named_id, place_of
from connectors.reading.values import Drift, clean, first_text, line, listing, mapping, respelled
from schemas.codec import Malformed
from schemas.outcome import Refusal
from schemas.report import FeedReport
from schemas.sectors import Kind, Severity

SOURCE = "polisen"
SITE = "https://polisen.se"
ENDS_AFTER = timedelta(hours=24)
"""This project's rule: the list tells no end, and an event of yesterday is no part of the picture of now."""
FEWEST = 100
"""A whole list holds 500; with fewer than this it is somebody's filter, or a part."""
_FEWEST_WORDS = 5
"""Kinds of event, and places, in a whole list: about 50 and 21 in all recorded ones."""
_WINDOW = timedelta(days=45)
"""Nine in ten of a whole list are younger than this, counted from the newest: 8 to 14 days in recorded ones."""

_WORDS = ("message", "error", "title", "detail")
"""Where an error body says what is wrong."""
_WRAPPERS = ("events", "items", "data", "results", "value")
"""Names a list may lie under when somebody has wrapped it."""
_EVENT = {"id", "datetime", "name", "summary", "url", "type", "location"}


class _Reader(Found):
    """Collects what one payload holds."""

    def read(self, part: object, pointer: str) -> None:
        try:
            _event(piece(part, self.drift), pointer, self)
        except Malformed as error:
            self.refuse_broken(pointer, error, written(part))

    def parsed(self) -> Parsed:
        if _filtered(tuple(self.items.values())):
            self.drift.note("!", "filtered")
            self.complete = False
        return super().parsed()


class _Title(NamedTuple):
    """`22 augusti 17.59, Trafikolycka, personskada, Nacka`, in its parts; each may be empty."""

    when: str
    kind: str
    place: str


def parse(raw: bytes) -> Parsed:
    """Reports of a list of events. Never raises: what cannot be used is in `rejected`, with its bytes."""
    reader = _Reader()
    try:
        value = unwrapped(rows(raw, reader.drift), reader.drift)
    except Malformed as error:
        return Parsed(rejected=(Refused(Refusal.MALFORMED, "", str(error), raw),), error=str(error))
    events = _events(value)
    if events is None:
        said = mapping(respelled(value, _WORDS))
        detail = first_text(said.get(name) for name in _WORDS) or "a list of events is wanted"
        return Parsed(rejected=(Refused(Refusal.SCHEMA, "", detail, raw),), error=detail)
    for index, event in enumerate(events):
        reader.read(event, f"/{index}")
    return reader.parsed()


def _events(value: object) -> list[Any] | None:
    """The events of a list, of a list in an object, or one alone; None if it is something else."""
    if isinstance(value, list):
        return value
    whole = mapping(value)
    if "id" in whole and "datetime" in whole:
        return [whole]
    inner = next((whole[name] for name in _WRAPPERS if name in whole), None)
    return listing(inner) if isinstance(inner, list | dict) else None


def _event(value: object, pointer: str, reader: _Reader) -> None:
    event = mapping(value)
    if "id" not in event:
        event = respelled(event, {*_EVENT, "gps"})
    reader.drift.fields("event", event, _EVENT)
    key = named_id(event.get("id"))
    if key is None:
        reader.refuse_nameless(f"{pointer}/id", "an event needs an id", value)
        return
    reader.seen.add(key)
    sent = local_instant(event.get("datetime"), reader.drift, "event.datetime")
    if sent is None:
        reader.refuse(f"{pointer}/datetime", "no time of publication", value)
        return
    try:
        reader.keep(_report(event, key, sent, reader.drift), "events", pointer, value)
    except ValidationError as error:
        reader.refuse_invalid(pointer, error, value)


def _report(event: dict[str, Any], key: str, sent: datetime, drift: Drift) -> FeedReport:
    kind = line(event.get("type"))
    title = _title(line(event.get("name"), 500), kind)
    kind = kind or title.kind
    county = line(mapping(event.get("location")).get("name"))
    grade = severity(kind)
    if grade is None:
        drift.note("=", f"event.type:{kind}")
    native = {"type": kind, "when": title.when, "place": title.place, "county": county}
    native["collection"] = "true" if is_collection(kind) else ""
    return FeedReport(
        source=SOURCE,
        id=key,
        sent=sent,
        kind=Kind.MESSAGE,
        severity=grade or Severity.INFORMATION,
        native={name: intern(text) for name, text in native.items() if text},
        headline=", ".join(part for part in (kind, title.place or county) if part) or "Händelse",
        texts={"summary": text} if (text := clean(event.get("summary"))) else {},
        ends=sent + ENDS_AFTER,
        place=place_of(tuple(_codes(title.place, county, drift))),
        url=_url(line(event.get("url"), 2000)),
    )


def _title(name: str, kind: str) -> _Title:
    """Parts of the title. The type may hold commas itself, so it is taken from its own field where it stands."""
    when, _, rest = name.partition(", ")
    if kind and rest.startswith(f"{kind}, "):
        return _Title(when, kind, rest[len(kind) + 2 :])
    told, _, place = rest.rpartition(", ")
    return _Title(when, told, place)


def _codes(place: str, county: str, drift: Drift) -> list[str]:
    """The municipality that the title ends with, else the county. The position is the county's middle: never used."""
    for text in (place, county):
        codes = codes_named(text)
        if codes:
            return codes
        drift.note("=" if text else "-", f"event.place:{text}" if text else "event.place")
    return []


def _url(path: str) -> str | None:
    if path.startswith("/"):
        return SITE + path
    return path if path.startswith(("https://", "http://")) else None


def _filtered(items: Sequence[FeedReport]) -> bool:
    """It looks like an answer to somebody's filter: short, of one kind, of one place, or stretched over months."""
    if len(items) < FEWEST:
        return True
    kinds = {item.native.get("type") for item in items}
    places = {item.native.get("county") for item in items}
    times = sorted((item.sent for item in items), reverse=True)
    stretched = times[0] - times[len(times) * 9 // 10] > _WINDOW
    return len(kinds) < _FEWEST_WORDS or len(places) < _FEWEST_WORDS or stretched
