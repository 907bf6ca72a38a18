"""Merge: the region log in batches through the fold, out as versions, marks, snapshots, outcomes, outlets.

In: batches of `region.log` of one partition, from faust (streams/app.py) or any other reader. Out: see `Owner`.
One class serves both. What is folded but not yet confirmed stays in a list and goes first at the next call.
Next: streams/core/fold.py, which decides; what it makes goes out as schemas/change.py
"""

import asyncio
import time
from collections.abc import Sequence

import structlog

from schemas.change import TYPE_HEADER, EntityKind, Mark, Version
from schemas.codec import Json, canon
from schemas.outcome import Outcome, Refusal, Result, outcome_key
from schemas.record import RECEIPT_HEADER, LogRecord, RecordKind, decode, encode
from schemas.rejected import Rejected
from schemas.times import z
from schemas.topics import CHANGES, LOG, NOTICES, OUTCOMES, REJECTED, SNAPSHOTS, SUGGESTIONS, Space
from streams import metrics
from streams.bus import In, Out, Producer
from streams.clock import SpaceClock
from streams.core.fold import Fold, Folded
from streams.core.state import State
from streams.snapshots import encode as encode_snapshot

log = structlog.get_logger()

CHUNK = 2_000
"""Records folded between two awaits: keeps the loop responsive."""
MARK_S = 1.0
"""A mark is written so often while records come and the fold is at the head."""
LAG_MARK_S = 0.1
"""While the fold lags: intake holds feeds back by it, and a stale one would hold them back for nothing."""

_OUTLETS = {EntityKind.SUGGESTION: (SUGGESTIONS, "suggestion"), EntityKind.NOTICE: (NOTICES, "notice")}
_KEPT_WHOLE = frozenset({Refusal.REVISION_CONFLICT, Refusal.ORDER_CHANGED})
"""Refusals whose bytes are copied to `rejected`: somebody must look at them."""


class Owner:
    """Owns the fold of one region: folds batches, publishes what they made, in order, and says how far it has come."""

    def __init__(self, space: Space, state: State, partition: int, producer: Producer, clock: SpaceClock) -> None:
        self.space, self.region, self.partition = space, state.region, partition
        self.fold = Fold(state)
        self.offset = 0
        """Next offset of the log to fold."""
        self.seq = 0
        self.end = 0
        """End of the log as last seen."""
        self.snapshot: tuple[int, int] | None = None
        """Newest whole snapshot: version, offset of its first part."""
        self.since_snapshot = 0
        self._producer, self._clock = producer, clock
        self._unsent: list[Out] = []
        self._outcomes: list[Out] = []
        self._sending = asyncio.Lock()
        self._marked = 0.0
        self._marked_offset = -1
        self._mark_wanted = False
        """Something for the outlets was made: deliver begins a notice only when a mark says `at_head`."""
        self._tick_at: int | None = None

    @property
    def at_head(self) -> bool:
        """Nothing more lay in the log."""
        return self.offset >= self.end

    async def batch(self, records: Sequence[In], end: int) -> None:
        """Fold a batch and return when everything it made is confirmed. Records below the own offset are skipped."""
        began = time.perf_counter()
        self.end = max(self.end, end, records[-1].offset + 1)
        ticked = False
        for at in range(0, len(records), CHUNK):
            for record in records[at : at + CHUNK]:
                if record.offset >= self.offset and (record.key or b"").decode() == self.region:
                    ticked |= self._take(record)
                self.offset = max(self.offset, record.offset + 1)
            if ticked or self._mark_wanted or self._mark_due():
                ticked = self._mark_wanted = False
                self._unsent.append(self._mark())
            await self.flush()
        metrics.BATCH_SECONDS.observe(time.perf_counter() - began)

    def _take(self, record: In) -> bool:
        """Fold one record into unsent bytes. Nothing here awaits. True if it was a tick."""
        receipt = record.headers.get(RECEIPT_HEADER)
        parsed = decode(record.value or b"", None if receipt is None else receipt.decode())
        folded = self.fold.take(parsed)
        self.seq += 1
        self.since_snapshot += 1
        self._unsent += [out for version in folded.versions for out in self._published(version, record.offset)]
        self._tell(parsed, folded)
        if folded.outcome is not None and not folded.repeat:
            self._keep(parsed, folded.outcome, record)
        if self._tick_at is not None and record.offset >= self._tick_at:
            self._tick_at = None
        return parsed.kind == RecordKind.TICK

    def _published(self, version: Version, offset: int) -> list[Out]:
        """A version, and whole entities on the outlets that other systems read."""
        headers = ((TYPE_HEADER, b"version"), ("seq", str(self.seq).encode()), ("offset", str(offset).encode()))
        outs = [self._out(CHANGES, version.raw, self.region, headers, self.partition)]
        for kind, key, value in version.changes:
            if kind in _OUTLETS:
                topic, name = _OUTLETS[EntityKind(kind)]
                body: Json = {"version": version.number, "known_at": z(version.at), name: value}
                number = (("version", str(version.number).encode()),)
                outs.append(self._out(topic, None if value is None else canon(body), key, number))
                self._mark_wanted = True
        return outs

    def _tell(self, record: LogRecord, folded: Folded) -> None:
        """Failures go to the operator's log; outcomes wait until the versions are confirmed."""
        for failure in folded.failures:
            log.error("stage_failed", stage=failure.stage, what=failure.what, error=failure.error)
            metrics.FOLD_FAILURES.labels(failure.stage).inc()
        if folded.outcome is not None and record.receipt is not None and not folded.repeat:
            value = folded.outcome.encode(record.receipt, self.region, self.fold.state.t)
            self._outcomes.append(self._out(OUTCOMES, value, outcome_key(record.receipt, self.region)))
            metrics.OUTCOMES.labels(folded.outcome.result).inc()

    def _keep(self, record: LogRecord, outcome: Outcome, raw: In) -> None:
        """Bytes of what could not be folded, or conflicts, lie on `rejected` with reason and place."""
        conflict = outcome.result == Result.REFUSED and outcome.reason in _KEPT_WHOLE
        if outcome.result != Result.NOT_FOLDED and not conflict:
            return
        kept = Rejected(
            str(record.body.get("source", record.kind)),
            "fold",
            str(outcome.reason),
            "the fold refused it" if conflict else "a stage of the fold failed; see `failed` in the picture",
            raw.topic,
            raw.partition,
            raw.offset,
            self.fold.state.t,
            raw.value or b"",
            raw.key,
            record.receipt,
        )
        metrics.REJECTED.labels(kept.reason).inc()
        self._unsent.append(self._out(REJECTED, kept.encode(), kept.source))

    def _out(
        self,
        topic: str,
        value: bytes | None,
        key: str,
        headers: tuple[tuple[str, bytes], ...] = (),
        partition: int = 0,
    ) -> Out:
        return Out(self.space.topic(topic), value, key.encode(), headers, partition)

    async def flush(self) -> None:
        """Send what is folded and not confirmed, versions before outcomes. A cancelled call loses nothing."""
        async with self._sending:
            while self._unsent or self._outcomes:
                sent = len(self._unsent)
                outcomes = len(self._outcomes)
                await self._producer.send(self._unsent[:sent])
                del self._unsent[:sent]
                # `applied n` must be readable as version n when it is said
                await self._producer.send(self._outcomes[:outcomes])
                del self._outcomes[:outcomes]
        state = self.fold.state
        metrics.VERSION.labels(self.region).set(state.version)
        # a tick that lies in the log and is not folded shows a consumer that has stopped: `end` moves with it only
        end = self.end if self._tick_at is None else max(self.end, self._tick_at + 1)
        metrics.LOG_LAG.labels(self.region).set(max(0, end - self.offset))

    def _mark_due(self) -> bool:
        return time.perf_counter() - self._marked > (MARK_S if self.at_head else LAG_MARK_S)

    async def mark(self, *, at_head: bool | None = None) -> None:
        """Say how far the fold has come: the age of the picture on a quiet day, readiness, back-pressure."""
        await self._producer.send([self._mark(at_head)])

    def _mark(self, at_head: bool | None = None) -> Out:  # noqa: FBT001 - None is "as it is"
        state = self.fold.state
        mark = Mark(
            state.version,
            state.hash,
            state.t,
            self.seq,
            self.offset,
            self.at_head if at_head is None else at_head,
            dict(state.heard),
            *(self.snapshot or (None, None)),
        )
        self._marked, self._marked_offset = time.perf_counter(), self.offset
        headers = ((TYPE_HEADER, b"mark"),)
        return self._out(CHANGES, mark.encode(), self.region, headers, self.partition)

    async def mark_if_moved(self) -> None:
        """A mark where something was folded since the last one, at most each `MARK_S`."""
        if self.offset != self._marked_offset and time.perf_counter() - self._marked >= MARK_S:
            await self.mark()

    async def tick(self) -> None:
        """Append a tick, so that what is due becomes a step; one at a time."""
        if self._tick_at is not None:
            return
        value = encode(self._clock.now(), RecordKind.TICK, {})
        out = self._out(LOG, value, self.region, (), self.partition)
        self._tick_at = self.offset
        offset = (await self._producer.send([out]))[-1]
        # it may be folded already: the batch that holds it does not wait for our answer
        self._tick_at = offset if self.offset <= offset else None

    def due_in(self) -> float | None:
        """Wall seconds until the next deadline; None while nothing is due or the clock stands."""
        due = self.fold.next_due()
        return None if due is None or self._tick_at is not None else self._clock.wall_delay(due)

    async def save(self, every: int) -> None:
        """Take a snapshot when the log since the last one is longer than `every` plus the number of entities."""
        if self.since_snapshot <= every + self.fold.state.entities():
            return
        await self.save_now()

    async def save_now(self) -> None:
        """Take a snapshot. Folding goes on while it is encoded; it names the offset it was copied at."""
        state = self.fold.state
        version, self.since_snapshot = state.version, 0
        topic = self.space.topic(SNAPSHOTS)
        outs = await encode_snapshot(topic, self.partition, state, self.offset, self.seq)
        # the versions it holds must be readable before it is: a start from it publishes only what follows
        await self.flush()
        offsets = await self._producer.send(outs)
        self.snapshot = (version, offsets[0])
        metrics.SNAPSHOTS.labels(self.region).inc()
        log.info("snapshot", region=self.region, version=version, parts=len(outs) - 1)
