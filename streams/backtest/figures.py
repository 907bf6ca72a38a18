"""Figures of each rule in a case: first suggestion, lead time, false calls, near misses, calls, calls at night.

In: a run, its verdicts, the rule set. Out: a row for each rule of the set, in the set's order; silent rules too.
Next: streams/backtest/telling.py
"""

from collections.abc import Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from schemas.case import Must
from schemas.rules import Rule, RuleSet
from schemas.times import MINUTE, to_datetime
from streams.backtest.family import family
from streams.backtest.running import Run
from streams.backtest.scoring import Verdict, forbids, goal, unjudged, within
from streams.backtest.trace import Called

NIGHT = (22, 6)
"""Night is from 22 to 06 by the region's clock."""
ENOUGH = 5
"""Under so many, a share says nothing and is not printed."""


class Figures(NamedTuple):
    """One rule in one case."""

    rule: str
    act: str
    level: str
    spoke: int
    """How often it began to give a reason."""
    first: int | None
    """When it first did, ms UTC."""
    lead_min: int | None
    """Whole minutes to the real or expected time of such a suggestion, from when it first spoke in such an interval."""
    lead_to: str
    false_calls: int
    """Suggestions raised by it that the case says must not be."""
    unjudged: int
    """Suggestions raised by it that the case says nothing of."""
    near_misses: int
    """Times its condition was true, but not as long as its hold."""
    calls: int
    calls_at_night: int


def figures(rules: RuleSet, run: Run, verdicts: Sequence[Verdict], zone: str) -> list[Figures]:
    """A row for each rule."""
    return [_figures(rule, run, verdicts, ZoneInfo(zone)) for rule in rules.rule]


def _figures(rule: Rule, run: Run, verdicts: Sequence[Verdict], zone: ZoneInfo) -> Figures:
    trace = run.trace
    times = [s.at for s in trace.spoke if s.rule == rule.id]
    first = times[0] if times else None
    lead, to = _lead(rule, times, run, verdicts)
    false = [r for r in trace.raised if rule.id in r.rules and any(forbids(v.expected, r) for v in verdicts)]
    open_ = [r for r in unjudged(verdicts, trace.raised) if rule.id in r.rules]
    calls = [c for c in trace.calls if rule.id in c.rules]
    night = [c for c in calls if at_night(c, zone)]
    near = sum(n.rule == rule.id for n in trace.nearly)
    counts = (len(false), len(open_), near, len(calls), len(night))
    return Figures(rule.id, rule.act, rule.level, len(times), first, lead, to, *counts)


def _lead(rule: Rule, times: Sequence[int], run: Run, verdicts: Sequence[Verdict]) -> tuple[int | None, str]:
    """In the first expectation of such a suggestion that was met and in whose interval this rule spoke."""
    fitting = [
        v.expected
        for v in verdicts
        if isinstance(v.expected, Must)
        and v.met
        and (v.expected.act, v.expected.level) == (rule.act, rule.level)
        and (v.expected.rule is None or family(v.expected.rule, [rule.id]))
    ]
    for expected in sorted(fitting, key=lambda e: e.end):
        inside = [at for at in times if within(expected, at)]
        if inside:
            wanted, to = goal(expected, run.trace)
            return (wanted - inside[0]) // MINUTE, to
    return None, ""


def at_night(call: Called, zone: ZoneInfo) -> bool:
    """True if somebody would have been woken."""
    hour = to_datetime(call.at).astimezone(zone).hour
    return hour >= NIGHT[0] or hour < NIGHT[1]


def share(part: int, whole: int) -> str:
    """`3 of 4`; from five on with the share in whole percent."""
    return f"{part} of {whole}" + (f" ({100 * part // whole} %)" if whole >= ENOUGH else "")
