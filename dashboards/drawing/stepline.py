"""A cell's last day as one small SVG: how hard it was hit when, and when nobody knew.

Pure. In: values and when they began. Out: SVG text with classes for the style sheet; the table beside it says the same.
Height is the step, colour repeats it; what is not known is hatched over the whole height and never drawn as calm.
"""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

WIDE, HIGH, FOOT = 600, 96, 72
"""Of the drawing, and where its ground line lies."""
STEP = 13
HATCH = (
    '<pattern id="unknown-hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path class="hatch" d="M0 0v7" stroke="#7d8994" stroke-width="2"/></pattern>'
)


class Span(NamedTuple):
    """A value from a time until the next one begins."""

    begins: int
    impact: int
    """0 where it is not known."""
    last: int = 0
    """What it was when it was last known, for one that is outdated."""
    loud: bool = False
    """True where it ought to be known."""


class Tick(NamedTuple):
    """A time under the ground line."""

    at: int
    text: str


def step_line(spans: Sequence[Span], begin: int, end: int, ticks: Sequence[Tick], *, label: str) -> str:
    """The line from `begin` to `end`, ms UTC; spans in order, the first may begin before it."""
    scale = WIDE / max(1, end - begin)
    ends = [*(span.begins for span in spans[1:]), end]
    drawn = [
        _span(span, max(0.0, (span.begins - begin) * scale), (until - begin) * scale)
        for span, until in zip(spans, ends, strict=True)
        if until > begin
    ]
    marks = [_tick((tick.at - begin) * scale, tick.text) for tick in ticks if begin <= tick.at <= end]
    return (
        f'<svg class="stepline" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" role="img"'
        f' aria-label="{escape(label)}"><defs>{HATCH}</defs>{"".join(drawn)}'
        f'<path class="ground" d="M0 {FOOT}H{WIDE}" stroke="#84919d"/>{"".join(marks)}</svg>'
    )


def _span(span: Span, x: float, until: float) -> str:
    wide = max(1.5, until - x)
    parts = []
    shown = span.impact or span.last
    if shown:
        high = STEP * (shown - 1) if shown > 1 else 4
        faded = "" if span.impact else " faded"
        parts.append(_box(f"i{shown}{faded}", x, FOOT - high, wide, high))
    if not span.impact and span.loud:
        parts.append(
            f'<rect class="grey" x="{round(x, 1)}" y="{FOOT - 4 * STEP}" width="{round(wide, 1)}" height="{4 * STEP}"'
            ' fill="url(#unknown-hatch)"/>'
        )
    return "".join(parts)


def _box(look: str, x: float, y: int, wide: float, high: int) -> str:
    return f'<rect class="{look}" x="{round(x, 1)}" y="{y}" width="{round(wide, 1)}" height="{high}"/>'


def _tick(x: float, text: str) -> str:
    anchor = "start" if x < 30 else "end" if x > WIDE - 30 else "middle"
    return (
        f'<path class="ground" d="M{round(x)} {FOOT}v5" stroke="#84919d"/>'
        f'<text x="{round(x)}" y="{HIGH - 4}" text-anchor="{anchor}">{escape(text)}</text>'
    )
