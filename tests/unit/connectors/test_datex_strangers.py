"""DATEX II as strangers write it: false encodings, midnight as 24:00, other wrappings, exercises in words."""

import pytest

from connectors.datex.parse import parse
from schemas.sectors import Status

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
VALIDITY = (
    "<validity><validityStatus>active</validityStatus><validityTimeSpecification>"
    "<overallStartTime>2027-01-19T06:00:00+01:00</overallStartTime>"
    "<overallEndTime>{}</overallEndTime></validityTimeSpecification></validity>"
)


def record(comment="Olycka på E4", ends="2027-01-19T09:00:00+01:00"):
    return (
        '<situationRecord xsi:type="Accident" id="R1" version="3">'
        "<situationRecordVersionTime>2027-01-19T06:30:00+01:00</situationRecordVersionTime><severity>high</severity>"
        f"{VALIDITY.format(ends)}<generalPublicComment><comment><values><value lang='sv'>{comment}</value></values>"
        "</comment></generalPublicComment></situationRecord>"
    )


def publication(situations, declaration='<?xml version="1.0" encoding="UTF-8"?>'):
    return (
        f'{declaration}<d2LogicalModel xmlns="http://datex2.eu/schema/2/2_0" {XSI}>'
        '<payloadPublication xsi:type="SituationPublication" lang="sv">'
        f"<publicationTime>2027-01-19T07:00:00+01:00</publicationTime>{situations}</payloadPublication></d2LogicalModel>"
    )


def one(raw):
    (item,) = parse(raw if isinstance(raw, bytes) else raw.encode()).items
    return item


def told(**fields):
    return one(publication(f'<situation id="S1">{record(**fields)}</situation>'))


@pytest.mark.parametrize(
    ("declaration", "encoding"),
    [
        ('\n<?xml version="1.0" encoding="UTF-8"?>', "utf-8-sig"),
        ('<?xml version="1.0" encoding="utf-16"?>', "utf-8"),
        ('<?xml version="1.0" encoding="UTF-8"?>', "utf-16"),
        ("", "cp1252"),
    ],
)
def test_false_declarations_of_encoding_cost_no_letter(declaration, encoding):
    raw = publication(f'<situation id="S1">{record()}</situation>', declaration).encode(encoding)

    assert one(raw).headline == "Olycka på E4"


@pytest.mark.parametrize(
    "ends", ["2027-01-19T24:00:00+01:00", "2027-01-19T24:00:00.000+01:00", "2027-01-20T00:00:00+01:00"]
)
def test_midnight_is_the_end_of_the_day_however_it_is_written(ends):
    assert told(ends=ends).ends.isoformat() == "2027-01-19T23:00:00+00:00"


@pytest.mark.parametrize(
    "ends", ["2027-01-19T24:30:00+01:00", "2027-01-19T25:00:00Z", "T24:00:00", "2027-02-30T24:00:00Z"]
)
def test_time_that_is_none_leaves_the_record_open(ends):
    assert told(ends=ends).ends is None


@pytest.mark.parametrize(
    ("comment", "status"),
    [
        ("ÖVNING Olycka på E4", Status.EXERCISE),
        ("TEST Olycka på E4", Status.TEST),
        ("Test av varningssystem", Status.ACTUAL),
        ("Övningskörning, bil i diket", Status.ACTUAL),
    ],
)
def test_exercise_in_words_is_never_real(comment, status):
    assert told(comment=comment).status is status


def test_situation_alone_and_in_a_soap_envelope_is_read():
    alone = f'<situation id="S1" version="" {XSI}>{record()}</situation>'
    body = publication(f'<situation id="S1">{record()}</situation>', "")
    soap = f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{body}</s:Body></s:Envelope>'

    assert [one(raw).id for raw in (alone, soap)] == ["R1", "R1"]
    assert not parse(alone.encode()).complete


def test_coordinates_in_metres_are_no_place_and_lose_nothing_else():
    metres = (
        "<groupOfLocations><locationForDisplay><latitude>6580822.0</latitude><longitude>674032.0</longitude>"
        "</locationForDisplay></groupOfLocations></situationRecord>"
    )
    raw = publication(f'<situation id="S1">{record().replace("</situationRecord>", metres)}</situation>')

    item = one(raw)

    assert (item.headline, item.place.wkt, item.place.codes) == ("Olycka på E4", [], [])
    assert parse(raw.encode()).drift["!location:out_of_range"] >= 1


def test_record_without_any_other_time_is_ordered_by_its_beginning():
    bare = record().replace("<situationRecordVersionTime>2027-01-19T06:30:00+01:00</situationRecordVersionTime>", "")
    raw = f'<situation id="S1" {XSI}>{bare}</situation>'

    item = one(raw)

    assert item.sent == item.onset
    assert item.revision == 3
