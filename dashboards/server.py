"""Everything the server holds while it runs, joined in one place: followers, indexes, keys, clock, producer.

In: settings. Out: `start()`, `stop()`, and what routes read. Starts at once, also while Kafka is still starting.
Next: dashboards/app.py
"""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import structlog

from dashboards.access import Keys, Seal, cookie_name
from dashboards.closing import Closing
from dashboards.picture.follow import Follower, Life
from dashboards.picture.past import History
from dashboards.picture.receipts import Outcomes
from dashboards.picture.rejected import RejectedTail
from dashboards.picture.texts import TextIndex
from dashboards.picture.view import Place
from dashboards.report.readers import Readers
from dashboards.tries import Tries
from schemas.codec import Json
from schemas.times import parse
from schemas.topics import EXERCISE_PREFIX, TEXTS
from streams.accounts import Accounts
from streams.bus import Producer
from streams.clock import SpaceClock
from streams.duty import load_duty
from streams.errors import RegionDataError
from streams.exercise import load_exercise
from streams.feeds import titles
from streams.reference import SectorName, load_names, load_reference, load_sectors
from streams.report_templates import load_templates
from streams.settings import Settings
from streams.topology import region_partition
from streams.words import Words, alphabetical, load_words

log = structlog.get_logger()

SLACK_S = 4.0
"""Beside two and a half ticks: a picture without a sign of life for so long is said to stand still."""
RETRY_S = 1.0


class Built:
    """Bytes made once for all who see the same: frames and bodies, by version and view."""

    def __init__(self, most: int = 64) -> None:
        self._held: OrderedDict[tuple[object, ...], bytes] = OrderedDict()
        self._most = most

    def get(self, key: tuple[object, ...], build: Callable[[], bytes]) -> bytes:
        """Held bytes, else built now and held."""
        found = self._held.get(key)
        if found is None:
            found = self._held[key] = build()
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return found


REASONS = ("starting", "chain_broken", "clock", "outcomes", "silent", "behind")
"""Every code of a `NotReady`."""


class NotReady(NamedTuple):
    """One reason why the server is not ready."""

    code: str
    detail: str
    """A sentence: it stands on the page too."""


class Server:
    """One process' parts. Make it inside a running loop."""

    def __init__(self, settings: Settings, exercise_end: str | None = None) -> None:
        self.settings, self.space, self.region = settings, settings.where, settings.region
        self.reference: dict[str, Any] = dict(load_reference(settings.region_folder))
        self.sectors: dict[str, SectorName] = {s.code: s for s in load_sectors(settings.region_folder)}
        self.duty = load_duty(settings.region_folder)
        self.feeds = titles(settings.region_folder)
        self.actors: dict[str, str] = {actor: about["name"] for actor, about in self.reference["actors"].items()}
        towns = {code: about["name"] for code, about in self.reference["municipalities"].items()}
        self.place = Place(
            self.space.name,
            self.region,
            self.space.exercise,
            dict(sorted(towns.items(), key=lambda row: alphabetical(row[1]))),
        )
        self.sweden = load_names(settings.region_folder)
        """Name of every county and municipality of Sweden by code, for what lies outside."""
        self.shapes = _shapes(settings.region_folder)
        """Municipality code -> GeoJSON geometry, for those who draw maps of their own."""
        self.templates = load_templates(settings.region_folder)
        """Numbers that the report form asks each sector for."""
        self.words = load_words()
        self.seal = Seal(settings.text_secret.get_secret_value(), self.space.name)
        self.keys = Keys(settings.keys_file, self.reference["actors"], exercise=self.space.exercise)
        self.accounts = Accounts(settings.data)
        self.tries = Tries()
        self.cookie = cookie_name(self.space.name, settings.port)
        self.exercise_end = _moment(exercise_end)
        self.title = _title(settings)
        """What a page calls the space: the exercise's title; empty in the real one."""
        partition = region_partition(self.region)
        self.texts = TextIndex(settings.data / "server" / f"texts-{self.space.name}.sqlite")
        self.readers = Readers(settings.data / "server" / f"readers-{self.space.name}.sqlite")
        self.follower = Follower(settings.bootstrap, self.space, self.region, partition, self.texts)
        self.history = History(settings.bootstrap, self.space, partition, self.follower)
        self.outcomes, self.rejected = Outcomes(), RejectedTail()
        self.built = Built()
        self.clock = SpaceClock(self.space)
        self.producer = Producer(settings.bootstrap, "lagesbild.server")
        self.silent_s = 2.5 * settings.tick_s + SLACK_S
        self.closing = Closing()
        """Set when the process has been asked to stop: streams end at once."""
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, also: Mapping[str, Callable[[], Awaitable[None]]] | None = None) -> None:
        """Follow everything, and run what else is named; returns at once."""
        bootstrap = self.settings.bootstrap
        follow: dict[str, Callable[[], Awaitable[None]]] = {
            "picture": self.follower.run,
            "texts": lambda: self.texts.follow(bootstrap, self.space.topic(TEXTS)),
            "outcomes": lambda: self.outcomes.follow(bootstrap, self.space),
            "rejected": lambda: self.rejected.follow(bootstrap, self.space),
            "clock": lambda: self.clock.follow(bootstrap),
            **(also or {}),
        }
        self._tasks = [asyncio.create_task(_again(name, run), name=name) for name, run in follow.items()]
        for task in self._tasks:
            task.add_done_callback(self._ended)

    async def stop(self) -> None:
        """Stop following and publishing."""
        self.closing.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.producer.stop()
        self.texts.close()
        self.readers.close()

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A follower that ends by a fault of ours takes the process with it: what started us starts us again."""
        if not task.cancelled():
            log.error("follower_died", task=task.get_name(), error=repr(task.exception()))
            self.closing.set()

    @property
    def failed(self) -> bool:
        """True when a follower ended by a fault of ours."""
        return any(task.done() and not task.cancelled() for task in self._tasks)

    def now(self) -> int:
        """Space time, ms UTC."""
        return self.clock.now()

    @property
    def over(self) -> bool:
        """True when the exercise's script has come to its end."""
        return self.exercise_end is not None and self.now() >= self.exercise_end

    def not_ready(self, words: Words | None = None) -> list[NotReady]:
        """Why this server should not be asked yet, or not be trusted; empty when all is well."""
        follower, reasons, say = self.follower, [], words or self.words
        if follower.life == Life.STARTING:
            return [NotReady("starting", say("ready.starting"))]
        if follower.life == Life.BROKEN:
            reasons.append(NotReady("chain_broken", say("ready.chain_broken", why=follower.fault)))
        if self.space.exercise and not self.now():
            reasons.append(NotReady("clock", say("ready.clock")))
        if not self.outcomes.ready:
            reasons.append(NotReady("outcomes", say("ready.outcomes")))
        age = follower.age_s
        if age is None or age > self.silent_s:
            shown = "–" if age is None else say.age(int(age * 1000))
            reasons.append(NotReady("silent", say("ready.silent", age=shown)))
        elif follower.mark is not None and not follower.mark.at_head:
            reasons.append(NotReady("behind", say("ready.behind")))
        return reasons


def _moment(text: str | None) -> int | None:
    """Space time, ms UTC, of digits or of RFC 3339 text."""
    if not text:
        return None
    return int(text) if text.isdigit() else parse(text)


def _title(settings: Settings) -> str:
    name = settings.space.removeprefix(EXERCISE_PREFIX)
    if not settings.where.exercise:
        return ""
    try:
        return load_exercise(settings.region_folder, name).title
    except RegionDataError:
        return name


def _shapes(folder: Path) -> dict[str, Json]:
    layer = json.loads((folder / "assign.geojson").read_bytes())
    return {feature["id"]: feature["geometry"] for feature in layer["features"]}


async def _again(name: str, follow: Callable[[], Awaitable[None]]) -> None:
    """Follow for ever: a broker that is away or a topic that is not made yet is waited for."""
    while True:
        try:
            await follow()
        except (RuntimeError, OSError) as error:  # aiokafka's errors are RuntimeErrors
            log.warning("follow_again", what=name, error=repr(error))
        await asyncio.sleep(RETRY_S)
