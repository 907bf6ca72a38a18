"""Measures that rules test, kept up by what changed, and those of them that are public signals.

In: items, cells and sources touched in the step. Out: tests whose value may have changed, and public signals.
A test's key says what it measures without its limit, so that two rules with other limits share the counting.
Next: streams/core/measured.py, streams/core/judging.py
"""

from typing import NamedTuple

from schemas.change import EntityKind
from schemas.rule_tests import MatterTest, WarningTest
from schemas.rules import RuleSet, leaves
from schemas.sectors import Impact, Kind
from schemas.times import MINUTE, SECOND
from streams.core import measured
from streams.core.drift import DRIFT
from streams.core.measure_cells import OWN, count_cell
from streams.core.measure_counts import COUNTS, added, count_counts, largest_first, told
from streams.core.measure_items import (
    count_matter,
    count_request,
    count_warning,
    matter_key,
    measure_warning,
    warning_key,
)
from streams.core.measure_matters import count_matters
from streams.core.measure_moments import FORUM, WORSENED
from streams.core.measure_silence import count_overdue
from streams.core.step import Step

__all__ = ["FORUM", "WORSENED", "Watched", "look", "open_window", "publish", "recount", "update", "watched"]


_SELDOM = frozenset({COUNTS, OWN, DRIFT})
"""Measures that are costly to read: at most once a minute."""


class Watched(NamedTuple):
    """What a rule set measures beside what is always measured."""

    warnings: dict[str, WarningTest]
    matters: dict[str, MatterTest]
    by_source: dict[str, tuple[str, ...]]
    """Source -> matter measures that read it."""


def watched(rules: RuleSet) -> Watched:
    """Each distinct warning and matter measure of a rule set."""
    nodes = (node for rule in rules.rule for node in (rule.when, rule.at_once, rule.stays))
    found = [leaf for node in nodes for leaf in leaves(node)]
    matters = {matter_key(leaf): leaf for leaf in found if isinstance(leaf, MatterTest)}
    sources = {source for test in matters.values() for source in test.sources}
    return Watched(
        {warning_key(leaf): leaf for leaf in found if isinstance(leaf, WarningTest)},
        matters,
        {s: tuple(name for name, test in matters.items() if s in test.sources) for s in sources},
    )


def update(step: Step, tests: Watched) -> None:
    """Bring every measure up to date with the items and cells of this step."""
    for key in sorted(step.items):
        entity, item = step.entity(EntityKind.ITEM, key), step.state.items.get(key)
        is_warning = entity is not None and entity["kind"] == Kind.WARNING
        for name, test in tests.warnings.items():
            if is_warning or key in step.state.members.get(name, ()):
                count_warning(step, name, test, key)
        for name in tests.by_source.get(key.partition("/")[0], ()):
            count_matter(step, name, tests.matters[name], key)
        if entity is None or "counts" in entity:
            count_counts(step, key)
        if entity is None or entity["kind"] == Kind.REQUEST:
            count_request(step, key, entity, item)
        if entity is None or "impacts" in entity:
            count_overdue(step, key)
        count_matters(step, key)
    for cell in sorted(step.cells):
        count_cell(step, cell)
    if step.cells:
        _say_anew(step)


def _say_anew(step: Step) -> None:
    """Another report may stand on a cell without making it worse: what would end a suggestion is then another thing."""
    for fact, last in list(step.state.facts.items()):
        if fact.startswith("why|") and fact not in step.state.due:
            step.deadline(fact, max(last + MINUTE, step.at + SECOND))


def open_window(step: Step, name: str, key: str, tests: Watched) -> None:
    """A warning has come within a test's window."""
    if name in tests.warnings:
        count_warning(step, name, tests.warnings[name], key)


def look(step: Step, what: str) -> None:
    """A measure is to be read again at this time: `<measure>` or `<measure>|<which of its tests>`."""
    if what in _SELDOM:
        measured.look(step, what)
    else:
        step.tests.add(what.rpartition("|")[0])


def publish(step: Step, tests: Watched) -> None:
    """Public signals of the measures touched in this step."""
    for name in sorted(step.tests):
        if name in tests.warnings:
            areas = list(measure_warning(step, tests.warnings[name]).areas)
            signal = {"value": len(areas), "unit": "areas", "areas": areas} if areas else None
            step.publish(EntityKind.SIGNAL, name, signal)
        elif name.startswith("cells|"):
            _publish_cells(step, name)
        elif name == COUNTS:
            _publish_counts(step)


def _publish_cells(step: Step, name: str) -> None:
    """Municipalities with the sector at step 3 or worse: the line that the county reports draw."""
    members = step.state.members.get(name, {})
    areas = sorted(a for a, m in members.items() if m["impact"] >= Impact.SIGNIFICANT)
    signal = {"value": len(areas), "unit": "areas", "areas": areas} if areas else None
    step.publish(EntityKind.SIGNAL, f"{name}|{int(Impact.SIGNIFICANT)}", signal)


def _publish_counts(step: Step) -> None:
    """How many are known to be without something, by kind: what may be added, added."""
    names = {n for n in (*step.state.members, *step.state.picture[EntityKind.SIGNAL]) if n.startswith(f"{COUNTS}|")}
    for name in sorted(names):
        taken = added(largest_first(told(step, name)))
        areas = sorted({a for s in taken for a in s.areas})
        signal = {"value": sum(s.number for s in taken), "unit": "count", "areas": areas} if taken else None
        step.publish(EntityKind.SIGNAL, name, signal)


def recount(step: Step, tests: Watched) -> None:
    """A new rule set: count every item for every test anew, and drop measures nobody reads."""
    kept = {*tests.warnings, *tests.matters}
    for name in [n for n in step.state.members if n.startswith(("warning|", "matter|")) and n not in kept]:
        for key in list(step.state.members[name]):
            measured.member(step, name, key, None)
        step.publish(EntityKind.SIGNAL, name, None)
    for deadline in [d for d in step.state.due if d.startswith("window|")]:
        step.deadline(deadline, None)
    for key, entity in sorted(step.state.picture[EntityKind.ITEM].items()):
        if entity["kind"] == Kind.WARNING:
            for name, test in tests.warnings.items():
                count_warning(step, name, test, key)
        for name in tests.by_source.get(entity["source"], ()):
            count_matter(step, name, tests.matters[name], key)
