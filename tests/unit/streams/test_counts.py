"""Numbers keep their scope: never summed over overlapping ones, a range stays a range."""

from hypothesis import given
from hypothesis import strategies as st

from streams.core.counts import totals


def told(low, high=None, areas="0180", owner="ellevio", **more):
    found = {"kind": "customers", "low": low, "high": low if high is None else high, "owner": owner, "item": "i"}
    return found | ({"areas": areas.split()} if areas else {}) | more


def rows(*counts):
    return [(t["owner"], t["low"], t["high"]) for t in totals(counts)]


def test_one_owners_numbers_of_areas_apart_are_added():
    assert rows(told(4200, areas="0120"), told(1800, areas="0182")) == [("ellevio", 6000, 6000)]


def test_ranges_are_added_as_ranges():
    assert rows(told(100, 200, areas="0120"), told(50, areas="0182")) == [("ellevio", 150, 250)]


def test_numbers_of_one_area_are_not_added_but_told_as_what_holds_either_way():
    assert rows(told(500), told(300)) == [("ellevio", 500, 800)]


def test_a_part_is_not_added_to_its_whole():
    assert rows(told(5000, areas="01"), told(3000, areas="0180")) == [("ellevio", 5000, 5000)]
    assert rows(told(5000, areas="0180 0182"), told(3000, areas="0180")) == [("ellevio", 5000, 5000)]


def test_two_owners_numbers_are_never_added():
    assert rows(told(80_000), told(50_000, owner="kommun-0180")) == [
        ("ellevio", 80_000, 80_000),
        ("kommun-0180", 50_000, 50_000),
    ]


def test_a_number_of_no_stated_area_could_be_about_any():
    assert rows(told(500, areas=""), told(300, areas="0182"), told(10, areas="0120")) == [("ellevio", 500, 810)]


def test_a_total_names_its_areas_how_many_numbers_it_is_of_and_its_oldest_time():
    made = totals([told(1, areas="0182", at="2027-01-19T06:00:00.000Z"), told(2, at="2027-01-19T05:00:00.000Z")])
    assert made[0]["areas"] == ["0180", "0182"]
    assert (made[0]["of"], made[0]["at"]) == (2, "2027-01-19T05:00:00.000Z")
    assert "at" not in totals([told(1, at="2027-01-19T06:00:00.000Z"), told(2)])[0]


@given(
    st.lists(
        st.tuples(st.integers(0, 99), st.integers(0, 9), st.sets(st.sampled_from(["0180", "0182", "0188", "01"]))),
        min_size=1,
        max_size=7,
    ),
    st.randoms(use_true_random=False),
)
def test_a_total_is_between_the_largest_number_and_the_sum_whatever_their_order(made, rng):
    counts = [told(low, low + more, areas=" ".join(sorted(areas))) for low, more, areas in made]
    (total,) = totals(counts)
    assert max(c["low"] for c in counts) <= total["low"] <= total["high"] <= sum(c["high"] for c in counts)
    mixed = rng.sample(counts, len(counts))
    assert (totals(mixed)[0]["low"], totals(mixed)[0]["high"]) == (total["low"], total["high"])


def test_a_total_is_told_to_the_letter():
    found = [told(5, 7, areas="0182", at=9), told(1, areas="0180", at=3)]
    assert totals(found) == [
        {"kind": "customers", "owner": "ellevio", "low": 6, "high": 8, "areas": ["0180", "0182"], "of": 2, "at": 3}
    ]
    assert "at" not in totals([*found, told(1, areas="0120")])[0]
