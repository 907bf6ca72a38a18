"""A report in words, row by row: for the eye that looks it over, for what differs from the last, for other systems.

Pure. In: a body, a scene, the county's templates. Out: (head, text) rows; differences; plain text to paste.
Next: dashboards/report/review.py
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from dashboards.report.blank import Blank
from dashboards.report.fields import RESOURCES, TEXTS
from schemas.codec import Json
from schemas.sectors import IMPACT_OF, Label


class Shift(NamedTuple):
    """One row that is not as it was."""

    head: str
    before: str
    """Empty when it was not there."""
    after: str
    """Empty when it is gone."""
    cell: bool
    """It is the impact on cells, which turn outdated when they are not named any more."""


def rows(body: Json, blank: Blank) -> list[tuple[str, str]]:
    """Everything that the form knows of a report, in the form's order. No two rows have the same head."""
    found: dict[str, str] = {}
    for head, text in _rows(body, blank):
        found[head] = f"{found[head]}; {text}" if head in found else text
    return list(found.items())


def shifts(before: Json, after: Json, blank: Blank) -> list[Shift]:
    """What an edited report changes, in its order; what is gone comes last."""
    old, new = dict(rows(before, blank)), dict(rows(after, blank))
    lines = {_line(line, blank)[0] for line in before.get("impacts") or []}
    heads = [head for head, text in new.items() if old.get(head) != text] + [head for head in old if head not in new]
    return [Shift(head, old.get(head, ""), new.get(head, ""), head in lines) for head in heads]


def plain(body: Json, blank: Blank, sent: str, *, exercise: bool) -> str:
    """Text to paste into another system. Of an exercise the first line and the last say so."""
    words, scene = blank.scene.words, blank.scene
    mark = [words("copied.exercise")] if exercise else []
    head = words("copied.head", who=scene.region.owner(blank.actor), time=sent)
    told = [f"{name}: {text}" for name, text in rows(body, blank)]
    return "\n".join([*mark, head, *told, words("copied.from"), *mark])


def _rows(body: Json, blank: Blank) -> Iterator[tuple[str, str]]:
    words = blank.scene.words
    yield words("report.headline"), body.get("headline", "")
    if body.get("relayed_from"):
        yield words("field.relayed_from"), body["relayed_from"]
    for line in body.get("impacts") or []:
        yield _line(line, blank)
    for count in body.get("counts") or []:
        yield _count(count, blank)
    for name in ("event", "consequences", "measures"):
        if body.get(name):
            yield words(f"field.{name}"), body[name]
    yield from _needs(body.get("needs") or {}, blank)
    yield from _resources(body.get("resources") or {}, blank)
    yield from _prognosis(body.get("prognosis") or {}, blank)
    if body.get("certainty"):
        yield words("field.certainty"), words(f"certainty.{body['certainty']}")
    if body.get("next_report"):
        yield words("report.next_report"), blank.scene.clock(body["next_report"])
    yield words("report.label"), words(f"label.{body.get('label', Label.INTERNAL.value)}")
    for name, label in (body.get("labels") or {}).items():
        if name in TEXTS:
            yield words("reporting.label_of", field=words(f"field.{name}")), words(f"label.{label}")


def _line(line: Json, blank: Blank) -> tuple[str, str]:
    words, region = blank.scene.words, blank.scene.region
    name = region.sectors[line["sector"]].name if line["sector"] in region.sectors else line["sector"]
    text = words.impact_short(IMPACT_OF[line["now"]])
    if line.get("expected"):
        text += words("wording.expected", impact=words.impact_short(IMPACT_OF[line["expected"]]))
        text += words("wording.from", time=blank.scene.clock(line["expected_from"])) if "expected_from" in line else ""
    return f"{name}, {words.places(blank.within(line['areas']), region.towns)}", text


def _count(count: Mapping[str, object], blank: Blank) -> tuple[str, str]:
    words = blank.scene.words
    kind, areas = str(count.get("kind", "")), count.get("areas")
    field = next((f for f in blank.templates.number if f.kind == kind), None)
    low, high = count.get("low", count.get("number")), count.get("high", count.get("number"))
    ends = [words.number(end) if isinstance(end, int) else str(end) for end in (low, high)]
    text = ends[0] if low == high else "–".join(ends)
    text += words("wording.of", n=words.number(count["of"])) if isinstance(count.get("of"), int) else ""  # type: ignore[arg-type]
    text += f" {field.unit if field else count.get('unit', '')}".rstrip()
    where = words.places(blank.within(map(str, areas)), blank.scene.region.towns) if isinstance(areas, list) else ""
    head = field.label if field else kind
    return (f"{head}, {where}" if where else head), text


def _needs(needs: Json, blank: Blank) -> Iterator[tuple[str, str]]:
    words = blank.scene.words
    told = [words(f"report.need_{need}").lower() for need in ("coordination", "direction") if needs.get(need)]
    told += [str(needs["what"])] if needs.get("what") else []
    if told:
        yield words("report.needs"), ", ".join(told)


def _resources(resources: Json, blank: Blank) -> Iterator[tuple[str, str]]:
    words = blank.scene.words
    for how in RESOURCES:
        for row in resources.get(how) or []:
            if isinstance(row, dict):
                number = f"{row['number']} " if "number" in row else ""
                until = words("wording.until", time=blank.scene.clock(row["until"])) if "until" in row else ""
                yield words(f"resource.{how}"), f"{number}{row.get('kind', '')}{until}"


def _prognosis(prognosis: Json, blank: Blank) -> Iterator[tuple[str, str]]:
    words, parts = blank.scene.words, []
    if prognosis.get("text"):
        parts.append(str(prognosis["text"]))
    if prognosis.get("until"):
        parts.append(words("wording.over", time=blank.scene.clock(prognosis["until"])))
    if certainty := prognosis.get("certainty"):
        key = f"certainty.{certainty}"
        parts.append(words(key).lower() if words.known(key) else str(certainty))
    if parts:
        yield words("field.prognosis"), ", ".join(parts)
