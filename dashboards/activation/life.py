"""The whole life of one suggestion: every state with its time and version, every notice and attempt, who acted.

Pure. In: a scene, the newest versions with what they overwrote. Out: steps, oldest first. What lies before the versions
that are held is told by what the suggestion and its notices remember: raised, opened, taken, answered, each decision.
Next: dashboards/activation/parts.py
"""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from dashboards.activation.delivering import channel_name, kind_of
from dashboards.picture.ring import Entry, Ring
from dashboards.telling.advice import answered
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.times import parse, z
from streams.core.notices import of
from streams.core.state import reason_key
from streams.duty import DutyPlan
from streams.outbox_entry import NO_RECEIVER


class Step(NamedTuple):
    """One thing that happened to it."""

    at: str
    """RFC 3339; empty where only the version is known."""
    when: str
    version: int
    """That it made; 0 where only the time is known."""
    text: str
    who: str
    kind: str
    """`st` (its state), `notice`, `sent`, `reason`."""
    alike: str = ""
    """Of an attempt its channel and how it went."""
    attempt: int = 0


_Told = tuple[str, str, str, str, int]
"""Text, who, kind, alike and attempt of a step that is being found."""
_EVENT = {"accepted": "accept", "dismissed": "dismiss", "convened": "convene", "stepped_down": "step_down"}
"""State -> the event that led there, of those that are sealed."""


def life(scene: Scene, ring: Ring, plan: DutyPlan, key: str) -> list[Step]:
    """Steps of a suggestion; none when the viewer has no such."""
    suggestion = scene.sight.shown(EntityKind.SUGGESTION, key)
    if suggestion is None:
        return []
    oldest = ring.oldest
    found = [s for s in _remembered(scene, plan, suggestion) if oldest is None or _is_before(ring, oldest, s)]
    for entry in ring.newest_first():
        found += _of_version(scene, plan, entry, key, set(of(suggestion)))
    return list(_together(scene, _in_order(found)))


def _is_before(ring: Ring, oldest: int, step: Step) -> bool:
    """Does it lie before the versions that are held? Those tell it themselves."""
    first = ring.find(oldest)
    return step.version < oldest if step.version else first is not None and parse(step.at) < first.version.at


def _in_order(steps: list[Step]) -> list[Step]:
    """By time; one of which only the version is known goes before the first later version."""
    timed = sorted((s for s in steps if s.at), key=lambda s: (s.at, s.version, s.kind == "sent"))
    for step in sorted((s for s in steps if not s.at), key=lambda s: s.version):
        place = next((n for n, other in enumerate(timed) if other.version > step.version), len(timed))
        timed.insert(place, step)
    return timed


def _together(scene: Scene, steps: list[Step]) -> Iterator[Step]:
    """Attempts that went alike one after the other are one line: the first and the last of them."""
    for name, group in groupby(steps, key=lambda s: (s.kind, s.alike)):
        rows = list(group)
        if name[0] != "sent" or len(rows) == 1:
            yield from rows
            continue
        when = scene.words("life_event.from_to", first=rows[0].when, last=rows[-1].when)
        text = scene.words("life_event.attempts", first=rows[0].text, last=rows[-1].attempt)
        yield rows[-1]._replace(when=when, text=text)


def _remembered(scene: Scene, plan: DutyPlan, suggestion: Json) -> Iterator[Step]:
    """What the suggestion and its notices remember by themselves."""
    words = scene.words
    times = {"raise": suggestion.get("raised_at", ""), _EVENT.get(suggestion["state"], ""): suggestion["since"]}
    for name in of(suggestion):
        notice = scene.sight.shown(EntityKind.NOTICE, name)
        if notice is None:
            continue
        what, opened = words(f"notice_kind.{kind_of(notice)}"), notice["opened_at"]
        text = words("life_event.notice_opened", what=what)
        yield Step(opened, scene.clock(opened), notice["opened_version"], text, "", "notice")
        if "acknowledged_at" in notice:
            at = times["acknowledge"] = notice["acknowledged_at"]
            text = words("life_event.notice_moved", what=what, became=answered(scene, notice))
            yield Step(at, scene.clock(at), 0, text, "", "notice")
        for channel, row in sorted(notice.get("channels", {}).items()):
            if "delivered_at" in row:
                who = channel_name(scene, channel, row.get("to", ""), plan)
                text, at = words("life_event.first_taken", who=who), row["delivered_at"]
                yield Step(at, scene.clock(at), 0, text, "", "sent", channel)
    for event, sealed in suggestion.get("sealed", {}).items():
        at = times.get(event, "")
        when = scene.clock(at) if at else ""
        yield Step(at, when, sealed["version"] + 1, words(f"life_event.{event}"), "", "st")


def _of_version(scene: Scene, plan: DutyPlan, entry: Entry, key: str, notices: set[str]) -> Iterator[Step]:
    version = entry.version
    for change, before in zip(entry.version.changes, entry.before, strict=True):
        mine = (change.kind == EntityKind.SUGGESTION and change.key == key) or (
            change.kind == EntityKind.NOTICE and change.key in notices
        )
        if not mine or change.value is None:
            continue
        now, old = scene.sight.of(change.kind, change.value), None
        if before.value is not None:
            old = scene.sight.of(change.kind, before.value)
        if now is None:
            continue
        tell = _suggestion if change.kind == EntityKind.SUGGESTION else _notice
        for text, who, kind, alike, attempt in tell(scene, plan, old or {}, now):
            at = z(version.at)
            yield Step(at, scene.clock(at), version.number, text, who, kind, alike, attempt)


def _suggestion(scene: Scene, _: DutyPlan, old: Json, now: Json) -> Iterator[_Told]:
    words = scene.words
    if old.get("state") != now["state"]:
        who = scene.region.owner(now["acted_by"]) if now.get("acted_by") and _acted(old, now) else ""
        text = words(f"suggestion_state.{now['state']}")
        if now.get("reason_text") and _acted(old, now):
            text = words("life_event.because", text=text, why=now["reason_text"])
        yield text, who, "st", "", 0
    if not old:
        return
    was, is_ = {reason_key(r) for r in old["reasons"]}, {reason_key(r) for r in now["reasons"]}
    rules = {reason_key(r): r["rule"] for r in (*old["reasons"], *now["reasons"])}
    for name in sorted(is_ - was):
        yield words("life_event.reason_came", rule=rules[name]), "", "reason", "", 0
    for name in sorted(was - is_):
        yield words("life_event.reason_went", rule=rules[name]), "", "reason", "", 0


def _acted(old: Json, now: Json) -> bool:
    """Did a person bring about this very change?"""
    return bool(set(now.get("sealed", {})) - set(old.get("sealed", {}))) and "acted_by" in now


def _notice(scene: Scene, plan: DutyPlan, old: Json, now: Json) -> Iterator[_Told]:
    words = scene.words
    what = words(f"notice_kind.{kind_of(now)}")
    if not old:
        yield words("life_event.notice_opened", what=what), "", "notice", "", 0
    elif old["state"] != now["state"]:
        told = answered(scene, now) or words("notice_state.gone")
        yield words("life_event.notice_moved", what=what, became=told), "", "notice", "", 0
    for channel, row in sorted(now.get("channels", {}).items()):
        before = old.get("channels", {}).get(channel, {})
        if row == before or row.get("last_error") == NO_RECEIVER:
            continue
        name = channel_name(scene, channel, row.get("to", ""), plan)
        key = "life_event.not_taken" if "last_error" in row else "life_event.taken"
        text = words(key, who=name, n=row["attempts"], why=row.get("last_error", ""))
        yield text, "", "sent", f"{key} {name}", row["attempts"]
