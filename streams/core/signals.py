"""Numbers that rules test, kept up by what changed: which municipalities a warning covers, which cells are how bad.

In: items and cells touched in the step. Out: tests whose value may have changed, and public signals.
A test's key says what it measures without its limit, so that two rules with other limits share the counting.
Next: streams/core/rules.py
"""

from collections.abc import Iterator
from typing import NamedTuple

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.rules import All, Any_, CellsTest, ForumTest, Node, Not, RequestTest, RuleSet, WarningTest, WorsenedTest
from schemas.sectors import OPEN_STATES, SECTORS, Impact, Kind, Unknown
from schemas.times import MINUTE, z
from streams.core.step import Step

FORUM, REQUEST, WORSENED = "forum", "request", "worsened"

Leaf = WarningTest | CellsTest | ForumTest | RequestTest | WorsenedTest


class Measured(NamedTuple):
    """What a test rests on: municipalities, items, and how strong the strongest is."""

    areas: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    strength: int = 0
    """Highest impact, or the number of municipalities, for "an input got worse"."""
    params: tuple[tuple[str, str], ...] = ()
    """For the rule's words: types, levels, onset, by."""


def leaves(node: Node | None) -> Iterator[Leaf]:
    """Every test of a condition."""
    match node:
        case None:
            return
        case All():
            for part in node.all:
                yield from leaves(part)
        case Any_():
            for part in node.any:
                yield from leaves(part)
        case Not():
            yield from leaves(node.none)
        case _:
            yield node


def test_keys(leaf: Leaf, subject: str | None) -> tuple[str, ...]:
    """Keys of the measures a test reads."""
    match leaf:
        case WarningTest():
            return (warning_key(leaf),)
        case CellsTest():
            return tuple(f"cells|{sector}" for sector in sectors_of(leaf, subject))
        case ForumTest():
            return (FORUM,)
        case RequestTest():
            return (REQUEST,)
        case WorsenedTest():
            return (WORSENED,)


def warning_key(test: WarningTest) -> str:
    """Name of a warning measure: source, levels, how long before onset it counts."""
    return f"warning|{test.source}|{'+'.join(sorted(test.levels))}|{test.within // MINUTE}min"


def sectors_of(test: CellsTest, subject: str | None) -> tuple[str, ...]:
    """Sectors a cell test looks at."""
    if test.sectors:
        return tuple(test.sectors)
    return (subject,) if subject else SECTORS


def warning_tests(rules: RuleSet) -> dict[str, WarningTest]:
    """Each distinct warning measure of a rule set."""
    found = (leaf for rule in rules.rule for node in (rule.when, rule.at_once) for leaf in leaves(node))
    return {warning_key(leaf): leaf for leaf in found if isinstance(leaf, WarningTest)}


def update(step: Step, tests: dict[str, WarningTest]) -> None:
    """Bring every measure up to date with the items and cells of this step."""
    for key in sorted(step.items):
        entity = step.entity(EntityKind.ITEM, key)
        is_warning = entity is not None and entity["kind"] == Kind.WARNING
        for name, test in tests.items():
            if is_warning or key in step.state.members.get(name, ()):
                _count_warning(step, name, test, key)
        if entity is None or entity["kind"] == Kind.REQUEST:
            _count_request(step, key)
    for cell in sorted(step.cells):
        _count_cell(step, cell)


def _member(step: Step, name: str, key: str, value: Json | None) -> None:
    """Enter or remove what one item or cell brings to a measure; the measure is touched if that changed."""
    members = step.state.members.get(name)
    if (members or {}).get(key) == value:
        return
    if members is None:
        members = {}
        step.put(step.state.members, name, members)
    step.put(members, key, value)
    if not members:
        step.put(step.state.members, name, None)
    step.tests.add(name)


def _count_warning(step: Step, name: str, test: WarningTest, key: str) -> None:
    entity = step.entity(EntityKind.ITEM, key)
    item = step.state.items.get(key)
    deadline = f"window|{name}|{key}"
    fits = (
        entity is not None
        and item is not None
        and item.counts
        and item.state in OPEN_STATES
        and entity["source"] == test.source
        and entity["native"].get("level") in test.levels
    )
    if not fits or entity is None or item is None:
        step.deadline(deadline, None)
        _member(step, name, key, None)
        return
    opens = item.onset - test.within if item.onset is not None else step.at
    if opens > step.at:
        step.deadline(deadline, opens)
        _member(step, name, key, None)
        return
    step.deadline(deadline, None)
    brings: Json = {"areas": sorted(entity["areas"]), "type": entity["native"].get("code", "")}
    if item.onset is not None:
        brings["onset"] = item.onset
    _member(step, name, key, brings)


def open_window(step: Step, name: str, key: str, tests: dict[str, WarningTest]) -> None:
    """A warning has come within a test's window."""
    if name in tests:
        _count_warning(step, name, tests[name], key)


def _count_request(step: Step, key: str) -> None:
    entity, item = step.entity(EntityKind.ITEM, key), step.state.items.get(key)
    stands = item is not None and entity is not None and item.counts and item.state in OPEN_STATES
    brings: Json | None = None
    if stands and item is not None:
        brings = {"areas": [], "by": item.actor or ""}
    if stands or key in step.state.members.get(REQUEST, ()):
        _member(step, REQUEST, key, brings)


def _count_cell(step: Step, cell: str) -> None:
    area, _, sector = cell.partition("/")
    entity = step.entity(EntityKind.CELL, cell)
    name, brings = f"cells|{sector}", None
    if entity is not None and entity["impact"] >= Impact.MODERATE:
        brings = {"impact": entity["impact"]}
    elif entity is not None and entity.get("unknown") == Unknown.OUTDATED:
        # silence neither raises nor clears: what the cell brought while fresh it still brings
        brings = step.state.members.get(name, {}).get(area)
    _member(step, name, area, brings)


def measure_warning(step: Step, test: WarningTest) -> Measured:
    """Municipalities that warnings at these levels cover now."""
    members = step.state.members.get(warning_key(test), {})
    areas = tuple(sorted({a for m in members.values() for a in m["areas"]}))
    onsets = [m["onset"] for m in members.values() if "onset" in m]
    params = [("types", "+".join(sorted({m["type"] for m in members.values()}))), ("levels", "+".join(test.levels))]
    if onsets:
        params.append(("onset", z(min(onsets))))
    return Measured(areas, tuple(sorted(members)), len(areas), tuple(params))


def hit_areas(step: Step, test: CellsTest, sector: str) -> tuple[str, ...]:
    """Municipalities where this sector is at least so bad."""
    members = step.state.members.get(f"cells|{sector}")
    return tuple(sorted([a for a, m in members.items() if m["impact"] >= test.impact])) if members else ()


def measure_cells(step: Step, sector: str, areas: tuple[str, ...]) -> Measured:
    """What a sector being so bad in these municipalities rests on."""
    members = step.state.members[f"cells|{sector}"]
    cells = (step.entity(EntityKind.CELL, f"{area}/{sector}") for area in areas)
    items = tuple(sorted({c["reasons"][0]["item"] for c in cells if c and c["reasons"]}))
    strongest = max(members[area]["impact"] for area in areas)
    return Measured(areas, items, strongest * 100 + len(areas), (("impact", str(strongest)),))


def measure_requests(step: Step) -> Measured:
    """Requests for a forum that stand."""
    members = step.state.members.get(REQUEST, {})
    return Measured(
        (), tuple(sorted(members)), len(members), (("by", "+".join(sorted({m["by"] for m in members.values()}))),)
    )


def publish(step: Step, tests: dict[str, WarningTest]) -> None:
    """Public signals of the measures touched in this step."""
    for name in sorted(step.tests):
        if name in tests:
            areas = list(measure_warning(step, tests[name]).areas)
            signal = {"value": len(areas), "unit": "areas", "areas": areas} if areas else None
            step.publish(EntityKind.SIGNAL, name, signal)
        elif name.startswith("cells|"):
            _publish_cells(step, name)


def _publish_cells(step: Step, name: str) -> None:
    """Municipalities with the sector at step 3 or worse: the line that the county reports draw."""
    members = step.state.members.get(name, {})
    areas = sorted(a for a, m in members.items() if m["impact"] >= Impact.SIGNIFICANT)
    signal = {"value": len(areas), "unit": "areas", "areas": areas} if areas else None
    step.publish(EntityKind.SIGNAL, f"{name}|{int(Impact.SIGNIFICANT)}", signal)


def recount(step: Step, tests: dict[str, WarningTest]) -> None:
    """A new rule set: count every warning for every test anew, and drop measures nobody reads."""
    for name in [n for n in step.state.members if n.startswith("warning|") and n not in tests]:
        for key in list(step.state.members[name]):
            _member(step, name, key, None)
        step.publish(EntityKind.SIGNAL, name, None)
    for deadline in [d for d in step.state.due if d.startswith("window|")]:
        step.deadline(deadline, None)
    warnings = [k for k, e in step.state.picture[EntityKind.ITEM].items() if e["kind"] == Kind.WARNING]
    for name, test in tests.items():
        for key in sorted(warnings):
            _count_warning(step, name, test, key)
