"""The timeline of a case as a drawing: records, what was expected, what was raised, on one axis of time. Pure.

In: a result. Out: SVG with nothing in it from elsewhere; every mark carries its words as a title.
Next: streams/backtest/page.py
"""

from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from schemas.case import Must
from schemas.times import from_datetime
from streams.backtest.bench import Result, Scored
from streams.backtest.casefile import Case
from streams.backtest.scoring import Verdict
from streams.backtest.swedish import at, brings, label, late
from streams.words import Words

WIDTH, LEFT, RIGHT = 1_100, 330, 60
ROW = 24
TICKS = 5


class Axis(NamedTuple):
    """Time to place."""

    begin: int
    end: int

    def x(self, ms: int) -> int:
        """Place of a moment, whole units of the drawing."""
        inside = min(max(ms, self.begin), self.end) - self.begin
        return LEFT + (WIDTH - LEFT - RIGHT) * inside // max(1, self.end - self.begin)


def draw(result: Result, words: Words) -> str:
    """SVG of a scored case."""
    case, mine = result.case, result.mine
    assert case.head is not None
    assert mine is not None
    axis = _axis(case)
    lanes = [
        _records(case, axis, words),
        *(_expected(v, axis, words) for v in mine.verdicts),
        *_rules(mine, axis, words),
    ]
    height = ROW * (len(lanes) + 2)
    title = escape(words("backtest.timeline", title=case.head.title))
    drawn = [f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{title}" xmlns="http://www.w3.org/2000/svg">']
    drawn += _scale(axis, height, words)
    for number, (what, marks) in enumerate(lanes):
        y = ROW * (number + 1)
        drawn.append(f'<g transform="translate(0 {y})"><text x="0" y="16">{escape(what)}</text>{marks}</g>')
    return "\n".join([*drawn, "</svg>"])


def _axis(case: Case) -> Axis:
    return Axis(*span(case))


def span(case: Case) -> tuple[int, int]:
    """First and last moment that a case tells of, ms UTC: its records and what it expects."""
    assert case.head is not None
    known = [from_datetime(r.line.known_at) for r in case.records]
    known += [from_datetime(r.line.happened_at) for r in case.records if r.line.happened_at is not None]
    spans = [(from_datetime(e.begin), from_datetime(e.end)) for e in case.head.expected]
    return min([*known, *(b for b, _ in spans)]), max([*known, *(e for _, e in spans)])


def _scale(axis: Axis, height: int, words: Words) -> Iterator[str]:
    for number in range(TICKS):
        ms = axis.begin + (axis.end - axis.begin) * number // (TICKS - 1)
        x = axis.x(ms)
        yield f'<line class="scale" x1="{x}" y1="{ROW - 4}" x2="{x}" y2="{height - ROW}"/>'
        yield f'<text class="time" x="{x}" y="14" text-anchor="middle">{escape(at(ms, words))}</text>'


def _records(case: Case, axis: Axis, words: Words) -> tuple[str, str]:
    marks = []
    for record in case.records:
        line = record.line
        ms = from_datetime(line.known_at)
        kind = "published" if line.published else "filler"
        if line.happened_at is not None:
            begin = axis.x(from_datetime(line.happened_at))
            marks.append(f'<line class="late" x1="{begin}" y1="12" x2="{axis.x(ms)}" y2="12"/>')
        told = " · ".join(part for part in (brings(line), late(line, words)) if part)
        marks.append(_mark(axis.x(ms), kind, f"{at(ms, words)} {told}"))
    return words("backtest.records"), "".join(marks)


def _mark(x: int, kind: str, title: str) -> str:
    return f'<circle class="{kind}" cx="{x}" cy="12" r="5"><title>{escape(title)}</title></circle>'


def _expected(verdict: Verdict, axis: Axis, words: Words) -> tuple[str, str]:
    expected = verdict.expected
    begin, end = axis.x(from_datetime(expected.begin)), axis.x(from_datetime(expected.end))
    what = label(expected, words)
    said = words("backtest.met") if verdict.met else words("backtest.missed")
    state = ("met" if verdict.met else "missed") + ("" if isinstance(expected, Must) else " none")
    title = escape(f"{said}: {what}")
    size = f'x="{begin}" y="4" width="{max(4, end - begin)}" height="16"'
    bar = f'<rect class="{state}" {size}><title>{title}</title></rect>'
    times = [verdict.at] if verdict.at is not None else [*verdict.elsewhere, *(r.at for r in verdict.against)]
    return f"{'✓' if verdict.met else '✗'} {what}", bar + "".join(_raised(axis.x(t), at(t, words)) for t in times)


def _raised(x: int, title: str) -> str:
    return f'<path class="raised" d="M{x} 3l7 9l-7 9l-7 -9z"><title>{escape(title)}</title></path>'


def _rules(mine: Scored, axis: Axis, words: Words) -> Iterator[tuple[str, str]]:
    """A lane for each rule that spoke, came near, or called."""
    trace = mine.run.trace
    for row in mine.figures:
        spoke = [s for s in trace.spoke if s.rule == row.rule]
        near = [n for n in trace.nearly if n.rule == row.rule]
        if not spoke and not near:
            continue
        marks = [_raised(axis.x(s.at), f"{at(s.at, words)} {words.advice(s.act, s.level)}") for s in spoke]
        marks += [_mark(axis.x(n.at), "near", f"{at(n.at, words)} {words('backtest.near')}") for n in near]
        yield f"{row.rule}: {words.advice(row.act, row.level)}", "".join(marks)
