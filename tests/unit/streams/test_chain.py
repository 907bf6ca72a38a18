"""The published chain as a reader checks it, and the deadlines' heap, which only ever knows too much."""

import pytest
from support.ruling import ruled

from streams.core.chain import Broken, links
from streams.core.clock import HEAP_SLACK, Deadlines


@pytest.fixture(scope="module")
def published() -> list[bytes]:
    world = ruled()
    for minute in range(4):
        world.report(minute, "region-sthlm-trafik", "x", {"transit 0180": 1 + minute})
    return [version.raw for version in world.versions]


def broken(values: list[bytes]) -> tuple[int, str]:
    with pytest.raises(Broken) as caught:
        links("ovning-world", "01", values)
    return caught.value.number, str(caught.value)


def test_a_repeat_with_the_same_bytes_is_nothing(published):
    whole = links("ovning-world", "01", published)
    assert [link.number for link in whole] == list(range(1, len(published) + 1))
    assert links("ovning-world", "01", [raw for raw in published for _ in range(2)]) == whole
    assert links("ovning-world", "01", [*published, published[0]]) == whole


def test_a_repeat_with_other_bytes_is_named_by_its_number(published):
    other = ruled().versions[0].raw + b" "
    number, what = broken([*published, other])
    assert number == 1
    assert what.startswith("version 1: published twice with other bytes: ")


def test_a_hole_is_named_by_the_first_version_that_is_not_there(published):
    assert broken([published[0], published[2]]) == (2, "version 2: missing: version 3 follows 1")
    assert broken(published[1:])[0] == 1


def test_a_chain_of_another_space_does_not_begin_here(published):
    with pytest.raises(Broken) as caught:
        links("real", "01", published)
    assert caught.value.number == 1


def test_the_next_deadline_is_the_earliest_that_still_holds_then_the_first_by_name():
    live = {"b": 5, "a": 5, "c": 3}
    deadlines = Deadlines(live)
    assert deadlines.next() == (3, "c")
    live["c"] = 9
    deadlines.added("c", 9)
    assert deadlines.next() == (5, "a")
    del live["a"], live["b"]
    assert deadlines.next() == (9, "c")
    del live["c"]
    assert deadlines.next() is None


def test_the_heap_is_made_anew_when_it_is_twice_the_map_and_a_thousand_longer():
    live = {"a": 0, "b": 0}
    deadlines = Deadlines(live)
    assert HEAP_SLACK == 1_000
    for due in range(1, 1_003):
        live["a"] = due
        deadlines.added("a", due)
        assert len(deadlines._heap) == 2 + due
    live["a"] = 2_000
    deadlines.added("a", 2_000)
    assert len(deadlines._heap) == 2
    assert deadlines.next() == (0, "b")
