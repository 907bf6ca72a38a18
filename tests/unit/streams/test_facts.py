"""What the fold is told of a report beside its words: numbers with scope, the promised end, keys of equal words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.report import ActorReport
from schemas.times import parse
from streams.core.likeness import percent
from streams.facts import actor_counts, likeness, native_promise, promised_end
from streams.texts import TextBox

INSIDE = {"0120", "0182", "01"}


def report(**more: Any) -> ActorReport:
    body = {"id": "a", "sent": "2027-01-19T07:00:00+01:00", "headline": "h", "type": "issue"}
    return ActorReport.model_validate({**body, **more})


def counted(**told: Any):
    return actor_counts(report(counts=[{"kind": "customers_without_power", **told}]), "ellevio", INSIDE)


def test_an_actors_number_keeps_its_kind_owner_area_and_time():
    told = counted(number=4200, owner="ellevio", area="0120", time="2027-01-20T12:20:00+01:00")
    assert told == [
        {
            "kind": "customers_without_power",
            "low": 4200,
            "high": 4200,
            "owner": "ellevio",
            "areas": ["0120"],
            "at": parse("2027-01-20T12:20:00+01:00"),
        }
    ]


def test_a_range_stays_a_range_and_the_sender_owns_what_names_no_owner():
    assert [(c["low"], c["high"], c["owner"]) for c in counted(number=[100, 200])] == [(100, 200, "ellevio")]
    assert [(c["low"], c["high"]) for c in counted(low=3, high=5)] == [(3, 5)]


@pytest.mark.parametrize(
    "told",
    [{}, {"number": "många"}, {"number": 1.5}, {"number": True}, {"number": -1}, {"number": [5, 1]}, {"number": [1]}],
)
def test_a_number_that_cannot_be_used_is_left_to_the_reader(told):
    assert counted(**told) == []


def test_areas_outside_and_times_without_offset_are_left_out():
    assert counted(number=1, areas=["0120", "0380", 7], at="2027-01-20T12:20:00") == [
        {"kind": "customers_without_power", "low": 1, "high": 1, "owner": "ellevio", "areas": ["0120"]}
    ]
    assert "at" not in counted(number=1, at="i dag")[0]


def test_a_prognosis_is_a_promised_end():
    assert promised_end(report(prognosis={"until": "2027-01-21T03:00:00+01:00"})) == parse("2027-01-21T03:00:00+01:00")
    assert promised_end(report(prognosis={"text": "snart"})) is None
    assert promised_end(report()) is None


def test_a_feeds_prognosis_counts_only_with_its_offset():
    assert native_promise({"prognosis": "2027-01-19T08:00:00.000Z"}) == parse("2027-01-19T08:00:00Z")
    assert native_promise({"prognosis": "2027-01-19T08:00:00"}) is None
    assert native_promise({"prognosis": "snart"}) is None
    assert native_promise({}) is None


def keys(secret: bytes = b"s", **texts: str):
    return likeness(texts, TextBox(secret, "source", str(len(texts)), "1"))


def test_equal_words_have_equal_keys_whatever_case_and_blanks():
    one = keys(headline="Stopp mellan Alvik och Åkeshov", body="Ersättningsbussar är insatta på sträckan.")
    two = keys(headline=" stopp  mellan alvik\noch åkeshov", body="Ersättningsbussar är insatta på sträckan.")
    assert one == two
    assert one.keys() == {"headline", "text", "sketch"}
    assert keys(headline="Stopp mellan Alvik och Åkeshof")["headline"] != one["headline"]


LONG = "Strömavbrott i Norrtälje efter blixtnedslag, fyra tusen hushåll utan el, montörer är på plats och felsöker"


def alike(one: str, other: str, secret: bytes = b"s") -> int:
    return percent(keys(headline=one)["sketch"], keys(secret, headline=other)["sketch"])


def test_texts_with_most_words_in_common_are_alike_and_others_are_not():
    assert alike(LONG, LONG.upper().replace(",", ";")) == 100
    assert alike(LONG, LONG.replace("fyra", "fem").replace("montörer", "tekniker")) >= 60
    assert (
        alike(LONG, "Signalfel vid Karlberg, tågen står stilla norrut och resenärer hänvisas till bussar i stället")
        < 30
    )


def test_a_sketch_of_another_space_or_of_few_words_tells_nothing():
    assert alike(LONG, LONG, secret=b"other") < 30
    assert "sketch" not in keys(headline="Stopp mellan Alvik och Åkeshov på grund av fel")
    assert percent(None, keys(headline=LONG)["sketch"]) == 0


@given(st.sets(st.text("abcdefgh", min_size=3, max_size=6), min_size=30, max_size=60), st.integers(0, 29))
def test_a_sketch_shares_about_as_much_as_the_words_do(words, changed):
    one = sorted(words)
    two = [f"{word}zz" for word in one[:changed]] + one[changed:]
    share = 100 * (len(one) - changed) // (len(one) + changed)
    assert abs(alike(" ".join(one), " ".join(two)) - share) <= 55, "sixteen places: four standard deviations"


def test_another_space_has_other_keys_and_short_words_have_none():
    words = {"headline": "Stopp mellan Alvik och Åkeshov"}
    assert keys(b"a", **words) != keys(b"b", **words)
    assert keys(headline="Olycka") == {}
