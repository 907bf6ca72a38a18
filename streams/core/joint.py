"""The joint picture: a human selection for all, and what people put beside a cell. None of it sets a cell.

In: commands of the lägesbild officer, and actors' objections about their own cells. Out: entities of their own.
A published picture names the version and hash it was made of; a correction is visible and keeps what stood.
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.ids import actor_source
from schemas.outcome import Outcome, Refusal, Result
from schemas.sectors import IMPACT_NAMES, SECTORS
from schemas.times import z
from streams.core.remembering import remember_entity
from streams.core.step import Step

_APPLIED = Outcome(Result.APPLIED)
_CORRECTED = ("events", "pinned", "left_out")
CORRECTIONS = 50
"""Corrections of one joint picture; after so many it is time for a new one."""


def _refused(reason: Refusal) -> Outcome:
    return Outcome(Result.REFUSED, reason=reason)


def publish_picture(step: Step, body: Json) -> Outcome:
    """Publish a selection under its number. What it names must be there."""
    args = body["args"]
    if not _named(step, args):
        return _refused(Refusal.NOT_THERE)
    number = step.state.facts.get("joint", 0) + 1
    step.put(step.state.facts, "joint", number)
    key = f"joint-{number}"
    shown: Json = {
        "id": key,
        "number": number,
        "name": args.get("name", f"lägesbild {number}"),
        "texts": {"summary": body["texts"]["summary"]},
        **{field: args.get(field, []) for field in _CORRECTED},
        "version": step.state.version,
        "hash": step.state.hash,
        "seen_version": body["seen_version"],
        "published_at": z(step.at),
        "published_by": body["who"],
        "revision": 1,
        "corrections": {},
        "label": "internal",
    }
    step.publish(EntityKind.JOINT, key, shown)
    return _APPLIED


def correct_published(step: Step, body: Json) -> Outcome:
    """Correct a published picture for all to see: who, when, why, and what stood before."""
    key, args = str(body.get("on", "")), body["args"]
    known = step.entity(EntityKind.JOINT, key)
    if known is None or not _named(step, args):
        return _refused(Refusal.NOT_THERE)
    new = {field: args[field] for field in _CORRECTED if field in args}
    texts = {"reason": body["texts"]["reason"]}
    if "summary" in body["texts"]:
        texts["before"] = known["texts"]["summary"]
        new["texts"] = {"summary": body["texts"]["summary"]}
    if not new or len(known["corrections"]) >= CORRECTIONS:
        return _refused(Refusal.WRONG_STATE)
    before = {field: known[field] for field in _CORRECTED if field in new}
    told = {"at": z(step.at), "by": body["who"], "texts": texts, "before": before}
    revision = known["revision"] + 1
    corrections = {**known["corrections"], str(revision): told}
    step.publish(EntityKind.JOINT, key, {**known, **new, "revision": revision, "corrections": corrections})
    return _APPLIED


def _named(step: Step, args: Json) -> bool:
    keys = [*args.get("events", ()), *args.get("pinned", ())]
    kinds = (EntityKind.EVENT, EntityKind.ITEM)
    return all(any(step.entity(kind, key) is not None for kind in kinds) for key in keys)


def assess_cell(step: Step, body: Json) -> Outcome:
    """Put an assessment beside a cell, or take it away."""
    cell, impact = str(body.get("on", "")), body["args"].get("impact")
    if not _is_cell(step, cell):
        return _refused(Refusal.NOT_THERE)
    if impact is None and step.entity(EntityKind.ASSESSMENT, cell) is None:
        return _refused(Refusal.WRONG_STATE)
    remember_entity(step, body, EntityKind.ASSESSMENT, cell, sets=impact is not None)
    if impact is None:
        step.publish(EntityKind.ASSESSMENT, cell, None)
        return _APPLIED
    shown: Json = {
        "cell": cell,
        "impact": impact,
        "impact_name": IMPACT_NAMES[impact],
        "at": z(step.at),
        "by": body["who"],
        "command": body["id"],
        "texts": body.get("texts", {}),
    }
    step.publish(EntityKind.ASSESSMENT, cell, shown)
    return _APPLIED


def object_to(step: Step, body: Json) -> Outcome:
    """An actor objects to how a cell of its own is shown: one it may report on, or has a report standing on."""
    cell, actor = str(body.get("on", "")), body["who"]
    if not _is_cell(step, cell):
        return _refused(Refusal.NOT_THERE)
    area, _, sector = cell.partition("/")
    standing = step.state.standing.get(cell, {})
    mine = any(key.startswith(f"{actor_source(actor)}/") for key in standing)
    if not mine and not step.state.reference.entitled(actor, sector, area):
        return _refused(Refusal.NOT_ALLOWED)
    key = f"{cell}/{actor}"
    if body["args"].get("off", False):
        if step.entity(EntityKind.OBJECTION, key) is None:
            return _refused(Refusal.WRONG_STATE)
        step.publish(EntityKind.OBJECTION, key, None)
        return _APPLIED
    shown: Json = {"cell": cell, "actor": actor, "at": z(step.at), "seen_version": body["seen_version"]}
    step.publish(EntityKind.OBJECTION, key, {**shown, "texts": body["texts"]})
    return _APPLIED


def _is_cell(step: Step, cell: str) -> bool:
    area, _, sector = cell.partition("/")
    return area in step.state.reference.municipalities and sector in SECTORS
