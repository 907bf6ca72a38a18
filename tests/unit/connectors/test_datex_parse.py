"""DATEX II documents into reports: what each recorded payload must give, and what broken ones must not do."""

import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.datex.parse import parse
from schemas.sectors import Severity, Status
from schemas.times import z

CORPUS = Path(__file__).parents[2] / "corpora" / "datex"
DUTCH = (CORPUS / "ndw-nl-situations.xml").read_bytes()
DUTCH_SAFETY = (CORPUS / "ndw-nl-srti.xml").read_bytes()
FRENCH = (CORPUS / "fr-events.xml").read_bytes()
FINNISH = (CORPUS / "fi-roadworks.xml").read_bytes()
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
STOCKHOLM = "<pointCoordinates><latitude>59.33</latitude><longitude>18.07</longitude></pointCoordinates>"
POINT = f"<pointByCoordinates>{STOCKHOLM}</pointByCoordinates>"


def record(
    inner="", *, name="R1", version="3", kind="Accident", severity="high", validity="", place=POINT, made="2027-01-19"
):
    """A situation record of DATEX II v3, without prefixes."""
    attributes = "".join(f' {k}="{v}"' for k, v in (("id", name), ("version", version)) if v is not None)
    return (
        f'<situationRecord xsi:type="sit:{kind}"{attributes}>'
        f"<situationRecordCreationTime>{made}T06:00:00+01:00</situationRecordCreationTime>"
        f"<situationRecordVersionTime>{made}T07:00:00+01:00</situationRecordVersionTime>"
        f"<probabilityOfOccurrence>certain</probabilityOfOccurrence><severity>{severity}</severity>"
        f"<validity>{validity or '<validityStatus>active</validityStatus>'}</validity>{inner}"
        f'<locationReference xsi:type="loc:PointLocation">{place}</locationReference></situationRecord>'
    )


def situation(*records, name="S1", status="real", confidentiality="noRestriction", overall=""):
    header = f"<confidentiality>{confidentiality}</confidentiality><informationStatus>{status}</informationStatus>"
    severity = f"<overallSeverity>{overall}</overallSeverity>" if overall else ""
    inner = "".join(records or (record(),))
    return f'<situation id="{name}">{severity}<headerInformation>{header}</headerInformation>{inner}</situation>'


def document(*situations, exchange="", kind="sit:SituationPublication", at="2027-01-19T08:00:00.123456789+01:00"):
    payload = (
        f'<payload xsi:type="{kind}" lang="sv"><publicationTime>{at}</publicationTime>{"".join(situations)}</payload>'
    )
    return f"<messageContainer {XSI}>{payload}{exchange}</messageContainer>".encode()


def parsed_one(inner="", **changes):
    return parse(document(situation(record(inner, **changes))))


def one(inner="", **changes):
    (item,) = parsed_one(inner, **changes).items
    return item


def comment(*spoken, kind=""):
    values = "".join(f'<value lang="{language}">{words}</value>' for language, words in spoken)
    kind = f"<commentType>{kind}</commentType>" if kind else ""
    return f"<generalPublicComment><comment><values>{values}</values></comment>{kind}</generalPublicComment>"


def exchange(**words):
    inner = "".join(f"<{name}>{word}</{name}>" for name, word in words.items())
    return f"<exchangeInformation><exchangeContext>{inner}</exchangeContext></exchangeInformation>"


def test_dutch_snapshot_gives_eleven_records_of_two_situations_with_their_versions():
    parsed = parse(DUTCH)

    assert [(i.revision, i.group) for i in parsed.items[:3]] == [
        *([(18, "RWS01_SM1162215_D2_WWA")] * 2),
        (8, "RWS01_SM1168188_D2_WWA"),
    ]
    assert (len(parsed.items), parsed.complete, parsed.error) == (11, True, None)
    assert z(parsed.as_of) == "2026-07-24T21:12:00.002Z"
    assert parsed.items[0].severity == Severity.MODERATE
    assert parsed.items[0].place.wkt[0].startswith("LINESTRING (6.20761 52.69364, ")
    assert parsed.items[0].native["detail"] == "speedRestrictionInOperation"


def test_dutch_safety_message_has_its_point_and_nanoseconds_are_cut():
    (item,) = parse(DUTCH_SAFETY).items

    assert item.place.wkt == ["POINT (4.02166 51.46491)"]
    assert item.sent.isoformat() == "2026-07-24T20:05:00.043000+00:00"
    assert (item.severity, item.headline) == (Severity.INFORMATION, "Botsabsorber")


def test_french_push_is_not_whole_but_its_situations_are():
    parsed = parse(FRENCH)

    (item,) = parsed.items
    assert (parsed.complete, parsed.wholes) == (False, {"260724-000456"})
    assert (item.id, item.severity, item.native["road"]) == ("260724-000456-1", Severity.MODERATE, "A0004")
    assert item.place.wkt == ["POINT (2.39889 48.82158)"]
    assert item.texts["location_descriptor"].splitlines()[3] == "De Strasbourg vers Paris"


def test_finnish_roadworks_are_extreme_and_without_a_place_since_codes_alone_draw_nothing():
    items = parse(FINNISH).items

    assert [i.severity for i in items] == [Severity.EXTREME] * 3
    assert items[0].headline == "Tie 11698, eli Sipoonkirkontie, Sipoo. Tietyö."
    assert items[1].headline == "Avstängning eller begränsning (roadClosed)"
    assert items[0].ends.isoformat() == "2026-07-31T20:59:59.999000+00:00"
    assert not items[0].place.wkt


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("highest", Severity.EXTREME),
        ("high", Severity.SEVERE),
        ("medium", Severity.MODERATE),
        ("low", Severity.MINOR),
        ("lowest", Severity.INFORMATION),
        ("none", Severity.INFORMATION),
        ("unknown", Severity.INFORMATION),
    ],
)
def test_each_severity_has_its_level_and_is_kept_as_the_publisher_wrote_it(word, severity):
    item = one(severity=word)

    assert (item.severity, item.native["level"]) == (severity, word)


def test_unknown_severity_is_shown_and_counted_never_dropped():
    parsed = parsed_one(severity="gigantic")

    assert (parsed.items[0].severity, parsed.items[0].native["level"]) == (Severity.INFORMATION, "gigantic")
    assert parsed.drift["=severity:gigantic"] == 1


def test_record_without_severity_takes_the_situations():
    (item,) = parse(document(situation(record(severity=""), overall="medium"))).items

    assert item.severity == Severity.MODERATE


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("real", Status.ACTUAL),
        ("test", Status.TEST),
        ("technicalExercise", Status.EXERCISE),
        ("securityExercise", Status.EXERCISE),
        ("grandTest", Status.TEST),
        ("nationalExercise", Status.EXERCISE),
    ],
)
def test_information_status_marks_exercises_and_a_test_is_never_real(word, status):
    (item,) = parse(document(situation(status=word))).items

    assert item.status == status


@pytest.mark.parametrize(
    ("word", "label"), [("noRestriction", "open"), ("restrictedToAuthorities", "internal"), ("secret", "internal")]
)
def test_what_is_not_free_to_all_stays_among_the_actors(word, label):
    (item,) = parse(document(situation(confidentiality=word))).items

    assert item.label == label


@pytest.mark.parametrize("sign", ["<cancel>true</cancel>", "<end>1</end>", "cancel"])
@pytest.mark.parametrize("holder", ["<management>{}</management>", "{}"])
def test_cancel_and_end_take_the_same_identity_back(sign, holder):
    item = one(holder.format(f"<lifeCycleManagement>{sign}</lifeCycleManagement>"))

    assert (item.id, item.change) == ("R1", "cancel")


def test_life_cycle_without_a_sign_takes_nothing_back():
    assert (
        one("<management><lifeCycleManagement><cancel>false</cancel></lifeCycleManagement></management>").change
        == "report"
    )


def test_overrunning_record_has_no_end_and_says_so():
    times = (
        "<validityStatus>definedByValidityTimeSpec</validityStatus><overrunning>true</overrunning><validityTimeSpecification>"
        "<overallStartTime>2027-01-18T06:00:00+01:00</overallStartTime>"
        "<overallEndTime>2027-01-19T06:00:00+01:00</overallEndTime></validityTimeSpecification>"
    )

    item = one(validity=times)

    assert (item.onset.isoformat(), item.ends) == ("2027-01-18T05:00:00+00:00", None)
    assert item.native["overrunning"] == "true"
    assert item.native["overall_end"] == "2027-01-19T06:00:00+01:00"
    assert one(validity=times.replace("true", "false")).ends.isoformat() == "2027-01-19T05:00:00+00:00"


def test_end_before_its_beginning_leaves_the_record_open():
    times = (
        "<validityTimeSpecification><overallStartTime>2027-01-19T06:00:00Z</overallStartTime>"
        "<overallEndTime>2027-01-18T06:00:00Z</overallEndTime></validityTimeSpecification>"
    )

    parsed = parsed_one(validity=times)

    assert parsed.items[0].ends is None
    assert parsed.drift["!overallEndTime:early"] == 1


@pytest.mark.parametrize(("word", "severity"), [("suspended", "information"), ("planned", "severe")])
def test_suspended_is_not_in_force_and_planned_keeps_its_level(word, severity):
    item = one(validity=f"<validityStatus>{word}</validityStatus>")

    assert (item.severity, item.native["validity"]) == (severity, word)


def test_swedish_comment_is_the_headline_and_english_stands_beside_it():
    item = one(comment(("en", "Accident on E4"), ("sv", "Olycka på E4\nvid Haga"), ("fi", "Onnettomuus")))

    assert item.headline == "Olycka på E4"
    assert item.texts == {"comment": "Olycka på E4\nvid Haga", "comment_en": "Accident on E4"}


def test_english_only_comment_is_marked_as_english():
    item = one(comment(("en-GB", "Accident on E4")))

    assert (item.headline, item.texts) == ("Accident on E4", {"comment_en": "Accident on E4"})


def test_description_goes_before_other_kinds_of_comment_for_the_headline():
    item = one(comment(("sv", "Vid Haga"), kind="locationDescriptor") + comment(("sv", "Olycka"), kind="description"))

    assert item.headline == "Olycka"
    assert item.texts == {"location_descriptor": "Vid Haga", "comment": "Olycka"}


def test_words_of_trafikverkets_extension_are_read():
    inner = (
        "<situationRecordExtension><emergencyInfo><header><values><value lang='sv'>Viktigt</value></values></header>"
        "<description>Stanna hemma</description></emergencyInfo><roadConditionWarning>"
        "<roadConditionWarningType>snowSmoke</roadConditionWarningType></roadConditionWarning></situationRecordExtension>"
    )

    item = one(inner)

    assert (item.headline, item.texts["comment"]) == ("Viktigt", "Viktigt\nStanna hemma")
    assert item.native["warning"] == "snowSmoke"


def test_missing_version_is_ordered_by_its_time_above_any_count():
    assert one(version=None).revision == 1_800_338_400_000
    assert one(version="x").revision == 1_800_338_400_000
    assert one(version="18").revision == 18


def test_time_without_a_zone_orders_but_does_not_begin():
    start = "<overallStartTime>2027-01-19T06:00:00</overallStartTime>"
    validity = f"<validityTimeSpecification>{start}</validityTimeSpecification>"

    item = parse(document(situation(record(validity=validity))).replace(b"T07:00:00+01:00", b"T07:00:00")).items[0]

    assert item.sent.isoformat() == "2027-01-19T07:00:00+00:00"
    assert item.onset is None


def test_record_without_any_time_takes_the_publications():
    raw = re.sub(
        rb"<situationRecord(Creation|Version)Time>[^<]*</situationRecord(Creation|Version)Time>",
        b"",
        document(situation()),
    )

    assert parse(raw).items[0].sent.isoformat() == "2027-01-19T07:00:00.123000+00:00"
    nameless = re.sub(rb"<publicationTime>[^<]*</publicationTime>", b"", raw)
    refused = parse(nameless)
    assert (refused.items, refused.seen, len(refused.rejected)) == ((), {"R1"}, 1)


@pytest.mark.parametrize(
    ("place", "wkt"),
    [
        (POINT, ["POINT (18.07 59.33)"]),
        (f"<coordinatesForDisplay>{STOCKHOLM[18:-19]}</coordinatesForDisplay>", ["POINT (18.07 59.33)"]),
        (
            "<gmlLineString><posList>59.33 18.07 59.34 18.08</posList></gmlLineString>" + POINT,
            ["LINESTRING (18.07 59.33, 18.08 59.34)"],
        ),
        (
            "<gmlLineString srsDimension='3'><posList>59.33 18.07 5 59.34 18.08 6</posList></gmlLineString>",
            ["LINESTRING (18.07 59.33, 18.08 59.34)"],
        ),
        (
            (
                "<tpegLinearLocation><to><pointCoordinates><latitude>59.34</latitude><longitude>18.08</longitude>"
                f"</pointCoordinates></to><from>{STOCKHOLM}</from></tpegLinearLocation>"
            ),
            ["LINESTRING (18.08 59.34, 18.07 59.33)"],
        ),
        (
            (
                "<gmlMultiPolygon><gmlPolygon><exterior><posList>59.3 18 59.3 18.1 59.4 18.1 59.3 18</posList>"
                "</exterior></gmlPolygon></gmlMultiPolygon>"
            ),
            ["POLYGON ((18 59.3, 18.1 59.3, 18.1 59.4, 18 59.3))"],
        ),
        ("<gmlLineString><posList>59.33 18.07 59.34</posList></gmlLineString>" + POINT, ["POINT (18.07 59.33)"]),
        (
            "<gmlLineString><posList>18.07 59.33 18.08 59.34</posList></gmlLineString>",
            ["LINESTRING (18.07 59.33, 18.08 59.34)"],
        ),
        ("<gmlLineString><posList>NaN 18.07 59.34 18.08</posList></gmlLineString>", []),
        ("<gmlLineString><posList>6580822 674032 6580823 674033</posList></gmlLineString>", []),
        ("<alertCPoint><alertCLocation><specificLocation>7</specificLocation></alertCLocation></alertCPoint>", []),
    ],
)
def test_place_is_what_draws_most_with_longitude_first(place, wkt):
    assert one(place=place).place.wkt == wkt


@pytest.mark.parametrize(
    ("words", "complete"),
    [
        ({}, True),
        ({"codedExchangeProtocol": "snapshotPull"}, True),
        ({"codedExchangeProtocol": "snapshotPush"}, True),
        ({"codedExchangeProtocol": "deltaPull"}, False),
        ({"codedExchangeProtocol": "simplePush"}, False),
        ({"codedExchangeProtocol": "brandNew"}, False),
        ({"updateMethod": "snapshot"}, True),
        ({"updateMethod": "allElementUpdate"}, True),
        ({"updateMethod": "allElementUpdate", "operatingMode": "operatingMode3"}, True),
        ({"updateMethod": "allElementUpdate", "operatingMode": "operatingMode1"}, False),
        ({"updateMethod": "singleElementUpdate"}, False),
        ({"updateMethod": "brandNew"}, False),
        ({"codedExchangeProtocol": "snapshotPull", "exchangeStatus": "offline"}, False),
        ({"codedExchangeProtocol": "snapshotPull", "exchangeStatus": "online"}, True),
        ({"updateMethod": "snapshot", "deliveryBreak": "true"}, False),
    ],
)
def test_only_what_is_surely_everything_is_complete(words, complete):
    parsed = parse(document(situation(), exchange=exchange(**words)))

    assert parsed.complete == complete
    assert len(parsed.items) == 1


def test_empty_publication_is_complete_and_other_publications_are_put_aside():
    assert parse(document()).complete
    other = parse(document("<siteMeasurements/>", kind="roa:MeasuredDataPublication"))
    assert (other.complete, other.error, other.rejected[0].reason) == (False, None, "put_aside")
    assert "MeasuredDataPublication" in other.rejected[0].detail


def test_message_without_a_payload_is_not_an_empty_list():
    parsed = parse(
        f"<messageContainer {XSI}>{exchange(codedExchangeProtocol='snapshotPull')}</messageContainer>".encode()
    )

    assert (parsed.complete, parsed.rejected[0].reason) == (False, "schema")
    assert parsed.error


def test_situations_in_another_wrapping_are_read_and_withdraw_nothing():
    parsed = parse(f"<export {XSI}><list>{situation()}</list></export>".encode())

    assert [i.id for i in parsed.items] == ["R1"]
    assert not parsed.complete


def test_record_without_an_id_is_refused_with_its_bytes_and_the_list_counts_as_partial():
    parsed = parse(document(situation(record(name=None), record(name="R2"))))

    assert [i.id for i in parsed.items] == ["R2"]
    assert not parsed.complete
    assert "situationRecordVersionTime" in json.loads(parsed.rejected[0].raw)


def test_lone_record_without_an_id_is_told_apart_by_its_situation():
    (item,) = parse(document(situation(record(name=None)))).items

    assert item.id == "S1"


def test_stranger_ids_become_short_ones_that_stay_apart_and_the_same():
    names = ["a b/c", "a_b/c", "x" * 120, "x" * 121, "åäö"]

    found = [parse(document(situation(record(name=name)))).items[0].id for name in names]

    assert len(set(found)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_.:+-]{1,90}", name) for name in found)
    assert found == [parse(document(situation(record(name=name)))).items[0].id for name in names]


def test_two_bodies_of_one_record_keep_the_newer_and_make_the_list_partial():
    parsed = parse(document(situation(record(version="4"), record(version="3"))))

    assert ([i.revision for i in parsed.items], parsed.complete) == ([4], False)
    assert [piece.pointer.rpartition("/")[2] for piece in parsed.rejected] == ["1"]
    assert parse(document(situation(record(version="4"), record(version="4")))).rejected == ()


def test_unknown_kinds_and_fields_are_counted_by_name():
    parsed = parsed_one("<colour>red</colour>", kind="Dragon")

    assert parsed.drift["+situationRecord.colour"] == 1
    assert parsed.drift["=situationRecord:Dragon"] == 1
    assert parsed.items[0].headline == "Dragon"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_other_encodings_and_blanks_before_the_declaration_are_read(encoding):
    named = {"utf-8-sig": "UTF-8"}.get(encoding, encoding)
    text = f'<?xml version="1.0" encoding="{named}"?>' + document(situation(record(comment(("sv", "Väg"))))).decode()

    assert parse(text.encode(encoding)).items[0].headline == "Väg"
    assert parse(b"\n  " + document(situation())).complete


@pytest.mark.parametrize(
    "raw",
    [
        *(
            b"",
            b"{}",
            b"[]",
            b"<html><body>Service unavailable</body></html>",
            b"\xff\xfe",
            b"<a>" * 100,
            b"<payload/>",
        ),
        b'<!DOCTYPE a [<!ENTITY b "c">]><payloadPublication><situation/></payloadPublication>',
    ],
)
def test_anything_but_a_publication_withdraws_nothing(raw):
    parsed = parse(raw)

    assert not parsed.complete
    assert (parsed.items, len(parsed.rejected)) == ((), 1)
    assert parsed.rejected[0].raw == raw


def test_cut_document_gives_what_it_held_and_never_passes_for_complete():
    first = DUTCH.index(b"</sit:situation>") + 20

    assert len(parse(DUTCH[:first]).items) == 2
    for cut in range(0, len(DUTCH) - 1, 1_777):
        assert not parse(DUTCH[:cut]).complete


def test_mutated_documents_never_raise():
    dice = random.Random(20270119)
    texts = [raw.decode() for raw in (DUTCH_SAFETY, FRENCH, FINNISH)]
    for _ in range(300):
        words = re.split(r"(?<=[>])|(?=[<])", dice.choice(texts))
        for _ in range(dice.randrange(1, 8)):
            words[dice.randrange(len(words))] = dice.choice(
                ["", "x", "9" * 40, "<a>", "NaN", "&#55296;", "2027-13-01T00:00:00Z"]
            )
        parse("".join(words).encode())
        inner = re.sub(r">[^<]+<", lambda m: dice.choice([m[0], "><", ">-1<", ">NaN<", ">\u0085<"]), dice.choice(texts))
        parse(inner.encode())


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_never_raise(raw):
    assert not parse(raw).complete
