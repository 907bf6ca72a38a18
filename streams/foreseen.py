"""What a checked report would touch, before it is sent: for those who try one out. Pure.

In: an actor's report, the registry. Out: its cells, each with whether the report may set it.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from schemas.report import ActorReport, ImpactLine
from streams.core.reference import Reference


class Touched(NamedTuple):
    """One cell that a report names."""

    area: str
    """Municipality code; the county's stands for every one of them."""
    line: ImpactLine
    sets: bool
    """It may colour the cell: told by the actor itself, which is entitled to it. Others stand beside."""


def touched(report: ActorReport, actor: str, reference: Mapping[str, Any]) -> list[Touched]:
    """Cells in the order of the report's lines, areas sorted; those outside the county left out."""
    registry = Reference(dict(reference))
    found = []
    for line in report.impacts:
        named = {a for code in line.areas for a in (registry.municipalities if code == registry.county else [code])}
        for area in sorted(named & registry.municipalities.keys()):
            sets = report.origin == "own" and registry.entitled(actor, line.sector, area)
            found.append(Touched(area, line, sets))
    return found
