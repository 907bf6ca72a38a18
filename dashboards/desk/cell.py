"""A cell, whole: the reports under it worst first, what contradicts it, what is asked, what people said beside it.

Pure. In: a scene, a municipality and a sector. Out: what cell.html shows; its last day is cell_day.py.
Next: dashboards/desk/cell_day.py
"""

from collections.abc import Iterator
from typing import NamedTuple

from dashboards.desk.matrix import sentence
from dashboards.telling.happenings import headline
from dashboards.telling.relations import of_cell
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.ids import cell_key
from schemas.times import MINUTE, parse


class Under(NamedTuple):
    """One report under a cell."""

    item: str
    owner: str
    impact: int
    impact_name: str
    state: str
    when: str
    ago: str
    headline: str


class Claim(NamedTuple):
    """One side of a contradiction."""

    owner: str
    impact: int
    impact_name: str
    when: str
    ago: str
    item: str


class Asked(NamedTuple):
    """A request for reports that covers the cell, or a question that follows from another cell."""

    text: str
    command: str
    """Id of the command, for `undo`; empty for a question."""


class CellPage(NamedTuple):
    """A cell and what it rests on."""

    key: str
    area: str
    sector: str
    title: str
    sentence: str
    cell: Json
    why_unknown: str
    reasons: list[Under]
    more: int
    limited: bool
    claims: list[Claim]
    beside: list[str]
    """What stands beside it: the question of a contradiction, an assessment, objections."""
    asked: list[Asked]
    owners: list[tuple[str, str]]
    """(id, name) of those who may report on it."""
    assessed: str
    """Id of the command that the assessment beside it came by; empty without one."""
    impacts: list[tuple[int, str]]
    """Steps, for the form."""
    by: str
    """A time for a report that is asked for, as the form suggests it."""


def cell_page(scene: Scene, area: str, sector: str) -> CellPage:
    """Reports under a cell, worst first."""
    words, cell = scene.words, scene.cells[area, sector]
    said = scene.sight.shown(EntityKind.ASSESSMENT, cell_key(area, sector)) or {}
    return CellPage(
        cell_key(area, sector),
        area,
        sector,
        f"{scene.region.sectors[sector].name}, {scene.region.towns[area]}",
        sentence(scene, area, sector).partition(": ")[2],
        cell,
        words(f"unknown_why.{cell['unknown']}") if "unknown" in cell else "",
        [_under(scene, reason) for reason in cell.get("reasons", [])],
        cell.get("more", 0),
        cell.get("limited", False),
        [_claim(scene, claim) for claim in cell.get("claims", ())],
        of_cell(scene, area, sector),
        [*_requests(scene, area, sector), *_questions(scene, area, sector)],
        owners(scene, area, sector),
        said.get("command", ""),
        [(step, words.impact(step)) for step in range(1, 6)],
        words.clock(scene.now + 30 * MINUTE),
    )


def _under(scene: Scene, reason: Json) -> Under:
    item = scene.item(reason["item"])
    return Under(
        reason["item"],
        scene.region.owner(reason["owner"]),
        reason["impact"],
        scene.words.impact(reason["impact"]),
        scene.words(f"reason_state.{reason['state']}"),
        scene.clock(reason["reported_at"]),
        scene.ago(reason["reported_at"]),
        headline(scene, item) if item else "",
    )


def _claim(scene: Scene, claim: Json) -> Claim:
    return Claim(
        scene.region.owner(claim["owner"]),
        claim["impact"],
        scene.words.impact(claim["impact"]),
        scene.clock(claim["reported_at"]),
        scene.ago(claim["reported_at"]),
        claim["item"],
    )


def owners(scene: Scene, area: str, sector: str) -> list[tuple[str, str]]:
    """Actors whose own report may set the cell, by name."""
    county = scene.region.place.region
    rows = scene.region.reference["actors"].items()
    may = [
        (a, row["name"]) for a, row in rows if sector in row["sectors"] and not {area, county}.isdisjoint(row["areas"])
    ]
    return sorted(may, key=lambda row: row[1])


def _requests(scene: Scene, area: str, sector: str) -> Iterator[Asked]:
    words, names = scene.words, scene.region.owner
    for _, request in scene.entities(EntityKind.REQUEST):
        if sector in request["sectors"] and area in request["areas"]:
            missing = [names(actor) for actor in request.get("missing", ())]
            text = words("cell_page.requested", by=names(request["asked_by"]), time=scene.clock(request["by"]))
            late = words("cell_page.missing", who=words.few(missing)) if missing else ""
            undoable = parse(request["by"]) > scene.now
            yield Asked(f"{text} {late}".strip(), request["command"] if undoable else "")


def _questions(scene: Scene, area: str, sector: str) -> Iterator[Asked]:
    words, region = scene.words, scene.region
    for _, question in scene.entities(EntityKind.QUESTION):
        if (question["area"], question["sector"]) == (area, sector):
            whom = words.few([region.owner(actor) for actor in question["whom"]])
            state = words(f"question_state.{question['state']}")
            for because in question["because"]:
                hit = words(f"sector.{because['sector']}")
                fields = {"ask": because["ask"], "sector": hit, "whom": whom, "state": state}
                yield Asked(words("cell_page.question", **fields), "")
