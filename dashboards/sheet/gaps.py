"""What the picture lacks: silent sources, cells not reported or outdated, reports that did not come, questions.

Pure. In: a scene, the forum or none. Out: rows, each a kind and a sentence; a gap is told as a gap, never as calm.
Next: dashboards/sheet/content.py
"""

from collections.abc import Iterable, Iterator

from dashboards.sheet.rows import cut, named
from dashboards.telling.happenings import sources
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.sectors import Unknown
from schemas.times import parse
from streams.core.forum_life import OPEN_ENTRIES
from streams.core.forum_view import belongs, waiting

NAMED = 6
"""Names in a row; the rest are counted."""


def gaps(scene: Scene, forum: str | None) -> list[Json]:
    """Every gap, the ones that hide most first."""
    return [*_requests(scene), *_greys(scene), *_sources(scene), *_contradictions(scene), *_questions(scene, forum)]


def without_report(scene: Scene, people: list[Json]) -> list[Json]:
    """Members of a forum with no report that stands, in one row; none when everybody has one."""
    silent = [row["name"] for row in people if row["state"] in {"not_reported", "outdated", "gone"}]
    if not silent:
        return []
    who = named(silent, NAMED, scene.words.count("more", len(silent) - NAMED))
    return [_gap("members", scene.words("sheet_gap.members", n=len(silent), all=len(people), who=who), len(silent))]


def _gap(kind: str, text: str, count: int = 1) -> Json:
    return {"kind": kind, "text": text, "count": count}


def _requests(scene: Scene) -> Iterator[Json]:
    """Reports that were asked for by a time that has passed, and who has not answered."""
    for _, request in scene.entities(EntityKind.REQUEST):
        missing = request.get("missing", [])
        if missing and parse(request["by"]) <= scene.now:
            sectors = scene.words.listing([scene.words(f"sector.{code}") for code in request["sectors"]])
            yield _gap(
                "request",
                scene.words(
                    "sheet_gap.request",
                    sectors=sectors,
                    by=scene.clock(request["by"]),
                    missing=scene.words.count("actors", len(missing)),
                    who=_actors(scene, missing),
                ),
                len(missing),
            )


def _greys(scene: Scene) -> Iterator[Json]:
    """Cells that ought to be known, by kind and sector."""
    for grey in (Unknown.OUTDATED, Unknown.NOT_REPORTED, Unknown.SOURCE_UNREACHABLE):
        for sector in scene.region.sectors:
            areas = [a for a in scene.region.towns if scene.cells[a, sector].get("unknown") == grey]
            if areas:
                yield _gap(grey.value, _grey(scene, grey, sector, areas), len(areas))


def _grey(scene: Scene, grey: Unknown, sector: str, areas: list[str]) -> str:
    words, towns = scene.words, scene.region.towns
    name, where = words(f"sector.{sector}"), words.places(areas, towns, shown=NAMED)
    if grey != Unknown.OUTDATED:
        return words("sheet_gap.grey", grey=words(f"unknown.{grey}"), sector=name, areas=where)
    last = max(scene.cells[area, sector].get("last", 0) for area in areas)
    since = min(parse(scene.cells[area, sector]["since"]) for area in areas)
    known = words.impact_short(last) if last else "–"
    return words("sheet_gap.outdated", sector=name, areas=where, last=known, since=words.when(since, scene.now))


def _sources(scene: Scene) -> Iterator[Json]:
    raw = scene.sight.picture.get(EntityKind.SOURCE, {})
    for source in sources(scene):
        if not source.ok and raw[source.key]["state"] != "off":
            yield _gap("source", scene.words("sheet_gap.source", source=source.name, problem=cut(source.problem, 100)))


def _contradictions(scene: Scene) -> Iterator[Json]:
    for (area, sector), cell in scene.cells.items():
        if cell.get("contradiction"):
            claims = [
                f"{scene.region.owner(claim['owner'])} {scene.words.impact_short(claim['impact'])}"
                f" {scene.clock(claim['reported_at'])}"
                for claim in cell.get("claims", ())
            ]
            where = f"{scene.words(f'sector.{sector}')} {scene.region.towns[area]}"
            yield _gap("contradiction", scene.words("sheet_gap.contradiction", where=where, claims=", ".join(claims)))


def _questions(scene: Scene, forum: str | None) -> Iterator[Json]:
    """Asked and not answered: by people in the minutes, and by what usually follows."""
    for _, entry in scene.entities(EntityKind.ENTRY):
        mine = forum is None or belongs(entry, forum)
        if entry["what"] == "question" and entry["state"] in OPEN_ENTRIES and mine:
            said, who = cut(entry["texts"].get("what", "–")), _actors(scene, waiting(entry))
            yield _gap("question", scene.words("sheet_gap.question", what=said, who=who))
    open_ones = [q for _, q in scene.entities(EntityKind.QUESTION) if q["state"] != "answered"]
    if open_ones:
        areas = scene.words.places({q["area"] for q in open_ones}, scene.region.towns, shown=NAMED)
        sectors = dict.fromkeys(scene.words(f"sector.{q['sector']}") for q in open_ones)
        told = scene.words("sheet_gap.questions", n=len(open_ones), areas=areas, sectors=", ".join(sectors))
        yield _gap("question", told, len(open_ones))


def _actors(scene: Scene, actors: Iterable[str]) -> str:
    names = [scene.region.owner(actor) for actor in actors]
    return named(names, NAMED, scene.words.count("more", len(names) - NAMED))
