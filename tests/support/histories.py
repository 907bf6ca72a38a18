"""A simulated source with a true state, asked over real HTTP by a connector that never sees that state.

In: a connector's folder. Out: a hypothesis state machine: matters begin, change, end by a sign, or are really gone; the
source answers, lies, breaks; the connector is restarted; clocks jump. After each step: whatever is truly open and was
told must stand for a reader of the published reports. What the connector calls complete is no part of that judgement.
"""

import asyncio
import json
import secrets
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

import aiohttp
import stamina
import structlog
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, get_state_machine_test, initialize, invariant, rule
from support.driving import CONNECTORS, Clock, Driven, Item, fixture, number
from support.playing import KilledError

from connectors.contract import Asking, Batch, Connector
from connectors.recorded import Running, Script, serve
from schemas.report import FeedReport
from schemas.times import DAY, HOUR, MINUTE, parse

MOST = 7
"""Matters in one history."""
LENGTH = 20
FLAGGED = ("half", "cut", "short", "page", "error", "close", "busy", "type", "old", "twice", "bad", "documents")
"""Broken ways that can be told from the truth: any number of them takes nothing back."""
LIES = ("filtered", "empty", "stale", "unchanged")
"""A whole answer that looks right and lacks what is open. After `agreeing` of them in a row a source has said it."""
MATTERS = ("publish", "update", "sign", "leave", "return")
UPSETS = ("restart", "lost", "killed", "forward", "back")
STEPS = (*MATTERS, *("truth",) * 8, *FLAGGED, *LIES * 2, *UPSETS)
"""What a step may be; the truth is told in one of five."""
WAITS = st.sampled_from((1, 6, 11, 400))
"""Minutes between two askings; half as many hours for a jump of the clock."""
ABSENT_FOR = 10 * MINUTE


class World:
    """One service, one loop and one client for all histories of a process."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.run: Callable[..., Any]
        memory = Path("/dev/shm")
        self.disk = Path(tempfile.mkdtemp(prefix="histories-", dir=memory if memory.is_dir() else None))
        self.clock = Clock(parse(fixture(folder).epoch))
        self._runner = asyncio.Runner()
        self.run = self._runner.run
        self.running, self.session = self.run(self._open())
        self.seen: Counter[str] = Counter()
        """Histories, rounds and what they told, so that a run cannot pass by doing nothing."""
        self._made = 0

    async def _open(self) -> tuple[Running, aiohttp.ClientSession]:
        routes: dict[str, tuple[()]] = {"smhi": (), "trafikverket": ()}
        script = Script("driven", "", self.clock.at, self.clock.at, self.clock.at + DAY, 1, dict(routes), ())
        return await serve(script, self.clock, 0, self.disk), aiohttp.ClientSession()

    def driven(self) -> Driven:
        """A connector with an empty disk and empty topics."""
        self._made += 1
        self.clock.at = parse(fixture(self.folder).epoch)
        self.running.feeds.asked.clear()
        return Driven(self.folder, self.running, self.clock, self.session, self.disk / str(self._made))

    def forget(self, driven: Driven) -> None:
        """Its disk."""
        shutil.rmtree(driven.data, ignore_errors=True)

    def close(self) -> None:
        """Stop listening and remove what was written."""

        async def stop() -> None:
            await self.session.close()
            await self.running.stop()

        self.run(stop())
        self._runner.close()
        shutil.rmtree(self.disk, ignore_errors=True)


class Careless:
    """A mutant: takes every batch for the whole list."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector

    @property
    def source(self) -> str:
        """As the connector that it spoils."""
        return self._connector.source

    async def ask(self, asking: Asking) -> Batch:
        """What the connector brings, called complete."""
        batch = await self._connector.ask(asking)
        parsed = batch.parsed._replace(complete=True, as_of=asking.at)
        raw = batch.raw._replace(expected=True)
        return batch._replace(parsed=parsed, raw=raw, reach="all")


class Histories(RuleBasedStateMachine):
    """Histories of one source. `world` and `mutant` are set by `machine`."""

    world: ClassVar[World]
    mutant: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self.driven = self.world.driven()
        self.clock, self.say = self.world.clock, self.driven.say
        self.open: dict[int, Item] = {}
        """The true state; nobody else knows it."""
        self.over: dict[int, Item] = {}
        """Ended by a sign that is still listed."""
        self.gone: dict[int, Item] = {}
        self.latest = 0
        """When the newest true answer was given."""
        self.bodies: list[tuple[bytes, frozenset[int]]] = []
        """True lists as they were, and what they showed."""
        self.last: frozenset[int] = frozenset()
        """What the newest answer showed, which a 304 repeats."""
        self.lacking: dict[int, list[tuple[bool, int]]] = {}
        """Answers in a row that looked whole and lacked it, true or not: whether they were empty, and when."""
        self.unheard: set[int] = set()
        """Really gone and back since, which no true answer has told yet."""
        self.told: dict[str, FeedReport] = {}
        self.numbers: dict[str, int] = {}
        self._read = 0
        self.world.seen["histories"] += 1
        self._start()

    def teardown(self) -> None:
        self.world.forget(self.driven)

    @initialize(count=st.integers(1, 4))
    def begin(self, count: int) -> None:
        for _ in range(count):
            self.publish()
        self._truth()

    # one rule for all, since hypothesis leaves out some of several rules in most histories
    @rule(what=st.sampled_from(STEPS), which=st.integers(0, 2**MOST - 1), times=st.integers(1, 3), minutes=WAITS)
    def step(self, what: str, which: int, times: int, minutes: int) -> None:
        """Something happens, or the connector asks some times and this is what it gets, or something is upset."""
        if what in MATTERS:
            self._matter(what, which)
        elif what in UPSETS:
            self._upset(what, minutes)
        else:
            for _ in range(times):
                self.clock.at += minutes * MINUTE
                self._answer(what, [item for item in self._listed() if which >> (item.n - 1) & 1])

    def publish(self) -> None:
        """One matter more."""
        n = len(self.open) + len(self.over) + len(self.gone) + 1
        if n <= MOST:
            self.open[n] = self.driven.writer.new(n, self.clock.at)

    def _matter(self, what: str, which: int) -> None:
        """What truly happens; nobody tells the connector."""
        self.clock.at += MINUTE
        n = sorted(self.open)[which % len(self.open)] if self.open else 0
        match what:
            case "publish":
                self.publish()
            case "update" if n:
                self.open[n] = self.open[n].changed(self.clock.at)
            case "sign" if n and self.driven.fixture.has_sign:
                self.over[n] = self.open.pop(n).changed(self.clock.at)._replace(over=True)
            case "leave" if n:
                self.gone[n] = self.open.pop(n)
            case "return" if self.gone:
                n = min(self.gone)
                self.open[n] = self.gone.pop(n).changed(self.clock.at)
                self.unheard.add(n)

    def _answer(self, what: str, shown: list[Item]) -> None:
        if what == "truth":
            self._truth()
        elif what in LIES:
            self._lie(what, shown)
        else:
            self._broken(what, shown)

    def _upset(self, what: str, minutes: int) -> None:
        """The connector is started anew, with its disk, without, or killed in a round; or everybody's clock jumps."""
        if what in {"forward", "back"}:
            self.clock.at += minutes * HOUR // 2 * (1 if what == "forward" else -1)
            return
        if what == "killed":
            self._killed()
        if what == "lost":
            shutil.rmtree(self.driven.data, ignore_errors=True)
        self._start()

    @invariant()
    def nothing_open_is_told_as_over(self) -> None:
        for n, reports in self._standing().items():
            item = self.open.get(n)
            if item is None or item.ends <= self.clock.at or n in self.unheard:
                continue
            for report in reports:
                assert report.change == "report", f"false all-clear: {n} is open, {report.id} told as {report.change}"
                assert report.ends is None or report.ends.timestamp() * 1000 > self.clock.at, f"{n} told as ended"

    def _listed(self) -> list[Item]:
        return [*self.open.values(), *self.over.values()]

    def _start(self) -> None:
        self.world.run(self.driven.start())
        if self.mutant:
            rounds = self.driven.rounds
            assert rounds is not None
            source = rounds._source
            rounds._source = source._replace(connector=Careless(source.connector))

    def _round(self) -> None:
        self.world.run(self.driven.once(0))
        self.world.seen["rounds"] += 1

    def _truth(self) -> None:
        items = self._listed()
        body, numbers = self.say(items), frozenset(item.n for item in items)
        self.bodies.append((body, numbers))
        self._round()
        # what a broken answer left behind on the connection may spoil this one: then nobody has heard the truth, and a
        # 304 repeats what was heard before
        if not self._heard():
            return
        self._answered(numbers)
        if self.clock.at >= self.latest:
            # set back by a clock, what is true looks like an old copy
            self.latest = self.clock.at
            self.unheard.clear()

    def _heard(self) -> bool:
        """The newest round got an answer. Whether it was taken for whole is nobody's business here."""
        health = self.driven.records("health")
        return bool(health) and bool(json.loads(health[-1].value or b"{}").get("heard"))

    def _killed(self) -> None:
        """What a true answer told was published, and the cursor not written."""
        self.driven.topics.die_after = self.driven.topics.sends + 1
        with suppress(KilledError):
            self._truth()
        self.driven.topics.die_after = None

    def _answered(self, numbers: frozenset[int]) -> None:
        """An answer that looks whole shows these and no others."""
        ever = {*self.open, *self.over, *self.gone}
        answer = (not numbers, self.clock.at)
        self.lacking = {n: [*self.lacking.get(n, []), answer] for n in ever - numbers}
        self.last = numbers

    def _broken(self, kind: str, shown: list[Item]) -> None:
        if kind == "type" and not self.driven.about.content_types:
            return
        # of an entity of its own each time, since a 304 would be the last answer once more
        own = {"headers": {"ETag": f'"{kind}-{self.clock.at}"'}}
        match kind:
            case "twice" if shown:
                self.say([*shown, shown[0].changed(self.clock.at)], **own)
            case "bad":
                bad = self.driven.writer.new(99, self.clock.at)._replace(bad=True)
                self.say([*shown, *(i._replace(bad=True) for i in self.open.values() if i not in shown), bad], **own)
            case "documents":
                self.say(self._listed(), documents="error")
            case "old" if self.bodies:
                self.say(body=self.bodies[0][0], kind="old", seconds=10 * 86_400, **own)
            case "half" | "cut" | "short" | "page" | "error" | "close" | "busy" | "type":
                self.say(shown, kind, **own)
            case _:
                return
        self._round()

    def _lie(self, kind: str, shown: list[Item]) -> None:
        """As often as a source may lie before it has said it."""
        body, numbers = self.driven.writer.payload([], self.clock.at), frozenset[int]()
        if kind == "filtered":
            body, numbers = self.driven.writer.payload(shown, self.clock.at), frozenset(item.n for item in shown)
        elif kind == "stale" and self.bodies:
            body, numbers = self.bodies[len(self.bodies) // 2]
        elif kind == "unchanged":
            numbers = self.last
        if not all(n in numbers or n in self.unheard or self._may_lack(n, not numbers) for n in self.open):
            return
        self.say(body=body, kind="unchanged" if kind == "unchanged" else "ok")
        self._round()
        if self._heard():
            self._answered(numbers)

    def _may_lack(self, n: int, empty: bool) -> bool:  # noqa: FBT001
        """One answer more without it would not yet be the source's word that it is over."""
        run = [*self.lacking.get(n, []), (empty, self.clock.at)]
        agreeing = self.driven.about.agreeing
        if len(run) < agreeing:
            return True
        sudden = all(was_empty for was_empty, _ in run)
        return sudden and (len(run) <= agreeing or 0 <= run[-1][1] - run[0][1] < ABSENT_FOR)

    def _standing(self) -> dict[int, list[FeedReport]]:
        records = self.driven.records("reports")
        for out in records[self._read :]:
            report = FeedReport.model_validate_json(out.value or b"")
            self.world.seen[report.change] += 1
            if report.id not in self.numbers:
                self.numbers[report.id] = number(report)
            known = self.told.get(report.id)
            if known is None or (report.revision or 0) > (known.revision or 0):
                self.told[report.id] = report
        self._read = len(records)
        found: dict[int, list[FeedReport]] = {}
        for report in self.told.values():
            found.setdefault(self.numbers[report.id], []).append(report)
        return found


def drive(folder: str, histories: int, *, mutant: bool = False, seed: str = "") -> Counter[str]:
    """Run so many histories. What was seen; AssertionError with the shortest history that has a false all-clear."""
    world = World(folder)
    made = type("Histories", (Histories,), {"world": world, "mutant": mutant})
    chosen = settings(
        max_examples=histories,
        stateful_step_count=LENGTH,
        deadline=None,
        database=None,
        print_blob=False,
        report_multiple_bugs=False,
        # a mutant's history need not be the shortest
        phases=(Phase.generate,) if mutant else (Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    try:
        with stamina.set_testing(testing=True, attempts=1):
            seeded(f"{folder} {seed}")(get_state_machine_test(made, settings=chosen))()
    finally:
        structlog.configure(**before)
        world.close()
    return world.seen


def soak(histories: int, seed: str) -> tuple[dict[str, Any], bool]:
    """So many histories over all connectors. The figures, and whether no false all-clear was found."""
    began, each = time.monotonic(), -(-histories // len(CONNECTORS))
    figures: dict[str, Any] = {"seed": seed, "connectors": {}, "found": {}}
    for folder in CONNECTORS:
        try:
            figures["connectors"][folder] = dict(drive(folder, each, seed=seed))
        except AssertionError as error:
            figures["found"][folder] = [str(error), *getattr(error, "__notes__", [])]
        print(folder, figures["connectors"].get(folder, "false all-clear"), file=sys.stderr)
    figures["histories"] = sum(seen["histories"] for seen in figures["connectors"].values())
    figures["minutes"] = round((time.monotonic() - began) / 60, 1)
    return figures, not figures["found"]


if __name__ == "__main__":
    told, clear = soak(int(sys.argv[1]), sys.argv[2] or secrets.token_hex(4))
    print(json.dumps(told, ensure_ascii=False))
    sys.exit(0 if clear else 1)
