"""A result for a terminal and for docs/backtest.md: plain lines, in the region's time, misses told as plainly as hits.

In: results. Out: lines: each case with its verdicts and the rules that did something, then all cases together by rule.
"""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from schemas.case import Must
from schemas.times import HOUR, MINUTE, from_datetime, to_datetime
from streams.backtest.bench import Result
from streams.backtest.casefile import Case
from streams.backtest.figures import Figures, share
from streams.backtest.scoring import Verdict
from streams.backtest.telling import differing


class Report:
    """Lines of a run."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)

    def lines(self, results: Sequence[Result]) -> Iterator[str]:
        """Everything, case by case, then together."""
        scored = [r.mine for r in results if r.mine is not None]
        for digest, name in sorted({(s.rules.digest, s.rules.name) for s in scored}):
            yield f"rules {name}, digest {digest}"
        yield ""
        for result in results:
            yield from self._case(result)
            yield ""
        yield from _together(results)

    def _case(self, result: Result) -> Iterator[str]:
        case, mine = result.case, result.mine
        if mine is None or case.head is None:
            yield f"{case.name}: refused, {len(case.faults)} fault(s)"
            yield from (f"  {case.file.name}:{f.line}: {f.pointer or '/'}: {f.detail}" for f in case.faults)
            return
        published = sum(r.line.published for r in case.records)
        yield f"{case.name}: {case.head.title}"
        yield f"  {published} published records, {len(case.records) - published} constructed; rules {mine.rules.name}"
        if late := _late(case):
            yield f"  {len(late)} record(s) known after they happened, at most {_span(max(late))} after"
        for verdict, alone in zip(mine.verdicts, result.published, strict=True):
            yield f"  {self._verdict(verdict)}{_alone(verdict, alone) if published else ''}"
        yield from (f"  {self._figures(row)}" for row in mine.figures if _did(row))
        yield from (f"  refused, line {n.line}: {n.what}" for n in mine.run.refused)
        yield from (f"  put aside, line {n.line}: {n.what}" for n in mine.run.aside)
        yield from (f"  orphan, line {n.line}: {n.what}" for n in mine.run.orphans)
        if mine.run.left_out:
            yield f"  {mine.run.left_out} act(s) on suggestions left out; --with-acts carries them out"
        if result.other is not None:
            yield from self._against(result)

    def _verdict(self, verdict: Verdict) -> str:
        expected = verdict.expected
        span = f"{self._at(from_datetime(expected.begin))} to {self._at(from_datetime(expected.end))}"
        if not isinstance(expected, Must):
            kind = "/".join(k for k in (expected.none.act, expected.none.level) if k) or "anything"
            came = ", ".join(f"{r.act}/{r.level} at {self._at(r.at)} ({' '.join(r.rules)})" for r in verdict.against)
            return f"met     no {kind} {span}" if verdict.met else f"MISSED  no {kind} {span}: {came}"
        kind = f"{expected.act}/{expected.level}" + (f" by {expected.rule}" if expected.rule else "")
        if verdict.met and verdict.at is not None:
            lead = f"{_span(verdict.lead_min or 0)} before {_WHAT[verdict.lead_to]}"
            return f"met     {kind} {span}: {self._at(verdict.at)}, {lead}"
        else_ = ", ".join(self._at(at) for at in verdict.elsewhere)
        return f"MISSED  {kind} {span}: " + (f"came at {else_}" if else_ else verdict.no_rule or "never came")

    def _figures(self, row: Figures) -> str:
        parts = [f"first {self._at(row.first)}"] if row.first is not None else ["never spoke"]
        if row.lead_min is not None:
            parts.append(f"{_span(row.lead_min)} before {_WHAT[row.lead_to]}")
        parts += [f"{n} {what}" for n, what in _counts(row) if n]
        return f"{row.rule.ljust(8)} {', '.join(parts)}"

    def _against(self, result: Result) -> Iterator[str]:
        mine, other = result.mine, result.other
        assert mine is not None
        assert other is not None
        changed = [(a, b) for a, b in zip(mine.verdicts, other.verdicts, strict=True) if a.met != b.met]
        rows = differing(mine, other)
        yield f"  against {other.rules.name}: {len(changed)} verdict(s) and {len(rows)} rule(s) differ"
        yield from (f"    {self._verdict(b)}" for _, b in changed)
        yield from (f"    {self._figures(row)}" for row in rows)

    def _at(self, ms: int) -> str:
        return to_datetime(ms).astimezone(self._zone).strftime("%Y-%m-%d %H:%M")


_WHAT = {
    "real": "it was done",
    "convened": "a forum was convened",
    "closed": "it was closed",
    "expected": "the end of the interval",
}


def _late(case: Case) -> list[int]:
    """Minutes from when it happened to when it was known, of records that tell both."""
    times = [(r.line.happened_at, r.line.known_at) for r in case.records]
    waits = [(from_datetime(known) - from_datetime(happened)) // MINUTE for happened, known in times if happened]
    return [wait for wait in waits if wait > 0]


def _alone(verdict: Verdict, alone: Verdict) -> str:
    if verdict.met == alone.met:
        return ""
    return " (only with the filler)" if verdict.met else " (met on the published records alone)"


def _counts(row: Figures) -> list[tuple[int, str]]:
    return [
        (row.false_calls, "false"),
        (row.unjudged, "unjudged"),
        (row.near_misses, "near miss(es)"),
        (row.calls, "call(s)"),
        (row.calls_at_night, "at night"),
    ]


def _did(row: Figures) -> bool:
    return row.first is not None or any(n for n, _ in _counts(row))


def _span(minutes: int) -> str:
    """`1 h 12 min`; a minus where it came too late."""
    sign, ms = "-" if minutes < 0 else "", abs(minutes) * MINUTE
    hours, left = ms // HOUR, ms % HOUR // MINUTE
    return f"{sign}{hours} h {left} min" if hours else f"{sign}{left} min"


_HEAD = ("rule", "suggests", "cases", "false", "unjudged", "near", "calls", "night", "lead, least to most")


def _together(results: Sequence[Result]) -> Iterator[str]:
    """All cases together, by rule; shares only where there are enough."""
    scored = [r.mine for r in results if r.mine is not None]
    verdicts = [v for s in scored for v in s.verdicts]
    must = [v for v in verdicts if isinstance(v.expected, Must)]
    kept = [v for v in verdicts if not isinstance(v.expected, Must)]
    cited = [r for r in results if any(record.line.published for record in r.case.records)]
    alone = [v for r in cited for v in r.published if isinstance(v.expected, Must)]
    yield f"expected and raised: {share(sum(v.met for v in must), len(must))}"
    yield f"the same on published records alone: {share(sum(v.met for v in alone), len(alone))}"
    yield f"must not come and did not: {share(sum(v.met for v in kept), len(kept))}"
    by_rule: dict[str, list[Figures]] = {}
    for row in (row for s in scored for row in s.figures):
        by_rule.setdefault(row.rule, []).append(row)
    silent = [rule for rule, rows in by_rule.items() if not any(map(_did, rows))]
    table = [_HEAD, *(_row(rows) for rule, rows in by_rule.items() if rule not in silent)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for cells in table:
        yield "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
    if silent:
        yield f"silent in every case: {' '.join(silent)}"


def _row(rows: Sequence[Figures]) -> tuple[str, ...]:
    spoke = sum(row.first is not None for row in rows)
    leads = sorted(row.lead_min for row in rows if row.lead_min is not None)
    lead = f"{_span(leads[0])} to {_span(leads[-1])}" if leads else "-"
    sums = [sum(n) for n in zip(*([n for n, _ in _counts(row)] for row in rows), strict=True)]
    return (rows[0].rule, f"{rows[0].act}/{rows[0].level}", str(spoke), *map(str, sums), lead)
