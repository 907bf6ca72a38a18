"""Trafikverket's situations into reports: what each recorded payload must give, and the traps of the format."""

import json
import random
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from support.mutation import mutated

from connectors.trafikverket.parse import parse, read_answer
from connectors.trafikverket.request import Query, request
from schemas.sectors import Severity
from schemas.times import z

CORPUS = Path(__file__).parents[2] / "corpora" / "trafikverket"
THREE = (CORPUS / "situations-three-2026.json").read_bytes()


def read(name):
    return parse((CORPUS / f"{name}.json").read_bytes())


def deviation(n=1, **fields):
    whole = {
        "Id": f"SE_STA_TRISSID_{n}_100",
        "CountyNo": [1],
        "MessageType": "Olycka",
        "MessageCode": "Olycka",
        "StartTime": "2027-01-19T07:00:00.000+01:00",
        "VersionTime": "2027-01-19T07:01:00.000+01:00",
        "Geometry": {"Point": {"WGS84": "POINT (18.07 59.33)"}},
    }
    return {k: v for k, v in (whole | fields).items() if v is not None}


def situation(*deviations, **fields):
    whole = {
        "Id": "GUID1",
        "Deleted": False,
        "PublicationTime": "2027-01-19T07:01:10.000+01:00",
        "VersionTime": "2027-01-19T07:01:00.000+01:00",
        "ModifiedTime": "2027-01-19T06:01:11.000Z",
        "Deviation": list(deviations),
    }
    return {k: v for k, v in (whole | fields).items() if v is not None}


def answer(*situations, last="7426311386101186961", **result):
    whole = {"Situation": list(situations), "INFO": {"LASTCHANGEID": last}} | result
    return json.dumps({"RESPONSE": {"RESULT": [whole]}}).encode()


def only(*deviations, **fields):
    (item,) = parse(answer(situation(*deviations, **fields))).items
    return item


def test_recorded_situations_give_two_ferry_routes_and_one_suspended_roadwork():
    parsed = parse(THREE)

    grasoleden, adelsoleden, fence = parsed.items
    assert [i.severity for i in parsed.items] == [Severity.INFORMATION] * 3
    assert adelsoleden.id == adelsoleden.group == "GUID7b23df32-72ed-47dd-bb63-674364acefe0"
    assert adelsoleden.native["level"] == "5"
    assert z(adelsoleden.revision) == "2026-06-22T05:32:21.953Z"
    assert adelsoleden.headline == "Adelsöleden, Ekerövägen"
    assert grasoleden.place.wkt[0].startswith("LINESTRING (18.44609 60.34041")
    assert fence.native["suspended"] == "true"
    assert fence.ends.isoformat() == "2026-08-31T21:59:00+00:00"
    assert (parsed.complete, parsed.rejected) == (True, ())


def test_cause_and_consequence_with_the_same_text_and_place_are_one_report():
    items = [i for i in parse(THREE).items if i.native["type"].startswith("Vägarbete")]

    assert len(items) == 1
    assert items[0].native["code"] == "Vägarbete, Körfältsavstängningar"
    assert items[0].texts["message"].count("viltstängsel") == 1


def test_ferry_in_normal_service_is_information_whatever_its_code():
    item = only(deviation(MessageType="Färjor", IconId="ferryDepartureOnSchedule", SeverityCode=5))

    assert item.severity == Severity.INFORMATION


def test_ferry_that_does_not_run_keeps_its_code():
    item = only(deviation(MessageType="Färjor", IconId="ferryServiceNotOperating", SeverityCode=5))

    assert item.severity == Severity.SEVERE


def test_recorded_accident_without_situation_id_takes_the_deviations():
    parsed = read("situation-accident-2022-04-live")

    (item,) = parsed.items
    assert (item.id, item.change, item.group) == ("SE_STA_TRISSID_1_9879392", "report", None)
    assert item.place.wkt == ["POINT (13.09588 55.97223)"]
    assert parsed.position == {"Situation": "7089127599774892692"}


def test_recorded_deletions_are_cancels_of_the_same_identity():
    (item,) = read("situation-accident-2022-04-deleted").items
    (later,) = read("situation-deleted-2024-10").items

    assert (item.id, item.change) == ("SE_STA_TRISSID_1_9879392", "cancel")
    assert (later.id, later.change) == ("SE_STA_TRISSID_1_6923722", "cancel")


def test_last_change_is_text_with_every_digit():
    assert read("situation-accident-2022-04-live").position["Situation"] == "7089127599774892692"


def test_answer_with_other_objects_is_put_aside_and_never_an_empty_list():
    parsed = read("two-results-one-request-2022-02")

    assert not parsed.complete
    assert [(p.reason, p.pointer) for p in parsed.rejected] == [
        ("put_aside", "/RESPONSE/RESULT/0"),
        ("put_aside", "/RESPONSE/RESULT/1"),
    ]


def test_error_in_the_answer_is_an_error_not_an_empty_list():
    body = {"RESPONSE": {"RESULT": [{"ERROR": {"SOURCE": "Security", "MESSAGE": "Invalid authentication"}}]}}

    parsed = parse(json.dumps(body).encode())

    assert parsed.error == "Security: Invalid authentication"
    assert not parsed.complete


def test_result_without_situations_is_complete_only_where_changes_were_asked_for():
    nothing = json.dumps({"RESPONSE": {"RESULT": [{"INFO": {"LASTCHANGEID": "7"}}]}}).encode()

    assert read_answer(nothing, [Query("Situation", "6")]).parsed.complete
    assert not read_answer(nothing, [Query("Situation")]).parsed.complete
    assert not parse(nothing).complete


@pytest.mark.parametrize(
    ("fields", "severity"),
    [
        ({"SeverityCode": 5}, Severity.SEVERE),
        ({"SeverityCode": 4}, Severity.MODERATE),
        ({"SeverityCode": 2}, Severity.MINOR),
        ({"SeverityCode": 1}, Severity.INFORMATION),
        ({"SeverityText": "Mycket stor påverkan"}, Severity.SEVERE),
        ({"SeverityCode": 3, "SeverityText": "Stor påverkan"}, Severity.MODERATE),
        ({}, Severity.MINOR),
        ({"MessageType": "Trafikmeddelande", "MessageCode": "Vägen avstängd"}, Severity.MODERATE),
        ({"MessageType": "Trafikmeddelande", "MessageCode": "Brand i fordon"}, Severity.MINOR),
        ({"MessageType": "Vägarbete", "MessageCode": "Vägarbete"}, Severity.INFORMATION),
        ({"MessageType": "Viktig trafikinformation", "CountyNo": [0], "SeverityCode": 1}, Severity.MODERATE),
        ({"MessageType": "Viktig trafikinformation", "CountyNo": [25], "SeverityCode": 1}, Severity.INFORMATION),
        ({"Suspended": True, "SeverityCode": 5}, Severity.INFORMATION),
    ],
)
def test_severity_follows_code_then_text_then_kind(fields, severity):
    assert only(deviation(**fields)).severity == severity


def test_unknown_severity_code_is_counted():
    assert parse(answer(situation(deviation(SeverityCode=3)))).drift["=SeverityCode:3"] == 1


def test_accident_and_the_closed_road_at_its_place_are_one_report_with_the_worse_severity():
    closed = deviation(2, MessageType="Trafikmeddelande", MessageCode="Vägen avstängd", SeverityCode=5)

    item = only(deviation(SeverityCode=2, Message="Singelolycka.", RoadNumber="E18"), closed)

    assert item.severity == Severity.SEVERE
    assert item.headline == "Olycka, vägen avstängd, E18"


def test_second_matter_of_a_situation_has_the_deviations_id_and_the_first_keeps_the_situations():
    other = deviation(2, Message="Annan plats", Geometry={"Point": {"WGS84": "POINT (17.6 59.2)"}})

    parsed = parse(answer(situation(deviation(Message="Här"), other)))

    assert [i.id for i in parsed.items] == ["GUID1", "GUID1-SE_STA_TRISSID_2_100"]
    assert {i.group for i in parsed.items} == {"GUID1"}
    assert parsed.wholes == {"GUID1"}


def test_old_number_of_stockholm_is_stockholm_and_zero_is_the_whole_country():
    ours = only(deviation(Geometry=None, CountyNo=[2]))
    all_of_it = only(deviation(Geometry=None, CountyNo=[0]))

    assert ours.place.codes == ["01"]
    assert len(all_of_it.place.codes) == 21


@pytest.mark.parametrize("text", ["POINT (674032 6580822)", "POINT (59.33 18.07)", "POINT EMPTY", "CIRCLE (1)", "", 7])
def test_geometry_in_metres_or_swapped_gives_way_to_the_county(text):
    item = only(deviation(Geometry={"Point": {"WGS84": text}}))

    assert (item.place.wkt, item.place.codes) == ([], ["01"])


def test_end_is_the_latest_and_open_if_one_part_is_open():
    both = only(
        deviation(EndTime="2027-01-19T09:00:00.000+01:00"),
        deviation(2, EndTime="2027-01-19T10:00:00.000+01:00"),
    )
    one = only(deviation(EndTime="2027-01-19T09:00:00.000+01:00"), deviation(2, ValidUntilFurtherNotice=True))

    assert both.ends.isoformat() == "2027-01-19T09:00:00+00:00"
    assert one.ends is None


def test_deletion_is_ordered_after_the_version_it_deletes():
    live = only(deviation())
    gone = only(deviation(), Deleted=True, ModifiedTime="2027-01-19T06:30:00.000Z")

    assert gone.revision > live.revision
    assert gone.change == "cancel"


def test_deletion_without_deviations_still_names_the_situation():
    parsed = parse(answer({"Id": "GUID1", "Deleted": True}))

    assert parsed.wholes == {"GUID1"}
    assert parsed.items == ()
    assert [r.pointer for r in parsed.rejected] == ["/RESPONSE/RESULT/0/Situation/0/VersionTime"]


def test_deletion_without_deviations_is_a_cancel_at_its_time():
    (gone,) = parse(answer({"Id": "GUID1", "Deleted": "true", "ModifiedTime": "2027-01-19T06:30:00Z"})).items

    assert (gone.id, gone.change, gone.group) == ("GUID1", "cancel", "GUID1")
    assert z(gone.revision) == "2027-01-19T06:30:00.000Z"


def test_situation_without_deviations_is_put_aside_and_not_lost_in_silence():
    parsed = parse(answer(situation(), situation(deviation(), Id="GUID2")))

    assert [i.id for i in parsed.items] == ["GUID2"]
    assert [r.reason for r in parsed.rejected] == ["put_aside"]
    assert parsed.wholes == {"GUID1", "GUID2"}


@pytest.mark.parametrize(
    "wrap",
    [
        lambda found: [found],
        lambda found: {"data": found},
        lambda found: {"Response": {"Result": found["RESPONSE"]["RESULT"]}},
        lambda found: found["RESPONSE"]["RESULT"][0]["Situation"],
        lambda found: found["RESPONSE"]["RESULT"][0]["Situation"][0],
    ],
)
def test_answer_that_a_tool_has_wrapped_or_cut_down_is_used_and_not_whole(wrap):
    parsed = parse(json.dumps(wrap(json.loads(answer(situation(deviation()))))).encode())

    assert [i.id for i in parsed.items] == ["GUID1"]
    assert not parsed.complete


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("OperativeEvent", {"OperativeEventId": "7", "EventState": 1}),
        ("RailwayEvent", {"EventId": "7", "OperativeEventId": "8", "SelectedSection": []}),
        ("TrainMessage", {"EventId": "7", "Header": "Signalfel"}),
        ("RoadCondition", {"Id": "7", "ConditionCode": 2}),
        ("TrainStationMessage", {"Id": "7", "LocationCode": "Cst", "FreeText": "Buss ersätter"}),
    ],
)
def test_type_of_a_bare_object_is_told_by_its_fields(kind, told):
    (found,) = parse(json.dumps([told | {"ModifiedTime": "2027-01-19T06:30:00Z"}]).encode()).items

    assert found.native["object"] == kind


@pytest.mark.parametrize(
    ("said", "change"),
    [
        *((said, "cancel") for said in (True, "true", "True", 1, "1")),
        *((said, "report") for said in (False, "false", 0, None, [])),
    ],
)
def test_deletion_is_one_however_it_is_written(said, change):
    assert only(deviation(), Deleted=said).change == change


def test_times_without_offset_are_swedish_in_summer_and_winter():
    times = {"StartTime": "2026-07-01T08:00:00", "EndTime": "2026-12-01 08:00", "VersionTime": "2026-07-01T08:01:00"}
    found = only(deviation(**times), VersionTime=None)

    assert found.sent.isoformat() == "2026-07-01T06:01:00+00:00"
    assert (found.onset.isoformat(), found.ends.isoformat()) == (
        "2026-07-01T06:00:00+00:00",
        "2026-12-01T07:00:00+00:00",
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_xml_form_is_read_in_any_encoding(encoding):
    xml = (
        f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?><RESPONSE><RESULT><Situation><Id>G1</Id>'
        "<ModifiedTime>2027-01-19T06:30:00Z</ModifiedTime><Deviation><Id>SE_STA_TRISSID_1_5</Id>"
        "<Header>Hinder på vägen</Header></Deviation></Situation></RESULT></RESPONSE>"
    )

    (found,) = parse(xml.encode(encoding)).items

    assert (found.id, found.headline) == ("G1", "Hinder på vägen")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b'{"Message": "An error has occurred."}', "An error has occurred."),
        (b'{"message": "Forbidden", "inner": [[[[[[{"a": true}]]]]]]}', "Forbidden"),
        (b"{}", "RESPONSE.RESULT is wanted"),
        (b'{"RESPONSE": null}', "RESPONSE.RESULT is wanted"),
    ],
)
def test_body_that_is_no_answer_is_told_in_its_own_words(raw, words):
    assert parse(raw).error == words


def test_empty_xml_answer_is_no_fault_and_not_whole():
    parsed = parse(b"<RESPONSE><RESULT/></RESPONSE>")

    assert (parsed.items, parsed.rejected, parsed.complete) == ((), (), False)


def test_situation_without_any_id_is_refused_and_the_list_counts_as_partial():
    parsed = parse(answer(situation(deviation(Id=None), Id=None)))

    assert len(parsed.rejected) == 1
    assert not parsed.complete


def test_one_broken_situation_hides_no_other():
    parsed = parse(answer("noise", situation(deviation(VersionTime="x"), VersionTime=None), None))

    assert [i.id for i in parsed.items] == ["GUID1"]


def test_question_escapes_what_is_put_into_it():
    body = request('k"<&', [Query("Situation", "7")], (1, 2), limit=500)

    assert b"authenticationkey='k\"&lt;&amp;'" in body
    assert b'<OR><EQ name="Deviation.CountyNo" value="1"/><EQ name="Deviation.CountyNo" value="2"/></OR>' in body
    assert b'limit="500" changeid="7" includedeletedobjects="true"' in body


def test_questions_stand_in_their_order_each_with_its_own_change_and_name():
    body = request(
        "k", [Query("Situation", "7"), Query("OperativeEvent"), Query("TrainStationMessage", "9")], (1,), limit=5
    )

    tags = re.findall(r"<QUERY [^>]*>", body.decode())
    assert [re.search(r' id="(\w+)"', tag)[1] for tag in tags] == ["Situation", "OperativeEvent", "TrainStationMessage"]
    assert [re.search(r'changeid="(\d+)"', tag)[1] for tag in tags] == ["7", "0", "9"]
    assert 'namespace="ols.open" schemaversion="1.0"' in tags[1]
    assert '<EQ name="LocationCode" value="Cst"/>' in body.decode()
    ET.fromstring(body)


def test_events_that_are_over_are_asked_for_only_among_changes():
    everything, changes = (request("k", [Query("OperativeEvent", n)], (1,), limit=5).decode() for n in ("0", "7"))

    assert '<NE name="EventState" value="0"/>' in everything
    assert "EventState" not in changes
    ET.fromstring(everything)


def test_answer_in_xml_gives_the_same_reports():
    text = """\ufeff<?xml version="1.0" encoding="utf-8"?>
    <RESPONSE><RESULT id="Situation"><Situation><Id>GUID1</Id><Deleted>false</Deleted>
    <VersionTime>2027-01-19T07:01:00.000+01:00</VersionTime><Deviation><Id>SE_STA_TRISSID_1_100</Id>
    <CountyNo>1</CountyNo><CountyNo>2</CountyNo><MessageType>Olycka</MessageType><SeverityCode>4</SeverityCode>
    <Suspended>true</Suspended></Deviation></Situation><Situation><Id>GUID2</Id><Deleted>true</Deleted>
    <VersionTime>2027-01-19T07:01:00.000+01:00</VersionTime><Deviation><Id>SE_STA_TRISSID_1_101</Id></Deviation>
    </Situation><INFO><LASTCHANGEID>7426311386101186961</LASTCHANGEID></INFO></RESULT></RESPONSE>"""

    parsed = parse(text.encode())

    assert [(i.id, i.change) for i in parsed.items] == [("GUID1", "report"), ("GUID2", "cancel")]
    assert parsed.items[0].native["suspended"] == "true"
    assert parsed.items[0].place.codes == ["01"]
    assert parsed.position == {"Situation": "7426311386101186961"}


@pytest.mark.parametrize("loosen", [lambda body: body["RESPONSE"], lambda body: body["RESPONSE"]["RESULT"][0]])
def test_results_outside_their_frame_are_used_and_never_count_as_all_there_is(loosen):
    body = loosen(json.loads(answer(situation(deviation()))))

    parsed = parse(json.dumps(body).encode())

    assert [i.id for i in parsed.items] == ["GUID1"]
    assert not parsed.complete


def test_accident_that_only_its_icon_tells_of_is_no_mere_information():
    item = only(deviation(MessageType=None, MessageCode=None, IconId="roadClosed"))

    assert (item.severity, item.headline) == (Severity.MODERATE, "Vägen avstängd")


def test_nest_too_deep_to_be_written_again_does_not_raise():
    deep = b'{"a":' * 900 + b"1" + b"}" * 900
    raw = b'{"RESPONSE":{"RESULT":[{"Situation":[{"Deviation":' + deep + b"}]}]}}"

    assert len(parse(raw).rejected) == 1


@pytest.mark.parametrize("raw", [b"", b"[]", b"null", b"<html>", b'{"RESPONSE":{"RESULT":7}}', b"[" * 100_000])
def test_anything_but_an_answer_is_an_error(raw):
    parsed = parse(raw)

    assert parsed.error
    assert not parsed.complete


def test_mutated_payloads_never_raise():
    dice, whole = random.Random(20270119), json.loads(THREE)
    for _ in range(400):
        parse(json.dumps(mutated(whole, dice, dice.randrange(1, 8))).encode())
