"""When a rule is read again: by what it reads, by the time, after a failure; and what becomes of hold and clear."""

from support.ruling import book, loose, rule, ruled
from support.world import T0

from schemas.times import HOUR, MINUTE, SECOND, z
from streams.core.rules import affected, calmed

BUS = "region-sthlm-trafik"
TRANSIT = {"test": "cells", "impact": 3, "areas": 1, "sectors": ["transit"]}
ASKED = {"test": "request"}


def test_a_source_that_falls_silent_is_read_in_that_very_step():
    world = ruled(rule("A", {"test": "silent", "sources": ["smhi"]}))
    world.health(0, "smhi")
    world.tick(60)
    (told,) = world.suggestions("raised")
    assert told["raised_at"] == z(T0 + 2 * MINUTE + 30 * SECOND)


def test_a_rule_is_not_read_for_what_it_does_not_ask():
    world = ruled(rule("A", {"test": "silent", "sources": ["smhi"]}), rule("B", ASKED))
    step = loose(world)
    assert affected(step, book(world)) == []
    step.tests.add("request")
    assert affected(step, book(world)) == ["B|"]
    step.sources.add("smhi")
    assert affected(step, book(world)) == ["A|", "B|"]


def test_a_rule_that_waits_until_nothing_gets_worse_speaks_when_the_time_is_out():
    world = ruled(rule("A", {"none": {"test": "worsened", "within": "10 min"}}), rule("B", ASKED))
    assert list(calmed(book(world))) == ["A|"]
    world.report(0, BUS, "x", {"transit 0180": 1})
    world.report(1, BUS, "x", {"transit 0180": 2})
    assert world.suggestions("raised") == []
    world.tick(10)
    assert world.suggestions("raised") == []
    world.tick(11)
    assert [r["rule"] for s in world.suggestions("raised") for r in s["reasons"]] == ["A"]


def test_a_condition_must_be_false_for_its_whole_clear_time_in_one_piece():
    world = ruled(rule("A", TRANSIT, clear="1 h"))
    for minute, impact in ((0, 3), (10, 1), (60, 3), (61, 1)):
        world.report(minute, BUS, "x", {"transit 0180": impact})
    world.tick(120)
    assert len(world.suggestions("raised")) == 1
    world.tick(121)
    assert len(world.suggestions("withdrawn")) == 1
    assert world.state.instances == {}


def test_a_condition_must_be_true_for_its_whole_hold_time_in_one_piece():
    world = ruled(rule("A", TRANSIT, hold="1 h"))
    for minute, impact in ((0, 3), (10, 1), (20, 3)):
        world.report(minute, BUS, "x", {"transit 0180": impact})
    world.tick(79)
    assert world.suggestions("raised") == []
    world.tick(80)
    assert len(world.suggestions("raised")) == 1
    assert "hold|A|" not in world.state.due


def test_a_graver_condition_does_not_wait():
    world = ruled(rule("A", TRANSIT, at_once={**TRANSIT, "impact": 5}, hold="1 h"))
    world.report(0, BUS, "x", {"transit 0180": 4})
    assert [s["holds_until"] for s in world.suggestions("holding")] == [z(T0 + HOUR)]
    world.report(1, BUS, "x", {"transit 0180": 5})
    assert world.suggestions("raised")[0]["reasons"][0]["params"]["impact"] == "5"


def test_a_milder_condition_keeps_what_speaks_and_starts_nothing():
    world = ruled(rule("A", {**TRANSIT, "impact": 4}, stays={**TRANSIT, "impact": 2}))
    world.report(0, BUS, "x", {"transit 0180": 3})
    assert world.suggestions("raised") == []
    world.report(1, BUS, "x", {"transit 0180": 4})
    world.report(2, BUS, "x", {"transit 0180": 2})
    assert world.suggestions("raised")[0]["reasons"][0]["params"]["impact"] == "2"
    world.report(3, BUS, "x", {"transit 0180": 1})
    assert world.suggestions("raised") == []


def test_two_rules_that_read_one_measure_are_both_read():
    world = ruled(rule("A", ASKED), rule("B", {"all": [ASKED, TRANSIT]}), rule("C", {"any": [TRANSIT, ASKED]}))
    readers = book(world).readers
    assert (readers["request"], readers["cells|transit"]) == (["A|", "B|", "C|"], ["B|", "C|"])
    assert book(world).instances() == ["A|", "B|", "C|"]


def test_a_condition_of_several_rests_on_all_that_made_it_true():
    both = [ASKED, TRANSIT, {"none": {"test": "contradiction"}}]
    for when, items in (({"all": both}, ("need", "x")), ({"any": [*both, {"test": "contradiction"}]}, ("need", "x"))):
        world = ruled(rule("A", when))
        world.report(0, "kommun-0188", "need", kind="request")
        world.report(0, BUS, "x", {"transit 0180": 3})
        (reason,) = world.suggestions("raised")[0]["reasons"]
        assert tuple(key.rpartition("/")[2] for key in reason["items"]) == items
        assert reason["params"]["areas"] == ["0180"]


def test_a_share_is_so_many_municipalities_or_percent_of_the_inhabitants_exactly():
    percent = ruled().state.reference.percent(["0182"])
    for limits, enough in (
        ({"areas": 1}, True),
        ({"areas": 2}, False),
        ({"percent": percent}, True),
        ({"percent": percent + 1}, False),
        ({"areas": 2, "percent": percent}, True),
    ):
        world = ruled(rule("A", {"test": "cells", "impact": 3, **limits}))
        world.report(0, BUS, "x", {"transit 0182": 3})
        assert bool(world.suggestions("raised")) is enough, limits
