"""One record of the region log: everything that can change a region's picture, in the order it became known.

In: intake (reports, health, commands, rules, reference, clock), merge (ticks), deliver (results).
Out: bytes of `{body, kind, known_at, origin}`; `seq` is its ordinal, counted by the reader, never stored.
Next: streams/core/fold.py
"""

from enum import StrEnum
from typing import NamedTuple

from schemas.codec import Json, Malformed, canon, load

EPOCH = 1
"""How history is read. It changes only with a fold that would read the kept log differently."""


class RecordKind(StrEnum):
    """What a record brings. An unknown one stops the worker: an older program must not guess."""

    REPORT = "report"
    COMMAND = "command"
    HEALTH = "health"
    RULES = "rules"
    REFERENCE = "reference"
    CLOCK = "clock"
    TICK = "tick"
    DELIVERY = "delivery"


class Origin(NamedTuple):
    """Where in the input topics a record came from; repeats of intake are told by it."""

    topic: str
    partition: int
    offset: int


class LogRecord(NamedTuple):
    """A record as the fold takes it."""

    known_at: int
    """When it became known, ms UTC by the space's clock."""
    kind: str
    body: Json
    origin: Origin | None
    """None for ticks and deliveries, which are told apart by their own content."""
    receipt: str | None
    """From the Kafka header `receipt`; one per acceptance, so not part of the body."""


RECEIPT_HEADER = "receipt"
KIND_HEADER = "kind"
_KINDS = {kind.value: kind for kind in RecordKind}


def encode(known_at: int, kind: str, body: Json, origin: Origin | None = None) -> bytes:
    """Canonical bytes of a record."""
    record: Json = {"known_at": known_at, "kind": kind, "body": body}
    if origin is not None:
        record["origin"] = list(origin)
    return canon(record)


def decode(raw: bytes, receipt: str | None = None) -> LogRecord:
    """Record of log bytes. Malformed if the bytes are none of ours; the worker stops, since a log has no guests."""
    try:
        value = load(raw)
        origin = value.get("origin")
        return LogRecord(
            value["known_at"],
            _KINDS[value["kind"]],
            value["body"],
            None if origin is None else Origin(*origin),
            receipt,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Malformed(f"not a record this program knows ({error}): upgrade before reading this log") from error
