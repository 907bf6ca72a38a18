"""Rules as data: which instances to look at, has a condition held long enough, does a rule speak.

In: the tests that changed in the step. Out: instances that begin or cease to speak, handed to suggestions.
Hold and clear are deadlines in the log's own time; a rule that raises is passed over alone and shown as failed.
Next: streams/core/judging.py, streams/core/suggestions.py
"""

from collections.abc import Iterator
from typing import NamedTuple

from schemas.rules import Quiet, Rule, RuleSet, leaves
from schemas.sectors import SECTORS
from streams.core import localtime
from streams.core.judging import judge, test_keys
from streams.core.measure_matters import ISSUES, PLANNED
from streams.core.measure_moments import WORSENED, zone_of
from streams.core.measure_silence import SOURCES
from streams.core.measured import FALSE, Measured
from streams.core.signals import watched
from streams.core.state import Instance, instance_key
from streams.core.step import Step

ORDER = ("bevaka", "tib", "samordnande", "inriktande")
"""Levels of which each is graver than those before it; the others stand beside them."""
NEVER = Instance(None, None, speaks=False)


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
        self.quiet = rules.quiet
        self.watched = watched(rules)
        self.readers: dict[str, list[str]] = {}
        for rule in rules.rule:
            for subject in subjects(rule):
                found = {
                    key
                    for node in (rule.when, rule.at_once, rule.stays)
                    for leaf in leaves(node)
                    for key in test_keys(leaf, subject)
                }
                for key in sorted(found):
                    self.readers.setdefault(key, []).append(instance_key(rule.id, subject))

    def instances(self) -> list[str]:
        """Every instance of the set; those that come with an item are found when it is told."""
        return sorted(instance_key(rule.id, s) for rule in self.rules.values() for s in subjects(rule))


def subjects(rule: Rule) -> tuple[str, ...]:
    """One empty subject, or each sector. The empty one of a rule for each item stands for all of its items."""
    return SECTORS if rule.each == "sector" else ("",)


def _by_item(step: Step, book: Book, key: str) -> list[str]:
    """Instances that a key stands for: of a rule for each item, one for every item there is or was."""
    name, _, subject = key.partition("|")
    rule = book.rules.get(name)
    if rule is None or rule.each != "item" or subject:
        return [key]
    items = {item for measure in (PLANNED, ISSUES) for item in step.state.members.get(measure, ())}
    known = {k.partition("|")[2] for k in step.state.instances if k.startswith(f"{name}|")}
    return [instance_key(name, item) for item in items | known]


def affected(step: Step, book: Book) -> list[str]:
    """Instances to evaluate: those that read a touched test, and those a deadline named."""
    found = set(step.instances)
    for test in step.tests:
        found.update(book.readers.get(test, ()))
    if step.sources:
        found.update(book.readers.get(SOURCES, ()))
    every = {instance for key in found for instance in _by_item(step, book, key)}
    return sorted(every, key=lambda key: (_rank(book, key), key))


def _rank(book: Book, key: str) -> int:
    """The gravest first: what it takes in never opens a notice of its own."""
    rule = book.rules.get(key.partition("|")[0])
    return -ORDER.index(rule.level) if rule is not None and rule.level in ORDER else 1


def held_until(step: Step, book: Book, at: int) -> list[str]:
    """Instances whose hold is over at this very instant."""
    return [key for key in book.instances() if step.state.due.get(f"hold|{key}") == at]


def evaluate(step: Step, book: Book, key: str) -> Ruling | None:
    """Bring one instance up to date; None when its rule is no more."""
    name, _, subject = key.partition("|")
    rule = book.rules.get(name)
    if rule is None:
        step.put(step.state.instances, key, None)
        step.deadline(f"hold|{key}", None)
        step.deadline(f"clear|{key}", None)
        return None
    was = step.state.instances.get(key, NEVER)
    at_once = judge(step, rule.at_once, subject) if rule.at_once is not None else FALSE
    verdict = at_once if at_once.true else judge(step, rule.when, subject)
    if not verdict.true and was.speaks and rule.stays is not None:
        verdict = judge(step, rule.stays, subject)
    since = step.at if was.true_since is None else was.true_since
    held = max(since + rule.hold, verdict.not_before)
    ready = step.at if at_once.true else not_in_quiet(step, book.quiet, rule, held)
    now = _advance(step.at, was, verdict.true, ready, rule.clear)
    step.put(step.state.instances, key, None if now == NEVER else now)
    holds_until = None if now.speaks or now.true_since is None else ready
    step.deadline(f"hold|{key}", holds_until)
    step.deadline(f"clear|{key}", now.false_since + rule.clear if now.speaks and now.false_since is not None else None)
    return Ruling(rule, subject, now, verdict.on, holds_until)


def not_in_quiet(step: Step, quiet: Quiet | None, rule: Rule, at: int) -> int:
    """When a rule of a level that waits in quiet hours may speak; the highest levels never wait."""
    if quiet is None or rule.level not in quiet.levels:
        return at
    zone = zone_of(step)
    while localtime.inside(max(at, step.at), quiet.hours, zone):
        at = localtime.changes_at(max(at, step.at), quiet.hours, zone)
    return at


def _advance(at: int, was: Instance, true: bool, ready: int, clear: int) -> Instance:  # noqa: FBT001
    """Hold and clear: true long enough begins to speak, false long enough falls silent."""
    if true:
        since = at if was.true_since is None else was.true_since
        return Instance(since, None, speaks=was.speaks or at >= ready)
    if not was.speaks:
        return NEVER
    since = at if was.false_since is None else was.false_since
    return NEVER if at - since >= clear else Instance(was.true_since, since, speaks=True)


def calmed(book: Book) -> Iterator[str]:
    """Instances that read `worsened`, to evaluate when its time is out."""
    yield from book.readers.get(WORSENED, ())
