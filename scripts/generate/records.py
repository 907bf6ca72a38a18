"""Schemas of what lies in Kafka and is no pydantic model: log record, version, mark, outcome, rejected. Hand-written.

In: the enums of `schemas/`. Out: JSON Schemas. tests/test_schemas_released.py holds real records against them.
"""

from typing import Any

from schemas.change import EntityKind
from schemas.outcome import Refusal, Result
from schemas.record import EPOCH, RecordKind
from schemas.sectors import Kind, Label, Severity, Status

Schema = dict[str, Any]

MS = "ms since 1970 UTC, by the space's clock"
HASH: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
Z_TIME: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}
WHOLE: Schema = {"type": "integer", "minimum": 0}
TEXT: Schema = {"type": "string"}


def _object(about: str, needed: Schema, optional: Schema | None = None) -> Schema:
    """A closed object: what is not named is a fault."""
    return {
        "type": "object",
        "description": about,
        "properties": needed | (optional or {}),
        "required": sorted(needed),
        "additionalProperties": False,
    }


def _said(about: str, schema: Schema) -> Schema:
    return {**schema, "description": about}


VERSION = _object(
    "One version of the picture: the value of a record on picture.changes with the header type=version. "
    "Its hash is the SHA-256 of these bytes as they lie in Kafka.",
    {
        "version": {"type": "integer", "minimum": 1},
        "prev": _said("Hash of the version before; of space and region (joined by a line feed) for version 1.", HASH),
        "epoch": _said("How history is read.", {"const": EPOCH}),
        "known_at": _said("When it became known, by the space's clock.", Z_TIME),
        "cause": _object(
            "What made it: a record's kind with the identity in it, or a deadline by its id.",
            {"kind": TEXT, "key": TEXT},
        ),
        "changes": {
            "type": "array",
            "minItems": 1,
            "items": _object(
                "The whole new entity, or null when it is gone. Each kind has a schema of its own.",
                {
                    "kind": {"enum": [str(kind) for kind in EntityKind]},
                    "key": TEXT,
                    "value": {"type": ["object", "null"]},
                },
            ),
        },
    },
    {"happened_at": _said("When it happened in the world by its source, where that is another time.", Z_TIME)},
)

MARK = _object(
    "How far the fold has come: the value of a record on picture.changes with the header type=mark. Outside the chain.",
    {
        "version": WHOLE,
        "hash": HASH,
        "t": _said(f"Time the fold has reached, {MS}.", {"type": "integer"}),
        "seq": _said("Records of the region folded since its log began.", WHOLE),
        "offset": _said("Next offset of region.log to fold.", WHOLE),
        "at_head": _said("Nothing more lay in the log.", {"type": "boolean"}),
        "heard": _said(
            f"Source -> when it was last heard, {MS}.", {"type": "object", "additionalProperties": {"type": "integer"}}
        ),
    },
    {
        "snapshot_version": _said("Newest whole snapshot.", WHOLE),
        "snapshot_offset": _said("Offset of its first part on picture.snapshots.", WHOLE),
    },
)

OUTCOME = _object(
    "What became of one accepted record, on outcomes with the key receipt/region. Said once, never changed.",
    {
        "receipt": TEXT,
        "region": TEXT,
        "result": {"enum": [str(result) for result in Result]},
        "at": _said(MS, {"type": "integer"}),
    },
    {
        "version": _said("Version it is in, repeats or was overtaken by.", WHOLE),
        "reason": _said(f"Why not, as a code: {', '.join(Refusal)}; or the stage that failed.", TEXT),
    },
)

REJECTED = _object(
    "What could not be used, on rejected: whole, with its reason and place, so that it can be driven again.",
    {
        "source": TEXT,
        "stage": {"enum": ["connector", "intake", "fold"]},
        "reason": TEXT,
        "detail": _said("Every fault, one a line.", TEXT),
        "topic": TEXT,
        "partition": WHOLE,
        "offset": WHOLE,
        "at": _said(MS, {"type": "integer"}),
        "value": _said("The bytes, base64.", TEXT),
    },
    {"key": _said("The record's key, base64.", TEXT), "receipt": TEXT},
)

_AREA = _object(
    "How a municipality is touched.",
    {"how": {"enum": ["inside", "near", "far"]}, "percent": {"type": "integer"}, "metres": {"type": "integer"}},
)

_REPORT: Schema = {
    "type": "object",
    "description": "A report as intake wrote it: times in ms, areas as municipalities, texts as keys.",
    "required": ["source", "id", "kind", "change", "status", "origin", "label", "sent", "order", "by", "digest"],
    "properties": {
        "source": TEXT,
        "id": TEXT,
        "kind": {"enum": [str(kind) for kind in Kind]},
        "change": {"enum": ["report", "cancel", "withdraw", "unchanged", "elsewhere"]},
        "status": {"enum": [str(status) for status in Status]},
        "severity": {"enum": [str(severity) for severity in Severity]},
        "label": {"enum": [str(label) for label in Label]},
        "origin": {"enum": ["own", "relayed"]},
        "sent": {"type": "integer"},
        "order": {"type": "integer"},
        "by": _said("What orders the revisions of this id.", {"enum": ["revision", "sent"]}),
        "digest": _said("Equal for a resend, another for a conflict.", {"type": "string", "pattern": "^[0-9a-f]{32}$"}),
        "areas": {"type": "object", "additionalProperties": _AREA},
        "texts": _said("Field -> key on texts.", {"type": "object", "additionalProperties": TEXT}),
    },
}

_BODIES: dict[RecordKind, Schema] = {
    RecordKind.REPORT: _REPORT,
    RecordKind.COMMAND: {
        "type": "object",
        "required": ["id", "command", "args", "texts", "who", "role", "seen_version"],
    },
    RecordKind.HEALTH: {"type": "object", "required": ["source", "heard", "complete", "drift", "interval_s"]},
    RecordKind.RULES: {"type": "object", "anyOf": [{"required": ["rules"]}, {"required": ["refused"]}]},
    RecordKind.REFERENCE: {"type": "object", "required": ["region", "municipalities", "actors", "roles", "figures"]},
    RecordKind.CLOCK: {"type": "object", "required": ["mode"]},
    RecordKind.TICK: {"type": "object", "maxProperties": 0},
    RecordKind.DELIVERY: {"type": "object", "required": ["notice", "attempt", "ok"]},
}

LOG_RECORD: Schema = {
    **_object(
        "One record of region.log: everything that can change a region's picture, in the order it became known.",
        {
            "known_at": _said(MS, {"type": "integer"}),
            "kind": {"enum": [str(kind) for kind in RecordKind]},
            "body": {"type": "object"},
        },
        {
            "origin": {
                "type": "array",
                "description": "Topic, partition, offset of the input; at or below the highest known one: a repeat.",
                "prefixItems": [TEXT, WHOLE, WHOLE],
                "minItems": 3,
                "maxItems": 3,
            }
        },
    ),
    "allOf": [
        {"if": {"properties": {"kind": {"const": str(kind)}}}, "then": {"properties": {"body": body}}}
        for kind, body in _BODIES.items()
    ],
}

RECORDS: dict[str, Schema] = {
    "log-record": LOG_RECORD,
    "version": VERSION,
    "mark": MARK,
    "outcome": OUTCOME,
    "rejected": REJECTED,
}
"""Name -> schema."""
