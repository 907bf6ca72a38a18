"""The content of a sheet: one pure function of a picture, what it was before, a subject and a moment.

In: a scene through a viewer's eyes. Out: JSON, what `GET /api/v1/sheet` gives, with every text as people read it; the
page and the PDF are drawn from it and know nothing else. The same version, moment and view give the same bytes.
Next: dashboards/sheet/pdf.py and dashboards/sheet/page.py
"""

from collections import Counter
from typing import NamedTuple

from dashboards.api.forums import seen_by
from dashboards.sheet.advising import suggested
from dashboards.sheet.changed import changed
from dashboards.sheet.deciding import decisions, tasks
from dashboards.sheet.gaps import gaps, without_report
from dashboards.sheet.grid import grid
from dashboards.sheet.people import people
from dashboards.sheet.rows import cut
from dashboards.sheet.scenery import Since
from dashboards.sheet.subject import Subject
from dashboards.telling.happenings import Happening, happenings
from dashboards.telling.scene import Scene
from dashboards.telling.six import six
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.times import MINUTE, z
from streams.core.forum_agenda import agenda

HEADLINE = ("worst", "where", "since", "unknown")
"""The answers of the desk that a sheet begins with."""
EVENTS = 5
GAPS = 14
AHEAD = 3
COUNTED = frozenset({"doubts", "needs", "matters", "communication", "decisions"})
"""Points of the agenda of which it helps to know how many rows stand behind."""
HASH = 12
"""Letters of the hash that people read and compare."""


class Made(NamedTuple):
    """When a sheet is made, where that is not the moment that it shows."""

    at: int
    """Space time, ms UTC."""
    silent: bool = False
    """The picture has stood still: nothing has been heard of it since the moment shown."""


def sheet(scene: Scene, since: Since | None, subject: Subject | None = None, made: Made | None = None) -> Json:
    """Everything that stands on a sheet."""
    found: Json = _head(scene, made or Made(scene.now))
    found |= {
        "headline": [answer._asdict() for answer in six(scene) if answer.id in HEADLINE],
        "expected": _expected(scene),
        "events": _events(scene),
        "grid": grid(scene),
        "changed": changed(scene, since),
        "suggestions": suggested(scene),
        "gaps": _gaps(scene, subject),
        "decisions": decisions(scene, subject.forum if subject else None),
        "tasks": tasks(scene, subject.forum if subject else None),
        "forums": _forums(scene),
    }
    if subject is not None:
        found |= _meeting(scene, subject)
        silent = without_report(scene, found.get("people", []))
        found["gaps"] = {**found["gaps"], "rows": [*silent, *found["gaps"]["rows"]]}
    return found | {
        "headline": _with_gaps(scene, found["headline"], len(found["gaps"]["rows"]) + found["gaps"]["more"])
    }


def _with_gaps(scene: Scene, headline: list[Json], count: int) -> list[Json]:
    """The headline: no unknown cell is not yet nothing lacking, and what nobody has asked for is not known either."""
    nothing = scene.words("six.nothing_missing")
    told = scene.words.count("gaps", count) if count else scene.words("sheet.nothing_asked")
    return [answer | {"head": told} if answer["head"] == nothing else answer for answer in headline]


def _head(scene: Scene, made: Made) -> Json:
    words, head, place = scene.words, scene.head, scene.region.place
    changed_at = words("sheet.never") if head.at is None else words.when(head.at, scene.now)
    found: Json = {
        "language": words.language,
        "space": place.space,
        "region": place.region,
        "region_name": scene.region.reference["region"]["name"],
        "exercise": place.exercise,
        "version": head.version,
        "hash": head.hash,
        "hash_short": head.hash[:HASH],
        "version_words": words.number(head.version),
        "at": z(scene.now),
        "clock": words.clock(scene.now),
        "date": f"{words.date(scene.now, scene.now)} {words.local(scene.now).year}",
        "made_at": z(made.at),
        "age_ms": made.at - scene.now,
        "changed_at": changed_at,
        "changed_ago": "" if scene.now - (head.at or scene.now) < MINUTE else words.age(scene.now - (head.at or 0)),
        "mode": words("desk.mode_activated" if _activated(scene) else "desk.mode_ordinary"),
        "silent": made.silent,
    }
    if made.silent:
        age = words.age(made.at - scene.now)
        found["warning"] = words("sheet.silent", age=age, made=words.when(made.at, scene.now))
    return found | ({} if head.at is None else {"as_of": z(head.at)})


def _activated(scene: Scene) -> bool:
    return any(forum["state"] == "active" for _, forum in scene.entities(EntityKind.FORUM))


def _events(scene: Scene) -> Json:
    going = happenings(scene, EVENTS)
    return {"rows": [_event(scene, row) for row in going.rows], "more": max(0, going.total - len(going.rows))}


def _event(scene: Scene, row: Happening) -> Json:
    item = scene.item(row.key) or {}
    areas = {area for line in item.get("impacts", ()) for area in line["areas"]} if not item.get("areas") else ()
    return {
        "key": row.key,
        "title": cut(row.title),
        "where": scene.words.places(areas, scene.region.towns, shown=3) if areas else row.where,
        "when": row.when,
        "until": row.until,
        "detail": row.detail,
        "severity": row.severity,
        "doubt": row.doubt,
    }


def _expected(scene: Scene) -> str:
    """What is expected to be worse than the worst now, in a sentence; empty when nothing is."""
    worst = max((cell["impact"] for cell in scene.cells.values()), default=0)
    steps = {place: cell["expected"]["impact"] for place, cell in scene.cells.items() if "expected" in cell}
    step = max(steps.values(), default=0)
    if step <= max(worst, 1):
        return ""
    sectors = Counter(sector for (_, sector), expected in steps.items() if expected == step)
    words = scene.words
    listed = [f"{words(f'sector.{code}')} {words.count('areas', n)}" for code, n in sectors.most_common()]
    return words("sheet.expected", impact=words.impact(step).lower(), sectors=", ".join(listed))


def _gaps(scene: Scene, subject: Subject | None) -> Json:
    rows = gaps(scene, subject.forum if subject else None)
    return {"rows": rows[:GAPS], "more": max(0, len(rows) - GAPS)}


def _forums(scene: Scene) -> list[Json]:
    """Forums at work and when they meet next."""
    rows = []
    for key, forum in scene.entities(EntityKind.FORUM):
        if forum["state"] != "closed":
            ahead = [row for row in forum["planned"] if row["at"] >= z(scene.now)]
            text = ", ".join(f"{scene.clock(row['at'])} ({scene.words.form(row['form'])})" for row in ahead[:AHEAD])
            rows.append(
                {
                    "forum": key,
                    "level": scene.words(f"level.{forum['level']}"),
                    "state": scene.words(f"forum_state.{forum['state']}"),
                    "meets": text or scene.words("sheet.no_meeting"),
                }
            )
    return rows


def _meeting(scene: Scene, subject: Subject) -> Json:
    """What only a forum has: members, agenda, its next meetings. Without a login one learns only that it is at work."""
    words = scene.words
    forum = scene.sight.shown(EntityKind.FORUM, subject.forum)
    assert forum is not None
    found: Json = {
        "forum": subject.forum,
        "number": subject.number,
        "form": words.form(subject.form),
        "level": words(f"level.{forum['level']}"),
        "title": words("sheet.meeting", level=words(f"level.{forum['level']}"), number=subject.number),
    }
    if subject.at:
        found |= {"meets_at": subject.at, "meets": scene.clock(subject.at)}
    if "members" not in forum:
        return found | {"limited": words("sheet.limited")}
    told = agenda(seen_by(scene.sight), subject.forum, scene.going.agenda, ahead=True)
    after = [row for row in forum["planned"] if row["at"] > (subject.at or z(scene.now))]
    found |= {
        "chair": scene.region.owner(forum["chair"]),
        "people": people(scene, forum, told.get("since", "")),
        "agenda": [_point(scene, point) for point in told["points"]],
        "next": [f"{scene.clock(row['at'])} ({words.form(row['form'])})" for row in after[:AHEAD]],
    }
    if "reporting_min" in forum:
        found["reporting"] = words("sheet.reporting", age=words.age(forum["reporting_min"] * MINUTE))
    return found


def _point(scene: Scene, point: Json) -> Json:
    """A point of the agenda; `count` where it tells how much there is to talk about."""
    told = {"point": point["point"], "name": scene.words(f"agenda.{point['point']}")}
    rows = len(point["rows"]) + point.get("more", 0)
    return told | ({"count": rows} if rows and point["point"] in COUNTED else {})
