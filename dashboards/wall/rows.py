"""The wall: the picture for people six metres away. One size of type, no more rows than that leaves room for.

Pure. In: a scene. Out: the wall's living parts, element id -> markup. What is worst comes first; what is not known has
a row of its own; a calm day shows what is ahead instead of an empty page.
Next: dashboards/wall/ahead.py, dashboards/wall/matrix.py, dashboards/templates/wall.html
"""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import NamedTuple

from markupsafe import Markup

from dashboards.drawing.glyphs import UNEQUAL, contradicting, glyph, grey, outline, sign_use, value
from dashboards.drawing.map import Drawing, county_map
from dashboards.drawing.map_signs import SMHI
from dashboards.drawing.paint import Paint
from dashboards.telling import happenings, six
from dashboards.telling.overview import cell_of, label_of, short_of
from dashboards.telling.scene import LOUD, Scene
from dashboards.wall import ahead as wall_ahead
from dashboards.wall import going, matrix
from schemas.sectors import Impact, Unknown
from schemas.times import parse

STATUS, CHANGES, AWAITED = 9, 3, 3
"""Rows of each list."""
WIDE = 32
"""Signs that a row beside a time has room for."""
LONG = 36
"""The same without a time."""
NAME = 14
"""Signs of what a row is about."""
ROOM = 28
"""Signs of a change: what, where and which way."""
MAP_TEXT = 118
"""Height of the map's letters, thousandths of its width: the same as the rows' beside it."""
NAMED = 3


class Line(NamedTuple):
    """One row of status."""

    sign: Markup
    name: str
    text: str
    when: str = ""
    arrow: str = ""
    """`up` worse, `dn` better within the hour."""
    other: Markup = Markup("")
    """The other side of a contradiction."""


def draw(scene: Scene, drawing: Drawing, paint: Paint) -> Mapping[str, str]:
    """All parts of the wall."""
    macros, sources = paint.wall, happenings.sources(scene)
    changed = happenings.shifts(scene, CHANGES).rows
    parts = {
        "w-head": macros.head(_mode(scene), six.six(scene)[0].head),
        "w-mode": _mode(scene),
        "w-rows": macros.rows(status(scene)),
        "w-below": macros.changes(_changes(scene, changed))
        if changed
        else macros.ahead(wall_ahead.ahead(scene, CHANGES)),
        "w-wait": macros.waits(wall_ahead.awaited(scene, AWAITED)),
        "w-map": _map(scene, drawing),
        "w-warn": macros.warning(_warning(scene)),
        "w-sources": _sources(scene, sources),
        "p-version": scene.words.number(scene.head.version),
    }
    first = {name: str(markup).strip() for name, markup in parts.items()}
    return {**first, **matrix.draw(scene), **going.draw(scene, paint)}


def _mode(scene: Scene) -> str:
    levels = wall_ahead.active(scene)
    return scene.words("wall.activated", forums=scene.words.listing(levels)) if levels else scene.words("wall.ordinary")


def status(scene: Scene) -> list[Line]:
    """Sectors worst first, then in groups; unknown, expected, the joint picture."""
    worst = {s: max(int(scene.cells[a, s]["impact"]) for a in scene.region.towns) for s in scene.region.sectors}
    bad = [s for s in _ranked(scene, worst) if worst[s] >= Impact.SIGNIFICANT]
    joint = [Line(Markup(""), *row) for row in wall_ahead.joint(scene, LONG)]
    tail = [*_groups(scene, worst), *_unknown(scene), *_expected(scene), *joint]
    room = max(1, STATUS - len(tail))
    named = bad if len(bad) <= room else bad[: room - 1]
    rows = [_sector(scene, s, worst[s], first=s == next(b for b in bad if worst[b] == worst[s])) for s in named]
    if len(bad) > room:
        rows.append(_more(scene, bad[room - 1 :], worst))
    rows += tail
    return [*rows, *_events(scene, STATUS - len(rows))][:STATUS]


def _events(scene: Scene, room: int) -> list[Line]:
    """What goes on, where the sectors leave room."""
    if room < 1:
        return []
    found = [row for row in happenings.happenings(scene, room + happenings.WARNINGS_SHOWN).rows if row.sign not in SMHI]
    return [
        Line(sign_use(row.sign), going.cut(matrix.column(row.where), NAME), going.cut(row.title, LONG))
        for row in found[:room]
    ]


def _warning(scene: Scene) -> list[tuple[happenings.Happening, str]]:
    """SMHI's gravest warning in a few words."""
    found = happenings.warnings(scene).rows[:1]
    items = [(row, scene.item(row.key)) for row in found]
    return [(row, short_of(scene, item, row.title)) for row, item in items if item is not None]


def _ranked(scene: Scene, worst: Mapping[str, int]) -> list[str]:
    return sorted(worst, key=lambda s: (-worst[s], -len(_at(scene, s, worst[s])), list(scene.region.sectors).index(s)))


def _at(scene: Scene, sector: str, step: int) -> list[str]:
    return [area for area in scene.region.towns if scene.cells[area, sector]["impact"] == step]


def _sector(scene: Scene, sector: str, step: int, *, first: bool) -> Line:
    """The first of its level says the level in words: the sign alone says it for the rest."""
    words, areas = scene.words, _at(scene, sector, step)
    quarrel = next((c for a in areas if (c := contradicting(scene.cells[a, sector]))), None)
    other = Markup("") if quarrel is None else UNEQUAL + glyph(quarrel["impact"], "s")
    level = f"{words.impact_short(step)}: " if first else ""
    quarrels = words("wall.contradicted") if other else ""
    text = level + _places(scene, areas, WIDE - len(level) - (len(quarrels) + 4 if other else 0)) + quarrels
    since = min(parse(scene.cells[a, sector]["since"]) for a in areas)
    return Line(glyph(step), _name(scene, sector), text, wall_ahead.short(scene, since), _arrow(scene, sector), other)


def _name(scene: Scene, sector: str) -> str:
    return scene.words(f"wall_sector.{sector}")


def _changes(scene: Scene, shifts: list[happenings.Shift]) -> list[Line]:
    """What changed within the hour: when, how it is now, what and where."""
    rows = []
    for shift in shifts:
        sectors, areas = shift.places
        names = (
            ", ".join(_name(scene, s) for s in sectors[:2])
            if len(sectors) <= 2
            else scene.words.count("sectors", len(sectors))
        )
        text = scene.words(
            "wall.change",
            sector=names,
            places=_places(scene, areas, ROOM - len(names) - len(shift.word)),
            word=shift.word,
        )
        rows.append(Line(value(shift.after), "", text, wall_ahead.short(scene, shift.at)))
    return rows


def _arrow(scene: Scene, sector: str) -> str:
    """Did the sector's cells mostly get worse or better within the hour?"""
    moved: Counter[str] = Counter()
    for (area, of), before in scene.hour.items():
        if of == sector and before is not None and before["impact"] and scene.cells[area, of]["impact"]:
            step = int(scene.cells[area, of]["impact"]) - int(before["impact"])
            moved["up" if step > 0 else "dn" if step < 0 else ""] += 1
    return "up" if moved["up"] > moved["dn"] else "dn" if moved["dn"] > moved["up"] else ""


def _more(scene: Scene, sectors: list[str], worst: Mapping[str, int]) -> Line:
    words = scene.words
    names = words.listing([_name(scene, s) for s in sectors])
    text = names if len(names) <= LONG else words("wall.or_worse", impact=words.impact_short(Impact.SIGNIFICANT))
    return Line(glyph(max(worst[s] for s in sectors)), words.count("sectors_more", len(sectors)), text)


def _places(scene: Scene, areas: Collection[str], room: int) -> str:
    """As many names as there is room for."""
    tried = (scene.words.places(areas, scene.region.towns, shown=shown) for shown in (4, 3, 2, 1))
    return next((text for text in tried if len(text) <= room), scene.words.count("areas", len(areas)))


def _groups(scene: Scene, worst: Mapping[str, int]) -> list[Line]:
    """Sectors that are moderately hit, those that are not hit, those that nobody is asked about."""
    words, rows = scene.words, []
    for step, key in ((Impact.MODERATE, "wall.moderate"), (Impact.NONE, "wall.unhit")):
        sectors = [s for s in worst if worst[s] == step]
        if not sectors:
            continue
        hit = Counter(area for s in sectors for area in _at(scene, s, step))
        most = scene.region.towns[max(sorted(hit), key=lambda a: hit[a])]
        name = _name(scene, sectors[0]) if len(sectors) == 1 else words.count("sectors", len(sectors))
        rows.append(Line(glyph(step), name, words(key, place=most)))
    return rows


def _unknown(scene: Scene) -> list[Line]:
    """Cells that ought to be known, by the kind of grey; then how many sectors nobody reports on."""
    words, rows = scene.words, []
    greys = Counter(cell["unknown"] for cell in scene.cells.values() if not cell["impact"])
    parts = [words(f"wall.{grey_}", n=greys[grey_]) for grey_ in LOUD if greys[grey_]]
    if parts:
        first = next(grey_ for grey_ in LOUD if greys[grey_])
        rows.append(Line(grey({"unknown": first}), words("wall.unknown"), ", ".join(parts)))
    silent = [s for s in scene.region.sectors if all(_unassessed(scene, a, s) for a in scene.region.towns)]
    if silent:
        sign = grey({"unknown": Unknown.NOT_ASSESSED})
        rows.append(Line(sign, words.count("sectors", len(silent)), words("wall.not_assessed")))
    return rows


def _unassessed(scene: Scene, area: str, sector: str) -> bool:
    return bool(scene.cells[area, sector].get("unknown") == Unknown.NOT_ASSESSED)


def _expected(scene: Scene) -> list[Line]:
    """The worst that is expected where it is worse than now."""
    found: dict[str, list[str]] = {}
    steps: dict[str, int] = {}
    times: dict[str, str] = {}
    for (area, sector), cell in scene.cells.items():
        expected = cell.get("expected")
        if not expected or expected["impact"] <= cell["impact"] or expected["impact"] < steps.get(sector, 1):
            continue
        if expected["impact"] > steps.get(sector, 1):
            found[sector], times[sector] = [], ""
        steps[sector] = int(expected["impact"])
        found[sector].append(area)
        times[sector] = min(filter(None, (times[sector], expected.get("from", ""))), default="")
    if not found:
        return []
    sector = max(sorted(found), key=lambda s: (steps[s], len(found[s])))
    words = scene.words
    text = words(
        "wall.expected_at",
        sector=_name(scene, sector),
        impact=words.impact_short(steps[sector]),
        places=words.count("areas", len(found[sector]))
        if len(found[sector]) > 1
        else _places(scene, found[sector], WIDE),
    )
    return [
        Line(
            outline(steps[sector]),
            words("wall.expected"),
            text,
            wall_ahead.short(scene, parse(times[sector])) if times[sector] else "",
        )
    ]


def _map(scene: Scene, drawing: Drawing) -> Markup:
    """The county with the hardest hit by name: letters of the same height as the rows."""
    cells = {area: cell_of(scene, area) for area in scene.region.towns}
    hit = sorted((a for a in cells if cells[a].sectors), key=lambda a: (-cells[a].sectors, a))[:NAMED]
    svg = county_map(
        drawing,
        cells,
        label=label_of(scene, cells),
        names=scene.region.towns,
        named=hit,
        text=MAP_TEXT,
        prefix="w",
    )
    return Markup(svg)  # noqa: S704 map.py escapes every text


def _sources(scene: Scene, rows: list[happenings.Source]) -> str:
    """`14 av 15 källor hörs, SL tyst 38 min`."""
    if not rows:
        return ""
    heard = sum(row.ok for row in rows)
    text = scene.words("desk.heard_short", heard=heard, all=len(rows))
    troubled = next((row for row in rows if not row.ok), None)
    return (
        text
        if troubled is None
        else scene.words("wall.silent", heard=text, source=troubled.name, age=troubled.heard_ago)
    )
