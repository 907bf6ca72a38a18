"""A case's records through the admission that live inputs meet, into log records. No Kafka, no wall clock.

In: records of a case. Out: log records, with the reason where intake refuses one. The space's clock is stepped: it
stands at the record's `known_at`, as in an exercise played by hand.
Next: streams/core/fold.py
"""

from collections.abc import Iterator

from schemas.clock import ClockRecord
from schemas.codec import Json, canon
from schemas.record import LogRecord, RecordKind, decode
from schemas.rejected import read_rejected
from schemas.times import from_datetime
from schemas.topics import COMMANDS, CONTROL, Space, reports
from streams.admission import Admission
from streams.backtest.casefile import Record
from streams.backtest.ground import Frozen, Ground
from streams.backtest.lines import command_value
from streams.bus import In
from streams.clock import SpaceClock

SPACE = Space("ovning-backtest")
"""An exercise's space: reports marked exercise are a case too, and nothing in it can reach a real reader."""
SECRET = b"backtest"
"""Texts are not kept, so their keys need no secret; a fixed one makes the same bytes each time."""


class Refused(str):
    """Why intake would have put an input aside."""

    __slots__ = ()


class Feeder:
    """Admits inputs of one case, one after the other."""

    def __init__(self, ground: Ground) -> None:
        self._clock = SpaceClock(SPACE, ClockRecord("stepped"))
        self._admission = Admission(SPACE, ground.region, ground.reference, ground.borders, self._clock, SECRET)
        self._offsets: dict[str, int] = {}

    def begin(self, at: int, ground: Ground, rules: Frozen) -> Iterator[LogRecord | Refused]:
        """Registry and rules, in force before the first record."""
        self._stand(at)
        yield self._admit(CONTROL, {"kind": "reference", "body": ground.reference})
        yield self._admit(CONTROL, {"kind": "rules", "body": {"rules": rules.raw}})

    def feed(self, record: Record, seen: int, command: Json | None) -> Iterator[LogRecord | Refused]:
        """Log records of a case's record; `seen` is the picture's version, `command` an act as it is carried out."""
        line = record.line
        at = from_datetime(line.known_at)
        self._stand(at)
        if line.report is not None:
            yield self._admit(reports(f"actor.{line.actor}"), line.report)
        elif command is not None:
            said = {"who": line.who, "role": line.role, "command": command}
            yield self._admit(COMMANDS, command_value(said, record.number, at, seen=seen))
        elif record.told is not None and record.told.reports:
            for report in record.told.reports:
                yield self._admit(reports(report["source"]), report)
        else:
            yield tick(at)

    def _stand(self, at: int) -> None:
        self._clock.set(ClockRecord("stepped", at))

    def _admit(self, topic: str, value: Json) -> LogRecord | Refused:
        offset = self._offsets.get(topic, 0)
        self._offsets[topic] = offset + 1
        admitted = self._admission.admit(In(SPACE.topic(topic), 0, offset, 0, None, canon(value), {}))
        raw = admitted.outs[0].value
        assert raw is not None
        if admitted.reason is None:
            return decode(raw)
        kept = read_rejected(raw)
        return Refused(f"{kept.reason}: {kept.detail}")


def tick(at: int) -> LogRecord:
    """Time passes."""
    return LogRecord(at, RecordKind.TICK, {}, None, None)
