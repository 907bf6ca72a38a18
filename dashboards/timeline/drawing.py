"""The timeline as one SVG that keeps its letters' size at any width: positions in percent, no view box, no style.

Pure. In: lanes, marks, a window, words. Out: SVG with classes for static/timeline.css.
The height of a band says the impact as well as its colour does; where nothing was known there is a broken line.
"""

from collections.abc import Mapping
from html import escape

from markupsafe import Markup

from dashboards.timeline.lanes import Lane, Mark, Stretch
from dashboards.timeline.window import Window
from schemas.times import HOUR
from streams.reference import SectorName
from streams.words import Words

TOP, LANE, NAME, BAND = 34, 38, 14, 20
"""Units are CSS pixels: the marks' lane, one lane, its name above it, its band."""
APART = 1.6
"""Marks nearer than this, in percent, share a sign with a number."""
SIGNS = {"suggestion": "F", "call": "L", "forum": "M", "joint": "S"}


def timeline(
    rows: list[Lane], signs: list[Mark], shown: Window, words: Words, sectors: Mapping[str, SectorName]
) -> Markup:
    """The drawing; its label says the same in a sentence."""
    high = TOP + LANE * max(1, len(rows)) + 20
    label = escape(_label(rows, shown, words, sectors))
    parts = [f'<svg class="tl" width="100%" height="{high}" role="img" aria-label="{label}">']
    parts += _hours(shown, high, words)
    parts += _marks(signs, shown)
    for n, lane in enumerate(rows):
        parts += _lane(lane, TOP + n * LANE, shown, words, sectors)
    if not rows:
        parts.append(f'<text class="name" x="0" y="{TOP + 20}">{escape(words("timeline.calm"))}</text>')
    x = f"{shown.share(shown.at):.2f}%"
    parts.append(f'<line id="at-line" class="at" x1="{x}" x2="{x}" y1="0" y2="{high - 18}"/></svg>')
    return Markup("".join(parts))  # noqa: S704 every text is escaped above


def _label(rows: list[Lane], shown: Window, words: Words, sectors: Mapping[str, SectorName]) -> str:
    span = words("timeline.span", start=words.when(shown.start, shown.end), end=words.when(shown.end, shown.end))
    if not rows:
        return f"{span} {words('timeline.calm')}"
    worst = [f"{sectors[lane.sector].short} {words.impact_short(lane.rank[0])}" for lane in rows]
    return f"{span} {words('timeline.worst', rows=', '.join(worst))}"


def _hours(shown: Window, high: int, words: Words) -> list[str]:
    """Lines and clock times at whole hours, so many that they do not meet."""
    every = next((h for h in (1, 2, 6, 12, 24) if shown.hours / h <= 8), 24) * HOUR
    zone = int((words.local(shown.start).utcoffset() or words.local(0) - words.local(0)).total_seconds() * 1000)
    first = -(-(shown.start + zone) // every) * every - zone
    found = []
    for t in range(first, shown.end, every):
        share = shown.share(t)
        x = f"{share:.2f}%"
        found.append(f'<line class="hour" x1="{x}" x2="{x}" y1="18" y2="{high - 18}"/>')
        if 2 < share < 97:
            found.append(f'<text class="hour" x="{x}" y="{high - 4}" text-anchor="middle">{words.clock(t)}</text>')
    return found


def _marks(signs: list[Mark], shown: Window) -> list[str]:
    groups: list[list[Mark]] = []
    for mark in signs:
        near = groups and shown.share(mark.at) - shown.share(groups[-1][0].at) < APART
        if near:
            groups[-1].append(mark)
        else:
            groups.append([mark])
    return [_mark(group, shown) for group in groups]


def _mark(group: list[Mark], shown: Window) -> str:
    x = f"{min(98.6, shown.share(group[0].at)):.2f}%"
    kinds = {mark.what for mark in group}
    kind = "call" if "call" in kinds else group[0].what
    text = SIGNS[kind] if len(group) == 1 else str(len(group))
    title = escape("; ".join(mark.text for mark in group))
    return (
        f'<svg class="mk {kind}" x="{x}" y="0" width="18" height="18" overflow="visible"><title>{title}</title>'
        f'<rect width="17" height="17" rx="2"/><text x="8.5" y="13" text-anchor="middle">{text}</text></svg>'
    )


def _lane(lane: Lane, y: int, shown: Window, words: Words, sectors: Mapping[str, SectorName]) -> list[str]:
    floor = y + NAME + BAND
    found = [f'<text class="name" x="0" y="{y + 11}">{escape(sectors[lane.sector].name)}</text>']
    for s in _bands(lane.stretches):
        x, wide = shown.share(s.start), shown.share(s.end) - shown.share(s.start)
        title = said(lane.sector, s.worst, s.areas, s.unknown, words, sectors)
        tip = f"<title>{escape(words.clock(s.start))}–{escape(words.clock(s.end))} {escape(title)}</title>"
        if s.worst <= 1:
            kind, ends = "none" if s.worst else "gap", f'x1="{x:.2f}%" x2="{x + wide:.2f}%"'
            found.append(f'<line class="{kind}" {ends} y1="{floor - 1}" y2="{floor - 1}">{tip}</line>')
            continue
        high = BAND * (s.worst - 1) // 4
        found.append(
            f'<rect class="i{s.worst}" x="{x:.2f}%" y="{floor - high}" width="{wide:.2f}%" height="{high}">{tip}</rect>'
        )
        if wide > 7:
            found.append(f'<text class="n" x="{x + wide / 2:.2f}%" y="{floor - high - 3}">{s.areas}</text>')
    return found


def _bands(stretches: list[Stretch]) -> list[Stretch]:
    """Stretches of one impact as one band: the figure is the most municipalities of any of them."""
    found: list[Stretch] = []
    for s in stretches:
        last = found[-1] if found else None
        if last is not None and last.worst == s.worst:
            most = max(last.areas, s.areas), max(last.unknown, s.unknown)
            found[-1] = Stretch(last.start, s.end, s.worst, *most)
        else:
            found.append(s)
    return found


def said(sector: str, worst: int, areas: int, unknown: int, words: Words, sectors: Mapping[str, SectorName]) -> str:
    """One moment of a sector in words."""
    text = words.impact_short(worst) if worst else words("timeline.unknown")
    if worst > 1:
        text += f", {words.count('areas', areas)}"
    if unknown:
        text += f", {words('map.unknown', cells=words.count('cells', unknown))}"
    return f"{sectors[sector].short}: {text}"
