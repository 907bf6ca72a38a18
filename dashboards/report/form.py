"""The report form: prefilled from the actor's last report, and back into an actor's report (docs/api.md).

Pure. In: a scene and an actor; or a posted form. Out: rows to draw; or the JSON body with every fault in Swedish.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from starlette.datastructures import FormData as Form

from dashboards.telling.happenings import own_reports
from dashboards.telling.moments import moment
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.report import Fault
from schemas.sectors import IMPACT_OF, SECTORS, Label
from schemas.times import parse, z

OWN_ID = "lagesrapport"
"""Id of what the form sends, when the actor has no report of its own to go on with."""
TEXTS = ("consequences", "measures", "prognosis")


class Line(NamedTuple):
    """One row of the form: a sector, where, and how it is."""

    sector: str
    name: str
    areas: tuple[str, ...]
    now: str
    """`none` to `critical`; empty when nothing is said."""
    expected: str
    expected_from: str
    """As people write it: `12.00`, or `tors 21 jan 08.00`; one that has passed is left out."""
    said: str
    """What the last report said, in words; empty without one."""
    asked: str
    """Who asks for this, and by when; empty when nobody does."""


class Filled(NamedTuple):
    """The form before it is changed."""

    id: str
    lines: tuple[Line, ...]
    texts: Mapping[str, str]
    label: str
    next_report: str
    last_sent: str
    """When the last report was sent, in words; empty without one."""
    promised: str
    others: tuple[tuple[str, str, str], ...]
    """Other standing reports of the actor: (id, headline, when sent)."""
    single: str
    """The one municipality of the actor; empty when it has several."""


def filled(scene: Scene, actor: str) -> Filled:
    """The form as it opens: the last report's lines, then the actor's other sectors."""
    about = scene.region.reference["actors"][actor]
    mine = own_reports(scene, actor)
    key, last = next(((k, i) for k, i in mine if not _is_cell_id(i["id"])), ("", None))
    lines = [_line(scene, actor, row) for row in (last.get("impacts") or [] if last else [])]
    named = {line.sector for line in lines}
    lines += [
        _line(scene, actor, {"sector": s, "areas": _all_areas(scene, actor)})
        for s in about["sectors"]
        if s not in named
    ]
    texts = last.get("texts", {}) if last else {}
    return Filled(
        last["id"] if last else OWN_ID,
        tuple(lines),
        {field: texts.get(field, "") for field in ("headline", *TEXTS)},
        last["label"] if last else Label.INTERNAL.value,
        "",
        scene.clock(last["sent"]) if last else "",
        scene.clock(last["next_report"]) if last and "next_report" in last else "",
        tuple((i["id"], i["texts"].get("headline", i["id"]), scene.clock(i["sent"])) for k, i in mine if k != key),
        next(iter(towns)) if len(towns := _towns(scene, about["areas"])) == 1 else "",
    )


def _is_cell_id(report_id: str) -> bool:
    """`<sector>-<area>`: what the command line sends about one cell."""
    sector, _, area = report_id.partition("-")
    return sector in SECTORS and area.isdigit()


def _towns(scene: Scene, areas: Iterable[str]) -> list[str]:
    wanted = set(areas)
    return [c for c in scene.region.towns if c in wanted or scene.region.place.region in wanted]


def _all_areas(scene: Scene, actor: str) -> list[str]:
    return _towns(scene, scene.region.reference["actors"][actor]["areas"])


def _line(scene: Scene, actor: str, row: Json) -> Line:
    words, sector = scene.words, row["sector"]
    now = row.get("now", "")
    said = words.impact_short(IMPACT_OF[now]) if now else ""
    start = row.get("expected_from")
    return Line(
        sector,
        scene.region.sectors[sector].name,
        tuple(row["areas"]),
        now,
        row.get("expected", ""),
        scene.clock(start) if start and parse(start) > scene.now else "",
        said,
        _asked(scene, actor, sector),
    )


def _asked(scene: Scene, actor: str, sector: str) -> str:
    mine = set(_all_areas(scene, actor))
    for _, request in scene.entities(EntityKind.REQUEST):
        areas = set(_towns(scene, request["areas"]))
        if sector in request["sectors"] and areas & mine and actor in request.get("whom", [actor]):
            who = scene.region.owner(request["asked_by"])
            late = "report.asked_again" if actor in request.get("missing", ()) else "report.asked"
            return scene.words(late, who=who, time=scene.clock(request["by"]))
    return _wondered(scene, actor, sector)


def _wondered(scene: Scene, actor: str, sector: str) -> str:
    """What is asked of this actor because another sector is hit; the first to be answered."""
    open_ones = [
        (question["by"], key, question)
        for key, question in scene.entities(EntityKind.QUESTION)
        if question["sector"] == sector and question["state"] != "answered" and actor in question["whom"]
    ]
    if not open_ones:
        return ""
    by, _, question = min(open_ones)
    town, asks = scene.region.towns.get(question["area"], question["area"]), question["because"][0]["ask"]
    return scene.words("report.wondered", place=town, ask=asks, time=scene.clock(by))


def body_of_form(form: Form, scene: Scene, *, exercise: bool) -> tuple[Json, list[Fault]]:
    """The report that a posted form means, and what is wrong with it."""
    what = _text(form, "send")
    body: Json = {
        "id": _text(form, "id") or OWN_ID,
        "sent": z(scene.now),
        "label": _text(form, "label") or Label.INTERNAL,
    }
    if exercise:
        body["exercise"] = True
    faults: list[Fault] = []
    if what == "unchanged":
        return body | {"type": "unchanged", "headline": scene.words("report.unchanged")} | _promise(
            form, scene, faults
        ), faults
    if what.startswith("cancel:"):
        cancelled = {"id": what.removeprefix("cancel:"), "type": "cancel", "headline": scene.words("report.cancelled")}
        return body | cancelled, faults
    headline = _text(form, "headline")
    if not headline:
        faults.append({"pointer": "/headline", "detail": scene.words("fault.headline")})
    impacts = _impacts(form, scene, faults)
    if not impacts:
        faults.append({"pointer": "/impacts", "detail": scene.words("fault.impacts")})
    body |= {"headline": headline, "impacts": impacts} | _promise(form, scene, faults)
    body |= {field: text for field in ("consequences", "measures") if (text := _text(form, field))}
    if _text(form, "prognosis"):
        body["prognosis"] = {"text": _text(form, "prognosis")}
    needs = {need: True for need in ("coordination", "direction") if _text(form, f"need-{need}")}
    if needs or _text(form, "need-what"):
        body["needs"] = {**needs, "what": _text(form, "need-what")}
    return body, faults


def _promise(form: Form, scene: Scene, faults: list[Fault]) -> Json:
    moment = _time(form, "next_report", scene, faults)
    return {} if moment is None else {"next_report": moment}


def _impacts(form: Form, scene: Scene, faults: list[Fault]) -> list[Json]:
    found = []
    for number, sector in enumerate(_texts(form, "sector")):
        now = _text(form, f"now-{number}")
        if not now:
            continue
        areas = _texts(form, f"areas-{number}")
        name = scene.region.sectors[sector].name if sector in scene.region.sectors else sector
        if not areas:
            faults.append({"pointer": f"/impacts/{number}/areas", "detail": scene.words("fault.areas", sector=name)})
        line: Json = {"sector": sector, "areas": _short(areas, scene), "now": now}
        if _text(form, f"expected-{number}"):
            line["expected"] = _text(form, f"expected-{number}")
            start = _time(form, f"from-{number}", scene, faults)
            line |= {} if start is None else {"expected_from": start}
        found.append(line)
    return found


def _short(areas: Sequence[str], scene: Scene) -> list[str]:
    """All municipalities are the county's code."""
    return [scene.region.place.region] if set(areas) == set(scene.region.towns) else list(areas)


def _time(form: Form, field: str, scene: Scene, faults: list[Fault]) -> str | None:
    """A time of the form as an instant."""
    text = _text(form, field)
    if not text:
        return None
    found = moment(text, scene.now, scene.words)
    if found is None:
        faults.append({"pointer": f"/{field}", "detail": scene.words("fault.time", text=text)})
    return None if found is None else z(found)


def _text(form: Form, field: str) -> str:
    value = form.get(field)
    return value.strip() if isinstance(value, str) else ""


def _texts(form: Form, field: str) -> list[str]:
    return [value for value in form.getlist(field) if isinstance(value, str)]


def refilled(form: Form, scene: Scene, actor: str) -> Filled:
    """The form as it was posted, to be mended: nothing that somebody wrote is lost."""
    before = filled(scene, actor)
    said = {line.sector: line.said for line in before.lines}
    lines = tuple(
        Line(
            sector,
            scene.region.sectors[sector].name,
            tuple(_texts(form, f"areas-{number}")),
            _text(form, f"now-{number}"),
            _text(form, f"expected-{number}"),
            _text(form, f"from-{number}"),
            said.get(sector, ""),
            _asked(scene, actor, sector),
        )
        for number, sector in enumerate(_texts(form, "sector"))
        if sector in scene.region.sectors
    )
    texts = {field: _text(form, field) for field in ("headline", *TEXTS)}
    return before._replace(lines=lines, texts=texts, label=_text(form, "label"), next_report=_text(form, "next_report"))
