"""The bench itself: every case folded and scored, alone on what was published too, and beside another rule file.

In: cases, the ground, perhaps another frozen rule file. Out: a `Result` for each case; the rule files are the same at
the end as at the beginning, or nothing is told.
Next: streams/backtest/telling.py
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from streams.backtest.casefile import Case
from streams.backtest.figures import Figures, figures
from streams.backtest.ground import Frozen, Ground
from streams.backtest.running import Run, run
from streams.backtest.scoring import Verdict, score

Progress = Callable[[int, int], None]
"""(cases done, cases in all)"""


class Scored(NamedTuple):
    """A case under one rule set."""

    rules: Frozen
    run: Run
    verdicts: tuple[Verdict, ...]
    figures: tuple[Figures, ...]


class Result(NamedTuple):
    """All that is told of a case."""

    case: Case
    mine: Scored | None = None
    """None for a case with faults."""
    published: tuple[Verdict, ...] = ()
    """Verdicts on the published records alone, without the filler."""
    other: Scored | None = None
    """Under the rule file that it is compared with."""

    @property
    def missed(self) -> int:
        """Expectations that were not met."""
        return 0 if self.mine is None else sum(not v.met for v in self.mine.verdicts)

    @property
    def good(self) -> bool:
        """Read and folded, no line refused, and nothing missed."""
        return self.mine is not None and not self.missed and not self.mine.run.refused


def bench(
    cases: Sequence[Case], ground: Ground, against: Frozen | None, *, acts: bool, progress: Progress
) -> list[Result]:
    """Score every case. RulesFileError if a rule file changed meanwhile."""
    results = []
    for done, case in enumerate(cases, 1):
        results.append(_result(case, ground, against, acts=acts))
        progress(done, len(cases))
    for rules in (ground.rules, *([against] if against else []), *(case.rules for case in cases)):
        rules.still()
    return results


def _result(case: Case, ground: Ground, against: Frozen | None, *, acts: bool) -> Result:
    if case.faults or case.head is None:
        return Result(case)
    alone = run(case, ground, case.rules, acts=acts, published_only=True)
    return Result(
        case,
        _scored(case, ground, case.rules, acts=acts),
        tuple(score(case.head.expected, alone, case.rules.rules)),
        None if against is None else _scored(case, ground, against, acts=acts),
    )


def _scored(case: Case, ground: Ground, rules: Frozen, *, acts: bool) -> Scored:
    assert case.head is not None
    done = run(case, ground, rules, acts=acts)
    verdicts = tuple(score(case.head.expected, done, rules.rules))
    return Scored(rules, done, verdicts, tuple(figures(rules.rules, done, verdicts, ground.zone)))
