"""SL's list into reports: what the documented example must give, and what broken ones must not do."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.mutation import mutated

from connectors.sl.parse import parse
from schemas.outcome import Refusal
from schemas.sectors import Severity, Status

CORPUS = Path(__file__).parents[2] / "corpora" / "sl"
EXAMPLE = (CORPUS / "documentation-example-message.json").read_bytes()
RED = {"id": 13, "designation": "13", "transport_mode": "METRO", "name": "Röda linjen"}


def whole(**fields):
    """A deviation; `None` leaves a field out."""
    deviation = {
        "version": 3,
        "created": "2027-01-19T06:00:00.000+01:00",
        "modified": "2027-01-19T07:00:00.000+01:00",
        "deviation_case_id": 7001,
        "publish": {"from": "2027-01-19T07:00:00.000+01:00", "upto": "2027-01-19T12:00:00.000+01:00"},
        "priority": {"importance_level": 3, "influence_level": 2, "urgency_level": 1},
        "message_variants": [variant()],
        "scope": {"lines": [RED]},
    }
    return {name: value for name, value in (deviation | fields).items() if value is not None}


def variant(header="Röda linjen: förseningar", details="Räkna med längre restid.", language="sv", **more):
    return {"header": header, "details": details, "language": language, **more}


def parsed_one(**fields):
    return parse(json.dumps([whole(**fields)]).encode())


def one(**fields):
    (item,) = parsed_one(**fields).items
    return item


def test_documented_example_gives_one_report_with_all_its_words():
    parsed = parse(EXAMPLE)

    (item,) = parsed.items
    assert (item.id, item.revision, item.kind, item.severity) == ("52432153", 1, "disruption", "minor")
    assert item.sent.isoformat() == "2022-03-03T18:03:48.713000+00:00"
    assert item.onset.isoformat() == "2022-03-03T18:03:48.700000+00:00"
    assert item.ends.isoformat() == "2022-03-03T19:03:00+00:00"
    assert item.headline == "Entré vid Medborgarplatsen stängd"
    assert item.texts["alias"] == "tunnelbanans röda linje 13"
    assert item.place.codes == ["0180"]
    assert item.native == {
        "level": "importance 2, influence 3, urgency 1",
        "modes": "METRO",
        "lines": "METRO 17 (Gröna linjen)",
        "stops": "Medborgarplatsen",
    }
    assert item.url == "https://sl.se"
    assert (parsed.complete, parsed.rejected, parsed.drift) == (True, (), {})


def test_english_variant_stands_beside_the_swedish_one():
    item = one(message_variants=[variant("Red line: delays", "Allow more time.", "en", scope_alias="red"), variant()])

    assert item.headline == "Röda linjen: förseningar"
    assert item.texts == {
        "details": "Räkna med längre restid.",
        "headline_en": "Red line: delays",
        "details_en": "Allow more time.",
        "alias_en": "red",
    }


def test_deviation_only_in_english_has_a_headline():
    assert one(message_variants=[variant("Red line: delays", "", "en")]).headline == "Red line: delays"


def test_unknown_language_is_kept_under_its_suffix_and_counted():
    parsed = parsed_one(message_variants=[variant(), variant("Viivästyksiä", language="fi-FI")])

    assert parsed.items[0].texts["headline_fi"] == "Viivästyksiä"
    assert parsed.drift["=language:fi"] == 1


def test_only_a_web_address_becomes_a_link():
    links = [variant(weblink="javascript:alert(1)"), variant(language="en", weblink="https://sl.se/en")]

    assert one(message_variants=links).url == "https://sl.se/en"
    assert one(message_variants=links[:1]).url is None


@pytest.mark.parametrize(
    ("fields", "severity"),
    [
        ({}, Severity.MINOR),
        ({"priority": {"importance_level": 6}}, Severity.MODERATE),
        ({"priority": {"importance_level": "7"}}, Severity.MODERATE),
        ({"priority": {}}, Severity.MINOR),
        ({"categories": [{"group": "FACILITY", "type": "LIFT"}]}, Severity.INFORMATION),
        ({"categories": [{"group": "FACILITY"}, {"group": "TRAFFIC"}]}, Severity.MINOR),
        ({"message_variants": [variant("Trafiken på röda linjen är inställd")]}, Severity.SEVERE),
        ({"message_variants": [variant("Enstaka avgångar är inställda")]}, Severity.MINOR),
        ({"message_variants": [variant("Rulltrappan är avstängd")]}, Severity.MINOR),
    ],
)
def test_severity_by_kind_words_and_importance(fields, severity):
    assert one(**fields).severity == severity


@pytest.mark.parametrize(
    ("header", "severity"),
    [
        ("Flera inställda avgångar", Severity.MINOR),
        ("Inställda avgångar på grund av vagnbrist", Severity.MINOR),
        ("Inställd avgång 12.34", Severity.MINOR),
        ("Spår 3 avstängt", Severity.MINOR),
        ("Alla avgångar inställda", Severity.SEVERE),
        ("Trafiken är inställd", Severity.SEVERE),
        ("Avstängd sträcka Slussen - Gullmarsplan", Severity.SEVERE),
    ],
)
def test_departures_that_are_cancelled_are_not_the_line_that_stands_still(header, severity):
    assert one(message_variants=[variant(header, details="Räkna med längre restid.")]).severity == severity


def test_stopped_bus_line_or_one_stop_of_the_metro_is_not_severe():
    words = [variant("Trafiken är inställd")]
    bus = {"id": 4, "designation": "4", "transport_mode": "BUS"}
    stop = {"id": 1, "name": "Slussen", "type": "METROSTN"}

    assert one(message_variants=words, scope={"lines": [bus]}).severity == Severity.MINOR
    assert one(message_variants=words, scope={"lines": [RED], "stop_areas": [stop]}).severity == Severity.MINOR
    assert one(message_variants=words, scope={"lines": [RED], "stop_areas": [stop] * 2}).severity == Severity.SEVERE


def test_test_text_never_becomes_actual():
    assert one(message_variants=[variant("TEST av systemet")]).status == Status.TEST
    assert one(message_variants=[variant("Testa nya biljetten")]).status == Status.ACTUAL


def test_missing_version_leaves_the_order_to_the_time():
    parsed = parsed_one(version=None)

    assert parsed.items[0].revision is None
    assert parsed.drift["-deviation.version"] == 1


def test_numbers_as_text_and_missing_optional_fields_are_taken():
    item = one(
        version="12", deviation_case_id="7001", modified=None, publish=None, message_variants=None, priority=None
    )

    assert (item.id, item.revision, item.onset, item.ends) == ("7001", 12, None, None)
    assert item.sent.isoformat() == "2027-01-19T05:00:00+00:00"
    assert item.headline == "Störning i kollektivtrafiken"


@pytest.mark.parametrize(
    "scope", [None, {}, {"lines": None, "stop_areas": None}, [], "all", {"lines": ["13", 4, None]}]
)
def test_scope_that_says_nothing_is_the_county(scope):
    item = one(scope=scope)

    assert item.place.codes == ["01"]
    assert item.native["place"] == "no stops or lines named"


def test_long_lists_of_lines_are_told_short_and_placed_whole():
    lines = [{"id": n, "designation": str(n), "transport_mode": "BUS"} for n in range(400)]

    item = one(scope={"lines": lines})

    assert len(item.native["lines"]) <= 310
    assert item.native["lines"].endswith("...")


def test_end_before_its_beginning_leaves_it_open():
    parsed = parsed_one(publish={"from": "2027-01-19T07:00:00+01:00", "upto": "2027-01-18T07:00:00+01:00"})

    assert parsed.items[0].ends is None
    assert parsed.drift["!publish.upto:early"] == 1


def test_deviation_without_id_is_refused_and_the_list_counts_as_partial():
    parsed = parse(json.dumps([whole(), whole(deviation_case_id=None)]).encode())

    assert [i.id for i in parsed.items] == ["7001"]
    assert parsed.rejected[0].pointer == "/1/deviation_case_id"
    assert not parsed.complete


def test_deviation_without_any_time_is_refused_but_still_counts_as_there():
    parsed = parsed_one(created=None, modified=None, publish=None)

    assert (parsed.items, parsed.seen, parsed.complete) == ((), {"7001"}, True)


def test_two_bodies_of_one_case_keep_the_newer_and_make_the_list_partial():
    parsed = parse(json.dumps([whole(version=4), whole(version=3)]).encode())

    assert [i.revision for i in parsed.items] == [4]
    assert not parsed.complete
    assert [(r.pointer, r.detail.split(",")[0]) for r in parsed.rejected] == [
        ("/1", "the identity 7001 stands in the list twice")
    ]


def test_the_same_body_twice_is_one_report_and_no_fault():
    parsed = parse(json.dumps([whole(), whole()]).encode())

    assert (len(parsed.items), parsed.rejected, parsed.complete) == (1, (), True)


def test_lone_and_wrapped_deviations_are_used_and_withdraw_nothing():
    for value in (whole(), {"messages": [whole()]}, {"data": whole()}):
        parsed = parse(json.dumps(value).encode())
        assert [i.id for i in parsed.items] == ["7001"]
        assert not parsed.complete


def test_list_in_a_list_and_other_spellings_of_the_names_are_read():
    camel = {"deviationCaseId": 7001, "Created": "2027-01-19T06:00:00+01:00", "messageVariants": [{"Header": "Stopp"}]}
    for value in ([[whole()]], [camel], {"Messages".lower(): [camel]}):
        parsed = parse(json.dumps(value).encode())
        assert [i.id for i in parsed.items] == ["7001"]
    assert parse(json.dumps([camel]).encode()).items[0].headline == "Stopp"


def test_list_of_one_that_is_broken_inside_is_refused_and_not_raised():
    assert [r.reason for r in parse(b'[[{"deviation_case_id": tru}]]').rejected] == ["malformed"]


def test_times_without_offset_are_swedish_in_summer_and_winter():
    summer = one(created="2026-07-01T08:00:00", modified=None, publish={"from": "2026-07-01T08:00:00"})
    winter = one(created="2026-12-01T08:00:00", modified=None, publish={"upto": "2026-12-01T23:59:59"})

    assert summer.sent.isoformat() == "2026-07-01T06:00:00+00:00"
    assert summer.onset == summer.sent
    assert winter.sent.isoformat() == "2026-12-01T07:00:00+00:00"
    assert winter.ends.isoformat() == "2026-12-01T22:59:59+00:00"


@pytest.mark.parametrize(
    "categories",
    [
        [{"group": "FACILITY", "type": "LIFT"}],
        [{"group": "facility", "name": "lift"}],
        ["FACILITY:LIFT"],
        {"group": "FACILITY", "type": "LIFT"},
    ],
)
def test_categories_are_read_in_each_form_that_programs_have_seen(categories):
    found = one(categories=categories, priority={"importance_level": 7})

    assert (found.native["categories"], found.severity) == ("FACILITY/LIFT", Severity.INFORMATION)


def test_byte_order_mark_is_no_hindrance():
    assert len(parse(b"\xef\xbb\xbf" + EXAMPLE).items) == 1


def test_list_of_something_else_is_put_aside():
    parsed = parse(json.dumps([{"id": 9001, "name": "Slussen"}, {"id": 9002, "name": "Odenplan"}]).encode())

    assert [r.reason for r in parsed.rejected] == [Refusal.PUT_ASIDE]
    assert not parsed.complete


def test_error_body_is_told_in_the_sources_own_words():
    parsed = parse(b'{"message": "Invalid value for parameter line"}')

    assert parsed.error == 'SL answers: "Invalid value for parameter line"'
    assert not parsed.complete


def test_empty_list_is_complete_and_an_html_page_is_not():
    assert parse(b"[]").complete
    assert parse(b"<html></html>").error.startswith("not JSON")


@pytest.mark.parametrize("raw", [b"", b"{}", b"null", b"42", b'"text"', b"[" * 100_000, b"\xff\xfe[]"])
def test_anything_but_a_list_is_an_error_and_withdraws_nothing(raw):
    parsed = parse(raw)

    assert parsed.error
    assert not parsed.complete


def test_truncated_payloads_never_pass_for_complete():
    body = EXAMPLE.rstrip()
    for cut in range(0, len(body) - 1, 37):
        assert not parse(body[:cut]).complete


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_any_bytes_never_raise(raw):
    parse(raw)


def test_mutated_payloads_never_raise():
    dice = random.Random(20270119)
    value = [
        *json.loads(EXAMPLE),
        whole(message_variants=[variant(), variant(language="en")], categories=[{"group": "A"}]),
    ]
    for _ in range(400):
        parse(json.dumps(mutated(value, dice, dice.randrange(1, 8))).encode())
