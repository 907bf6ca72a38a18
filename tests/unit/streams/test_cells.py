"""How a cell gets its value, or which grey (design: the heart of the picture)."""

import pytest
from support.world import T0, TOWNS, World

from schemas.times import HOUR, MINUTE, z


@pytest.fixture
def world() -> World:
    return World()


def test_a_cell_nobody_named_is_not_stored(world):
    assert world.state.picture["cell"] == {}


def test_only_an_entitled_owner_sets_a_cell(world):
    world.report(0, "kommun-0180", "x", {"transit 0180": 5})
    cell = world.cell("0180/transit")
    assert (cell["impact"], cell["unknown"]) == (0, "not_assessed")
    assert cell["reasons"][0]["state"] == "beside"


def test_a_relayed_report_stands_beside_and_never_sets(world):
    world.report(0, "region-sthlm-trafik", "x", {"transit 0180": 5}, origin="relayed")
    assert world.cell("0180/transit")["impact"] == 0


def test_among_fresh_ones_the_worst_counts(world):
    world.report(0, "kommun-0180-trafik", "road-0180", {"road 0180": 2})
    world.report(1, "trafikverket-vag", "road-0180", {"road 0180": 3})
    assert world.cell("0180/road")["impact"] == 3
    assert "contradiction" not in world.cell("0180/road")


def test_two_parties_two_steps_apart_are_a_contradiction(world):
    world.report(0, "kommun-0180-trafik", "road-0180", {"road 0180": 2})
    world.report(1, "trafikverket-vag", "road-0180", {"road 0180": 4})
    cell = world.cell("0180/road")
    assert cell["impact"] == 4
    assert cell["contradiction"]
    assert [r["impact"] for r in cell["reasons"]] == [4, 2]


def test_two_units_of_one_party_do_not_contradict(world):
    world.report(0, "kommun-0180-trafik", "road-0180", {"road 0180": 1})
    world.report(1, "kommun-0180", "road-0180", {"road 0180": 4})
    assert "contradiction" not in world.cell("0180/road")


def test_silence_makes_a_cell_outdated_with_its_last_value_and_never_none(world):
    world.report(0, "region-sthlm-trafik", "transit-0180", {"transit 0180": 4}, valid_until=T0 + HOUR)
    world.tick(60)
    cell = world.cell("0180/transit")
    assert (cell["impact"], cell["unknown"], cell["last"]) == (0, "outdated", 4)


def test_an_outdated_value_that_is_worse_is_not_calmed_by_a_fresh_better_one_of_another_owner(world):
    world.report(0, "kommun-0180-trafik", "road-0180", {"road 0180": 4}, valid_until=T0 + HOUR)
    world.report(1, "trafikverket-vag", "road-0180", {"road 0180": 2}, valid_until=T0 + 9 * HOUR)
    world.tick(60)
    cell = world.cell("0180/road")
    assert (cell["impact"], cell["unknown"], cell["last"]) == (0, "outdated", 4)


def test_an_outdated_value_that_is_milder_leaves_the_fresh_one(world):
    world.report(0, "kommun-0180-trafik", "road-0180", {"road 0180": 2}, valid_until=T0 + HOUR)
    world.report(1, "trafikverket-vag", "road-0180", {"road 0180": 3}, valid_until=T0 + 9 * HOUR)
    world.tick(60)
    assert world.cell("0180/road")["impact"] == 3


def test_without_times_of_its_own_a_report_is_outdated_after_a_day(world):
    world.report(0, "region-sthlm-trafik", "transit-0180", {"transit 0180": 2})
    world.tick(24 * 60 - 1)
    assert world.cell("0180/transit")["impact"] == 2
    world.tick(24 * 60)
    assert world.cell("0180/transit")["unknown"] == "outdated"


def test_an_active_forum_asks_for_fresher_reports(world):
    world.report(0, "region-sthlm-trafik", "transit-0180", {"transit 0180": 2})
    world.command(1, "convene", args={"forum": "f", "level": "samordnande", "at": T0 + HOUR, "form": "telefon"})
    world.command(2, "set_reporting", on="f", args={"interval_min": 60})
    world.tick(89)
    assert world.cell("0180/transit")["impact"] == 2
    world.tick(90)
    assert world.cell("0180/transit")["unknown"] == "outdated"


def test_a_cell_a_revision_no_longer_names_is_outdated_at_once(world):
    world.report(0, "region-sthlm-trafik", "x", {"transit 0180 0182": 4})
    world.report(1, "region-sthlm-trafik", "x", {"transit 0180": 2})
    assert world.cell("0182/transit")["last"] == 4
    assert world.cell("0180/transit")["impact"] == 2


def test_a_cancel_takes_the_item_off_every_cell_it_held_ever(world):
    world.report(0, "region-sthlm-trafik", "x", {"transit 0180 0182": 4})
    world.report(1, "region-sthlm-trafik", "x", {"transit 0180": 2})
    world.report(2, "region-sthlm-trafik", "x", change="cancel")
    assert world.state.picture["cell"] == {}
    assert world.state.standing == {}


def test_after_a_cancel_the_cell_falls_to_the_next_standing_report(world):
    world.report(0, "kommun-0180-trafik", "a", {"road 0180": 2})
    world.report(1, "trafikverket-vag", "b", {"road 0180": 5})
    world.report(2, "trafikverket-vag", "b", change="cancel")
    assert world.cell("0180/road")["impact"] == 2


def test_the_newest_default_report_takes_over_the_actors_earlier_one(world):
    world.report(0, "region-sthlm-trafik", "transit-01", {"transit 01": 3})
    world.report(1, "region-sthlm-trafik", "transit-0180", {"transit 0180": 1})
    assert world.cell("0180/transit")["impact"] == 1
    assert world.cell("0182/transit")["impact"] == 3


def test_explicit_ids_keep_two_matters_apart(world):
    world.report(0, "region-sthlm-trafik", "snow", {"transit 0180": 4})
    world.report(1, "region-sthlm-trafik", "strike", {"transit 0180": 2})
    assert world.cell("0180/transit")["impact"] == 4


def test_a_fresh_own_report_clears_the_same_actors_outdated_one(world):
    world.report(0, "region-sthlm-trafik", "snow", {"transit 0180": 4}, valid_until=T0 + 10 * MINUTE)
    world.tick(11)
    world.report(12, "region-sthlm-trafik", "later", {"transit 0180": 2})
    assert world.cell("0180/transit")["impact"] == 2
    assert world.state.picture["item"]["actor.region-sthlm-trafik/snow"]["state"] == "superseded"


def test_expected_never_colours_the_cell_and_passes(world):
    line = {"now": 1, "expected": 4, "from": T0 + HOUR, "until": T0 + 2 * HOUR}
    world.report(0, "region-sthlm-trafik", "x", {"transit 0180": line})
    assert world.cell("0180/transit")["impact"] == 1
    assert world.cell("0180/transit")["expected"]["impact"] == 4
    world.tick(120)
    assert "expected" not in world.cell("0180/transit")


def test_a_report_that_was_asked_for_and_has_not_come_is_not_reported(world):
    world.report(0, "kommun-0180", "care-0180", {"care 0180": 2})
    args = {"sectors": ["care"], "areas": ["0180", "0182"], "by": T0 + HOUR}
    world.command(1, "request_reports", args=args)
    assert world.cell("0182/care") == {}
    world.tick(60)
    assert world.cell("0182/care")["unknown"] == "not_reported"
    assert world.cell("0180/care")["impact"] == 2
    world.report(61, "kommun-0182", "care-0182", {"care 0182": 1})
    assert world.cell("0182/care")["impact"] == 1


def test_a_cell_that_lives_on_a_silent_feed_is_unreachable():
    world = World()
    reference = {**world.state.reference_raw, "lives_on": {"drift": ["0180/ecom"]}}
    world.put(0, "reference", reference)
    world.report(1, "kommun-0180", "x", {"ecom 0180": 3})
    world.health(2, "drift")
    assert world.cell("0180/ecom")["unknown"] == "not_assessed"
    world.tick(10)
    assert world.state.picture["source"]["drift"]["state"] == "silent"
    assert world.cell("0180/ecom")["unknown"] == "source_unreachable"


def test_a_cell_shows_at_most_eight_reasons_worst_first_and_counts_the_rest(world):
    for n in range(11):
        world.report(n, "region-sthlm-trafik", f"matter{n}", {"transit 0180": 1 + n % 5})
    cell = world.cell("0180/transit")
    assert len(cell["reasons"]) == 8
    assert cell["more"] == 3
    assert [r["impact"] for r in cell["reasons"]][:3] == [5, 5, 4]


def test_a_new_registry_says_anew_who_may_set_what(world):
    world.report(0, "kommun-0180", "x", {"transit 0180": 4})
    assert world.cell("0180/transit")["impact"] == 0
    actors = dict(world.state.reference_raw["actors"])
    actors["kommun-0180"] = {**actors["kommun-0180"], "sectors": ["transit"]}
    world.put(1, "reference", {**world.state.reference_raw, "actors": actors})
    assert world.cell("0180/transit")["impact"] == 4


def test_a_county_wide_report_sets_26_cells_in_one_version(world):
    world.report(0, "region-sthlm-trafik", "transit-01", {"transit 01": 3})
    assert len(world.last.versions) == 1
    assert all(world.cell(f"{town}/transit")["impact"] == 3 for town in TOWNS)


def test_two_matters_of_one_actor_when_the_worse_one_is_no_longer_renewed_the_cell_is_not_calmed(world):
    world.report(0, "region-sthlm-trafik", "snow", {"transit 0180": 4}, next_report=T0 + HOUR)
    world.report(1, "region-sthlm-trafik", "strike", {"transit 0180": 2}, next_report=T0 + 9 * HOUR)
    world.tick(60)
    assert world.cell("0180/transit")["last"] == 4
    world.report(61, "region-sthlm-trafik", "strike", {"transit 0180": 2}, next_report=T0 + 9 * HOUR)
    assert world.cell("0180/transit")["impact"] == 2


def test_eight_reasons_are_shown_where_the_region_says_nothing(world):
    world.put(0, "reference", {**world.state.reference_raw, "figures": {}})
    for n in range(10):
        world.report(n, "region-sthlm-trafik", f"matter{n}", {"transit 0180": 1 + n % 5})
    assert (len(world.cell("0180/transit")["reasons"]), world.cell("0180/transit")["more"]) == (8, 2)


def test_what_was_asked_for_and_has_come_is_not_missing_when_it_is_taken_back(world):
    world.command(1, "request_reports", args={"sectors": ["care"], "areas": ["0182"], "by": T0 + HOUR})
    world.tick(60)
    assert world.cell("0182/care")["unknown"] == "not_reported"
    world.report(61, "kommun-0182", "x", {"care 0182": 1})
    world.report(62, "kommun-0182", "x", change="cancel")
    assert world.cell("0182/care") == {}


def test_only_a_worse_value_after_a_value_is_a_worsening(world):
    seen = []
    for minute, impact in ((0, 2), (5, 2), (10, 3), (15, 1)):
        world.report(minute, "region-sthlm-trafik", "x", {"transit 0180": impact}, valid_until=T0 + HOUR)
        seen.append(world.state.facts.get("worsened"))
    assert seen == [None, None, T0 + 10 * MINUTE, T0 + 10 * MINUTE]
    world.tick(60)
    world.report(61, "region-sthlm-trafik", "x", {"transit 0180": 5})
    assert world.state.facts["worsened"] == T0 + 10 * MINUTE


def test_of_two_alike_expectations_the_one_that_comes_first_is_shown(world):
    for actor, hours in (("trafikverket-vag", 2), ("kommun-0180-trafik", 3)):
        line = {"now": 1, "expected": 4, "from": T0 + hours * HOUR, "until": T0 + 9 * HOUR}
        world.report(0, actor, "x", {"road 0180": line})
    assert world.cell("0180/road")["expected"] == {"impact": 4, "from": z(T0 + 2 * HOUR), "until": z(T0 + 9 * HOUR)}
    world.report(1, "kommun-0180-trafik", "x", {"road 0180": {"now": 1, "expected": 5, "from": T0 + 8 * HOUR}})
    assert world.cell("0180/road")["expected"] == {"impact": 5, "from": z(T0 + 8 * HOUR)}


def test_a_value_that_falls_is_better_and_one_that_rises_worse_and_reasons_are_in_order(world):
    seen = []
    for minute, impact in ((0, 3), (1, 4), (2, 2), (3, 2)):
        world.report(minute, "region-sthlm-trafik", "x", {"transit 0180": impact})
        seen.append(world.cell("0180/transit")["trend"])
    assert seen == ["new", "worse", "better", "same"]
    world.report(4, "region-sthlm-trafik", "y", {"transit 0180": 2})
    world.report(5, "kommun-0180", "z", {"transit 0180": 5})
    reasons = world.cell("0180/transit")["reasons"]
    assert [(r["item"].rpartition("/")[2], r["state"]) for r in reasons] == [
        ("y", "fresh"),
        ("x", "fresh"),
        ("z", "beside"),
    ]
    assert "more" not in world.cell("0180/transit")


def test_exactly_eight_reasons_leave_none_to_be_counted(world):
    for n in range(8):
        world.report(n, "region-sthlm-trafik", f"matter{n}", {"transit 0180": 2})
    assert (len(world.cell("0180/transit")["reasons"]), "more" in world.cell("0180/transit")) == (8, False)


def test_reasons_alike_stand_in_the_order_of_their_names(world):
    for name in ("b", "a"):
        world.report(0, "region-sthlm-trafik", name, {"transit 0180": 2})
    assert [r["item"].rpartition("/")[2] for r in world.cell("0180/transit")["reasons"]] == ["a", "b"]
