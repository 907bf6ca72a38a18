"""Lists of outages into reports: what each constructed list must give, and what broken ones must not do."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.mutation import mutated

from connectors.outages.mapping import load, read
from connectors.outages.parse import parse, parse_as
from schemas.outcome import Refusal
from schemas.sectors import Severity, Status
from schemas.times import parse as ms

CORPUS = Path(__file__).parents[2] / "corpora" / "outages"
POWER = (CORPUS / "example-power-constructed.json").read_bytes()
WATER = (CORPUS / "example-water-constructed.geojson").read_bytes()
TELECOM = (CORPUS / "example-telecom-constructed.csv").read_bytes()


def power(*rows, **outer):
    """A list of power outages; each row differs from a plain one."""
    plain = {
        "avbrottsId": "E1",
        "kommunkod": "0182",
        "start": "2027-01-19T04:12:00",
        "senastUppdaterad": "2027-01-19T06:58:00",
        "antalKunder": 10,
        "status": "Pågår",
    }
    value = json.loads(POWER) | {"avbrott": [plain | row for row in rows], "antal": len(rows)} | outer
    return json.dumps(value).encode()


def one(**row):
    (item,) = parse(power(row)).items
    return item


def told(parsed):
    return [(c.kind, c.low, c.high, c.owner, c.areas) for item in parsed.items for c in item.counts]


def test_power_list_gives_its_five_outages():
    parsed = parse(POWER)

    assert [i.id for i in parsed.items] == [
        *("EN-2027-0119-01", "EN-2027-0119-02", "EN-2027-0119-03", "EN-2027-0118-77", "EN-P-20270121-4"),
    ]
    assert [i.change for i in parsed.items] == ["report", "report", "report", "cancel", "report"]
    assert [i.severity for i in parsed.items] == ["moderate", "minor", "severe", "minor", "information"]
    assert told(parsed) == [
        ("customers_without_power", 1240, 1240, "Exempelnät AB", ["0188"]),
        ("customers_without_power", 100, 200, "Exempelnät AB", ["0117"]),
        ("customers_without_power", 11_500, 11_500, "Exempelnät AB", ["0120", "0182"]),
        ("customers_without_power", 310, 310, "Exempelnät AB", ["0160"]),
        ("customers_without_power", 42, 42, "Exempelnät AB", ["0163"]),
    ]
    assert parsed.items[0].onset.isoformat() == "2027-01-19T03:12:00+00:00"
    assert parsed.items[0].headline == "Elavbrott i Väddö och Björkö: 1 240 kunder"
    assert parsed.items[2].native["customers"] == "ca 11 500"
    assert (parsed.complete, parsed.rejected, parsed.drift) == (True, (), {})
    assert parsed.as_of == ms("2027-01-19T07:05:00+01:00")


def test_water_list_gives_two_drawn_outages_with_ranges():
    parsed = parse(WATER)

    assert [(i.id, i.revision) for i in parsed.items] == [("vl.311", 2), ("vl.312", 1)]
    assert [i.place.geometries[0]["type"] for i in parsed.items] == ["Polygon", "Point"]
    assert told(parsed)[0] == ("customers_without_water", 400, 650, "Exempelvatten", ["0126"])
    assert parsed.items[0].native["prognosis"] == "2027-01-19T12:00:00.000Z"
    assert parsed.items[0].severity == Severity.MODERATE
    assert parsed.complete


def test_telecom_list_of_a_spreadsheet_gives_four_outages():
    parsed = parse(TELECOM)

    assert [i.place.codes for i in parsed.items] == [["0188"], ["0120"], ["0181"], ["0192"]]
    assert [row[1:3] for row in told(parsed)] == [(0, 99), (1234, 1234), (75, 75)]
    assert parsed.items[1].headline == "Teleavbrott i Djurö; Stavsnäs: 1 234 kunder"
    assert parsed.items[2].headline == "Planerat teleavbrott i Järna: minst 501 kunder"
    assert parsed.items[3].change == "cancel"
    assert parsed.complete


def test_prognosis_never_ends_an_outage():
    """A prognosis passes while the dark goes on; only a certain end may take an outage out of the picture."""
    item = one(prognos="2027-01-19T05:00:00")

    assert item.ends is None
    assert item.native["prognosis"] == "2027-01-19T05:00:00"


def test_numbers_of_overlapping_outages_stand_each_by_itself():
    parsed = parse(power({"avbrottsId": "A", "antalKunder": 700}, {"avbrottsId": "B", "antalKunder": 900}))

    assert [row[1:3] for row in told(parsed)] == [(700, 700), (900, 900)]


@pytest.mark.parametrize(
    ("customers", "severity"),
    [
        (0, Severity.MINOR),
        (999, Severity.MINOR),
        (1000, Severity.MODERATE),
        ("500-1500", Severity.MODERATE),
        ("fler än 10 000", Severity.SEVERE),
        (60_000, Severity.EXTREME),
        ("många", Severity.MINOR),
        (None, Severity.MINOR),
    ],
)
def test_severity_is_by_the_most_that_the_number_allows(customers, severity):
    assert one(antalKunder=customers).severity == severity


def test_words_for_a_number_are_shown_and_counted():
    parsed = parse(power({"antalKunder": "många"}))

    assert parsed.items[0].native["customers"] == "många"
    assert parsed.items[0].counts == []
    assert parsed.drift["!row.customers"] == 1


def test_status_words_cancel_test_and_count_what_is_new():
    assert one(status="ÅTGÄRDAT").change == "cancel"
    assert one(status="Test").status == Status.TEST
    parsed = parse(power({"status": "Under utredning"}))
    assert parsed.items[0].change == "report"
    assert parsed.drift["=status:under_utredning"] == 1


def test_unknown_municipality_is_kept_in_words_and_counted():
    parsed = parse(power({"kommunkod": None, "kommun": "Atlantis"}))

    assert parsed.items[0].place.codes == []
    assert parsed.items[0].native["area"] == "Atlantis"
    assert parsed.drift["=municipality:Atlantis"] == 1


def test_unknown_columns_are_counted_by_name():
    assert parse(power({"färg": "röd"})).drift == {"+row.färg": 1}


@pytest.mark.parametrize(
    "outer", [{"antal": 7}, {"antal": None}, {"nästaSida": "/avbrott?sida=2"}, {"nästaSida": True}]
)
def test_page_or_wrong_total_is_used_and_withdraws_nothing(outer):
    parsed = parse(power({}, **outer))

    assert len(parsed.items) == 1
    assert not parsed.complete


def test_empty_list_of_a_known_form_is_complete():
    assert parse(power()).complete


def test_row_without_identity_is_refused_hides_no_other_and_makes_the_list_partial():
    parsed = parse(power({"avbrottsId": None}, {"avbrottsId": "B"}))

    assert [i.id for i in parsed.items] == ["B"]
    assert [(r.pointer, r.reason) for r in parsed.rejected] == [("/0", Refusal.SCHEMA)]
    assert not parsed.complete


def test_strange_identity_becomes_a_key_that_stays_the_same():
    first, second = one(avbrottsId="Väddö 1/2"), one(avbrottsId="Väddö 1/2")

    assert first.id == second.id
    assert one(avbrottsId="Väddö 1/3").id != first.id
    assert set(first.id) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:+-")


def test_two_rows_of_one_identity_keep_the_newer_and_lose_none_unseen():
    newer, older = {"senastUppdaterad": "2027-01-19T07:00:00"}, {"antalKunder": 99}

    for rows in ((newer, older), (older, newer)):
        parsed = parse(power(*rows))
        assert [i.counts[0].low for i in parsed.items] == [10]
        assert len(parsed.rejected) == 1
        assert not parsed.complete


def test_row_without_any_time_takes_that_of_the_list():
    parsed = parse(power({"senastUppdaterad": None, "start": None}))

    assert ms(parsed.items[0].sent.isoformat()) == parsed.as_of


def test_end_before_its_beginning_leaves_it_open():
    item = parse(
        b'[{"id": 1, "kommun": "Nacka", "kunder": 5, "start": "2027-01-19", "slut": "2027-01-18T10:00"}]'
    ).items[0]

    assert item.ends is None


GENERIC = [
    b'[{"id": 12, "kommun": "Nacka", "kunder": "ca 500", "start": "2027-01-19T04:12", "prognos": "2027-01-19T09:00"}]',
    b'{"outages": [{"outageId": "12", "municipalityCode": "0182", "customersAffected": 500, "startTime": 1800338400}]}',
    b'{"meta": {}, "lista": [{"Avbrotts-ID": "12", "Kommun": "Nacka", "Antal kunder": "500", "Start": "2027-01-19"}]}',
    b"""{"type": "FeatureCollection", "features": [{"type": "Feature", "id": 12, "geometry": null,
     "properties": {"kommun": "Nacka", "kunder": 500, "updated": 1800338400000}}]}""",
    "Ärende;Kommun;Berörda kunder;Starttid;Orsak\r\n12;Nacka;500;2027-01-19 04:12;Åska\r\n".encode("cp1252"),
    "\ufeffid,municipality,customers,start\n12,Nacka,500,2027-01-19T04:12:00Z\n".encode(),
    "id\tkommun\tkunder\tstart\n12\tNacka kommun\t500\t2027-01-19 04:12\n".encode("utf-16"),
    b"sep=;\nid;kommun;kunder;start\n12;182;500;2027-01-19 04:12\n",
    b'{"id": 12, "kommun": "Nacka", "kunder": 500, "start": "2027-01-19T04:12"}',
]


@pytest.mark.parametrize("raw", GENERIC)
def test_unseen_list_with_plain_names_is_usable_and_withdraws_nothing(raw):
    parsed = parse(raw)

    (item,) = parsed.items
    assert (item.id, item.place.codes) == ("12", ["0182"])
    assert [(c.low, c.high, c.owner, c.areas) for c in item.counts] == [(500, 500, "okänd ägare", ["0182"])]
    assert not parsed.complete


def test_kind_of_supply_is_told_by_words_and_never_guessed():
    rows = [
        {"id": n, "typ": word, "kommun": "Nacka", "kunder": 5, "start": "2027-01-19"}
        for n, word in enumerate(["El", "Vatten", "Bredband", "Fjärrvärme", "Annat"])
    ]

    assert [row[0] for row in told(parse(json.dumps(rows).encode()))] == [
        *("customers_without_power", "customers_without_water", "customers_without_telecom"),
        *("customers_without_heat", "customers_affected"),
    ]


def test_objects_for_a_municipality_and_for_a_range():
    row = {"Id": "X", "Municipality": {"name": "Nacka", "code": "0182"}, "AffectedCustomers": {"min": 10, "max": 50}}

    parsed = parse(json.dumps([row | {"Start": "2027-01-19T04:00:00+01:00"}]).encode())

    assert told(parsed) == [("customers_affected", 10, 50, "okänd ägare", ["0182"])]


def test_list_by_municipality_without_ids_or_times_of_its_own():
    rows = [
        {"kommun": "Nacka", "kommunkod": "0182", "kunder": 1200},
        {"kommun": "Täby", "kommunkod": "0160", "kunder": 0},
    ]

    parsed = parse(json.dumps({"updated": "2027-01-19T07:00:00Z", "municipalities": rows}).encode())

    assert [row[1] for row in told(parsed)] == [1200, 0]
    assert [i.place.codes for i in parsed.items] == [["0182"], ["0160"]]


def test_rows_without_ids_are_known_by_what_and_where():
    rows = [{"kommun": name, "kunder": 5, "start": "2027-01-19"} for name in ("Nacka", "Täby")]
    first = parse(json.dumps(rows).encode())
    again = parse(json.dumps([rows[1] | {"kunder": 9}]).encode())

    assert len(first.items) == 2
    assert again.items[0].id == first.items[1].id


@pytest.mark.parametrize(
    "raw", [b"[]", b"{}", b"7", b'[{"id": 1, "name": "Slussen"}]', b'{"error": "no"}', b"a;b;c\n1;2;3\n", b"[[1]]"]
)
def test_what_no_mapping_knows_is_put_aside_with_those_that_were_tried(raw):
    parsed = parse(raw)

    assert [r.reason for r in parsed.rejected] == [Refusal.PUT_ASIDE]
    assert "tried example-power, example-telecom, example-water, generic" in parsed.error
    assert not parsed.complete


@pytest.mark.parametrize("raw", [b"", b"<html><body>Service; unavailable</body></html>", b"\x00\xff", b"[" * 100_000])
def test_what_is_no_list_at_all_is_malformed(raw):
    parsed = parse(raw)

    assert [r.reason for r in parsed.rejected] == [Refusal.MALFORMED]
    assert not parsed.complete


def test_named_mapping_takes_no_error_body_for_an_empty_list():
    for raw in (b'{"error": "no"}', b"[]", b'{"avbrott": []}', WATER):
        parsed = parse_as(raw, load("example-power"))
        assert parsed.error
        assert not parsed.complete
    assert parse_as(POWER, load("example-power")).complete


def test_cut_lists_never_pass_for_complete():
    for whole in (POWER.rstrip(), WATER.rstrip(), TELECOM):
        for cut in range(0, len(whole) - 1, 41):
            # a CSV cut just after a line is whole to look at: there the length that the server told must speak
            if not whole[:cut].endswith(b"\n") or whole is not TELECOM:
                assert not parse(whole[:cut]).complete


def test_decimal_comma_and_swapped_degrees():
    row = {"id": 1, "kommun": "Nacka", "kunder": 5, "start": "2027-01-19"}
    good = parse(json.dumps([row | {"lon": "18,2", "lat": "59,3"}]).encode())
    swapped = parse(json.dumps([row | {"lon": 59.3, "lat": 18.2}]).encode())

    assert good.items[0].place.geometries[0]["coordinates"] == [18.2, 59.3]
    assert swapped.items[0].place.geometries == []
    assert swapped.items[0].place.codes == ["0182"]
    assert swapped.drift["!row.geometry:swapped"] == 1


def test_new_list_needs_no_code():
    mapping = read(
        """
title = "Ny lista"
format = "json"
recognise = "type(stoerungen) == 'array'"
rows = "stoerungen[?aktiv]"
supply = "heat"
owner = "Värme AB"
[fields]
identity = "join('-', [nr, to_string(del)])"
updated = "zeit"
municipality = "ort.kommun"
customers = "sum(hus[].antal)"
[whole]
complete = true
"""
    )
    row = {"aktiv": True, "nr": "7", "del": 2, "zeit": "2027-01-19T07:00:00", "ort": {"kommun": "Solna"}}
    rows = [row | {"hus": [{"antal": 3}, {"antal": 4}]}, {"aktiv": False}, row | {"del": 3, "hus": None}]

    parsed = parse_as(json.dumps({"stoerungen": rows}).encode(), mapping)

    assert [i.id for i in parsed.items] == ["7-2", "7-3"]
    assert told(parsed) == [("customers_without_heat", 7, 7, "Värme AB", ["0184"])]
    assert parsed.complete


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_any_bytes_never_raise(raw):
    parse(raw)


@settings(max_examples=100)
@given(st.text(max_size=200))
def test_any_lines_under_a_known_head_never_raise(text):
    parse(TELECOM.split(b"\r\n")[0] + b"\r\n" + text.encode("utf-8", errors="replace"))


@pytest.mark.parametrize("whole", [POWER, WATER, GENERIC[0], GENERIC[3]])
def test_mutated_payloads_never_raise(whole):
    dice, value = random.Random(20270119), json.loads(whole)
    for _ in range(200):
        parse(json.dumps(mutated(value, dice, dice.randrange(1, 8))).encode())


def test_mutated_csv_never_raises():
    dice = random.Random(20270119)
    for _ in range(200):
        raw = bytearray(TELECOM)
        for _ in range(dice.randrange(1, 12)):
            raw[dice.randrange(len(raw))] = dice.choice(b';"\r\n\x00\xff1')
        parse(bytes(raw))
