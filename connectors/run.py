"""One source's round: ask, publish what is new, then commit the cursor, then rest. For ever, whatever happens.

In: a connector, its settings, a clock, a producer. Out: records on `raw.<source>`, `reports.<source>`, `rejected` and
`health.<source>`. Killed between publishing and committing, the next round publishes the same again: a repeat.
Next: connectors/telling/records.py
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable

import structlog
from pydantic import ValidationError

from connectors import metrics
from connectors.contract import Asking, Batch
from connectors.errors import NotReadyError, SourceError
from connectors.sources import Source
from connectors.telling import hearing, records
from connectors.telling.cursor import Cursor, CursorFile
from connectors.telling.evidence import evidence
from connectors.telling.outgoing import Outgoing, Sender
from connectors.telling.records import AS_OF, OWN_ORDER
from connectors.telling.spool import Spool
from connectors.telling.told import Ledger, Plan, plan, recall
from schemas.codec import load
from schemas.report import FeedReport
from schemas.topics import Space
from streams.bus import In
from streams.errors import LagesbildError
from streams.metrics import REJECTED

log = structlog.get_logger()


SPOOL_BYTES = 200_000_000
"""Most that one source keeps on disk while Kafka is away; then it is not asked until there is room."""


class Round:
    """The rounds of one source. Give it what it needs; `once` is one round, `run` goes on until it is told to stop."""

    def __init__(
        self, source: Source, *, space: Space, now: Callable[[], int], sender: Sender, cursor_file: CursorFile
    ) -> None:
        """`now` is space time in ms UTC. DiskFullError or StartError when its folder cannot be written."""
        self._source, self._name, self._space = source, source.name, space
        self._now, self._file = now, cursor_file
        self._outgoing = Outgoing(sender, Spool(cursor_file.spool_folder, SPOOL_BYTES, space.name), self._commit)
        self._cursor, self._content = Cursor(), b""
        self._heard_offset = -1
        self._written = b""
        self._drift: dict[str, int] = {}
        self._lost = False
        for result in metrics.RESULTS:
            metrics.ROUNDS.labels(self._name, result)
        metrics.NEWS.labels(self._name)

    async def start(self, published: AsyncIterator[list[In]]) -> None:
        """Go on where the last batch that waits says, else where the cursor says, else the topic `reports.<source>`."""
        waiting = self._outgoing.newest_cursor()
        cursor = self._file.read() if waiting is None else self._file.decode(waiting)
        if self._outgoing.doubt or cursor is None:
            # what waits must be on the topic before the topic is asked
            await self._outgoing.drained()
            cursor = Cursor(await _recalled(published))
            self._file.write(cursor)
            log.info("cursor_recalled", source=self._name, told=len(cursor.ledger.told))
        # killed in a round, the list that ended a doubt may never have come into the cursor: counting begins anew
        cursor = cursor._replace(ledger=cursor.ledger._replace(absence={}))
        self._heard_offset = cursor.heard_offset
        self._cursor, self._content = cursor, self._file.encode(cursor)
        self._outgoing.recalled()

    async def run(self, stop: asyncio.Event, published: Callable[[], AsyncIterator[list[In]]]) -> None:
        """Round after round until `stop`. A fault of ours costs one round, never the source, never another source.

        `published` begins to read the topic `reports.<source>`, where the cursor does not say what was told.
        """
        async with self._outgoing:
            await self.start(published())
            while not stop.is_set():
                if self._outgoing.doubt:
                    await self.start(published())
                try:
                    await self.once()
                except LagesbildError as error:
                    self._failed()
                    log.error("round_failed", source=self._name, error=str(error))  # noqa: TRY400 # known cause
                except Exception:  # the outermost guard of a source
                    self._failed()
                    log.exception("round_broken", source=self._name)
                metrics.SPOOL.labels(self._name).set(self._outgoing.waiting_bytes)
                await rest(stop, self._source.breaker.wait_s(random.random))

    def _failed(self) -> None:
        self._source.breaker.failed()
        metrics.ROUNDS.labels(self._name, "failed").inc()

    async def once(self) -> float | None:
        """One round. Seconds the source asked us to stay away, at least 0; None when it could not be heard."""
        at = self._now()
        told = self._cursor.ledger.told
        asking = Asking(
            at,
            self._cursor.position,
            [key for key, item in told.items() if item.closed is None],
            doubt=bool(self._cursor.ledger.absence),
        )
        try:
            batch = await self._source.connector.ask(asking)
        except SourceError as error:
            self._source.breaker.failed(error)
            await self._deaf(at, str(error))
            return error.retry_after_s if isinstance(error, NotReadyError) else None
        await self._take(renamed(batch, self._name), at)
        self._notice(None if batch.parsed.answered else batch.parsed.error)
        if not batch.parsed.answered:
            self._source.breaker.failed()
            return None
        self._source.breaker.worked()
        return 0.0

    async def _take(self, batch: Batch, at: int) -> None:
        """Evidence first, then reports, then health; the cursor once all of it is on Kafka."""
        absence_says = self._source.about.withdraws == "absence"
        planned = plan(self._cursor.ledger, batch, at, absence_says=absence_says, agreeing=self._source.about.agreeing)
        outs = evidence(self._space, self._name, batch)
        outs += [records.report(self._space, news, at, planned.ledger.as_of) for news in planned.news]
        if planned.refused:
            outs.append(records.rejected(self._space, self._name, planned.refused, at))
        outs.append(hearing.heard(self._space, self._source, batch, planned, self._drift_of(batch, planned), at))
        after = Cursor(planned.ledger, batch.position)
        content = self._content if after == self._cursor._replace(heard_offset=-1) else self._file.encode(after)
        before, self._cursor, self._content = (self._cursor, self._content), after, content
        try:
            await self._outgoing.send(outs, content)
        except LagesbildError:
            # it may be there all the same, so nothing that was in doubt before is counted on
            self._cursor, self._content = before[0]._replace(ledger=before[0].ledger._replace(absence={})), before[1]
            raise
        metrics.NEWS.labels(self._name).inc(len(planned.news))
        if planned.refused:
            REJECTED.labels(planned.refused[0].reason).inc()
        if planned.news or planned.refused:
            self._say(planned)

    def _commit(self, content: bytes, offsets: list[int]) -> None:
        """The records of a batch are on Kafka, the health record last; its cursor may be written."""
        if offsets[-1] <= self._heard_offset:
            log.warning("topics_made_anew", source=self._name, told=len(self._cursor.ledger.told))
            self._cursor, content = Cursor(), b""
            self._content = self._file.encode(self._cursor)
        self._heard_offset = offsets[-1]
        # an unchanged list, asked every second, is no reason to write a file every second
        if content != self._written or not content:
            cursor = self._file.decode(content) or Cursor()
            self._file.write(cursor._replace(heard_offset=self._heard_offset))
            self._written = content

    def _say(self, planned: Plan) -> None:
        changes = [news.report.change for news in planned.news]
        counts = {change: changes.count(change) for change in dict.fromkeys(changes)}
        log.info("published", source=self._name, rejected=len(planned.refused), **counts)

    async def _deaf(self, at: int, error: str) -> None:
        self._notice(error)
        await self._outgoing.send([hearing.deaf(self._space, self._source, error, at)])

    def _drift_of(self, batch: Batch, planned: Plan) -> dict[str, int]:
        drift = hearing.drift_of(batch, planned)
        if batch.reach == "changes":
            # what only the last changes showed would come and go with each answer
            drift = self._drift | {name: max(n, self._drift.get(name, 0)) for name, n in drift.items()}
        self._drift = drift
        return drift

    def _notice(self, error: str | None) -> None:
        """Count what came of the asking; log once when the source is lost and once when it is back."""
        metrics.ROUNDS.labels(self._name, "heard" if error is None else "deaf").inc()
        if error is not None and not self._lost:
            log.warning("source_lost", source=self._name, error=error)
        elif error is None and self._lost:
            log.info("source_back", source=self._name)
        self._lost = error is not None


def renamed(batch: Batch, name: str) -> Batch:
    """The batch with its reports told as those of source `name`, where its connector serves several sources."""
    if all(item.source == name for item in batch.parsed.items):
        return batch
    items = tuple(item.model_copy(update={"source": name}) for item in batch.parsed.items)
    return batch._replace(parsed=batch.parsed._replace(items=items))


async def _recalled(published: AsyncIterator[list[In]]) -> Ledger:
    """Ledger of what lies on the topic, for a cursor that was lost."""
    told: list[tuple[FeedReport, int]] = []
    as_of = 0
    async for batch in published:
        told += _published(batch)
        times = (record.headers.get(AS_OF, b"0") for record in batch)
        as_of = max([as_of, *(int(time) for time in times if time.isdigit())])
    return recall(told, as_of)


def _published(batch: list[In]) -> list[tuple[FeedReport, int]]:
    """Reports of topic records, with the source's own order; records that are no reports any more are left out."""
    found = []
    for record in batch:
        try:
            report = FeedReport.model_validate(load(record.value or b"null"))
            own = int(record.headers.get(OWN_ORDER, b"") or report.revision or 0)
        except (ValidationError, ValueError):
            continue
        if report.revision is not None:
            found.append((report, own))
    return found


async def rest(stop: asyncio.Event, pause_s: float) -> None:
    """Wait for the pause or for the stop, whichever comes first."""
    try:
        await asyncio.wait_for(stop.wait(), pause_s)
    except TimeoutError:
        return
