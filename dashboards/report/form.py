"""The report form as it is drawn: a row a sector, what was said last, what is asked. From the form's own fields.

Pure. In: fields (prefilled, or as they were posted), and whose form it is. Out: `Filled`, for report.html.
Next: dashboards/report/body.py
"""

from collections.abc import Mapping
from typing import NamedTuple

from starlette.datastructures import FormData as Form

from dashboards.report.blank import Blank, body_of, standing
from dashboards.report.fields import RESOURCES, TEXTS, fields_of
from dashboards.report.posted import text, texts
from dashboards.report.waiting import asked
from schemas.codec import Json
from schemas.sectors import IMPACT_OF, Label

ROWS_FREE = 2
"""Empty rows for resources, beside those that are filled."""


class Number(NamedTuple):
    """One number that the line's sector is asked for."""

    kind: str
    label: str
    unit: str
    value: str
    total: bool
    of: str
    most: int | None
    shown_from: str


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
    expected_until: str
    said: str
    """What the last report said, in words; empty without one."""
    asked: str
    """Who asks for this, and by when; empty when nobody does."""
    numbers: tuple[Number, ...]


class Resource(NamedTuple):
    """One row of what is needed, can be lent, or is had."""

    how: str
    kind: str
    number: str
    until: str


class Filled(NamedTuple):
    """The form, ready to be drawn."""

    id: str
    revision: str
    """The next revision, where the matter is ordered by revisions; else empty."""
    lines: tuple[Line, ...]
    texts: Mapping[str, str]
    label: str
    labels: Mapping[str, str]
    """Text -> its own stricter label, empty where it has none."""
    needs: Mapping[str, str]
    resources: tuple[Resource, ...]
    next_report: str
    last_sent: str
    """When the last report was sent, in words; empty without one."""
    promised: str
    single: str
    """The one municipality of the form; empty when it has several."""
    kept: str
    """What the form has no field for, as JSON."""
    state: str
    """State of the item that it goes on with; empty without one."""


def filled(blank: Blank, report_id: str = "", *, new: bool = False) -> Filled:
    """The form as it opens: the last report's lines, then the other sectors."""
    return shown(fields_of(body_of(blank, report_id, new=new), blank), blank)


def shown(form: Form, blank: Blank) -> Filled:
    """A form's fields, drawn again: nothing that somebody wrote is lost."""
    scene, last = blank.scene, standing(blank, text(form, "id"))
    said = _said(last, blank)
    return Filled(
        text(form, "id"),
        text(form, "revision"),
        tuple(_lines(form, blank, said)),
        {name: text(form, name) for name in _TEXTS},
        text(form, "label") or Label.INTERNAL.value,
        {name: text(form, f"label-{name}") for name in TEXTS},
        {need: text(form, f"need-{need}") for need in ("coordination", "direction", "what")},
        (*_resources(form), *(Resource("need", "", "", "") for _ in range(ROWS_FREE))),
        text(form, "next_report"),
        scene.clock(last["sent"]) if last else "",
        scene.clock(last["next_report"]) if last and "next_report" in last else "",
        blank.single,
        text(form, "kept"),
        last["state"] if last else "",
    )


_TEXTS = ("headline", *TEXTS, "certainty", "prognosis-until", "prognosis-certainty", "relayed_by")


def _said(last: Json | None, blank: Blank) -> dict[tuple[str, tuple[str, ...]], str]:
    """What the last report said of each line, in words."""
    lines = (last or {}).get("impacts") or []
    words = blank.scene.words
    return {(r["sector"], tuple(blank.within(r["areas"]))): words.impact_short(IMPACT_OF[r["now"]]) for r in lines}


def _lines(form: Form, blank: Blank, said: Mapping[tuple[str, tuple[str, ...]], str]) -> list[Line]:
    found: list[Line] = []
    sectors = blank.scene.region.sectors
    wanted = {} if blank.relayed else asked(blank.scene, blank.actor)
    for number, sector in enumerate(texts(form, "sector")):
        now, areas = text(form, f"now-{number}"), tuple(texts(form, f"areas-{number}"))
        again = any(line.sector == sector for line in found)
        if sector not in sectors or (again and not now):
            continue
        found.append(
            Line(
                sector,
                sectors[sector].name,
                areas,
                now,
                text(form, f"expected-{number}"),
                text(form, f"from-{number}"),
                text(form, f"until-{number}"),
                said.get((sector, areas), ""),
                wanted.get(sector, ""),
                tuple(_numbers(form, blank, number, sector)),
            )
        )
    return found


def _numbers(form: Form, blank: Blank, number: int, sector: str) -> list[Number]:
    return [
        Number(
            field.kind,
            field.label,
            field.unit,
            text(form, f"count-{number}-{field.kind}"),
            field.total,
            text(form, f"of-{number}-{field.kind}"),
            field.most,
            field.shown_from,
        )
        for field in blank.templates.of(sector)
    ]


def _resources(form: Form) -> list[Resource]:
    columns = (texts(form, f"res-{name}") for name in ("how", "kind", "number", "until"))
    rows = (Resource(*row) for row in zip(*columns, strict=False))
    return [row for row in rows if row.kind.strip() and row.how in RESOURCES]
