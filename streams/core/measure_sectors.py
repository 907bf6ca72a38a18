"""Several sectors at once: do so many lie at this impact, together in place and time, by independent parties?

In: the measure `own|<sector>`. Out: a verdict with the municipalities and reports it rests on.
Next: streams/core/judging.py
"""

from collections.abc import Iterator
from typing import NamedTuple

from schemas.rule_tests import SectorsTest
from schemas.sectors import SECTORS
from streams.core.measure_cells import OWN
from streams.core.measured import FALSE, Measured, Verdict, look_again
from streams.core.step import Step


class Line(NamedTuple):
    """One report on one cell that is bad enough."""

    at: int
    sector: str
    area: str
    party: str
    item: str
    impact: int
    until: int


def judge_sectors(step: Step, test: SectorsTest) -> Verdict:
    """True where one place and one stretch of time hold enough sectors and parties."""
    lines = list(_lines(step, test))
    if test.lasting:
        again = [line.until - test.lasting + 1 for line in lines]
        look_again(step, OWN, f"lasting {test.lasting} impact {test.impact}", min(again) if again else None)
    wide = {s for s in {line.sector for line in lines} if _wide(step, test, {x.area for x in lines if x.sector == s})}
    lines = sorted(line for line in lines if line.sector in wide)
    if len(wide) < test.sectors:
        return FALSE
    hit = {line for place in _places(step, test, lines) for line in _together(test, place)}
    if not hit:
        return FALSE
    areas = tuple(sorted({line.area for line in hit}))
    found = sorted({line.sector for line in hit})
    strength = len(found) * 1000 + max(line.impact for line in hit) * 100 + len(areas)
    by = "+".join(sorted({line.item.partition("/")[0].removeprefix("actor.") for line in hit}))
    params = (("by", by), ("count", str(len(found))), ("sectors", "+".join(found)))
    return Verdict(true=True, on=Measured(areas, tuple(sorted({line.item for line in hit})), strength, params))


def _lines(step: Step, test: SectorsTest) -> Iterator[Line]:
    for sector in SECTORS:
        for area, brings in step.state.members.get(f"{OWN}|{sector}", {}).items():
            for key, _, party, impact, at, expected, until in brings["lines"]:
                lasts = not test.lasting or (expected >= test.impact and until - step.at >= test.lasting)
                if impact >= test.impact and lasts:
                    yield Line(at, sector, area, party, key, impact, until)


def _wide(step: Step, test: SectorsTest, areas: set[str]) -> bool:
    """Does one sector reach far enough? Without a limit any municipality does."""
    if test.areas is None and test.percent is None:
        return True
    if test.areas is not None and len(areas) >= test.areas:
        return True
    return test.percent is not None and step.state.reference.percent(areas) >= test.percent


def _places(step: Step, test: SectorsTest, lines: list[Line]) -> Iterator[list[Line]]:
    """The whole county, or each municipality with those that border on it; smaller ones that fall short left out."""
    if test.near == "county":
        yield lines
        return
    for area in sorted({line.area for line in lines}):
        row = step.state.reference.municipalities.get(area, {})
        near = {area, *row.get("neighbours", ()), *row.get("bridges", ())}
        place = [line for line in lines if line.area in near]
        if len({line.sector for line in place}) >= test.sectors:
            yield place


def _together(test: SectorsTest, lines: list[Line]) -> set[Line]:
    """Every line of a stretch of `within` that holds enough sectors and parties; lines come in order of time."""
    found: set[Line] = set()
    first = 0
    for last, line in enumerate(lines):
        while line.at - lines[first].at > test.within:
            first += 1
        if last + 1 < len(lines) and lines[last + 1].at - lines[first].at <= test.within:
            continue  # the next one still fits: the longer stretch holds all of this one
        stretch = lines[first : last + 1]
        if len({x.sector for x in stretch}) >= test.sectors and len({x.party for x in stretch}) >= test.parties:
            found.update(stretch)
    return found
