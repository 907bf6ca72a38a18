"""Times as people write them in a form."""

import pytest

from dashboards.telling.moments import moment
from schemas.times import parse
from streams.words import load_words

W = load_words()
NOW = parse("2027-01-20T10:00:00+01:00")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("13.00", "2027-01-20T13:00:00+01:00"),
        ("13:00", "2027-01-20T13:00:00+01:00"),
        ("kl 12", "2027-01-20T12:00:00+01:00"),
        ("09.30", "2027-01-21T09:30:00+01:00"),
        ("Tors 08.00", "2027-01-21T08:00:00+01:00"),
        ("ons 11.00", "2027-01-20T11:00:00+01:00"),
        ("ons 09.00", "2027-01-27T09:00:00+01:00"),
        ("21/1 06.30", "2027-01-21T06:30:00+01:00"),
        ("3 feb 06.30", "2027-02-03T06:30:00+01:00"),
        ("1/12 06.30", "2027-12-01T06:30:00+01:00"),
    ],
)
def test_the_next_such_moment(written: str, meant: str):
    assert moment(written, NOW, W) == parse(meant)


@pytest.mark.parametrize("written", ["", "snart", "25.00", "12.60", "31/2 10.00", "40 jan 10.00", "måndag"])
def test_what_is_no_time_is_none(written: str):
    assert moment(written, NOW, W) is None


def test_what_the_page_writes_it_reads_back():
    for hours in (1, 20, 40, 24 * 9, 24 * 20):
        at = NOW + hours * 3_600_000
        assert moment(W.when(at, NOW), NOW, W) == at
