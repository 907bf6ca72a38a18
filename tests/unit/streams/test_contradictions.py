"""Two owners, the same thing, different statements: both stand side by side, nothing is averaged."""

import pytest
from support.matters import event_of, feed, outage
from support.world import REFERENCE, T0, World

from schemas.times import HOUR, z


@pytest.fixture
def world() -> World:
    return World()


def joined(world: World, *keys: str) -> dict:
    world.command(20, "link", on=keys[0], args={"items": list(keys[1:])}, texts={"reason": "r"})
    return event_of(world, keys[0])


def count(number, owner, areas="0180", **more):
    return {"kind": "customers_without_power", "low": number, "high": number, "owner": owner, "areas": [areas], **more}


def test_a_contradicted_cell_names_both_values_their_owners_and_times_and_what_to_ask(world):
    world.report(0, "trafikverket-vag", "a", {"road 0180": 4})
    world.report(5, "kommun-0180-trafik", "b", {"road 0180": 2})
    cell = world.cell("0180/road")
    assert cell["impact"] == 4
    assert cell["contradiction"]
    assert [(c["owner"], c["impact"], c["reported_at"]) for c in cell["claims"]] == [
        ("trafikverket-vag", 4, z(T0)),
        ("kommun-0180-trafik", 2, z(T0 + HOUR // 12)),
    ]
    assert cell["question"] == "impact_differs"


def test_statements_one_step_apart_of_one_party_or_of_two_areas_are_no_contradiction(world):
    world.report(0, "trafikverket-vag", "a", {"road 0180": 4, "road 0182": 5})
    world.report(1, "kommun-0180-trafik", "b", {"road 0180": 3})
    world.report(2, "kommun-0180", "c", {"road 0180": 3})
    assert "claims" not in world.cell("0180/road")
    assert "claims" not in world.cell("0182/road")


def test_a_contradiction_is_gone_when_one_of_them_says_otherwise(world):
    world.report(0, "trafikverket-vag", "a", {"road 0180": 4})
    world.report(5, "kommun-0180-trafik", "b", {"road 0180": 2})
    world.report(9, "kommun-0180-trafik", "b", {"road 0180": 4})
    assert not {"claims", "contradiction", "question"} & world.cell("0180/road").keys()


def test_two_owners_numbers_of_one_thing_stand_side_by_side(world):
    """Ellevio's page said 80,000 households, the company about 50,000."""
    one = outage(world, 0, "a", counts=[count(80_000, "ellevio")])
    two = feed(world, 5, "polisen", "b", counts=[count(50_000, "polisen")])
    (quarrel,) = joined(world, one, two)["contradictions"]
    assert quarrel["about"] == "customers_without_power"
    assert [(c["owner"], c["low"]) for c in quarrel["claims"]] == [("ellevio", 80_000), ("polisen", 50_000)]
    assert quarrel["question"] == "count_differs"
    assert [t["low"] for t in event_of(world, one)["counts"]] == [80_000, 50_000]


def test_numbers_of_other_areas_and_ranges_that_meet_are_no_contradiction(world):
    wide = {**count(70, "ellevio"), "high": 120}
    one = outage(world, 0, "a", counts=[wide, count(9, "ellevio", "0182")])
    two = feed(world, 5, "polisen", "b", counts=[count(100, "polisen"), count(5000, "polisen", "01")])
    assert "contradictions" not in joined(world, one, two)


def test_ends_that_two_owners_promise_hours_apart_are_a_contradiction_and_near_ones_are_none(world):
    one = outage(world, 0, "a", ends=T0 + 4 * HOUR)
    two = feed(world, 5, "polisen", "b", ends=T0 + 5 * HOUR)
    assert "contradictions" not in joined(world, one, two)
    feed(world, 30, "polisen", "b", ends=T0 + 9 * HOUR)
    (quarrel,) = event_of(world, one)["contradictions"]
    assert (quarrel["about"], quarrel["question"]) == ("ends", "ends_differ")
    assert quarrel["claims"] == [
        {"item": one, "owner": "ellevio", "ends": z(T0 + 4 * HOUR), "reported_at": z(T0)},
        {"item": two, "owner": "polisen-sthlm", "ends": z(T0 + 9 * HOUR), "reported_at": z(T0 + HOUR // 2)},
    ]


def test_where_the_region_says_nothing_two_steps_are_a_contradiction(world):
    world.put(0, "reference", {**REFERENCE, "figures": {}})
    world.report(0, "trafikverket-vag", "a", {"road 0180": 4, "road 0182": 4})
    world.report(0, "kommun-0180-trafik", "b", {"road 0180": 2})
    world.report(0, "kommun-0182", "b", {"road 0182": 3})
    assert [world.cell(f"{area}/road").get("contradiction") for area in ("0180", "0182")] == [True, None]


def test_numbers_of_two_kinds_are_two_matters_and_the_lowest_and_highest_are_told(world):
    counts = [count(100, "ellevio"), {**count(7, "ellevio"), "kind": "people_moved"}]
    one = outage(world, 0, "a", counts=counts)
    two = feed(world, 5, "polisen", "b", counts=[count(40, "polisen")])
    three = feed(world, 5, "sl", "c", counts=[count(60, "sl")])
    (quarrel,) = joined(world, one, two, three)["contradictions"]
    told = [(c["item"], c["owner"], c["low"], c["high"], c["areas"]) for c in quarrel["claims"]]
    assert told == [(one, "ellevio", 100, 100, ["0180"]), (two, "polisen", 40, 40, ["0180"])]


def test_ends_far_apart_of_one_owner_are_its_own_affair(world):
    one, two = outage(world, 0, "a", ends=T0 + 4 * HOUR), outage(world, 5, "b", ends=T0 + 9 * HOUR)
    assert "contradictions" not in joined(world, one, two)


def test_of_many_sides_the_worst_and_the_mildest_are_shown(world):
    may = [a for a in sorted(REFERENCE["actors"]) if world.state.reference.entitled(a, "ecom", "0180")]
    parties = {world.state.reference.party(a): a for a in may}
    for n, actor in enumerate(sorted(parties.values())[:6]):
        world.report(n, actor, "x", {"ecom 0180": (5, 4, 4, 3, 2, 1)[n]})
    assert [c["impact"] for c in world.cell("0180/ecom")["claims"]] == [5, 4, 4, 1]
