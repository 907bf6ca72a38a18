"""Any connector, driven by a timed script over real HTTP: payloads made from a fixture, a clock set by hand.

In: `tests/corpora/driven/<folder>.toml`, which says how that source writes an item, a cancel, nothing. Out: `Driven`:
say what the source answers from now on, let one round pass, read what lies on the topics. No code for any one source.
"""

import re
import tomllib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import aiohttp
from google.protobuf import json_format
from pydantic import BaseModel, ConfigDict
from support.playing import SPACE, Topics

from connectors.quality import FOLDER, about, folders
from connectors.recorded import Running, Script, serve
from connectors.recorded.timed import Answer, Kind, Timed
from connectors.run import Round
from connectors.sources import Source, open_source
from connectors.telling.cursor import CursorFile
from schemas.codec import Json
from schemas.rejected import Rejected, read_rejected
from schemas.report import FeedReport
from schemas.times import DAY, HOUR, parse, to_datetime
from schemas.topics import REJECTED
from streams.bus import Out
from streams.feeds import Feed

FIXTURES = Path(__file__).parents[1] / "corpora" / "driven"
CONNECTORS = sorted(path.stem for path in FIXTURES.glob("*.toml"))
"""Connectors that can be driven; a test holds the list to the folders there are."""
STOCKHOLM = ZoneInfo("Europe/Stockholm")
_NUMBER = re.compile(r"läge \d+ nr (\d+);")
_PLACE = re.compile(r"\{(n|revision|previous|sent|before|begun|ends|week|now|text|address)(?::([^{}]+))?\}")


class Exercise(BaseModel):
    """How this source marks what is no reality."""

    model_config = ConfigDict(extra="forbid")

    status: str
    swap: list[tuple[str, str]]
    """Texts of the item's template to replace."""


class Document(BaseModel):
    """A document of its own for each item, at an address that the item tells."""

    model_config = ConfigDict(extra="forbid")

    path: str
    body: str
    update: str = ""
    """Of later revisions, where these are written differently."""
    cancel: str = ""
    content_type: str = "application/xml"


class Fixture(BaseModel):
    """How one source writes its list; `{text}` must come out in a report's headline or texts.

    Placeholders: `{n}` number (before and after the items how many there are), `{revision}`, `{previous}` revision,
    `{sent}`, `{before}` (when the previous one was sent), `{begun}`, `{ends}`, `{week}` after it began, `{now}`,
    `{text}`, `{address}`. After a colon stands a format: `iso`, `local`, `s`, `ms`, one of `forms`, or Python's own.
    """

    model_config = ConfigDict(extra="forbid")

    path: str = ""
    query: str = ""
    content_type: str = "application/json"
    epoch: str
    """The instant the clock begins at."""
    before: str = ""
    between: str = ","
    after: str = ""
    empty: str
    item: str
    whole: str = ""
    """Item that tells all by itself, where `item` only names a document: for long lists."""
    cancel: str = ""
    """Item whose source says that it is over; empty where it has no such sign."""
    bad: str = ""
    """Item that is readable and cannot be used."""
    document: Document | None = None
    beside: list[Document] = []
    """Documents that are asked for too and never change."""
    message: str = ""
    """Protobuf message that the text is the JSON form of, `module:Class`."""
    exercise: Exercise | None = None
    without_exercise: str = ""
    """Why there is none."""
    forms: dict[str, str] = {}
    settings: dict[str, Any] = {}
    key: bool = False
    step_s: int = 60
    """Space seconds between two rounds in which the source shows its whole list."""
    rounds: int = 0
    """Most rounds until absence counts; the connector's `agreeing` if not told."""
    partial: str = ""
    """Why the short lists of these tests are not taken for whole."""
    drift: dict[str, int] = {}
    """What these lists do not have that long ones have."""
    ends: bool = True
    """Items tell their own end."""
    open_hours: int = 20 * 24
    """How long an item stands by its own word, or by a rule of the connector."""
    order: bool = True
    """Items or payloads tell which is newer."""

    @property
    def has_sign(self) -> bool:
        """Its source can say that something is over."""
        return bool(self.cancel or (self.document and self.document.cancel))


class Item(NamedTuple):
    """One matter of the simulated source, in one of its states."""

    n: int
    revision: int = 1
    sent: int = 0
    """When this revision was made, ms UTC."""
    before: int = 0
    """When the revision before this one was made."""
    begun: int = 0
    ends: int = 0
    over: bool = False
    """Its source says so."""
    bad: bool = False
    exercise: bool = False

    def changed(self, at: int) -> "Item":
        """Its next revision."""
        return self._replace(revision=self.revision + 1, sent=at, before=self.sent)


@lru_cache
def fixture(folder: str) -> Fixture:
    """Fixture of a connector. ValidationError, or OSError if it has none."""
    return Fixture.model_validate(tomllib.loads((FIXTURES / f"{folder}.toml").read_text(encoding="utf-8")))


def drivable() -> list[str]:
    """Folders of connectors that ask somebody over HTTP; actors send by themselves."""
    return [name for name in folders() if name != "actors" and (FOLDER / name / "client.py").exists()]


class Writer:
    """Writes payloads as one source would."""

    def __init__(self, folder: str, address: str) -> None:
        self.fixture, self._address = fixture(folder), address
        self.epoch = parse(self.fixture.epoch)

    def new(self, n: int, at: int, *, exercise: bool = False) -> Item:
        """A matter that begins at `at`."""
        return Item(n, 1, at, at, at, at + self.fixture.open_hours * HOUR, exercise=exercise)

    def payload(self, items: Sequence[Item], now: int) -> bytes:
        """The list with these items."""
        f = self.fixture
        if not items:
            return self.encoded(self._filled(f.empty, Item(0), now))
        text = f.between.join(self._filled(self._template(item), item, now) for item in items)
        around = Item(len(items))
        return self.encoded(self._filled(f.before, around, now) + text + self._filled(f.after, around, now))

    def documents(self, items: Sequence[Item], now: int) -> list[tuple[str, bytes, str]]:
        """Path, body and content type of each item's own document."""
        found = [(one.path, one.body.encode(), one.content_type) for one in self.fixture.beside]
        document = self.fixture.document
        for item in items if document else ():
            body = document.update or document.body if item.revision > 1 else document.body
            body = document.cancel if item.over else self.fixture.bad if item.bad else body
            told = self._filled(self._swapped(body, item), item, now).encode()
            found.append((self._filled(document.path, item, now), told, document.content_type))
        return found

    def encoded(self, text: str) -> bytes:
        """The text on the wire."""
        if not self.fixture.message:
            return text.encode()
        module, _, name = self.fixture.message.partition(":")
        raw: bytes = json_format.Parse(text, getattr(import_module(module), name)()).SerializeToString()
        return raw

    def _template(self, item: Item) -> str:
        if item.bad and self.fixture.document is None:
            return self.fixture.bad
        return self._swapped(self.fixture.cancel if item.over and self.fixture.cancel else self.fixture.item, item)

    def _swapped(self, template: str, item: Item) -> str:
        if item.exercise and self.fixture.exercise is not None:
            for old, new in self.fixture.exercise.swap:
                template = template.replace(old, new)
        return template

    def _filled(self, template: str, item: Item, now: int) -> str:
        words = {"text": f"läge {item.revision} nr {item.n};", "address": self._address}
        values: dict[str, Any] = item._asdict() | words | {"now": now, "previous": item.revision - 1}
        values["week"] = item.begun + 7 * DAY

        def value(found: re.Match[str]) -> str:
            name, form = found[1], found[2] or ""
            if name in {"sent", "before", "begun", "ends", "week", "now"}:
                return self._time(values[name], form or "iso")
            return format(values[name], form)

        return _PLACE.sub(value, template)

    def _time(self, at: int, form: str) -> str:
        moment = to_datetime(at)
        match form:
            case "iso":
                return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            case "local":
                return moment.astimezone(STOCKHOLM).isoformat(timespec="milliseconds")
            case "s":
                return str(at // 1000)
            case "ms":
                return str(at)
        return _formatted(moment.astimezone(STOCKHOLM), self.fixture.forms[form])


def _formatted(moment: datetime, form: str) -> str:
    """`strftime`; `%:z` is the offset with a colon and `%-H` the hour without a leading zero, everywhere."""
    offset = moment.strftime("%z")
    return moment.strftime(form.replace("%:z", f"{offset[:3]}:{offset[3:]}").replace("%-H", str(moment.hour)))


class Clock:
    """Space time that stands until it is moved."""

    def __init__(self, at: int) -> None:
        self.at = at

    def __call__(self) -> int:
        return self.at


def standing(records: Sequence[Out]) -> dict[str, FeedReport]:
    """What a reader that keeps the newest revision of each identity has."""
    newest: dict[str, FeedReport] = {}
    for out in records:
        report = FeedReport.model_validate_json(out.value or b"")
        known = newest.get(report.id)
        if known is None or (report.revision or 0) > (known.revision or 0):
            newest[report.id] = report
    return newest


def number(report: FeedReport) -> int:
    """Which of the simulated source's matters a report tells of, as each text says; 0 if none does."""
    found = _NUMBER.search(" ".join((report.headline, *report.texts.values(), *report.native.values())))
    return int(found[1]) if found else 0


class Driven:
    """One connector and the source it asks, which says what it is told to say."""

    def __init__(self, folder: str, running: Running, clock: Clock, session: aiohttp.ClientSession, data: Path) -> None:
        self.name, self.running, self.clock, self.session, self.data = folder, running, clock, session, data
        self.writer = Writer(folder, running.feed(folder))
        self.fixture, self.about = self.writer.fixture, about(folder)
        self.topics = Topics()
        running.feeds.add(folder, Timed(content_type=self.fixture.content_type))
        self.rounds: Round | None = None
        self.waited: float | None = None

    @property
    def address(self) -> str:
        """Where its list is asked."""
        return f"{self.running.feed(self.name)}/{self.fixture.path}{self.fixture.query}"

    @property
    def agreeing(self) -> int:
        """Rounds in a row without an item until its absence counts, if it ever does."""
        return max(self.fixture.rounds, self.about.agreeing)

    def new(self, *numbers: int, **more: Any) -> list[Item]:
        """Matters that begin now."""
        return [self.writer.new(n, self.clock.at, **more) for n in numbers]

    def say(self, items: Sequence[Item] = (), kind: Kind = "ok", *, documents: Kind = "ok", **more: Any) -> bytes:
        """The source answers so from now on, and so with documents where it has some. Returns the body of the list."""
        now = self.clock.at - (DAY if kind == "old" else 0)
        body = self.writer.payload(items, now) if "body" not in more else more.pop("body")
        beside = [
            Answer(at=self.clock.at, body=told, path=path, headers={"Content-Type": content_type}, kind=documents)
            for path, told, content_type in self.writer.documents(items, self.clock.at)
        ]
        self.running.feeds.say(self.name, *beside)
        listed = Answer(at=self.clock.at, body=body, kind=kind, path=self.fixture.path, **more)
        self.running.feeds.say(self.name, listed)
        return body

    def source(self, **settings: Any) -> Source:
        """The connector with its settings, as a fresh process has it."""
        told = {"address": self.address, "interval_s": 60.0} | self.fixture.settings | settings
        return open_source(Feed(self.name, self.name, self.name, True, told), self.session)

    async def start(self, **settings: Any) -> "Driven":
        """A fresh process on the same disk and topics."""
        self.rounds = Round(
            self.source(**settings),
            space=SPACE,
            now=self.clock,
            sender=self.topics,
            cursor_file=CursorFile(self.data / "connectors", self.name, SPACE.name),
        )
        await self.rounds.start(self.topics.published(f"reports.{self.name}"))
        return self

    async def once(self, step_s: int | None = None) -> float | None:
        """Let time pass, then one round."""
        assert self.rounds is not None
        self.clock.at += (self.fixture.step_s if step_s is None else step_s) * 1000
        self.waited = await self.rounds.once()
        return self.waited

    async def many(self, count: int, step_s: int | None = None) -> None:
        """So many rounds."""
        for _ in range(count):
            await self.once(step_s)

    def raws(self) -> list[dict[str, str]]:
        """What is kept of each answer with the list: headers of the record, and `body`."""
        found = []
        for out in self.records("raw"):
            headers = {name: value.decode() for name, value in out.headers}
            if headers["url"] == self.address.partition("?")[0]:
                found.append(headers | {"body": (out.value or b"").decode("latin-1")})
        return found

    def told(self, change: str = "") -> list[FeedReport]:
        """Reports in the order in which they were published."""
        found = [FeedReport.model_validate_json(out.value or b"") for out in self.records("reports")]
        return [report for report in found if not change or report.change == change]

    def standing(self) -> dict[str, FeedReport]:
        """Newest revision of each identity."""
        return standing(self.records("reports"))

    def open_ids(self) -> set[str]:
        """Identities that stand."""
        return {key for key, report in self.standing().items() if report.change == "report"}

    def records(self, what: str) -> list[Out]:
        """Records of `raw`, `reports` or `health` of this source."""
        return self.topics.records.get(SPACE.topic(f"{what}.{self.name}"), [])

    def health(self) -> list[Json]:
        """Health records, oldest first."""
        return self.topics.values(f"health.{self.name}")

    def rejected(self) -> list[Rejected]:
        """What lies on `rejected`."""
        return [read_rejected(out.value or b"") for out in self.topics.records.get(SPACE.topic(REJECTED), [])]

    def asked(self) -> list[Any]:
        """Requests for the list."""
        return [a for a in self.running.feeds.asked if a.name == self.name and a.path == self.fixture.path]


@asynccontextmanager
async def driving(data: Path, *names: str) -> AsyncIterator[list[Driven]]:
    """These connectors against one service, each with its own topics; none of them has started."""
    clock = Clock(max(parse(fixture(name).epoch) for name in names))
    script = Script("driven", "", clock.at, clock.at, clock.at + DAY, 1, {"smhi": (), "trafikverket": ()}, ())
    running = await serve(script, clock, 0, data)
    async with aiohttp.ClientSession() as session:
        try:
            yield [Driven(name, running, clock, session, data) for name in names]
        finally:
            await running.stop()
