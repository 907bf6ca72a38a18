"""The matrix in its compact form: municipalities and sectors where something is not as usual, alike ones in one row.

Pure. In: a scene. Out: columns, rows, and how many cells of each kind of unknown; no grey is ever told as calm. A sign
is digits and marks, so that print in black and white says the same. Next: dashboards/sheet/content.py
"""

from collections import Counter

from dashboards.telling.scene import LOUD, Scene, is_loud
from schemas.codec import Json
from schemas.sectors import Impact, Unknown

_GREYS = {Unknown.NOT_ASSESSED: "·", Unknown.NOT_REPORTED: "?", Unknown.SOURCE_UNREACHABLE: "×"}


def grid(scene: Scene) -> Json:
    """Sectors as columns, municipalities as rows."""
    odd = {place for place, cell in scene.cells.items() if _is_odd(cell)}
    sectors = [code for code in scene.region.sectors if any(sector == code for _, sector in odd)]
    return {
        "sectors": [{"code": code, "name": scene.region.sectors[code].short} for code in sectors],
        "rows": _rows(scene, [area for area in scene.region.towns if any(a == area for a, _ in odd)], sectors),
        "not_reported": [_count(scene, code, Unknown.NOT_REPORTED) for code in sectors],
        "unknown": {grey.value: _total(scene, grey) for grey in Unknown},
        "known_none": sum(cell["impact"] == Impact.NONE for cell in scene.cells.values()),
        "rest": _rest(scene),
    }


def _is_odd(cell: Json) -> bool:
    expected = cell.get("expected", {"impact": 0})["impact"]
    return bool(cell["impact"] >= Impact.MODERATE or is_loud(cell) or expected >= Impact.MODERATE)


def _rows(scene: Scene, areas: list[str], sectors: list[str]) -> list[Json]:
    """Municipalities that look the same share a row, the worst row first."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for area in areas:
        alike.setdefault(tuple(sign(scene.cells[area, code]) for code in sectors), []).append(area)
    rows = [
        {
            "areas": found,
            "name": ", ".join(scene.region.towns[area] for area in found),
            "cells": [cell_of(scene, scene.cells[found[0], code]) for code in sectors],
        }
        for found in alike.values()
    ]
    return sorted(rows, key=lambda row: sorted((c["impact"], c["last"]) for c in row["cells"])[::-1], reverse=True)


def sign(cell: Json) -> str:
    """`4`, `1→4` with what is expected, `4≠` contradicted, `(3)` outdated, `?` not reported, `×`, `·`."""
    if cell["impact"]:
        shown = f"{cell['impact']}≠" if cell.get("contradiction") else str(cell["impact"])
    elif cell["unknown"] == Unknown.OUTDATED:
        shown = f"({cell.get('last', '?')})"
    else:
        shown = _GREYS[Unknown(cell["unknown"])]
    expected = cell.get("expected", {"impact": cell["impact"]})["impact"]
    return shown if expected == cell["impact"] else f"{shown}→{expected}"


def cell_of(scene: Scene, cell: Json) -> Json:
    """A cell with its sign and the same in words."""
    words, said = scene.words, []
    if cell["impact"]:
        said.append(words.impact_short(cell["impact"]))
    else:
        said.append(words(f"unknown.{cell['unknown']}").lower())
    if "last" in cell:
        said.append(words("cell.last", impact=words.impact_short(cell["last"])))
    if cell.get("contradiction"):
        said.append(words("sheet.contradicted"))
    expected = cell.get("expected")
    if expected and expected["impact"] != cell["impact"]:
        said.append(words("cell.expected", impact=words.impact_short(expected["impact"])))
    about: Json = {"sign": sign(cell), "words": ", ".join(said), "impact": cell["impact"], "last": cell.get("last", 0)}
    return about | ({"unknown": cell["unknown"]} if "unknown" in cell else {})


def _count(scene: Scene, sector: str, grey: Unknown) -> int:
    return sum(cell.get("unknown") == grey for (_, code), cell in scene.cells.items() if code == sector)


def _total(scene: Scene, grey: Unknown) -> int:
    return sum(cell.get("unknown") == grey for cell in scene.cells.values())


def _rest(scene: Scene) -> str:
    """What the rows leave out, in a sentence: calm is only what somebody has reported as calm."""
    words = scene.words
    known = Counter(cell["impact"] or cell["unknown"] for cell in scene.cells.values())
    loud = sum(known[grey] for grey in LOUD)
    return words(
        "sheet.rest",
        all=words.number(known.total()),
        none=words.number(known[Impact.NONE]),
        loud=words.number(loud),
        quiet=words.number(known[Unknown.NOT_ASSESSED]),
    )
