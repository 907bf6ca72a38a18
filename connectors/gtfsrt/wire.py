"""A GTFS Realtime message as protobuf, as JSON or as protobuf's text form, read one entity at a time. Pure.

In: bytes. Out: the header and the entities; a broken entity is a `Refused` in its place. Malformed if it is no message.
Read whole, a message of 20 MB with one wrong byte would be lost altogether.
Next: connectors/gtfsrt/alert.py
"""

import re
import warnings
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from google.protobuf import text_format
from google.protobuf.message import DecodeError
from google.transit.gtfs_realtime_pb2 import FeedEntity, FeedHeader, FeedMessage

from connectors.contract import Refused
from connectors.gtfsrt.json_form import entity_of, header_of, message_of
from connectors.reading.values import PAYLOAD_LIMIT, Drift, as_json, read_json
from schemas.codec import Malformed
from schemas.outcome import Refusal

_BROKEN, _HEADER, _ENTITY = 0, 1, 2
_BEFORE_JSON = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
"""Blanks and marks of byte order, of two and four bytes a letter too."""
_TEXT_FORM = re.compile(rb"(?:\xef\xbb\xbf)?\s*(#[^\n]*\s+)*(header|entity)\s*[:{]")


class Message(NamedTuple):
    """A message whose entities are read as they are asked for."""

    header: FeedHeader
    entities: Iterable[FeedEntity | Refused]
    broken: str | None = None
    """The message ends in the middle; what came before is there."""


def read(raw: bytes, drift: Drift) -> Message:
    """A message in any of its forms. Malformed if it is none, or has no header."""
    if len(raw) > PAYLOAD_LIMIT:
        raise Malformed(f"payload is {len(raw)} bytes, the limit is {PAYLOAD_LIMIT}")
    if not raw[:64].strip() and not raw.strip():
        raise Malformed("the message is empty")
    if raw[:64].lstrip(_BEFORE_JSON)[:1] in {b"{", b"["}:
        try:
            return _from_json(raw, drift)
        except Malformed:
            # protobuf whose header takes 91 or 123 bytes begins with a line feed and a bracket
            if raw[:1] != b"\n" or not _is_protobuf(raw):
                raise
    if _TEXT_FORM.match(raw[:20_000]):
        return _from_text(raw)
    return _from_protobuf(raw, drift)


def _from_json(raw: bytes, drift: Drift) -> Message:
    value = message_of(read_json(raw, drift))
    header = header_of(value.get("header"), drift)
    if header is None and not value.get("entity"):
        raise Malformed("JSON without the header of a GTFS Realtime message")
    return Message(header or FeedHeader(), (entity_of(piece, i, drift) for i, piece in enumerate(value["entity"])))


def _from_text(raw: bytes) -> Message:
    message = FeedMessage()
    try:
        with warnings.catch_warnings():
            # a stray backslash in a text makes protobuf's reader warn on stderr
            warnings.simplefilter("ignore", DeprecationWarning)
            text = raw.decode("utf-8-sig", errors="replace")
            text_format.Parse(text, message, allow_unknown_extension=True, allow_unknown_field=True)
    except (text_format.ParseError, ValueError, RecursionError) as error:
        raise Malformed(f"protobuf's text form, unreadable: {str(error).splitlines()[0][:120]}") from error
    if not message.HasField("header"):
        raise Malformed("no header: no GTFS Realtime message")
    return Message(message.header, message.entity)


def _from_protobuf(raw: bytes, drift: Drift) -> Message:
    header, broken = FeedHeader(), None
    try:
        for number, start, end in _parts(raw):
            if number == _BROKEN:
                broken = f"it breaks off at byte {start} of {end}"
            elif number == _HEADER:
                header.MergeFromString(raw[start:end])
            elif number != _ENTITY:
                drift.note("+", f"message.{number}")
    except DecodeError as error:
        raise Malformed(f"the header is no GTFS Realtime header{_glimpse(raw)}") from error
    if not header.HasField("gtfs_realtime_version") and not header.HasField("timestamp"):
        raise Malformed(f"no GTFS Realtime message: {broken or 'it has no header'}{_glimpse(raw)}")
    return Message(header, _entities(raw), broken)


def _is_protobuf(raw: bytes) -> bool:
    """Its parts fit into each other to the end."""
    return all(number != _BROKEN for number, _, _ in _parts(raw))


def _entities(raw: bytes) -> Iterator[FeedEntity | Refused]:
    index = 0
    for number, start, end in _parts(raw):
        if number != _ENTITY:
            continue
        piece = raw[start:end]
        entity = FeedEntity()
        try:
            entity.ParseFromString(piece)
            yield entity
        except DecodeError:
            detail = "an entity that is no protobuf"
            yield Refused(Refusal.MALFORMED, f"/entity/{index}", detail, as_json(piece.hex()))
        index += 1


def _parts(raw: bytes) -> Iterator[tuple[int, int, int]]:
    """Number, start and end of each length-delimited field of the outermost message; last, where it breaks off."""
    at = 0
    while at < len(raw):
        begun = at
        tag, at = _varint(raw, at)
        size, at = _size(raw, at, tag & 7)
        if size < 0 or tag >> 3 == 0 or at + size > len(raw):
            yield _BROKEN, begun, len(raw)
            return
        if tag & 7 == 2:
            yield tag >> 3, at, at + size
        at += size


def _size(raw: bytes, at: int, kind: int) -> tuple[int, int]:
    """Bytes that a field's value takes and where they start; -1 for a kind that a message cannot have here."""
    match kind:
        case 0:
            value, end = _varint(raw, at)
            return (0 if value >= 0 else -1), end
        case 1:
            return 8, at
        case 2:
            return _varint(raw, at)
        case 5:
            return 4, at
    return -1, at


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    """Number and where it ends; -1 if it never does."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(raw):
            break
        byte = raw[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    return -1, at


def _glimpse(raw: bytes) -> str:
    start = raw[:60].decode("utf-8", errors="replace").strip()
    return f"; it begins with {start!r}"
