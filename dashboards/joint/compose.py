"""What may go into a joint picture, and what an officer has chosen so far.

Pure. In: a scene, a posted form. Out: events, lines about cells and gaps to choose from; a draft, whole at every step.
"""

from collections.abc import Mapping
from typing import NamedTuple

from starlette.datastructures import FormData

from dashboards.sheet.gaps import gaps
from dashboards.sheet.rows import cut
from dashboards.telling.happenings import Happening, happenings
from dashboards.telling.scene import Scene
from schemas.sectors import Impact
from schemas.times import parse

EVENTS = 24
"""Most events to choose from: the gravest."""
USUAL = 6
"""So many of them are in unless the officer says otherwise."""
PLACES = ("with", "top", "left_out", "unnamed")
"""What may become of an event."""
LONGEST = 300


class Line(NamedTuple):
    """A sentence about a sector that may be taken in."""

    text: str
    taken: bool


class Choice(NamedTuple):
    """An event to choose."""

    row: Happening
    place: str
    why: str


class Draft(NamedTuple):
    """Everything that an officer has chosen: what the form shows and the preview publishes."""

    name: str
    summary: str
    lines: list[Line]
    events: list[Choice]
    gaps: list[Line]
    """What is not known: named as left out where it is taken."""

    def text(self) -> str:
        """The summary as it would be published: what was written, then each sentence taken that is not in it."""
        taken = [line.text for line in self.lines if line.taken and line.text not in self.summary]
        return "\n".join(filter(None, [self.summary.strip(), *taken]))

    def keys(self, *places: str) -> list[str]:
        """Keys of the events in these places."""
        return [choice.row.key for choice in self.events if choice.place in places]

    def left_out(self, unsaid: str, not_known: str) -> list[tuple[str, str]]:
        """What is named as left out, each with a reason."""
        events = [(c.row.key, c.why or unsaid) for c in self.events if c.place == "left_out"]
        return events + [(line.text, not_known) for line in self.gaps if line.taken]


def draft(scene: Scene, form: FormData | Mapping[str, str] | None = None) -> Draft:
    """A draft out of a form; without one, what an officer most likely wants."""
    going = happenings(scene, EVENTS).rows
    said = sentences(scene)
    known = list(dict.fromkeys(cut(gap["text"], LONGEST) for gap in gaps(scene, None)))
    if form is None:
        name = scene.words("joint.name_now", time=scene.words.clock(scene.now))
        first = [Choice(row, "with" if n < USUAL else "unnamed", "") for n, row in enumerate(going)]
        lines = [Line(text, step >= Impact.SIGNIFICANT) for text, step in said]
        return Draft(name, "", lines, first, [Line(text, taken=True) for text in known])
    taken, missing = _all(form, "line"), _all(form, "gap")
    return Draft(
        cut(str(form.get("name", "")), 120),
        str(form.get("summary", ""))[:20_000],
        [Line(text, text in taken) for text, _ in said],
        [_chosen(row, form) for row in going],
        [Line(text, text in missing) for text in known],
    )


def _all(form: FormData | Mapping[str, str], name: str) -> set[str]:
    return {str(v) for v in form.getlist(name)} if isinstance(form, FormData) else set()


def _chosen(row: Happening, form: FormData | Mapping[str, str]) -> Choice:
    place = str(form.get(f"place:{row.key}", ""))
    return Choice(row, place if place in PLACES else "unnamed", cut(str(form.get(f"why:{row.key}", "")), 120))


def sentences(scene: Scene) -> list[tuple[str, int]]:
    """One sentence for each sector that is hit, with its impact; the worst first, sectors in their order."""
    words, found = scene.words, []
    for sector in scene.region.sectors:
        cells = {area: scene.cells[area, sector] for area in scene.region.towns}
        worst = max(cell["impact"] for cell in cells.values())
        if worst < Impact.MODERATE:
            continue
        areas = [area for area, cell in cells.items() if cell["impact"] == worst]
        since = min(parse(cells[area]["since"]) for area in areas)
        text = words(
            "joint.sentence",
            sector=scene.region.sectors[sector].name,
            impact=words.impact_short(worst),
            areas=words.places(areas, scene.region.towns, shown=3),
            time=words.when(since, scene.now),
        )
        found.append((text, worst))
    return sorted(found, key=lambda row: -row[1])
