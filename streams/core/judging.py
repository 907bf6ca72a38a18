"""One evaluator: a condition's truth, and what it rests on. It walks the tree of schemas/rules.py.

In: a node of a rule, the measures. Out: a verdict. Tests that depend on the time set a deadline to be read again.
Next: streams/core/rules.py
"""

from schemas.rule_tests import (
    CellsTest,
    ContradictionTest,
    CountsTest,
    DriftTest,
    ForumTest,
    HoursTest,
    Leaf,
    MatterTest,
    OverdueTest,
    OwnersTest,
    PlannedTest,
    RequestTest,
    ScarceTest,
    SectorsTest,
    Share,
    SharedTest,
    SilentTest,
    WarningTest,
    WorsenedTest,
)
from schemas.rules import All, Any_, Node, Not
from streams.core.drift import DRIFT
from streams.core.measure_cells import (
    CONTRADICTION,
    OWN,
    hit_areas,
    judge_contradiction,
    measure_cells,
    measure_owners,
    sectors_of,
)
from streams.core.measure_counts import COUNTS, judge_counts
from streams.core.measure_items import (
    REQUEST,
    judge_matter,
    matter_key,
    measure_requests,
    measure_warning,
    warning_key,
)
from streams.core.measure_matters import (
    ADVICE,
    ISSUES,
    MATTER,
    NEEDS,
    PLANNED,
    judge_drift,
    judge_planned,
    judge_scarce,
    judge_shared,
)
from streams.core.measure_moments import FORUM, HOURS, WORSENED, judge_forum, judge_hours, judge_worsened
from streams.core.measure_sectors import judge_sectors
from streams.core.measure_silence import OVERDUE, SOURCES, judge_overdue, judge_silent
from streams.core.measured import FALSE, Measured, Verdict, joined
from streams.core.step import Step


def test_keys(leaf: Leaf, subject: str) -> tuple[str, ...]:
    """Keys of the measures a test reads."""
    match leaf:
        case WarningTest():
            return (warning_key(leaf),)
        case MatterTest():
            return (matter_key(leaf),)
        case CellsTest():
            return tuple(f"cells|{sector}" for sector in sectors_of(leaf, subject))
        case OverdueTest():
            return (OVERDUE, *(f"cells|{sector}" for sector in leaf.beside))
        case ForumTest() if leaf.over:
            return (FORUM, PLANNED)
        case _:
            return _KEYS[type(leaf)]


_KEYS: dict[type[Leaf], tuple[str, ...]] = {
    OwnersTest: (OWN,),
    SectorsTest: (OWN,),
    CountsTest: (COUNTS,),
    ContradictionTest: (CONTRADICTION,),
    SilentTest: (SOURCES,),
    PlannedTest: (PLANNED, MATTER, FORUM),
    SharedTest: (ISSUES, MATTER),
    ScarceTest: (NEEDS, MATTER),
    DriftTest: (DRIFT, ADVICE),
    HoursTest: (HOURS,),
    ForumTest: (FORUM,),
    RequestTest: (REQUEST,),
    WorsenedTest: (WORSENED,),
}


def judge(step: Step, node: Node, subject: str) -> Verdict:
    """Truth of a condition, with the evidence of the parts that made it true."""
    match node:
        case All():
            return _all(step, node, subject)
        case Any_():
            return _any(step, node, subject)
        case Not():
            return Verdict(not judge(step, node.none, subject).true)
        case CellsTest():
            return _cells(step, node, subject)
        case PlannedTest():
            return judge_planned(step, node, subject)
        case SharedTest():
            return judge_shared(step, node, subject)
        case _:
            return _leaf(step, node)


def _leaf(step: Step, test: Leaf) -> Verdict:
    """A test that has no subject."""
    match test:
        case WarningTest():
            return _shared(step, test, measure_warning(step, test))
        case OwnersTest():
            return _shared(step, test, measure_owners(step, test))
        case SectorsTest():
            return judge_sectors(step, test)
        case MatterTest():
            return judge_matter(step, test)
        case CountsTest():
            return judge_counts(step, test)
        case ContradictionTest():
            return judge_contradiction(step)
        case SilentTest():
            return judge_silent(step, test)
        case OverdueTest():
            return judge_overdue(step, test)
        case _:
            return _brought_up(step, test)


def _brought_up(step: Step, test: Leaf) -> Verdict:
    """Tests of what people bring up and do, and of the time."""
    match test:
        case ScarceTest():
            return judge_scarce(step, test)
        case DriftTest():
            return judge_drift(step, test)
        case HoursTest():
            return judge_hours(step, test)
        case ForumTest():
            return judge_forum(step, test)
        case WorsenedTest():
            return judge_worsened(step, test)
        case RequestTest():
            requests = measure_requests(step, test.forum)
            return Verdict(bool(requests.items), requests)
    raise TypeError(test)


def _all(step: Step, node: All, subject: str) -> Verdict:
    """What is false rests on nothing, so the first false part ends it: most wait for a forum that is not there."""
    found = []
    for part in node.all:
        verdict = judge(step, part, subject)
        if not verdict.true:
            return FALSE
        found.append(verdict)
    return Verdict(true=True, on=joined([v.on for v in found]), not_before=max(v.not_before for v in found))


def _any(step: Step, node: Any_, subject: str) -> Verdict:
    """One true part is enough, also for when it may be said."""
    found = [v for v in (judge(step, part, subject) for part in node.any) if v.true]
    if not found:
        return FALSE
    return Verdict(true=True, on=joined([v.on for v in found]), not_before=min(v.not_before for v in found))


def enough(step: Step, test: Share, areas: tuple[str, ...]) -> bool:
    """Either limit suffices: so many municipalities, or so large a share of the inhabitants."""
    if test.areas is not None and len(areas) >= test.areas:
        return True
    return test.percent is not None and step.state.reference.percent(areas) >= test.percent


def _shared(step: Step, test: Share, on: Measured) -> Verdict:
    return Verdict(true=True, on=on) if enough(step, test, on.areas) else FALSE


def _cells(step: Step, test: CellsTest, subject: str) -> Verdict:
    """True if one sector alone has enough; sectors are never summed."""
    on = [
        measure_cells(step, sector, areas)
        for sector in sectors_of(test, subject)
        if enough(step, test, areas := hit_areas(step, sector, test.impact))
    ]
    return Verdict(true=True, on=joined(on)) if on else FALSE
