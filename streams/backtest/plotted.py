"""What the page of rules draws of a back-test: for each case its span, what was expected, when each rule spoke.

Pure. In: results. Out: JSON, the same for the same results; only rules that spoke or came near stand in it.
Written to `region/<county>/backtest.json` by scripts/backtest-page, read by dashboards/rules/plots.py.
"""

from collections.abc import Sequence

from schemas.case import Expectation, Must
from schemas.codec import Json
from schemas.times import from_datetime, z
from streams.backtest.bench import Result, Scored
from streams.backtest.casefile import Case
from streams.backtest.scoring import Verdict
from streams.backtest.timeline import span


def plotted(results: Sequence[Result]) -> Json:
    """Every case that could be folded, and the digest of the rules that it was folded with."""
    scored = [(r.case, r.mine) for r in results if r.mine is not None and r.case.head is not None]
    digests = {mine.rules.digest for _, mine in scored}
    return {"rules": sorted(digests), "cases": [_case(case, mine) for case, mine in scored]}


def _case(case: Case, mine: Scored) -> Json:
    assert case.head is not None
    begin, end = span(case)
    return {
        "case": case.name,
        "title": case.head.title,
        "from": z(begin),
        "to": z(end),
        "expected": [_expected(verdict) for verdict in mine.verdicts],
        "rules": _rules(mine),
    }


def _expected(verdict: Verdict) -> Json:
    expected: Expectation = verdict.expected
    wanted = expected if isinstance(expected, Must) else expected.none
    fields = {"act": wanted.act, "level": wanted.level, "rule": getattr(wanted, "rule", None)}
    return {
        "from": z(from_datetime(expected.begin)),
        "to": z(from_datetime(expected.end)),
        "must": isinstance(expected, Must),
        "met": verdict.met,
        **{name: value for name, value in fields.items() if value is not None},
    }


def _rules(mine: Scored) -> Json:
    trace, found = mine.run.trace, {}
    for row in mine.figures:
        spoke = sorted({one.at for one in trace.spoke if one.rule == row.rule})
        near = sorted({one.at for one in trace.nearly if one.rule == row.rule})
        if spoke or near:
            found[row.rule] = {"spoke": [z(at) for at in spoke], "near": [z(at) for at in near], "calls": row.calls}
    return found
