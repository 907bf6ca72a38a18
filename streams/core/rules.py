"""Rules as data, one evaluator: is the condition true, on what does it rest, has it held long enough.

In: the tests that changed in the step. Out: instances that begin or cease to speak, handed to suggestions.
Hold and clear are deadlines in the log's own time; a rule that raises is passed over alone and shown as failed.
Next: streams/core/suggestions.py
"""

from collections.abc import Iterator
from typing import NamedTuple

from schemas.change import EntityKind
from schemas.rules import (
    All,
    Any_,
    CellsTest,
    ForumTest,
    Node,
    Not,
    RequestTest,
    Rule,
    RuleSet,
    WarningTest,
    WorsenedTest,
)
from schemas.sectors import SECTORS
from streams.core.signals import (
    WORSENED,
    Measured,
    hit_areas,
    leaves,
    measure_cells,
    measure_requests,
    measure_warning,
    sectors_of,
    test_keys,
    warning_tests,
)
from streams.core.state import Instance
from streams.core.step import Step

NOTHING = Measured()


class Verdict(NamedTuple):
    """Truth of a condition and what it rests on."""

    true: bool
    on: Measured = NOTHING


FALSE = Verdict(true=False)


class Ruling(NamedTuple):
    """One instance of a rule after evaluation."""

    rule: Rule
    subject: str
    instance: Instance
    on: Measured
    holds_until: int | None
    """When it will speak if nothing changes; None when it speaks or its condition is false."""


class Book:
    """A rule set with its indices: which instances read which test."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = {rule.id: rule for rule in rules.rule}
        self.warnings = warning_tests(rules)
        self.readers: dict[str, list[str]] = {}
        for rule in rules.rule:
            for subject in subjects(rule):
                for leaf in (*leaves(rule.when), *leaves(rule.at_once)):
                    for key in test_keys(leaf, subject):
                        self.readers.setdefault(key, []).append(instance_key(rule.id, subject))

    def instances(self) -> list[str]:
        """Every instance of the set."""
        return sorted(instance_key(rule.id, s) for rule in self.rules.values() for s in subjects(rule))


def subjects(rule: Rule) -> tuple[str, ...]:
    """One empty subject, or each sector."""
    return SECTORS if rule.each == "sector" else ("",)


def instance_key(rule: str, subject: str) -> str:
    """`<rule>|<subject>`."""
    return f"{rule}|{subject}"


def affected(step: Step, book: Book) -> list[str]:
    """Instances to evaluate: those that read a touched test, and those a deadline named."""
    found = set(step.instances)
    for test in step.tests:
        found.update(book.readers.get(test, ()))
    return sorted(found)


def evaluate(step: Step, book: Book, key: str) -> Ruling | None:
    """Bring one instance up to date; None when its rule is no more."""
    name, _, subject = key.partition("|")
    rule = book.rules.get(name)
    if rule is None:
        step.put(step.state.instances, key, None)
        step.deadline(f"hold|{key}", None)
        step.deadline(f"clear|{key}", None)
        return None
    at_once = judge(step, rule.at_once, subject) if rule.at_once is not None else FALSE
    verdict = at_once if at_once.true else judge(step, rule.when, subject)
    hold = 0 if at_once.true else rule.hold
    was = step.state.instances.get(key, Instance(None, None, speaks=False))
    now = _advance(step.at, was, verdict.true, hold, rule.clear)
    step.put(step.state.instances, key, None if now == Instance(None, None, speaks=False) else now)
    holds_until = None if now.speaks or now.true_since is None else now.true_since + hold
    step.deadline(f"hold|{key}", holds_until)
    step.deadline(f"clear|{key}", now.false_since + rule.clear if now.speaks and now.false_since is not None else None)
    return Ruling(rule, subject, now, verdict.on, holds_until)


def _advance(at: int, was: Instance, true: bool, hold: int, clear: int) -> Instance:  # noqa: FBT001
    """Hold and clear: true long enough begins to speak, false long enough falls silent."""
    if true:
        since = at if was.true_since is None else was.true_since
        return Instance(since, None, speaks=was.speaks or at - since >= hold)
    if not was.speaks:
        return Instance(None, None, speaks=False)
    since = at if was.false_since is None else was.false_since
    return Instance(None, None, speaks=False) if at - since >= clear else Instance(was.true_since, since, speaks=True)


def judge(step: Step, node: Node, subject: str) -> Verdict:
    """Truth of a condition, with the evidence of the parts that made it true."""
    match node:
        case All():
            return _all(step, node, subject)
        case Any_():
            on = [v.on for v in (judge(step, part, subject) for part in node.any) if v.true]
            return Verdict(true=True, on=_joined(on)) if on else FALSE
        case Not():
            return Verdict(not judge(step, node.none, subject).true)
        case WarningTest():
            return _warning(step, node)
        case CellsTest():
            return _cells(step, node, subject)
        case ForumTest():
            return _forum(step, node)
        case RequestTest():
            requests = measure_requests(step)
            return Verdict(bool(requests.items), requests)
        case WorsenedTest():
            return _worsened(step, node)


def _all(step: Step, node: All, subject: str) -> Verdict:
    """What is false rests on nothing, so the first false part ends it: most wait for a forum that is not there."""
    on = []
    for part in node.all:
        verdict = judge(step, part, subject)
        if not verdict.true:
            return FALSE
        on.append(verdict.on)
    return Verdict(true=True, on=_joined(on))


def _joined(on: list[Measured]) -> Measured:
    if len(on) == 1:
        return on[0]
    return Measured(
        tuple(sorted({a for m in on for a in m.areas})),
        tuple(sorted({i for m in on for i in m.items})),
        max([m.strength for m in on], default=0),
        tuple(sorted(dict(pair for m in on for pair in m.params).items())),
    )


def _enough(step: Step, test: WarningTest | CellsTest, areas: tuple[str, ...]) -> bool:
    """Either limit suffices: so many municipalities, or so large a share of the inhabitants."""
    if not areas:
        return False
    if test.areas is not None and len(areas) >= test.areas:
        return True
    return test.percent is not None and step.state.reference.percent(areas) >= test.percent


def _warning(step: Step, test: WarningTest) -> Verdict:
    on = measure_warning(step, test)
    return Verdict(true=True, on=on) if _enough(step, test, on.areas) else FALSE


def _cells(step: Step, test: CellsTest, subject: str) -> Verdict:
    """True if one sector alone has enough; sectors are never summed."""
    on = [
        measure_cells(step, sector, areas)
        for sector in sectors_of(test, subject or None)
        if _enough(step, test, areas := hit_areas(step, test, sector))
    ]
    return Verdict(true=True, on=_joined(on)) if on else FALSE


def _forum(step: Step, test: ForumTest) -> Verdict:
    hit = [
        f
        for f in step.state.picture[EntityKind.FORUM].values()
        if f["level"] == test.level and f["state"] == "active" and (not test.need_direction or "need_direction" in f)
    ]
    return Verdict(bool(hit), Measured(strength=len(hit), params=(("forum", hit[0]["id"]),) if hit else ()))


def _worsened(step: Step, test: WorsenedTest) -> Verdict:
    """Some cell got worse within the time; a deadline says when that is no longer so."""
    last = step.state.facts.get(WORSENED)
    true = last is not None and step.at - last < test.within
    step.deadline(f"calm|{test.within}", last + test.within if true and last is not None else None)
    return Verdict(true)


def calmed(book: Book) -> Iterator[str]:
    """Instances that read `worsened`, to evaluate when its time is out."""
    yield from book.readers.get(WORSENED, ())
