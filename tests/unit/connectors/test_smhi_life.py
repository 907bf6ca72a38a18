"""A warning of SMHI from its first list to its end: updated, ended by its own word, and withdrawn are three things.

SMHI cancels nothing: its list has no word for it, so no report of this source is ever a cancel.
"""

import json
from pathlib import Path

from connectors.contract import Batch, Raw
from connectors.smhi.parse import parse
from connectors.telling.told import Ledger, plan
from schemas.times import HOUR, MINUTE, from_datetime
from schemas.times import parse as instant

CORPUS = Path(__file__).parents[2] / "corpora" / "smhi"
RECORDED = json.loads((CORPUS / "10-message-skane-water-shortage.json").read_bytes())
STARTED = instant("2026-08-11T12:20:00Z")


class List:
    """SMHI's list, read every minute as the connector does."""

    def __init__(self):
        self.ledger, self.at = Ledger(), STARTED

    def shows(self, *warnings, after=MINUTE, raw=None):
        """What is told of a list that is read `after` the one before."""
        self.at += after
        body = json.dumps(list(warnings)).encode() if raw is None else raw
        planned = plan(self.ledger, Batch(parse(body), Raw("http://x/", 200, {}, self.at, body, "")), self.at)
        self.ledger = planned.ledger
        return [(news.report.id, news.report.change) for news in planned.news]


def warning(n=0, **area):
    """The recorded warning, changed; `n` makes it another one."""
    whole = json.loads(json.dumps(RECORDED[0]))
    whole["id"] += n
    whole["warningAreas"][0] |= area
    return whole


def key(n=0):
    return f"{3122 + n}-9873"


def test_recorded_warning_is_told_once_however_often_it_is_listed():
    listed = List()

    assert listed.shows(warning()) == [(key(), "report")]
    assert [listed.shows(warning()) for _ in range(5)] == [[]] * 5


def test_published_anew_is_an_update_of_the_same_warning():
    listed = List()
    listed.shows(warning())

    told = listed.shows(warning(published="2026-08-11T12:30:00.000Z", approximateEnd="2026-08-12T00:00:00.000Z"))

    assert told == [(key(), "report")]
    assert listed.ledger.told[key()].report["ends"] == "2026-08-12T00:00:00Z"
    assert listed.ledger.told[key()].revision == instant("2026-08-11T12:30:00.000Z")


def test_changed_without_being_published_anew_is_an_update_too():
    listed = List()
    listed.shows(warning())

    assert listed.shows(warning(warningLevel={"sv": "Gul", "code": "YELLOW"})) == [(key(), "report")]
    assert listed.shows(warning(warningLevel={"sv": "Gul", "code": "YELLOW"})) == []


def test_warning_that_leaves_the_list_after_its_own_end_has_ended_and_is_not_withdrawn():
    listed = List()
    listed.shows(warning(approximateEnd="2026-08-11T13:00:00.000Z"), warning(1))

    told = [listed.shows(warning(1), after=HOUR), *(listed.shows(warning(1)) for _ in range(20))]

    assert told == [[]] * 21


def test_warning_that_leaves_the_list_before_its_end_is_withdrawn_by_the_second_list_without_it():
    listed = List()
    listed.shows(warning(approximateEnd="2026-08-12T13:00:00.000Z"), warning(1), warning(2))

    assert listed.shows(warning(1), warning(2)) == []
    assert listed.shows(warning(1), warning(2)) == [(key(), "withdraw")]
    assert listed.shows(warning(1), warning(2)) == []


def test_open_ended_warning_stands_until_it_is_withdrawn():
    listed = List()
    listed.shows(warning(), warning(1))

    assert listed.shows(warning(), warning(1), after=720 * HOUR) == []
    assert [listed.shows(warning(1)), listed.shows(warning(1))] == [[], [(key(), "withdraw")]]


def test_warning_that_comes_back_is_told_again_with_a_higher_order():
    listed = List()
    listed.shows(warning(), warning(1))
    listed.shows(warning(1))
    listed.shows(warning(1))
    withdrawn = listed.ledger.told[key()].revision

    assert listed.shows(warning(), warning(1)) == [(key(), "report")]
    assert listed.ledger.told[key()].revision > withdrawn


def test_list_that_is_suddenly_empty_must_last_ten_minutes():
    listed = List()
    listed.shows(warning(), warning(1))

    told = [listed.shows() for _ in range(11)]

    assert told[:10] == [[]] * 10
    assert sorted(told[10]) == [(key(), "withdraw"), (key(1), "withdraw")]


def test_page_old_copy_and_half_a_list_withdraw_nothing():
    listed = List()
    newer = warning(published="2026-08-11T12:30:00.000Z")
    listed.shows(newer, warning(1))
    whole = json.dumps([newer, warning(1)]).encode()

    bad = [
        *(listed.shows(raw=b"<html>Underhall</html>") for _ in range(15)),
        *(listed.shows(raw=whole[: len(whole) // 2]) for _ in range(15)),
        *(listed.shows(warning()) for _ in range(15)),
        *(listed.shows({"id": None}) for _ in range(15)),
    ]

    assert bad == [[]] * 60


def test_no_form_of_the_list_is_ever_a_cancel():
    for area in ({}, {"approximateEnd": "2020-01-01T00:00:00.000Z"}, {"warningLevel": {"code": "CANCELLED"}}):
        (item,) = parse(json.dumps([warning(**area)]).encode()).items
        assert item.change == "report"
        assert item.ends is None or from_datetime(item.ends) > 0
