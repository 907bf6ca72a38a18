"""What each kind of deadline does when its time has come. Ids are `<kind>|<what>`; the kind picks the act.

In: a deadline's id. Out: writes in the step; the fold seals them like any other.
"""

from collections.abc import Callable

from schemas.sectors import ItemState
from streams.core import (
    cells,
    consequences,
    forum_due,
    items,
    notices,
    reconsidering,
    remembering,
    reminders,
    requests,
    rules,
    signals,
    sources,
    standing,
)
from streams.core.rules import Book
from streams.core.step import Step

Act = Callable[[Step, str, Book], None]


def act(step: Step, name: str, book: Book) -> None:
    """Carry out one deadline. KeyError if its kind is none of ours."""
    kind, _, what = name.partition("|")
    ACTS[kind](step, what, book)
    cells.recompute(step)


def _begin(step: Step, key: str, _: Book) -> None:
    """An item's onset has come."""
    item = step.state.items[key]
    stale = items.stale_at(step, item.kind, item.sent, item.stale)
    items.move(step, key, items.life("report", onset=None, ends=item.ends, stale=stale, at=step.at))


def _end(step: Step, key: str, _: Book) -> None:
    """An item's own end has passed: expired, which is not cancelled."""
    items.move(step, key, ItemState.EXPIRED)


def _stale(step: Step, key: str, _: Book) -> None:
    """A report was not renewed in time: everything it stands on is outdated, nothing is calmer."""
    items.move(step, key, ItemState.OUTDATED)
    standing.outdate(step, key, step.at)


def _forget(step: Step, key: str, _: Book) -> None:
    items.forget(step, key)


def _expected(step: Step, cell: str, _: Book) -> None:
    """An expectation has passed; the cell is computed again without it."""
    step.cells.add(cell)


def _silent(step: Step, source: str, _: Book) -> None:
    sources.fall_silent(step, source)


def _instance(step: Step, key: str, _: Book) -> None:
    """Hold, clear or mute has run out: the instance is evaluated again."""
    step.instances.add(key)


def _calm(step: Step, _within: str, book: Book) -> None:
    step.instances.update(rules.calmed(book))


def _window(step: Step, what: str, book: Book) -> None:
    """A warning has come within a test's time before onset."""
    *name, key = what.split("|", 4)
    signals.open_window(step, "|".join(name), key, book.watched)


def _look(step: Step, what: str, _: Book) -> None:
    """A measure is read again, since the time matters to a test of it."""
    signals.look(step, what)


def _why(step: Step, name: str, book: Book) -> None:
    """What would make a suggestion fall away is said anew."""
    reconsidering.reconsider(step, book, name, due=True)


def _ask(step: Step, name: str, _: Book) -> None:
    requests.due(step, name)


def _ask_reminder(step: Step, name: str, _: Book) -> None:
    requests.remind(step, name)


def _question(step: Step, cell: str, _: Book) -> None:
    consequences.due(step, cell)


def _done(step: Step, name: str, _: Book) -> None:
    """A command's id, or a receipt's answer, need not be known any longer."""
    step.put(step.state.done, name, None)
    remembering.forget(step, name)


def _hold(step: Step, key: str, book: Book) -> None:
    """A hold is over: looked at with all others that end at this instant, so that the gravest speaks for them."""
    step.instances.update([key, *rules.held_until(step, book, step.at)])


def _told(step: Step, receipt: str, _: Book) -> None:
    step.put(step.state.told, receipt, None)


def _drop(step: Step, name: str, _: Book) -> None:
    notices.drop(step, name)


def _remind(step: Step, notice: str, _: Book) -> None:
    reminders.due(step, notice)


def _of_forum(forum_act: Callable[[Step, str], None]) -> Act:
    return lambda step, name, _: forum_act(step, name)


ACTS: dict[str, Act] = {
    "begin": _begin,
    "end": _end,
    "stale": _stale,
    "forget": _forget,
    "expected": _expected,
    "silent": _silent,
    "hold": _hold,
    **dict.fromkeys(("clear", "mute"), _instance),
    "calm": _calm,
    "window": _window,
    "look": _look,
    "why": _why,
    "ask": _ask,
    "askremind": _ask_reminder,
    "question": _question,
    "done": _done,
    "drop": _drop,
    "remind": _remind,
    "told": _told,
    **{kind: _of_forum(act) for kind, act in forum_due.ACTS.items()},
}
