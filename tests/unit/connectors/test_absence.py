"""Silence is never an all-clear: what it takes before something counts as gone."""

from hypothesis import given
from hypothesis import strategies as st

from connectors.telling.absence import SUDDEN_FOR, judge
from schemas.times import MINUTE


class List:
    """A source's list, asked again and again; `at` in minutes of space time."""

    def __init__(self, *told):
        self.told, self.state, self.at = set(told), {}, 0

    def asked(self, *seen, complete=True, minutes=1):
        self.at += minutes * MINUTE
        self.state, gone = judge(self.state, self.told, set(seen), complete=complete, at=self.at)
        self.told -= gone
        return sorted(gone)


def test_absent_from_one_whole_list_is_not_withdrawn():
    assert List("a", "b", "c").asked("a", "b") == []


def test_absent_from_two_whole_lists_in_a_row_is_withdrawn():
    source = List("a", "b", "c")
    source.asked("a", "b")

    assert source.asked("a", "b") == ["c"]
    assert source.state == {}


def test_absent_from_partial_fetches_is_never_withdrawn():
    source = List("a", "b", "c")

    assert [source.asked("a", complete=False) for _ in range(50)] == [[]] * 50


def test_partial_fetch_between_two_whole_ones_does_not_count():
    source = List("a", "b", "c")
    source.asked("a", "b")
    source.asked("a", complete=False)

    assert source.asked("a", "b") == ["c"]


def test_item_that_is_seen_again_starts_from_nothing():
    source = List("a", "b", "c")
    source.asked("a", "b")
    source.asked("c", complete=False)

    assert source.asked("a", "b") == []


def test_list_that_is_suddenly_empty_needs_one_more_and_ten_minutes():
    source = List("a", "b")

    assert [source.asked() for _ in range(10)] == [[]] * 10
    assert source.asked() == ["a", "b"]


def test_empty_list_needs_three_answers_however_long_it_takes():
    source = List("a", "b")

    assert source.asked(minutes=60) == []
    assert source.asked(minutes=60) == []
    assert source.asked(minutes=60) == ["a", "b"]


def test_most_of_a_list_gone_at_once_is_treated_as_an_empty_one():
    source = List(*"abcdefgh")

    assert source.asked("a") == []
    assert source.asked("a") == []
    assert source.asked("a", minutes=SUDDEN_FOR // MINUTE) == list("bcdefgh")


def test_lone_item_that_ends_early_is_withdrawn_after_ten_minutes():
    source = List("a")

    assert [source.asked(minutes=5) for _ in range(3)] == [[], [], ["a"]]


FETCH = st.tuples(
    st.sampled_from(["whole", "partial", "failed", "empty and cut", "repeated"]),
    st.sets(st.sampled_from("abcdef")),
    st.integers(0, 90),
)


@given(there=st.sets(st.sampled_from("abcdef"), min_size=1), fetches=st.lists(FETCH, max_size=40))
def test_what_is_truly_there_is_never_withdrawn_whatever_happens_to_the_fetches(there, fetches):
    source = List(*"abcdef")
    last = (set("abcdef"), False)
    for kind, others, minutes in fetches:
        # a whole list shows all that is there; all else shows any part of it and says that it is not whole
        match kind:
            case "whole":
                last = (there | others, True)
            case "partial":
                last = ((there & others), False)
            case "empty and cut":
                last = (set(), False)
            case "failed":
                continue
            case "repeated":
                pass
        gone = source.asked(*last[0], complete=last[1], minutes=minutes)
        assert not set(gone) & there


@given(seen=st.lists(st.sets(st.sampled_from("abcdef")), min_size=1, max_size=30))
def test_what_stays_away_from_whole_lists_is_withdrawn_in_the_end(seen):
    source = List(*"abcdef")
    for shown in seen:
        source.asked(*shown, minutes=5)
    for _ in range(4):
        source.asked(*seen[-1], minutes=5)

    assert source.told <= seen[-1]
