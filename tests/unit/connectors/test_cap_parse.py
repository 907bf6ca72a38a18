"""CAP documents and indexes into reports: recorded ones, each trap of the format, and what must never raise."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.shapes import shapes

from connectors.cap.parse import parse
from schemas.sectors import Kind, Label, Severity, Status
from schemas.times import z

CORPUS = Path(__file__).parents[2] / "corpora" / "cap"
NS = "urn:oasis:names:tc:emergency:cap:1.2"


def recorded(name):
    return (CORPUS / name).read_bytes()


def block(**elements):
    told = {"language": "sv-SE", "category": "Met", "event": "Snö", "urgency": "Expected", "severity": "Severe"}
    told |= {"certainty": "Likely", "expires": "2027-01-20T12:00:00+01:00", "headline": "Mycket snö"} | elements
    return "<info>" + "".join(f"<{k}>{v}</{k}>" for k, v in told.items() if v is not None) + "</info>"


def alert(number="A", infos=None, ns=f' xmlns="{NS}"', **head):
    told = {"identifier": number, "sender": "varning@example.se", "sent": "2027-01-19T07:00:00+01:00"}
    told |= {"status": "Actual", "msgType": "Alert", "scope": "Public"} | head
    inner = "".join(f"<{k}>{v}</{k}>" for k, v in told.items() if v is not None)
    return f"<alert{ns}>{inner}{block() if infos is None else infos}</alert>"


def area(**elements):
    inner = "".join(f"<{k}>{v}</{k}>" for k, v in elements.items())
    return f"<areaDesc>här</areaDesc>{inner}"


def one(*args, **kwargs):
    (item,) = parse(alert(*args, **kwargs).encode()).items
    return item


def with_area(**elements):
    return one(infos=block(area=area(**elements)))


def geocode(name, value):
    return with_area(geocode=f"<valueName>{name}</valueName><value>{value}</value>").place.codes


RING = "59.2,18.0 59.2,18.4 59.4,18.4 59.2,18.0"


def test_recorded_update_of_nine_becomes_a_new_revision_of_the_first():
    parsed = parse(recorded("canada-signed.cap.xml"))

    (item,) = parsed.items
    assert (item.id, item.change, item.severity) == ("2.49.0.1.124.726d2331.2013", "report", Severity.MODERATE)
    assert z(item.revision) == "2013-01-24T21:26:00.000Z"
    assert item.native["identifier"] == "2.49.0.1.124.f2c83f5f.2013"
    assert item.texts["headline_en"] == "snowfall warning"
    assert item.texts["headline"].startswith("avertissement")
    assert len(item.place.wkt) == 2


def test_recorded_all_clear_cancels_what_it_refers_to():
    (item,) = parse(recorded("canada.cap.xml")).items

    assert (item.id, item.change) == ("2.49.0.1.124.a3f342a4.2012", "cancel")


def test_recorded_all_clear_that_names_itself_cancels_itself():
    (item,) = parse(recorded("mo-monsoon.cap.xml")).items

    assert (item.change, item.native["responseType"]) == ("cancel", "AllClear")
    assert item.id.startswith("SMG-Weather_MS_2025_006_03.")
    assert len(item.place.wkt) == 1


def test_recorded_all_clear_that_names_nothing_is_shown_until_its_end():
    parsed = parse(recorded("synthetic-invalid-values.cap.xml"))

    assert parsed.items[0].change == "report"
    assert parsed.items[0].ends.isoformat() == "2012-05-03T00:20:00+00:00"
    assert parsed.drift["-alert.references"] == 1


def test_recorded_test_that_names_itself_stays_a_test():
    (item,) = parse(recorded("alertswiss-test.cap.xml")).items

    assert (item.status, item.change, item.severity) == (Status.TEST, "report", Severity.INFORMATION)
    assert item.id.endswith(".test")


def test_recorded_index_gives_each_alert_with_its_own_words():
    parsed = parse(recorded("meteoalarm-legacy-atom-poland.xml"))

    assert [item.id for item in parsed.items] == [
        "2.49.0.0.616.0.PL.230427122201.PL805_00731",
        "2.49.0.0.616.0.PL.230427073134.PL804_00821",
    ]
    assert {item.severity for item in parsed.items} == {Severity.MODERATE}
    assert parsed.items[0].native["geocode"] == "EMMA_ID=PL805"
    assert (parsed.complete, z(parsed.as_of)) == (True, "2023-04-28T12:40:46.062Z")


def test_entries_of_one_alert_are_folded_and_their_areas_joined():
    text = recorded("meteoalarm-legacy-atom-poland.xml").decode()
    text = text.replace("230427073134.PL804_00821", "230427122201.PL805_00731")
    text = text.replace("PL805</value>", "SE021</value>").replace("PL804</value>", "SE016</value>")

    (item,) = parse(text.encode()).items

    assert item.place.codes == ["01", "03"]


def test_short_sender_of_a_reference_is_the_sender_itself():
    update = recorded("wcatwc-warning.cap.xml").decode()
    first = alert("PAAQ-1-lqw6d6", sender="http://newwcatwc.arh.noaa.gov/tsuPortal/", sent="2011-09-02T10:55:55-00:00")

    assert parse(update.encode()).items[0].id == parse(first.encode()).items[0].id


@pytest.mark.parametrize(
    ("severity", "certainty", "ours"),
    [
        ("Extreme", "Observed", Severity.EXTREME),
        ("Severe", "Likely", Severity.SEVERE),
        ("Moderate", "Very Likely", Severity.MODERATE),
        ("Minor", "Possible", Severity.MINOR),
        ("Unknown", "Unknown", Severity.INFORMATION),
        ("Extreme", "Unlikely", Severity.SEVERE),
        ("Minor", "Unlikely", Severity.INFORMATION),
    ],
)
def test_severity_follows_certainty_one_step_down_when_unlikely(severity, certainty, ours):
    assert one(infos=block(severity=severity, certainty=certainty)).severity == ours


def test_unknown_words_are_shown_and_counted():
    parsed = parse(alert(infos=block(severity="Purple"), msgType="Revise", status="Nightly").encode())

    (item,) = parsed.items
    assert (item.severity, item.status, item.change) == (Severity.INFORMATION, Status.ACTUAL, "report")
    assert {"=severity:purple", "=msgType:revise", "=status:Nightly"} <= set(parsed.drift)


def test_meteoalarms_level_stands_in_for_an_unknown_severity():
    level = "<valueName>awareness_level</valueName><value>4; red; Extreme</value>"

    item = one(infos=block(severity="Unknown", parameter=level))

    assert (item.severity, item.native["awareness_level"]) == (Severity.EXTREME, "4; red; Extreme")


def test_languages_are_one_report_with_swedish_first():
    english = block(language="en-GB", headline="Much snow", event="Snow")

    item = one(infos=english + block() + block(language="fi", headline="Paljon lunta"))

    assert (item.headline, item.texts["headline_en"]) == ("Mycket snö", "Much snow")
    assert item.texts["headline"] == "Mycket snö"
    assert item.native["language"] == "en-GB, sv-SE, fi"


def test_phases_are_one_report_of_the_worst_the_earliest_and_the_latest():
    first = block(severity="Minor", onset="2027-01-19T09:00:00+01:00", headline="Lite snö")
    second = block(severity="Extreme", onset="2027-01-19T12:00:00+01:00", expires="2027-01-21T00:00:00+01:00")

    item = one(infos=first + second)

    assert (item.severity, item.headline) == (Severity.EXTREME, "Mycket snö")
    assert item.onset.isoformat() == "2027-01-19T08:00:00+00:00"
    assert item.ends.isoformat() == "2027-01-20T23:00:00+00:00"


@pytest.mark.parametrize("expires", [None, "soon", "2027-01-18T00:00:00+01:00"])
def test_one_block_without_a_usable_end_keeps_the_alert_open(expires):
    later = block(expires=expires, onset="2027-01-19T09:00:00+01:00")

    assert one(infos=block() + later).ends is None


def test_past_without_an_end_of_its_own_ends_as_it_comes():
    assert one(infos=block(urgency="Past", expires=None)).ends.isoformat() == "2027-01-19T06:00:00+00:00"


@pytest.mark.parametrize("word", ["Exercise", "System", "Test", "Draft"])
def test_a_test_never_becomes_real_and_never_ends_what_is(word):
    real, cancel = alert("A"), alert("B", msgType="Cancel", status=word, references="varning@example.se,A,x")

    items = parse(f"<list>{real}{cancel}</list>".encode()).items

    assert [(i.status, i.change) for i in items] == [(Status.ACTUAL, "report"), (Status(word.lower()), "cancel")]
    assert items[0].id != items[1].id


@pytest.mark.parametrize("word", ["Ack", "Error"])
def test_answers_to_messages_are_put_aside(word):
    parsed = parse(alert(msgType=word).encode())

    assert parsed.items == ()
    assert [piece.reason for piece in parsed.rejected] == ["put_aside"]


@pytest.mark.parametrize(
    ("categories", "kind"),
    [("Met", Kind.WARNING), ("Transport", Kind.DISRUPTION), ("Security", Kind.MESSAGE), (None, Kind.WARNING)],
)
def test_category_decides_the_kind(categories, kind):
    assert one(infos=block(category=categories)).kind == kind


def test_scope_decides_who_may_read():
    labels = [one(scope=scope).label for scope in ("Public", "Restricted", "Private")]

    assert labels == [Label.OPEN, Label.INTERNAL, Label.CONFIDENTIAL]


def test_polygon_has_latitude_first_and_is_turned():
    (shape,) = shapes(with_area(polygon=RING))

    assert shape["coordinates"][0][0] == [18.0, 59.2]


def test_polygon_with_any_blanks_and_an_open_ring_is_read():
    (shape,) = shapes(with_area(polygon="\n59.2,18.0\t59.2,18.4\n  59.4,18.4"))

    assert shape["coordinates"][0][0] == shape["coordinates"][0][-1]


@pytest.mark.parametrize(
    "polygon", ["18.0,59.2 18.4,59.2 18.4,59.4 18.0,59.2", "59.2,18.0", "a,b c,d e,f", "nan,1 2,3 4,5"]
)
def test_polygon_that_is_none_gives_way_to_the_codes_and_is_counted(polygon):
    code = "<valueName>EMMA_ID</valueName><value>SE021</value>"

    parsed = parse(alert(infos=block(area=area(polygon=polygon, geocode=code))).encode())

    assert parsed.items[0].place.codes == ["01"]
    assert any(name.startswith("!area.polygon") for name in parsed.drift)


def test_circle_becomes_a_polygon_of_its_radius_and_a_point_without_one():
    (circle,) = shapes(with_area(circle="59.33,18.07 10"))
    (point,) = shapes(with_area(circle="59.33,18.07 0.0"))

    lats = [lat for _, lat in circle["coordinates"][0]]
    assert len(lats) == 33
    assert max(lats) - min(lats) == pytest.approx(20 / 111.195, abs=0.001)
    assert point == {"type": "Point", "coordinates": [18.07, 59.33]}


@pytest.mark.parametrize(
    ("name", "value", "codes"),
    [
        ("EMMA_ID", "SE021", ["01"]),
        ("EMMA_ID", "SE805", []),
        ("ISO3166-2", "SE-AB", ["01"]),
        ("NUTS3", "SE110", ["01"]),
        ("Län", "1", ["01"]),
        ("kommunkod", "180", ["0180"]),
        ("municipality", "0180", ["0180"]),
        ("SAME", "0180", []),
        ("county", "99", []),
    ],
)
def test_geocodes_that_we_know_become_our_codes(name, value, codes):
    assert geocode(name, value) == codes


def test_roslagskusten_is_told_by_its_municipalities():
    assert {"0188", "0180", "0120"} <= set(geocode("EMMA_ID", "SE022"))


def test_foreign_county_numbers_are_not_taken_for_ours():
    code = area(geocode="<valueName>county</valueName><value>03</value>")

    assert one("2.49.0.1.578.0.1", sender="post@met.no", infos=block(area=code)).place.codes == []


@pytest.mark.parametrize(
    "ns", ["", ' xmlns="urn:oasis:names:tc:emergency:cap:1.1"', ' xmlns="http://www.incident.com/cap/1.0"']
)
def test_older_versions_and_no_namespace_are_read(ns):
    assert one(ns=ns).headline == "Mycket snö"


def test_cap_1_0_wrote_pairs_and_references_in_another_way():
    code = area(geocode="EMMA_ID=SE021")

    item = one("B", msgType="Update", references="A/varning@example.se", infos=block(area=code))

    assert (item.id, item.place.codes) == (one("A").id, ["01"])


def test_two_senders_with_the_same_number_are_two_alerts():
    both = alert("1") + alert("1", sender="annan@example.org")

    assert len(parse(f"<list>{both}</list>".encode()).items) == 2


def test_alert_without_a_number_is_refused_and_hides_no_other():
    parsed = parse(f"<list>{alert(None)}{alert('B')}</list>".encode())

    assert len(parsed.items) == 1
    assert [(piece.reason, piece.pointer) for piece in parsed.rejected] == [("schema", "/0/identifier")]


@pytest.mark.parametrize("sent", [None, "soon", "9999-01-01T00:00:00Z"])
def test_alert_without_any_time_is_refused_but_seen(sent):
    parsed = parse(alert(sent=sent, infos="").encode())

    assert parsed.items == ()
    assert len(parsed.seen) == 1
    assert parsed.rejected[0].raw.startswith(b"<alert")


def test_time_without_an_offset_is_taken_for_utc_and_counted():
    parsed = parse(alert(sent="2027-01-19T07:00:00").encode())

    assert z(parsed.items[0].revision) == "2027-01-19T07:00:00.000Z"
    assert parsed.drift["!alert.sent:no_offset"] >= 1


def test_strange_number_becomes_an_identity_that_stays_the_same():
    items = {one("x/y z " + "ö" * 100).id for _ in range(2)}

    assert len(items) == 1
    assert re.fullmatch(r"[A-Za-z0-9_.:+-]{1,90}", items.pop())


@pytest.mark.parametrize("form", ["<content type='text/xml'>{}</content>", "<description><![CDATA[{}]]></description>"])
def test_alert_that_stands_in_an_entry_is_read(form):
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id>{form.format(alert())}</entry></feed>"

    parsed = parse(feed.encode())

    assert [item.headline for item in parsed.items] == ["Mycket snö"]
    assert parsed.complete


def test_rss_whose_items_only_link_says_so():
    parsed = parse(b"<rss><channel><item><link>https://example.se/1.xml</link></item></channel></rss>")

    assert (parsed.items, parsed.complete, parsed.error) == ((), False, None)
    assert parsed.rejected[0].reason == "put_aside"


def test_empty_index_is_complete_and_a_page_is_not():
    assert parse(b"<feed xmlns='http://www.w3.org/2005/Atom'/>").complete
    page = parse(b"<html><body>Service unavailable</body></html>")
    assert page.error.startswith("alerts or an index")
    assert not page.complete


def test_index_that_is_cut_gives_what_came_before_and_an_error():
    raw = recorded("meteoalarm-legacy-atom-poland.xml")

    parsed = parse(raw[: raw.rindex(b"<cap:event>")])

    assert len(parsed.items) == 1
    assert parsed.error
    assert not parsed.complete


@pytest.mark.parametrize(
    "raw", [b"", b"null", b"{}", b"[1", b"\xff\xfe", b"<a>" * 100_000, b"<alert>", b"<!DOCTYPE a []><alert/>"]
)
def test_anything_else_is_an_error_and_nothing_is_told(raw):
    parsed = parse(raw)

    assert parsed.error
    assert parsed.items == ()
    assert len(parsed.rejected) == 1


def test_a_hundred_thousand_blocks_are_one_bounded_report_of_the_worst():
    many = block(severity="Minor", headline="x" * 50) * 20_000 + block(severity="Extreme")

    item = one(infos=many)

    assert (item.severity, item.headline) == (Severity.EXTREME, "Mycket snö")
    assert len(item.model_dump_json()) < 10_000


def test_alert_within_an_alert_is_not_told():
    assert len(parse(alert(infos=block() + alert("B")).encode()).items) == 1


@given(st.binary(max_size=300))
def test_any_bytes_never_raise(raw):
    parse(raw)


@pytest.mark.parametrize("file", sorted(path.name for path in CORPUS.glob("*.xml")))
def test_spoilt_and_cut_payloads_never_raise(file):
    dice, whole = random.Random(20270119), recorded(file)[:30_000]
    for _ in range(25):
        raw = bytearray(whole[: dice.randrange(len(whole))] if dice.random() < 0.3 else whole)
        for _ in range(dice.randrange(1, 12)):
            at = dice.randrange(max(1, len(raw)))
            raw[at : at + dice.randrange(4)] = dice.choice(
                [b"", b"<", b">", b"\x00", b"9" * 30, b"&amp;", b"NaN", b"-"]
            )
        parse(bytes(raw))


def test_texts_replaced_by_nonsense_never_raise():
    dice, whole = random.Random(7), recorded("canada.cap.xml").decode()
    for _ in range(60):
        nonsense = dice.choice(
            ["", "x" * 30_000, "-1", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "a,b,c", "1e999"]
        )
        name = dice.choice(["sent", "references", "polygon", "expires", "severity", "language", "value", "identifier"])
        parse(re.sub(f"<{name}>[^<]*<", f"<{name}>{nonsense}<", whole).encode())
