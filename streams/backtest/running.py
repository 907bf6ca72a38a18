"""One case through a new fold, under one rule set.

In: a case. Out: a `Run`: what was suggested and when, what was refused on the way, which acts had nothing to act on.
Facts that people stated count (a forum convened by hand, a need of direction). An act on a suggestion is carried out
with `acts`, and only where that suggestion exists; where it does not, it is an orphan.
Next: streams/backtest/trace.py
"""

from typing import NamedTuple

from schemas.codec import Json
from schemas.outcome import Result
from schemas.record import LogRecord
from schemas.times import from_datetime
from streams.backtest.feeding import SPACE, Feeder, Refusal, tick
from streams.backtest.ground import Frozen, Ground
from streams.backtest.reading import Case, Record
from streams.backtest.trace import Trace
from streams.core.fold import Fold
from streams.core.state import State

ANSWERS = frozenset({"acknowledge", "accept", "dismiss", "hand_over"})
"""Acts that answer a suggestion or its notice. A forum that was convened is a fact, whatever it names."""
WENT = frozenset({Result.APPLIED, Result.DUPLICATE_OF, Result.SUPERSEDED_BY})


class Noted(NamedTuple):
    """Something that a reader of the result must know of one line."""

    line: int
    what: str


class Run(NamedTuple):
    """What one fold of a case came to."""

    trace: Trace
    versions: int
    hash: str
    """Of the last version: the same input and rules give the same."""
    refused: tuple[Noted, ...]
    """What intake or the fold would not take, and pieces that a connector could not use."""
    orphans: tuple[Noted, ...]
    """Acts on suggestions that did not exist."""
    left_out: int
    """Acts on suggestions that did exist and were not carried out."""


def run(case: Case, ground: Ground, rules: Frozen, *, acts: bool = False, published_only: bool = False) -> Run:
    """Fold a case. `published_only` leaves constructed filler out."""
    return _Runner(ground, rules, acts=acts).run(case, published_only=published_only)


class _Runner:
    def __init__(self, ground: Ground, rules: Frozen, *, acts: bool) -> None:
        self._ground, self._rules, self._acts = ground, rules, acts
        self._fold = Fold(State(SPACE.name, ground.region))
        self._feeder, self._trace = Feeder(ground), Trace()
        self._refused: list[Noted] = []
        self._orphans: list[Noted] = []
        self._left_out = 0

    def run(self, case: Case, *, published_only: bool) -> Run:
        assert case.head is not None
        records = [r for r in case.records if r.line.published or not published_only]
        first = from_datetime(case.records[0].line.known_at)
        for record in self._feeder.begin(first, self._ground, self._rules):
            self._take(0, record)
        for one in records:
            self._record(one)
        ends = [from_datetime(case.records[-1].line.known_at), *(from_datetime(e.end) for e in case.head.expected)]
        self._take(0, tick(max(ends)))
        state = self._fold.state
        told = (tuple(self._refused), tuple(self._orphans), self._left_out)
        return Run(self._trace, state.version, state.hash, *told)

    def _record(self, record: Record) -> None:
        on = None
        if record.line.command is not None:
            on, wanted = self._act(record, record.line.command)
            if not wanted:
                self._take(record.number, tick(from_datetime(record.line.known_at)))
                return
        for piece in record.told.rejected if record.told else ():
            what = f"{piece['pointer'] or '/'}: {piece['reason']}: {piece['detail']}"
            self._refused.append(Noted(record.number, what))
        for fed in self._feeder.feed(record, self._fold.state.version, on):
            self._take(record.number, fed)

    def _act(self, record: Record, command: Json) -> tuple[str | None, bool]:
        """What a command acts on, and whether it is carried out."""
        name, on = str(command.get("command")), command.get("on")
        if on is None or name not in ANSWERS | {"convene"}:
            return None, True
        # whatever is due before the act belongs to what the person saw
        self._take(record.number, tick(from_datetime(record.line.known_at)))
        found = self._trace.find(str(on))
        if found is None:
            self._orphans.append(Noted(record.number, f"{name} on {on}"))
            return None, False
        wanted = self._acts or name not in ANSWERS
        self._left_out += not wanted
        return found, wanted

    def _take(self, line: int, record: LogRecord | Refusal) -> None:
        if isinstance(record, Refusal):
            self._refused.append(Noted(line, str(record)))
            return
        folded = self._fold.take(record)
        self._trace.see(folded.versions)
        self._refused += [Noted(line, f"{f.stage} {f.what} failed: {f.error}") for f in folded.failures]
        outcome = folded.outcome
        if outcome is not None and outcome.result not in WENT:
            self._refused.append(Noted(line, f"{outcome.result}: {outcome.reason}"))
