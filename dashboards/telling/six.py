"""The six questions of a tired reader, answered in one strip: worst, where, since when, changed, unknown, suggested.

Pure. In: a scene. Out: six answers, each a head, a line below, and a sign where one helps.
"""

from collections import Counter
from typing import NamedTuple

from dashboards.picture.difference import What, what
from dashboards.telling.filter import SEVERITY_OF
from dashboards.telling.scene import LOUD, Scene, is_loud
from schemas.change import Change, EntityKind
from schemas.sectors import Impact, Unknown
from schemas.times import parse
from streams.core.suggestion_life import WAITS


class Answer(NamedTuple):
    """One of the six."""

    id: str
    question: str
    head: str
    line: str
    impact: int = 0
    """Of the sign before the head; 0 = none."""
    arrow: str = ""
    """`up` or `dn` before the head."""
    alarm: bool = False
    """True for what waits for a person."""
    under: str = ""
    """Path and query, below the site's root, of what the answer rests on."""


def six(scene: Scene) -> list[Answer]:
    """All six, in their order."""
    answers = [_worst(scene), _where(scene), _since(scene), _changed(scene), _unknown(scene), _suggested(scene)]
    return [answer._replace(under=under) for answer, under in zip(answers, _under(scene), strict=True)]


def _under(scene: Scene) -> list[str]:
    """Where each answer is looked into: cells so hard hit, the place, the oldest, the hour, the gaps, advice."""
    step = worst_step(scene)
    hit = [(parse(c["since"]), place) for place, c in scene.cells.items() if c["impact"] == step and "since" in c]
    first = "cell/" + "/".join(min(hit)[1]) if hit and step >= Impact.MODERATE else "items"
    worst = f"?severity={SEVERITY_OF[step]}" if step >= Impact.MODERATE else "items"
    places = _hit(scene)
    where = f"area/{places[0][0]}" if places else "map"
    return [worst, where, first, "changes", "?unknown=loud", "activation"]


def worst_step(scene: Scene) -> int:
    """Highest impact now; 0 when nothing is known."""
    return max((cell["impact"] for cell in scene.cells.values()), default=0)


def _by_sector(scene: Scene, step: int) -> Counter[str]:
    return Counter(sector for (_, sector), cell in scene.cells.items() if cell["impact"] == step)


def _sector(scene: Scene, code: str) -> str:
    return scene.words(f"sector.{code}")


def _old_and_worse(scene: Scene, step: int) -> int:
    """Outdated cells whose last value was worse than the worst that is known now."""
    return sum(cell.get("last", 0) > step for cell in scene.cells.values())


def _worst(scene: Scene) -> Answer:
    words, step = scene.words, worst_step(scene)
    question = words("six.worst")
    hidden = _old_and_worse(scene, max(step, Impact.NONE))
    doubt = words("six.old_worse", cells=words.count("cells", hidden)) if hidden else ""
    if step < Impact.MODERATE:
        known = sum(cell["impact"] == Impact.NONE for cell in scene.cells.values())
        head = words("six.nothing_bad") if known else words("six.nothing_known")
        line = doubt or (words("six.reported", cells=words.count("cells", known)) if known else words("six.no_report"))
        return Answer("worst", question, head, line)
    sectors = _by_sector(scene, step)
    line = ", ".join(f"{_sector(scene, code)} {words.count('areas', n)}" for code, n in sectors.most_common(3))
    more = len(sectors) - 3
    line += f", {words.count('more', more)}" if more > 0 else ""
    head = words(
        "six.worst_head", impact=words.impact_short(step).capitalize(), sectors=words.count("sectors", len(sectors))
    )
    return Answer("worst", question, head, f"{line}. {doubt}" if doubt else line, impact=step)


def _hit(scene: Scene) -> list[tuple[str, int, int]]:
    """(municipality, its worst step, sectors at significant or worse), the hardest hit first."""
    rows = []
    for area in scene.region.towns:
        steps = [scene.cells[area, sector]["impact"] for sector in scene.region.sectors]
        if max(steps) >= Impact.MODERATE:
            rows.append((area, max(steps), sum(step >= Impact.SIGNIFICANT for step in steps)))
    return sorted(rows, key=lambda row: (-row[1], -row[2], scene.region.towns[row[0]]))


def _where(scene: Scene) -> Answer:
    words, hit = scene.words, _hit(scene)
    question = words("six.where")
    if not hit:
        return Answer("where", question, words("six.nowhere"), words("six.all_areas", n=len(scene.region.towns)))
    worst = [row for row in hit if row[1:] == hit[0][1:]]
    towns = scene.region.towns
    head = words.places([row[0] for row in worst], towns, shown=2)
    line = (
        words("six.sectors_each", sectors=words.count("sectors", hit[0][2]))
        if hit[0][2]
        else words("six.moderate_only")
    )
    rest = [row for row in hit if row not in worst]
    if rest:
        line += "; " + words("six.also", areas=words.places([row[0] for row in rest], towns, shown=2))
    return Answer("where", question, head, line)


def _since(scene: Scene) -> Answer:
    words, step = scene.words, worst_step(scene)
    question = words("six.since")
    if step < Impact.MODERATE:
        times = [parse(cell["reported_at"]) for cell in scene.cells.values() if "reported_at" in cell]
        line = words("six.newest", time=words.when(max(times), scene.now)) if times else words("six.no_report")
        return Answer("since", question, "–", line)
    first: dict[str, int] = {}
    for (_, sector), cell in scene.cells.items():
        if cell["impact"] == step:
            first[sector] = min(first.get(sector, scene.now), parse(cell["since"]))
    rows = sorted(first.items(), key=lambda row: (row[1], row[0]))
    head = words("six.since_head", time=words.when(rows[0][1], scene.now))
    line = ", ".join(f"{_sector(scene, code)} {words.when(t, scene.now)}" for code, t in rows[:3])
    return Answer("since", question, head, line)


def hour_counts(scene: Scene) -> Counter[What]:
    """What the cells that changed in the last hour did, from then to now."""
    return Counter(
        what(Change(EntityKind.CELL, "", scene.cells[place]), before)
        for place, before in scene.hour.items()
        if before != scene.cells[place]
    )


def _changed(scene: Scene) -> Answer:
    words, counts = scene.words, hour_counts(scene)
    question = words("six.changed")
    worse, better, silent, new = (counts[w] for w in (What.WORSE, What.BETTER, What.GONE_SILENT, What.NEW))
    contradicted = sum(bool(cell.get("contradiction")) for cell in scene.cells.values())
    parts = [words.count("fresh", new)] if new else []
    parts += [words.count("silent", silent)] if silent else []
    parts += [words.count("contradicted", contradicted)] if contradicted else []
    if not worse and not better:
        head = words("six.nothing_changed") if not parts else words("six.nothing_worse")
        line = ", ".join(parts) or words("six.version_from", time=_head_time(scene))
        return Answer("changed", question, head, line)
    head = f"{words.count('worse', worse)}, {words.count('better', better)}"
    arrow = "up" if worse > better else "dn"
    return Answer("changed", question, head, ", ".join(parts) or words("six.rest_same"), arrow=arrow)


def _head_time(scene: Scene) -> str:
    return "–" if scene.head.at is None else scene.words.when(scene.head.at, scene.now)


def _unknown(scene: Scene) -> Answer:
    words = scene.words
    question = words("six.unknown")
    greys = Counter(cell["unknown"] for cell in scene.cells.values() if not cell["impact"])
    loud = sum(is_loud(cell) for cell in scene.cells.values())
    parts = [words(f"six.{grey}", n=greys[grey]) for grey in LOUD if greys[grey]]
    quiet = greys[Unknown.NOT_ASSESSED]
    if quiet and len(parts) < 2:
        parts.append(words("six.not_assessed", n=quiet))
    head = words.count("cells", loud) if loud else words("six.nothing_missing")
    return Answer("unknown", question, head, ", ".join(parts) or words("six.all_reported"))


def _suggested(scene: Scene) -> Answer:
    words = scene.words
    question = words("six.suggested")
    rows = [s for _, s in scene.entities(EntityKind.SUGGESTION)]
    waiting = [s for s in rows if s["state"] in WAITS]
    holding = [s for s in rows if s["state"] == "holding"]
    calls = [n for _, n in scene.entities(EntityKind.NOTICE) if n["state"] == "open" and n["call"]]
    if waiting:
        head = words.count("proposals", len(waiting))
        first = max(waiting, key=lambda s: (s["call"], s["since"]))
        line = words.advice(first["act"], first["level"])
        if calls:
            line = words("six.calls", notices=words.count("notices", len(calls)), advice=line)
        return Answer("suggested", question, head, line, alarm=bool(calls))
    if holding:
        first = min(holding, key=lambda s: s.get("holds_until", ""))
        until = scene.clock(first["holds_until"]) if "holds_until" in first else "–"
        return Answer(
            "suggested",
            question,
            words("six.holding", n=len(holding), time=until),
            words.advice(first["act"], first["level"]),
        )
    rules = scene.sight.picture.get(EntityKind.RULES, {}).get("current", {}).get("rules", [])
    return Answer("suggested", question, words("six.nothing_waits"), words("six.rules_tried", n=len(rules)))
