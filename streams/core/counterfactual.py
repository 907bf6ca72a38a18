"""What would make a suggestion fall away: the fewest things that can happen, found by walking its rules' conditions.

In: instances of rules that speak. Out: changes (a report's value, an end, a source or actor heard, a forum closed) of
which no part may be left out, or None where the condition only ends with time or takes more than a person can read.
What happens to a rule's hold and clear is told beside: after these it takes `clear` before the rule is silent.
Next: streams/core/pretend.py
"""

from collections import Counter

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.rule_tests import (
    CellsTest,
    ContradictionTest,
    CountsTest,
    ForumTest,
    HoursTest,
    Leaf,
    OverdueTest,
    OwnersTest,
    SectorsTest,
    SilentTest,
    WorsenedTest,
)
from schemas.rules import All, Any_, Node, Not, Rule
from schemas.sectors import Impact
from streams.core.judging import enough, judge
from streams.core.measure_cells import CONTRADICTION, OWN, hit_areas, sectors_of
from streams.core.measure_counts import COUNTS, told
from streams.core.pretend import happen, with_changes
from streams.core.step import Step

MOST = 40
"""More things than this nobody reads, and none of them alone is what it hangs on."""

Changes = list[Json]
Conditions = list[tuple[Node, str]]


def falls_away(step: Step, instances: list[tuple[Rule, str]]) -> Changes | None:
    """The fewest changes by which none of these instances is true any more."""
    conditions = [(n, subject) for rule, subject in instances for n in (rule.stays, rule.at_once, rule.when) if n]
    ends: Changes = []
    while True:
        more = with_changes(step, ends, lambda: _all_ended_by(step, conditions))
        if more is None:
            return None
        found = ends + more
        if not _ended_and_milder(found):
            return _fewest(step, _whole(_merged(found)), conditions)
        # a report that ends anyhow says nothing more: what else there is to do is looked for after its end
        ends = [change for change in found if change["do"] == "end"]


def _ended_and_milder(changes: Changes) -> bool:
    """True if a report is to be milder and to end."""
    ended = {change["item"] for change in changes if change["do"] == "end"}
    return any(change["do"] == "report" and change["item"] in ended for change in changes)


def _all_ended_by(step: Step, conditions: Conditions) -> Changes | None:
    """One condition after the other, each tried on what those before it have changed."""
    found: Changes = []
    for node, subject in conditions:
        more = _ended_by(step, node, subject)
        if more is None or len(more := _whole(more)) > MOST:
            return None
        happen(step, more)
        found += more
    return found


def _whole(changes: Changes) -> Changes:
    """Too many to read: a report of which more than one cell would have to be milder is ended as a whole."""
    if len(changes) <= MOST:
        return changes
    cells = Counter(change["item"] for change in changes if change["do"] == "report")
    ended = [{"do": "end", "item": item} for item in sorted(cells) if cells[item] > 1]
    return ended + [c for c in changes if c["do"] != "report" or cells[c["item"]] == 1]


def _ended_by(step: Step, node: Node, subject: str) -> Changes | None:
    """Changes that make a node false; none where it is false already, None where nothing that can happen does."""
    if not judge(step, node, subject).true:
        return []
    match node:
        case All():
            ways = [
                _fewest(step, way, [(node, subject)]) for way in (_ended_by(step, p, subject) for p in node.all) if way
            ]
            return min((way for way in ways if way), key=len, default=None)
        case Any_():
            found: Changes = []
            for part in node.any:
                more = _ended_by(step, part, subject)
                if more is None:
                    return None
                found += more
            return _merged(found)
        case Not() | HoursTest() | WorsenedTest():
            return None
        case _:
            return _leaf(step, node, subject)


def _leaf(step: Step, test: Leaf, subject: str) -> Changes | None:
    """All that one test rests on, ended; what is more than needed is left out later."""
    match test:
        case CellsTest():
            return _cells(step, test, subject)
        case OwnersTest() | SectorsTest():
            return _own(step, test)
        case ContradictionTest():
            return _contradictions(step)
        case SilentTest():
            return [{"do": "heard", "source": source} for source in _named(step, test, subject, "by")]
        case OverdueTest():
            return [{"do": "heard", "item": item} for item in judge(step, test, subject).on.items]
        case CountsTest():
            # one that overlaps a larger number counts once that one is gone
            standing = {s.item for kind in test.kinds for s in told(step, f"{COUNTS}|{kind}", test.lasting)}
            return [{"do": "end", "item": item} for item in sorted(standing)]
        case ForumTest():
            forums = sorted(step.state.picture[EntityKind.FORUM].items())
            return [{"do": "close", "forum": key} for key, forum in forums if forum["level"] == test.level]
        case _:
            return [{"do": "end", "item": item} for item in judge(step, test, subject).on.items]


def _named(step: Step, test: Leaf, subject: str, param: str) -> list[str]:
    return dict(judge(step, test, subject).on.params).get(param, "").split("+")


def _cells(step: Step, test: CellsTest, subject: str) -> Changes:
    """Enough municipalities milder, those with most people first, so that few reports are needed."""
    found: Changes = []
    for sector in sectors_of(test, subject):
        hit = list(hit_areas(step, sector, test.impact))
        hit.sort(key=lambda a: (-step.state.reference.people([a]), a))
        while enough(step, test, tuple(hit)):
            found += _milder(step, hit.pop(0), sector, test.impact - 1)
    return found


def _milder(step: Step, area: str, sector: str, impact: int) -> Changes:
    """Every report that keeps a cell worse than this, revised; where silence keeps it, every outdated one."""
    return [
        {"do": "report", "item": key, "area": area, "sector": sector, "impact": max(impact, Impact.NONE)}
        for key, line in sorted(step.state.standing.get(f"{area}/{sector}", {}).items())
        if line.sets and (line.impact > impact or not line.fresh)
    ]


def _own(step: Step, test: OwnersTest | SectorsTest) -> Changes | None:
    """Cells that the test looks at, milder: whole sectors are left out first, or there would be too many."""
    owners = set(test.owners) if isinstance(test, OwnersTest) else None
    by_sector: dict[str, Changes] = {}
    for name in sorted(n for n in step.state.members if n.startswith(f"{OWN}|")):
        sector = name.partition("|")[2]
        for area, brings in sorted(step.state.members[name].items()):
            if any(line[3] >= test.impact and (owners is None or line[1] in owners) for line in brings["lines"]):
                by_sector.setdefault(sector, []).extend(_milder(step, area, sector, test.impact - 1))
    kept = sorted(by_sector)
    for sector in list(kept):
        left = [s for s in kept if s != sector]
        if not _true(step, [c for s in left for c in by_sector[s]], [(test, "")]):
            kept = left
    return [change for sector in kept for change in by_sector[sector]]


def _contradictions(step: Step) -> Changes:
    """The worse side of each says what the milder one does, or one step more."""
    found: Changes = []
    steps = step.state.reference.figure("contradiction_steps", 2)
    for cell in sorted(step.state.members.get(CONTRADICTION, ())):
        area, _, sector = cell.partition("/")
        fresh = {k: line for k, line in step.state.standing.get(cell, {}).items() if line.sets and line.fresh}
        least = min(line.impact for line in fresh.values()) if fresh else Impact.NONE
        found += _milder(step, area, sector, least + steps - 1)
    return found


def _merged(changes: Changes) -> Changes:
    """Of two about the same report and cell the milder; each thing once, in the order in which it was found."""
    found: dict[tuple[str, ...], Json] = {}
    for change in changes:
        place = tuple(str(change.get(name, "")) for name in ("do", "item", "area", "sector", "source", "forum"))
        found[place] = min(found.get(place, change), change, key=lambda c: int(c.get("impact", Impact.NONE)))
    return list(found.values())


def _true(step: Step, changes: Changes, conditions: Conditions) -> bool:
    return with_changes(step, changes, lambda: any(judge(step, node, subject).true for node, subject in conditions))


def _fewest(step: Step, changes: Changes, conditions: Conditions) -> Changes | None:
    """The same without what is not needed; None if it does not suffice or is too long to read."""
    if len(changes) > MOST or _true(step, changes, conditions):
        return None
    kept = list(changes)
    for change in changes:
        left = [c for c in kept if c is not change]
        if not _true(step, left, conditions):
            kept = left
    return kept
