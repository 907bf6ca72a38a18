"""Krisinformation.se's lists into reports; three items are recorded, the other payloads are constructed."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.mutation import mutated

from connectors.krisinformation.markup import plain
from connectors.krisinformation.parse import parse
from connectors.reading.places import COUNTIES
from schemas.report import FeedReport

CORPUS = Path(__file__).parents[2] / "corpora" / "krisinformation"


def constructed(name, **asked):
    (file,) = CORPUS.glob(f"{name}-*")
    return parse(file.read_bytes(), **asked)


def item(**more):
    whole = {
        "Identifier": "1",
        "Updated": "2027-01-19T08:00:00+01:00",
        "Published": "2027-01-19T07:00:00+01:00",
        "Headline": "Råd",
        "Area": [{"Type": "County", "Description": "Stockholms län"}],
        "Event": "News",
        "Language": "sv-SE",
    }
    return {k: v for k, v in (whole | more).items() if v is not ...}


def one(*, asked=False, **more):
    (found,) = parse(json.dumps([item(**more)]).encode(), vma=asked).items
    return found


def test_news_are_information_of_their_own_for_three_days():
    first, second, _ = constructed("10").items

    assert (first.id, first.kind, first.severity, first.origin) == ("90001", "message", "information", "own")
    assert first.revision is None
    assert first.sent.isoformat() == "2027-01-19T08:40:12.123000+00:00"
    assert (first.ends - first.sent).total_seconds() == 72 * 3600
    assert first.place.codes == ["01"]
    assert second.place.codes == list(COUNTIES)
    assert second.url == "https://www.krisinformation.se/nyheter/2027/januari/konstruerat-rad"


def test_html_of_a_text_becomes_plain_lines():
    first = constructed("10").items[0]

    assert first.texts["body"].splitlines() == [
        "Många hushåll saknar el – framför allt i norr.",
        "- Ring inte 112 om det inte är nödläge.",
        "- Lyssna på P4.",
        "",
        "Det här är en konstruerad text.",
    ]


def test_item_of_another_sender_is_relayed():
    assert constructed("10").items[2].origin == "relayed"
    assert one(SenderName="MSB").origin == "own"
    assert one(SenderName="Polisen").origin == "relayed"
    assert one(SourceID=2).native["sender"] == "Trafikverket"
    assert one(SourceID=0).origin == "own"


def test_copy_of_a_vma_is_severe_relayed_and_stands_a_week():
    real, _ = constructed("20").items

    assert (real.severity, real.status, real.origin) == ("severe", "actual", "relayed")
    assert real.ends.isoformat() == "2027-01-26T09:02:00+00:00"
    assert real.native["vma"] == "true"


def test_test_vma_is_a_test():
    _, test = constructed("20").items

    assert (test.severity, test.status) == ("information", "test")


@pytest.mark.parametrize(
    ("flags", "asked", "is_vma", "status"),
    [
        ({"IsVma": True}, False, True, "actual"),
        ({"IsVma": "true"}, False, True, "actual"),
        ({"IsVma": True, "IsTestVma": True}, False, True, "test"),
        ({"IsTestVma": True}, False, True, "test"),
        ({"IsVma": False, "Headline": "Detta är ett VMA"}, True, False, "actual"),
        ({}, True, True, "actual"),
        ({}, False, False, "actual"),
        ({"Headline": "Viktigt meddelande till allmänheten i Nacka"}, False, True, "actual"),
        ({"Headline": "TEST - viktigt meddelande"}, True, True, "test"),
        ({"Headline": "TEST - viktigt meddelande", "IsTestVma": False}, True, True, "actual"),
        ({"Headline": "Övning: Viktigt meddelande till allmänheten"}, True, True, "test"),
        ({"Headline": "Viktigt meddelande", "Preamble": "Detta är ett test av systemet."}, True, True, "test"),
        ({"Headline": "Viktigt meddelande", "Preamble": "Detta är inte en övning."}, True, True, "actual"),
        ({"Headline": "IMPORTANT PUBLIC ANNOUNCEMENT - TEST", "Language": "en"}, True, True, "test"),
        ({"Headline": "Övningsfältet brinner"}, True, True, "actual"),
        ({"Headline": "Testa din brandvarnare"}, True, True, "actual"),
        ({"Status": "Exercise", "IsVma": True}, False, True, "exercise"),
        ({"Status": "Actual", "IsTestVma": True}, False, True, "test"),
    ],
)
def test_flags_say_what_is_a_vma_and_a_test_and_where_they_are_missing_list_and_words_do(flags, asked, is_vma, status):
    found = one(asked=asked, **flags)

    assert (found.native.get("vma") == "true", found.status) == (is_vma, status)
    assert found.severity == ("severe" if is_vma and status == "actual" else "information")


def test_names_in_lower_case_numbers_as_ids_and_times_without_offset_are_read():
    parsed = constructed("30")
    first, second = parsed.items

    assert (first.id, first.place.codes) == ("90003", ["0182"])
    assert first.sent.isoformat() == "2027-01-19T10:00:00+00:00"
    assert set(first.texts) == {"headline_en", "preamble_en", "body_en"}
    assert first.headline.startswith("Constructed example")
    assert second.place.codes == list(COUNTIES)
    assert parsed.drift["!item.Updated:zone"] == 1


@pytest.mark.parametrize(
    ("area", "codes", "point"),
    [
        ([{"Type": "County", "Description": "Stockholms län"}], ["01"], None),
        ([{"Type": "County", "Description": "01"}], ["01"], None),
        ([{"Type": "Country", "Description": "Sverige"}], list(COUNTIES), None),
        ([{"Type": "Municipality", "Description": "Nacka kommun"}], ["0182"], None),
        (
            [{"Description": "Stockholms län"}, {"Description": "Nacka"}, {"Description": "Uppsala län"}],
            ["0182", "03"],
            None,
        ),
        ({"Type": "County", "Description": "Uppsala län"}, ["03"], None),
        (["Uppsala län"], ["03"], None),
        ([{"Coordinate": "18.06,59.33,0"}], [], [18.06, 59.33]),
        ([{"Coordinate": "59.33,18.06 59.4,18.1"}], [], [18.06, 59.33]),
        ([{"Coordinate": "0,0"}], list(COUNTIES), None),
        ([{"Description": "Äspet", "CoordinateObject": {"Latitude": "55.9", "Longitude": "14.3"}}], [], [14.3, 55.9]),
        ([{"GeometryInformation": {"PoleOfInInaccessibility": {"coordinates": [18.1, 59.3]}}}], [], [18.1, 59.3]),
        ([{"GeometryInformation": {"Geometry": {"type": "Point", "coordinates": [18.1, 59.3]}}}], [], [18.1, 59.3]),
        ([{"GeometryInformation": {"Geometry": {"type": "Polygon"}}}], list(COUNTIES), None),
        ([{"GeometryInformation": 7, "CoordinateObject": [], "Coordinate": {}}], list(COUNTIES), None),
        ([{"Type": "Sea", "Description": "Norra Östersjön"}], list(COUNTIES), None),
        ([], list(COUNTIES), None),
        (None, list(COUNTIES), None),
    ],
)
def test_place_is_a_name_else_a_position_in_either_order_else_the_whole_country(area, codes, point):
    found = one(Area=area)

    assert found.place.codes == codes
    assert [g["coordinates"] for g in found.place.geometries] == ([point] if point else [])


def test_recorded_news_keep_their_county_their_links_and_that_the_danger_is_over():
    (file,) = CORPUS.glob("60-*")
    wind, mountains, over = parse(file.read_bytes()).items

    assert [i.id for i in (wind, mountains, over)] == ["18478", "18435", "18434"]
    assert [i.place.codes for i in (wind, mountains, over)] == [list(COUNTIES), ["23"], ["12"]]
    assert wind.sent.isoformat() == "2023-03-07T11:55:43+00:00"
    assert wind.texts["links"].count("https://") == 2
    assert over.texts["links"].count("https://") == 2
    assert (over.native["vma"], over.native["over"], over.severity, over.change) == (
        "true",
        "true",
        "information",
        "report",
    )


@pytest.mark.parametrize(
    ("words", "severity"),
    [
        ("Faran är över.", "information"),
        ("Uppdatering 2/3 kl. 09.30: Faran är över. Meddelandet gäller inte längre.", "information"),
        ("Meddelandet gäller inte längre.", "information"),
        ("Stanna inomhus tills faran är över.", "severe"),
        ("Det brinner i en byggnad.", "severe"),
    ],
)
def test_vma_that_says_it_is_over_is_information_and_one_that_only_speaks_of_it_is_not(words, severity):
    assert one(asked=True, IsVma=True, Preamble=words).severity == severity


@pytest.mark.parametrize(("flag", "status"), [(True, "test"), ("true", "test"), (False, "actual"), (None, "actual")])
def test_flag_of_a_test_counts_for_news_and_vma(flag, status):
    assert one(IsTest=flag).status == status
    found = one(asked=True, IsTest=flag)
    assert (found.status, found.severity) == (status, "severe" if status == "actual" else "information")


def test_item_without_a_headline_is_headed_by_its_push_message():
    assert one(Headline=..., PushMessage="Gå inomhus\ni Nacka").headline == "Gå inomhus i Nacka"
    assert one(Headline=...).headline == "Krisinformation"


def test_notice_is_dated_by_its_change_and_read_by_its_mobile_text():
    found = one(
        Identifier=...,
        Updated=...,
        Published=...,
        Id="n-1",
        ChangedDate="2026-08-21T14:00:00+02:00",
        MobileBody="<p>Råd</p>",
    )

    assert (found.id, found.sent.isoformat()) == ("n-1", "2026-08-21T12:00:00+00:00")
    assert found.texts["body"] == "Råd"


def test_message_of_version_1_has_its_words():
    info = {
        "Language": "sv-SE",
        "Headline": "Om Valborg",
        "Description": "Det är torrt.",
        "Web": "https://www.krisinformation.se/x",
        "Area": [{"AreaDesc": "Sverige", "Type": "Sovereign country"}],
    }
    message = {"Identifier": "11643", "Sent": "2019-04-29T10:50:59+02:00", "Status": "Actual", "MsgType": "Alert"}
    (found,) = parse(json.dumps(message | {"InfoData": [info, {"Language": "en", "Headline": "Fires"}]}).encode()).items

    assert (found.id, found.headline, found.status) == ("11643", "Om Valborg", "actual")
    assert found.texts == {"preamble": "Det är torrt.", "headline_en": "Fires"}
    assert found.place.codes == list(COUNTIES)


def test_empty_list_of_vma_is_the_ordinary_answer_and_of_news_it_is_not_whole():
    assert constructed("40", vma=True).complete
    news = constructed("40")
    assert not news.complete
    assert news.drift == {"!empty": 1}
    assert news.error is None


def test_atom_is_put_aside_and_a_page_is_not_readable():
    assert [r.reason for r in constructed("50").rejected] == ["put_aside"]
    page = parse(b"<!DOCTYPE html><html><body>Underhall</body></html>")
    assert [r.reason for r in page.rejected] == ["malformed"]
    assert not page.complete


def test_strange_ids_are_shortened_in_the_same_way_each_time():
    first, again, other = (one(Identifier=text).id for text in ("a/å b", "a/å b", "a/ä b"))

    assert first == again != other


def test_item_without_id_or_time_is_refused_and_hides_no_other():
    items = [item(Identifier=None), item(Updated=None, Published=None), item(Identifier="2"), 7, None]
    parsed = parse(json.dumps(items).encode())

    assert [i.id for i in parsed.items] == ["2"]
    assert parsed.seen == {"1", "2"}
    assert [r.pointer for r in parsed.rejected] == ["/0/Identifier", "/1/Updated", "/3/Identifier", "/4/Identifier"]
    assert not parsed.complete


def test_two_bodies_of_one_id_keep_the_newer():
    newer = item(Updated="2027-01-19T09:00:00+01:00", Headline="Nyare")

    for pair in ([item(), newer], [newer, item()]):
        parsed = parse(json.dumps(pair).encode())
        assert [i.headline for i in parsed.items] == ["Nyare"]
        assert [r.pointer for r in parsed.rejected] == ["/1"]
        assert not parsed.complete


@pytest.mark.parametrize("wrapper", ["news", "Vmas", "items"])
def test_list_in_an_object_is_used(wrapper):
    assert len(parse(json.dumps({wrapper: [item()]}).encode()).items) == 1


def test_item_alone_is_used_but_not_whole():
    parsed = parse(json.dumps(item()).encode())

    assert len(parsed.items) == 1
    assert not parsed.complete


@pytest.mark.parametrize("raw", [b"", b"null", b"{}", b"42", b"[" * 100_000, b'{"Message":"An error has occurred."}'])
def test_anything_but_a_list_is_an_error_and_not_whole(raw):
    parsed = parse(raw)

    assert parsed.error
    assert not parsed.complete
    assert [r.raw for r in parsed.rejected] == [raw]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<p>5 &lt; 6</p>", "5 < 6"),
        ("1 < 2 > 0", "1 < 2 > 0"),
        ("<script>alert(1)</script>x<!-- y -->", "x"),
        ("<![CDATA[x]]>", "x"),
        ("inget", "inget"),
        ("<p>öppen <b>fet", "öppen fet"),
    ],
)
def test_words_of_an_html_text(text, words):
    assert plain(text) == words


@given(st.text(alphabet="<>!-/abp &;#x0 \n", max_size=300))
def test_any_markup_gives_text(text):
    assert isinstance(plain(text), str)


def test_piece_with_a_raw_line_break_in_a_text_spoils_only_itself():
    raw = json.dumps([item(), item(Identifier="2")]).encode().replace(json.dumps("Råd").strip('"').encode(), b"a\nb", 1)

    parsed = parse(raw)

    assert len(parsed.items) == 1
    assert [r.reason for r in parsed.rejected] == ["malformed"]
    assert not parsed.complete


def test_mutated_payloads_never_raise():
    dice = random.Random(20270119)
    for name in ("10-news", "20-vmas", "30-lower-case"):
        whole = json.loads((CORPUS / f"{name}-constructed.json").read_bytes())
        for _ in range(200):
            raw = json.dumps(mutated(whole, dice, dice.randrange(1, 8))).encode()
            for found in parse(raw, vma=dice.random() < 0.5).items:
                assert FeedReport.model_validate(found.model_dump()) == found


@given(st.binary(max_size=200))
def test_any_bytes_give_an_answer(raw):
    assert not parse(raw).items


def test_a_theme_is_told_as_one_and_ends_when_nobody_has_changed_it_for_a_month():
    # fields and words as in an answer of December 2022 that a public program keeps in its tests
    theme = {
        "Id": 12652,
        "FeatureSection": 2,
        "Headline": "Covid-19",
        "Preamble": "Här kan du läsa mer om hanteringen av utbrottet.",
        "BodyText": "",
        "Checklist": [],
        "Facts": "",
        "Links": [{"Text": "Samlad information", "Url": "https://www.krisinformation.se/covid"}],
        "ChangedDate": "2022-12-16T10:27:44+01:00",
        "SortOrder": 0,
    }
    parsed = parse(json.dumps([theme]).encode(), quiet=True)
    (item,) = parsed.items

    assert (item.id, item.native["theme"], item.origin) == ("theme-12652", "true", "own")
    assert item.sent.isoformat() == "2022-12-16T09:27:44+00:00"
    assert (item.ends - item.sent).days == 30
    assert parsed.complete
    assert not [name for name in parsed.drift if name.startswith("+")]


def test_no_themes_at_all_is_an_ordinary_answer():
    assert parse(b"[]", quiet=True).complete
    assert not parse(b"[]").complete
