"""Numbers, times, places and headlines of outages, as people write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.outages import areas, headline
from connectors.outages.amounts import Amount, amount, span
from connectors.outages.moments import Clock
from connectors.reading.values import Drift

STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        (0, 0, 0),
        (1240, 1240, 1240),
        (12.0, 12, 12),
        ("1 234", 1234, 1234),
        ("1\u00a0234", 1234, 1234),
        ("1.234", 1234, 1234),
        ("12 345 678", 12_345_678, 12_345_678),
        ("ca 500", 500, 500),
        ("Cirka 1 200 kunder", 1200, 1200),
        ("~40 hushåll", 40, 40),
        ("100-200", 100, 200),
        ("100 – 200 st", 100, 200),
        ("mellan 1 000 och 2 000", 1000, 2000),
        ("1000 till 2000 kunder", 1000, 2000),
        ("<100", 0, 99),
        ("färre än 5", 0, 4),
        ("högst 50", 0, 50),
        ("≤ 50", 0, 50),
        (">500", 501, None),
        ("fler än 500", 501, None),
        ("minst 10", 10, None),
        ("500+", 500, None),
    ],
)
def test_numbers_claim_no_more_than_their_text(value, low, high):
    assert amount(value) == Amount(low, high)


@pytest.mark.parametrize(
    "value",
    [None, True, "", "-", "okänt", "12.5", "1,5", -3, 12.5, "-3", "200-100", "9" * 40, 10**12, [], float("nan")],
)
def test_what_is_no_number_of_customers_is_none(value):
    assert amount(value) is None


@given(st.text(max_size=100))
def test_any_text_is_a_range_or_nothing(text):
    found = amount(text)
    assert found is None or found.high is None or 0 <= found.low <= found.high


def test_two_fields_are_a_range():
    assert span(100, "200") == Amount(100, 200)
    assert span(None, 200) == Amount(200, 200)
    assert span(300, 200) is None


@pytest.mark.parametrize(
    ("value", "epoch", "expected"),
    [
        ("2027-01-19T07:00:00+02:00", "none", "2027-01-19T05:00:00"),
        ("2027-01-19T07:00:00Z", "none", "2027-01-19T07:00:00"),
        ("2027-01-19 07:00", "none", "2027-01-19T06:00:00"),
        ("2027-07-19 07:00", "none", "2027-07-19T05:00:00"),
        ("2027-01-19", "none", "2027-01-18T23:00:00"),
        ("2026-10-25 02:30", "none", "2026-10-25T00:30:00"),
        ("2027-01-19 kl. 07.00", "none", "2027-01-19T06:00:00"),
        (1800338400, "s", "2027-01-19T06:00:00"),
        (1800338400000, "ms", "2027-01-19T06:00:00"),
        (1800338400000, "auto", "2027-01-19T06:00:00"),
        ("1800338400", "auto", "2027-01-19T06:00:00"),
    ],
)
def test_times_become_utc(value, epoch, expected):
    clock = Clock(STOCKHOLM, epoch, ("%Y-%m-%d kl. %H.%M",))

    assert clock.read(value, Drift(), "x") == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize("value", ["soon", 1800338400, "9999-01-01T00:00:00", "0001-01-01", True, [], {}, float("nan")])
def test_what_is_no_time_is_counted(value):
    drift = Drift()

    assert Clock(STOCKHOLM, "none").read(value, drift, "row.start") is None
    assert drift.as_counts() == {"!row.start": 1}


def test_a_day_is_no_end():
    assert Clock(STOCKHOLM, "none").read("2027-01-19", Drift(), "x", whole_days=False) is None


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ("0180", ("0180",)),
        (180, ("0180",)),
        ("Stockholms stad", ("0180",)),
        ("Nynäshamns kommun", ("0192",)),
        ("Strängnäs kommun", ("0486",)),
        ("UPPLANDS BRO", ("0139",)),
        ("Värmdö, Nacka", ("0120", "0182")),
        ("Värmdö och Nacka", ("0120", "0182")),
        (["0120", "Nacka"], ("0120", "0182")),
    ],
)
def test_municipalities_by_code_or_name(value, codes):
    assert areas.municipalities(value) == areas.Found(codes)


def test_unknown_names_are_told_and_a_county_is_no_municipality():
    assert areas.municipalities("Nacka, Atlantis") == areas.Found(("0182",), ("Atlantis",))
    assert areas.municipalities("Stockholms län").codes == ()
    assert areas.municipalities("9999").codes == ()
    assert areas.county("Stockholms län") == areas.county("01") == areas.county(1) == ("01",)


def test_parts_of_a_headline_without_their_words_are_left_out():
    template = "{what}[ i {area}][: {customers} kunder]"

    assert headline.headline(template, {"what": "Elavbrott", "area": "Boo", "customers": ""}) == "Elavbrott i Boo"
    assert headline.what("power", planned=True) == "Planerat elavbrott"
    assert headline.customers(Amount(1000, 2000)) == "1 000–2 000"
    assert headline.customers(Amount(501, None)) == "minst 501"
    assert headline.customers(Amount(0, 99)) == "högst 99"
