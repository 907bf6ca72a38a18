"""Requests for reports: whom, which sectors and areas, by when. Who has not answered by then is named.

In: a command, then two deadlines: half-way a reminder stands in the forms of those who have not answered, at the due
time cells without a value turn `not_reported`. Out: the public request, its cells. It is gone a day after it was due,
or when it is due and everybody has answered.
"""

from collections.abc import Sequence

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.ids import cell_key
from schemas.outcome import Outcome, Refusal, Result
from schemas.times import DAY, z
from streams.core.remembering import remember_entity
from streams.core.state import Ask
from streams.core.step import Step

SHOWN_AFTER = DAY
"""How long a request that was not answered by all stays in sight after it was due."""


def request_reports(step: Step, body: Json) -> Outcome:
    """Ask for reports. Refused where nobody who is asked may report on any of it."""
    args, key = body["args"], body["id"]
    cells = [cell_key(area, sector) for area in args["areas"] for sector in args["sectors"]]
    whom, asked = _whom(step, args, cells)
    if not asked:
        return Outcome(Result.REFUSED, reason=Refusal.NOT_THERE)
    remember_entity(step, body, EntityKind.REQUEST, key, sets=True)
    due = max(args["by"], step.at)
    step.put(step.state.asks, key, Ask(due, tuple(sorted(asked)), step.at, tuple(whom)))
    step.deadline(f"ask|{key}", due)
    step.deadline(f"askremind|{key}", step.at + (due - step.at) // 2)
    shown: Json = {"id": key, "by": z(args["by"]), "sectors": args["sectors"], "areas": args["areas"]}
    shown |= {"asked_by": body["who"], "asked_at": z(step.at), "whom": whom, "state": "open", "command": key}
    step.publish(EntityKind.REQUEST, key, shown)
    return Outcome(Result.APPLIED)


def _whom(step: Step, args: Json, cells: Sequence[str]) -> tuple[list[str], list[str]]:
    """Actors asked, and the cells they may report on; all that may where none is named."""
    reference = step.state.reference
    named = args.get("whom") or sorted(reference.actors)
    actors = sorted({actor for name in named for actor in reference.members(name, args["areas"])})
    may = {a: [c for c in cells if reference.entitled(a, c.partition("/")[2], c.partition("/")[0])] for a in actors}
    asked = list(cells) if not args.get("whom") else sorted({c for found in may.values() for c in found})
    return [a for a in actors if may[a]], asked


def missing(step: Step, ask: Ask) -> list[str]:
    """Who has said nothing on any of the cells since it was asked."""
    lines = [line for cell in ask.cells for line in step.state.standing.get(cell, {}).values()]
    heard = {line.actor for line in lines if line.at >= ask.since}
    return [actor for actor in ask.whom if actor not in heard]


def remind(step: Step, key: str) -> None:
    """Half the time has passed: who has not answered sees it in its form."""
    ask, entity = step.state.asks.get(key), step.entity(EntityKind.REQUEST, key)
    if ask is None or entity is None:
        return
    late = missing(step, ask)
    if late:
        step.publish(EntityKind.REQUEST, key, {**entity, "reminded_at": z(step.at), "missing": late})


def due(step: Step, key: str) -> None:
    """The time has come: what was not told is now `not_reported`; who has not answered stays named for a day."""
    ask, entity = step.state.asks.get(key), step.entity(EntityKind.REQUEST, key)
    if ask is None:
        return
    if entity is not None and entity["state"] == "due":
        forget(step, key)
        return
    for cell in ask.cells:
        step.put(step.state.asked, cell, ask.due)
        step.cells.add(cell)
    late = missing(step, ask)
    if entity is None or not late:
        forget(step, key)
        return
    step.publish(EntityKind.REQUEST, key, {**entity, "state": "due", "missing": late})
    step.deadline(f"ask|{key}", step.at + SHOWN_AFTER)


def forget(step: Step, key: str) -> None:
    """The request is over."""
    step.put(step.state.asks, key, None)
    step.deadline(f"ask|{key}", None)
    step.deadline(f"askremind|{key}", None)
    step.publish(EntityKind.REQUEST, key, None)


def take_back(step: Step, key: str) -> None:
    """Undone: nobody is asked any more, and what it turned grey is as it was."""
    ask = step.state.asks.get(key)
    if ask is not None:
        for cell in ask.cells:
            if step.state.asked.get(cell) == ask.due:
                step.put(step.state.asked, cell, None)
                step.cells.add(cell)
    forget(step, key)
