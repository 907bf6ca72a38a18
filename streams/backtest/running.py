"""One case through a new fold, under one rule set.

In: a case. Out: a `Run`: what was suggested and when, what was refused on the way, which acts had nothing to act on.
Facts that people stated count (a forum convened by hand, a need of direction). An act on a suggestion is carried out
with `acts`, and only where that suggestion exists; where it does not, it is an orphan. A forum that was convened on
such a suggestion was convened all the same.
Next: streams/backtest/trace.py
"""

from typing import NamedTuple

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.outcome import Outcome, Refusal, Result
from schemas.record import LogRecord
from schemas.times import from_datetime
from streams.backtest.casefile import Case, Record
from streams.backtest.feeding import SPACE, Feeder, Refused, tick
from streams.backtest.ground import Frozen, Ground
from streams.backtest.trace import Trace
from streams.core.fold import Fold
from streams.core.state import State

ANSWERS = frozenset({"acknowledge", "accept", "dismiss", "hand_over"})
"""Acts that answer a suggestion or its notice. A forum that was convened is a fact, whatever it names."""
NAMELESS = frozenset({"hand_over", "convene"})
"""Acts of these that need no suggestion."""
GONE = frozenset({Refusal.NOT_THERE, Refusal.WRONG_STATE})
"""How the fold says that a suggestion takes no answer any more, or yet."""
WENT = frozenset({Result.APPLIED, Result.DUPLICATE_OF, Result.SUPERSEDED_BY})

WHY: dict[str, str] = {
    Refusal.NOT_ALLOWED: "this person in this role may not; see the region's roles",
    Refusal.NOT_THERE: "what it names is not there at that time",
    Refusal.WRONG_STATE: "what it names takes no such act at that time",
    Refusal.REASON_MISSING: "it needs a `reason`",
    Refusal.REVISION_CONFLICT: "the same id and order came before with other content: give a later `sent`",
    Refusal.UNKNOWN_ITEM: "what it changes was never told",
    Refusal.NOTHING_STANDS: "it says that nothing has changed, and nothing of this actor stands",
}
"""What a refusal means for whoever wrote the case."""


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
    """Reports and acts that intake or the fold would not take: the case tells something else than was meant."""
    aside: tuple[Noted, ...]
    """Pieces of payloads that were not used, as live."""
    orphans: tuple[Noted, ...]
    """Acts on suggestions that did not exist, or took no such act then."""
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
        self._aside: list[Noted] = []
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
        told = (tuple(self._refused), tuple(self._aside), tuple(self._orphans), self._left_out)
        return Run(self._trace, state.version, state.hash, *told)

    def _record(self, record: Record) -> None:
        command = record.line.command
        if command is not None:
            command = self._act(record, command)
            if command is None:
                self._take(record.number, tick(from_datetime(record.line.known_at)))
                return
        for piece in record.told.rejected if record.told else ():
            what = f"{piece['pointer'] or '/'}: {piece['reason']}: {piece['detail']}"
            self._aside.append(Noted(record.number, what))
        for fed in self._feeder.feed(record, self._fold.state.version, command):
            outcome = self._take(record.number, fed)
            if outcome is not None:
                self._turned_down(record, outcome)

    def _act(self, record: Record, command: Json) -> Json | None:
        """A command as it is carried out; None where it is not."""
        name, on = str(command.get("command")), command.get("on")
        command = self._keyed(command)
        if name not in ANSWERS | NAMELESS or (on is None and name in NAMELESS):
            return command
        # whatever is due before the act belongs to what the person saw
        self._take(record.number, tick(from_datetime(record.line.known_at)))
        level = command.get("args", {}).get("level")
        found = None if on is None else self._trace.find(str(on), level)
        if found is None:
            self._orphans.append(Noted(record.number, f"{name} on {on or 'nothing: name a suggestion'}"))
            return {k: v for k, v in command.items() if k != "on"} if name == "convene" else None
        if name in ANSWERS and not self._acts:
            self._left_out += 1
            return None
        return {**command, "on": found}

    def _keyed(self, command: Json) -> Json:
        """The same with the key of the report that it is about, where a case names it as its actor does."""
        args = command.get("args", {})
        found = {"on": self._key(command["on"])} if command.get("on") is not None else {}
        about = {"args": {**args, "about": self._key(args["about"])}} if args.get("about") is not None else {}
        return {**command, **found, **about}

    def _key(self, name: str) -> str:
        """`actor.<actor>/<id>` for `<actor>/<id>`, or for an id that one actor's report alone has."""
        picture = self._fold.state.picture
        if any(name in entities for entities in picture.values()):
            return name
        said = [key for key in picture[EntityKind.ITEM] if key.startswith("actor.")]
        found = [key for key in said if name in {key.removeprefix("actor."), key.partition("/")[2]}]
        return found[0] if len(found) == 1 else name

    def _take(self, line: int, record: LogRecord | Refused) -> Outcome | None:
        """Fold a record; its outcome where the fold turned it down."""
        if isinstance(record, Refused):
            self._refused.append(Noted(line, str(record)))
            return None
        folded = self._fold.take(record)
        self._trace.see(folded.versions)
        self._refused += [Noted(line, f"{f.stage} {f.what} failed: {f.error}") for f in folded.failures]
        outcome = folded.outcome
        return outcome if outcome is not None and outcome.result not in WENT else None

    def _turned_down(self, record: Record, outcome: Outcome) -> None:
        """Where the fold's no belongs: a feed's item is put aside, an answer to what has gone is an orphan."""
        said = f"{outcome.result}: {outcome.reason}"
        said += f": {WHY[outcome.reason]}" if outcome.reason in WHY else ""
        command = record.line.command or {}
        name = str(command.get("command"))
        if record.line.raw is not None:
            self._aside.append(Noted(record.number, said))
        elif name in ANSWERS and outcome.reason in GONE:
            self._orphans.append(Noted(record.number, f"{name} on {command.get('on')}: {said}"))
        else:
            self._refused.append(Noted(record.number, said))
