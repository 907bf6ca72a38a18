"""How a rule did on known events: a strip of time for each case, and the same in words beside it.

Pure but for reading the file once. In: region/<county>/backtest.json (made by scripts/backtest-page). Out: `Strip`s.
A strip is drawn without letters: a band is what was expected, a dashed one what was not to come, a bar when it spoke.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

from dashboards.telling.scene import Region
from schemas.codec import Json
from schemas.rules import Rule
from schemas.times import parse
from streams.backtest.family import family

WIDE, HIGH, LEAST = 1_000, 20, 6
"""Of a strip's drawing, and the least width of anything in it."""
_SVG = Markup('<svg class="strip" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">{}</svg>')
_BOX = Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>')


class Strip(NamedTuple):
    """One case."""

    title: str
    svg: Markup
    spoke: str
    """When, in words; empty when it did not."""
    expected: list[str]
    """What was expected of it, and whether it came."""


class Bench(NamedTuple):
    """The back-test as it was made."""

    digests: tuple[str, ...]
    cases: tuple[Json, ...]


@cache
def load_bench(folder: Path) -> Bench:
    """The county's; empty where it has made none."""
    path = folder / "backtest.json"
    if not path.is_file():
        return Bench((), ())
    body = json.loads(path.read_bytes())
    return Bench(tuple(body["rules"]), tuple(body["cases"]))


def strips(bench: Bench, rule: Rule, region: Region) -> list[Strip]:
    """Cases in which the rule spoke, came near, or was awaited by name."""
    shown = ((case, list(_about(case, rule))) for case in bench.cases)
    return [_strip(case, rule, mine, region) for case, mine in shown if rule.id in case["rules"] or _named(mine)]


def _named(expected: list[Json]) -> bool:
    return any("rule" in one for one in expected)


def _about(case: Json, rule: Rule) -> Iterator[Json]:
    """Expectations that this rule can meet or break."""
    for one in case["expected"]:
        if "rule" in one and rule.id not in family(one["rule"], [rule.id]):
            continue
        acts = one.get("act") in (None, rule.act)
        if acts and one.get("level") in (None, rule.level):
            yield one


def _strip(case: Json, rule: Rule, expected: list[Json], region: Region) -> Strip:
    begin, end = parse(case["from"]), parse(case["to"])
    told = case["rules"].get(rule.id, {"spoke": [], "near": []})

    def x(text: str) -> int:
        return WIDE * (parse(text) - begin) // max(1, end - begin)

    parts = [
        _BOX.format("want" if e["must"] else "not", x(e["from"]), 3, max(LEAST, x(e["to"]) - x(e["from"])), HIGH - 6)
        for e in expected
    ]
    parts += [_BOX.format("near", min(x(at), WIDE - LEAST), 1, LEAST, HIGH - 2) for at in told["near"]]
    parts += [_BOX.format("spoke", min(x(at), WIDE - LEAST), 0, LEAST, HIGH) for at in told["spoke"]]
    return Strip(
        case["title"],
        _SVG.format(WIDE, HIGH, Markup("").join(parts)),
        _spoke(told, region),
        [_expected(one, region) for one in expected],
    )


def _when(text: str, region: Region) -> str:
    return region.words.when(parse(text), 0)


def _spoke(told: Json, region: Region) -> str:
    words = region.words
    said = [words("rules.spoke_at", times=words.listing([_when(at, region) for at in told["spoke"]]))]
    near = [words("rules.near_at", times=words.listing([_when(at, region) for at in told["near"]]))]
    return " ".join((said if told["spoke"] else []) + (near if told["near"] else []))


def _expected(one: Json, region: Region) -> str:
    words = region.words
    level = words(f"forum.{one['level']}") if "level" in one else words("rules.a_forum")
    what = level if "level" in one else words("rules.anything")
    if "act" in one:
        what = words(f"advice.{one['act']}", forum=level)
    said = "rules.expected" if one["must"] else "rules.not_expected"
    came = words("rules.met" if one["met"] else "rules.missed")
    return words(said, what=what, begin=_when(one["from"], region), end=_when(one["to"], region), came=came)
