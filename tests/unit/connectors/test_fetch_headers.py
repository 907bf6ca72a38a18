"""What headers say, whatever stands in them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.asking.headers import conditions, is_one_of, kept, retry_after_s, skew_s
from schemas.codec import canon

AT = 1_800_338_400_000
"""2027-01-19 06:00 UTC"""
NAMES = ("Content-Type", "Date", "ETag", "Last-Modified", "Retry-After", "Server", "Age")
TEXTS = st.one_of(
    st.text(),
    st.binary().map(lambda raw: raw.decode("utf-8", errors="surrogateescape")),
    st.integers().map(str),
    st.builds("{:02d} Jan {} {}:00:00 {:+d}".format, st.integers(0, 40), st.integers(), st.integers(), st.integers()),
)


@given(st.dictionaries(st.sampled_from(NAMES), TEXTS))
@example({"Date": "1 Jan 2027 00:00:00 +9999999999999999999"})
@example({"Retry-After": "1 Jan 0001 00:00:00 +2359", "Date": "31 Dec 9999 23:59:59 -2359"})
@example({"Retry-After": "²", "Date": "Tue, 19 Jan 2027 06:00:60 GMT"})
def test_no_header_breaks_anything(headers):
    wait_s = retry_after_s(headers)
    assert wait_s is None or 0 <= wait_s <= 3600
    assert skew_s(headers, AT) is None or isinstance(skew_s(headers, AT), int)
    assert is_one_of(headers.get("Content-Type", ""), ["application/json"]) in {True, False}
    assert canon(kept(headers))
    assert "".join(conditions(headers).values()).isprintable()


@pytest.mark.parametrize(
    ("retry_after", "date", "wait_s"),
    [
        ("0", None, 0.0),
        ("120", None, 120.0),
        ("86400", None, 3600.0),
        ("9" * 400, None, 3600.0),
        ("-5", None, None),
        ("1.5", None, None),
        ("²", None, None),
        ("", None, None),
        ("Tue, 19 Jan 2027 06:02:00 GMT", "Tue, 19 Jan 2027 06:00:00 GMT", 120.0),
        ("Tue, 19 Jan 2027 06:00:00 GMT", "Tue, 19 Jan 2027 06:02:00 GMT", 0.0),
        ("Wed, 20 Jan 2027 06:00:00 GMT", "Tue, 19 Jan 2027 06:00:00 GMT", 3600.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
    ],
)
def test_wait_is_seconds_or_a_date_by_the_sources_own_clock(retry_after, date, wait_s):
    assert retry_after_s({"Retry-After": retry_after} | ({"Date": date} if date else {})) == wait_s
