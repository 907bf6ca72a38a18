"""The timeline of a case as a drawing: records, what was expected, what was raised, on one axis of time. Pure.

In: a result. Out: SVG with nothing in it from elsewhere; every mark carries its words as a title.
Next: streams/backtest/page.py
"""

from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from schemas.case import CaseLine, Must
from schemas.times import from_datetime
from streams.backtest.bench import Result, Scored
from streams.backtest.reading import Case
from streams.backtest.scoring import Verdict
from streams.words import Words

WIDTH, LEFT, RIGHT = 1_000, 210, 20
ROW = 24
TICKS = 6


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
    for number, (label, marks) in enumerate(lanes):
        y = ROW * (number + 1)
        drawn.append(f'<g transform="translate(0 {y})"><text x="0" y="16">{escape(label)}</text>{marks}</g>')
    return "\n".join([*drawn, "</svg>"])


def _axis(case: Case) -> Axis:
    assert case.head is not None
    known = [from_datetime(r.line.known_at) for r in case.records]
    spans = [(from_datetime(e.begin), from_datetime(e.end)) for e in case.head.expected]
    return Axis(min([*known, *(b for b, _ in spans)]), max([*known, *(e for _, e in spans)]))


def _scale(axis: Axis, height: int, words: Words) -> Iterator[str]:
    for number in range(TICKS):
        ms = axis.begin + (axis.end - axis.begin) * number // (TICKS - 1)
        x = axis.x(ms)
        anchor = "end" if number == TICKS - 1 else "middle"
        yield f'<line class="scale" x1="{x}" y1="{ROW - 4}" x2="{x}" y2="{height - ROW}"/>'
        yield f'<text class="time" x="{x}" y="14" text-anchor="{anchor}">{escape(_at(ms, words))}</text>'


def _at(ms: int, words: Words) -> str:
    return words.local(ms).strftime("%Y-%m-%d %H.%M")


def _records(case: Case, axis: Axis, words: Words) -> tuple[str, str]:
    marks = []
    for record in case.records:
        line = record.line
        ms = from_datetime(line.known_at)
        kind = "published" if line.published else "filler"
        marks.append(_mark(axis.x(ms), kind, f"{_at(ms, words)} {_brings(line)}"))
    return words("backtest.records"), "".join(marks)


def _brings(line: CaseLine) -> str:
    """What a record is, in its own words."""
    if line.report is not None:
        what = f"{line.actor}: {line.report.get('headline', line.report.get('id', ''))}"
    elif line.command is not None:
        what = f"{line.command.get('who')}: {line.command.get('command')}"
    else:
        what = line.raw.source if line.raw is not None else ""
    return " · ".join(part for part in (what, line.note, line.citation) if part)


def _mark(x: int, kind: str, title: str) -> str:
    return f'<circle class="{kind}" cx="{x}" cy="12" r="5"><title>{escape(title)}</title></circle>'


def _expected(verdict: Verdict, axis: Axis, words: Words) -> tuple[str, str]:
    expected = verdict.expected
    begin, end = axis.x(from_datetime(expected.begin)), axis.x(from_datetime(expected.end))
    if isinstance(expected, Must):
        label = " ".join(part for part in (f"{expected.act}/{expected.level}", expected.rule) if part)
    else:
        kind = "/".join(part for part in (expected.none.act, expected.none.level) if part)
        label = words("backtest.no_such", what=kind or words("backtest.anything"))
    said = words("backtest.met") if verdict.met else words("backtest.missed")
    state = ("met" if verdict.met else "missed") + ("" if isinstance(expected, Must) else " none")
    title = escape(f"{said}: {label}")
    size = f'x="{begin}" y="4" width="{max(4, end - begin)}" height="16"'
    bar = f'<rect class="{state}" {size}><title>{title}</title></rect>'
    times = [verdict.at] if verdict.at is not None else [*verdict.elsewhere, *(r.at for r in verdict.against)]
    return f"{'✓' if verdict.met else '✗'} {label}", bar + "".join(_raised(axis.x(t), _at(t, words)) for t in times)


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
        marks = [_raised(axis.x(s.at), f"{_at(s.at, words)} {s.act}/{s.level}") for s in spoke]
        marks += [_mark(axis.x(n.at), "near", f"{_at(n.at, words)} {words('backtest.near')}") for n in near]
        yield f"{row.rule} {row.act}/{row.level}", "".join(marks)
