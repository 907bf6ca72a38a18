"""The police's list into reports: recorded answers, late edits, and answers that are somebody else's filter."""

import json
import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.mutation import mutated

from connectors.contract import Batch, Raw
from connectors.polisen.parse import parse
from connectors.quality import about
from connectors.telling.told import Ledger, plan
from schemas.report import FeedReport
from schemas.times import HOUR, MINUTE

CORPUS = Path(__file__).parents[2] / "corpora" / "polisen"
FULL = (CORPUS / "10-full-2026-08-22.json").read_bytes()
AT = 1_787_430_000_000


def recorded(name):
    return parse((CORPUS / f"{name}.json").read_bytes())


def event(number=1, **more):
    whole = {
        "id": number,
        "datetime": "2026-08-22 8:13:44 +02:00",
        "name": "22 augusti 07.59, Trafikolycka, personskada, Nacka",
        "summary": "Två bilar har kolliderat.",
        "url": "/aktuellt/handelser/2026/augusti/22/x/",
        "type": "Trafikolycka, personskada",
        "location": {"name": "Stockholms län", "gps": "59.602496,18.138438"},
    }
    return whole | more


def parsed_one(**more):
    return parse(json.dumps([event(**more)]).encode())


@pytest.mark.parametrize("wrap", [lambda e: [e], lambda e: {"data": e}, lambda e: {"value": e}])
def test_wrapped_list_is_used(wrap):
    assert [i.id for i in parse(json.dumps(wrap([event()])).encode()).items] == ["1"]


def test_error_body_is_told_in_the_sources_own_words():
    assert parse(b'{"Message": "Too many requests"}').error == "Too many requests"


def test_names_in_another_case_are_read():
    upper = {k.upper(): v for k, v in event(location={"NAME": "Stockholms län"}).items()}

    (found,) = parse(json.dumps([upper]).encode()).items

    assert (found.id, found.place.codes, found.native["county"]) == ("1", ["0182"], "Stockholms län")


def edited(name):
    (before,), (after,) = (recorded(f"{name}-{n}").items for n in (1, 2))
    return before, after


def test_recorded_list_is_whole_and_told_without_a_surprise():
    parsed = parse(FULL)

    assert len(parsed.items) == len(parsed.seen) == 500
    assert (parsed.complete, parsed.rejected, parsed.drift) == (True, (), {})
    assert {(i.kind, i.status, i.origin, i.revision) for i in parsed.items} == {("message", "actual", "own", None)}
    assert all(i.place.codes and not i.place.geometries for i in parsed.items)


def test_hour_without_its_zero_is_read():
    (item,) = parsed_one().items

    assert item.sent.isoformat() == "2026-08-22T06:13:44+00:00"
    assert item.ends.isoformat() == "2026-08-23T06:13:44+00:00"
    assert item.native["when"] == "22 augusti 07.59"


@pytest.mark.parametrize(
    ("name", "county", "codes"),
    [
        ("22 augusti 07.59, Brand, Nacka", "Stockholms län", ["0182"]),
        ("22 augusti 07.59, Brand, Upplands väsby", "Upplands väsby", ["0114"]),
        ("22 augusti 07.59, Brand, Stockholms län", "Stockholms län", ["01"]),
        ("22 augusti 07.59, Brand, Södra Roslagen", "Stockholms län", ["01"]),
        ("", "Stockholms län", ["01"]),
        (None, "Sollentuna", ["0163"]),
        ("22 augusti 07.59, Brand, Sollentuna", None, ["0163"]),
        ("22 augusti 07.59, Brand, Atlantis", None, []),
    ],
)
def test_place_is_the_end_of_the_title_else_the_county_and_never_the_position(name, county, codes):
    (item,) = parsed_one(name=name, type="Brand", location={"name": county, "gps": "59.602496,18.138438"}).items

    assert item.place.codes == codes
    assert item.place.geometries == []


def test_type_with_a_comma_is_not_taken_for_the_place():
    (item,) = parsed_one().items

    assert item.headline == "Trafikolycka, personskada, Nacka"
    assert (item.native["type"], item.native["place"]) == ("Trafikolycka, personskada", "Nacka")


def test_list_of_the_days_when_places_became_coarse_is_placed_throughout():
    places = Counter(len(i.place.codes[0]) for i in recorded("11-mixed-place-granularity-2026-01-20").items)

    assert places[4] > places[2] > 0


@pytest.mark.parametrize(
    ("kind", "severity"),
    [
        ("Explosion", "moderate"),
        ("Skottlossning", "moderate"),
        ("Skottlossning, misstänkt", "minor"),
        ("Mord/dråp", "moderate"),
        ("Mord/dråp, försök", "minor"),
        ("Farligt föremål, misstänkt", "minor"),
        ("Spridning smitta/kemikalier", "moderate"),
        ("Mordbrand", "minor"),
        ("Räddningsinsats", "minor"),
        ("Trafikolycka", "information"),
        ("Rån, försök", "information"),
        ("Sammanfattning natt", "information"),
    ],
)
def test_type_has_the_severity_of_the_table(kind, severity):
    parsed = parsed_one(type=kind, name=f"22 augusti 07.59, {kind}, Nacka")

    assert parsed.items[0].severity == severity
    assert not any(name.startswith("=") for name in parsed.drift)


def test_unknown_type_is_shown_and_counted():
    parsed = parsed_one(type="Drönare", name="22 augusti 07.59, Drönare, Nacka")

    assert parsed.items[0].severity == "information"
    assert parsed.drift["=event.type:Drönare"] == 1


def test_nothing_is_graded_above_moderate():
    found = {i.severity.value for file in CORPUS.iterdir() for i in parse(file.read_bytes()).items}

    assert found == {"information", "minor", "moderate"}


def test_summary_of_a_night_is_told_as_a_collection():
    nights = [i for i in parse(FULL).items if i.native["type"].startswith("Sammanfattning")]

    assert len(nights) == 96
    assert {i.native.get("collection") for i in nights} == {"true"}


def test_filtered_answer_is_used_but_not_whole():
    parsed = recorded("20-filtered-answer-2-only-type-brand")

    assert len(parsed.items) == 500
    assert not parsed.complete
    assert parsed.drift == {"!filtered": 1}
    assert recorded("20-filtered-answer-1-before").complete
    assert recorded("20-filtered-answer-3-after").complete


@pytest.mark.parametrize(
    "keep",
    [
        lambda e, _: e["type"] in {"Trafikolycka", "Brand", "Rattfylleri"},
        lambda e, _: e["location"]["name"] in {"Stockholms län", "Skåne län", "Västra Götalands län"},
        lambda _, index: index < 57,
        lambda _, index: index < 0,
    ],
    ids=["types", "places", "short", "empty"],
)
def test_list_that_looks_filtered_is_not_whole(keep):
    events = [e for index, e in enumerate(json.loads(FULL)) if keep(e, index)]

    parsed = parse(json.dumps(events).encode())

    assert len(parsed.items) == len(events)
    assert not parsed.complete
    assert parsed.drift["!filtered"] == 1


@pytest.mark.parametrize(
    "name",
    [
        "30-revision-place-narrowed",
        "31-revision-type-worsened",
        "32-revision-summary-only",
        "33-revision-place-moved",
    ],
)
def test_late_edit_is_the_same_event_told_again(name):
    before, after = edited(name)
    assert (before.id, before.sent, before.ends) == (after.id, after.sent, after.ends)
    assert before != after

    ledger, told = Ledger(), []
    at = int(before.sent.timestamp() * 1000) + HOUR
    for number in (1, 2, 2, 1):
        ledger, news = planned(ledger, (CORPUS / f"{name}-{number}.json").read_bytes(), at)
        told += news
        at += MINUTE

    orders = [order for _, _, order in told]
    assert [(key, change) for key, change, _ in told] == [(before.id, "report")] * 3
    assert orders == sorted(set(orders))


def planned(ledger, raw, at):
    batch = Batch(parse(raw), Raw("https://x/", 200, {}, at, raw, ""))
    done = plan(ledger, batch, at, absence_says=about("polisen").withdraws == "absence")
    return done.ledger, [(n.report.id, n.report.change, n.report.revision) for n in done.news]


def test_place_that_narrows_moves_the_report():
    before, after = edited("30-revision-place-narrowed")

    assert (before.place.codes, after.place.codes) == (["01"], ["0184"])


def test_neither_filter_nor_empty_list_withdraws_anything():
    ledger, news = planned(Ledger(), (CORPUS / "20-filtered-answer-1-before.json").read_bytes(), AT)
    assert len(news) == 500

    filtered = (CORPUS / "20-filtered-answer-2-only-type-brand.json").read_bytes()
    for raw in (filtered, b"[]", filtered, b"[]", FULL, FULL, FULL):
        ledger, news = planned(ledger, raw, AT)
        assert {change for _, change, _ in news} <= {"report"}


def test_event_without_id_or_time_is_refused_and_hides_no_other():
    parsed = parse(json.dumps([event(id=None), event(2, datetime=None), event(3), 7, None]).encode())

    assert [i.id for i in parsed.items] == ["3"]
    assert parsed.seen == {"2", "3"}
    assert [r.pointer for r in parsed.rejected] == ["/0/id", "/1/datetime", "/3/id", "/4/id"]


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-08-22T08:13:44+02:00", "06:13:44"),
        ("2026-08-22 08:13:44 +0200", "06:13:44"),
        ("2026-08-22 8:13 +02:00", "06:13:00"),
        ("2026-8-22 8:13:44Z", "08:13:44"),
        ("2026-08-22 8:13:44", "06:13:44"),
    ],
)
def test_times_of_many_forms_are_read(text, utc):
    assert parsed_one(datetime=text).items[0].sent.isoformat() == f"2026-08-22T{utc}+00:00"


@pytest.mark.parametrize("value", ["i går", "2026-13-22 8:13:44 +02:00", "2026-08-22 25:13:44 +02:00", 1787379224, {}])
def test_impossible_time_is_refused_and_counted(value):
    parsed = parsed_one(datetime=value)

    assert parsed.items == ()
    assert parsed.drift["!event.datetime"] == 1


def test_two_bodies_of_one_id_make_the_list_partial():
    events = json.loads(FULL)

    assert parse(json.dumps([*events, events[0]]).encode()).complete
    assert not parse(json.dumps([*events, events[0] | {"summary": "Annat."}]).encode()).complete


def test_list_in_an_object_and_an_event_alone_are_used():
    assert len(parse(json.dumps({"events": [event()]}).encode()).items) == 1
    assert len(parse(json.dumps(event()).encode()).items) == 1


@pytest.mark.parametrize(
    "raw", [b"", b"{}", b"null", b"42", b"[" * 100_000, b"<html>403</html>", b'{"message":"Forbidden"}']
)
def test_anything_but_a_list_is_an_error_and_not_whole(raw):
    parsed = parse(raw)

    assert parsed.error
    assert not parsed.complete
    assert [r.raw for r in parsed.rejected] == [raw]


def test_piece_with_a_raw_line_break_in_a_text_spoils_only_itself():
    raw = json.dumps([event(1), event(2)]).encode().replace(json.dumps("Två bilar").strip('"').encode(), b"a\nb", 1)

    parsed = parse(raw)

    assert len(parsed.items) == 1
    assert [r.reason for r in parsed.rejected] == ["malformed"]
    assert not parsed.complete


def test_truncated_payloads_never_raise_and_never_pass_for_whole():
    for cut in range(0, len(FULL.rstrip()) - 1, 19_997):
        assert not parse(FULL[:cut]).complete


def test_mutated_payloads_never_raise():
    dice, whole = random.Random(20270119), json.loads(FULL)[:12]
    for _ in range(300):
        for item in parse(json.dumps(mutated(whole, dice, dice.randrange(1, 8))).encode()).items:
            assert FeedReport.model_validate(item.model_dump()) == item


@given(st.binary(max_size=200))
def test_any_bytes_give_an_answer(raw):
    assert not parse(raw).items
