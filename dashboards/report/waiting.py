"""What waits for an actor: reports asked for, questions, tasks, own decisions, forums it is seated in.

Pure. In: a scene, an actor. Out: rows for the top of the report page, the most urgent first; words for a form's line.
"""

from collections.abc import Iterator
from typing import NamedTuple

from dashboards.report.told import own_reports
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.times import parse

OFFERED = frozenset({"raised", "notified", "acknowledged", "accepted"})
"""States of a suggestion in which people still decide on it."""


class Waiting(NamedTuple):
    """One thing that somebody wants of the actor."""

    kind: str
    """`request`, `question`, `task`, `decision`, `seat` or `forum`."""
    text: str
    detail: str
    """Who asks."""
    by: str
    """By when, in words; empty where nobody has said."""
    late: bool
    path: str
    """Where it is answered, from the root: a page about it, or a row of the form."""
    on: str
    """Key that an act on it names."""


def waiting(scene: Scene, actor: str) -> list[Waiting]:
    """Everything that waits, by its due time; what has none comes last."""
    rows = [*_requests(scene, actor), *_questions(scene, actor), *_entries(scene, actor), *_seats(scene, actor)]
    rows.sort(key=lambda row: row[0])
    return [row for _, row in rows]


_Row = tuple[str, Waiting]
"""Due time for the order, and the row."""
_NO_TIME = "9"


def _requests(scene: Scene, actor: str) -> Iterator[_Row]:
    words, region = scene.words, scene.region
    for key, request in scene.entities(EntityKind.REQUEST):
        wanted = _wanted(scene, actor, request)
        if not wanted:
            continue
        sectors = words.listing([region.sectors[s].short for s in wanted])
        areas = _towns(scene, request["areas"])
        text = words("waiting.request", sectors=sectors, places=words.places(areas, region.towns))
        yield (
            request["by"],
            _row(scene, "request", text, region.owner(request["asked_by"]), request["by"], _to(wanted[0]), key),
        )


def _wanted(scene: Scene, actor: str, request: Json) -> list[str]:
    """Sectors that a request wants of the actor, and that it has said nothing about since."""
    about = scene.region.reference["actors"][actor]
    areas = set(_towns(scene, request["areas"])) & set(_towns(scene, about["areas"]))
    if actor not in request.get("whom", [actor]) or not areas:
        return []
    mine = [i for i in own_reports(scene, actor) if parse(i["sent"]) >= parse(request["asked_at"])]
    lines = [line for item in mine for line in item.get("impacts") or []]
    told = {line["sector"] for line in lines if set(line["areas"]) & areas}
    return [s for s in request["sectors"] if s in about["sectors"] and s not in told]


def _questions(scene: Scene, actor: str) -> Iterator[_Row]:
    for key, question in scene.entities(EntityKind.QUESTION):
        if question["state"] != "answered" and actor in question["whom"]:
            because = question["because"][0]
            sector = scene.region.sectors[because["sector"]].short
            place = scene.region.towns.get(question["area"], question["area"])
            why = scene.words("waiting.because", sector=sector, place=place)
            yield (
                question["by"],
                _row(scene, "question", because["ask"], why, question["by"], _to(question["sector"]), key),
            )


def _entries(scene: Scene, actor: str) -> Iterator[_Row]:
    """Tasks that are not done, and agreements that the actor has not decided on."""
    for key, entry in scene.entities(EntityKind.ENTRY):
        kind = {"task": "task", "agreement": "decision"}.get(entry["what"], "")
        answer = entry.get("answers", {}).get(actor, {})
        done = "done_at" in answer or (kind == "decision" and "decision" in answer)
        if not kind or done or actor not in entry.get("asks", ()) or entry["state"] in {"done", "closed"}:
            continue
        due, text = entry.get("due", ""), entry["texts"].get("what", scene.words("text.withheld"))
        row = _row(scene, kind, text, scene.region.owner(entry["by"]), due, path=f"/forum/{entry['forum']}", on=key)
        yield due or _NO_TIME, row


def _seats(scene: Scene, actor: str) -> Iterator[_Row]:
    """Forums that are at work with the actor in them, and suggestions that propose a seat."""
    words = scene.words
    for key, forum in scene.entities(EntityKind.FORUM):
        member = forum.get("members", {}).get(actor, {})
        if forum["state"] == "active" and member and member["how"] != "no_longer":
            text = words("waiting.forum", level=_level(scene, forum["level"]))
            when = forum["meets_at"] if parse(forum["meets_at"]) > scene.now else ""
            row = _row(scene, "forum", text, "", when, path=f"/forum/{key}", on=key)
            yield when or _NO_TIME, row
    for key, suggestion in scene.entities(EntityKind.SUGGESTION):
        seated = any(s["actor"] == actor and s["how"] != "considered" for s in suggestion["seats"])
        if suggestion["state"] in OFFERED and seated:
            text = words("waiting.seat", level=_level(scene, suggestion["level"]))
            row = _row(scene, "seat", text, words("waiting.seat_why"), "", path=f"/activation/{key}", on=key)
            yield _NO_TIME, row


def _to(sector: str) -> str:
    """The form's own row is where it is answered."""
    return f"/report#s-{sector}"


def _level(scene: Scene, level: str) -> str:
    key = f"level.{level}"
    return scene.words(key) if scene.words.known(key) else level


def _row(scene: Scene, kind: str, text: str, detail: str, by: str, path: str = "", on: str = "") -> Waiting:
    late = bool(by) and parse(by) < scene.now
    return Waiting(kind, text, detail, scene.clock(by) if by else "", late, path, on)


def _towns(scene: Scene, areas: list[str]) -> list[str]:
    region = scene.region
    return [code for code in region.towns if code in areas or region.place.region in areas]


def asked(scene: Scene, actor: str) -> dict[str, str]:
    """Sector -> who asks this actor about it, and by when. A request goes before a question, the first due first."""
    found: dict[str, str] = {}
    requests = [request for _, request in scene.entities(EntityKind.REQUEST)]
    for request in sorted(requests, key=lambda r: (str(r["by"]), str(r["id"]))):
        who, time = scene.region.owner(request["asked_by"]), scene.clock(request["by"])
        late = "report.asked_again" if actor in request.get("missing", ()) else "report.asked"
        for sector in _wanted(scene, actor, request):
            found.setdefault(sector, scene.words(late, who=who, time=time))
    questions = [q for _, q in scene.entities(EntityKind.QUESTION) if actor in q["whom"] and q["state"] != "answered"]
    for question in sorted(questions, key=lambda q: (str(q["by"]), str(q["id"]))):
        place, ask = scene.region.towns.get(question["area"], question["area"]), question["because"][0]["ask"]
        said = scene.words("report.wondered", place=place, ask=ask, time=scene.clock(question["by"]))
        found.setdefault(question["sector"], said)
    return found
