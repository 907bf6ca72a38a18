"""Lists in pages: newest first, filtered, with a cursor that holds while the list grows."""

import pytest

from dashboards.api.lists import page

ROWS = [
    {"key": f"k{n}", "since": f"2027-01-{n:02d}", "state": "raised" if n % 2 else "active", "call": n > 5}
    for n in range(1, 10)
]


def test_newest_first():
    assert [row["key"] for row in page(ROWS, "since", {}).rows][:2] == ["k9", "k8"]


def test_filters_are_exact_and_take_true_and_false():
    assert {row["state"] for row in page(ROWS, "since", {"state": "raised"}).rows} == {"raised"}
    assert len(page(ROWS, "since", {"call": "true"}).rows) == 4


def test_pages_join_to_the_whole_and_a_newcomer_does_not_shift_them():
    first = page(ROWS, "since", {}, limit=4)
    grown = [*ROWS, {"key": "new", "since": "2027-02-01", "state": "raised", "call": True}]
    second = page(grown, "since", {}, limit=4, cursor=first.cursor)
    third = page(grown, "since", {}, limit=4, cursor=second.cursor)

    assert [row["key"] for p in (first, second, third) for row in p.rows] == [f"k{n}" for n in range(9, 0, -1)]
    assert third.cursor is None


@pytest.mark.parametrize("cursor", ["", "x", "e30", "bnVsbA"])
def test_a_cursor_of_someone_elses_is_refused(cursor: str):
    with pytest.raises(ValueError, match="cursor"):
        page(ROWS, "since", {}, cursor=cursor)
