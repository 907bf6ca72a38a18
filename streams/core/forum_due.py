"""Follow-up in time: own decisions expected by now, tasks due, owners that have been quiet for long.

In: deadlines of minutes entries. Out: the entry overdue, and who of its actors is reminded: those alone, and no call.
"""

from collections.abc import Callable

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.times import z
from streams.core.forum_book import publish, quiet_from_now
from streams.core.forum_life import entry_after
from streams.core.forum_meetings import opens
from streams.core.forum_store import forget
from streams.core.forum_view import undone, waiting
from streams.core.step import Step


def due(step: Step, name: str) -> None:
    """Own decisions, or a task, were expected by now."""
    entry = step.entity(EntityKind.ENTRY, name)
    if entry is not None and waiting(entry):
        _remind(step, entry, waiting(entry), entry_after(entry["state"], "due"))


def follow_up(step: Step, name: str) -> None:
    """The forum looks at what was carried out: who has not done its part is reminded."""
    entry = step.entity(EntityKind.ENTRY, name)
    if entry is not None and undone(entry):
        _remind(step, entry, undone(entry), entry_after(entry["state"], "due"))


def quiet(step: Step, name: str) -> None:
    """The owners of a task have said nothing for long; they are asked again after as long a time."""
    entry = step.entity(EntityKind.ENTRY, name)
    if entry is not None and undone(entry):
        quiet_from_now(step, name)
        _remind(step, entry, undone(entry), None)


def _remind(step: Step, entry: Json, actors: list[str], state: str | None) -> None:
    state = state or entry["state"]
    publish(step, {**entry, "state": state, "reminded": actors, "reminded_at": z(step.at)})


ACTS: dict[str, Callable[[Step, str], None]] = {
    "meets": opens,
    "entry": due,
    "follow": follow_up,
    "quiet": quiet,
    "old": forget,
}
"""Kind of a deadline of forums -> what it does."""
