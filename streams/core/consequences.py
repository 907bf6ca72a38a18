"""Expected consequences not yet reported: what usually follows when a sector is hit, asked of those who would know.

In: cells that this step touched, the county's reviewed table of what depends on what. Out: one question a cell, with
the time by which an answer is expected; answered by the next report of an actor that is asked, or by its own words.
A question never changes a cell, and no rule reads it. Silence neither raises nor clears one: a cause that is outdated
keeps the questions it had. Cost: the touched cells and what depends on them.
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.outcome import Outcome, Refusal
from schemas.sectors import Impact
from schemas.times import MINUTE, z
from streams.core.forum_store import APPLIED, refused, speaks_for
from streams.core.state import Standing
from streams.core.step import Step

PREFIX = "question/"
"""A question's key is this and the cell it is about."""


def update(step: Step) -> None:
    """Weigh every cell that was touched, and what depends on one that is hit or has been asked about."""
    reference, questions = step.state.reference, step.state.picture[EntityKind.QUESTION]
    anew = "reference" in step.scalars
    if not reference.depend_on and not questions:
        return
    cells = {*step.cells, *step.state.picture[EntityKind.CELL]} if anew else step.cells
    weighed = {key.removeprefix(PREFIX) for key in questions} if anew else set()
    for cell in cells:
        area, _, sector = cell.partition("/")
        weighed.add(cell)
        hit = _hit(step, cell, asked=False)
        others = [f"{area}/{row['of']}" for row in reference.depend_on.get(sector, ()) if hit or questions]
        weighed.update(other for other in others if hit or PREFIX + other in questions)
    for cell in sorted(weighed):
        _weigh(step, cell)


def due(step: Step, cell: str) -> None:
    """The time has come: nobody has answered, or an answer in words is so old that it is asked anew."""
    known = step.entity(EntityKind.QUESTION, PREFIX + cell)
    if known is None:
        return
    if known["state"] == "open":
        step.publish(EntityKind.QUESTION, PREFIX + cell, {**known, "state": "overdue"})
    elif known["state"] == "answered":
        _drop(step, cell)
        _weigh(step, cell)


def answer(step: Step, body: Json) -> Outcome:
    """An actor that is asked answers in words: the cell stays as it is."""
    known, actor = step.entity(EntityKind.QUESTION, str(body.get("on", ""))), speaks_for(step, body, "operator")
    if known is None:
        return refused(Refusal.NOT_THERE)
    if actor is None or actor not in known["whom"]:
        return refused(Refusal.NOT_ALLOWED)
    said: Json = {"via": "words", "texts": dict(body.get("texts", {}))}
    if body["who"] != actor:
        said["by_hand_of"] = body["who"]
    _answered(step, known, actor, step.at, said)
    step.deadline(f"question|{_cell(known)}", step.at + step.state.reference.stale_after())
    return APPLIED


def _weigh(step: Step, cell: str) -> None:
    """Raise, answer, renew or drop the question about one cell."""
    known = step.entity(EntityKind.QUESTION, PREFIX + cell)
    causes = _causes(step, cell, known)
    if not causes:
        if known is not None:
            _drop(step, cell)
        return
    fresh = [line for line in step.state.standing.get(cell, {}).values() if line.sets and line.fresh]
    by_report = known is not None and known.get("via") == "report"
    if known is None or (by_report and not fresh):
        if not fresh:
            _ask(step, cell, causes)
        return
    known = {**known, "because": [_told(step, cell, row) for row in causes]}
    newest = max((line for line in fresh if line.actor in known["whom"]), key=_when, default=None)
    if newest is not None and not by_report:
        step.deadline(f"question|{cell}", None)
        _answered(step, known, newest.actor, newest.at, {"via": "report"})
    else:
        step.publish(EntityKind.QUESTION, PREFIX + cell, known)


def _causes(step: Step, cell: str, known: Json | None) -> list[Json]:
    """Rows of the table by which this cell should be hit too."""
    area, _, sector = cell.partition("/")
    asked = {because["sector"] for because in known["because"]} if known is not None else set()
    rows = step.state.reference.depends.get(sector, ())
    return [row for row in rows if _hit(step, f"{area}/{row['on']}", asked=row["on"] in asked)]


def _hit(step: Step, cause: str, *, asked: bool) -> bool:
    """So hard hit now; or was when it was last told of, where it has been asked about."""
    cell = step.entity(EntityKind.CELL, cause)
    if cell is None:
        return False
    least = step.state.reference.figure("consequence_impact", Impact.SERIOUS)
    return bool(cell["impact"] >= least or (asked and cell.get("last", 0) >= least))


def _ask(step: Step, cell: str, causes: list[Json]) -> None:
    """Raise the question, where there is anybody to ask."""
    area, _, sector = cell.partition("/")
    whom = sorted({actor for row in causes for actor in _whom(step, row, area)})
    if not whom:
        return
    by = step.at + min(row["within_min"] for row in causes) * MINUTE
    because = [_told(step, cell, row) for row in causes]
    question: Json = {"id": PREFIX + cell, "area": area, "sector": sector, "because": because, "whom": whom}
    question |= {"state": "open", "asked_at": z(step.at), "by": z(by)}
    step.publish(EntityKind.QUESTION, PREFIX + cell, question)
    step.deadline(f"question|{cell}", by)


def _whom(step: Step, row: Json, area: str) -> list[str]:
    """Who may report on the cell; of these, whom the table names."""
    reference = step.state.reference
    named = row.get("whom") or sorted(reference.actors)
    actors = {actor for name in named for actor in reference.members(name, [area])}
    return [actor for actor in actors if reference.entitled(actor, row["of"], area)]


def _told(step: Step, cell: str, row: Json) -> Json:
    """A cause as a room sees it: what is hit, how hard (0 while that is outdated), since when, what to ask."""
    cause = step.state.picture[EntityKind.CELL][f"{cell.partition('/')[0]}/{row['on']}"]
    return {"sector": row["on"], "impact": cause["impact"], "since": cause["since"], "ask": row["ask"]}


def _answered(step: Step, known: Json, actor: str, at: int, said: Json) -> None:
    kept = {name: value for name, value in known.items() if name not in {"texts", "by_hand_of"}}
    told = {"state": "answered", "answered_by": actor, "answered_at": z(at), **said}
    step.publish(EntityKind.QUESTION, known["id"], {**kept, **told})


def _drop(step: Step, cell: str) -> None:
    step.publish(EntityKind.QUESTION, PREFIX + cell, None)
    step.deadline(f"question|{cell}", None)


def _when(line: Standing) -> tuple[int, str]:
    return line.at, line.actor


def _cell(known: Json) -> str:
    return str(known["id"]).removeprefix(PREFIX)
