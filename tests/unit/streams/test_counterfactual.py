"""What would end a suggestion, for each kind of condition: the fewest things, or nothing where only time ends it."""

import pytest
from support.matters import feed
from support.ruling import book, loose, rule, ruled
from support.world import REFERENCE, T0, TOWNS, World

from schemas.times import HOUR
from streams.core.counterfactual import falls_away

BUS, ROADS, TOWN, CARE = "region-sthlm-trafik", "trafikverket-vag", "kommun-0180-trafik", "region-sthlm-vard"
ASKED = {"test": "request"}
FORUM = {"test": "forum", "level": "samordnande"}


def cells(impact: int = 3, **more) -> dict:
    return {"test": "cells", "impact": impact, "areas": 1, "sectors": ["transit"], **more}


def ends(world: World, *subjects: str) -> list[dict] | None:
    """What would end every rule in force, or the one rule for these subjects."""
    rules = book(world).rules.values()
    return falls_away(loose(world), [(found, subject) for found in rules for subject in subjects or ("",)])


def told(actor: str, impact: int, cell: str = "0180/transit", name: str = "x") -> dict:
    area, _, sector = cell.partition("/")
    return {"do": "report", "item": f"actor.{actor}/{name}", "area": area, "sector": sector, "impact": impact}


def ask(world: World, *actors: str) -> list[dict]:
    for actor in actors:
        world.report(0, actor, "need", kind="request")
    return [{"do": "end", "item": f"actor.{actor}/need"} for actor in sorted(actors)]


def call(world: World, name: str, level: str = "samordnande") -> None:
    world.command(0, "convene", args={"forum": name, "level": level, "at": T0 + HOUR, "form": "telefon"})


def test_what_is_false_already_takes_nothing():
    assert ends(ruled(rule("A", ASKED))) == []


def test_all_that_a_condition_rests_on_must_end():
    world = ruled(rule("A", ASKED))
    wanted = ask(world, "kommun-0188", "kommun-0120")
    assert ends(world) == wanted


def test_a_bad_cell_ends_by_a_milder_report_of_everybody_who_keeps_it_bad():
    world = ruled(rule("A", {**cells(), "sectors": ["road"]}))
    world.report(0, ROADS, "x", {"road 0180": 5})
    world.report(0, TOWN, "x", {"road 0180": 3})
    world.report(0, "kommun-0182", "x", {"road 0180": 5})
    world.report(0, TOWN, "mild", {"road 0180": 2})
    assert ends(world) == [told(TOWN, 2, "0180/road"), told(ROADS, 2, "0180/road")]


def test_where_silence_keeps_a_cell_what_is_outdated_must_be_said_anew():
    world = ruled(rule("A", cells()))
    world.report(0, BUS, "x", {"transit 0180": 4}, valid_until=T0 + HOUR)
    world.tick(60)
    assert ends(world) == [told(BUS, 2)]


def test_of_many_cells_those_with_most_people_and_no_more_than_it_takes():
    world = ruled(rule("A", cells(areas=2)))
    world.report(0, BUS, "x", {"transit 0182 0180 0120": 3})
    people = {a: REFERENCE["municipalities"][a]["inhabitants"] for a in ("0180", "0182", "0120")}
    most = sorted(people, key=lambda a: -people[a])
    assert ends(world) == [told(BUS, 2, f"{area}/transit") for area in most[:2]]


def test_each_sector_that_is_bad_enough_must_end():
    world = ruled(rule("A", {"test": "cells", "impact": 3, "areas": 1}))
    world.report(0, BUS, "x", {"transit 0180": 3})
    world.report(0, ROADS, "x", {"road 0182": 3})
    assert ends(world) == [told(ROADS, 2, "0182/road"), told(BUS, 2)]
    assert ends(world, "transit") == [told(BUS, 2)]


def test_of_conditions_that_all_must_hold_the_one_that_takes_least_ends_them():
    world = ruled(rule("A", {"all": [ASKED, cells(), {"none": {"test": "contradiction"}}]}))
    ask(world, "kommun-0188", "kommun-0120")
    world.report(0, BUS, "x", {"transit 0180": 3})
    assert ends(world) == [told(BUS, 2)]


def test_of_conditions_of_which_one_suffices_all_must_end():
    world = ruled(rule("A", {"any": [ASKED, cells(), cells(impact=4)]}))
    wanted = ask(world, "kommun-0188")
    world.report(0, BUS, "x", {"transit 0180": 4})
    assert ends(world) == [*wanted, told(BUS, 2)]


def test_what_only_time_ends_is_ended_by_nothing():
    night = {"test": "hours", "from": "00:00", "until": "12:00"}
    for when in (night, {"none": ASKED}, {"any": [ASKED, night]}, {"all": [night, {"none": ASKED}]}):
        world = ruled(rule("A", when))
        if "any" in when:
            ask(world, "kommun-0188")
        assert ends(world) is None, when
    world = ruled(rule("A", {"test": "worsened", "within": "1 h"}))
    world.report(0, BUS, "x", {"transit 0180": 1})
    world.report(0, BUS, "x", {"transit 0180": 2}, sent=1)
    assert ends(world) is None


def test_every_condition_under_which_a_rule_goes_on_must_end():
    world = ruled(rule("A", cells(4), at_once=ASKED, stays=cells(2)))
    wanted = ask(world, "kommun-0188")
    world.report(0, BUS, "x", {"transit 0180": 5})
    assert ends(world) == [told(BUS, 1), *wanted]


def test_several_rules_end_together_and_one_milder_report_serves_them_all():
    world = ruled(rule("A", cells(4)), rule("B", cells(3)), rule("C", cells(2)))
    world.report(0, BUS, "x", {"transit 0180": 5})
    assert ends(world) == [told(BUS, 1)]


def test_more_than_forty_things_nobody_reads():
    for number, few in ((40, True), (41, False)):
        world = ruled(rule("A", ASKED))
        for n in range(number):
            world.report(0, "kommun-0188", f"n{n}", kind="request")
        assert (ends(world) is not None) is few
    world = ruled(rule("A", ASKED), rule("B", {"test": "matter", "sources": ["polisen"]}))
    ask(world, *(f"kommun-{town}" for town in TOWNS[:21]))
    for n in range(20):
        feed(world, 0, "polisen", str(n))
    assert ends(world) is None


def test_what_owners_tell_ends_by_their_own_milder_reports():
    when = {"test": "owners", "owners": [BUS], "sectors": ["transit", "road"], "impact": 3, "areas": 1}
    world = ruled(rule("A", when))
    world.report(0, BUS, "x", {"transit 0180": 4})
    world.report(0, ROADS, "x", {"road 0182": 5})
    assert ends(world) == [told(BUS, 2)]


def test_of_several_sectors_whole_ones_are_left_out_that_need_not_end():
    when = {"test": "sectors", "impact": 3, "sectors": 2, "parties": 1}
    world = ruled(rule("A", when))
    for actor, sector, area in ((BUS, "transit", "0180"), (ROADS, "road", "0180 0182"), (CARE, "health", "0180")):
        world.report(0, actor, "x", {f"{sector} {area}": 3})
    assert ends(world) == [told(ROADS, 2, "0180/road"), told(ROADS, 2, "0182/road"), told(BUS, 2)]


def test_a_contradiction_ends_when_the_worse_side_comes_within_a_step():
    world = ruled(rule("A", {"test": "contradiction"}))
    world.report(0, TOWN, "x", {"road 0180": 1})
    world.report(0, ROADS, "x", {"road 0180": 5})
    assert ends(world) == [told(ROADS, 2, "0180/road")]
    figures = {**REFERENCE["figures"], "contradiction_steps": 3}
    world.put(1, "reference", {**REFERENCE, "figures": figures})
    assert ends(world) == [told(ROADS, 3, "0180/road")]


def test_silent_sources_end_by_being_heard():
    world = ruled(rule("A", {"test": "silent", "sources": ["sl", "smhi", "vma"]}))
    for source in ("smhi", "sl"):
        world.health(0, source)
    world.tick(60)
    assert ends(world) == [{"do": "heard", "source": source} for source in ("sl", "smhi")]


def test_overdue_actors_end_by_being_heard_as_many_as_it_takes():
    world = ruled(rule("A", {"test": "overdue", "parties": 2}))
    for area in ("0120", "0182", "0188"):
        world.report(0, f"kommun-{area}", "x", {f"care {area}": 3}, next_report=T0 + HOUR)
    world.tick(200)
    assert ends(world) == [{"do": "heard", "item": f"actor.kommun-{area}/x"} for area in ("0182", "0188")]


def test_numbers_end_with_those_that_count_once_a_larger_one_is_gone_too():
    world = ruled(rule("A", {"test": "counts", "kinds": ["people_without_water"], "at_least": 50}))
    for name, number in (("a", 60), ("b", 55), ("c", 10)):
        count = {"kind": "people_without_water", "low": number, "high": number, "owner": "svoa", "areas": ["0180"]}
        world.report(0, "svoa", name, counts=[count])
    assert ends(world) == [{"do": "end", "item": f"actor.svoa/{name}"} for name in "ab"]


def test_forums_at_that_level_that_are_at_work_must_close():
    world = ruled(rule("A", FORUM))
    for name, level in (("b", "samordnande"), ("a", "samordnande"), ("t", "tib"), ("old", "samordnande")):
        call(world, name, level)
    world.command(1, "step_down", on="old")
    assert ends(world) == [{"do": "close", "forum": "a"}, {"do": "close", "forum": "b"}]


def test_warnings_and_matters_end_when_their_items_do():
    for when, begins in (
        ({"test": "warning", "levels": ["RED"], "areas": 1}, "smhi/1-1"),
        ({"test": "matter", "sources": ["polisen"]}, "polisen/a"),
    ):
        world = ruled(rule("A", when))
        world.warning(0, "RED", 1)
        feed(world, 0, "polisen", "a")
        assert ends(world) == [{"do": "end", "item": begins}]


@pytest.mark.parametrize("name", ["x", "transit-0180"])
def test_trying_leaves_no_trace(name):
    world = ruled(rule("A", {"any": [cells(), ASKED, FORUM, {"test": "silent", "sources": ["sl"]}]}))
    ask(world, "kommun-0188")
    call(world, "f")
    world.health(0, "sl")
    world.report(0, BUS, name, {"transit 0180": 4})
    world.tick(60)
    before = world.state.scalars(), {n: dict(t) for n, t in world.state.tables().items()}, dict(world.state.picture)
    step = loose(world)
    step.tests.add("a")
    assert len(falls_away(step, [(found, "") for found in book(world).rules.values()]) or ()) == 4
    after = world.state.scalars(), {n: dict(t) for n, t in world.state.tables().items()}, dict(world.state.picture)
    assert before == after
    assert (step.changes(), step.tests, step.cells, step.items) == ([], {"a"}, set(), set())


def test_of_default_ids_the_newest_word_ends_the_older_ones():
    world = ruled(rule("A", cells()))
    world.report(0, BUS, "transit-01", {"transit 0180": 4}, valid_until=T0 + HOUR)
    world.report(0, BUS, "snow", {"transit 0180": 3}, valid_until=T0 + HOUR)
    world.tick(60)
    assert ends(world) == [told(BUS, 2, name="transit-01")]


def test_a_fresh_matter_of_its_own_is_not_ended_by_another_word_of_the_same_actor():
    world = ruled(rule("A", cells()))
    world.report(0, BUS, "snow", {"transit 0180": 4})
    world.report(0, BUS, "strike", {"transit 0180": 3})
    assert ends(world) == [told(BUS, 2, name="snow"), told(BUS, 2, name="strike")]


def test_what_another_actor_or_a_relayed_word_left_outdated_is_not_ended_by_this_one():
    world = ruled(rule("A", {**cells(), "sectors": ["road"]}))
    world.report(0, ROADS, "x", {"road 0180": 4})
    world.report(0, TOWN, "x", {"road 0180": 4}, valid_until=T0 + HOUR)
    world.report(0, ROADS, "r", {"road 0180": 4}, origin="relayed", valid_until=T0 + HOUR)
    world.tick(60)
    assert ends(world) == [told(TOWN, 2, "0180/road"), told(ROADS, 2, "0180/road")]


def test_a_number_that_ends_takes_its_report_off_its_cells_too():
    counted = {"test": "counts", "kinds": ["people_without_water"], "at_least": 5}
    world = ruled(rule("A", {"any": [counted, {**cells(), "sectors": ["water"]}]}))
    count = {"kind": "people_without_water", "low": 5, "high": 5, "owner": "svoa", "areas": ["0180"]}
    world.report(0, "svoa", "x", {"water 0180": 4, "water 0182": 2}, counts=[count])
    world.report(0, "svoa", "y", {"water 0182": 2})
    assert ends(world) == [{"do": "end", "item": "actor.svoa/x"}]


def test_what_ends_leaves_others_on_its_cells():
    world = ruled(
        rule("A", {"test": "matter", "sources": ["actor.svk"]}), rule("B", {**cells(), "sectors": ["energy"]})
    )
    world.report(0, "svk", "x", {"energy 0180": 4})
    world.report(0, "ellevio", "y", {"energy 0180": 4})
    assert ends(world) == [{"do": "end", "item": "actor.svk/x"}, told("ellevio", 2, "0180/energy", "y")]


def test_a_default_id_does_not_take_over_a_matter_of_its_own():
    world = ruled(rule("A", cells()))
    world.report(0, BUS, "transit-0180", {"transit 0180": 4})
    world.report(0, BUS, "snow", {"transit 0180": 3})
    assert ends(world) == [told(BUS, 2, name="snow"), told(BUS, 2, name="transit-0180")]


def test_one_party_passed_on_is_no_side_of_a_contradiction():
    world = ruled(rule("A", {"test": "contradiction"}))
    world.put(0, "reference", {**REFERENCE, "figures": {}})
    world.report(0, TOWN, "x", {"road 0180": 2})
    world.report(0, ROADS, "x", {"road 0180": 5})
    world.report(0, BUS, "r", {"road 0180": 1}, origin="relayed")
    assert ends(world) == [told(ROADS, 3, "0180/road")]


# ---- what is not needed does not count among the forty ---------------------------------------------------------------

MANY = TOWNS[:21]


def test_two_limits_of_one_sector_are_ended_by_one_report_a_cell():
    world = ruled(rule("A", cells(4)), rule("B", cells(3)))
    world.report(0, BUS, "x", {f"transit {' '.join(MANY)}": 5})
    assert {(c["area"], c["impact"]) for c in ends(world)} == {(area, 2) for area in MANY}


def test_what_one_condition_takes_is_not_asked_of_the_next_in_another_way():
    police = {"test": "matter", "sources": ["polisen"]}
    world = ruled(rule("A", police), rule("B", {"all": [police, ASKED]}))
    for n in range(25):
        feed(world, 0, "polisen", str(n))
    ask(world, *(f"kommun-{town}" for town in TOWNS[:20]))
    assert len(ends(world)) == 25


def test_milder_reports_beside_the_bad_ones_are_left_alone():
    world = ruled(rule("A", {**cells(), "sectors": ["road"]}))
    for area in MANY:
        world.report(0, f"kommun-{area}", "mild", {f"road {area}": 2})
    world.report(0, ROADS, "x", {f"road {' '.join(MANY)}": 3})
    assert ends(world) == [told(ROADS, 2, f"{area}/road") for area in sorted(MANY, key=by_people)]


def by_people(area: str) -> tuple[int, str]:
    return -int(REFERENCE["municipalities"][area]["inhabitants"]), area


def test_cells_that_only_others_keep_bad_are_no_part_of_what_owners_tell():
    when = {"test": "owners", "owners": [ROADS], "sectors": ["road"], "impact": 3, "areas": 1}
    world = ruled(rule("A", when))
    world.report(0, ROADS, "x", {f"road {' '.join(TOWNS[:13])}": 3})
    for area in TOWNS[13:]:
        for n in range(3):
            world.report(0, f"kommun-{area}", str(n), {f"road {area}": 3})
    assert ends(world) == [told(ROADS, 2, f"{area}/road") for area in TOWNS[:13]]


def test_cells_that_are_not_so_bad_are_no_part_of_it_either():
    when = {"test": "owners", "owners": [ROADS], "sectors": ["road"], "impact": 4, "areas": 1}
    world = ruled(rule("A", when))
    for area in TOWNS[13:]:
        for n in range(3):
            world.report(0, f"kommun-{area}", str(n), {f"road {area}": 2}, valid_until=T0 + HOUR)
    world.tick(60)
    world.report(61, ROADS, "x", {f"road {' '.join(TOWNS[:13])}": 4, f"road {' '.join(TOWNS[13:])}": 3})
    assert ends(world) == [told(ROADS, 3, f"{area}/road") for area in TOWNS[:13]]


def test_whole_sectors_that_need_not_end_are_left_out():
    world = ruled(rule("A", {"test": "sectors", "impact": 3, "sectors": 2, "parties": 1}))
    for actor, sector in ((BUS, "transit"), (ROADS, "road"), (CARE, "health")):
        world.report(0, actor, "x", {f"{sector} {' '.join(TOWNS[:20])}": 3})
    assert {change["sector"] for change in ends(world)} == {"road", "transit"}
