"""A report's body as the fields of the form: what prefills it. `body.py` is the way back.

Pure. In: a body, and whose form it is. Out: the form as a browser would post it unchanged.
Next: dashboards/report/form.py
"""

import json
from collections.abc import Iterator

from starlette.datastructures import FormData

from dashboards.report.blank import Blank
from dashboards.report.posted import clock_of
from schemas.codec import Json
from schemas.sectors import Label

TEXTS = ("event", "consequences", "measures", "prognosis")
RESOURCES = ("need", "can_lend", "have")
_KNOWN = frozenset(
    {"id", "sent", "type", "revision", "headline", "impacts", "label", "labels", "next_report", "exercise", "certainty"}
    | {"origin", "relayed_from", "event", "consequences", "measures", "prognosis", "needs", "resources", "counts"}
)
"""Fields of a report that the form shows; the others travel with it untouched (`kept`)."""


def fields_of(body: Json, blank: Blank) -> FormData:
    """The fields, lines first as the body has them, then a line for each sector that it does not name."""
    written = clock_of(blank.scene)
    lines, counts = _lines(body, blank), list(body.get("counts") or [])
    fields = [("id", str(body.get("id", ""))), ("headline", str(body.get("headline", "")))]
    fields += [("revision", str(body["revision"] + 1))] if "revision" in body else []
    for number, line in enumerate(lines):
        fields += _line(number, line, blank)
        fields += _numbers(number, line, counts, blank)
    fields += [(name, str(body.get(name, ""))) for name in ("event", "consequences", "measures", "certainty")]
    prognosis = body.get("prognosis") or {}
    fields += [("prognosis", str(prognosis.get("text") or "")), ("prognosis-until", written(prognosis.get("until")))]
    fields += [("prognosis-certainty", str(prognosis.get("certainty") or ""))]
    fields += [*_needs(body.get("needs")), *_resources(body.get("resources"), blank)]
    fields += [("label", str(body.get("label", Label.INTERNAL.value)))]
    fields += [(f"label-{name}", str(label)) for name, label in (body.get("labels") or {}).items() if name in TEXTS]
    fields += [("relayed_by", str(body.get("relayed_from", "")))] if blank.relayed else []
    return FormData([*fields, *_kept(body, counts)])


def _lines(body: Json, blank: Blank) -> list[Json]:
    told = [line for line in body.get("impacts") or [] if line.get("sector") in blank.scene.region.sectors]
    named = {line["sector"] for line in told}
    return told + [{"sector": s, "areas": blank.towns} for s in blank.sectors if s not in named]


def _line(number: int, line: Json, blank: Blank) -> Iterator[tuple[str, str]]:
    written = clock_of(blank.scene)
    yield "sector", line["sector"]
    yield f"now-{number}", line.get("now", "")
    for area in blank.within(line["areas"]):
        yield f"areas-{number}", area
    yield f"expected-{number}", line.get("expected", "")
    yield f"from-{number}", written(line.get("expected_from"))
    yield f"until-{number}", written(line.get("expected_until"))


def _numbers(number: int, line: Json, counts: list[Json], blank: Blank) -> Iterator[tuple[str, str]]:
    """Numbers that the line's sector is asked for; those that found their field are taken out of `counts`."""
    areas = blank.within(line["areas"])
    for field in blank.templates.of(line["sector"]):
        found = next((c for c in counts if c.get("kind") == field.kind and _about(c, areas, blank)), None)
        if found is None:
            continue
        counts.remove(found)
        low, high = found.get("low", found.get("number")), found.get("high", found.get("number"))
        yield f"count-{number}-{field.kind}", str(low) if low == high else f"{low}–{high}"
        if "of" in found:
            yield f"of-{number}-{field.kind}", str(found["of"])


def _about(count: Json, areas: list[str], blank: Blank) -> bool:
    told = count.get("areas")
    whole = count.get("owner", blank.subject) == blank.subject and ("low" in count or "number" in count)
    return whole and isinstance(told, list) and blank.within(map(str, told)) == areas


def _needs(needs: object) -> Iterator[tuple[str, str]]:
    told = needs if isinstance(needs, dict) else {}
    for need in ("coordination", "direction"):
        if told.get(need):
            yield f"need-{need}", "1"
    yield "need-what", str(told.get("what") or "")


def _resources(resources: object, blank: Blank) -> Iterator[tuple[str, str]]:
    told = resources if isinstance(resources, dict) else {}
    written = clock_of(blank.scene)
    for how in RESOURCES:
        rows = told.get(how)
        for row in rows if isinstance(rows, list) else []:
            if isinstance(row, dict):
                yield "res-how", how
                yield "res-kind", str(row.get("kind", ""))
                yield "res-number", str(row.get("number", ""))
                yield "res-until", written(row.get("until"))


def _kept(body: Json, counts: list[Json]) -> Iterator[tuple[str, str]]:
    """What the form has no field for, as JSON: a report that came another way loses nothing when it is corrected."""
    kept = {name: value for name, value in body.items() if name not in _KNOWN}
    others = {name: label for name, label in (body.get("labels") or {}).items() if name not in TEXTS}
    kept |= ({"counts": counts} if counts else {}) | ({"labels": others} if others else {})
    if kept:
        yield "kept", json.dumps(kept, ensure_ascii=False)
