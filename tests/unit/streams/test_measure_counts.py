"""How many at least are without something: which numbers count, which may be added, and what is enough."""

import pytest
from support.matters import feed
from support.ruling import loose, ruled
from support.world import T0, World

from schemas.rule_tests import CountsTest
from schemas.times import HOUR, MINUTE, z
from streams.core.measure_counts import Scoped, added, judge_counts, largest_first

KIND = "people_without_water"


@pytest.fixture
def world() -> World:
    return ruled()


def asked(**more) -> CountsTest:
    return CountsTest.model_validate({"test": "counts", "kinds": [KIND], **more})


def judged(world: World, **more):
    return judge_counts(loose(world), asked(**more))


def number(high: int, areas: str = "0180", owner: str = "svoa", **more) -> dict:
    return {"kind": KIND, "low": 0, "high": high, "owner": owner, "areas": areas.split(), **more}


def tell(world: World, minute: float, actor: str, *counts: dict, name: str = "x", **more) -> str:
    world.report(minute, actor, name, counts=list(counts), **more)
    return f"actor.{actor}/{name}"


def brought(world: World) -> dict:
    return world.state.members.get(f"counts|{KIND}", {})


def scoped(n: int, item: str = "a/1", owner: str = "o", *, row: bool = True, areas: str = "0180") -> Scoped:
    return Scoped(n, item, owner, row, frozenset(areas.split()), 0)


def test_what_an_item_brings_is_told_to_the_letter(world):
    key = tell(world, 0, "svoa", number(70, "0182 0180"), number(0), number(9, owner=""), promised=T0 + 2 * HOUR)
    ends = T0 + 2 * HOUR
    more = {"lasts": 2 * HOUR, "ends": ends}
    assert brought(world) == {
        key: {
            "told": [
                {"number": 70, "owner": "svoa", "areas": ["0180", "0182"], **more},
                {"number": 0, "owner": "svoa", "areas": ["0180"], **more},
                {"number": 9, "owner": "svoa", "areas": ["0180"], **more},
            ]
        }
    }
    verdict = judged(world, at_least=70)
    assert (verdict.on.areas, verdict.on.items, verdict.on.strength) == (("0180", "0182"), (key,), 70)
    assert dict(verdict.on.params) == {"count": "70", "by": "svoa", "ends": z(ends)}


def test_without_a_promised_end_none_is_told(world):
    tell(world, 0, "svoa", number(70))
    assert dict(judged(world, at_least=1).on.params) == {"count": "70", "by": "svoa"}
    assert "lasts" not in next(iter(brought(world).values()))["told"][0]


def test_nought_is_nobodys_word(world):
    tell(world, 0, "svoa", number(70))
    tell(world, 0, "norrvatten", number(0, "0182", "norrvatten"))
    verdict = judged(world, at_least=1)
    assert (verdict.on.areas, dict(verdict.on.params)["by"]) == (("0180",), "svoa")


def test_what_has_no_end_is_not_expected_to_last(world):
    tell(world, 0, "svoa", number(70))
    assert judged(world, at_least=1).true
    assert not judged(world, at_least=1, lasting=1).true


def test_a_number_without_areas_of_its_own_is_about_where_its_item_lies(world):
    count = number(5)
    del count["areas"]
    key = feed(world, 0, "avbrott", "a", "0182", counts=[count])
    assert brought(world)[key]["told"][0]["areas"] == ["0182"]


def test_what_is_planned_not_begun_over_or_only_beside_the_county_does_not_count(world):
    for name, more in enumerate(
        (
            {"native": {"planned": "true"}},
            {"onset": T0 + HOUR},
            {"ends": T0 - HOUR},
            {"status": "test"},
            {"origin": "relayed"},
        )
    ):
        feed(world, 0, "avbrott", str(name), counts=[number(5)], **more)
        assert brought(world) == {}, more
    beside = {"0180": {"how": "near", "percent": 0, "metres": 0}}
    world.report(0, "svoa", "x", areas=beside, counts=[{k: v for k, v in number(5).items() if k != "areas"}])
    assert brought(world) == {}
    feed(world, 1, "avbrott", "b", counts=[number(5)], areas="0180")
    feed(world, 1, "avbrott", "c", areas="0180", counts=[number(5)], native={"planned": "false"})
    assert sorted(brought(world)) == ["avbrott/b", "avbrott/c"]


def test_a_number_with_areas_of_its_own_counts_though_its_item_lies_beside(world):
    world.report(
        0, "svoa", "x", areas={"0180": {"how": "guess", "percent": 0, "metres": 0}}, counts=[number(5, "0182")]
    )
    assert len(brought(world)) == 1


def test_a_number_that_is_told_no_more_is_gone_and_so_is_its_sign(world):
    tell(world, 0, "svoa", number(5))
    assert world.state.picture["signal"][f"counts|{KIND}"] == {"value": 5, "unit": "count", "areas": ["0180"]}
    tell(world, 5, "svoa", {**number(7), "kind": "people_moved"})
    assert f"counts|{KIND}" not in world.state.members
    assert list(world.state.picture["signal"]) == ["counts|people_moved"]


@pytest.mark.parametrize(
    ("more", "lasts"),
    [
        ({"promised": T0 + 5 * HOUR}, 5 * HOUR),
        ({"ends": T0 + 5 * HOUR}, 5 * HOUR),
        ({"ends": T0 + 5 * HOUR, "promised": T0 + 3 * HOUR, "onset": T0 - HOUR}, 4 * HOUR),
    ],
)
def test_it_lasts_from_its_beginning_to_its_promised_end(world, more, lasts):
    tell(world, 0, "svoa", number(70), **more)
    assert judged(world, at_least=1, lasting=lasts).true
    assert not judged(world, at_least=1, lasting=lasts + 1).true


def test_an_end_that_moves_is_counted_from_its_first_promise(world):
    tell(world, 0, "svoa", number(70), promised=T0 + 2 * HOUR)
    tell(world, 60, "svoa", number(70), promised=T0 + 4 * HOUR)
    assert judged(world, at_least=1, lasting=4 * HOUR).true
    assert not judged(world, at_least=1, lasting=4 * HOUR + MINUTE).true


def test_enough_in_the_county_is_the_sum_of_what_may_be_added(world):
    tell(world, 0, "svoa", number(60, "0180"))
    tell(world, 0, "norrvatten", number(40, "0182", "norrvatten"))
    assert judged(world, at_least=100).true
    assert not judged(world, at_least=101).true
    assert dict(judged(world, at_least=100).on.params)["by"] == "norrvatten+svoa"


def test_enough_in_one_municipality_is_a_share_of_its_households(world):
    people = world.state.reference.people(["0182"])
    households = people * 10 // 22
    tell(world, 0, "svoa", number(households, "0182"), number(1, "0180"))
    assert judged(world, percent=100).true
    assert judged(world, percent=100).on.areas == ("0182",)
    tell(world, 1, "svoa", number(households - 1, "0182"), number(1, "0180"))
    assert not judged(world, percent=100).true
    assert judged(world, percent=99).true


def test_of_a_place_numbers_of_its_parts_are_added(world):
    households = world.state.reference.people(["0180", "0182"]) * 10 // 22
    half = households // 2 + 1
    tell(world, 0, "svoa", number(half, "0180"))
    tell(world, 0, "norrvatten", number(half, "0182", "norrvatten"))
    tell(world, 0, "kommun-0182", number(1, "0180 0182", "kommun-0182"))
    assert judged(world, percent=100).true


def test_where_nobody_is_known_to_live_one_household_is_enough():
    world = ruled()
    reference = world.state.reference_raw
    towns = {**reference["municipalities"], "0182": {**reference["municipalities"]["0182"], "inhabitants": 0}}
    world.put(0, "reference", {**reference, "municipalities": towns})
    tell(world, 1, "svoa", number(1, "0182"))
    assert judged(world, percent=100).true


def test_a_number_for_the_county_covers_all_of_it_and_one_elsewhere_none(world):
    tell(world, 0, "svoa", number(60, "01"))
    assert len(judged(world, at_least=1).on.areas) == 26
    tell(world, 1, "svoa", number(60, "9999"))
    assert judged(world, at_least=1).on.areas == ()
    assert not judged(world, percent=1).true


def test_the_largest_number_is_taken_first_whatever_came_first():
    found = [
        scoped(1, "b"),
        scoped(2, "b"),
        scoped(2, "a", "p"),
        scoped(2, "a", "o", areas="0182"),
        scoped(2, "a", "o"),
    ]
    order = [(s.number, s.item, s.owner, sorted(s.areas)) for s in largest_first(found)]
    assert order == [
        (2, "a", "o", ["0180"]),
        (2, "a", "o", ["0182"]),
        (2, "a", "p", ["0180"]),
        (2, "b", "o", ["0180"]),
        (1, "b", "o", ["0180"]),
    ]


@pytest.mark.parametrize(
    ("other", "may"),
    [
        (scoped(1, "a/2"), True),
        (scoped(1, "a/2", areas=""), True),
        (scoped(1, "a/1"), False),
        (scoped(1, "b/2"), False),
        (scoped(1, "a/2", "p"), False),
        (scoped(1, "a/2", row=False), False),
        (scoped(1, "b/2", areas="0182"), True),
        (scoped(1, "b/2", areas=""), False),
    ],
)
def test_only_rows_of_one_owners_list_may_overlap(other, may):
    one = scoped(2)
    assert added([one, other]) == ([one, other] if may else [one])
    assert added([other, one]) == ([other, one] if may else [other])
