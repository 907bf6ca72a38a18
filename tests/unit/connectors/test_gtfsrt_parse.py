"""GTFS Realtime messages into reports: what each recorded payload must give, and what broken ones must not do."""

import json
import random
from pathlib import Path

import pytest
from google.protobuf import json_format, text_format
from google.transit.gtfs_realtime_pb2 import Alert, FeedHeader, FeedMessage, TripDescriptor
from hypothesis import given, settings
from hypothesis import strategies as st
from support.mutation import mutated

from connectors.gtfsrt.parse import parse
from schemas.sectors import Severity, Status
from schemas.times import z

CORPUS = Path(__file__).parents[2] / "corpora" / "gtfsrt"
BART, BART_JSON = (CORPUS / "bart-alerts.pb").read_bytes(), (CORPUS / "bart-alerts.json").read_bytes()
SPECIFIED = (CORPUS / "spec-example-alerts.textproto").read_bytes()
AT = 1_800_338_400
"""2027-01-19 06:00 UTC, in seconds"""


def message(*alerts, at=AT, incrementality=FeedHeader.FULL_DATASET, **fields):
    """A message with alerts, each a dictionary of the fields that differ; `fields` are of one alert."""
    whole = FeedMessage()
    whole.header.gtfs_realtime_version = "2.0"
    whole.header.incrementality = incrementality
    if at:
        whole.header.timestamp = at
    for index, own in enumerate(alerts or ([fields] if fields else [])):
        entity = whole.entity.add(id=str(own.pop("id", f"A{index + 1}")))
        text_format.Parse(
            own.pop("text", 'header_text { translation { text: "Inställt" language: "sv" } }'), entity.alert
        )
        for name, value in own.items():
            setattr(entity.alert, name, value)
    return whole


def raw(*alerts, **fields):
    return message(*alerts, **fields).SerializeToString()


def one(text='header_text { translation { text: "Inställt" } }', at=AT, **fields):
    (item,) = parse(raw({"text": text, **fields}, at=at)).items
    return item


def trips(*routes, relationship=TripDescriptor.CANCELED, **fields):
    whole = message(**fields)
    for index, route in enumerate(routes):
        trip = whole.entity.add(id=f"T{index}").trip_update.trip
        trip.trip_id, trip.schedule_relationship = f"trip-{index}", relationship
        if route:
            trip.route_id = route
    return whole


def said(field, *spoken):
    inner = " ".join(f'translation {{ text: "{words}" language: "{language}" }}' for language, words in spoken)
    return f"{field} {{ {inner} }} "


def test_recorded_alert_is_the_same_from_protobuf_and_from_json():
    parsed = parse(BART)

    (item,) = parsed.items
    assert (item.id, item.severity, item.revision) == ("BSA_187874", Severity.MINOR, None)
    assert item.native == {"affected": "agency BART", "cause": "MEDICAL_EMERGENCY", "effect": "SIGNIFICANT_DELAYS"}
    assert item.headline.startswith("There is a major delay at Montgomery St.")
    assert item.texts["headline_en"] == item.headline
    assert (item.onset, item.ends) == (None, None)
    assert item.url == "http://www.bart.gov/schedules/advisories"
    assert (parsed.complete, z(parsed.as_of)) == (True, "2019-08-07T17:45:42.000Z")
    assert parse(BART_JSON) == parsed


def test_recorded_message_without_alerts_is_complete_and_empty():
    for name in ("empty-alerts.pb", "empty-alerts.json"):
        parsed = parse((CORPUS / name).read_bytes())
        assert (parsed.items, parsed.rejected, parsed.complete) == ((), (), True)


def test_example_of_the_specification_joins_the_words_of_a_selector():
    (item,) = parse(SPECIFIED).items

    assert item.native["affected"] == "route 219; stop 16230; route 100 + stop 16299"
    assert (item.onset.isoformat(), item.ends.isoformat()) == ("2010-09-14T09:44:28+00:00", "2010-09-14T12:41:12+00:00")
    assert item.texts["description_en"].startswith("Due to construction")


@pytest.mark.parametrize(
    ("level", "effect", "severity"),
    [
        (Alert.SEVERE, Alert.DETOUR, Severity.SEVERE),
        (Alert.WARNING, Alert.NO_EFFECT, Severity.MODERATE),
        (Alert.INFO, Alert.NO_SERVICE, Severity.INFORMATION),
        (Alert.UNKNOWN_SEVERITY, Alert.NO_SERVICE, Severity.MODERATE),
        (None, Alert.NO_SERVICE, Severity.MODERATE),
        (None, Alert.SIGNIFICANT_DELAYS, Severity.MINOR),
        (None, Alert.DETOUR, Severity.MINOR),
        (None, Alert.REDUCED_SERVICE, Severity.MINOR),
        (None, Alert.ACCESSIBILITY_ISSUE, Severity.INFORMATION),
        (None, None, Severity.INFORMATION),
    ],
)
def test_level_goes_before_effect(level, effect, severity):
    fields = {"severity_level": level, "effect": effect}

    assert one(**{name: value for name, value in fields.items() if value is not None}).severity == severity


def test_new_words_are_shown_by_number_and_counted():
    whole = message({"id": "A1"})
    whole.entity[0].alert.MergeFromString(b"\x30\x63\x70\x09")

    parsed = parse(whole.SerializeToString())

    assert parsed.drift == {"=cause:99": 1, "=severity_level:9": 1}
    assert (parsed.items[0].native["cause"], parsed.items[0].native["level"]) == ("99", "9")
    assert parsed.items[0].severity == Severity.INFORMATION


def test_swedish_goes_first_and_english_stands_beside_it():
    item = one(
        said("header_text", ("en", "Delays"), ("sv", "Förseningar"), ("fi", "Myöhässä"))
        + said("description_text", ("en-GB", "Line 219"), ("sv-SE", "Linje 219"))
    )

    assert item.headline == "Förseningar"
    assert item.texts == {"headline_en": "Delays", "description": "Linje 219", "description_en": "Line 219"}


def test_text_without_a_language_goes_before_other_languages():
    assert one(said("header_text", ("fi", "Myöhässä"), ("", "Förseningar"))).headline == "Förseningar"


def test_alert_without_texts_is_told_by_its_effect():
    item = one('informed_entity { route_id: "219" direction_id: 0 route_type: 700 }', effect=Alert.NO_SERVICE)

    assert item.headline == "Ingen trafik: route 219 + route_type 700 + direction 0"


def test_several_periods_make_one_span_and_are_kept():
    item = one(
        "active_period { start: 1800338400 end: 1800342000 } active_period { start: 1800424800 end: 1800428400 }"
    )

    assert (item.onset.isoformat(), item.ends.isoformat()) == ("2027-01-19T06:00:00+00:00", "2027-01-20T07:00:00+00:00")
    assert item.native["periods"].startswith("2027-01-19T06:00:00.000Z/2027-01-19T07:00:00.000Z, 2027-01-20")


@pytest.mark.parametrize(
    ("periods", "onset", "ends"),
    [
        ("", False, False),
        ("active_period { start: 1800338400 }", True, False),
        ("active_period { end: 1800342000 }", False, True),
        ("active_period { start: 1800338400 end: 1800342000 } active_period { start: 1800424800 }", True, False),
        ("active_period { start: 1800338400 end: 1800330000 }", True, False),
        ("active_period { start: 1800338400 end: 18446744073709551615 }", True, False),
    ],
)
def test_a_side_that_any_period_leaves_open_is_open(periods, onset, ends):
    item = one(f"cause: STRIKE {periods}")

    assert (item.onset is not None, item.ends is not None) == (onset, ends)


def test_milliseconds_for_seconds_are_mended_and_counted():
    parsed = parse(raw({"id": "A1"}, at=AT * 1000))

    assert z(parsed.as_of) == "2027-01-19T06:00:00.000Z"
    assert parsed.drift == {"!header.timestamp:milliseconds": 1}


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("ÖVNING: Inställt", Status.EXERCISE),
        ("TEST Inställt", Status.TEST),
        ("Testvägen avstängd", Status.ACTUAL),
    ],
)
def test_texts_that_say_so_are_exercises_and_tests(header, status):
    assert one(said("header_text", ("sv", header))).status == status


def test_alert_is_at_the_stops_it_names_else_in_the_operators_area():
    stops = {"1": (18.07, 59.33), "2": (18.0, 59.3)}
    named = raw(
        {"text": 'informed_entity { stop_id: "1" } informed_entity { stop_id: "2" } informed_entity { stop_id: "9" }'}
    )

    (drawn,) = parse(named, stops=stops, area=["01"]).items
    (coarse,) = parse(named, area=["01"]).items

    assert (drawn.place.wkt, drawn.place.codes) == (["POINT (18.07 59.33)", "POINT (18 59.3)"], [])
    assert (coarse.place.wkt, coarse.place.codes) == ([], ["01"])
    assert parse(named, stops=stops).drift == {"-stops": 1}


def test_cancelled_trips_are_one_report_a_route_with_a_number_that_has_its_owner():
    parsed = parse(trips("219", "219", "17", *["55"] * 5, None).SerializeToString(), area=["01"], operator="SL")

    assert [(i.id, i.counts[0].high, i.severity) for i in parsed.items] == [
        ("cancelled-219", 2, "information"),
        ("cancelled-17", 1, "information"),
        ("cancelled-55", 5, "minor"),
        ("cancelled-without-route", 1, "information"),
    ]
    count = parsed.items[0].counts[0]
    assert (count.kind, count.low, count.owner, count.scope, count.areas) == (
        "cancelled_trips",
        2,
        "SL",
        "linje 219",
        ["01"],
    )
    assert parsed.items[0].headline == "Inställda turer, linje 219: 2"
    assert parsed.items[0].ends is None
    assert parsed.complete


def test_trip_cancelled_twice_counts_once_and_deleted_ones_count_and_others_do_not():
    whole = trips("219", "219")
    for entity in whole.entity:
        entity.trip_update.trip.trip_id = "same"
    assert parse(whole.SerializeToString()).items[0].counts[0].high == 1
    assert parse(trips("219", relationship=TripDescriptor.DELETED).SerializeToString()).items[0].counts[0].high == 1
    assert parse(trips("219", relationship=TripDescriptor.SCHEDULED).SerializeToString()).items == ()


def test_differential_message_is_never_complete_and_its_trips_are_not_counted():
    parsed = parse(trips("219", incrementality=FeedHeader.DIFFERENTIAL).SerializeToString())

    assert (parsed.items, parsed.complete) == ((), False)
    assert parsed.drift == {"!trip_update:not_counted": 1}


def test_deleted_entity_cancels_the_same_identity():
    whole = message({"id": "A1"}, incrementality=FeedHeader.DIFFERENTIAL)
    whole.entity[0].is_deleted = True
    whole.entity[0].ClearField("alert")

    parsed = parse(whole.SerializeToString(), area=["01"])

    assert [(i.id, i.change, i.place.codes) for i in parsed.items] == [("A1", "cancel", ["01"])]
    assert parsed.seen == {"A1"}


def test_vehicles_are_put_aside_only_when_there_is_nothing_else():
    only = message()
    only.entity.add(id="V1").vehicle.stop_id = "1"
    mixed = message({"id": "A1"})
    mixed.entity.add(id="V1").vehicle.stop_id = "1"

    parsed = parse(only.SerializeToString())

    assert (parsed.complete, [r.reason for r in parsed.rejected]) == (False, ["put_aside"])
    assert parse(mixed.SerializeToString()).drift == {"+entity.vehicle": 1}
    assert (parse(mixed.SerializeToString()).complete, parse(mixed.SerializeToString()).rejected) == (True, ())


def test_message_that_does_not_say_when_it_was_made_withdraws_nothing():
    parsed = parse(raw({"text": "active_period { start: 1800338400 }"}, {"id": "A2"}, at=0))

    assert ([i.id for i in parsed.items], parsed.seen) == (["A1"], {"A1", "A2"})
    assert (parsed.complete, parsed.as_of, len(parsed.rejected)) == (False, None, 1)


def test_two_bodies_of_one_identity_make_the_message_partial_and_two_equal_ones_do_not():
    assert not parse(raw({"id": "A"}, {"id": "A", "effect": Alert.DETOUR})).complete
    twice = parse(raw({"id": "A"}, {"id": "A", "effect": Alert.DETOUR}))
    assert [piece.pointer for piece in twice.rejected] == ["/entity/1"]
    assert parse(raw({"id": "A"}, {"id": "A"})).complete
    assert len(parse(raw({"id": "A"}, {"id": "A"})).items) == 1


def test_entity_without_an_id_is_refused_and_the_message_is_partial():
    whole = message({"id": "A1"})
    whole.entity.add().alert.effect = Alert.DETOUR

    parsed = parse(whole.SerializePartialToString())

    assert ([i.id for i in parsed.items], parsed.complete, len(parsed.rejected)) == (["A1"], False, 1)


def test_stranger_ids_become_short_ones_that_stay_apart():
    found = [i.id for i in parse(raw(*({"id": name} for name in ("a b/c", "a_b/c", "x" * 120, "å")))).items]

    assert len(set(found)) == 4
    assert all(len(name) <= 90 and " " not in name and "/" not in name for name in found)


def test_one_broken_entity_hides_no_other():
    good, broken = raw({"id": "A1"}), b"\x12\x04\x0a\x7fab"

    parsed = parse(good + broken + raw({"id": "A2"}, at=0))

    assert [i.id for i in parsed.items] == ["A1", "A2"]
    assert (parsed.complete, parsed.rejected[0].reason, parsed.rejected[0].pointer) == (False, "malformed", "/entity/1")


def test_text_that_is_no_utf_8_is_mended():
    parsed = parse(raw({"text": said("header_text", ("sv", "Abcd"))}).replace(b"Abcd", b"\xff\xfecd"))

    assert parsed.items[0].headline.endswith("cd")


def test_json_in_either_spelling_with_nulls_lone_objects_and_numbers_for_texts():
    value = {
        "header": {"gtfs_realtime_version": "2.0", "timestamp": str(AT), "incrementality": 0},
        "entity": {
            "id": 7,
            "isDeleted": None,
            "alert": {
                "activePeriod": {"start": AT},
                "informed_entity": [{"routeId": 219, "trip": None}, None],
                "effect": "detour",
                "cause": "VOLCANO",
                "headerText": {"translation": {"text": "Ändrad körväg", "language": "sv"}},
                "unknownField": 1,
            },
        },
    }

    parsed = parse(b"\xef\xbb\xbf" + json.dumps({"FeedMessage": value}).encode())

    (item,) = parsed.items
    assert (item.id, item.severity, item.headline) == ("7", Severity.MINOR, "Ändrad körväg")
    assert item.native == {"effect": "DETOUR", "affected": "route 219"}
    assert parsed.drift["=cause:VOLCANO"] == 1
    assert parsed.complete


def test_field_that_json_cannot_hold_spoils_only_itself():
    value = json_format.MessageToDict(message({"id": "A1", "effect": Alert.DETOUR}, {"id": "A2"}))
    value["entity"][0]["alert"] |= {"activePeriod": "soon", "url": "https://example.org/1"}
    value["entity"].append("noise")

    parsed = parse(json.dumps(value).encode())

    assert next((i.id, i.severity, i.url) for i in parsed.items) == ("A1", Severity.MINOR, "https://example.org/1")
    assert parsed.items[0].headline == "Inställt"
    assert (len(parsed.items), parsed.complete, parsed.rejected[0].pointer) == (2, False, "/entity/2")
    assert parsed.drift["!json.active_period"] == 1


def test_entity_that_holds_nothing_is_still_there():
    whole = message()
    whole.entity.add(id="A1")

    assert parse(whole.SerializeToString()).seen == {"A1"}


@pytest.mark.parametrize(
    "payload",
    [
        *(
            b"",
            b" ",
            b"[]",
            b"{}",
            b"null",
            b"<html><body>Service unavailable</body></html>",
            b"\xff\xfe",
            b"\x1f\x8b\x08",
        ),
        *(
            b'{"entity": []}',
            b'{"header": {}}',
            b'{"header": 7, "entity": []}',
            b"header {",
            b"[" * 100_000,
            b"\x12\x00",
        ),
    ],
)
def test_anything_but_a_message_is_an_error_and_withdraws_nothing(payload):
    parsed = parse(payload)

    assert parsed.error
    assert not parsed.complete
    assert (parsed.items, len(parsed.rejected)) == ((), 1)


def test_cut_message_gives_what_it_held_and_is_told_apart_from_a_whole_one():
    whole = raw(*({"id": f"A{n}"} for n in range(20)))
    boundaries = {len(raw(*({"id": f"A{n}"} for n in range(k)))) for k in range(21)}

    for cut in range(len(whole)):
        # between two entities a message has no sign that more was to come: there the length of the answer tells
        if cut not in boundaries:
            assert not parse(whole[:cut]).complete
    assert len(parse(whole[:-3]).items) == 19


def test_mutated_messages_never_raise():
    dice, value = (
        random.Random(20270119),
        json_format.MessageToDict(text_format.Parse(SPECIFIED.decode(), FeedMessage())),
    )
    value["entity"].append(json_format.MessageToDict(trips("219").entity[0]))
    body = raw({"text": SPECIFIED.decode().split("alert {", 1)[1].rsplit("}", 2)[0]}, {"id": "A2"})
    for _ in range(300):
        parse(json.dumps(mutated(value, dice, dice.randrange(1, 8))).encode())
        spoiled = bytearray(body)
        for _ in range(dice.randrange(1, 6)):
            spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
        parse(bytes(spoiled))
        text = bytearray(SPECIFIED)
        text[dice.randrange(1000, len(text))] = dice.randrange(256)
        parse(bytes(text))


def test_stray_backslash_in_the_text_form_costs_nothing_but_itself():
    assert len(parse(SPECIFIED.replace(b"Stop at", b"Stop\\ at", 1)).items) == 1


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_never_raise(payload):
    parse(payload)
