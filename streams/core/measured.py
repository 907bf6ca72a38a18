"""What a test of a rule rests on, and how measures are kept: what each item or cell brings, written only on change.

A measure is a private table `members[name]`: item or cell -> what it brings. Tests read it when it was touched; those
that are costly to read (many cells, many counts) are read at most once a minute of the log's time.
"""

from typing import NamedTuple

from schemas.codec import Json
from schemas.times import MINUTE
from streams.core.step import Step


class Measured(NamedTuple):
    """Municipalities, items, and how strong the strongest is."""

    areas: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    strength: int = 0
    """Highest impact, or a number, for "an input got worse"."""
    params: tuple[tuple[str, str], ...] = ()
    """For the rule's words: types, levels, onset, by."""


class Verdict(NamedTuple):
    """Truth of a condition and what it rests on."""

    true: bool
    on: Measured = Measured()
    not_before: int = 0
    """A rule that rests on it may hold meanwhile and speaks no earlier than this."""


FALSE = Verdict(true=False)


def joined(on: list[Measured]) -> Measured:
    """What several parts rest on together."""
    first, *more = on or [Measured()]
    if not more:
        return first
    return Measured(
        tuple(sorted({a for m in on for a in m.areas})),
        tuple(sorted({i for m in on for i in m.items})),
        max(m.strength for m in on),
        tuple(sorted(dict(pair for m in on for pair in m.params).items())),
    )


def member(step: Step, name: str, key: str, value: Json | None) -> bool:
    """Enter or remove what one item or cell brings to a measure; True, and the measure touched, if that changed."""
    members = step.state.members.get(name)
    if (members or {}).get(key) == value:
        return False
    if members is None:
        members = {}
        step.put(step.state.members, name, members)
    step.put(members, key, value)
    if not members:
        step.put(step.state.members, name, None)
    step.tests.add(name)
    return True


def seldom(step: Step, name: str) -> None:
    """A costly measure was touched: tests read it now, but at most once a minute; a deadline sees to the rest."""
    last = step.state.facts.get(f"read|{name}")
    if last is None or last == step.at or step.at - last >= MINUTE:
        look(step, name)
    elif f"look|{name}" not in step.state.due:
        step.deadline(f"look|{name}", last + MINUTE)


def look(step: Step, name: str) -> None:
    """Tests read this measure in this step."""
    step.put(step.state.facts, f"read|{name}", step.at)
    step.deadline(f"look|{name}", None)
    step.tests.add(name)


def look_again(step: Step, name: str, by: str, at: int | None) -> None:
    """A test depends on the time: it is read again then. `by` tells apart tests of one measure."""
    step.deadline(f"look|{name}|{by.replace('|', '/')}", at)  # the last bar ends the name; an id may hold one
