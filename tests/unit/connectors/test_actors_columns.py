"""An actor's table: the forms spreadsheets write, faults by row and column, nothing half read."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.actors.columns import COLUMNS, read_table
from connectors.actors.parse import as_report, parse

HEAD = "id;sent;headline;sector;areas;now;expected;type;valid_until;next_report;event;consequences;measures"
ROWS = (
    "väg-1;2027-01-19T07:20:00+01:00;Halka på många vägar;road;0180|0184;serious;critical;;;;;;",
    "väg-1;;;care;0180;moderate;;;;;;;",
    "el-1;2027-01-19T07:25:00+01:00;Strömavbrott i Solna;energy;0184;significant;;;;;;;",
)
TABLE = "\r\n".join([HEAD, *ROWS]) + "\r\n"
SENT = "2027-01-19T06:30:00.000Z"


def told(raw, sent=SENT):
    """(id, lines) of each report, and the faults."""
    checked = parse(raw if isinstance(raw, bytes) else raw.encode(), sent)
    lines = [(i.id, [(line.sector.value, line.areas, line.now) for line in i.impacts]) for i in checked.items]
    return lines, [piece.detail for piece in checked.rejected]


WANTED = [
    ("väg-1", [("road", ["0180", "0184"], "serious"), ("care", ["0180"], "moderate")]),
    ("el-1", [("energy", ["0184"], "significant")]),
]


@pytest.mark.parametrize(
    "raw",
    [
        TABLE.encode(),
        TABLE.encode("utf-8-sig"),
        TABLE.encode("cp1252"),
        TABLE.encode("utf-16"),
        TABLE.replace(";", ",").encode(),
        TABLE.replace(";", "\t").encode("utf-16"),
        TABLE.replace("\r\n", "\n").encode(),
        TABLE.replace("\r\n", "\r").encode(),
        TABLE.rstrip().encode(),
        f"sep=;\r\n{TABLE}".encode(),
        f"\r\n{TABLE}\r\n;;;;;;;;;;;;\r\n".encode(),
        TABLE.replace(HEAD, HEAD.upper().replace(";", " ; ")).encode(),
        TABLE.replace("0180|0184", '"0180, 0184"').encode(),
        TABLE.replace("0180", "180").replace("0184", "184").encode(),
        TABLE.replace("serious", "Serious").encode(),
    ],
    ids=[
        "utf-8",
        "byte order mark",
        "cp1252",
        "utf-16",
        "commas",
        "tabs",
        "unix",
        "old mac",
        "no last newline",
        "hint of Excel",
        "empty rows",
        "capitals",
        "areas by comma",
        "noughts lost",
        "words with capitals",
    ],
)
def test_every_form_of_a_table_is_the_same_reports(raw):
    assert told(raw) == (WANTED, [])


def test_texts_keep_their_letters_and_their_lines():
    raw = TABLE.replace("Halka på många vägar", '"Halka; ""svår"" i Ö"').replace(
        ";;;;;;\r\nväg", ';;;;"två\r\nrader";;\r\nväg', 1
    )
    checked = parse(raw.encode("cp1252"))

    assert checked.items[0].headline == 'Halka; "svår" i Ö'
    assert checked.items[0].event == "två\r\nrader"
    assert checked.rejected == ()


def test_a_report_without_a_time_is_sent_when_the_file_was_written():
    raw = b"id;headline;sector;areas;now\na;Halka;road;0180;none\n"

    assert as_report(parse(raw, SENT).items[0])["sent"] == "2027-01-19T06:30:00Z"
    assert "column sent: Field required" in parse(raw).rejected[0].detail


def test_a_time_without_an_offset_is_swedish_time():
    (item,) = parse(b"id;sent;headline;sector;areas;now\na;2027-01-19 07:20;x;road;0180;none\n").items

    assert item.sent.isoformat() == "2027-01-19T06:20:00+00:00"


def test_a_cancel_needs_no_line_of_impact():
    (item,) = parse("id;headline;type\na;Läget är över;cancel\n".encode(), SENT).items

    assert (item.type, item.impacts) == ("cancel", [])


def test_numbers_yes_and_lists_are_read_and_unknown_columns_kept():
    raw = "id;revision;exercise;references;snödjup;headline;sector;areas;now\na;7;ja;x-1|x-2;35 cm;H;road;0180;none\n"
    (item,) = parse(raw.encode(), SENT).items

    assert (item.revision, item.exercise, item.references) == (7, True, ["x-1", "x-2"])
    assert as_report(item)["snödjup"] == "35 cm"


def test_every_fault_is_told_by_row_and_column_and_hides_no_other_report():
    raw = TABLE.replace("serious", "värst").replace("care", "snö")

    lines, (detail,) = told(raw)
    assert lines == WANTED[1:]
    assert "row 2, column now: " in detail
    assert "row 3, column sector: " in detail


def test_rows_of_a_report_that_contradict_each_other_refuse_it_whole():
    raw = TABLE.replace("väg-1;;;care", "väg-1;;Något annat;care")

    lines, (detail,) = told(raw)
    assert lines == WANTED[1:]
    assert detail == "row 3, column headline: differs from row 2 of the same id"


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (TABLE + 'x;"aldrig slut;;\r\n' + ROWS[1], "nothing of this file is used"),
        (TABLE.replace("areas", "now", 1), "column now stands twice"),
    ],
)
def test_a_table_that_cannot_be_told_apart_is_refused_whole(raw, fault):
    lines, (detail,) = told(raw)

    assert lines == []
    assert fault in detail


def test_a_file_cut_in_the_middle_of_a_row_is_broken_and_its_last_report_refused():
    raw = TABLE[: TABLE.index("moderate") - 1]
    checked = parse(raw.encode(), SENT)

    assert checked.items == ()
    assert checked.rejected[0].reason == "malformed"
    assert "the file ends in the middle of a row" in checked.rejected[0].detail


def test_a_cell_beside_the_head_is_a_fault():
    _, (detail,) = told(TABLE.replace("critical;;;;;;", "critical;;;;;;;mer"))

    assert detail == "row 2: 14 cells, the head has 13"


def test_a_row_without_an_id_stands_alone_and_is_refused():
    lines, (detail,) = told(TABLE.replace("väg-1;;;care", ";;;care"))

    assert [key for key, _ in lines] == ["väg-1", "el-1"]
    assert "row 3, column id: Field required" in detail


@pytest.mark.parametrize("raw", [b"", b"hej", b"a;b;c\n1;2;3\n", b"id\nx\n", b"<html>;id", b"\xff\xfe", b"PK\x03\x04"])
def test_what_has_not_our_columns_is_no_table(raw):
    assert read_table(raw) is None


@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(raw):
    parse(raw, SENT)
    parse(f"{HEAD}\n".encode() + raw, SENT)


@given(st.lists(st.lists(st.text(max_size=12), max_size=15), max_size=6), st.permutations(sorted(COLUMNS)))
def test_no_cells_make_it_raise(rows, names):
    text = "\n".join(";".join(f'"{cell.replace(chr(34), "")}"' for cell in row) for row in [names, *rows])

    for item in parse(text.encode(errors="replace"), SENT).items:
        json.dumps(as_report(item))


def test_a_table_with_random_bytes_in_it_never_raises():
    dice, raw = random.Random(5), TABLE.encode()
    for _ in range(300):
        spoiled = bytearray(raw)
        for _ in range(dice.randint(1, 6)):
            spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
        parse(bytes(spoiled), SENT)
