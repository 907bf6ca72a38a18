"""The reminder of a notice: acknowledged, but nothing has been decided since.

In: a notice that a person acknowledged; the deadline it set. Out: one quiet notice beside it, that goes when somebody
accepts, dismisses or convenes. It is told once and never rings: the duty officer is already awake.
"""

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.times import MINUTE, SECOND, z
from streams.core import duty
from streams.core.step import Step

UNDECIDED = 30 * MINUTE
"""Where the region's data have no figure `undecided_reminder_s`."""


def name_of(notice: str) -> str:
    """Id of a notice's reminder."""
    return f"{notice}-r"


def arm(step: Step, notice: str) -> None:
    """Somebody has seen the notice: from now there is time to decide."""
    after = step.state.reference.figure("undecided_reminder_s", UNDECIDED // SECOND) * SECOND
    step.deadline(f"remind|{notice}", step.at + after)


def due(step: Step, notice: str) -> None:
    """The time is out: remind, if the suggestion is still only acknowledged."""
    entity = step.entity(EntityKind.NOTICE, notice)
    if entity is None or entity["state"] != "acknowledged":
        return
    suggestion = step.entity(EntityKind.SUGGESTION, entity["suggestion"])
    if suggestion is None or suggestion["state"] != "acknowledged":
        return
    reminder: Json = {
        "id": name_of(notice),
        "suggestion": entity["suggestion"],
        "call": False,
        "level": entity["level"],
        "state": "open",
        "opened_at": z(step.at),
        "attempts": 0,
        "opened_version": step.number,
        "reminds": notice,
        "seen_at": entity["acknowledged_at"],
        **duty.given(step),
    }
    step.publish(EntityKind.NOTICE, reminder["id"], reminder)


def settle(step: Step, notice: str) -> None:
    """Decided, or no longer asked: nobody is reminded."""
    step.deadline(f"remind|{notice}", None)
    reminder = step.entity(EntityKind.NOTICE, name_of(notice))
    if reminder is not None and reminder["state"] == "open":
        step.publish(EntityKind.NOTICE, reminder["id"], {**reminder, "state": "gone"})


def drop(step: Step, notice: str) -> None:
    """Forgotten with its notice."""
    step.deadline(f"remind|{notice}", None)
    if step.entity(EntityKind.NOTICE, name_of(notice)) is not None:
        step.publish(EntityKind.NOTICE, name_of(notice), None)
