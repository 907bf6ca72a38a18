"""Railway, stations and winter roads of Trafikverket into reports: constructed answers, traps of their formats."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.mutation import mutated

from connectors.reading.values import PAYLOAD_LIMIT
from connectors.trafikverket.parse import parse, read_answer
from connectors.trafikverket.request import OBJECTS, Query
from connectors.trafikverket.stations import STATIONS
from schemas.ids import REPORT_ID_LIMIT
from schemas.sectors import Severity
from schemas.times import z

CORPUS = Path(__file__).parents[2] / "corpora" / "trafikverket"
RAIL = (CORPUS / "rail-constructed-2027-01.json").read_bytes()
WINTER = (CORPUS / "winter-constructed-2027-01.json").read_bytes()
BESIDE = (CORPUS / "error-beside-situation-constructed-2027-01.json").read_bytes()


def answer(kind, *objects, **result):
    return json.dumps(
        {"RESPONSE": {"RESULT": [{kind: list(objects), "INFO": {"LASTCHANGEID": "7"}} | result]}}
    ).encode()


def only(kind, **fields):
    (item,) = parse(answer(kind, {k: v for k, v in (WHOLE[kind] | fields).items() if v is not None})).items
    return item


def by_id(raw):
    return {item.id: item for item in parse(raw).items}


WHOLE = {
    "TrainMessage": {
        "EventId": "E1",
        "CountyNo": [1],
        "Header": "Tågfel",
        "LastUpdateDateTime": "2027-01-19T07:00:00.000+01:00",
        "TrafficImpact": [{"IsConfirmed": True, "AffectedLocation": ["Cst"]}],
    },
    "OperativeEvent": {
        "OperativeEventId": "O1",
        "CountyNo": [1],
        "EventState": 1,
        "EventType": {"Description": "Signalfel"},
        "ModifiedDateTime": "2027-01-19T07:00:00.000+01:00",
        "EventSection": [{"FromLocation": {"Signature": "Cst"}, "ToLocation": {"Signature": "Sst"}}],
    },
    "RailwayEvent": {
        "EventId": "R1",
        "EventStatus": "OperativHändelse",
        "ModifiedDateTime": "2027-01-19T07:00:00.000+01:00",
        "SelectedSection": [{"FromLocation": {"Signature": "Cst"}}],
    },
    "TrainStationMessage": {
        "Id": "S1",
        "VersionNumber": 3,
        "LocationCode": "Hnd",
        "Status": "Hog",
        "FreeText": "Inställda tåg.",
        "ModifiedTime": "2027-01-19T06:00:00.000Z",
    },
    "RoadCondition": {
        "Id": "W1",
        "ConditionCode": 3,
        "ConditionText": "Mycket besvärligt",
        "CountyNo": [1],
        "ModifiedTime": "2027-01-19T06:00:00.000Z",
    },
}


def test_operative_events_that_are_over_or_deleted_are_cancels_and_a_prognosis_is_no_end():
    items = by_id(RAIL)

    assert {key: i.change for key, i in items.items() if key.startswith("operative")} == {
        "operative-event-20270119-00417": "report",
        "operative-event-20270110-00032": "report",
        "operative-event-20270119-00390": "cancel",
        "operative-event-20270118-00211": "cancel",
    }
    signal = items["operative-event-20270119-00417"]
    assert (signal.ends, signal.native["prognosis"]) == (None, "2027-01-19T08:00:00.000Z")
    assert (signal.severity, signal.place.codes) == (Severity.MODERATE, ["0180"])
    assert z(signal.revision) == "2027-01-19T05:41:12.250Z"


def test_railway_event_belongs_to_its_operative_event():
    items = by_id(RAIL)

    assert items["railway-event-B-778120"].group == "operative-event-20270119-00417"
    assert items["railway-event-B-778133"].severity == Severity.INFORMATION


def test_train_messages_of_both_schema_versions_name_their_stations():
    items = by_id(RAIL)

    confirmed, stretch = items["train-TM-4711"], items["train-TM-4712"]
    assert (confirmed.severity, confirmed.place.codes, confirmed.native["confirmed"]) == ("moderate", ["0180"], "true")
    assert (stretch.severity, stretch.place.codes) == ("minor", ["0123", "0139"])
    assert stretch.native["stations"] == "Jkb, Kän, Bål"


def test_station_messages_keep_their_version_as_order_and_english_beside():
    items = by_id(RAIL)

    assert [(i.revision, i.severity, i.change) for key, i in items.items() if key.startswith("station-")] == [
        (2, "severe", "report"),
        (1, "information", "report"),
        (4, "moderate", "cancel"),
    ]
    assert items["station-88007"].texts["message_en"].startswith("Constructed: the lift")


def test_normal_road_is_the_sources_own_word_that_it_is_over():
    items = by_id(WINTER)

    assert [(i.change, i.severity) for i in items.values()] == [
        ("report", "moderate"),
        ("report", "minor"),
        ("cancel", "information"),
    ]
    ice = items["road-condition-SE_STA_ROADCONDITION_1"]
    assert ice.headline == "Väglag: Is- och snövägbana, E4 Södertälje - Stockholm"
    assert ice.place.wkt[0].count(",") < 2_000
    assert ice.native["warning"] == "Halka, Snörök"


def test_error_takes_nothing_from_the_result_beside_it():
    parsed = parse(BESIDE)

    assert len(parsed.items) == 1
    assert parsed.error == "TrainMessage: Request: ObjectType TrainMessage is not available"
    assert not parsed.complete
    assert parsed.position == {"Situation": "7500000000000000001"}


@pytest.mark.parametrize(("code", "severity"), [(2, "minor"), (3, "moderate"), (4, "moderate"), ("4", "moderate")])
def test_each_road_condition_has_its_severity(code, severity):
    assert only("RoadCondition", ConditionCode=code).severity == severity


@pytest.mark.parametrize("code", [0, 5, "x", None])
def test_unknown_road_condition_is_shown_and_counted(code):
    whole = WHOLE["RoadCondition"] | {"ConditionCode": code}
    parsed = parse(answer("RoadCondition", whole))

    assert (parsed.items[0].severity, parsed.items[0].change) == ("information", "report")
    assert any(name.startswith("=ConditionCode") for name in parsed.drift)


@pytest.mark.parametrize(
    ("status", "severity"),
    [
        ("StortLage", "severe"),
        ("Hog", "moderate"),
        ("Normal", "information"),
        ("Lag", "information"),
        ("Ny", "information"),
    ],
)
def test_each_station_status_has_its_severity(status, severity):
    assert only("TrainStationMessage", Status=status).severity == severity


@pytest.mark.parametrize(
    ("impact", "severity"),
    [
        ({"IsConfirmed": True, "AffectedLocation": ["Cst"]}, "moderate"),
        ({"IsConfirmed": "true", "AffectedLocation": "Cst"}, "moderate"),
        ({"IsConfirmed": False, "AffectedLocation": ["Cst"]}, "minor"),
        ({"IsConfirmed": True, "AffectedLocation": ["Hnd"]}, "minor"),
        ({"IsConfirmed": True, "AffectedLocation": ["Hnd", "Vhe"]}, "moderate"),
        ({"IsConfirmed": True, "AffectedLocation": ["G"]}, "minor"),
        ({"AffectedLocation": [{"LocationSignature": "Cst"}]}, "moderate"),
        ({"IsConfirmed": True, "FromLocation": ["Cst"], "ToLocation": ["Sst"]}, "moderate"),
    ],
)
def test_train_message_weighs_its_stations_and_whether_it_is_confirmed(impact, severity):
    assert only("TrainMessage", TrafficImpact=[impact]).severity == severity


def test_train_message_outside_the_county_is_information():
    impact = [{"IsConfirmed": True, "AffectedLocation": ["G"]}]

    item = only("TrainMessage", CountyNo=[14], TrafficImpact=impact)

    assert (item.severity, item.place.codes) == ("information", ["14"])


def test_planned_work_is_one_step_lower():
    assert only("OperativeEvent", EventType={"Description": "Banarbete/transport"}).severity == Severity.MINOR


def test_road_impact_of_a_railway_event_raises_it():
    item = only("OperativeEvent", RoadDegreeOfImpact=5, EventTrafficType=2)

    assert (item.severity, item.native["road_impact"]) == (Severity.SEVERE, "5")


def test_station_that_nobody_knows_is_somewhere_in_the_county_that_is_named():
    section = [{"FromLocation": {"Signature": "Cst"}, "ToLocation": {"Signature": "Xyz"}}]

    assert only("OperativeEvent", EventSection=section).place.codes == ["01"]
    assert only("OperativeEvent", EventSection=section, CountyNo=[1, 4]).place.codes == ["0180", "04"]
    assert only("OperativeEvent", EventSection=section, CountyNo=None).place.codes == ["0180"]


def test_middle_point_is_the_place_only_where_nothing_else_is_told():
    point = {"WGS84": "POINT (18.01125 59.27849)"}

    assert only("OperativeEvent", Geometry=point).place.wkt == []
    assert only("OperativeEvent", Geometry=point, EventSection=None, CountyNo=None).place.wkt == [point["WGS84"]]


@pytest.mark.parametrize("kind", WHOLE)
def test_deletion_is_a_cancel_that_is_not_older_than_what_it_deletes(kind):
    live = only(kind)
    gone = only(kind, Deleted=True, ModifiedTime="2027-01-19T08:00:00.000Z")

    assert (gone.id, gone.change) == (live.id, "cancel")
    assert gone.revision >= live.revision
    assert gone.sent > live.sent


@pytest.mark.parametrize("kind", WHOLE)
def test_object_without_an_id_is_refused_and_the_answer_counts_as_partial(kind):
    key = next(name for name in WHOLE[kind] if name.endswith("Id"))
    parsed = parse(answer(kind, WHOLE[kind] | {key: None}, WHOLE[kind]))

    assert len(parsed.items) == 1
    assert [p.pointer for p in parsed.rejected] == [f"/RESPONSE/RESULT/0/{kind}/0/{key}"]
    assert not parsed.complete


@pytest.mark.parametrize("kind", WHOLE)
def test_object_without_any_time_is_refused_but_still_counts_as_there(kind):
    timeless = {name: value for name, value in WHOLE[kind].items() if "Time" not in name}

    parsed = parse(answer(kind, timeless))

    assert parsed.items == ()
    assert len(parsed.rejected) == len(parsed.seen) == 1
    assert parsed.complete


@pytest.mark.parametrize("kind", WHOLE)
def test_lone_object_and_lone_result_are_understood(kind):
    body = {"RESPONSE": {"RESULT": {kind: WHOLE[kind], "INFO": {"LASTCHANGEID": "7"}}}}

    assert parse(json.dumps(body).encode()).items == parse(answer(kind, WHOLE[kind])).items


@pytest.mark.parametrize("own", ["a b/c", "x" * 200, "Å" * 30, "\ud800"])
def test_ids_that_cannot_stand_in_a_key_are_told_by_their_digest(own):
    first, again = only("RoadCondition", Id=own), only("RoadCondition", Id=own)

    assert first.id == again.id
    assert first.id.startswith("road-condition-")
    assert len(first.id) <= REPORT_ID_LIMIT


def test_number_as_id_and_counties_as_text_are_understood():
    item = only("RoadCondition", Id=42, CountyNo=["1", "3"])

    assert (item.id, item.place.codes) == ("road-condition-42", ["01", "03"])


def test_end_before_its_beginning_leaves_it_open():
    item = only("RoadCondition", StartTime="2027-01-19T08:00:00+01:00", EndTime="2027-01-19T07:00:00+01:00")

    assert item.ends is None


def test_answers_are_paired_with_questions_by_id_and_else_by_order():
    body = {"RESPONSE": {"RESULT": [{"INFO": {"LASTCHANGEID": "8"}}, {"ERROR": {"MESSAGE": "no"}}]}}
    asked = [Query("Situation", "7"), Query("RoadCondition", "7")]

    by_order = read_answer(json.dumps(body).encode(), asked)
    body["RESPONSE"]["RESULT"][0]["id"], body["RESPONSE"]["RESULT"][1]["id"] = "RoadCondition", "Situation"
    named = read_answer(json.dumps(body).encode(), asked)

    assert [(r.objecttype, bool(r.error)) for r in by_order.results] == [("Situation", False), ("RoadCondition", True)]
    assert [(r.objecttype, bool(r.error)) for r in named.results] == [("RoadCondition", False), ("Situation", True)]
    assert named.parsed.position == {"RoadCondition": "8"}


def test_question_without_an_answer_is_an_error():
    parsed = read_answer(answer("Situation"), [Query("Situation"), Query("RoadCondition")]).parsed

    assert parsed.error == "no answer on RoadCondition"
    assert not parsed.complete


def test_object_that_is_no_json_inside_hides_no_other():
    text = answer("RoadCondition", WHOLE["RoadCondition"], WHOLE["RoadCondition"] | {"Id": "W2"}).decode()

    parsed = parse(text.replace('"W1"', '"W\x011"').encode())

    assert [i.id for i in parsed.items] == ["road-condition-W2"]
    assert [(p.reason, p.pointer) for p in parsed.rejected] == [("malformed", "/RESPONSE/RESULT/0/RoadCondition/0")]
    assert not parsed.complete


@pytest.mark.parametrize("turn", [1, -1])
def test_two_bodies_of_one_identity_keep_the_newer_and_make_the_answer_partial(turn):
    newer = WHOLE["RoadCondition"] | {"ConditionCode": 4, "ModifiedTime": "2027-01-19T07:00:00.000Z"}

    parsed = parse(answer("RoadCondition", *[WHOLE["RoadCondition"], newer][::turn]))

    assert [i.native["level"] for i in parsed.items] == ["4"]
    assert not parsed.complete
    assert parse(answer("RoadCondition", newer, newer)).complete


def test_payload_over_the_limit_is_refused_unread():
    assert "limit" in parse(b" " * (PAYLOAD_LIMIT + 1)).error


def test_stations_of_the_data_file_lie_in_municipalities_and_each_object_type_can_be_asked_for():
    assert all(len(at.municipality) == 4 and at.name for at in STATIONS.values())
    assert {at.municipality[:2] for at in STATIONS.values() if at.ours} == {"01"}
    assert set(WHOLE) | {"Situation"} == set(OBJECTS)


@pytest.mark.parametrize("raw", [RAIL, WINTER, BESIDE])
def test_mutated_payloads_never_raise_and_each_identity_comes_once(raw):
    dice, whole = random.Random(20270119), json.loads(raw)
    if raw is WINTER:
        whole["RESPONSE"]["RESULT"][0]["RoadCondition"][0]["Geometry"]["WGS84"] = "LINESTRING (18 59, 18.1 59.1)"
    for _ in range(250):
        parsed = parse(json.dumps(mutated(whole, dice, dice.randrange(1, 9))).encode())
        keys = [item.id for item in parsed.items]
        assert len(keys) == len(set(keys))
        assert set(keys) <= parsed.seen


@pytest.mark.parametrize("raw", [RAIL, WINTER])
def test_truncated_answers_are_never_whole(raw):
    for cut in range(0, len(raw.rstrip()) - 1, 1499):
        assert not parse(raw[:cut]).complete


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(sorted({*OBJECTS, "INFO", "ERROR", "id"})), inner)
    ),
    max_leaves=20,
)


@given(_VALUES)
def test_any_json_in_the_frame_never_raises(value):
    for body in (value, {"RESPONSE": value}, {"RESPONSE": {"RESULT": value}}, {"RESPONSE": {"RESULT": [value]}}):
        parse(json.dumps(body).encode())


@given(st.binary(max_size=200))
def test_any_bytes_never_raise(raw):
    parse(raw)
    parse(b'{"RESPONSE":{"RESULT":[{"OperativeEvent":[' + raw + b"]}]}}")
