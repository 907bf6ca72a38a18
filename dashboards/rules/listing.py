"""Every rule as a person reads it: what it tests and measures, what it suggests, whether it speaks, how it was tried.

Pure. In: a scene, the typed rules in force (or None), the back-test. Out: rows, those that speak first.
Next: dashboards/rules/conditions.py, dashboards/rules/measuring.py, dashboards/rules/plots.py
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from dashboards.rules.conditions import Said, said
from dashboards.rules.measuring import Now, measured
from dashboards.rules.plots import Bench, Strip, strips
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.rules import Rule, RuleSet
from schemas.times import MINUTE
from streams.words import reason_text

FIELD = re.compile(r"\{(\w+)\}")
"""What a rule's text is filled with when it speaks."""
OVER = frozenset({"dismissed", "superseded", "withdrawn", "closed"})
_RANK = {"speaks": 0, "holds": 1, "silent": 2}


class Part(NamedTuple):
    """One part of a condition, with what it measures now."""

    how: str
    text: str
    now: Now | None
    parts: list["Part"]


class Test(NamedTuple):
    """When a rule speaks: for the first time, at once, or still."""

    name: str
    part: Part


class RuleRow(NamedTuple):
    """One rule."""

    id: str
    title: str
    advice: str
    level: str
    call: str
    state: str
    """`speaks`, `holds` or `silent`."""
    said: str
    """The state in words, with its time."""
    reasons: list[str]
    """What it says now, each instance."""
    basis: str
    basis_note: str
    text: str
    falls_away: str
    pace: str
    """Hold and clear, in words."""
    each: str
    tests: list[Test]
    seats: list[tuple[str, str]]
    lately: str
    """How often it stands behind a suggestion that the picture holds."""
    strips: list[Strip]


class RulesPage(NamedTuple):
    """The page."""

    version: str
    digest: str
    refused: list[str]
    known: bool
    """True when conditions can be shown: this server's file is the one in force."""
    quiet: str
    rows: list[RuleRow]
    speaking: int
    tried: int
    """How many cases the rules were tried on."""
    same: bool
    """The back-test was made with these very rules."""


def rules_page(scene: Scene, found: RuleSet | None, bench: Bench) -> RulesPage:
    """All rules in force."""
    current = scene.sight.picture.get(EntityKind.RULES, {}).get("current", {"version": "–", "digest": "", "rules": []})
    typed = {rule.id: rule for rule in found.rule} if found else {}
    suggestions = [suggestion for _, suggestion in scene.entities(EntityKind.SUGGESTION)]
    spoken = [{reason["rule"] for reason in s["reasons"]} for s in suggestions if s["state"] != "holding"]
    counts = Counter(rule for rules in spoken for rule in rules)
    rows = [_row(scene, r, typed.get(r["id"]), suggestions, counts[r["id"]], bench) for r in current["rules"]]
    rows.sort(key=lambda row: _RANK[row.state])
    quiet = found.quiet if found else None
    return RulesPage(
        current["version"],
        current["digest"],
        list(current.get("refused", ())),
        found is not None,
        ""
        if quiet is None
        else scene.words(
            "rules.quiet",
            begin=quiet.hours.begin.replace(":", "."),
            until=quiet.hours.until.replace(":", "."),
            levels=scene.words.listing([scene.words(f"level.{level}").lower() for level in quiet.levels]),
        ),
        rows,
        sum(row.state == "speaks" for row in rows),
        len(bench.cases),
        bench.digests == (current["digest"],),
    )


def _row(scene: Scene, told: Json, rule: Rule | None, suggestions: Iterable[Json], n: int, bench: Bench) -> RuleRow:
    words, mine = scene.words, _mine(suggestions, told["id"])
    state, when = _state(scene, mine)
    lately = words("rules.lately", suggestions=words.count("proposals", n)) if n else words("rules.never_lately")
    return RuleRow(
        told["id"],
        told["title"],
        words.advice(told["act"], told["level"]),
        words(f"level.{told['level']}"),
        words("rules.rings" if told["call"] else "rules.shown"),
        state,
        when,
        [reason_text(reason, scene.region.reference, now=scene.now) for _, reason in mine],
        words(f"basis.{told['basis']}"),
        told["basis_note"],
        FIELD.sub(lambda found: _field(scene, found[1]), told["text"]),
        told["falls_away"],
        _pace(scene, told),
        words(f"rules.each_{rule.each}") if rule and rule.each else "",
        list(_tests(scene, rule)) if rule else [],
        _seats(scene, rule) if rule else [],
        lately,
        strips(bench, rule, scene.region) if rule else [],
    )


def _field(scene: Scene, name: str) -> str:
    """`[kommuner]`: what a text is filled with when the rule speaks."""
    key = f"rule_field.{name}"
    return f"[{scene.words(key) if scene.words.known(key) else name}]"


def _mine(suggestions: Iterable[Json], rule: str) -> list[tuple[Json, Json]]:
    """(suggestion, reason) of those that stand and rest on this rule."""
    standing = (s for s in suggestions if s["state"] not in OVER)
    return [(s, reason) for s in standing for reason in s["reasons"] if reason["rule"] == rule]


def _state(scene: Scene, mine: list[tuple[Json, Json]]) -> tuple[str, str]:
    speaking = [reason["since"] for suggestion, reason in mine if suggestion["state"] != "holding"]
    if speaking:
        return "speaks", scene.words("rules.speaks", time=scene.clock(min(speaking)))
    until = [suggestion["holds_until"] for suggestion, _ in mine if "holds_until" in suggestion]
    if mine:
        return "holds", scene.words("rules.holds", time=scene.clock(min(until)) if until else "–")
    return "silent", scene.words("rules.silent")


def _pace(scene: Scene, told: Json) -> str:
    words = scene.words
    hold, clear = told["hold_min"] * MINUTE, told["clear_min"] * MINUTE
    first = words("rules.hold", age=words.age(hold)) if hold else words("rules.no_hold")
    return f"{first} {words('rules.clear', age=words.age(clear)) if clear else words('rules.no_clear')}"


def _tests(scene: Scene, rule: Rule) -> Iterable[Test]:
    for name, node in (("when", rule.when), ("at_once", rule.at_once), ("stays", rule.stays)):
        if node is not None:
            yield Test(scene.words(f"rules.{name}"), _part(scene, said(node, scene.region)))


def _part(scene: Scene, part: Said) -> Part:
    now = None if part.test is None else measured(part.test, scene)
    return Part(part.how, part.text, now, [_part(scene, below) for below in part.parts])


def _seats(scene: Scene, rule: Rule) -> list[tuple[str, str]]:
    """How affected -> who, in words; groups by their own names."""
    words = scene.words
    found = []
    for how, seats in (("direct", rule.direct), ("indirect", rule.indirect), ("considered", rule.considered)):
        names = [words(key) if words.known(key := f"group.{seat}") else scene.region.owner(seat) for seat in seats]
        if names:
            found.append((words(f"seat.{how}"), words.listing(names)))
    return found
