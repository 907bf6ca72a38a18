"""Sveriges Radio's VMA into reports: what each recorded answer must give, and what broken ones must not do."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.mutation import mutated

from connectors.reading.places import COUNTIES
from connectors.vma.parse import parse
from schemas.report import FeedReport
from schemas.times import from_datetime, z

CORPUS = Path(__file__).parents[2] / "corpora" / "vma"
REAL, EARLIER = "SRCAP20270119070000I", "SRCAP20270118070000I"
TEST, EXERCISE = "SRCAP20270119070000T", "SRCAP20270119070000E"
SENT = "2027-01-19T07:00:00+01:00"


def recorded(name):
    return parse((CORPUS / name).read_bytes())


def info(**more):
    areas = [{"areaDesc": "Stockholms län", "geocode": [{"valueName": "Län", "value": "01"}]}]
    whole = {"language": "sv-SE", "event": "Viktigt meddelande till allmänheten (VMA)", "severity": "Severe"}
    return whole | {"description": "Gå inomhus.", "expires": "2027-01-26T07:00:00+01:00", "area": areas} | more


def alert(identifier=REAL, **more):
    whole = {"identifier": identifier, "sent": SENT, "status": "Actual", "msgType": "Alert", "references": None}
    return whole | {"incidents": identifier and identifier.replace("SRCAP", "SRVMA"), "info": [info()]} | more


def cancel(of=EARLIER, **more):
    refers = {"references": f"https://vmaapi.sr.se,{of},2027-01-18T07:00:00+01:00", "info": None, "msgType": "Cancel"}
    return alert(**(refers | {"incidents": of.replace("SRCAP", "SRVMA")} | more))


def answered(*alerts, **more):
    return parse(json.dumps({"timestamp": "2027-01-19T07:01:00+01:00", "alerts": list(alerts)} | more).encode())


def area(value, name="Kommun", desc=""):
    return info(area=[{"areaDesc": desc, "geocode": [{"valueName": name, "value": value}]}])


@pytest.mark.parametrize("spelled", [str.lower, str.upper, str.title])
def test_cancel_with_names_in_another_case_is_still_a_cancel(spelled):
    def again(part):
        if isinstance(part, list):
            return [again(one) for one in part]
        return {spelled(k): again(v) for k, v in part.items()} if isinstance(part, dict) else part

    (found,) = parse(json.dumps(again({"alerts": [cancel()]})).encode()).items

    assert (found.id, found.change) == (EARLIER, "cancel")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'<?xml version="1.0"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"/>', "put_aside"),
        (b"\xef\xbb\xbf<feed/>", "put_aside"),
        (b"<?xml version='1.0'?><!DOCTYPE html><html/>", "malformed"),
        (b"<html><body>503</body></html>", "malformed"),
    ],
)
def test_other_forms_of_the_interface_are_put_aside_and_a_page_is_not_readable(raw, reason):
    parsed = parse(raw)

    assert [r.reason for r in parsed.rejected] == [reason]
    assert not parsed.complete


def test_two_bodies_of_one_alert_keep_one_and_refuse_the_other_but_a_cancel_takes_its_place():
    other = alert(info=[info(description="Annat.")])

    twice = answered(alert(), other)
    same = answered(alert(), alert())
    over = answered(alert(), cancel(REAL, sent="2027-01-19T08:00:00+01:00"))

    assert (len(twice.items), [r.pointer for r in twice.rejected], twice.complete) == (1, ["/alerts/1"], False)
    assert (len(same.items), same.rejected) == (1, ())
    assert ([i.change for i in over.items], over.rejected) == (["cancel"], ())


def test_what_has_neither_kind_nor_words_is_no_alert():
    parsed = answered(cancel(msgType=None))

    assert parsed.items == ()
    assert parsed.seen >= {EARLIER}
    assert [r.pointer for r in parsed.rejected] == ["/alerts/0/msgType"]


def test_wrapped_answer_is_used_and_not_whole():
    for wrapped in ([{"alerts": [alert()]}], {"data": {"alerts": [alert()]}}):
        parsed = parse(json.dumps(wrapped).encode())
        assert [i.id for i in parsed.items] == [REAL]
        assert not parsed.complete


def test_quiet_answer_is_whole_and_tells_its_own_time():
    parsed = recorded("00-quiet.json")

    assert (parsed.items, parsed.rejected, parsed.drift, parsed.complete) == ((), (), {}, True)
    assert z(parsed.as_of) == "2025-11-23T08:30:38.000Z"


def test_recorded_alert_gives_one_severe_message_with_its_county():
    (item,) = recorded("10-vasternorrland-1-alert-sv.json").items

    assert (item.id, item.group) == ("SRCAP20260108110504I", "SRVMA20260108110504I")
    assert (item.kind, item.severity, item.status, item.change) == ("message", "severe", "actual", "report")
    assert item.revision is None
    assert item.sent.isoformat() == "2026-01-08T10:05:04+00:00"
    assert item.ends.isoformat() == "2026-01-15T10:05:04+00:00"
    assert item.place.codes == ["22"]
    assert item.headline == "Viktigt meddelande till allmänheten (VMA): Västernorrlands län"
    assert "\r" not in item.texts["description"]


def test_english_that_is_added_changes_the_texts_and_nothing_else():
    (before,), (after,) = (recorded(f"10-vasternorrland-{n}.json").items for n in ("1-alert-sv", "2-alert-sv-en"))

    assert set(after.texts) - set(before.texts) == {"description_en", "headline_en"}
    kept = {"texts": before.texts}
    assert after.model_copy(update=kept) == before


def test_outer_time_is_no_part_of_an_alert():
    assert recorded("10-vasternorrland-2-alert-sv-en.json").items == (
        recorded("10-vasternorrland-3-unchanged-19h-later.json").items
    )


def test_recorded_cancel_is_of_the_alert_it_refers_to():
    (item,) = recorded("10-vasternorrland-4-cancel.json").items

    assert (item.id, item.change, item.status) == ("SRCAP20260108110504I", "cancel", "actual")
    assert item.native["identifier"] == "SRCAP20260109075948I"
    assert item.sent.isoformat() == "2026-01-09T06:59:48+00:00"


def test_new_alert_and_the_cancel_of_the_first_are_two_matters():
    found = {i.id: i.change for i in recorded("20-oskarshamn-4-second-alert-and-cancel.json").items}

    assert found == {"SRCAP20260406001414I": "report", "SRCAP20260405233311I": "cancel"}


def test_two_recorded_answers_of_one_time_order_nothing_between_them():
    times = {recorded(f"20-oskarshamn-{n}.json").as_of for n in ("6-both-cancelled", "7-same-timestamp-first-dropped")}

    assert len(times) == 1


def test_recorded_exercise_is_an_exercise_for_the_whole_country_and_grades_nothing():
    (item,) = recorded("30-exercise-hela-landet-1-alert.json").items

    assert (item.status, item.severity) == ("exercise", "information")
    assert item.native["severity"] == "Severe"
    assert item.place.codes == list(COUNTIES)
    assert item.texts["note_en"].startswith("This is an exercise.")


def test_recorded_cancel_of_an_exercise_stays_an_exercise():
    (item,) = recorded("30-exercise-hela-landet-2-cancel.json").items

    assert (item.change, item.status) == ("cancel", "exercise")


def test_recorded_cancel_sent_in_the_future_keeps_its_time():
    first, second = recorded("40-test-cancel-sent-in-future.json").items

    assert first.sent.isoformat() == "2025-12-10T00:59:37+00:00"
    assert {first.status, second.status} == {"test"}


def test_version_2_gives_the_same_with_an_end_by_the_rule_of_version_3():
    item, over = recorded("50-testapi-v2-alert-and-cancel.json").items

    assert (item.status, over.change, over.id) == ("test", "cancel", "SRCAP20240902165224T")
    assert item.place.codes == ["2584"]
    assert (item.ends - item.sent).days == 7


def test_no_recorded_answer_surprises_or_is_refused():
    for file in CORPUS.iterdir():
        parsed = parse(file.read_bytes())
        assert (parsed.rejected, parsed.drift, parsed.complete, parsed.error) == ((), {}, True, None), file.name


@pytest.mark.parametrize(
    ("said", "identifier", "status"),
    [
        ("Actual", REAL, "actual"),
        ("actual ", REAL, "actual"),
        ("Exercise", EXERCISE, "exercise"),
        ("Test", TEST, "test"),
        ("System", REAL, "system"),
        ("Draft", REAL, "draft"),
        # the field decides where the letter says another thing
        ("Test", REAL, "test"),
        ("Exercise", REAL, "exercise"),
        ("Actual", TEST, "actual"),
        # the letter decides where the field says nothing that is known
        (None, TEST, "test"),
        ("Okänt", EXERCISE, "exercise"),
        ("Okänt", REAL, "actual"),
        ("Övning", REAL, "exercise"),
        (None, "another-form", "actual"),
    ],
)
def test_status_is_what_the_field_says_and_else_what_the_identifier_says(said, identifier, status):
    parsed = answered(alert(identifier, status=said))

    assert parsed.items[0].status == status
    assert parsed.items[0].severity == ("severe" if status == "actual" and "SRCAP" in identifier else "information")


def test_disagreement_of_status_and_identifier_is_counted():
    assert answered(alert(TEST)).drift == {"!alerts.status:identifier": 1}


@pytest.mark.parametrize(
    ("words", "severity"),
    [
        ({}, "severe"),
        ({"severity": "Extreme"}, "extreme"),
        ({"severity": "Minor"}, "severe"),
        ({"severity": None}, "severe"),
        ({"event": "VMA Larm"}, "extreme"),
        ({"event": "Varningsmeddelande (VMA)"}, "extreme"),
        ({"description": "SMHI har gått ut med ett varningsmeddelande."}, "severe"),
    ],
)
def test_real_alert_is_severe_and_extreme_only_where_a_word_of_its_class_says_so(words, severity):
    assert answered(alert(info=[info(**words)])).items[0].severity == severity


@pytest.mark.parametrize(
    ("value", "name", "codes"),
    [
        ("0180", "Kommun", ["0180"]),
        ("01", "Län", ["01"]),
        ("00", "Sverige", list(COUNTIES)),
        (0, "Sverige", list(COUNTIES)),
        ("180", "Kommun", ["0180"]),
        (180, "Kommun", ["0180"]),
        (1, "Län", ["01"]),
        ("0199", "Kommun", ["01"]),
        ("02", "Län", list(COUNTIES)),
        ("", "Kommun", list(COUNTIES)),
        (None, None, list(COUNTIES)),
    ],
)
def test_geocodes_keep_their_zeros_and_an_alert_without_a_place_is_everybodys(value, name, codes):
    assert answered(alert(info=[area(value, name)])).items[0].place.codes == codes


@pytest.mark.parametrize(
    ("desc", "codes"), [("Nacka kommun (Stockholms län)", ["0182"]), ("Stockholms län", ["01"]), ("Hela landet", None)]
)
def test_area_without_a_code_is_placed_by_its_name(desc, codes):
    assert answered(alert(info=[area("", "", desc)])).items[0].place.codes == (codes or list(COUNTIES))


def test_geocode_as_a_bare_text_is_read():
    assert answered(alert(info=[info(area=[{"geocode": ["0180"]}])])).items[0].place.codes == ["0180"]


def test_duplicate_geocodes_are_one():
    twice = [{"areaDesc": "x", "geocode": [{"valueName": "Kommun", "value": "0180"}] * 2}] * 2

    assert answered(alert(info=[info(area=twice)])).items[0].place.codes == ["0180"]


def test_cancel_without_references_is_of_its_incident():
    parsed = answered(cancel(references=None))

    assert [(i.id, i.change) for i in parsed.items] == [(EARLIER, "cancel")]
    assert parsed.wholes == {EARLIER.replace("SRCAP", "SRVMA")}


def test_cancel_with_references_says_nothing_of_others_in_its_incident():
    assert answered(cancel()).wholes == frozenset()


def test_cancel_of_several_is_one_for_each():
    refers = f"x,{EARLIER},2027-01-18T07:00:00+01:00 x,{REAL},{SENT}"

    parsed = answered(cancel(references=refers, identifier="SRCAP20270119080000I"))

    assert [(i.id, i.change) for i in parsed.items] == [(EARLIER, "cancel"), (REAL, "cancel")]


def test_cancel_of_nothing_is_refused_with_its_bytes():
    parsed = answered(cancel(references=None, incidents=None))

    assert parsed.items == ()
    assert parsed.rejected[0].pointer == "/alerts/0/references"
    assert json.loads(parsed.rejected[0].raw)["msgType"] == "Cancel"


@pytest.mark.parametrize("status", ["Test", "Exercise", "Draft"])
def test_test_cancels_nothing_real(status):
    parsed = answered(cancel(status=status))

    assert parsed.items == ()
    assert parsed.wholes == frozenset()
    assert parsed.seen == {EARLIER}
    assert parsed.drift["!alerts.status:cancel"] == 1
    assert parsed.rejected[0].reason == "schema"


def test_cancel_is_never_older_than_what_it_takes_back():
    refers = f"x,{EARLIER},2027-01-20T07:00:00+01:00"

    (item,) = answered(cancel(references=refers)).items

    assert item.sent.isoformat() == "2027-01-20T06:00:00+00:00"


def test_cancel_listed_beside_its_alert_stands():
    refers = f"x,{REAL},{SENT}"
    over = cancel(references=refers, identifier="SRCAP20270119070000I-2")

    for pair in ((alert(), over), (over, alert())):
        assert [(i.id, i.change) for i in answered(*pair).items] == [(REAL, "cancel")]


def test_update_has_the_identity_of_what_it_goes_on_with():
    update = cancel(of=EARLIER, msgType="Update", info=[info(description="Faran ökar.")])

    parsed = answered(update)

    (item,) = parsed.items
    assert (item.id, item.change, item.texts["description"]) == (EARLIER, "report", "Faran ökar.")
    assert item.native["identifier"] == REAL
    assert parsed.position == {REAL: EARLIER}


def test_update_without_references_is_an_alert_of_its_own():
    parsed = answered(alert(msgType="Update"))

    assert parsed.items[0].id == REAL
    assert parsed.drift["-alerts.references"] == 1


@pytest.mark.parametrize(("kind", "reason"), [("Ack", "put_aside"), ("Error", "put_aside")])
def test_receipts_are_put_aside(kind, reason):
    parsed = answered(alert(msgType=kind))

    assert [r.reason for r in parsed.rejected] == [reason]


@pytest.mark.parametrize("kind", ["Varning", None, 7])
def test_unknown_kind_of_message_is_shown_as_an_alert(kind):
    parsed = answered(alert(msgType=kind))

    assert parsed.items[0].change == "report"
    assert sum(parsed.drift.values()) == 1


def test_alert_without_info_is_shown_everywhere():
    (item,) = answered(alert(info=None)).items

    assert (item.headline, item.place.codes, item.severity) == ("VMA", list(COUNTIES), "severe")


def test_alert_without_a_time_takes_the_clock_of_its_identifier():
    for sent in (None, "nyss", 1799992800):
        assert answered(alert(sent=sent)).items[0].sent.isoformat() == "2027-01-19T06:00:00+00:00"


def test_alert_without_any_time_is_as_old_as_the_answer_and_else_refused_but_there():
    assert answered(alert("x-1", sent=None)).items[0].sent.isoformat() == "2027-01-19T06:01:00+00:00"

    parsed = answered(alert("x-1", sent=None), timestamp=None)

    assert parsed.seen == {"x-1"}
    assert parsed.rejected[0].pointer == "/alerts/0/sent"


def test_time_without_an_offset_is_swedish():
    parsed = answered(alert(sent="2027-01-19 7:00:00"))

    assert parsed.items[0].sent.isoformat() == "2027-01-19T06:00:00+00:00"
    assert parsed.drift == {"!alerts.sent:zone": 1}


def test_end_before_its_beginning_is_the_rule_of_seven_days():
    (item,) = answered(alert(info=[info(expires="2020-01-01T00:00:00+01:00")])).items

    assert (item.ends - item.sent).days == 7


def test_alert_without_an_identifier_goes_by_its_incident_and_without_both_is_refused():
    assert answered(alert(None, incidents="SRVMA20270119070000I")).items[0].id == "SRVMA20270119070000I"

    parsed = answered(alert(None), alert())

    assert [i.id for i in parsed.items] == [REAL]
    assert not parsed.complete
    assert len(parsed.rejected) == 1


def test_two_bodies_of_one_identifier_keep_the_one_with_more_and_make_the_list_partial():
    poor, rich = alert(), alert(info=[info(), info(language="en-US", description="Go inside.")])

    for pair in ((poor, rich), (rich, poor)):
        parsed = answered(*pair)
        assert parsed.items[0].texts["description_en"] == "Go inside."
        assert not parsed.complete
    assert answered(poor, poor).complete


def test_one_alert_alone_and_a_bare_list_are_used_but_not_whole():
    for value in (alert(), [alert()]):
        parsed = parse(json.dumps(value).encode())
        assert [i.id for i in parsed.items] == [REAL]
        assert not parsed.complete


def test_lone_alert_in_place_of_the_list_is_used():
    assert [i.id for i in answered(alerts=alert()).items] == [REAL]


def test_one_broken_alert_hides_no_other():
    parsed = answered("noise", None, 7, [], alert(), alert("a b" * 100))

    assert len(parsed.items) == 2
    assert len(parsed.rejected) == 4


@pytest.mark.parametrize(
    "raw",
    [b"", b"null", b"42", b'"x"', b"{}", b'{"alerts":null}', b'{"alerts":7}', b"[" * 100_000, b"<html></html>"],
)
def test_anything_but_an_answer_is_an_error_and_not_whole(raw):
    parsed = parse(raw)

    assert parsed.error
    assert not parsed.complete
    assert [r.raw for r in parsed.rejected] == [raw]


def test_byte_order_mark_is_no_fault():
    parsed = parse(b"\xef\xbb\xbf" + (CORPUS / "00-quiet.json").read_bytes())

    assert (parsed.complete, parsed.drift, parsed.error) == (True, {}, None)


def test_unknown_fields_are_counted_by_name():
    parsed = answered(alert(colour="red", info=[info(mood="bad")]))

    assert set(parsed.drift) == {"+alerts.colour", "+info.mood"}


def test_piece_with_a_raw_line_break_in_a_text_spoils_only_itself():
    raw = (
        json.dumps({"alerts": [alert(), alert(EXERCISE, status="Exercise")]})
        .encode()
        .replace(json.dumps("inomhus").strip('"').encode(), b"a\nb", 1)
    )

    parsed = parse(raw)

    assert len(parsed.items) == 1
    assert [r.reason for r in parsed.rejected] == ["malformed"]
    assert not parsed.complete


def test_truncated_payloads_never_raise_and_never_pass_for_whole():
    whole = (CORPUS / "20-oskarshamn-5-second-alert-en-added.json").read_bytes().rstrip()
    for cut in range(0, len(whole) - 1, 97):
        assert not parse(whole[:cut]).complete


def test_mutated_payloads_never_raise_and_never_make_a_test_real():
    dice = random.Random(20270119)
    for name in ("20-oskarshamn-4-second-alert-and-cancel.json", "50-testapi-v2-alert-and-cancel.json"):
        whole = json.loads((CORPUS / name).read_bytes())
        for _ in range(300):
            for item in parse(json.dumps(mutated(whole, dice, dice.randrange(1, 8))).encode()).items:
                assert FeedReport.model_validate(item.model_dump()) == item
                assert from_datetime(item.sent)
                assert not (item.id.endswith("T") and item.severity != "information")


@given(st.binary(max_size=200))
def test_any_bytes_give_an_answer(raw):
    assert not parse(raw).items
