"""GTFS Realtime as strangers write it: wrappings, spellings and times of other agencies' feeds."""

import json

import pytest
from google.protobuf import json_format
from google.transit.gtfs_realtime_pb2 import FeedMessage

from connectors.gtfsrt.parse import parse
from schemas.sectors import Severity

HEADER = {"gtfsRealtimeVersion": "2.0", "timestamp": 1784793576}
MADE = "2026-07-23T07:59:36+00:00"


def entity(name="a", **alert):
    told = {"headerText": {"translation": [{"language": "sv", "text": "Försenat"}]}} | alert
    return {"id": name, "alert": {"activePeriod": [{"start": 1784790000, "end": 1784799999}]} | told}


def items(value):
    return parse(value if isinstance(value, bytes) else json.dumps(value).encode()).items


@pytest.mark.parametrize(
    "wrap",
    [
        lambda m: m,
        lambda m: [m],
        lambda m: {"status": "OK", "response": m, "error": None},
        lambda m: {"Header": {"GtfsRealtimeVersion": "2.0", "Timestamp": 1784793576}, "Entities": m["entity"]},
        lambda m: {"header": m["header"], "entity": {"0": m["entity"][0]}},
        lambda m: {"header": m["header"], "entity": m["entity"][0]},
    ],
)
def test_message_is_found_in_any_common_wrapping(wrap):
    (item,) = items(wrap({"header": HEADER, "entity": [entity()]}))

    assert (item.id, item.headline, item.sent.isoformat()) == ("a", "Försenat", MADE)


@pytest.mark.parametrize("bare", [{"entity": [entity()]}, [entity(), entity("b")], [entity()], entity()])
def test_entities_without_a_header_are_told_and_withdraw_nothing(bare):
    parsed = parse(json.dumps(bare).encode())

    assert parsed.items[0].id == "a"
    assert not parsed.complete
    assert parsed.error is None


def test_names_of_a_c_sharp_writer_are_understood():
    alert = {"InformedEntities": [{"RouteId": "19"}], "HeaderText": {"Translations": [{"Text": "Stopp"}]}}
    message = {"Header": {"Timestamp": 1784793576}, "Entities": [{"Id": "1", "Alert": alert}]}

    (item,) = items(message)

    assert (item.headline, item.native["affected"]) == ("Stopp", "route 19")


@pytest.mark.parametrize(
    "told",
    [
        {"low": 1784793576, "high": 0, "unsigned": True},
        1784793576.7,
        "1784793576",
        "1784793576.0",
        1784793576000,
        "2026-07-23T07:59:36Z",
    ],
)
def test_time_in_any_form_is_the_messages_time(told):
    (item,) = items({"header": HEADER | {"timestamp": told}, "entity": [entity(activePeriod=[{"start": told}])]})

    assert (item.sent.isoformat(), item.onset.isoformat()) == (MADE, MADE)


@pytest.mark.parametrize("told", ["soon", [], {}, True, 1e400, "9" * 400])
def test_time_that_is_none_spoils_only_itself(told):
    (item,) = items({"header": HEADER, "entity": [entity(activePeriod=[{"start": told, "end": 1784799999}])]})

    assert (item.headline, item.onset) == ("Försenat", None)
    assert item.ends is not None


@pytest.mark.parametrize(
    ("told", "change"), [("true", "cancel"), (1, "cancel"), ("false", "report"), (0, "report"), (None, "report")]
)
def test_deletion_is_understood_as_text_and_number(told, change):
    (item,) = items({"header": HEADER, "entity": [entity() | {"isDeleted": told}]})

    assert item.change == change


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_json_in_other_encodings_is_read(encoding):
    text = json.dumps({"header": HEADER, "entity": [entity()]}, ensure_ascii=False)

    assert items(text.encode(encoding))[0].headline == "Försenat"


def test_html_beside_the_same_text_is_passed_over():
    said = [{"language": "en-html", "text": "<p>Delays</p>"}, {"language": "en", "text": "Delays"}]

    (item,) = items({"header": HEADER, "entity": [entity(headerText={"translation": said})]})

    assert item.headline == "Delays"


def test_extensions_of_new_york_are_passed_over_in_text_and_json():
    text = b"""\xef\xbb\xbfheader { gtfs_realtime_version: "1.0" timestamp: 1784793576
      [transit_realtime.nyct_feed_header] { nyct_subway_version: "1.0" } }
    entity { id: "1" alert { severity_level: SEVERE header_text { translation { text: "Delays" } } } }"""
    alert = entity(**{"transit_realtime.mercury_alert": {"alert_type": "Delays"}, ".mercuryAlert": {}})

    assert [item.severity for item in items(text)] == [Severity.SEVERE]
    assert items({"header": HEADER, "entity": [alert]})[0].headline == "Försenat"


@pytest.mark.parametrize("size", [0x5B, 0x7B])
def test_protobuf_that_begins_like_json_is_protobuf(size):
    message = FeedMessage()
    json_format.ParseDict({"header": HEADER, "entity": [entity()]}, message)
    message.header.gtfs_realtime_version = "2" * (size - 8)
    raw = message.SerializeToString()

    assert raw[:2] == bytes([0x0A, size])
    assert [item.id for item in items(raw)] == ["a"]


def test_numbers_in_two_halves_are_read_everywhere():
    half = {"low": 1784793576, "high": 0, "unsigned": True}
    trip = {"trip": {"tripId": "1", "routeId": "4", "scheduleRelationship": 3}, "timestamp": half}
    update = {"id": "t", "tripUpdate": trip | {"stopTimeUpdate": [{"arrival": {"time": half}}]}}

    parsed = parse(json.dumps({"header": HEADER | {"timestamp": half}, "entity": [update]}).encode())

    assert [item.id for item in parsed.items] == ["cancelled-4"]
    assert not any(name.startswith("!") for name in parsed.drift)


@pytest.mark.parametrize("half", [{"low": "x", "high": 0, "unsigned": True}, {"low": 1, "high": None, "unsigned": 1}])
def test_halves_that_are_none_spoil_only_themselves(half):
    (item,) = items({"header": HEADER, "entity": [entity(activePeriod=[{"start": half, "end": 1784799999}])]})

    assert (item.onset, item.headline) == (None, "Försenat")
