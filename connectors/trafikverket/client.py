"""Asks Trafikverket for all its object types at once: everything at first and now and then, changes in between.

In: address, key, counties and object types from the settings. Out: a `Batch`; `reach` says whether it is everything.
Next: connectors/trafikverket/paging.py, connectors/trafikverket/parse.py
"""

import hashlib
from collections.abc import Sequence

from pydantic import Field, field_validator

from connectors.asking.fetch import Answer as Fetched
from connectors.asking.fetch import Fetcher
from connectors.asking.network import public
from connectors.contract import Asking, Batch, Connector, Raw
from connectors.errors import DeniedError
from connectors.settings import ConnectorSettings
from connectors.trafikverket.paging import Gathered, gather, together
from connectors.trafikverket.parse import SOURCE, read_answer, wanted
from connectors.trafikverket.request import CONTENT_TYPE, FIRST_CHANGE, OBJECTS, Query, request
from connectors.trafikverket.stream import Event, Streams
from schemas.times import HOUR, MINUTE

ALL_EVERY = 6 * HOUR
"""Space time after which everything is asked for again: finds deletions that were missed while we were away long."""
POLL_EVERY = 5 * MINUTE
"""Space time after which changes are asked for even while streams speak: a stream may lose something in silence."""
STREAMED = "stream"
"""In place of a change number: an event tells changes only."""
CHANGES = "changeids"
"""In the position: where changes go on, by object type."""


class Settings(ConnectorSettings):
    """Trafikverket's own, beside what every source has."""

    counties: tuple[int, ...] = (0, 1, 2)
    """County numbers asked for: Stockholm, its old number, and what concerns the whole country."""
    objects: tuple[str, ...] = ("Situation", "OperativeEvent", "TrainStationMessage", "RoadCondition")
    """Object types asked for, the most important first. RailwayEvent tells parts of what OperativeEvent tells."""
    limit: int = Field(default=1000, ge=1, le=10_000)
    """Most objects of one type in one page."""
    stream: bool = False
    """Hold Trafikverket's streams of changes open: an asking then ends as soon as one speaks."""
    stream_wait_s: float = Field(default=10, gt=0, le=60)
    """Wall seconds to wait for a stream before changes are asked for as without one."""

    @field_validator("objects")
    @classmethod
    def _known(cls, objects: tuple[str, ...]) -> tuple[str, ...]:
        unknown = sorted(set(objects) - set(OBJECTS))
        if unknown or not objects:
            raise ValueError(f"objects are some of {', '.join(OBJECTS)}; not {', '.join(unknown) or 'none'}")
        return tuple(dict.fromkeys(objects))


def connect(fetcher: Fetcher, settings: Settings) -> Connector:
    """The source `trafikverket`, ready to be asked."""
    return Trafikverket(fetcher, settings)


class Trafikverket:
    """The source `trafikverket`."""

    source = SOURCE

    def __init__(self, fetcher: Fetcher, settings: Settings) -> None:
        self._fetcher, self._settings, self._streams = fetcher, settings, Streams(fetcher)
        self._polled_at = 0
        self._asked_all = self._read_changes = False
        self._refused: dict[str, str] = {}
        self._failed: frozenset[str] = frozenset()

    async def ask(self, asking: Asking) -> Batch:
        """Ask once. NotReadyError, DeniedError (no key, or one that is not accepted) or GarbledError."""
        queries = self._queries(asking)
        everything = not any(query.changes for query in queries)
        if self._streams.open and all(query.changes for query in queries) and asking.at < self._polled_at + POLL_EVERY:
            streamed = self._of_events(asking, await self._streams.wait(self._settings.stream_wait_s))
            if streamed is not None:
                return streamed
        try:
            gathered = await self._gather(asking.at, queries)
        except DeniedError:
            # a change number that the service no longer knows must not keep us out for ever
            self._asked_all, self._read_changes = False, True
            raise
        self._polled_at = asking.at
        await self._streams.follow(gathered.streams)
        position = self._position(asking, gathered, queries, everything=everything)
        return Batch(
            wanted(gathered.parsed, asking.told),
            gathered.raws[0],
            "all" if everything else "changes",
            position,
            gathered.skew_s,
            gathered.raws[1:],
        )

    def close(self) -> None:
        """End the streams, if any are open."""
        self._streams.close()

    def _of_events(self, asking: Asking, events: Sequence[Event]) -> Batch | None:
        """What streams told; None if that is nothing, or an error, after which they are over.

        The change numbers stay: what is asked for by them later comes again, and is no news.
        """
        read = [read_answer(event.data, [Query(event.objecttype, STREAMED)]).parsed for event in events]
        if any(parsed.error for parsed in read):
            self._streams.close()
        if not read or any(parsed.error for parsed in read):
            return None
        raws = [
            Raw(public(event.url), 200, {}, asking.at, event.data, hashlib.sha256(event.data).hexdigest())
            for event in events
        ]
        parsed = wanted(together(read, self._trouble()), asking.told)
        return Batch(parsed, raws[0], "changes", asking.position, None, tuple(raws[1:]))

    def _queries(self, asking: Asking) -> list[Query]:
        """What to ask. Everything after each start, in doubt, and every few hours; but what changed first.

        Only changes tell that the source itself deleted something; of everything, it is just not there any more.
        """
        due = int(asking.position.get("all_at", 0)) + ALL_EVERY <= asking.at
        everything = self._read_changes and (due or asking.doubt or not self._asked_all)
        if due:
            self._refused = {}
        told = {} if everything else dict(asking.position.get(CHANGES, {}))
        objects = [name for name in self._settings.objects if name not in self._refused]
        return [Query(name, told.get(name, FIRST_CHANGE)) for name in objects]

    async def _gather(self, at: int, queries: Sequence[Query]) -> Gathered:
        try:
            gathered = await self._pages(at, queries)
        except DeniedError:
            if len(queries) < 2:
                raise
            gathered = await self._one_by_one(at, queries)
        trouble = self._trouble()
        return gathered._replace(parsed=together([gathered.parsed], trouble)) if trouble else gathered

    def _trouble(self) -> str:
        """Object types that are refused, in words; empty if none is."""
        return "; ".join(f"{name} is refused: {error}" for name, error in self._refused.items())

    async def _pages(self, at: int, queries: Sequence[Query]) -> Gathered:
        settings = self._settings
        key = settings.secret
        if not key:
            raise DeniedError(
                "no key: get one free at Trafikverket's data portal and set LAGESBILD_TRAFIKVERKET_KEY_FILE"
            )

        async def post(asked: Sequence[Query]) -> Fetched:
            body = request(key, asked, settings.counties, limit=settings.limit, stream=settings.stream)
            return await self._fetcher.post(at, body, CONTENT_TYPE)

        return await gather(post, queries, settings.limit)

    async def _one_by_one(self, at: int, queries: Sequence[Query]) -> Gathered:
        """Each question alone: an object type that was taken out of service must not cost us the others.

        When the first two are refused it is the key or the address, and no more is asked.
        """
        got: list[Gathered] = []
        refused: dict[str, str] = {}
        for number, query in enumerate(queries, 1):
            try:
                got.append(await self._pages(at, [query]))
            except DeniedError as error:
                refused[query.objecttype] = str(error)
                if not got and number == min(2, len(queries)):
                    raise
        self._refused = refused
        return Gathered(
            together([part.parsed for part in got]),
            tuple(raw for part in got for raw in part.raws),
            frozenset(refused).union(*(part.failed for part in got)),
            any(part.broken for part in got),
            {name: stream for part in got for name, stream in part.streams.items()},
            got[-1].skew_s,
        )

    def _position(
        self, asking: Asking, gathered: Gathered, queries: Sequence[Query], *, everything: bool
    ) -> dict[str, object]:
        """Where the next asking goes on; an object type that failed begins anew."""
        failed, answered = gathered.failed, {query.objecttype for query in queries} - gathered.failed
        # while it failed we may have missed what it deleted: only everything tells what is not there any more
        back = self._failed & answered
        if answered:
            self._asked_all = (self._asked_all or everything) and not back and not (everything and gathered.broken)
            self._read_changes = not everything
        else:
            self._asked_all, self._read_changes = False, True
        self._failed = failed
        told = {**dict(asking.position.get(CHANGES, {})), **gathered.parsed.position}
        kept = {name: last for name, last in told.items() if name in self._settings.objects and name not in failed}
        position: dict[str, object] = {**asking.position, CHANGES: kept}
        return position | ({"all_at": asking.at} if everything and answered else {})
