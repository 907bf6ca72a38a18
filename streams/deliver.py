"""Tells the county board: notices from the outlets up the ladder of channels, until somebody acknowledges.

In: `notices`, `suggestions`, the marks of `picture.changes`. Out: attempts on the channels; what became of each on
`notices.log` and, as a `delivery` record, in `region.log`, where the fold takes it up.

A notice *begins* only when a mark says that the fold was at the head of the log. One begun goes on while Kafka is
away, and after a kill, from disk, with the same key: a repeated notice is better than a missed one. What is to be
sent when is decided in streams/outbox.py; here it is only carried out.
Next: streams/outbox.py, streams/channels.py
"""

import asyncio
from collections.abc import Iterable

import structlog

from schemas.codec import Json, canon
from schemas.record import KIND_HEADER, RecordKind, encode
from schemas.topics import CHANGES, LOG, NOTICES, NOTICES_LOG, SUGGESTIONS
from streams import metrics
from streams.bus import In, Out, Producer, Reader, bounds, read_all, until_topics
from streams.channels import Channels
from streams.clock import SpaceClock, wall_ms
from streams.duty import load_duty
from streams.errors import StartError
from streams.outbox import Outbox
from streams.outbox_calls import calls
from streams.outbox_disk import OutboxDisk, read_result
from streams.outbox_entry import NO_RECEIVER, Entry, Result
from streams.outlets import Outlets
from streams.reference import load_reference
from streams.settings import Settings
from streams.topology import region_partition
from streams.webhook import body, plain_body

log = structlog.get_logger()

MARKS_BACK = 2_000
"""Records read back from the end of `picture.changes`: the last mark lies at most a burst of versions away."""

MEASURE_S = 1.0
FIRST_WAIT_S = 3
"""What is due at a start waits that long for the outlets: it may have been acknowledged while nobody was here."""


async def run(settings: Settings) -> None:
    """Deliver until cancelled.

    Raises:
        StartError: the outbox cannot be used, or another deliverer has it.
    """
    space = settings.where
    channels = Channels(settings, load_duty(settings.region_folder))
    with OutboxDisk(settings.data / "outbox" / space.name) as disk:
        async with channels:
            deliverer = Deliverer(settings, disk, channels)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(deliverer.clock.follow(settings.bootstrap))
                tasks.create_task(deliverer.read())
                tasks.create_task(deliverer.send())
                tasks.create_task(deliverer.publish())
                tasks.create_task(deliverer.measure())


class Deliverer:
    """The three loops around one outbox: read the outlets, send what is due, write down what became of it."""

    def __init__(self, settings: Settings, disk: OutboxDisk, channels: Channels) -> None:
        self._settings, self._space, self._disk, self._channels = settings, settings.where, disk, channels
        self.clock = SpaceClock(self._space)
        self._outlets = Outlets(self._space, settings.region)
        entries = disk.entries()
        self._lost = not entries
        self._outbox = Outbox(entries, repeat_ms=settings.repeat_s * 1_000, routes=channels.routes)
        self._reference = load_reference(settings.region_folder)
        self._seen: dict[str, int] = {}
        self._under_way: set[str] = set()
        """Entries whose attempt is being made."""
        self._read = asyncio.Event()
        self._wake = asyncio.Event()
        self._news = asyncio.Event()

    # ---- reading the outlets -----------------------------------------------------------------------------------

    async def read(self) -> None:
        """Follow the outlets and the marks for ever."""
        notices, suggestions = self._space.topic(NOTICES), self._space.topic(SUGGESTIONS)
        changes = self._space.topic(CHANGES), region_partition(self._settings.region)
        # here and not before the start: what was begun is sent while Kafka is away
        await until_topics(self._settings.bootstrap, [notices, suggestions, changes[0], self._space.topic(NOTICES_LOG)])
        spans = await bounds(self._settings.bootstrap, [(notices, 0), (suggestions, 0), changes])
        starts = {tp: first for tp, (first, _) in spans.items()}
        starts[changes] = max(starts[changes], spans[changes][1] - MARKS_BACK)
        recorded = await self._recorded()
        async with Reader(self._settings.bootstrap, "lagesbild.deliver", starts) as reader:
            await self._read_to_end(reader)
            self._outbox.restore(recorded, self._outlets)
            while True:
                self._outbox.follow(self._outlets)
                if self._outbox.waiting(self._outlets):
                    # the mark may have overtaken an outlet's record that says the notice is gone
                    await self._read_to_end(reader)
                    self._outbox.follow(self._outlets)
                    self._begin()
                self._save()
                self._read.set()
                self._wake.set()
                await self._take_some(reader)

    async def _take_some(self, reader: Reader) -> None:
        """Wait until a record says something about a notice or the head."""
        while not self._take(await reader.batch()):
            pass

    def _take(self, records: Iterable[In]) -> bool:
        told = [self._outlets.take(record) for record in records]
        if not any(told):
            return False
        now = wall_ms()
        for standing in self._outlets.standing():
            self._seen.setdefault(standing.notice["id"], now)
        return True

    async def _read_to_end(self, reader: Reader) -> None:
        """Read both outlets up to what lies in them now."""
        ends = await bounds(self._settings.bootstrap, [(self._space.topic(t), 0) for t in (NOTICES, SUGGESTIONS)])
        for (topic, partition), (_, end) in ends.items():
            while await reader.at(topic, partition) < end:
                self._take(await reader.batch(wait_s=0.2))

    async def _recorded(self) -> list[Result]:
        """What `notices.log` tells of notices when the outbox on disk is empty."""
        if not self._lost:
            return []
        topic = self._space.topic(NOTICES_LOG)
        return [
            read_result(record.value)
            async for records in read_all(self._settings.bootstrap, topic)
            for record in records
            if record.value is not None
        ]

    def _begin(self) -> None:
        for entry in self._outbox.begin(self._outlets, wall_ms()):
            about = {"notice": entry.id, "route": entry.route, "call": entry.call, "step": entry.step}
            log.info("notice_begun", **about, stopped=entry.stopped)
            if entry.stopped == NO_RECEIVER:
                metrics.DELIVERIES.labels(NO_RECEIVER).inc()

    # ---- sending -----------------------------------------------------------------------------------------------

    async def send(self) -> None:
        """Make every attempt when it is due, for ever; Kafka is not needed for it."""
        if not self._channels.routes:
            log.warning("no_receiver", set="LAGESBILD_WEBHOOK or LAGESBILD_SMTP_HOST")
            return
        if self._outbox.next_due() is not None:
            await _within(FIRST_WAIT_S, self._read)
        async with asyncio.TaskGroup() as attempts:
            while True:
                self._wake.clear()
                for entry in self._outbox.due(wall_ms(), self._under_way):
                    self._under_way.add(entry.name)
                    attempts.create_task(self._attempt(entry))
                due = self._outbox.next_due(self._under_way)
                await _within(None if due is None else max(0.0, (due - wall_ms()) / 1_000), self._wake)

    async def _attempt(self, entry: Entry) -> None:
        """One attempt; a slow channel keeps no other waiting."""
        first = entry.begun is None and entry.route == self._channels.routes[0].name
        if first and entry.id in self._seen:
            metrics.NOTICE_SECONDS.observe((wall_ms() - self._seen[entry.id]) / 1_000)
        at = self.clock.now() or wall_ms()
        entry = self._outbox.attempt(entry.name, self._words(entry, at), wall_ms())
        self._save()
        error, to = await self._channels.send(entry, at)
        result = self._outbox.record(entry.name, wall_ms(), error, to)
        self._save()
        metrics.DELIVERIES.labels("ok" if result.ok else "failed").inc()
        say = log.info if result.ok else log.warning
        say("delivery", key=result.key, attempt=result.attempt, ok=result.ok, error=error, to=to)
        self._under_way.discard(entry.name)
        self._wake.set()

    def _words(self, entry: Entry, at: int) -> Json:
        """What is sent; a fault in the words never keeps a notice back."""
        address = acknowledge_address(self._settings)
        try:
            return body(entry, self._reference, self._space, address, self._channels.fields(entry, at))
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            log.exception("notice_without_words", notice=entry.id, error=repr(error))
            return plain_body(entry, self._space, address)

    def _save(self) -> None:
        """Put on disk what changed. A full disk stops no call: what could not be written is tried again next time."""
        if not self._outbox.changed and not self._outbox.results:
            return
        try:
            self._disk.save(self._outbox.changed.values(), self._outbox.results)
        except StartError as error:
            log.critical("outbox_not_saved", error=str(error), entries=len(self._outbox.changed))
            return
        if self._outbox.results:
            self._news.set()
        self._outbox.changed.clear()
        self._outbox.results.clear()

    # ---- telling the operator ----------------------------------------------------------------------------------

    async def measure(self) -> None:
        """Say on `/metrics` what waits and for how long, for ever: an age rises also when nothing happens."""
        metrics.ROUTES.set(len(self._channels.routes))
        while True:
            now = calls(self._outbox, wall_ms())
            metrics.UNDELIVERED.set(now.undelivered.number)
            metrics.UNDELIVERED_AGE.set(now.undelivered.oldest_s)
            metrics.UNACKNOWLEDGED.set(now.unacknowledged.number)
            metrics.UNACKNOWLEDGED_AGE.set(now.unacknowledged.oldest_s)
            metrics.OUTBOX_RESULTS.set(self._disk.waiting())
            metrics.OUTBOX_UNSAVED.set(len(self._outbox.changed))
            await asyncio.sleep(MEASURE_S)

    # ---- writing down ------------------------------------------------------------------------------------------

    async def publish(self) -> None:
        """Write results to Kafka for ever; they wait on disk while it is away, and may be written twice."""
        producer = Producer(self._settings.bootstrap, "lagesbild.deliver")
        try:
            while True:
                self._news.clear()
                while waiting := self._disk.results():
                    await producer.send([out for _, result in waiting for out in self._outs(result)])
                    self._disk.forget(waiting[-1][0])
                await self._news.wait()
        finally:
            await producer.stop()

    def _outs(self, result: Result) -> list[Out]:
        topic, partition = self._space.topic(LOG), region_partition(self._settings.region)
        key, kind = self._settings.region.encode(), (KIND_HEADER, RecordKind.DELIVERY.encode())
        told = canon(result._asdict())
        outs = [Out(self._space.topic(NOTICES_LOG), told, key=result.notice.encode())]
        for notice in result.about():
            record = encode(self.clock.now(), RecordKind.DELIVERY, delivery(result, notice))
            outs.append(Out(topic, record, key=key, headers=(kind,), partition=partition))
        return outs


def delivery(result: Result, notice: str) -> Json:
    """Body of the `delivery` record for one notice; (`key`, `attempt`) tells a repeat of it."""
    fields: Json = {
        "notice": notice,
        "channel": result.route,
        "key": result.key,
        "step": result.step,
        "attempt": result.attempt,
        "ok": result.ok,
    }
    more = {"error": result.error, "to": result.to}
    return fields | {name: value for name, value in more.items() if value is not None}


def acknowledge_address(settings: Settings) -> str | None:
    """Where an acknowledgement is posted; None when no address of the page is set."""
    return None if settings.address is None else f"{settings.address.rstrip('/')}/api/v1/commands"


async def _within(seconds: float | None, event: asyncio.Event) -> None:
    """Wait for an event, at most so long."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
