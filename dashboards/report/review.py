"""Test submit: what would become of a report, what the room would see of it, what it changes. Nothing is sent.

In: a body that the form means. Out: rows for review.html.
Next: dashboards/api/trial.py
"""

from typing import NamedTuple

from dashboards.access import Viewer
from dashboards.api.inbox import checked
from dashboards.api.trial import on_trial
from dashboards.report.blank import Blank, standing
from dashboards.report.told import told
from dashboards.report.wording import Shift, plain, rows, shifts
from dashboards.server import Server
from schemas.codec import Json, canon
from schemas.sectors import IMPACT_OF
from schemas.times import parse


class Seen(NamedTuple):
    """One line of the report as the matrix would show it."""

    sector: str
    places: str
    impact: int
    word: str
    now: str
    """What the cells show today, in words; several when they differ."""
    sets: str
    """Whether it sets its cells, or stands beside them, in words."""


class Review(NamedTuple):
    """A report looked over before it is sent."""

    result: str
    detail: str
    seen: tuple[Seen, ...]
    shifts: tuple[Shift, ...]
    first: bool
    """There is no report that it goes on with."""
    rows: tuple[tuple[str, str], ...]
    text: str


def review(server: Server, viewer: Viewer, blank: Blank, body: Json) -> Review:
    """On trial. Problem with every fault, as for a real one."""
    trial = on_trial(server, viewer, checked(server, canon(body)))
    last = standing(blank, body["id"])
    old = {} if last is None else _holds(told(last), blank)
    changed = () if last is None else tuple(shifts(old, body, blank))
    text = plain(body, blank, blank.scene.clock(body["sent"]), exercise=viewer.exercise)
    return Review(
        trial["result"],
        trial["detail"],
        seen(trial["cells"], blank),
        changed,
        last is None,
        tuple(rows(body, blank)),
        text,
    )


def _holds(body: Json, blank: Blank) -> Json:
    """A standing report without a promise that has passed: nobody takes it back by leaving it out."""
    passed = "next_report" in body and parse(body["next_report"]) <= blank.scene.now
    return {name: value for name, value in body.items() if name != "next_report" or not passed}


def seen(cells: list[Json], blank: Blank) -> tuple[Seen, ...]:
    """Cells of a trial, those alike in one row."""
    words, region = blank.scene.words, blank.scene.region
    groups: dict[tuple[str, str, bool], list[Json]] = {}
    for cell in cells:
        groups.setdefault((cell["sector"], cell["now"], cell["sets"]), []).append(cell)
    found = []
    for (sector, now, sets), alike in groups.items():
        today = sorted({_shown(blank, cell) for cell in alike})
        step = IMPACT_OF[now]
        places = words.places([cell["area"] for cell in alike], region.towns)
        told = words("review.sets" if sets else "review.beside")
        found.append(Seen(region.sectors[sector].name, places, step, words.impact(step), words.few(today), told))
    return tuple(found)


def _shown(blank: Blank, cell: Json) -> str:
    now = blank.scene.cells[cell["area"], cell["sector"]]
    words = blank.scene.words
    return words.impact_short(now["impact"]) if now["impact"] else words(f"unknown.{now['unknown']}").lower()
