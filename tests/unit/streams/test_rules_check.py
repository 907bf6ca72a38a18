"""`lagesbild rules check`: every fault at once, and what a rule set would have rung, never on too little."""

import copy
import json
from pathlib import Path

import pytest
from support.world import REFERENCE, RULES, T0, World
from typer.testing import CliRunner

from schemas.codec import canon
from schemas.record import encode
from schemas.rules import read_rules
from schemas.times import MINUTE
from streams.budget import Budget, budget_of
from streams.cli import build
from streams.errors import LagesbildError
from streams.rules_check import fits
from streams.settings import Settings

SOURCES = {"smhi", "vma", "trafikverket", "trafikverket-datex", "sl", "polisen"}
RED = next(rule for rule in RULES["rule"] if rule["id"] == "R01")
OURS = Settings().region_folder / "rules.toml"


def changed(rule: str, **more) -> list[str]:
    raw = copy.deepcopy(RULES)
    next(r for r in raw["rule"] if r["id"] == rule).update(more)
    return list(fits(read_rules(raw), REFERENCE, SOURCES))


def check(*argv: str):
    line = ["rules", "check", *argv]
    return CliRunner().invoke(build(line), line)


def test_the_countys_own_rules_have_no_fault():
    assert list(fits(read_rules(RULES), REFERENCE, SOURCES)) == []
    result = check("--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["faults"] == []


@pytest.mark.parametrize(
    ("rule", "more", "said"),
    [
        ("R01", {"direct": ["KOMM"]}, "/rule/2 (R01)/direct: KOMM is neither an actor nor a group of the county"),
        ("R01", {"text": "{by} varnar"}, "text has {by}, which no test of `when` fills"),
        ("R00", {"falls_away": "{onset}"}, "falls_away has {onset}"),
        ("R01", {"when": {**RED["when"], "source": "smhl"}}, "smhl is no source of the county"),
        ("R01", {"when": {**RED["when"], "areas": 27}}, "areas = 27, but the county has 26"),
        ("R11", {"when": {"test": "matter", "sources": ["actor.svkk"]}, "text": "x"}, "actor.svkk is no source"),
        ("R00", {"each": "item"}, 'each = "item" needs'),
    ],
)
def test_a_rule_that_does_not_fit_the_county_is_told(rule, more, said):
    faults = changed(rule, **more)
    assert len(faults) == 1
    assert said in faults[0]


def test_an_owner_that_is_no_actor_is_told():
    when = {"test": "owners", "owners": ["sos"], "sectors": ["ecom"], "impact": 3, "areas": 1}
    assert ["sos is no actor of the county" in fault for fault in changed("R12", when=when)] == [True]


def test_every_fault_of_a_file_is_printed_and_the_status_is_one(tmp_path: Path):
    file = tmp_path / "r.toml"
    text = OURS.read_text(encoding="utf-8").replace('level = "tib"', 'level = "hög"', 1)
    file.write_text(text.replace('hold = "10 min"', 'hold = "soon"', 1).replace("percent = 34", "percent = 340", 1))
    result = check(str(file))
    assert isinstance(result.exception, LagesbildError)
    assert "3 fault(s)" in str(result.exception)
    assert len(result.stdout.splitlines()) == 3


@pytest.mark.parametrize("content", [b"version = ", b"\xff", None])
def test_what_is_no_rules_file_is_told(tmp_path: Path, content):
    file = tmp_path / "r.toml"
    if content is not None:
        file.write_bytes(content)
    result = check(str(file), "--json")
    assert isinstance(result.exception, LagesbildError)
    assert len(json.loads(result.stdout)["faults"]) == 1


def reds(days: int) -> World:
    """A red warning every tenth day, at noon and at midnight in turn, each over after two hours."""
    world = World()
    for day in range(days + 1):
        if day % 10 == 0:
            minute = day * 24 * 60 + (300 if day % 20 == 0 else -420)
            world.warning(minute, "RED", 1, id=f"{day}", group=f"{day}", ends=T0 + int((minute + 120) * MINUTE))
        world.report(day * 24 * 60 + 301, "region-sthlm-trafik", "x", {"transit 0180": 1})
    return world


def budget(world: World, rules=RULES) -> Budget:
    return budget_of(world.records, "ovning-world", "01", rules)


def test_calls_are_counted_by_rule_by_night_and_by_year():
    found = budget(reds(40))
    assert [(c.rule, c.level, c.calls, c.night) for c in found.called] == [("R01", "samordnande", 5, 2)]
    assert (found.days, found.heard_days, found.enough) == (41, 41, True)
    assert found.a_year(5) == 5 * 365 // 41


def test_the_set_that_is_asked_about_counts_not_the_one_that_was_in_force():
    world = reds(40)
    silent = {"version": "none", "rule": [r for r in RULES["rule"] if r["id"] == "R00"]}
    world.command(41 * 24 * 60, "set_rules", role="operator", args={"rules": RULES})
    assert budget(world, silent).called == ()


def test_under_thirty_days_nothing_is_said_of_a_year():
    few, quiet = budget(reds(20)), budget(reds(40))._replace(heard_days=29)
    assert (few.a_year(few.called[0].calls), quiet.a_year(1)) == (None, None)
    assert few.called[0].calls == 3


def test_the_command_holds_a_year_against_what_the_county_aims_at(tmp_path: Path):
    file = tmp_path / "log.jsonl"
    file.write_bytes(b"\n".join(encode(r.known_at, r.kind, r.body, r.origin) for r in reds(40).records))
    assert "samordnande: 44 calls a year; the county aims at 15 to 30." in check("--log", str(file)).stdout


def test_the_command_says_what_it_rests_on(tmp_path: Path):
    file = tmp_path / "log.jsonl"
    file.write_bytes(b"\n".join(encode(r.known_at, r.kind, r.body, r.origin) for r in reds(20).records))
    told = check("--log", str(file)).stdout
    assert "Nothing is said of a year: that takes 30 days" in told
    assert "R01" in told
    rows = json.loads(check("--log", str(file), "--json").stdout)["budget"]["rules"]
    assert rows == [{"rule": "R01", "level": "samordnande", "calls": 3, "night": 1}]


def test_a_log_that_cannot_be_read_is_told_with_its_line(tmp_path: Path):
    file = tmp_path / "log.jsonl"
    file.write_bytes(canon({"no": "record"}))
    assert "line 1" in str(check("--log", str(file)).exception)
    assert "cannot be read" in str(check("--log", str(tmp_path / "none")).exception)
