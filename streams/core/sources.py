"""Health of the sources: heard, silent, complete, drift. Silence is a fact of the picture, not a gap in it.

In: the body of a `health` record. Out: a changed source only when heard <-> silent, complete <-> not, or drift changed:
a heartbeat takes no version; when each source was last heard travels in the mark. `off`: followed, but not asked.
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.outcome import Outcome, Result
from schemas.times import z
from streams.core.step import Step


def take(step: Step, body: Json) -> Outcome:
    """Take one health record."""
    source = body["source"]
    old = step.entity(EntityKind.SOURCE, source)
    interval = body["interval_s"]
    if not body.get("asked", True):
        step.deadline(f"silent|{source}", None)
        _publish(step, source, old, body, state="off")
    elif body["heard"]:
        step.put(step.state.heard, source, step.at)
        step.deadline(f"silent|{source}", step.at + step.state.reference.silent_after(interval))
        _publish(step, source, old, body, state="heard")
    elif old is None:
        _publish(step, source, None, body, state="silent")
    else:
        # not heard: the last verdict stands until the deadline; only the words of the error are news
        _publish(
            step,
            source,
            old,
            body | {"complete": old["complete"], "drift": old["drift"], "fields": old.get("fields", [])},
            state=old["state"],
        )
    return Outcome(Result.APPLIED)


def fall_silent(step: Step, source: str) -> None:
    """Nothing came for so long that the source counts as silent."""
    old = step.entity(EntityKind.SOURCE, source)
    if old is None:
        return
    until = step.state.silences.get(source, 0)
    if until > step.at:
        step.deadline(f"silent|{source}", until)
        _set(step, source, {**old, "state": "maintenance"}, old)
    else:
        _set(step, source, {**old, "state": "silent"}, old)


def maintain(step: Step, source: str, until: int) -> None:
    """Somebody works on the source: its silence does not ring until then."""
    step.put(step.state.silences, source, until)
    old = step.entity(EntityKind.SOURCE, source)
    if old is not None and old["state"] in {"silent", "maintenance"}:
        step.deadline(f"silent|{source}", until)
        _set(step, source, {**old, "state": "maintenance"}, old)


def _publish(step: Step, source: str, old: Json | None, body: Json, *, state: str) -> None:
    new: Json = {
        "source": source,
        "state": state,
        "complete": body["complete"],
        "drift": body["drift"],
        "interval_s": body["interval_s"],
    }
    if body.get("fields"):
        # the names only: their counts move with every answer, and a version must mean something
        new["fields"] = sorted(body["fields"])
    if "error" in body:
        new["error"] = body["error"]
    _set(step, source, new, old)


def _set(step: Step, source: str, new: Json, old: Json | None) -> None:
    since = old["since"] if old is not None and old["state"] == new["state"] else z(step.at)
    step.publish(EntityKind.SOURCE, source, {**new, "since": since})
    if old is None or old["state"] != new["state"]:
        step.sources.add(source)
        step.cells.update(c for c, lives in step.state.reference.lives_on.items() if lives == source)
