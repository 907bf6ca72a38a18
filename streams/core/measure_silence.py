"""Who ought to have been heard: actors past what they promised, sources that are silent.

In: one item that changed, and the picture's sources. Out: a verdict that asks a question.
Next: streams/core/judging.py
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.rule_tests import OverdueTest, SilentTest
from schemas.sectors import SECTORS, ItemState, Kind
from streams.core.measure_cells import hit_areas
from streams.core.measured import FALSE, Measured, Verdict, look_again, member
from streams.core.step import Step

OVERDUE, SOURCES = "overdue", "sources"


def count_overdue(step: Step, key: str) -> None:
    """An own report that went past its promised time; a relayed word may answer for it, so it is looked at again."""
    entity, item = step.entity(EntityKind.ITEM, key), step.state.items.get(key)
    if entity is not None and entity["origin"] == "relayed" and OVERDUE in step.state.members:
        step.tests.add(OVERDUE)
    brings: Json | None = None
    if item is not None and item.state == ItemState.OUTDATED and item.kind == Kind.SITUATION and item.counts:
        lines = [step.state.standing.get(cell, {}).get(key) for cell in item.held]
        worst = max([line.impact for line in lines if line is not None], default=0)
        if item.stale is not None and worst:
            areas = sorted({cell.partition("/")[0] for cell in item.held})
            brings = {"actor": item.actor, "sent": item.sent, "promised": item.stale, "areas": areas, "worst": worst}
    if brings is not None or key in step.state.members.get(OVERDUE, ()):
        member(step, OVERDUE, key, brings)


def judge_overdue(step: Step, test: OverdueTest) -> Verdict:
    """So many parties past so much of their promise, in areas that matter, of whom nothing was relayed since."""
    members = step.state.members.get(OVERDUE, {})
    due = {k: m["sent"] + (m["promised"] - m["sent"]) * test.percent // 100 for k, m in members.items()}
    waits = [at for at in due.values() if at > step.at]
    look_again(step, OVERDUE, str(test.percent), min(waits) if waits else None)
    beside = {a for sector in test.beside for a in hit_areas(step, sector, test.beside_impact)}
    found = {
        key: m
        for key, m in members.items()
        if due[key] <= step.at
        and m["worst"] >= test.impact
        and (not test.beside or not beside.isdisjoint(m["areas"]))
        and not _answered(step, m)
    }
    parties = {step.state.reference.party(m["actor"]) for m in found.values()}
    if not found or len(parties) < test.parties:
        return FALSE
    params = (("by", "+".join(sorted({m["actor"] for m in found.values()}))), ("count", str(len(parties))))
    areas = tuple(sorted({a for m in found.values() for a in m["areas"]}))
    return Verdict(true=True, on=Measured(areas, tuple(sorted(found)), len(found), params))


def _answered(step: Step, overdue: Json) -> bool:
    """Has somebody passed on word from there since? It sets no cell, but it answers the question."""
    return any(
        not line.sets and line.at > overdue["sent"]
        for area in overdue["areas"]
        for sector in SECTORS
        for line in step.state.standing.get(f"{area}/{sector}", {}).values()
    )


def judge_silent(step: Step, test: SilentTest) -> Verdict:
    """Sources named that are silent now."""
    found = [s for s in sorted(test.sources) if (step.entity(EntityKind.SOURCE, s) or {}).get("state") == "silent"]
    return Verdict(bool(found), Measured(strength=len(found), params=(("by", "+".join(found)),))) if found else FALSE
