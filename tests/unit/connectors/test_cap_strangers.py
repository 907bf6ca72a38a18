"""CAP as strangers write it: what payloads of other countries taught that the specification does not say."""

import json
import random

import pytest
from support.shapes import shapes

from connectors.cap.gather import read
from connectors.cap.parse import parse
from schemas.sectors import Severity, Status
from tests.support.mutation import mutated
from tests.unit.connectors.test_cap_parse import alert, block, geocode, one

ATOM = "http://www.w3.org/2005/Atom"
CAP11 = "urn:oasis:names:tc:emergency:cap:1.1"


def cancelled(references, sender="varning@example.se"):
    parsed = parse(alert("C", infos="", msgType="Cancel", sender=sender, references=references).encode())
    assert all(item.change == "cancel" for item in parsed.items)
    return sorted(item.id for item in parsed.items)


def entry(own_id, elements, title="Storm", **more):
    told = "".join(f"<{name}>{value}</{name}>" for name, value in more.items())
    return f"<entry><id>{own_id}</id><title>{title}</title>{told}{elements}</entry>"


def feed(*entries, ns=CAP11):
    return f"<feed xmlns='{ATOM}' xmlns:cap='{ns}'><id>https://example.org/feed</id>{''.join(entries)}</feed>".encode()


@pytest.mark.parametrize(
    "references",
    [
        "varning@example.se,A,2027-01-19T07:00:00+01:00 varning@example.se,B,2027-01-19T08:00:00+01:00",
        "varning@example.se, A, 2027-01-19T07:00:00+01:00 varning@example.se, B, 2027-01-19T08:00:00+01:00",
        "varning@example.se,A,2027-01-19T07:00:00+01:00,varning@example.se,B,2027-01-19T08:00:00+01:00",
        "varning@example.se,A,2027-01-19T07:00:00+01:00\n  varning@example.se,B,2027-01-19T08:00:00+01:00",
    ],
)
def test_cancel_ends_each_alert_that_it_names_however_they_are_parted(references):
    assert cancelled(references) == sorted(one(number).id for number in ("A", "B"))


def test_sender_with_blanks_is_one_sender():
    known = one("A", sender="SMHI Norrköping").id
    for written in ('"SMHI Norrköping",A,2027-01-19T07:00:00Z', "SMHI Norrköping,A,2027-01-19T07:00:00Z"):
        assert cancelled(written, sender="SMHI Norrköping") == [known]


def test_references_that_are_none_keep_long_documents_fast():
    assert len(cancelled("x," * 9_000)) == 1
    assert len(cancelled("x" * 19_000)) == 1


@pytest.mark.parametrize(
    ("told", "ms"),
    [
        ("2027-01-19T24:00:00+01:00", 1800399600000),
        ("2027-01-19T7:00:00+1:00", 1800338400000),
        ("2027-01-19t06:00:00z", 1800338400000),
        ("2027-01-19 07:00 +01:00", 1800338400000),
        ("2027-01-19T06:00:00.123456789UTC", 1800338400123),
        ("2027-01-19T08:00:00GMT+2", 1800338400000),
        ("Tue, 19 Jan 2027 07:00:00 +0100", 1800338400000),
    ],
)
def test_time_in_any_common_form_is_the_order(told, ms):
    assert one(sent=told).revision == ms


@pytest.mark.parametrize("told", ["2027-01-19T24:01:00Z", "2027-01-19T25:00:00Z", "19/01/2027", "Tue, 99 Jan 2027"])
def test_time_that_is_none_is_counted_and_onset_stands_in(told):
    parsed = parse(alert(sent=told, infos=block(onset="2027-01-19T12:00:00Z")).encode())

    assert parsed.items[0].revision == 1800360000000
    assert parsed.drift["!alert.sent"] == 1


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Övning", Status.EXERCISE),
        ("Exercice", Status.EXERCISE),
        ("Simulacro", Status.EXERCISE),
        ("Practice", Status.EXERCISE),
        ("Prueba", Status.TEST),
        ("SIMULATED", Status.TEST),
        (" TEST ", Status.TEST),
        ("Approval", Status.ACTUAL),
        ("Real", Status.ACTUAL),
    ],
)
def test_status_in_the_senders_own_language_is_never_taken_for_real(word, status):
    item = one(status=word)

    assert item.status is status
    assert item.id.endswith(f".{status}") is (status is not Status.ACTUAL)


@pytest.mark.parametrize("code", ["RWT", "RMT", "NPT", "DMO"])
def test_required_test_that_is_sent_as_actual_is_a_test_with_its_senders_identity(code):
    told = block(event="Required Weekly Test", eventCode=f"<valueName>SAME</valueName><value>{code}</value>")

    assert one(infos=told).status is Status.TEST
    assert one(infos=told).id == one().id
    assert one(infos=told, msgType="Cancel").change == "cancel"


def test_texts_that_begin_as_swedish_tests_do_are_tests_and_others_are_not():
    assert one(infos=block(headline="TEST Gul varning för snö")).status is Status.TEST
    assert one(infos=block(headline="ÖVNING: orange varning")).status is Status.EXERCISE
    assert one(infos=block(headline="Entwarnung: Probealarm - Land Hessen")).status is Status.TEST
    assert one(infos=block(headline="Testa brandvarnaren")).status is Status.ACTUAL
    assert one(infos=block(description="TEST ends here")).status is Status.ACTUAL


def test_exercise_of_the_envelope_holds_for_what_is_in_it():
    wrapped = (
        "<EDXLDistribution xmlns='urn:oasis:names:tc:emergency:EDXL:DE:1.0'>"
        "<distributionStatus>{}</distributionStatus><contentObject><xmlContent><embeddedXMLContent>"
        f"{alert()}</embeddedXMLContent></xmlContent></contentObject></EDXLDistribution>"
    )

    (exercise,) = parse(wrapped.format("Exercise").encode()).items
    (actual,) = parse(wrapped.format("Actual").encode()).items

    assert (exercise.status, actual.status) == (Status.EXERCISE, Status.ACTUAL)
    assert exercise.id != actual.id


def test_markup_that_was_not_escaped_loses_no_word():
    item = one(infos=block(headline="Mycket <b>snö</b> och <i>is</i>", description="a<br/>b"))

    assert item.headline == "Mycket snö och is"
    assert item.texts["description"] == "ab"


def test_all_pairs_of_one_element_are_kept_as_nws_wrote_them():
    two = "<valueName>FIPS6</valueName><value>001009</value><valueName>UGC</valueName><value>ALC009</value>"
    told = f"<cap:event>Flood</cap:event><cap:severity>Minor</cap:severity><cap:geocode>{two}</cap:geocode>"

    (item,) = parse(feed(entry("https://example.org/1", told, updated="2018-08-15T17:30:00-05:00"))).items

    assert item.native["geocode"] == "FIPS6=001009, UGC=ALC009"
    assert geocode("a</valueName><value>b</value><valueName>EMMA_ID", "SE021") == ["01"]


def test_entry_of_the_indexs_own_name_says_that_there_is_nothing():
    nothing = entry(
        "https://example.org/feed", "<link href='https://example.org/feed'/>", "There are no active watches"
    )

    parsed = parse(feed(nothing))

    assert (parsed.items, parsed.rejected, parsed.complete) == ((), (), True)
    assert parsed.drift == {"!entry:notice": 1}


def test_entry_in_cap_1_0_is_read():
    told = "<cap:event>Vind</cap:event><cap:severity>Severe</cap:severity>"

    raw = feed(entry("1", told, updated="2027-01-19T07:00:00Z"), ns="http://www.incident.com/cap/1.0")

    assert [item.severity for item in parse(raw).items] == [Severity.SEVERE]


def test_rss_items_time_is_the_order():
    item = (
        "<item><title>Storm</title><guid>2.49.0.1.76.0.1</guid><pubDate>Tue, 19 Jan 2027 07:00:00 +0100</pubDate>"
        f"<cap:event xmlns:cap='{CAP11}'>Vind</cap:event></item>"
    )

    (found,) = parse(f"<rss><channel>{item}</channel></rss>".encode()).items

    assert found.revision == 1800338400000


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("Stockholms län", ["01"]),
        ("Norrtälje kommun, Nacka kommun", ["0182", "0188"]),
        ("Stockholm County", ["01"]),
        ("Stockholms län utom Norrtälje kommun", ["01"]),
        ("Norra delen av Stockholms län", ["01"]),
        ("Västra Götalands län och norra Hallands län", ["13", "14"]),
        ("Stockholm", []),
        ("Norra Östersjön", []),
    ],
)
def test_alert_from_sweden_without_a_shape_or_a_code_is_where_its_words_say(name, codes):
    told = block(area=f"<areaDesc>{name}</areaDesc>")

    assert one(infos=told).place.codes == codes
    assert one(infos=told, sender="x@example.org").place.codes == []


def test_two_bodies_of_one_message_are_one_report_and_a_rejection():
    parsed = parse(f"<alerts>{alert()}{alert(infos=block(severity='Minor'))}</alerts>".encode())
    again = parse(f"<alerts>{alert()}{alert()}</alerts>".encode())

    assert [item.severity for item in parsed.items] == [Severity.MINOR]
    assert [piece.pointer for piece in parsed.rejected] == ["/1"]
    assert (len(again.items), again.rejected, again.drift["!alert:duplicate"]) == (1, (), 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32", "cp1252"])
def test_false_or_missing_declarations_of_encoding_cost_no_letter(encoding):
    for declared in ("", '<?xml version="1.0" encoding="utf-16"?>', '\n<?xml version="1.0"?>'):
        (item,) = parse((declared + alert(infos=block(headline="Översvämning"))).encode(encoding)).items

        assert item.headline == "Översvämning"


def test_html_that_a_writer_put_into_texts_becomes_lines():
    told = block(
        description="A &amp;quot;B&amp;quot;&lt;br/&gt;&lt;p&gt;C&lt;/p&gt;",
        contact="&lt;a href='tel:112'&gt;112&lt;/a&gt;",
    )

    item = one(infos=told)

    assert (item.texts["description"], item.texts["contact"]) == ('A "B"\nC', "112")


def test_what_only_looks_like_html_stays():
    assert one(infos=block(description="Regn &lt;50 mm, vind &gt; 20 m/s &amp; snö")).texts["description"] == (
        "Regn <50 mm, vind > 20 m/s & snö"
    )
    assert "&" not in one(infos=block(description="a&amp;#0;b&amp;#xD800;c&amp;#9999999;")).texts["description"][:1]


def test_several_instructions_of_one_block_are_all_told():
    told = block().replace(
        "</info>", "<instruction>Stanna inne.</instruction><instruction>Stäng fönster.</instruction></info>"
    )

    assert one(infos=told).texts["instruction"] == "Stanna inne.\nStäng fönster."


def test_language_in_an_attribute_is_the_blocks_language():
    told = block(language=None, headline="Entwarnung").replace("<info>", '<info lang="DE">')
    told += block(language=None, headline="All clear").replace("<info>", '<info xml:lang="en">')

    item = one(infos=told)

    assert (item.texts["headline"], item.texts["headline_en"]) == ("Entwarnung", "All clear")


def test_longitude_first_is_turned_where_no_latitude_is_that_large():
    told = block(area="<areaDesc>x</areaDesc><polygon>99.9,9.3 99.8,9.3 99.8,9.2 99.9,9.3</polygon>")

    (shape,) = shapes(one(infos=told))

    assert shape["coordinates"][0][0] == [99.9, 9.3]


def test_buddhist_years_are_the_same_years():
    assert one(sent="2570-01-19T13:00:00+07:00").revision == 1800338400000
    assert one(sent="2567-02-29T00:00:00Z").revision == 1709164800000


def test_times_of_an_rss_items_own_elements_are_read_as_rss_writes_them():
    expires = f"<cap:expires xmlns:cap='{CAP11}'>Wed, 20 Jan 2027 16:00:00 +0000</cap:expires>"
    event = f"<cap:event xmlns:cap='{CAP11}'>Wind</cap:event>"
    item = f"<item><guid>A</guid><pubDate>Tue, 19 Jan 2027 07:00:00 +0000</pubDate>{event}{expires}</item>"

    (found,) = parse(f"<rss><channel>{item}</channel></rss>".encode()).items

    assert found.ends.isoformat() == "2027-01-20T16:00:00+00:00"


def test_link_that_calls_itself_cap_is_followed_whatever_its_relation():
    links = (
        "<link rel='alternate' type='text/html' href='https://example.org/a.html'/>"
        "<link rel='related' type='application/cap+xml' href='https://example.org/cap/a'/>"
    )

    assert [link.address for link in read(feed(entry("urn:a", links))).links] == ["https://example.org/cap/a"]


def as_json(number="A", **head):
    info = {
        "language": "sv-SE",
        "event": "Vind",
        "headline": "Gul varning för vind",
        "severity": "Moderate",
        "category": ["Met"],
        "onset": "2027-01-19T08:00:00+00:00",
        "parameter": [{"valueName": "awareness_level", "value": "2; yellow; Moderate"}],
        "area": [{"areaDesc": "Stockholm", "geocode": [{"valueName": "EMMA_ID", "value": "SE021"}]}],
    }
    told = {"identifier": number, "sender": "varning@example.se", "sent": "2027-01-19T07:00:00+01:00"}
    return told | {"status": "Actual", "msgType": "Alert", "scope": "Public", "info": [info]} | head


def parsed_json(value):
    return parse(json.dumps(value).encode())


def test_meteoalarms_list_in_json_gives_the_same_identities_as_xml():
    names = f"varning@example.se,{'A'},2027-01-19T07:00:00+01:00"
    cancel = as_json("C", msgType="Cancel", sent="2027-01-19T09:00:00+01:00", references=names)
    rows = [as_json(), as_json("B", status="Test"), cancel]

    parsed = parsed_json({"warnings": [{"alert": row, "uuid": "x"} for row in rows]})

    test, cancelled = parsed.items
    assert (cancelled.id, cancelled.change, cancelled.revision) == (one("A").id, "cancel", 1800345600000)
    assert (test.status, test.headline, test.place.codes) == (Status.TEST, "Gul varning för vind", ["01"])
    assert test.native["awareness_level"] == "2; yellow; Moderate"
    assert (parsed.complete, parsed.rejected) == (True, ())


@pytest.mark.parametrize(
    "wrap", [lambda a: a, lambda a: [a], lambda a: {"alert": a}, lambda a: {"data": {"alerts": [a]}}]
)
def test_json_alert_is_found_in_any_common_wrapping(wrap):
    assert [item.id for item in parsed_json(wrap(as_json())).items] == [one("A").id]


def test_features_of_nws_are_alerts_with_their_shapes_and_references():
    told = {
        "id": "https://api.weather.gov/alerts/urn:oid:2.49.0.1.840.0.b.001.1",
        "areaDesc": "Gregg, TX",
        "geocode": {"SAME": ["048183"]},
        "references": [{"identifier": "urn:oid:2.49.0.1.840.0.a.001.1", "sender": "w", "sent": "2026-01-01T00:00:00Z"}],
        "sent": "2027-01-19T07:00:00+01:00",
        "status": "Actual",
        "messageType": "Cancel",
        "severity": "Severe",
        "event": "Flood Warning",
        "parameters": {"VTEC": ["/O/"]},
        "eventCode": {"SAME": ["FLW"]},
    }
    ring = [[-94.9, 32.5], [-94.6, 32.4], [-94.9, 32.3], [-94.9, 32.5]]
    feature = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}, "properties": told}

    (item,) = parsed_json({"type": "FeatureCollection", "features": [feature]}).items

    assert (item.id, item.change) == ("urn:oid:2.49.0.1.840.0.a.001.1", "cancel")
    assert shapes(item)[0]["coordinates"] == [ring]
    assert (item.native["geocode"], item.native["eventCode"]) == ("SAME=048183", "SAME=FLW")


def test_json_without_alerts_is_put_aside_and_an_empty_list_is_not():
    for other in ({}, [], {"identifier": "A", "title": "x"}, 5, {"warnings": None}):
        parsed = parsed_json(other)
        assert (parsed.items, parsed.complete) == ((), False)
        assert parsed.error
    assert parsed_json({"warnings": []}).complete


def test_spoilt_json_never_raises_and_hides_nothing_in_silence():
    dice = random.Random(7)
    whole = {"warnings": [{"alert": as_json(number)} for number in "ABC"]}
    for _ in range(500):
        raw = json.dumps(mutated(whole, dice, 4)).encode()
        parsed = parse(raw[: dice.randrange(len(raw))] if dice.random() < 0.2 else raw)
        assert parsed.items or parsed.rejected or parsed.complete


@pytest.mark.parametrize("word", ["Cancel", "CANCEL", "Cancelled", "Cancellation"])
def test_cancel_in_other_forms_of_the_word_is_a_cancel(word):
    known = "varning@example.se,A,2027-01-19T07:00:00+01:00"

    item = one("C", infos="", msgType=word, references=known)

    assert (item.id, item.change) == (one("A").id, "cancel")


def test_entry_of_the_indexs_own_name_that_holds_an_alert_is_read():
    for content in (alert(), f"<![CDATA[{alert()}]]>"):
        raw = feed(f"<entry><id>https://example.org/feed</id><content type='text/xml'>{content}</content></entry>")
        assert [item.id for item in parse(raw).items] == [one("A").id]


def test_heartbeat_that_names_what_is_in_force_ends_nothing_of_it():
    names = " ".join(f"varning@example.se,{number},2027-01-19T07:00:00+01:00" for number in "AB")
    beat = alert(
        "H", infos="", status="System", sender="NAADS-Heartbeat", references=names, sent="2027-01-19T08:00:00Z"
    )

    parsed = parse(f"<alerts>{alert('A')}{alert('B')}{beat}</alerts>".encode())

    assert {item.id: item.change for item in parsed.items if item.status is Status.ACTUAL} == {
        one("A").id: "report",
        one("B").id: "report",
    }


@pytest.mark.parametrize(
    ("urgency", "responses", "change"),
    [
        ("Past", ["AllClear", "Monitor"], "cancel"),
        ("Unknown", ["AllClear"], "cancel"),
        (None, ["AllClear"], "cancel"),
        ("Unknown", ["AllClear", "Monitor"], "report"),
        ("Immediate", ["AllClear"], "report"),
        ("Past", ["Monitor"], "report"),
    ],
)
def test_all_clear_ends_what_it_names_unless_something_else_is_asked_for(urgency, responses, change):
    told = block(urgency=urgency).replace("</info>", "".join(f"<responseType>{r}</responseType>" for r in responses))
    known = "varning@example.se,A,2027-01-19T07:00:00+01:00"

    assert one("B", infos=f"{told}</info>", references=known).change == change
