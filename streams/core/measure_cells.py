"""Measures of cells: which are how bad, by whose own reports, and which are contradicted.

In: one cell that was computed again. Out: what it brings to `cells|<sector>`, `own|<sector>` and `contradiction`.
An outdated cell neither raises nor clears: what it brought while it was fresh it still brings.
Next: streams/core/judging.py
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.rule_tests import CellsTest, OwnersTest
from schemas.sectors import SECTORS, Impact, Unknown
from streams.core.measured import FALSE, Measured, Verdict, member, seldom
from streams.core.step import Step

OWN, CONTRADICTION = "own", "contradiction"


def sectors_of(test: CellsTest, subject: str) -> tuple[str, ...]:
    """Sectors a cell test looks at."""
    if test.sectors:
        return tuple(sector.value for sector in test.sectors)
    return (subject,) if subject else SECTORS


def count_cell(step: Step, cell: str) -> None:
    """What one cell brings to each measure."""
    area, _, sector = cell.partition("/")
    entity = step.entity(EntityKind.CELL, cell)
    outdated = entity is not None and entity.get("unknown") == Unknown.OUTDATED
    name, impact = f"cells|{sector}", entity["impact"] if entity is not None else Impact.UNKNOWN
    if impact >= Impact.MODERATE:
        member(step, name, area, {"impact": impact})
    elif not outdated:
        member(step, name, area, None)
    if outdated:
        return
    if member(step, f"{OWN}|{sector}", area, _lines(step, cell) if impact >= Impact.SIGNIFICANT else None):
        seldom(step, OWN)
    contradicted = entity is not None and entity.get("contradiction")
    member(step, CONTRADICTION, cell, {"impact": impact} if contradicted else None)


def _lines(step: Step, cell: str) -> Json:
    """The reports behind a bad cell: [item, actor, party, impact, sent, expected, until when]."""
    standing = sorted(step.state.standing.get(cell, {}).items())
    return {
        "lines": [
            [key, s.actor, s.party, s.impact, s.at, s.expected or int(Impact.UNKNOWN), s.expected_until or s.at]
            for key, s in standing
            if s.sets and s.fresh and s.impact >= Impact.SIGNIFICANT
        ]
    }


def hit_areas(step: Step, sector: str, impact: int) -> tuple[str, ...]:
    """Municipalities where this sector is at least so bad."""
    members = step.state.members.get(f"cells|{sector}")
    return tuple(sorted([a for a, m in members.items() if m["impact"] >= impact])) if members else ()


def measure_cells(step: Step, sector: str, areas: tuple[str, ...]) -> Measured:
    """What a sector being so bad in these municipalities rests on."""
    members = step.state.members[f"cells|{sector}"]
    cells = (step.entity(EntityKind.CELL, f"{area}/{sector}") for area in areas)
    items = tuple(sorted({c["reasons"][0]["item"] for c in cells if c and c["reasons"]}))
    strongest = max(members[area]["impact"] for area in areas)
    return Measured(areas, items, strongest * 100 + len(areas), (("impact", str(strongest)),))


def measure_owners(step: Step, test: OwnersTest) -> Measured:
    """Where these actors themselves tell of such an impact."""
    owners, found, items, worst = set(test.owners), set[str](), set[str](), 0
    by: set[str] = set()
    for sector in test.sectors:
        for area, brings in step.state.members.get(f"{OWN}|{sector}", {}).items():
            for key, actor, _, impact, *_ in brings["lines"]:
                if actor in owners and impact >= test.impact:
                    found.add(area)
                    items.add(key)
                    by.add(actor)
                    worst = max(worst, impact)
    params = (("by", "+".join(sorted(by))), ("impact", str(worst)))
    return Measured(tuple(sorted(found)), tuple(sorted(items)), worst * 100 + len(found), params)


def judge_contradiction(step: Step) -> Verdict:
    """Some cell is contradicted."""
    cells = sorted(step.state.members.get(CONTRADICTION, ()))
    if not cells:
        return FALSE
    entities = [step.entity(EntityKind.CELL, cell) for cell in cells]
    items = {r["item"] for e in entities if e for r in e["reasons"] if r["state"] == "fresh"}
    areas = tuple(sorted({cell.partition("/")[0] for cell in cells}))
    return Verdict(true=True, on=Measured(areas, tuple(sorted(items)), len(cells), (("cells", "+".join(cells)),)))
