"""The fold: one region's log, record by record, into versions of its picture. Start reading here.

    (state, record) -> (versions, outcome)

A step is one due deadline or one record. Before a record, every deadline due at or before its time is a step of its
own, in (due, id) order. A step that changes something public takes one version; it is sealed (diff, encode, hash)
before it is kept, so a failure anywhere leaves no trace but a visible `failed`. The same log gives the same bytes.
Next: streams/core/items.py; the versions go out as schemas/change.py
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from schemas.change import Cause, EntityKind, Version, seal
from schemas.codec import Json
from schemas.outcome import Outcome, Result
from schemas.record import LogRecord, RecordKind
from schemas.times import HOUR, z
from streams.core import cells, consequences, drift, events, rules, signals, suggestions
from streams.core import deadlines as due_acts
from streams.core import records as record_acts
from streams.core.clock import Deadlines
from streams.core.state import State
from streams.core.step import Step

TOLD = HOUR
"""How long a receipt's answer is known: a batch in doubt is sent again within seconds of the broker's return."""

STEPS_A_RECORD = 100_000
"""More due deadlines than this before one record is a fault of ours, not a long silence."""


class Failure(NamedTuple):
    """A stage that raised: told to the operator's log; the picture shows it as `failed`."""

    stage: str
    what: str
    error: str


class Folded(NamedTuple):
    """What one record did."""

    versions: tuple[Version, ...] = ()
    outcome: Outcome | None = None
    failures: tuple[Failure, ...] = ()
    repeat: bool = False
    """The record was intake's repeat: nothing happened."""


class Fold:
    """One region's fold over its state."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._deadlines = Deadlines(state.due)
        self._book = rules.Book(state.rules)
        self._failures: list[Failure] = []

    def next_due(self) -> int | None:
        """When the next deadline is due, ms UTC: the owner appends a tick then."""
        first = self._deadlines.next()
        return first[0] if first else None

    def take(self, record: LogRecord) -> Folded:
        """Fold one record. Never raises for what a record holds; `not_folded` says that its stage failed."""
        if record.origin is not None:
            place = f"{record.origin.topic}:{record.origin.partition}"
            if record.origin.offset <= self.state.origins.get(place, -1):
                return Folded(repeat=True)
            self.state.origins[place] = record.origin.offset
        now = max(self.state.t, record.known_at)
        versions = self._until(now)
        self.state.t = now
        outcome, version = self._answered(record)
        failures, self._failures = tuple(self._failures), []
        return Folded((*versions, *version), outcome, failures)

    def _until(self, now: int) -> tuple[Version, ...]:
        """Every deadline due at or before `now`, each a step of its own."""
        made: list[Version] = []
        for _ in range(STEPS_A_RECORD):
            first = self._deadlines.next()
            if first is None or first[0] > now:
                return tuple(made)
            due, name = first
            made += self._deadline(max(due, self.state.t), name)
        raise RuntimeError(f"more than {STEPS_A_RECORD} deadlines due before one record, the next is {first}")

    def _deadline(self, at: int, name: str) -> tuple[Version, ...]:
        """One due deadline. One that raises is taken off the heap by the same step that shows the failure."""
        self.state.t = at
        step = Step(self.state, self._deadlines, at, Cause("deadline", name))
        step.put(self.state.due, name, None)
        point = step.journal.here()
        if not self._guarded(step, "deadline", name, point, lambda: due_acts.act(step, name, self._book)):
            step.forget_touched()
        versions = self._finish(step)
        if versions is None:
            self.state.due.pop(name, None)
            return self._show(step)
        return versions

    def _answered(self, record: LogRecord) -> tuple[Outcome, tuple[Version, ...]]:
        """Fold a record, unless its receipt has its answer already: one acceptance may lie in the input twice."""
        receipt = record.receipt if record.origin is not None else None
        if receipt is None:
            return self._record(record)
        told = self.state.told.get(receipt)
        if told is not None:
            return Outcome(*told), ()
        outcome, versions = self._record(record)
        self.state.told[receipt] = (str(outcome.result), outcome.version, outcome.reason and str(outcome.reason))
        name, due = f"told|{receipt}", self.state.t + TOLD
        self.state.due[name] = due
        self._deadlines.added(name, due)
        return outcome, versions

    def _record(self, record: LogRecord) -> tuple[Outcome, tuple[Version, ...]]:
        step = Step(self.state, self._deadlines, self.state.t, record_acts.cause(record))
        outcome = Outcome(Result.NOT_FOLDED)

        def act() -> None:
            nonlocal outcome
            outcome = record_acts.act(step, record)
            cells.recompute(step)

        if not self._guarded(step, "items", step.cause.key, 0, act):
            return Outcome(Result.NOT_FOLDED, reason="items"), self._show(step)
        if record.kind in {RecordKind.RULES, RecordKind.REFERENCE, RecordKind.COMMAND}:
            self._read_anew(step)
        number = self.state.version
        versions = self._finish(step)
        if versions is None:
            return Outcome(Result.NOT_FOLDED, reason="encode"), self._show(step)
        if outcome.result == Result.APPLIED:
            outcome = Outcome(Result.APPLIED, versions[-1].number if versions else number)
        return outcome, versions

    def _show(self, failed: Step) -> tuple[Version, ...]:
        """A new step after a failed one: it shows the failure and does nothing else."""
        step = Step(self.state, self._deadlines, failed.at, failed.cause)
        self._show_failures(step)
        return self._seal(step) or ()

    def _read_anew(self, step: Step) -> None:
        """Rules or registry may have changed: read on with the new ones. Old versions fold as they were."""
        if record_acts.rules_changed(step):
            self._book = rules.Book(self.state.rules)
            self._stage(step, "signals", "recount", lambda: signals.recount(step, self._book.watched))
            step.instances.update(self._book.instances(), self.state.instances)

    def _finish(self, step: Step) -> tuple[Version, ...] | None:
        """The later stages, each failing alone; then seal and keep. None if it could not be encoded."""
        if step.items:
            self._stage(step, "links", "events", partial(events.link, step))
            self._stage(step, "drift", "promises", partial(drift.update, step))
        if step.cells or "reference" in step.scalars:
            self._stage(step, "links", "consequences", partial(consequences.update, step))
        if step.items or step.cells:
            self._stage(step, "signals", "measures", partial(signals.update, step, self._book.watched))
        if step.tests:
            self._stage(step, "signals", "public", partial(signals.publish, step, self._book.watched))
        self._rules(step)
        if step.items:
            self._stage(step, "rule", "labels", partial(suggestions.relabel, step))
        self._show_failures(step)
        return self._seal(step)

    def _rules(self, step: Step) -> None:
        """Evaluate every affected instance; a withdrawn suggestion may wake lower ones, so look again, each once."""
        seen: set[str] = set()
        # what failed before is tried again at every step, not only when its own inputs change
        step.instances.update(f["what"] for f in self.state.picture[EntityKind.FAILED].values() if f["stage"] == "rule")
        while True:
            todo = [key for key in rules.affected(step, self._book) if key not in seen]
            if not todo:
                return
            for key in todo:
                seen.add(key)
                self._stage(step, "rule", key, partial(self._heed, step, key))

    def _heed(self, step: Step, key: str) -> None:
        suggestions.heed(step, self._book, key, rules.evaluate(step, self._book, key))

    def _stage(self, step: Step, stage: str, what: str, act: Callable[[], None]) -> None:
        """Run a stage that may fail alone: its own writes are taken back, the rest of the step stands."""
        if self._guarded(step, stage, what, step.journal.here(), act) and self.state.picture[EntityKind.FAILED]:
            key = f"{stage}/{what}"
            if key in self.state.picture[EntityKind.FAILED]:
                step.publish(EntityKind.FAILED, key, None)

    def _guarded(self, step: Step, stage: str, what: str, point: int, act: Callable[[], None]) -> bool:
        try:
            act()
        except Exception as error:  # noqa: BLE001 - the design's own guard: no record kills a region
            step.journal.undo(point)
            self._failures.append(Failure(stage, what, f"{type(error).__name__}: {error}"))
            return False
        return True

    def _show_failures(self, step: Step) -> None:
        for failure in self._failures:
            key = f"{failure.stage}/{failure.what}"
            shown: Json = {"stage": failure.stage, "what": failure.what, "error": failure.error[:300]}
            shown |= {"at": z(step.at), "record": f"{step.cause.kind} {step.cause.key}"}
            step.publish(EntityKind.FAILED, key, shown)

    def _seal(self, step: Step) -> tuple[Version, ...] | None:
        """Diff, encode, hash, then keep. If encoding raises, nothing has changed."""
        changes = step.changes()
        state = self.state
        if not changes:
            return ()
        try:
            version = seal(
                state.hash,
                state.version + 1,
                at=step.at,
                happened_at=step.happened_at,
                cause=step.cause,
                changes=changes,
            )
        except (TypeError, ValueError) as error:
            step.journal.undo()
            self._deadlines.rebuild()
            self._book = rules.Book(state.rules)
            self._failures.append(Failure("encode", step.cause.key, f"{type(error).__name__}: {error}"))
            return None
        state.version, state.hash = version.number, version.hash
        return (version,)
