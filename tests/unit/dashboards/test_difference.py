"""Eight words for what a change means to a reader."""

import pytest

from dashboards.picture.difference import what
from schemas.change import Change

GREY = {"impact": 0, "unknown": "outdated", "last": 3}


def value(impact: int) -> dict[str, int]:
    return {"impact": impact}


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        (None, value(1), "new"),
        (value(1), value(3), "worse"),
        (value(4), value(2), "better"),
        (value(2), value(2), "updated"),
        (value(3), GREY, "gone_silent"),
        (GREY, {**GREY, "more": 1}, "updated"),
        (GREY, value(4), "worse"),
        (GREY, value(2), "better"),
        ({"impact": 0, "unknown": "not_reported"}, value(2), "new"),
        (value(2), None, "withdrawn"),
    ],
)
def test_a_cell(before: dict | None, after: dict | None, word: str):
    assert what(Change("cell", "0180/road", after), before) == word


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        (None, {}, "new"),
        (None, {"learned_late": True}, "learned_late"),
        ({}, {"state": "cancelled"}, "withdrawn"),
        ({}, {"state": "withdrawn"}, "withdrawn"),
        ({}, {"state": "expired"}, "expired"),
        ({}, {"state": "outdated"}, "gone_silent"),
        ({}, {"severity": "severe"}, "worse"),
        ({}, {"severity": "information"}, "better"),
        ({}, {}, "updated"),
    ],
)
def test_an_item(before: dict | None, after: dict, word: str):
    whole = {"state": "active", "severity": "minor"}

    assert what(Change("item", "k", whole | after), None if before is None else whole | before) == word


def test_a_source_goes_silent_and_comes_back():
    heard, silent = {"state": "heard"}, {"state": "silent"}

    assert what(Change("source", "smhi", silent), heard) == "gone_silent"
    assert what(Change("source", "smhi", heard), silent) == "updated"
