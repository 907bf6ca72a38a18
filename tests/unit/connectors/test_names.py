"""Places in words, ids too strange for a key, and times as Swedish services write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.reading.local_time import local_instant
from connectors.reading.names import codes_named, is_code, named_id
from connectors.reading.places import COUNTIES
from connectors.reading.values import Drift, identity


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Stockholms län", ["01"]),
        ("stockholms  LÄN", ["01"]),
        ("Stockholm County", ["01"]),
        ("Västra Götalands län", ["14"]),
        ("Stockholms stad", ["0180"]),
        ("Oskarshamns kommun (Kalmar län)", ["0882"]),
        ("Kalmar", ["0880"]),
        ("Borås kommun", ["1490"]),
        ("Nacka municipality", ["0182"]),
        ("Nacka, Tyresö och Solna", ["0138", "0182", "0184"]),
        ("Sverige", list(COUNTIES)),
        ("Atlantis", []),
        ("", []),
        (", ;", []),
    ],
)
def test_place_in_words_has_its_codes(text, codes):
    assert codes_named(text) == codes


def test_codes_of_sweden_are_known():
    assert is_code("01")
    assert is_code("0180")
    assert not is_code("02")
    assert not is_code("")


def test_id_that_can_stand_in_a_key_is_kept():
    assert named_id("SRCAP20260108110504I") == "SRCAP20260108110504I"
    assert named_id(628529) == "628529"


@pytest.mark.parametrize("value", [None, "", "  ", True, [], {}])
def test_what_is_no_id_is_none(value):
    assert named_id(value) is None


@given(st.text(min_size=1, max_size=300))
def test_any_text_has_an_id_for_a_key_or_none(text):
    key = named_id(text)

    assert key is None or identity(key) == key


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2027-01-19 7:00:00", "2027-01-19T06:00:00+00:00"),
        ("2027-07-19 7:00:00", "2027-07-19T05:00:00+00:00"),
        ("2027-01-19T07:00:00.1234567+01:00", "2027-01-19T06:00:00.123000+00:00"),
    ],
)
def test_time_without_an_offset_is_swedish_time(text, utc):
    drift = Drift()

    assert local_instant(text, drift, "t").isoformat() == utc
    assert drift.as_counts() == ({} if "+" in text else {"!t:zone": 1})


@pytest.mark.parametrize("value", ["x", 7, [], "0001-01-01 0:00:00", "9999-12-31 23:00:00", "2027-02-30 7:00:00"])
def test_what_is_no_time_is_counted(value):
    drift = Drift()

    assert local_instant(value, drift, "t") is None
    assert drift.as_counts()["!t"] == 1
