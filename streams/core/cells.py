"""How a municipality × sector gets its impact, or which grey: the heart of the picture (docs/cells.md).

In: the reports that stand on a cell. Out: the public cell. Among fresh own reports of entitled actors the worst counts;
an outdated value that is worse makes the cell outdated, since silence may not calm it; nothing is `none` by age.
Next: streams/core/signals.py
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.sectors import IMPACT_NAMES, Impact, Unknown
from schemas.times import z
from streams.core import contradictions
from streams.core.state import Standing
from streams.core.step import Step

REASONS_SHOWN = 8
"""Reasons on a cell, worst first; the rest are counted. The private list stays whole."""


def recompute(step: Step) -> None:
    """Every cell touched in this step, and what rules read of it."""
    for cell in sorted(step.cells):
        old = step.entity(EntityKind.CELL, cell)
        new = value(step, cell, old)
        step.publish(EntityKind.CELL, cell, new)
        expires = _expected_ends(step, cell)
        step.deadline(f"expected|{cell}", expires)
        if new is not None and new["impact"] and cell in step.state.asked:
            step.put(step.state.asked, cell, None)
        if new is not None and old is not None and _step_of(new) > _step_of(old) > 0:
            step.put(step.state.facts, "worsened", step.at)
            step.tests.add("worsened")


def _step_of(cell: Json) -> int:
    return int(cell["impact"])


def value(step: Step, cell: str, old: Json | None) -> Json | None:
    """The cell's public value now; None where nothing stands and nothing was asked (`not_assessed`, not stored)."""
    standing = step.state.standing.get(cell, {})
    setting = [s for s in standing.values() if s.sets]
    fresh = [s for s in setting if s.outdated is None]
    impact, grey, last = _impact(step, cell, setting, fresh)
    if not standing and grey == Unknown.NOT_ASSESSED:
        return None
    area, _, sector = cell.partition("/")
    new: Json = {"area": area, "sector": sector, "impact": impact, "impact_name": IMPACT_NAMES[impact]}
    if grey is not None:
        new["unknown"] = grey
    if last is not None:
        new["last"] = last
    expected = _expected(step, fresh)
    if expected is not None:
        new["expected"] = expected
    new |= contradictions.of_cell(step, {k: s for k, s in standing.items() if s.sets and s.outdated is None})
    told = fresh if impact else setting
    if told:
        new["reported_at"] = z(max([s.at for s in told]))
    new |= _history(step, new, old)
    return new | _reasons(step, standing)


def _impact(
    step: Step, cell: str, setting: list[Standing], fresh: list[Standing]
) -> tuple[int, Unknown | None, int | None]:
    """Impact, or 0 with its grey and the last value behind an outdated one."""
    now = max([s.impact for s in fresh]) if fresh else int(Impact.UNKNOWN)
    worst = max([s.impact for s in setting]) if setting else now
    if worst > now:
        return int(Impact.UNKNOWN), Unknown.OUTDATED, worst
    if fresh:
        return now, None, None
    source = step.state.reference.lives_on.get(cell)
    if source is not None and _silent(step, source):
        return int(Impact.UNKNOWN), Unknown.SOURCE_UNREACHABLE, None
    if cell in step.state.asked:
        return int(Impact.UNKNOWN), Unknown.NOT_REPORTED, None
    return int(Impact.UNKNOWN), Unknown.NOT_ASSESSED, None


def _silent(step: Step, source: str) -> bool:
    known = step.entity(EntityKind.SOURCE, source)
    return known is None or known["state"] != "heard"


def _expected(step: Step, fresh: list[Standing]) -> Json | None:
    """The worst that a fresh report expects and that has not passed; it never colours the cell."""
    open_ones = [
        s for s in fresh if s.expected is not None and (s.expected_until is None or s.expected_until > step.at)
    ]
    if not open_ones:
        return None
    worst = max(open_ones, key=_reach)
    shown: Json = {"impact": worst.expected}
    if worst.expected_from is not None:
        shown["from"] = z(worst.expected_from)
    if worst.expected_until is not None:
        shown["until"] = z(worst.expected_until)
    return shown


def _reach(line: Standing) -> tuple[int, int, str]:
    assert line.expected is not None
    return line.expected, -(line.expected_from or 0), line.actor


def _expected_ends(step: Step, cell: str) -> int | None:
    """When the next expectation on the cell passes."""
    standing = step.state.standing.get(cell, {}).values()
    ends = [s.expected_until for s in standing if s.expected_until and s.expected_until > step.at]
    return min(ends) if ends else None


def _history(step: Step, new: Json, old: Json | None) -> Json:
    """Trend and since when: a grey after a value is no trend, a value after a grey is new."""
    if old is None:
        return {"trend": "new", "since": z(step.at)}
    same = (new["impact"], new.get("unknown")) == (old["impact"], old.get("unknown"))
    if same:
        return {
            "trend": "same" if new.get("reported_at") != old.get("reported_at") else old["trend"],
            "since": old["since"],
        }
    if not new["impact"] or not old["impact"]:
        return {"trend": "new", "since": z(step.at)}
    return {"trend": "worse" if new["impact"] > old["impact"] else "better", "since": z(step.at)}


def _reasons(step: Step, standing: dict[str, Standing]) -> Json:
    """At most eight standing reports, worst first, then newest, and how many more there are."""
    limit = step.state.reference.figure("cell_reasons_max", REASONS_SHOWN)
    order = sorted(standing.items(), key=lambda pair: (not pair[1].sets, -pair[1].impact, -pair[1].at, pair[0]))
    shown = [
        {
            "item": key,
            "owner": s.actor,
            "impact": s.impact,
            "reported_at": z(s.at),
            "state": "beside" if not s.sets else "fresh" if s.fresh else "outdated",
        }
        for key, s in order[:limit]
    ]
    return {"reasons": shown, "more": len(order) - limit} if len(order) > limit else {"reasons": shown}
