"""One step of the fold: the state, the time, what was touched, and the only ways to write.

Every stage gets the step and writes through it; whatever it wrote can be taken back. What a stage touches tells the
next stages what to look at, so a change costs what it touches and never the number of open items.
"""

from typing import TypeVar

from schemas.change import Cause, Change, EntityKind
from schemas.codec import Json
from streams.core.clock import Deadlines
from streams.core.journal import Journal
from streams.core.state import State

V = TypeVar("V")


class Step:
    """What one record or one due deadline does, until it is sealed into a version or undone."""

    def __init__(self, state: State, deadlines: Deadlines, at: int, cause: Cause) -> None:
        self.state = state
        self.at = at
        """Space time of the step, ms UTC."""
        self.cause = cause
        self.happened_at: int | None = None
        self.journal = Journal()
        self._deadlines = deadlines
        self._before: dict[tuple[str, str], Json | None] = {}
        """Public entities written in this step, as they were before it."""
        self.items: set[str] = set()
        """Item keys whose item changed."""
        self.cells: set[str] = set()
        """Cells to compute again."""
        self.sources: set[str] = set()
        """Sources whose state changed."""
        self.tests: set[str] = set()
        """Keys of rule tests whose value may have changed."""
        self.instances: set[str] = set()
        """Rule instances to evaluate again: `<rule>|<subject>`."""
        self.scalars: set[str] = set()
        """Scalars of the state that were replaced: rules or registry."""

    @property
    def number(self) -> int:
        """Number of the version this step makes, if it makes one."""
        return self.state.version + 1

    def put(self, table: dict[str, V], key: str, value: V | None) -> None:
        """Write to a private table; None removes."""
        self.journal.put(table, key, value)

    def scalar(self, name: str, value: object) -> None:
        """Replace a scalar of the state; it can be taken back like any write."""
        self.journal.put(vars(self.state), name, value)
        self.scalars.add(name)

    def publish(self, kind: EntityKind, key: str, entity: Json | None) -> None:
        """Write a public entity, whole; None removes it."""
        table = self.state.picture[kind]
        if (kind, key) not in self._before:
            self._before[kind, key] = table.get(key)
        self.journal.put(table, key, entity)

    def entity(self, kind: EntityKind, key: str) -> Json | None:
        """A public entity as it is now."""
        return self.state.picture[kind].get(key)

    def deadline(self, name: str, due: int | None) -> None:
        """Set, move or, with None, drop a deadline. What is past already is due now."""
        when = None if due is None else max(due, self.at)
        if self.state.due.get(name) == when:
            return
        self.journal.put(self.state.due, name, when)
        if when is not None:
            self._deadlines.added(name, when)

    def forget_touched(self) -> None:
        """What was noted as touched has been taken back."""
        for noted in (self.items, self.cells, self.sources, self.tests, self.instances):
            noted.clear()

    def changes(self) -> list[Change]:
        """Public entities that differ from before the step."""
        picture = self.state.picture
        found = []
        for (kind, key), old in self._before.items():
            new = picture[kind].get(key)
            if new is not old and new != old:
                found.append(Change(kind, key, new))
        return found
