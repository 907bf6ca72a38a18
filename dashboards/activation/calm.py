"""What the room shows also when nothing waits: who is on duty, if notices arrive, what is not heard, which rules hold.

Pure. In: a scene, the duty plan. Out: rows. On a quiet Tuesday this is the page.
Next: dashboards/activation/parts.py
"""

from collections.abc import Iterator
from typing import NamedTuple

from dashboards.activation.delivering import channel_name
from dashboards.telling.happenings import Source, failures, sources
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.sectors import IMPACT_NAMES, Label
from streams.duty import DutyPlan
from streams.outbox_entry import NO_RECEIVER

MEASURES = 5


class OnDuty(NamedTuple):
    """One duty."""

    role: str
    person: str
    until: str
    by_hand: bool


class Last(NamedTuple):
    """Something that happened last: when, and what."""

    text: str
    id: str = ""
    bad: bool = False


class Calm(NamedTuple):
    """All of it."""

    duty: list[OnDuty]
    deliveries: list[Last]
    """Of each channel what it last took, or why it does not."""
    suggested: Last | None
    """The newest suggestion, waiting or not."""
    heard: str
    """How many of the sources are heard; empty while there are none."""
    troubled: list[Source]
    """Those that are not, or not wholly: what they would tell raises no suggestion."""
    rules: str
    measures: list[str]
    """What rules read now, the widest first."""
    failures: list[str]


def calm(scene: Scene, plan: DutyPlan) -> Calm:
    """How the room stands."""
    known = sources(scene)
    troubled = [source for source in known if not source.ok]
    heard = scene.words("desk.heard_short", heard=len(known) - len(troubled), all=len(known)) if known else ""
    return Calm(
        list(_duty(scene, plan)),
        _deliveries(scene, plan),
        _suggested(scene),
        heard,
        troubled,
        _rules(scene),
        _measures(scene),
        failures(scene),
    )


def _duty(scene: Scene, plan: DutyPlan) -> Iterator[OnDuty]:
    """Every duty in the order they are called; nothing for outsiders."""
    if not scene.sight.viewer.sees(Label.INTERNAL):
        return
    handed = dict(scene.entities(EntityKind.DUTY))
    for role, about in sorted(plan.roles.items(), key=lambda row: row[1].after_s):
        turn = plan.turn(role, scene.now, handed)
        until = "" if turn is None or turn.ends is None else scene.words.when(turn.ends, scene.now)
        person = scene.words("duty.nobody") if turn is None else turn.person
        yield OnDuty(about.short, person, until, turn is not None and turn.by_hand)


def _deliveries(scene: Scene, plan: DutyPlan) -> list[Last]:
    """Each channel's last word."""
    words = scene.words
    taken: dict[str, str] = {}
    failed: dict[str, str] = {}
    for _, notice in sorted(scene.entities(EntityKind.NOTICE), key=lambda row: row[1]["opened_at"]):
        for channel, row in notice.get("channels", {}).items():
            name = channel_name(scene, channel, row.get("to", ""), plan)
            failed.pop(name, None)
            if "last_error" in row and row["last_error"] != NO_RECEIVER:
                failed[name] = row["last_error"]
            if "delivered_at" in row:
                taken[name] = max(taken.get(name, ""), row["delivered_at"])
    rows = [Last(words("delivery.last_failed", who=who, why=why), "", bad=True) for who, why in failed.items()]
    rows += [Last(words("delivery.last_taken", who=w, time=scene.clock(at))) for w, at in taken.items()]
    if rows or not scene.sight.viewer.sees(Label.INTERNAL):
        return rows
    return [Last(words("delivery.none_yet"))] if scene.receiver else [Last(words("notice.no_receiver"), "", bad=True)]


def _suggested(scene: Scene) -> Last | None:
    raised = [(s["raised_at"], k, s) for k, s in scene.entities(EntityKind.SUGGESTION) if "raised_at" in s]
    if not raised:
        return None
    at, key, newest = max(raised, key=lambda row: row[:2])
    what = scene.words.advice(newest["act"], newest["level"])
    state = scene.words(f"suggestion_state.{newest['state']}")
    return Last(scene.words("activation.last_suggested", what=what, time=scene.clock(at), state=state), key)


def _rules(scene: Scene) -> str:
    held = scene.sight.picture.get(EntityKind.RULES, {}).get("current")
    if held is None:
        return scene.words("activation.no_rules")
    return scene.words("activation.rules", n=len(held["rules"]), version=held["version"])


def _measures(scene: Scene) -> list[str]:
    """Public signals of sectors, in how many municipalities they are so bad."""
    found = []
    for key, signal in scene.sight.picture.get(EntityKind.SIGNAL, {}).items():
        kind, _, rest = key.partition("|")
        sector, _, impact = rest.partition("|")
        if kind == "cells" and signal["value"] and sector in scene.region.sectors and impact.isdigit():
            found.append((-int(signal["value"]), -int(impact), sector))
    return [
        scene.words(
            "activation.measure",
            sector=scene.words(f"sector.{sector}"),
            impact=scene.words(f"impact_short.{IMPACT_NAMES[-impact]}"),
            areas=scene.words.count("areas", -n),
        )
        for n, impact, sector in sorted(found)[:MEASURES]
    ]
