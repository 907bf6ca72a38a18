"""Is a rules file fit for this county? Every fault at once: its form, then seats, words, sources and reach.

In: the file, the county's reference data and sources. Out: faults in words, none when it may be used.
Next: schemas/rules.py
"""

import re
import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path

from schemas.codec import Json
from schemas.rule_tests import MatterTest, OwnersTest, SilentTest, WarningTest
from schemas.rules import Rule, RuleSet, RulesRefused, leaves, read_rules
from streams.core.localtime import ZONES
from streams.core.seats import NAMED

COMMON = frozenset({"areas", "percent"})
FIELDS: dict[str, frozenset[str]] = {
    "warning": COMMON | {"types", "levels", "onset"},
    "cells": COMMON | {"impact"},
    "owners": COMMON | {"impact", "by"},
    "sectors": COMMON | {"by", "count", "sectors"},
    "matter": COMMON | {"by", "count", "types"},
    "counts": COMMON | {"by", "count", "ends"},
    "contradiction": COMMON | {"cells"},
    "silent": frozenset({"by"}),
    "overdue": COMMON | {"by", "count"},
    "planned": COMMON | {"by", "count"},
    "shared": frozenset({"by", "count"}),
    "scarce": frozenset({"by", "count", "types"}),
    "drift": COMMON | {"count", "ends", "was"},
    "forum": frozenset({"forum"}),
    "request": frozenset({"by"}),
}
"""Test -> fields that it fills in a rule's words."""


def check(path: Path, reference: Json, sources: Collection[str]) -> tuple[Json, list[str]]:
    """The rules as they are written, and every fault."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        found = read_rules(raw)
    except OSError as error:
        return {}, [f"{path} cannot be read: {error.strerror}"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return {}, [f"{path} is not TOML: {error}"]
    except RulesRefused as error:
        return {}, error.faults
    return raw, list(fits(found, reference, sources))


def fits(rules: RuleSet, reference: Json, sources: Collection[str]) -> Iterator[str]:
    """Faults of a set whose form is right: what it names is not there, or can never be."""
    zone = str(reference.get("region", {}).get("zone", ""))
    if zone not in ZONES:
        yield f"the county's time zone {zone or '(none)'} is not known to rules with hours"
    groups = {group for row in reference["actors"].values() for group in row.get("groups", ())}
    known = {*groups, *reference["actors"], NAMED}
    for number, rule in enumerate(rules.rule):
        place = f"/rule/{number} ({rule.id})"
        for how in ("direct", "indirect", "considered"):
            for seat in getattr(rule, how):
                if seat not in known:
                    yield f"{place}/{how}: {seat} is neither an actor nor a group of the county"
        yield from (f"{place}: {fault}" for fault in _words(rule))
        yield from (f"{place}: {fault}" for fault in _tests(rule, reference, sources))


def _words(rule: Rule) -> Iterator[str]:
    """Fields in the words that no test of the condition fills."""
    filled = {field for leaf in leaves(rule.when) for field in FIELDS.get(leaf.test, ())}
    filled |= {"sector"} if rule.each == "sector" else set()
    for name in ("text", "falls_away"):
        for field in re.findall(r"\{(\w+)\}", getattr(rule, name)):
            if field not in filled:
                yield f"{name} has {{{field}}}, which no test of `when` fills"


def _tests(rule: Rule, reference: Json, sources: Collection[str]) -> Iterator[str]:
    """Sources and actors that the county does not have, and limits beyond the county."""
    towns = len(reference["municipalities"])
    for node in (rule.when, rule.at_once, rule.stays):
        for leaf in leaves(node):
            named = [leaf.source] if isinstance(leaf, WarningTest) else []
            named += leaf.sources if isinstance(leaf, MatterTest | SilentTest) else []
            for source in named:
                actor = source.removeprefix("actor.")
                if source not in sources and not (actor != source and actor in reference["actors"]):
                    yield f"test {leaf.test}: {source} is no source of the county"
            for owner in leaf.owners if isinstance(leaf, OwnersTest) else ():
                if owner not in reference["actors"]:
                    yield f"test {leaf.test}: {owner} is no actor of the county"
            areas = getattr(leaf, "areas", None)
            if areas is not None and areas > towns:
                yield f"test {leaf.test}: areas = {areas}, but the county has {towns} municipalities"
    if rule.each == "item" and not {leaf.test for leaf in leaves(rule.when)} & {"planned", "shared"}:
        yield 'each = "item" needs a test `planned` or `shared`'
