"""A posted form as an actor's report: every fault in words, and the same body however often the form is sent.

Pure. In: a posted form, and whose it is. Out: the JSON body that intake checks, and what is wrong with it.
"""

import json
from collections.abc import Iterator

from starlette.datastructures import FormData as Form

from dashboards.report.blank import OWN_ID, Blank
from dashboards.report.fields import RESOURCES, TEXTS
from dashboards.report.posted import Reading, reading, text, texts
from schemas.codec import Json
from schemas.report import Fault
from schemas.sectors import IMPACT_OF, Label
from schemas.times import z
from streams.words import load_words

REASON_MOST = 400


def body_of_form(form: Form, blank: Blank, *, exercise: bool) -> tuple[Json, list[Fault]]:
    """The report, and its faults."""
    read, what = reading(form, blank.scene), text(form, "send")
    body: Json = {"id": text(form, "id") or OWN_ID, "sent": z(read.at), "label": text(form, "label") or Label.INTERNAL}
    revision = text(form, "revision")
    body |= {"revision": int(revision)} if revision.isascii() and revision.isdigit() else {}
    body |= {"exercise": True} if exercise else {}
    if what == "unchanged":
        said = load_words()("report.unchanged")  # in the county's language, whoever reads the page in another
        return body | {"type": "unchanged", "headline": said} | _promise(read), read.faults
    if what == "cancel":
        return body | {"type": "cancel", "headline": _withdrawn(read)}, read.faults
    return _kept(read) | body | _whole(read, blank), read.faults


def _withdrawn(read: Reading) -> str:
    reason = " ".join(read.text("reason").split())
    if not reason or len(reason) > REASON_MOST:
        read.fault("/headline", "reporting.reason_missing" if not reason else "reporting.reason_long")
    return load_words()("reporting.withdrawn", why=reason)


def _whole(read: Reading, blank: Blank) -> Json:
    headline = read.text("headline")
    if not headline:
        read.fault("/headline", "fault.headline")
    impacts, counts = _impacts(read, blank)
    if not impacts:
        read.fault("/impacts", "fault.impacts")
    body: Json = {"headline": headline, "impacts": impacts} | _promise(read)
    names = ("event", "consequences", "measures", "certainty")
    body |= {name: said for name in names if (said := read.text(name))}
    kept = _kept(read)
    sections = {
        "counts": [*kept.get("counts", ()), *counts],
        "prognosis": _prognosis(read),
        "needs": _needs(read),
        "resources": _resources(read),
        "labels": {**kept.get("labels", {}), **_labels(read)},
    }
    body |= {name: section for name, section in sections.items() if section}
    return body | (_relayed(read, blank) if blank.relayed else {})


def _kept(read: Reading) -> Json:
    try:
        found = json.loads(read.text("kept") or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _promise(read: Reading) -> Json:
    moment = read.time("next_report")
    return {} if moment is None else {"next_report": moment}


def _relayed(read: Reading, blank: Blank) -> Json:
    """Who said it: the actor, and the person who called."""
    name, by = blank.scene.region.owner(blank.relayed), read.text("relayed_by")
    if not by:
        read.fault("/relayed_from", "reporting.relayed_missing")
    return {"origin": "relayed", "relayed_from": by if by.startswith(name) else f"{name}, {by}"}


def _impacts(read: Reading, blank: Blank) -> tuple[list[Json], list[Json]]:
    """Lines, and the numbers told beside them."""
    lines: list[Json] = []
    counts: list[Json] = []
    sectors = blank.scene.region.sectors
    for number, sector in enumerate(texts(read.form, "sector")):
        now = read.text(f"now-{number}")
        if not now:
            continue
        name = sectors[sector].name if sector in sectors else sector
        areas = texts(read.form, f"areas-{number}")
        if not areas:
            read.fault(f"/impacts/{len(lines)}/areas", "fault.areas", sector=name)
        line: Json = {"sector": sector, "areas": blank.short(areas), "now": now}
        if read.text(f"expected-{number}"):
            line["expected"] = read.text(f"expected-{number}")
            for field, end in (("from", "expected_from"), ("until", "expected_until")):
                moment = read.time(f"{field}-{number}")
                line |= {} if moment is None else {end: moment}
        lines.append(line)
        counts += _counts(read, blank, number, sector, areas)
    return lines, counts


def _counts(read: Reading, blank: Blank, number: int, sector: str, areas: list[str]) -> Iterator[Json]:
    """Numbers of one line: each with its unit, its owner, its municipalities and when it held."""
    level = IMPACT_OF.get(read.text(f"now-{number}"), 0)
    for field in blank.templates.of(sector):
        if level < IMPACT_OF[field.shown_from]:
            continue  # the form does not show it
        name = f"{number}-{field.kind}"
        told = read.number(read.text(f"count-{name}"), f"/counts/{field.kind}", field.label, field.most)
        if told is None:
            continue
        low, high = told
        count: Json = {"kind": field.kind, **({"number": low} if low == high else {"low": low, "high": high})}
        whole = read.number(read.text(f"of-{name}"), f"/counts/{field.kind}", field.label)
        if whole is not None:
            count["of"] = whole[1]
            if whole[1] < high:
                read.fault(f"/counts/{field.kind}", "reporting.more_than_all", name=field.label)
        scope = {"unit": field.unit, "owner": blank.subject, "areas": blank.short(areas), "at": z(read.at)}
        yield count | scope


def _prognosis(read: Reading) -> Json:
    until = read.time("prognosis-until", "/prognosis/until")
    found = {"text": read.text("prognosis"), "until": until, "certainty": read.text("prognosis-certainty")}
    return {name: value for name, value in found.items() if value}


def _needs(read: Reading) -> Json:
    found: Json = {need: True for need in ("coordination", "direction") if read.text(f"need-{need}")}
    what = read.text("need-what")
    return found | ({"what": what} if what else {})


def _resources(read: Reading) -> Json:
    """Rows `{kind, number, until}` by whether they are needed, can be lent, or are had."""
    form, found = read.form, dict[str, list[Json]]()
    columns = (texts(form, f"res-{name}") for name in ("how", "kind", "number", "until"))
    for place, (how, kind, number, until) in enumerate(zip(*columns, strict=False)):
        if not kind.strip() or how not in RESOURCES:
            continue
        where, name = f"/resources/{how}/{place}", kind.strip()
        told = read.number(number.strip(), where, name)
        moment = read.time_of(until.strip(), where)
        row: Json = {"kind": name} | ({"number": told[1]} if told else {})
        found.setdefault(how, []).append(row | ({"until": moment} if moment else {}))
    return found


def _labels(read: Reading) -> Json:
    """Stricter labels of single texts; one that is no stricter says nothing."""
    order = [label.value for label in Label]
    base = read.text("label") or Label.INTERNAL.value
    found = {name: read.text(f"label-{name}") for name in TEXTS if read.text(name)}
    wanted = {name: label for name, label in found.items() if label in order and base in order}
    return {name: label for name, label in wanted.items() if order.index(label) > order.index(base)}
