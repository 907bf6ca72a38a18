"""What is suggested and why, and what waits for the county board: people decide, so every claim bears its reasons.

Pure. In: a scene and its viewer. Out: notices, suggestions and forums, in words, ready for the template.
"""

from collections.abc import Iterable
from typing import NamedTuple

from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json
from streams.core.suggestion_life import UNDECIDED
from streams.outbox_entry import NO_RECEIVER
from streams.words import reason_text, reasons_of

ON_SCREEN = ("raised", "notified", "acknowledged", "accepted", "convened", "active", "stepped_down")
"""Suggestions with a card of their own; holding ones stand below, closed ones in `/api/v1/suggestions`."""
CONVENES = ("convene", "escalate", "widen", "plan")
FORUMS = ("verkstallande", "samordnande", "inriktande")
SEATS_NAMED = 6
_RANK = {"raised": 0, "notified": 0, "acknowledged": 1, "accepted": 2, "convened": 3, "active": 3, "stepped_down": 4}


class Because(NamedTuple):
    """One reason."""

    text: str
    rule: str
    rule_title: str
    basis: str
    since: str
    reports: str
    """How many reports it rests on, in words; empty when none are named."""
    item: str
    """Key of the first of them."""
    limited: bool


class Card(NamedTuple):
    """One suggestion."""

    id: str
    title: str
    state: str
    when: str
    call: bool
    reasons: list[Because]
    falls_away: list[str]
    """What would make all of it fall away, each thing once."""
    direct: str
    """Proposed participants, directly affected, in words."""
    indirect: str
    considered: str
    """Only offered: nobody has said that they are affected."""
    no_contact: str
    """Those of them that no address is registered for."""
    seats: list[tuple[str, str, str]]
    """(actor, how affected, why), all of them."""
    limited: bool
    level: str
    convenes: bool
    """True when what is suggested is that a forum meets, and none does yet."""
    open: bool
    """True while it waits for a person."""
    because: str
    """The reason a person gave when acting on it."""


class Call(NamedTuple):
    """One notice to the county board."""

    id: str
    title: str
    opened: str
    opened_ago: str
    opened_at: str
    text: str
    call: bool
    open: bool
    answered: str
    """Who acknowledged it and when; empty while open."""
    delivery: str
    """Where it was sent, or why not."""
    undelivered: bool


def card_of(scene: Scene, key: str) -> Card | None:
    """One suggestion, in whatever state; None when the viewer has no such."""
    suggestion = scene.sight.shown(EntityKind.SUGGESTION, key)
    return None if suggestion is None else _card(scene, key, suggestion)


def cards(scene: Scene) -> list[Card]:
    """Suggestions that wait for a person first, newest first among equals."""
    shown = [(k, s) for k, s in scene.entities(EntityKind.SUGGESTION) if s["state"] in ON_SCREEN]
    shown.sort(key=lambda row: row[1]["since"], reverse=True)
    shown.sort(key=lambda row: _RANK[row[1]["state"]])
    return [_card(scene, key, suggestion) for key, suggestion in shown]


def holding(scene: Scene) -> list[Card]:
    """Suggestions that will speak if nothing changes."""
    rows = [(k, s) for k, s in scene.entities(EntityKind.SUGGESTION) if s["state"] == "holding"]
    return [_card(scene, key, s) for key, s in sorted(rows, key=lambda row: row[1].get("holds_until", ""))]


def _card(scene: Scene, key: str, suggestion: Json) -> Card:
    words = scene.words
    seats = suggestion["seats"]
    when = (
        words("advice_card.holds_until", time=scene.clock(suggestion["holds_until"]))
        if suggestion["state"] == "holding" and "holds_until" in suggestion
        else words(
            "advice_card.since",
            state=words(f"suggestion_state.{suggestion['state']}"),
            time=scene.clock(suggestion["since"]),
        )
    )
    return Card(
        key,
        words.advice(suggestion["act"], suggestion["level"]),
        suggestion["state"],
        when,
        suggestion["call"],
        [_because(scene, reason) for reason in suggestion["reasons"]],
        list(dict.fromkeys(reason["falls_away"] for reason in suggestion["reasons"])),
        _seated(scene, seats, "direct"),
        _seated(scene, seats, "indirect"),
        _seated(scene, seats, "considered"),
        named(scene, suggestion.get("no_contact", ())),
        [(scene.region.owner(s["actor"]), words(f"seat.{s['how']}"), seat_reason(scene, s["reason"])) for s in seats],
        suggestion.get("limited", False),
        suggestion["level"],
        suggestion["act"] in CONVENES and suggestion["level"] in FORUMS and suggestion["state"] in UNDECIDED,
        suggestion["state"] in UNDECIDED,
        suggestion.get("reason_text", ""),
    )


def _because(scene: Scene, reason: Json) -> Because:
    words, items = scene.words, reason["items"]
    rules = scene.sight.picture.get(EntityKind.RULES, {}).get("current", {}).get("rules", [])
    title = next((rule["title"] for rule in rules if rule["id"] == reason["rule"]), reason["rule"])
    return Because(
        reason_text(reason, scene.region.reference, now=scene.now),
        reason["rule"],
        title,
        words(f"basis.{reason['basis']}"),
        scene.clock(reason["since"]),
        words.count("reports", len(items)) if items else "",
        items[0] if items else "",
        reason.get("limited", False),
    )


def _seated(scene: Scene, seats: Iterable[Json], how: str) -> str:
    """Those of the seats that are affected so, in words."""
    return named(scene, [seat["actor"] for seat in seats if seat["how"] == how])


def named(scene: Scene, wanted: Iterable[str]) -> str:
    """`26 kommuner, Trafikverket väg och Trafikförvaltningen`: municipalities are counted, others named while few."""
    actors = scene.region.reference["actors"]
    towns = [a for a in wanted if actors.get(a, {}).get("kind") == "municipality"]
    others = [scene.region.owner(a) for a in wanted if a not in towns]
    parts = [scene.region.owner(towns[0])] if len(towns) == 1 else []
    if len(towns) > 1:
        parts = [scene.words.count("areas", len(towns))]
    parts += others[:SEATS_NAMED]
    if len(others) > SEATS_NAMED:
        parts.append(scene.words.count("more", len(others) - SEATS_NAMED))
    return scene.words.listing(parts)


def seat_reason(scene: Scene, reason: str) -> str:
    """`always`, or `<rule>:<group or actor>` as the rule asks for it, in words."""
    if reason == "always":
        return scene.words("seat.always")
    rule, _, group = reason.partition(":")
    if scene.words.known(f"group.{group}"):
        return scene.words("seat.by_rule", group=scene.words(f"group.{group}"), rule=rule)
    return scene.words("seat.named", rule=rule)


def calls(scene: Scene) -> list[Call]:
    """Open notices first, then those answered today; gone ones are only in `/api/v1/notices`."""
    rows = [(k, n) for k, n in scene.entities(EntityKind.NOTICE) if n["state"] in {"open", "acknowledged"}]
    rows.sort(key=lambda row: row[1]["opened_at"], reverse=True)
    rows.sort(key=lambda row: (row[1]["state"] != "open", not row[1]["call"]))
    return [call_of(scene, key, notice) for key, notice in rows]


def call_of(scene: Scene, key: str, notice: Json) -> Call:
    """One notice as viewed, in whatever state."""
    words = scene.words
    suggestion = scene.sight.shown(EntityKind.SUGGESTION, notice["suggestion"]) or {}
    title = words.advice(suggestion.get("act", "convene"), notice["level"])
    if "reminds" in notice:
        title = words("mail.subject_reminder", what=title)
    reasons = reasons_of(notice, suggestion)
    text = reason_text(reasons[0], scene.region.reference, now=scene.now) if reasons else ""
    delivery, undelivered = _delivery(scene, notice)
    return Call(
        key,
        title,
        scene.clock(notice["opened_at"]),
        scene.ago(notice["opened_at"]),
        notice["opened_at"],
        text,
        notice["call"],
        notice["state"] == "open",
        answered(scene, notice),
        delivery,
        undelivered,
    )


def answered(scene: Scene, notice: Json) -> str:
    """Who acknowledged a notice and when; empty while nobody has."""
    if notice["state"] != "acknowledged":
        return ""
    who = scene.region.owner(notice.get("acknowledged_by", "")) or scene.words("notice.somebody")
    if notice.get("on_behalf_of"):
        who = scene.words("notice.on_behalf", who=who, other=notice["on_behalf_of"])
    return scene.words("notice.answered", who=who, time=scene.clock(notice["acknowledged_at"]))


def _delivery(scene: Scene, notice: Json) -> tuple[str, bool]:
    words = scene.words
    if "delivered_at" in notice:
        return words("notice.delivered", time=scene.clock(notice["delivered_at"])), False
    if notice.get("last_error") == NO_RECEIVER or not (scene.receiver or notice["attempts"]):
        return words("notice.no_receiver"), True
    if notice["attempts"]:
        return words("notice.not_taken", n=notice["attempts"], why=notice.get("last_error", "–")), True
    return words("notice.on_its_way"), False


def forums(scene: Scene) -> list[tuple[str, str, str, bool, list[str]]]:
    """Forums at work, standing ones too: (id, name, what is known of it, direction is needed, what may be done)."""
    words, found = scene.words, []
    for key, forum in scene.entities(EntityKind.FORUM):
        if forum["state"] == "closed":
            continue
        state = words(f"forum_state.{forum['state']}")
        parts = [words("forum_card.since", state=state, time=scene.clock(forum["since"]))]
        parts.append(words("forum_card.meets", time=scene.clock(forum["meets_at"]), form=words.form(forum["form"])))
        if "reporting_min" in forum:
            parts.append(words("forum_card.reporting", n=forum["reporting_min"]))
        direction = "need_direction" in forum
        acts = ["need_direction", "close"] if forum["state"] == "active" and not direction else ["close"]
        found.append((key, words(f"level.{forum['level']}"), ", ".join(parts), direction, acts))
    return found
