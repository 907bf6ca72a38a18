"""The signs of the page: bars in a square for impact, four different greys, outlines for what is expected.

Pure. In: a cell as viewed. Out: one plain element that page.css draws by its name (g3, x4, ga, ne); what a style sheet
cannot draw is SVG that refers to the sprite of the page (templates/sprite.svg). Words stand beside.
One to four bars are counted at a glance; colour repeats them; none of the greys resembles step 1; nothing is green.
"""

from functools import cache

from markupsafe import Markup

from dashboards.drawing.map_signs import SIGNS, SMHI
from schemas.codec import Json
from schemas.sectors import Unknown

_GREYS = {Unknown.NOT_REPORTED: "gr", Unknown.SOURCE_UNREACHABLE: "gs"}
UNEQUAL = Markup('<i class="g ne"></i>')
"""Stands between the two sides of a contradiction."""
_PLAIN = Markup('<i class="g {} {}"></i>')
_USE = Markup('<svg class="g {}" aria-hidden="true"><use href="#{}"/></svg>')


@cache
def glyph(impact: int, size: str = "") -> Markup:
    """Filled sign of a step, 1 to 5; a dash for 0."""
    if not impact:
        return grey({"unknown": "not_assessed"}, size)
    return _PLAIN.format(f"g{impact}", f"i{impact} {size}".strip())


@cache
def outline(impact: int) -> Markup:
    """What is expected: drawn as an outline, smaller, and never filled."""
    return _PLAIN.format(f"x{impact}", f"i{impact} x")


def grey(cell: Json, size: str = "") -> Markup:
    """Sign of a cell without a value: which of the four greys."""
    return _grey(Unknown(cell["unknown"]), cell.get("last", 1), size)


@cache
def _grey(unknown: Unknown, last: int, size: str) -> Markup:
    if unknown == Unknown.OUTDATED:
        return _USE.format(f"i{last} old {size}".strip(), f"o{last}")
    named = f"u {size}".strip()
    return _PLAIN.format("ga", named) if unknown == Unknown.NOT_ASSESSED else _USE.format(named, _GREYS[unknown])


def sign_use(kind: str) -> Markup:
    """Sign of an item: SMHI's own shapes for SMHI, plain line drawings for the rest."""
    known = kind if kind in SIGNS else "item"
    return Markup('<svg class="ic" aria-hidden="true"><use href="#sign-{}"/></svg>').format(known)


def value(cell: Json, size: str = "") -> Markup:
    """The cell's value now, without what is expected or contradicted."""
    return glyph(cell["impact"], size) if cell["impact"] else grey(cell, size)


def cell_signs(cell: Json) -> Markup:
    """All that the matrix shows of a cell: now, the other side of a contradiction, what is expected."""
    shown = value(cell)
    other = contradicting(cell)
    if other is not None:
        return shown + UNEQUAL + glyph(other["impact"], "s")
    expected = cell.get("expected")
    if expected and expected["impact"] != cell["impact"]:
        return shown + outline(expected["impact"])
    return shown


def contradicting(cell: Json) -> Json | None:
    """The mildest fresh reason of a contradicted cell: the other side."""
    if not cell.get("contradiction"):
        return None
    fresh: list[Json] = [r for r in cell["reasons"] if r["state"] == "fresh" and r["impact"] < cell["impact"]]
    return min(fresh, key=lambda r: int(r["impact"]), default=None)


def sign_symbols() -> Markup:
    """Symbols of the items' signs, for the sprite."""
    one = Markup('<symbol id="sign-{}" viewBox="0 0 24 24" overflow="visible">{}</symbol>')
    return Markup("").join(one.format(kind, _drawn(kind, drawn)) for kind, drawn in SIGNS.items())


def _drawn(kind: str, drawn: str) -> Markup:
    if kind in SMHI:
        return Markup(drawn)  # noqa: S704 our own constant
    return Markup(
        '<path d="{}" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"'
        ' stroke-linejoin="round" transform="translate(-3.6 -1.8) scale(1.3)"/>'
    ).format(drawn)
