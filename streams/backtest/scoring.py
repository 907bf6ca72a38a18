"""What was expected against what was raised: met or missed, when, and how long before the real or expected time.

In: a case's expectations and a run. Out: one `Verdict` each. Without `rule` a suggestion must have been *raised* in the
interval, not only stand in it; with `rule` that rule, or one of its family, must have begun to give a reason for such a
suggestion, also one that joins what stands.
Next: streams/backtest/figures.py
"""

from collections.abc import Sequence
from typing import NamedTuple

from schemas.case import Expectation, Must, MustNot
from schemas.rules import RuleSet
from schemas.times import MINUTE, from_datetime
from streams.backtest.family import family, unknown
from streams.backtest.running import Run
from streams.backtest.trace import Raised, Spoke, Trace

_CALLS_DIRECTING = frozenset({"convene", "escalate"})
ENDING = frozenset({"slow_down", "close"})
"""Acts that lead out of a forum; their real time is when people closed it."""


class Verdict(NamedTuple):
    """One expectation and what came of it."""

    expected: Expectation
    met: bool
    at: int | None = None
    """When it was met, ms UTC."""
    lead_min: int | None = None
    """Whole minutes from the suggestion to the real time, else to the end of the interval; negative: too late."""
    lead_to: str = ""
    """`real` (told in the case), `convened` or `closed` (what people did with a forum of that level), or `expected`."""
    elsewhere: tuple[int, ...] = ()
    """When it did come, where that was outside the interval."""
    against: tuple[Raised, ...] = ()
    """What was raised though nothing of the kind should have been."""
    no_rule: str = ""
    """A sentence, where the rules have no rule that the expectation names."""


def score(expected: Sequence[Expectation], run: Run, rules: RuleSet) -> list[Verdict]:
    """A verdict for each expectation, in order."""
    ids = [rule.id for rule in rules.rule]
    return [_must(e, run.trace, ids) if isinstance(e, Must) else _must_not(e, run.trace) for e in expected]


def _must(expected: Must, trace: Trace, ids: Sequence[str]) -> Verdict:
    times = [one.at for one in _fitting(expected, trace)]
    inside = [at for at in times if within(expected, at)]
    if not inside:
        missing = expected.rule is not None and not times and not family(expected.rule, [*ids, *trace.acts])
        why = unknown(str(expected.rule), ids) if missing else ""
        return Verdict(expected, met=False, elsewhere=tuple(times), no_rule=why)
    wanted, to = goal(expected, trace)
    return Verdict(expected, True, inside[0], (wanted - inside[0]) // MINUTE, to)


def within(expected: Expectation, at: int) -> bool:
    """True in the interval; both its ends belong to it."""
    return from_datetime(expected.begin) <= at <= from_datetime(expected.end)


def _fitting(expected: Must, trace: Trace) -> Sequence[Raised | Spoke]:
    if expected.rule is None:
        return [r for r in trace.raised if _is(expected, r.act, r.level) and r.rings]
    kin = family(expected.rule, {s.rule for s in trace.spoke})
    spoke = [s for s in trace.spoke if s.rule in kin]
    return [s for s in spoke if _is(expected, s.own_act, s.own_level) or _is(expected, s.act, s.level)]


def _is(expected: Must, act: str, level: str) -> bool:
    """The inriktande forum is called by escalating to it: whoever expects that it is convened means the same."""
    same = {expected.act, act} <= _CALLS_DIRECTING if level == "inriktande" else expected.act == act
    return (same or expected.act == act) and expected.level == level


def goal(expected: Must, trace: Trace) -> tuple[int, str]:
    """The time that a lead is counted to, and where it is from."""
    if expected.real is not None:
        return from_datetime(expected.real), "real"
    to, done = ("closed", trace.closed) if expected.act in ENDING else ("convened", trace.convened)
    # a forum from before the interval was there already: it is not what was awaited
    times = [d.at for d in done if d.level == expected.level and d.at >= from_datetime(expected.begin)]
    return (times[0], to) if times else (from_datetime(expected.end), "expected")


def _must_not(expected: MustNot, trace: Trace) -> Verdict:
    against = tuple(r for r in trace.raised if forbids(expected, r))
    return Verdict(expected, met=not against, against=against)


def awaits(expected: Expectation, raised: Raised) -> bool:
    """True if the case says that such a suggestion should be raised then."""
    if not isinstance(expected, Must) or not raised.rings:
        return False
    return within(expected, raised.at) and _is(expected, raised.act, raised.level)


def unjudged(verdicts: Sequence[Verdict], raised: Sequence[Raised]) -> list[Raised]:
    """What rang and the case says nothing of: neither awaited then nor forbidden."""
    told = [v.expected for v in verdicts]
    return [r for r in raised if r.rings and not any(awaits(e, r) or forbids(e, r) for e in told)]


def forbids(expected: Expectation, raised: Raised) -> bool:
    """True if this very suggestion should not have been raised then."""
    if not isinstance(expected, MustNot) or not raised.rings:
        return False
    kind = expected.none.act in {None, raised.act} and expected.none.level in {None, raised.level}
    return within(expected, raised.at) and kind
