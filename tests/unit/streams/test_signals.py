"""Public signals and the keeping of measures: what is counted for which rules, said to all, dropped with a rule set."""

from support.matters import feed
from support.ruling import book, loose, rule, ruled
from support.world import T0

from schemas.times import HOUR, MINUTE
from streams.core import signals

BUS = "region-sthlm-trafik"
RED = {"test": "warning", "levels": ["RED"], "within": "24 h", "areas": 1}
POLICE = {"test": "matter", "sources": ["polisen", "sl"]}
TRAINS = {"test": "matter", "sources": ["sl"], "kinds": ["message"]}
ASKED = {"test": "request"}
WARNED, CALLED = "warning|smhi|RED|1440min", "matter|polisen+sl|||"


def test_a_rule_set_watches_each_measure_once_wherever_it_stands():
    world = ruled(
        rule("A", {"all": [RED, POLICE]}, at_once=TRAINS, stays={"none": POLICE}),
        rule("B", {**RED, "areas": 9}),
        rule("C", ASKED),
    )
    found = book(world).watched
    assert list(found.warnings) == [WARNED]
    assert sorted(found.matters) == [CALLED, "matter|sl|message||"]
    assert {s: sorted(names) for s, names in found.by_source.items()} == {
        "polisen": [CALLED],
        "sl": [CALLED, "matter|sl|message||"],
    }


def test_a_warning_is_a_sign_with_the_municipalities_it_covers_and_is_gone_with_it():
    world = ruled(rule("A", RED))
    world.warning(0, "RED", 1, ["0182", "0180"])
    assert world.state.picture["signal"] == {WARNED: {"value": 2, "unit": "areas", "areas": ["0180", "0182"]}}
    world.warning(1, "RED", 2, change="cancel")
    assert world.state.picture["signal"] == {}


def test_a_sector_is_a_sign_where_it_is_significant():
    world = ruled()
    world.report(0, BUS, "x", {"transit 0182": 3, "transit 0180": 5, "transit 0120": 2})
    told = {"value": 2, "unit": "areas", "areas": ["0180", "0182"]}
    assert world.state.picture["signal"] == {"cells|transit|3": told}
    world.report(1, BUS, "x", {"transit 0182 0180 0120": 2})
    assert world.state.picture["signal"] == {}


def test_numbers_are_a_sign_by_kind_at_most_once_a_minute():
    world = ruled()
    for minute, number in ((0, 5), (0.5, 7)):
        count = {"kind": "people_moved", "low": 1, "high": number, "owner": "ssbf", "areas": ["0180"]}
        world.report(minute, "ssbf", "x", counts=[count])
        assert world.state.picture["signal"]["counts|people_moved"]["value"] == 5
    world.tick(1)
    told = {"value": 7, "unit": "count", "areas": ["0180"]}
    assert world.state.picture["signal"]["counts|people_moved"] == told
    world.report(5, "ssbf", "x", change="cancel")
    assert world.state.picture["signal"] == {}


def test_an_item_that_turns_into_something_else_leaves_what_it_was():
    world = ruled(rule("A", RED), rule("B", ASKED))
    world.warning(0, "RED", 1)
    world.warning(1, "RED", 2, kind="message")
    assert WARNED not in world.state.members
    world.report(0, "kommun-0188", "need", kind="request")
    assert "request" in world.state.members
    world.report(2, "kommun-0188", "need", change="cancel")
    world.tick(40 * 24 * 60)
    assert "request" not in world.state.members


def test_what_is_forgotten_is_counted_nowhere():
    world = ruled(rule("A", RED), rule("B", POLICE))
    feed(world, 0, "polisen", "a", counts=[{"kind": "k", "low": 1, "high": 1, "owner": "o", "areas": ["0180"]}])
    world.report(0, "polisen-sthlm", "E", kind="planned_event", onset=T0 + HOUR)
    step = loose(world)
    for key in ("polisen/a", "actor.polisen-sthlm/E"):
        step.put(world.state.items, key, None)
        step.publish("item", key, None)
        step.items.add(key)
    signals.update(step, book(world).watched)
    assert world.state.members == {}


def test_a_new_rule_set_counts_anew_and_drops_what_nobody_reads():
    world = ruled(rule("A", RED), rule("B", POLICE))
    world.warning(0, "RED", 1, ["0180"])
    world.warning(0, "RED", 1, ["0182"], id="late", onset=T0 + 25 * HOUR)
    feed(world, 0, "polisen", "a")
    feed(world, 0, "sl", "b", kind="message")
    assert [name for name in world.state.due if name.startswith("window|")] == [f"window|{WARNED}|smhi/late"]
    later = {**RED, "within": "48 h"}
    world.put(1, "rules", {"rules": {"version": "u", "rule": [rule("C", later), rule("D", TRAINS)]}})
    counted = {n: sorted(t) for n, t in world.state.members.items() if n.startswith(("warning|", "matter|"))}
    assert counted == {"warning|smhi|RED|2880min": ["smhi/1-1", "smhi/late"], "matter|sl|message||": ["sl/b"]}
    assert not [name for name in world.state.due if name.startswith("window|")]
    assert list(world.state.picture["signal"]) == ["warning|smhi|RED|2880min"]


def test_measures_that_are_still_read_stay_and_windows_are_set_anew():
    world = ruled(rule("A", RED), rule("B", POLICE))
    world.warning(0, "RED", 1, ["0182"], onset=T0 + 25 * HOUR)
    feed(world, 0, "polisen", "a")
    world.put(1, "rules", {"rules": {"version": "u", "rule": [rule("C", RED), rule("B", POLICE)]}})
    assert list(world.state.members[CALLED]) == ["polisen/a"]
    assert world.state.due[f"window|{WARNED}|smhi/1-1"] == T0 + HOUR
    world.tick(60)
    assert world.state.picture["signal"][WARNED]["areas"] == ["0182"]


def test_a_window_of_a_measure_that_nobody_reads_opens_nothing():
    world = ruled(rule("A", RED))
    world.warning(0, "RED", 1)
    step = loose(world)
    signals.open_window(step, "warning|smhi|ORANGE|0min", "smhi/1-1", book(world).watched)
    assert step.journal.here() == 0


def test_a_look_names_the_measure_itself_or_one_of_its_tests():
    world = ruled()
    for what, name in (
        ("counts", "counts"),
        ("own", "own"),
        ("own|lasting", "own"),
        ("matter|a|b||60min", "matter|a|b|"),
    ):
        step = loose(world)
        signals.look(step, what)
        assert step.tests == {name}
        assert (f"read|{name}" in world.state.facts) is (what in {"counts", "own"})
        world.state.facts.clear()


def test_a_cell_that_changes_makes_each_suggestion_think_anew_in_its_time():
    world = ruled(rule("A", ASKED))
    world.report(0, "kommun-0188", "need", kind="request")
    (name,) = world.state.picture["suggestion"]
    world.report(0.5, BUS, "x", {"transit 0180": 1})
    assert world.state.due[f"why|{name}"] == T0 + MINUTE
    world.report(0.75, BUS, "x", {"transit 0180": 2})
    assert world.state.due[f"why|{name}"] == T0 + MINUTE
    feed(world, 5, "sl", "a")
    assert f"why|{name}" not in world.state.due
