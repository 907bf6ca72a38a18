"""Measures of what people bring up: planned events, shared issues, resources that are short, ends that move later.

In: one item that changed, and the matters beside items (who shares, who is affected, who can lend). Out: verdicts.
Next: streams/core/judging.py
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.rule_tests import DriftTest, PlannedTest, ScarceTest, SharedTest
from schemas.sectors import OPEN_STATES, Kind
from schemas.times import parse, z
from streams.core.drift import DRIFT
from streams.core.measured import FALSE, Measured, Verdict, look_again, member
from streams.core.places import about
from streams.core.step import Step
from streams.core.suggestion_life import OPEN

PLANNED, ISSUES, NEEDS = "planned", "issues", "needs"
MATTER, ADVICE = "matter", "advice"
"""Test keys that the matters' and the suggestions' own modules touch."""


def count_matters(step: Step, key: str) -> None:
    """What one item brings to the measures of planned events, issues and needs."""
    entity, item = step.entity(EntityKind.ITEM, key), step.state.items.get(key)
    stands = entity is not None and item is not None and item.counts and item.state in OPEN_STATES
    kind = entity["kind"] if entity is not None else None
    brings: dict[str, Json | None] = dict.fromkeys((PLANNED, ISSUES, NEEDS))
    if stands and entity is not None and item is not None:
        if kind == Kind.PLANNED_EVENT:
            brings[PLANNED] = {"actor": item.actor, "onset": item.onset, "ends": item.ends}
        elif kind == Kind.ISSUE:
            brings[ISSUES] = {"actor": item.actor}
        if "need" in entity or "lend" in entity:
            brings[NEEDS] = {"actor": item.actor, "need": entity.get("need", []), "lend": entity.get("lend", [])}
    for name, value in brings.items():
        if value is not None or key in step.state.members.get(name, ()):
            member(step, name, key, value)


def _of(step: Step, name: str, subject: str) -> list[tuple[str, Json]]:
    """The items of a measure, or the one that is the rule's subject."""
    members = step.state.members.get(name, {})
    return [(k, m) for k, m in sorted(members.items()) if not subject or k == subject]


def _direct(step: Step, key: str, but: str | None) -> list[str]:
    """Actors that are directly affected by a thing, other parties than its reporter."""
    reporter = step.state.reference.party(but) if but else None
    return [a for a in _marked(step, key, "direct") if step.state.reference.party(a) != reporter]


def _marked(step: Step, key: str, how: str) -> list[str]:
    """Actors that are marked as affected so."""
    matter = step.entity(EntityKind.MATTER, key) or {"affected": {}}
    return sorted(a for a, row in matter["affected"].items() if row["how"] == how)


def judge_planned(step: Step, test: PlannedTest, subject: str) -> Verdict:
    """An event ahead that touches enough parties and is large or risky enough."""
    found: dict[str, list[str]] = {}
    again: list[int] = []
    for key, planned in _of(step, PLANNED, subject):
        opens = planned["onset"] - test.within if planned["onset"] is not None else step.at
        entity = step.entity(EntityKind.ITEM, key) or {}
        affected = _direct(step, key, planned["actor"])
        if opens > step.at:
            again.append(opens)
        elif (
            len({step.state.reference.party(a) for a in affected}) >= test.parties
            and _grave(test, entity)
            and not (test.unmet and _met(step, key, planned))
        ):
            found[key] = affected
    look_again(step, PLANNED, f"within {test.within} {subject}", min(again) if again else None)
    if not found:
        return FALSE
    who = sorted({a for affected in found.values() for a in affected})
    reporters = {step.state.members[PLANNED][key]["actor"] for key in found}
    indirect = sorted({a for key in found for a in _marked(step, key, "indirect")})
    params = (
        ("by", "+".join(sorted({*who, *reporters}))),
        ("count", str(len(who))),
        ("indirect", "+".join(indirect)),
    )
    areas = {a for key in found for a in about(step.state.picture[EntityKind.ITEM][key])}
    return Verdict(true=True, on=Measured(tuple(sorted(areas)), tuple(sorted(found)), len(found), params))


def _grave(test: PlannedTest, entity: Json) -> bool:
    expected, native = entity.get("attendance"), entity.get("native", {})
    large = test.attendance is None or (expected is not None and expected >= test.attendance)
    named = any(native.get(field) in values for field, values in test.native.items())
    return large or named or bool(entity.get("risk_flags"))


def _met(step: Step, key: str, planned: Json) -> bool:
    """Is a meeting planned while it goes on, or was one held then, by a forum about it?"""
    begin, end = z(planned["onset"] or step.at), z(planned["ends"] or planned["onset"] or step.at)
    forums = [f for f in step.state.picture[EntityKind.FORUM].values() if is_about(step, f, key)]
    held = [step.state.picture[EntityKind.MEETING].get(f.get("meeting", "")) for f in forums]
    meetings = [row for f in forums for row in f.get("planned", ())] + [row for row in held if row is not None]
    return any(begin <= meeting["at"] <= end for meeting in meetings)


def is_about(step: Step, forum: Json, key: str) -> bool:
    """Was the forum called for this item: by name, for an event that holds it, or on a suggestion about it?"""
    named = str(forum.get("about", ""))
    event = step.entity(EntityKind.EVENT, named) or {}
    suggestion = step.entity(EntityKind.SUGGESTION, str(forum.get("suggestion", ""))) or {}
    return (
        named == key
        or key in event.get("items", ())
        or any(reason.get("subject") == key for reason in suggestion.get("reasons", ()))
    )


def judge_shared(step: Step, test: SharedTest, subject: str) -> Verdict:
    """An issue that enough others have too."""
    found: dict[str, list[str]] = {}
    for key, issue in _of(step, ISSUES, subject):
        matter = step.entity(EntityKind.MATTER, key)
        if matter is None or matter["state"] != "open":
            continue
        author = step.state.reference.party(issue["actor"])
        sharers = sorted(a for a in matter["sharers"] if step.state.reference.party(a) != author)
        if len({step.state.reference.party(a) for a in sharers}) >= test.parties:
            found[key] = sharers
    if not found:
        return FALSE
    most = max(len(sharers) for sharers in found.values())
    who = sorted({a for sharers in found.values() for a in sharers})
    return Verdict(
        true=True, on=Measured((), tuple(sorted(found)), most, (("by", "+".join(who)), ("count", str(len(who)))))
    )


def _offers(step: Step) -> list[Json]:
    """What can be lent now: in matters that are open, and until its time is out."""
    matters = [m for m in step.state.picture[EntityKind.MATTER].values() if m["state"] == "open"]
    offers = [offer for matter in matters for offer in matter["offers"].values()]
    valid = [offer for offer in offers if "until" not in offer or parse(offer["until"]) > step.at]
    ends = [parse(offer["until"]) for offer in valid if "until" in offer]
    look_again(step, NEEDS, "offers", min(ends) if ends else None)
    return valid


def judge_scarce(step: Step, test: ScarceTest) -> Verdict:
    """A kind of resource of which parties need more than is offered."""
    need: dict[str, dict[str, int]] = {}
    lend: dict[str, int] = {}
    for brings in step.state.members.get(NEEDS, {}).values():
        for row in brings["need"]:
            by = need.setdefault(row["kind"], {})
            party = step.state.reference.party(brings["actor"])
            by[party] = by.get(party, 0) + row["number"]
        for row in brings["lend"]:
            lend[row["kind"]] = lend.get(row["kind"], 0) + row["number"]
    for offer in _offers(step):
        lend[offer["kind"]] = lend.get(offer["kind"], 0) + offer["number"]
    short = [k for k, by in need.items() if len(by) >= test.parties and sum(by.values()) > lend.get(k, 0)]
    if not short:
        return FALSE
    members = step.state.members[NEEDS]
    items = tuple(sorted(k for k, m in members.items() if any(row["kind"] in short for row in m["need"])))
    missing = sum(sum(need[k].values()) - lend.get(k, 0) for k in short)
    params = (("by", "+".join(sorted({p for k in short for p in need[k]}))), ("count", str(missing)))
    return Verdict(true=True, on=Measured((), items, missing, (*params, ("types", "+".join(sorted(short))))))


def judge_drift(step: Step, test: DriftTest) -> Verdict:
    """Something grave of which the promised end drifts later."""
    members = {k: m for k, m in step.state.members.get(DRIFT, {}).items() if m["grave"] >= test.impact}
    if test.under is not None and members:
        rested_on = _rested_on(step, test.under)
        members = {k: m for k, m in members.items() if k in rested_on}
    if not members:
        return FALSE
    worst = max(sorted(members), key=lambda k: int(members[k]["moves"]))
    told = members[worst]
    params = (("count", str(told["moves"])), ("ends", told["new"]), ("was", told["first"]))
    areas = tuple(sorted({a for m in members.values() for a in m["areas"]}))
    return Verdict(true=True, on=Measured(areas, tuple(sorted(members)), int(told["moves"]), params))


def _rested_on(step: Step, level: str) -> set[str]:
    """Items behind reasons of this level in open suggestions, but for those of rules about drift itself."""
    return {
        item
        for suggestion in step.state.picture[EntityKind.SUGGESTION].values()
        if suggestion["state"] in OPEN
        for reason in suggestion["reasons"]
        if reason["level"] == level and reason["rule"] not in step.state.rules.of_drift
        for item in reason["items"]
    }
