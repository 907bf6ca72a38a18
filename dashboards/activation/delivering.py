"""A notice and its way to people: which channel has taken it when, who has answered, who is called next.

Pure. In: notices as viewed, the duty plan. Out: rows, the ringing first. Who and which channels are told only to those
who may see them; to others a notice is open or answered, no more.
Next: dashboards/activation/matters.py
"""

from collections.abc import Iterator
from typing import NamedTuple

from dashboards.telling.advice import call_of
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.sectors import Label
from schemas.times import SECOND
from streams.duty import DutyPlan
from streams.outbox_entry import NO_RECEIVER


class Delivery(NamedTuple):
    """One channel's way so far."""

    channel: str
    text: str
    bad: bool
    """Nothing has been taken on it, or its last attempt failed."""


class Told(NamedTuple):
    """One notice."""

    id: str
    what: str
    """`Larm till Länsstyrelsen`, `För kännedom`, `Påminnelse`, `Nytt skäl`."""
    open: bool
    call: bool
    opened: str
    opened_at: str
    version: int
    text: str
    """The reason it is about; empty when it is about all of its suggestion's."""
    answered: str
    deliveries: list[Delivery]
    summary: str
    """The whole delivery in one line."""
    bad: bool


def notices_of(scene: Scene, suggestion: str, plan: DutyPlan) -> list[Told]:
    """Notices about a suggestion: open before answered, ringing before quiet, newest first."""
    rows = [(k, n) for k, n in scene.entities(EntityKind.NOTICE) if n["suggestion"] == suggestion]
    rows.sort(key=lambda row: row[1]["opened_at"], reverse=True)
    rows.sort(key=lambda row: (row[1]["state"] != "open", not row[1]["call"]))
    return [told(scene, key, notice, plan) for key, notice in rows]


def told(scene: Scene, key: str, notice: Json, plan: DutyPlan) -> Told:
    """One notice."""
    call = call_of(scene, key, notice)
    gone = scene.words("notice_state.gone") if notice["state"] == "gone" else ""
    return Told(
        key,
        scene.words(f"notice_kind.{kind_of(notice)}"),
        call.open,
        call.call,
        call.opened,
        call.opened_at,
        notice["opened_version"],
        call.text if "joins" in notice else "",
        call.answered or gone,
        list(_deliveries(scene, notice, plan)),
        call.delivery,
        call.undelivered,
    )


def kind_of(notice: Json) -> str:
    """`call`, `quiet`, `reminder`, or `joins`: a reason that came later."""
    if "reminds" in notice:
        return "reminder"
    if "joins" in notice:
        return "joins"
    return "call" if notice["call"] else "quiet"


def _deliveries(scene: Scene, notice: Json, plan: DutyPlan) -> Iterator[Delivery]:
    words = scene.words
    for channel, row in sorted(notice.get("channels", {}).items()):
        name, error = channel_name(scene, channel, row.get("to", ""), plan), row.get("last_error", "")
        if error == NO_RECEIVER:
            continue
        tries = words.count("attempts", row["attempts"])
        if "delivered_at" in row and error:
            text = words("delivery.then_failed", time=scene.clock(row["delivered_at"]), tries=tries, why=error)
        elif "delivered_at" in row:
            text = words("delivery.taken", time=scene.clock(row["delivered_at"]), tries=tries)
        else:
            text = words("delivery.not_taken", tries=tries, why=error or "–")
        yield Delivery(name, text, bool(error) or "delivered_at" not in row)


def channel_name(scene: Scene, channel: str, to: str, plan: DutyPlan) -> str:
    """`Larmmottagaren`, `Brev till TiB (tib-3)`."""
    _, _, role = channel.partition(".")
    if not role:
        return scene.words("delivery.webhook") if channel == "webhook" else channel
    short = plan.roles[role].short if role in plan.roles else role
    return scene.words("delivery.mail_to" if to else "delivery.mail", role=short, who=to)


def ladder(scene: Scene, plan: DutyPlan) -> str:
    """Who is called next while nobody answers: `RSIB efter 10 min, bitr. TiB efter 20 min`; for those inside only."""
    if not scene.sight.viewer.sees(Label.INTERNAL):
        return ""
    later = sorted((role.after_s, role.short) for role in plan.roles.values() if role.after_s)
    steps = [scene.words("delivery.after", who=who, age=scene.words.age(s * SECOND)) for s, who in later]
    return ", ".join(steps)
