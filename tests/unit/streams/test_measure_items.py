"""Warnings, matters and requests as rules read them: which items count, from when, and what they say together."""

import pytest
from support.matters import BESIDE, feed
from support.ruling import loose, rule, ruled
from support.world import T0, World

from schemas.rule_tests import MatterTest, WarningTest
from schemas.times import HOUR, MINUTE, z
from streams.core.measure_items import judge_matter, matter_key, measure_requests, measure_warning, warning_key

WARNED = {"test": "warning", "levels": ["RED", "ORANGE"], "within": "24 h", "areas": 1}


def warned(**more) -> World:
    return ruled(rule("A", {**WARNED, **more}))


def brought(world: World, begins: str) -> dict:
    return next((m for name, m in world.state.members.items() if name.startswith(begins)), {})


def matter(**more) -> tuple[World, MatterTest]:
    when = {"test": "matter", "sources": ["polisen", "sl"], **more}
    return ruled(rule("A", when)), MatterTest.model_validate(when)


def judged(world: World, test: MatterTest):
    return judge_matter(loose(world), test)


# ---- warnings ------------------------------------------------------------------------------------------------------


def test_a_warning_brings_where_it_lies_its_type_and_when_it_begins():
    world = warned()
    world.warning(0, "RED", 1, ["0182", "0180"], onset=T0 + HOUR)
    assert brought(world, "warning|") == {"smhi/1-1": {"areas": ["0180", "0182"], "type": "SNOW", "onset": T0 + HOUR}}
    on = measure_warning(loose(world), WarningTest.model_validate(WARNED))
    assert (on.areas, on.items, on.strength) == (("0180", "0182"), ("smhi/1-1",), 2)
    assert dict(on.params) == {"types": "SNOW", "levels": "RED+ORANGE", "onset": z(T0 + HOUR)}


def test_of_several_warnings_the_first_beginning_and_every_type_is_told():
    world = warned()
    for name, code, hours in (("a", "SNOW", 3), ("b", "WIND", 2)):
        more = {"onset": T0 + hours * HOUR, "native": {"level": "RED", "code": code}}
        world.warning(0, "RED", 1, ["0180"], id=name, **more)
    world.warning(0, "RED", 1, ["0180"], id="c", native={"level": "ORANGE"})
    on = measure_warning(loose(world), WarningTest.model_validate(WARNED))
    assert dict(on.params) == {"types": "+SNOW+WIND", "levels": "RED+ORANGE", "onset": z(T0 + 2 * HOUR)}
    assert (on.areas, on.strength) == (("0180",), 1)


@pytest.mark.parametrize(
    "more",
    [
        {"status": "test"},
        {"origin": "relayed"},
        {"ends": T0 - MINUTE},
        {"source": "msb"},
        {"native": {"level": "YELLOW"}},
        {"native": {}},
        {"kind": "message"},
    ],
)
def test_what_is_not_such_a_warning_of_this_source_is_not_counted(more):
    world = warned()
    world.warning(0, "RED", 1, **more)
    assert brought(world, "warning|") == {}


def test_a_warning_that_lies_only_beside_is_not_counted():
    world = warned()
    feed(world, 0, "smhi", "1-1", BESIDE, kind="warning", native={"level": "RED"})
    assert brought(world, "warning|") == {}


def test_a_warning_counts_from_its_window_on_and_ceases_when_its_level_falls():
    world = warned()
    world.warning(0, "RED", 1, onset=T0 + 25 * HOUR)
    name = warning_key(WarningTest.model_validate(WARNED))
    assert (brought(world, "warning|"), world.state.due[f"window|{name}|smhi/1-1"]) == ({}, T0 + HOUR)
    world.tick(60)
    assert list(brought(world, "warning|")) == ["smhi/1-1"]
    world.warning(70, "RED", 2, onset=T0 + 30 * HOUR)
    assert (brought(world, "warning|"), world.state.due[f"window|{name}|smhi/1-1"]) == ({}, T0 + 6 * HOUR)
    world.warning(80, "YELLOW", 3, onset=T0 + 30 * HOUR)
    assert f"window|{name}|smhi/1-1" not in world.state.due
    world.warning(90, "RED", 4, onset=T0 + 30 * HOUR)
    world.warning(91, "RED", 5, onset=T0 + 2 * HOUR)
    assert f"window|{name}|smhi/1-1" not in world.state.due


def test_a_window_opens_for_whatever_id_a_source_gives():
    world = warned()
    world.warning(0, "RED", 1, id="a|b|c", onset=T0 + 25 * HOUR)
    world.tick(60)
    assert list(brought(world, "warning|")) == ["smhi/a|b|c"]


def test_the_name_of_a_measure_says_what_it_counts_whatever_the_order():
    one, other = (WarningTest.model_validate({**WARNED, "levels": levels}) for levels in (["A", "B"], ["B", "A"]))
    assert warning_key(one) == warning_key(other) == "warning|smhi|A+B|1440min"
    told = {"test": "matter", "sources": ["b", "a"], "kinds": ["message"], "native": {"y": ["2", "1"], "x": ["3"]}}
    assert matter_key(MatterTest.model_validate(told)) == "matter|a+b|message||x=3;y=1,2"


# ---- matters -------------------------------------------------------------------------------------------------------


def test_a_matter_rests_on_its_items_to_the_letter():
    world, test = matter()
    feed(world, 0, "polisen", "a", "0182", native={"type": "Brand"})
    feed(world, 0, "sl", "b", "0180", native={"event": "stop", "level": "x"})
    feed(world, 0, "smhi", "c")
    on = judged(world, test).on
    assert (on.areas, on.items, on.strength) == (("0180", "0182"), ("polisen/a", "sl/b"), 202)
    assert dict(on.params) == {"count": "2", "types": "Brand+stop+x", "by": "polisen+sl"}


def test_nothing_is_no_matter():
    world, test = matter()
    verdict = judged(world, test)
    assert (verdict.true, verdict.on.items) == (False, ())


@pytest.mark.parametrize(
    "more", [{"status": "test"}, {"origin": "relayed"}, {"ends": T0 - MINUTE}, {"onset": T0 + MINUTE}]
)
def test_what_does_not_count_is_no_matter(more):
    world, test = matter()
    feed(world, 0, "polisen", "a", **more)
    assert not judged(world, test).true


def test_what_was_a_matter_and_is_over_is_none():
    world, test = matter()
    feed(world, 0, "polisen", "a")
    feed(world, 1, "polisen", "a", change="cancel")
    assert (judged(world, test).true, brought(world, "matter|")) == (False, {})


def test_what_lies_only_beside_is_no_matter():
    world, test = matter()
    feed(world, 0, "polisen", "a", BESIDE)
    assert brought(world, "matter|") == {}
    assert not judged(world, test).true


def test_an_item_that_begins_later_is_a_matter_from_then_on():
    world, test = matter()
    feed(world, 0, "polisen", "a", onset=T0 + HOUR)
    world.tick(60)
    assert judged(world, test).true
    feed(world, 70, "polisen", "a", onset=T0 + 3 * HOUR)
    assert not judged(world, test).true


def test_kinds_severities_and_the_sources_own_words_are_asked_for_all_together():
    limits = {"kinds": ["message"], "severities": ["severe"], "native": {"road": ["E4", "E18"], "how": ["x"]}}
    good = {"kind": "message", "severity": "severe", "native": {"road": "väg 73, e18", "how": "X"}}
    for more in (
        {"kind": "disruption"},
        {"severity": "minor"},
        {"native": {"road": "E180", "how": "x"}},
        {"native": {"road": "E4"}},
        {"native": {"how": "x"}},
    ):
        world, test = matter(**limits)
        feed(world, 0, "polisen", "a", **{**good, **more})
        assert not judged(world, test).true, more
    world, test = matter(**limits)
    feed(world, 0, "polisen", "a", **good)
    assert judged(world, test).true


def test_a_native_word_with_a_comma_may_be_asked_for_whole():
    world, test = matter(native={"type": ["Brand, hus"]})
    feed(world, 0, "polisen", "a", native={"type": "brand, HUS"})
    assert judged(world, test).true


def test_only_what_was_sent_lately_counts_and_it_is_looked_at_when_it_ceases_to():
    world, test = matter(within="1 h")
    look = f"look|{matter_key(test)}|within {HOUR}"
    feed(world, 0, "polisen", "a")
    feed(world, 10, "polisen", "b")
    assert (judged(world, test).on.items, world.state.due[look]) == (("polisen/a", "polisen/b"), T0 + HOUR)
    world.tick(60)
    assert (judged(world, test).on.items, world.state.due[look]) == (("polisen/b",), T0 + 70 * MINUTE)
    world.tick(70)
    assert (judged(world, test).true, look in world.state.due) == (False, False)


def test_without_a_limit_of_time_whatever_is_open_counts():
    world, test = matter()
    feed(world, 0, "polisen", "a")
    world.tick(60 * 24 * 20)
    assert judged(world, test).true
    assert not [name for name in world.state.due if name.startswith("look|matter")]


def test_two_with_the_same_word_are_one_where_that_is_asked():
    world, test = matter(items=2, apart="road")
    for name in ("a", "b"):
        feed(world, 0, "polisen", name, native={"road": "E4"})
    assert not judged(world, test).true
    feed(world, 0, "polisen", "c", native={"road": "E18"})
    assert dict(judged(world, test).on.params)["count"] == "2"
    world, test = matter(items=2, apart="road")
    for name in ("a", "b"):
        feed(world, 0, "polisen", name)
    assert judged(world, test).true, "what says nothing is a matter by itself"


def test_so_many_items_or_municipalities_are_asked_for():
    world, test = matter(items=2, areas=3)
    feed(world, 0, "polisen", "a", "0180 0182")
    assert not judged(world, test).true
    feed(world, 0, "polisen", "b", "0182")
    assert not judged(world, test).true
    feed(world, 0, "polisen", "b2", "0183")
    assert judged(world, test).true


def test_an_actor_that_falls_silent_or_leaves_out_its_level_has_not_left_it():
    when = {"test": "matter", "sources": ["actor.svk"], "native": {"level": ["stab"]}}
    world, test = ruled(rule("A", when)), MatterTest.model_validate(when)
    world.report(0, "svk", "x", {"energy 0180": 2}, native={"level": "stab"}, valid_until=T0 + HOUR)
    world.tick(60)
    assert judged(world, test).true
    world.report(70, "svk", "x", {"energy 0180": 2}, native={})
    assert judged(world, test).true
    world.report(80, "svk", "x", {"energy 0180": 2}, native={"level": "normal"})
    assert not judged(world, test).true


def test_a_feed_that_leaves_out_a_word_has_left_it():
    world, test = matter(native={"type": ["Brand"]})
    feed(world, 0, "polisen", "a", native={"type": "Brand"})
    feed(world, 1, "polisen", "a", native={})
    assert not judged(world, test).true


# ---- requests ------------------------------------------------------------------------------------------------------


def test_requests_that_stand_are_told_with_who_asks():
    world = ruled(rule("A", {"test": "request"}))
    for actor in ("kommun-0188", "kommun-0120"):
        world.report(0, actor, "need", kind="request")
    world.report(0, "kommun-0182", "need", kind="request", origin="relayed")
    world.report(0, "kommun-0183", "need", kind="request", ends=T0 - MINUTE)
    on = measure_requests(loose(world), None)
    keys = ("actor.kommun-0120/need", "actor.kommun-0188/need")
    assert (on.areas, on.items, on.strength, dict(on.params)) == ((), keys, 2, {"by": "kommun-0120+kommun-0188"})
    world.report(1, "kommun-0188", "need", change="cancel")
    assert measure_requests(loose(world), None).items == keys[:1]
