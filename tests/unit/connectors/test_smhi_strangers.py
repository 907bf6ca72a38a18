"""SMHI's list as others hand it on: words for codes, plain texts, times without a zone, one language only."""

import json

import pytest

from connectors.smhi.parse import parse
from schemas.sectors import Severity, Status

AREA = {
    "id": 9873,
    "published": "2027-01-19T07:00:00.000Z",
    "approximateStart": "2027-01-19T08:00:00.000Z",
    "approximateEnd": "2027-01-20T08:00:00.000Z",
    "areaName": {"sv": "Stockholms län", "en": "Stockholm County"},
    "warningLevel": {"sv": "Orange", "en": "Orange", "code": "ORANGE"},
    "eventDescription": {"sv": "Snöfall", "en": "Snowfall", "code": "SNOW"},
    "affectedAreas": [{"id": 1, "sv": "Stockholms län", "en": "Stockholm County"}],
}


def one(**area):
    warning = {"id": 1, "event": {"code": "SNOW"}, "descriptions": [], "warningAreas": [AREA | area]}
    parsed = parse(json.dumps([warning]).encode())
    assert parsed.rejected == ()
    (item,) = parsed.items
    return item


@pytest.mark.parametrize(
    ("level", "severity"),
    [
        ({"sv": "Röd", "en": "Red"}, Severity.EXTREME),
        ({"en": "Yellow", "code": None}, Severity.MODERATE),
        ({"code": "orange"}, Severity.SEVERE),
        ("RED", Severity.EXTREME),
        ("Gul", Severity.MODERATE),
        ({"sv": "Meddelande"}, Severity.INFORMATION),
        ({"sv": "Lila"}, Severity.INFORMATION),
        (None, Severity.INFORMATION),
        (4, Severity.INFORMATION),
    ],
)
def test_level_without_a_code_is_told_by_its_words(level, severity):
    assert one(warningLevel=level).severity is severity


@pytest.mark.parametrize("told", [1800342000000, "2027-01-19T07:00:00Z", "2027-01-19T08:00:00", "2027-01-19 08:00"])
def test_publication_orders_in_any_form_and_without_a_zone_it_is_swedish_time(told):
    assert one(published=told).revision == 1800342000000


@pytest.mark.parametrize("told", [True, 5, -1, 10**20, [], {}, "", "i dag"])
def test_publication_that_is_no_time_gives_way_to_the_next_best(told):
    assert one(published=told, created="2027-01-19T06:00:00Z").revision == 1800338400000


@pytest.mark.parametrize(
    "descriptions",
    ["Mycket snö", ["Mycket snö"], [{"title": "Vad", "text": "Mycket snö"}], {"text": {"sv": "Mycket snö"}}],
)
def test_plain_texts_are_not_lost(descriptions):
    assert one(descriptions=descriptions).texts["text"] == "Mycket snö"


def test_english_alone_is_better_than_a_code():
    item = one(
        eventDescription={"en": "High water discharge"},
        areaName={"en": "The coast"},
        affectedAreas=[],
        warningLevel={"code": "YELLOW"},
    )

    assert item.headline == "High water discharge, The coast"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"eventDescription": {"sv": "TEST snöfall"}}, Status.TEST),
        ({"eventDescription": {"en": "TESTMEDDELANDE"}}, Status.TEST),
        ({"descriptions": "ÖVNING Mycket snö"}, Status.EXERCISE),
        ({"areaName": {"sv": "ÖVNING Stockholm"}}, Status.EXERCISE),
        ({"descriptions": "Testa brandvarnaren"}, Status.ACTUAL),
        ({"descriptions": "Övningar ställs in"}, Status.ACTUAL),
    ],
)
def test_tests_and_exercises_are_known_by_how_any_text_begins(fields, status):
    assert one(**fields).status is status


def test_warning_that_says_nothing_has_a_headline():
    assert one(**dict.fromkeys(AREA) | {"id": 3, "published": AREA["published"]}).headline == "SNOW"
    raw = b'[{"id": 1, "warningAreas": {"id": 3, "published": "2027-01-19T07:00:00Z"}}]'
    assert [item.headline for item in parse(raw).items] == ["Varning"]
