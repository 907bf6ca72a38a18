"""What intake does with one input record: a log record with its texts, or `rejected` with a reason. No I/O.

In: a record of `reports.*`, `health.*`, `commands` or `control`. Out: what to publish, texts first.
The sender is the topic, never the body. Times become whole milliseconds here, once.
Next: streams/intake.py (the shell around it), then the region log and streams/merge.py
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import structlog
from pydantic import ValidationError

from schemas.clock import read_clock
from schemas.codec import RECORD_LIMIT, Json, Malformed, load_object, number_faults, whole
from schemas.command import SPOKEN, Command, Control, check_args
from schemas.health import Health
from schemas.ids import actor_of
from schemas.outcome import Outcome, Refusal, Result, outcome_key
from schemas.record import RECEIPT_HEADER, Origin, RecordKind, encode
from schemas.rejected import Rejected
from schemas.report import FeedReport, faults
from schemas.sectors import Label
from schemas.times import from_datetime
from schemas.topics import COMMANDS, CONTROL, LOG, OUTCOMES, REJECTED, TEXTS, Space, source_of
from streams.areas import AreaIndex
from streams.bus import In, Out
from streams.checking import Faulty, check_actor_report
from streams.clock import SpaceClock
from streams.normalise import actor_body, feed_body
from streams.texts import TextBox, TextRecord
from streams.topology import region_partition

log = structlog.get_logger()

M = TypeVar("M", FeedReport, Health, Command, Control)

FEED_LIMIT = 800_000
"""Largest report of a feed in bytes; polygons of a whole county fit many times over."""


class Admitted(NamedTuple):
    """What one input record becomes."""

    texts: tuple[Out, ...] = ()
    """To be confirmed before the rest is sent."""
    outs: tuple[Out, ...] = ()
    reason: str | None = None
    """Why it was rejected, None when it goes to the log."""
    kind: str = "none"


class _Refused(Exception):
    def __init__(self, reason: Refusal, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


Body = tuple[str, Json, list[TextRecord]]
"""(record kind, body, texts)"""


class Admission:
    """Turns inputs of one region's space into log records."""

    def __init__(
        self, space: Space, region: str, reference: Json, index: AreaIndex, clock: SpaceClock, secret: bytes
    ) -> None:
        self._space, self._region = space, region
        self._reference, self._index = reference, index
        self._clock, self._secret = clock, secret
        self._outside = frozenset(index.names)

    def admit(self, record: In) -> Admitted:
        """What to publish for one input record. Never raises for what it holds."""
        bare = self._space.bare(record.topic)
        try:
            kind, body, texts = self._reader(bare)(record, bare)
            if not whole(body):
                raise _Refused(Refusal.NUMBERS, "\n".join(number_faults(body)))
            return self._accepted(record, kind, body, texts)
        except _Refused as refused:
            return self._rejected(record, bare, refused)
        except Exception as error:
            # a lane that dies of one input would die of it again at every start, and all others would wait
            log.exception("admission_fault", topic=record.topic, partition=record.partition, offset=record.offset)
            return self._rejected(record, bare, _Refused(Refusal.FAULT, f"{type(error).__name__}: {error}"))

    def _reader(self, bare: str) -> Callable[[In, str], Body]:
        if bare == COMMANDS:
            return self._command
        if bare == CONTROL:
            return self._control
        if bare.startswith("health."):
            return self._health
        return self._actor if actor_of(source_of(bare)) else self._feed

    def _accepted(self, record: In, kind: str, body: Json, texts: list[TextRecord]) -> Admitted:
        origin = Origin(record.topic, record.partition, record.offset)
        value = encode(self._clock.now(), kind, body, origin)
        if len(value) > RECORD_LIMIT:
            raise _Refused(
                Refusal.TOO_LARGE, f"the log record would be {len(value)} bytes, the limit is {RECORD_LIMIT}"
            )
        headers = [(k, record.headers[k]) for k in (RECEIPT_HEADER, "traceparent") if k in record.headers]
        log = Out(self._space.topic(LOG), value, self._region.encode(), tuple(headers), region_partition(self._region))
        lines = tuple(Out(self._space.topic(TEXTS), t.value, t.key.encode()) for t in texts)
        return Admitted(lines, (log,), kind=kind)

    def _rejected(self, record: In, bare: str, refused: _Refused) -> Admitted:
        """Bytes, reason and place are kept; a sender with a receipt is told."""
        receipt = record.headers.get(RECEIPT_HEADER, b"").decode(errors="replace") or None
        now = self._clock.now()
        source = source_of(bare) if "." in bare else bare
        kept = Rejected(
            source,
            "intake",
            refused.reason,
            refused.detail,
            record.topic,
            record.partition,
            record.offset,
            now,
            record.value or b"",
            record.key,
            receipt,
        )
        outs = [Out(self._space.topic(REJECTED), kept.encode(), source.encode())]
        if receipt:
            said = Outcome(Result.REJECTED, reason=refused.reason).encode(receipt, self._region, now)
            outs.append(Out(self._space.topic(OUTCOMES), said, outcome_key(receipt, self._region).encode()))
        return Admitted((), tuple(outs), refused.reason, "rejected")

    def _actor(self, record: In, bare: str) -> Body:
        """An actor's report; who sent it is the topic it lies on."""
        actor = str(actor_of(source_of(bare)))
        if actor not in self._reference["actors"]:
            raise _Refused(Refusal.UNKNOWN_SENDER, f"{actor} is not in the actor registry")
        raw = record.value or b""
        try:
            report = check_actor_report(
                raw,
                self._reference,
                self._clock.now(),
                exercise=self._space.exercise,
                outside=self._outside,
            )
        except Faulty as error:
            raise _Refused(error.reason, "\n".join(f"{f['pointer']}: {f['detail']}" for f in error.faults)) from error
        claimed = (report.model_extra or {}).get("actor")
        if claimed is not None and claimed != actor:
            raise _Refused(Refusal.SENDER_MISMATCH, f"the body claims to come from {claimed}, the topic is {actor}'s")
        revision = str(report.revision if report.revision is not None else from_datetime(report.sent))
        box = TextBox(self._secret, source_of(bare), report.id, revision)
        return RecordKind.REPORT, actor_body(report, actor, self._reference, box, self._index), box.records

    def _feed(self, record: In, bare: str) -> Body:
        report = _model(FeedReport, record, FEED_LIMIT)
        if report.source != source_of(bare):
            raise _Refused(Refusal.SENDER_MISMATCH, f"the body says {report.source}, the topic is {bare}")
        revision = str(report.revision if report.revision is not None else from_datetime(report.sent))
        box = TextBox(self._secret, report.source, report.id, revision)
        return RecordKind.REPORT, feed_body(report, box, self._index), box.records

    def _health(self, record: In, bare: str) -> Body:
        health = _model(Health, record)
        if health.source != source_of(bare):
            raise _Refused(Refusal.SENDER_MISMATCH, f"the body says {health.source}, the topic is {bare}")
        body: Json = {
            "source": health.source,
            "heard": health.heard,
            "complete": health.complete,
            "drift": sum(health.drift.values()),
            "interval_s": health.interval_s,
            "changed": health.changed,
            "items": health.items,
        }
        optional: Json = {"error": health.error or None, "fields": health.drift or None}
        optional |= {"age_s": health.age_s, "skew_s": health.skew_s, "asked": None if health.asked else False}
        body |= {name: value for name, value in optional.items() if value is not None}
        return RecordKind.HEALTH, body, []

    def _command(self, record: In, _: str) -> Body:
        command = _model(Command, record)
        try:
            args = check_args(command).model_dump(mode="python", exclude_none=True)
        except ValidationError as error:
            raise _Refused(Refusal.SCHEMA, _lines(error)) from error
        box = TextBox(self._secret, COMMANDS, command.id, command.command)
        spoken = {"reason": command.reason or "", **{name: args.pop(name) for name in sorted(SPOKEN & args.keys())}}
        labels = {"what": Label.OPEN} if command.command == "publish_message" else {}
        body: Json = {
            "id": command.id,
            "command": command.command,
            "seen_version": command.seen_version,
            "args": _logged(args),
            "who": command.who,
            "role": command.role,
            "texts": box.put_all(spoken, Label.INTERNAL, labels),
        }
        if command.on is not None:
            body["on"] = command.on
        if command.command == "request_reports":
            body["args"]["areas"] = self._expanded(body["args"]["areas"])
        return RecordKind.COMMAND, body, box.records

    def _expanded(self, areas: list[str]) -> list[str]:
        """The county's code means every municipality."""
        towns, county = self._reference["municipalities"], self._reference["region"]["code"]
        return sorted({t for a in areas for t in (towns if a == county else [a]) if t in towns})

    def _control(self, record: In, _: str) -> Body:
        control = _model(Control, record, FEED_LIMIT)
        if control.kind == "clock":
            try:
                self._clock.set(read_clock(control.body))
            except ValueError as error:
                raise _Refused(Refusal.SCHEMA, f"/body: {error}") from error
        return RecordKind(control.kind), control.body, []


def _model(kind: type[M], record: In, limit: int = 256_000) -> M:
    """A record's value as its model, or a refusal that names every fault."""
    raw = record.value or b""
    try:
        return kind.model_validate(load_object(raw, limit))
    except Malformed as error:
        reason = Refusal.TOO_LARGE if len(raw) > limit else Refusal.MALFORMED
        raise _Refused(reason, str(error)) from error
    except ValidationError as error:
        raise _Refused(Refusal.SCHEMA, _lines(error)) from error


def _lines(error: ValidationError) -> str:
    return "\n".join(f"{f['pointer']}: {f['detail']}" for f in faults(error))


def _logged(args: dict[str, Any]) -> Json:
    """Arguments with times as whole milliseconds."""
    return {k: from_datetime(v) if hasattr(v, "utcoffset") else v for k, v in args.items()}
