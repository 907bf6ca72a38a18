"""What would raise a suggestion: rules of a higher level that are one step away, and which step it is.

In: a suggestion's level, the rules. Out: at most five rows `{rule, level, changes}`; a change is a cell one step worse,
a warning at a graver level, so many more people without something, a need of direction recorded, a forum asked for.
Rules that are further away say nothing.
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.rule_tests import CellsTest, CountsTest, ForumTest, RequestTest, WarningTest
from schemas.rules import All, Any_, Node
from streams.core.judging import enough, judge
from streams.core.measure_cells import hit_areas, sectors_of
from streams.core.measure_counts import COUNTS, added, largest_first, told
from streams.core.rules import ORDER, Book, subjects
from streams.core.step import Step

ROWS = 5

Changes = list[Json]


def raises(step: Step, book: Book, level: str) -> list[Json]:
    """Rules one step away that would suggest more than this level, the lowest level first."""
    if level not in ORDER:
        return []
    found: list[Json] = []
    higher = ORDER[ORDER.index(level) + 1 :]
    rules = [r for r in book.rules.values() if r.level in higher and r.act not in {"slow_down", "close"}]
    for rule in sorted(rules, key=lambda r: (ORDER.index(r.level), r.id)):
        for subject in subjects(rule):
            ways = [_reached(step, node, subject) for node in (rule.when, rule.at_once) if node is not None]
            way = min((w for w in ways if w), key=len, default=None)
            if way is not None and len(found) < ROWS:
                found.append({"rule": rule.id, "level": rule.level, "changes": way})
    return found


def _reached(step: Step, node: Node, subject: str) -> Changes | None:
    """One step by which a node becomes true; none where it is, None where it is further away."""
    if judge(step, node, subject).true:
        return []
    match node:
        case All():
            parts = [_reached(step, part, subject) for part in node.all]
            return None if any(p is None for p in parts) else [c for p in parts if p for c in p]
        case Any_():
            ways = [w for w in (_reached(step, part, subject) for part in node.any) if w]
            return min(ways, key=len, default=None)
        case WarningTest():
            return _warning(step, node)
        case CellsTest():
            return _cells(step, node, subject)
        case CountsTest():
            return _counts(step, node)
        case ForumTest() if node.need_direction:
            forums = step.state.picture[EntityKind.FORUM].items()
            active = [k for k, f in sorted(forums) if f["level"] == node.level and f["state"] == "active"]
            return [{"do": "need_direction", "forum": active[0]}] if active else None
        case RequestTest():
            return [{"do": "request", "forum": node.forum or "samordnande"}]
        case _:
            return None


def _warning(step: Step, test: WarningTest) -> Changes | None:
    """The source already warns at another level: at this one it would be enough."""
    others = [m for name, m in step.state.members.items() if name.startswith(f"warning|{test.source}|")]
    areas = {a for members in others for brings in members.values() for a in brings["areas"]}
    return [{"do": "warning", "source": test.source, "level": test.levels[0]}] if enough_of(step, test, areas) else None


def enough_of(step: Step, test: WarningTest | CellsTest, areas: set[str]) -> bool:
    """Do these municipalities reach one of the test's limits?"""
    return enough(step, test, tuple(sorted(areas)))


def _cells(step: Step, test: CellsTest, subject: str) -> Changes | None:
    """Cells that lie one step below would do, if they got one step worse."""
    for sector in sectors_of(test, subject):
        hit = set(hit_areas(step, sector, test.impact))
        near = [a for a in hit_areas(step, sector, test.impact - 1) if a not in hit]
        near.sort(key=lambda a: (-step.state.reference.people([a]), a))
        for last in range(len(near)):
            worse = near[: last + 1]
            if enough_of(step, test, hit | set(worse)):
                return [{"do": "worse", "area": a, "sector": sector, "impact": test.impact} for a in worse]
    return None


def _counts(step: Step, test: CountsTest) -> Changes | None:
    """At least half of what it takes is there already."""
    if test.at_least is None:
        return None
    scoped = [s for kind in test.kinds for s in told(step, f"{COUNTS}|{kind}", test.lasting)]
    number = sum(s.number for s in added(largest_first(scoped)))
    if number * 2 < test.at_least:
        return None
    return [{"do": "more", "kind": test.kinds[0], "number": test.at_least - number}]
