"""What if: things that can happen are tried on the picture and taken back, so that a reason can say what would end it.

In: changes `{"do": "report" | "end" | "heard" | "close", ...}`. Out: is a condition still true with them?
Nothing of it is kept: the journal takes every write back, and what was noted as touched is restored.
Next: streams/core/counterfactual.py
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from schemas.change import EntityKind
from schemas.codec import Json
from streams.core import cells
from streams.core.measure_cells import count_cell
from streams.core.standing import is_default
from streams.core.state import Standing
from streams.core.step import Step

R = TypeVar("R")
_OF_ITEMS = ("warning|", "matter|", "counts|", "request", "planned", "issues", "needs", "drift", "overdue")
"""Measures from which an item that ends goes."""


def with_changes(step: Step, changes: Sequence[Json], ask: Callable[[], R]) -> R:
    """The answer, had these things happened."""
    point = step.journal.here()
    noted = (step.items, step.cells, step.sources, step.tests, step.instances)
    before = [(kept, set(kept)) for kept in noted]
    try:
        happen(step, changes)
        return ask()
    finally:
        step.journal.undo(point)
        for kept, was in before:
            kept.clear()
            kept.update(was)


def happen(step: Step, changes: Sequence[Json]) -> None:
    """Let things happen, within `with_changes`."""
    for change in changes:
        _ACTS[change["do"]](step, change)


def _report(step: Step, change: Json) -> None:
    """The same report says so much, and no worse, of one cell; what else it says it says again with that."""
    key, cell = change["item"], f"{change['area']}/{change['sector']}"
    line = step.state.standing.get(cell, {}).get(key)
    if line is None:
        return
    _say(step, cell, key, min(line.impact, change["impact"]))
    item = step.state.items.get(key)
    for other in item.named if item is not None else ():
        if other != cell:
            _say(step, other, key)


def _say(step: Step, cell: str, key: str, impact: int | None = None) -> None:
    """A report's line on a cell is fresh, at this impact or as it was; its actor's outdated ones leave for it."""
    standing = step.state.standing.get(cell, {})
    line = standing.get(key)
    if line is None:
        return
    left = {name: other for name, other in standing.items() if not _overtaken(key, line, name, other)}
    if impact is None and line.fresh and len(left) == len(standing):
        return  # fresh already, and nothing leaves for it
    said = line._replace(impact=line.impact if impact is None else impact, at=step.at, outdated=None)
    step.put(step.state.standing, cell, {**left, key: said})
    _recount(step, cell)


def _overtaken(item: str, line: Standing, key: str, other: Standing) -> bool:
    """The same actor's outdated reports on the cell leave for a fresh one; of default ids only the newest stays."""
    also_mine = other.actor == line.actor and other.sets and key != item
    return also_mine and (not other.fresh or (is_default(item) and is_default(key)))


def _end(step: Step, change: Json) -> None:
    """The item is cancelled by whoever told it."""
    key = change["item"]
    for name in [n for n in step.state.members if n.startswith(_OF_ITEMS)]:
        if key in step.state.members[name]:
            step.put(step.state.members[name], key, None)
    item = step.state.items.get(key)
    for cell in item.held if item is not None else ():
        standing = step.state.standing.get(cell, {})
        step.put(step.state.standing, cell, {k: s for k, s in standing.items() if k != key} or None)
        _recount(step, cell)


def _recount(step: Step, cell: str) -> None:
    step.publish(EntityKind.CELL, cell, cells.value(step, cell, step.entity(EntityKind.CELL, cell)))
    count_cell(step, cell)


def _heard(step: Step, change: Json) -> None:
    """A source answers again, or an actor says that its report still holds."""
    if "source" in change:
        step.publish(EntityKind.SOURCE, change["source"], {"state": "heard"})
    elif change["item"] in step.state.members.get("overdue", {}):
        step.put(step.state.members["overdue"], change["item"], None)


def _close(step: Step, change: Json) -> None:
    """A person closes the forum."""
    forum = step.entity(EntityKind.FORUM, change["forum"])
    step.publish(EntityKind.FORUM, change["forum"], {**(forum or {}), "state": "closed"})


_ACTS: dict[str, Callable[[Step, Json], None]] = {"report": _report, "end": _end, "heard": _heard, "close": _close}
