"""What waits for the county board: each suggestion whole, with its notices, reasons, ends, seats and agenda.

Pure. In: a scene, the duty plan. Out: matters, what rings first; the template only lays them out.
Next: dashboards/activation/parts.py
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from dashboards.activation import conditions, delivering, proposed, seating
from dashboards.telling.advice import CONVENES, FORUMS, Because, Card, card_of
from dashboards.telling.happenings import headline
from dashboards.telling.scene import Scene
from schemas.change import EntityKind, Picture
from schemas.codec import Json
from schemas.times import HOUR, parse
from streams.core.suggestion_life import MUTED, UNDECIDED
from streams.duty import DutyPlan
from streams.words import load_words, reason_text

CALLS = "call_duty"
"""The act that is done by a telephone call: it is accepted, not convened."""
FALLBACK = "samordnande"
"""Level that is offered when what is suggested is no forum."""
SPOKEN = 2
"""Reasons that are read aloud."""


class Why(NamedTuple):
    """One reason, with the reports that it rests on."""

    told: Because
    reports: list[tuple[str, str]]
    """(key, headline) of those that are still there and may be opened."""


class Matter(NamedTuple):
    """One suggestion."""

    card: Card
    level: str
    """In words."""
    raised: str
    raised_at: str
    version: str
    state: str
    """`Inte kvitterat`, else its state as a heading."""
    since_at: str
    """When that began; RFC 3339."""
    since: str
    """How long ago that is."""
    open: bool
    notices: list[delivering.Told]
    ring: delivering.Told | None
    """The open notice that is answered first."""
    why: list[Why]
    spoken: str
    """To be read aloud on the telephone."""
    seats: seating.Seating
    lasting: str
    ends: list[conditions.Condition]
    raises: list[conditions.Raise]
    agenda: list[proposed.Point]
    meets_at: str
    """Clock time that is proposed, as it is written in the form."""
    meets_level: str
    """Level that the form proposes."""
    calls: bool
    """True where a telephone call answers it."""
    convenes: bool
    mutes: str
    """What a dismissal silences, and till when."""
    forum: str
    """Id of the forum that answered it; empty while there is none."""
    more: str
    """What else is known: superseded by which."""
    more_id: str


def waiting(scene: Scene, plan: DutyPlan, seen: Picture) -> list[Matter]:
    """Suggestions that wait for a person: unanswered calls first, then the newest."""
    keys = [k for k, s in scene.entities(EntityKind.SUGGESTION) if s["state"] in UNDECIDED]
    found = [made for key in keys if (made := matter(scene, plan, seen, key)) is not None]
    found.sort(key=lambda m: m.raised_at, reverse=True)
    found.sort(key=_urgency)
    return found


def _urgency(one: Matter) -> tuple[bool, bool]:
    return one.ring is None or not one.ring.call, one.ring is None


def matter(scene: Scene, plan: DutyPlan, seen: Picture, key: str) -> Matter | None:
    """One suggestion in whatever state; None when the viewer has no such."""
    card, suggestion = card_of(scene, key), scene.sight.shown(EntityKind.SUGGESTION, key)
    if card is None or suggestion is None:
        return None
    words = scene.words
    notices = delivering.notices_of(scene, key, plan)
    ring = next((n for n in notices if n.open), None)
    unanswered = ring is not None and ring.call
    lasting, ends = conditions.ends(scene, suggestion)
    since_at = ring.opened_at if ring is not None and unanswered else suggestion["since"]
    raised_at = str(suggestion.get("raised_at", suggestion["since"]))
    other = str(suggestion.get("superseded_by", ""))
    is_open = suggestion["state"] in UNDECIDED
    return Matter(
        card,
        words(f"level.{suggestion['level']}"),
        scene.clock(raised_at),
        raised_at,
        words.number(suggestion["sealed"]["raise"]["version"]) if "sealed" in suggestion else "",
        words("activation.unanswered") if unanswered else _state(scene, suggestion),
        since_at,
        scene.ago(since_at),
        is_open,
        notices,
        ring,
        list(_whys(scene, card, suggestion)),
        _spoken(scene, suggestion),
        seating.seating(scene, suggestion),
        lasting,
        ends,
        conditions.raises(scene, suggestion, rule_titles(scene)),
        proposed.points(scene, seen, key),
        scene.words.when(_meets(scene, suggestion), scene.now),
        suggestion["level"] if suggestion["level"] in FORUMS else _level(suggestion),
        suggestion["act"] == CALLS,
        suggestion["act"] in CONVENES,
        mutes(scene, suggestion) if is_open else "",
        str(suggestion.get("forum", "")),
        words("activation.superseded_by") if other else "",
        other,
    )


def _whys(scene: Scene, card: Card, suggestion: Json) -> Iterator[Why]:
    beside = {id(reason): told for told, reason in zip(card.reasons, suggestion["reasons"], strict=True)}
    for reason in _own_first(suggestion):
        told = beside[id(reason)]
        there = ((key, scene.item(key)) for key in reason["items"])
        yield Why(told, [(key, _report(scene, key, item)) for key, item in there if item is not None])


def _own_first(suggestion: Json) -> list[Json]:
    """Reasons of its own level before those it took in from lower ones: why this, and why now."""
    return sorted(suggestion["reasons"], key=lambda reason: reason["level"] != suggestion["level"])


def _report(scene: Scene, key: str, item: Json) -> str:
    """`Södertälje kommun: Skolor stängs`."""
    source = scene.words.source(key.partition("/")[0], scene.region.actors, scene.region.feeds)
    return scene.words("activation.report_of", who=source, what=headline(scene, item))


def rule_titles(scene: Scene) -> Mapping[str, str]:
    """Id of each rule in force -> its title."""
    rules = scene.sight.picture.get(EntityKind.RULES, {}).get("current", {}).get("rules", [])
    return {rule["id"]: rule["title"] for rule in rules}


def _level(suggestion: Json) -> str:
    return suggestion["level"] if suggestion["level"] == "planering" else FALLBACK


def _state(scene: Scene, suggestion: Json) -> str:
    word = scene.words(f"suggestion_state.{suggestion['state']}")
    return word[:1].upper() + word[1:]


def _meets(scene: Scene, suggestion: Json) -> int:
    """What is proposed while it lies ahead, else the next quarter of an hour that leaves time to call."""
    at = parse(suggestion["proposed_at"]) if "proposed_at" in suggestion else 0
    quarter = HOUR // 4
    return at if at > scene.now else -(-(scene.now + HOUR // 2) // quarter) * quarter


def _spoken(scene: Scene, suggestion: Json) -> str:
    """What the duty officer reads to those who are called, in the region's language, whatever the page speaks.

    An exercise begins and ends with its word.
    """
    words = load_words()
    reasons = [reason_text(r, scene.region.reference, now=scene.now) for r in _own_first(suggestion)[:SPOKEN]]
    if suggestion["act"] in CONVENES and suggestion["level"] in FORUMS:
        forum, time = words(f"forum.{suggestion['level']}"), words.when(_meets(scene, suggestion), scene.now)
        text = words("activation.spoken_forum", reasons=". ".join(reasons), forum=forum, time=time)
    else:
        advice = words.advice(suggestion["act"], suggestion["level"])
        text = words("activation.spoken", reasons=". ".join(reasons), advice=advice)
    return words("activation.spoken_exercise", text=text) if scene.region.place.exercise else text


def mutes(scene: Scene, suggestion: Json) -> str:
    """What dismissing it now would silence, and till when at most."""
    rules = list(dict.fromkeys(reason["rule"] for reason in suggestion["reasons"]))
    until = scene.words.when(scene.now + MUTED, scene.now)
    return scene.words("activation.mutes", rules=scene.words.few(rules), until=until)
