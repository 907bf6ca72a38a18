"""SMHI's list into reports: what each recorded payload must give, and what broken ones must not do."""

import json
import random
from pathlib import Path

import pytest
from support.mutation import mutated

from connectors.smhi.parse import parse
from schemas.sectors import Severity, Status
from schemas.times import z

CORPUS = Path(__file__).parents[2] / "corpora" / "smhi"
RECORDED = (CORPUS / "10-message-skane-water-shortage.json").read_bytes()
TESTS_2021 = (CORPUS / "20-publisher-test-warnings-2021.json").read_bytes()


def one(**area):
    """A list of one warning with one area."""
    whole = {
        "id": 9873,
        "approximateStart": "2027-01-20T06:00:00.000Z",
        "published": "2027-01-19T06:00:00.000Z",
        "areaName": {"sv": "Stockholms län"},
        "warningLevel": {"sv": "Röd", "en": "Red", "code": "RED"},
        "eventDescription": {"sv": "Snöfall", "en": "Snow", "code": "SNOW"},
        "affectedAreas": [{"id": 1, "sv": "Stockholms län"}],
        "descriptions": [],
    }
    event = {"sv": "Snö", "en": "Snow", "code": "SNOW"}
    warning = {"id": 3122, "normalProbability": True, "event": event, "descriptions": []}
    return [warning | {"warningAreas": [{k: v for k, v in (whole | area).items() if v is not None}]}]


def parsed_one(**area):
    return parse(json.dumps(one(**area)).encode())


def test_recorded_message_gives_one_report_with_all_its_words():
    parsed = parse(RECORDED)

    (item,) = parsed.items
    assert (item.id, item.group, item.kind, item.severity) == ("3122-9873", "3122", "warning", "information")
    assert z(item.revision) == "2026-08-11T12:16:48.421Z"
    assert item.native == {
        "level": "MESSAGE",
        "code": "WATERCOURSES_GROUNDWATER_MINOR_MAJOR",
        "event": "WATER_SHORTAGE",
        "area": "Skåne län",
    }
    assert item.onset.isoformat() == "2026-04-20T22:00:00+00:00"
    assert item.ends is None
    assert item.headline == "Meddelande: Risk för vattenbrist - Grundvatten och vattendrag, Skåne län"
    assert item.texts["incident"].startswith("Låga grundvattennivåer.")
    assert item.texts["affect_en"].startswith("Users of municipal water")
    assert item.place.wkt[0].startswith("POLYGON ((")
    assert not item.place.codes
    assert (parsed.complete, parsed.rejected, parsed.drift) == (True, (), {})


def test_publishers_test_warnings_give_eleven_reports_all_marked_test():
    parsed = parse(TESTS_2021)

    assert [i.id for i in parsed.items] == [
        *("1-1", "1-2", "1-3", "2-4", "3-5", "4-6", "6-54", "6-55", "7-56", "8-57", "9-58"),
    ]
    assert [i.severity for i in parsed.items] == [
        *(["moderate"] * 4),
        "information",
        "moderate",
        *(["severe"] * 2),
        "information",
        "moderate",
        "information",
    ]
    assert {i.status for i in parsed.items} == {Status.TEST}
    assert parsed.complete
    assert not parsed.rejected


def test_geometry_of_any_kind_is_kept_and_an_unusable_one_gives_way_to_the_counties():
    places = {i.id: i.place for i in parse(TESTS_2021).items}

    assert places["4-6"].wkt[0].startswith("LINESTRING (")
    assert places["8-57"].wkt[0].startswith("LINESTRING (")
    assert places["7-56"].wkt[0].startswith("MULTIPOLYGON (((")
    assert places["3-5"].wkt == []
    assert places["3-5"].codes == ["01", "03", "04"]


def test_missing_names_fall_back_to_the_affected_areas():
    items = {i.id: i for i in parse(TESTS_2021).items}

    assert items["8-57"].native["area"] == "Hallands län"
    assert items["7-56"].texts["headline_en"].startswith("Message: Risk for water shortage")


def test_backslash_n_in_texts_becomes_a_line():
    items = {i.id: i for i in parse(TESTS_2021).items}

    assert "\\n" not in items["6-54"].texts["affect"]
    assert items["6-54"].texts["affect"].count("\n") == 3


@pytest.mark.parametrize(
    ("code", "severity"),
    [
        ("MESSAGE", Severity.INFORMATION),
        ("YELLOW", Severity.MODERATE),
        ("ORANGE", Severity.SEVERE),
        ("RED", Severity.EXTREME),
    ],
)
def test_each_level_has_its_severity_and_is_kept_as_the_source_wrote_it(code, severity):
    (item,) = parsed_one(warningLevel={"sv": "x", "code": code}).items

    assert (item.severity, item.native["level"]) == (severity, code)


def test_unknown_level_is_shown_and_counted_never_dropped():
    parsed = parsed_one(warningLevel={"sv": "Lila", "code": "PURPLE"})

    assert parsed.items[0].severity == Severity.INFORMATION
    assert parsed.items[0].native["level"] == "PURPLE"
    assert parsed.drift["=warningLevel:PURPLE"] == 1
    assert parsed.complete


def test_stockholm_without_a_polygon_is_the_county():
    (item,) = parsed_one().items

    assert item.place.codes == ["01"]


def test_drawn_part_of_a_county_is_used_instead_of_the_county():
    ring = [[18.0, 59.2], [18.4, 59.2], [18.4, 59.4], [18.0, 59.2]]
    area = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}, "properties": {}}

    (item,) = parsed_one(area=area).items

    assert item.place.codes == []
    assert item.place.wkt[0].startswith("POLYGON ((")


@pytest.mark.parametrize(
    "coordinates",
    [
        [[59.2, 18.0], [59.2, 18.4], [59.4, 18.4], [59.2, 18.0]],
        [[674032.0, 6580822.0], [674132.0, 6580822.0], [674132.0, 6580922.0], [674032.0, 6580822.0]],
        [],
        "here",
    ],
)
def test_polygon_that_is_no_place_falls_back_to_the_county_and_is_counted(coordinates):
    parsed = parsed_one(area={"type": "Polygon", "coordinates": [coordinates]})

    assert parsed.items[0].place.codes == ["01"]
    assert any(name.startswith("!warningAreas.area:") for name in parsed.drift)


def test_nan_in_one_polygon_spoils_only_that_polygon():
    text = json.dumps(one(area={"type": "Polygon", "coordinates": [[[18.0, 59.2], [18.4, 59.2], ["N", 59.4]]]}))

    parsed = parse(text.replace('"N"', "NaN").encode())

    assert parsed.items[0].place.codes == ["01"]
    assert parsed.drift["!json"] == 1


def test_huge_polygon_is_made_lean_and_keeps_its_place():
    ring = [[18.0 + 0.4 * i / 30_000, 59.2] for i in range(30_000)] + [[18.4, 59.4], [18.0, 59.2]]

    (item,) = parsed_one(area={"type": "Polygon", "coordinates": [ring]}).items

    assert len(item.place.wkt[0]) < 100_000
    assert item.place.wkt[0].startswith("POLYGON ((")


def test_end_before_its_beginning_leaves_the_warning_open():
    parsed = parsed_one(approximateEnd="2027-01-19T06:00:00.000Z")

    assert parsed.items[0].ends is None
    assert parsed.drift == {"!warningAreas.approximateEnd:early": 1, "-warningAreas.area": 1}


@pytest.mark.parametrize("value", ["2027-01-20", "soon", 1799992800, "9999-01-01T00:00:00Z", {"at": 1}])
def test_impossible_time_is_counted_and_hides_no_warning(value):
    parsed = parsed_one(approximateStart=value)

    assert parsed.items[0].onset is None
    assert parsed.drift["!warningAreas.approximateStart"] >= 1


def test_publication_time_falls_back_to_creation():
    (item,) = parsed_one(published=None, created="2027-01-18T06:00:00.000Z").items

    assert z(item.revision) == "2027-01-18T06:00:00.000Z"


def test_area_without_id_is_refused_with_its_bytes_and_the_list_counts_as_partial():
    parsed = parsed_one(id=None)

    assert parsed.items == ()
    assert not parsed.complete
    (refused,) = parsed.rejected
    assert refused.pointer == "/0/warningAreas/0/id"
    assert json.loads(refused.raw)["areaName"] == {"sv": "Stockholms län"}


def test_area_without_any_time_is_refused_but_still_counts_as_there():
    parsed = parsed_one(published=None, approximateStart=None)

    assert parsed.seen == {"3122-9873"}
    assert parsed.complete
    assert len(parsed.rejected) == 1


def test_one_broken_warning_hides_no_other():
    warnings = [{"id": 1}, *one(), "noise", None, 7]

    parsed = parse(json.dumps(warnings).encode())

    assert [i.id for i in parsed.items] == ["3122-9873"]
    assert len(parsed.rejected) == 4
    assert not parsed.complete


def test_two_bodies_of_one_area_keep_the_newer_and_make_the_list_partial():
    older, newer = one()[0], one(published="2027-01-19T07:00:00.000Z")[0]

    parsed = parse(json.dumps([newer, older]).encode())

    assert [z(i.revision) for i in parsed.items] == ["2027-01-19T07:00:00.000Z"]
    assert not parsed.complete
    assert [piece.pointer for piece in parsed.rejected] == ["/1/warningAreas/0"]
    again = parse(json.dumps([newer, newer]).encode())
    assert (again.rejected, again.complete) == ((), True)


def test_text_with_nul_or_half_a_character_is_mended():
    text = json.dumps(one(areaName={"sv": "A\x00B \ud800C"})).encode()

    (item,) = parse(text).items

    assert item.native["area"] == "AB ?C"


def test_empty_list_is_complete_and_an_html_page_is_not():
    assert parse(b"[]").complete
    page = parse(b"<html><body>Service unavailable</body></html>")
    assert not page.complete
    assert page.error.startswith("not JSON")
    assert page.rejected[0].raw.startswith(b"<html>")


@pytest.mark.parametrize(
    "raw", [b"", b"{}", b"null", b"42", b'"text"', b"[" * 100_000, b"\xff\xfe[]", b'{"RESPONSE":{}}']
)
def test_anything_but_a_list_is_an_error_and_withdraws_nothing(raw):
    parsed = parse(raw)

    assert parsed.error
    assert not parsed.complete
    assert parsed.items == ()


def test_truncated_payloads_never_raise_and_never_pass_for_complete():
    for cut in range(0, len(TESTS_2021) - 1, 397):
        parsed = parse(TESTS_2021[:cut])
        assert not parsed.complete


def test_unknown_fields_are_counted_by_name():
    parsed = parsed_one(colour="red")

    assert parsed.drift["+warningAreas.colour"] == 1


def test_mutated_payloads_never_raise():
    dice, whole = random.Random(20270119), json.loads(TESTS_2021)
    for _ in range(300):
        parse(json.dumps(mutated(whole, dice, dice.randrange(1, 8))).encode())


@pytest.mark.parametrize(
    ("file", "word"),
    [("30-fire-forecast-daily.json", "forecast"), ("areas-stockholm-uppsala-aland-sea-north-baltic.json", "catalogue")],
)
def test_what_smhi_publishes_beside_its_warnings_is_put_aside_whole(file, word):
    raw = (CORPUS / file).read_bytes()

    parsed = parse(raw)

    assert [(p.reason, p.pointer, p.raw) for p in parsed.rejected] == [("put_aside", "", raw)]
    assert word in parsed.error
    assert (parsed.complete, parsed.items) == (False, ())


@pytest.mark.parametrize("wrap", [lambda one: {"warnings": one, "count": 1}, lambda one: one[0]])
def test_list_in_an_object_and_a_lone_warning_are_used_and_count_as_partial(wrap):
    parsed = parse(json.dumps(wrap(one())).encode())

    assert [i.id for i in parsed.items] == ["3122-9873"]
    assert not parsed.complete


def test_warning_that_is_no_json_inside_hides_no_other():
    text = json.dumps([*one(areaName={"sv": "A"}), *one(id=5)]).replace('"A"', '"A\x01"')

    parsed = parse(text.encode())

    assert [i.id for i in parsed.items] == ["3122-5"]
    assert [(p.reason, p.pointer) for p in parsed.rejected] == [("malformed", "/0")]
    assert not parsed.complete


def test_lone_area_and_numbers_as_text_are_understood():
    whole = one(affectedAreas={"id": "1", "sv": "Stockholms län"})
    whole[0]["warningAreas"] = whole[0]["warningAreas"][0]

    (item,) = parse(json.dumps(whole).encode()).items

    assert item.place.codes == ["01"]
