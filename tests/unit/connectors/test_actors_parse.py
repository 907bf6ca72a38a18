"""An actor's file: one object, a list, or lines; every fault of a report at once."""

import json
from collections import Counter
from pathlib import Path

import pytest

from connectors.actors.parse import as_report, parse
from connectors.parsing import parse_file
from schemas.codec import canon

CORPORA = Path(__file__).parents[2] / "corpora"
EXPECTED = {
    "table-semicolon-cp1252-constructed.csv": (2, {}),
    "table-comma-mark-constructed.csv": (2, {"schema": 1}),
    "list-constructed.json": (2, {"schema": 1}),
    "lines-constructed.jsonl": (2, {"malformed": 1}),
    "cut-constructed.csv": (1, {"malformed": 1}),
}
"""File -> reports and refusals by code, counted in the files by eye."""

GOOD = {
    "id": "transit-0180",
    "sent": "2027-01-19T07:20:00+01:00",
    "headline": "Inga bussar i innerstaden",
    "impacts": [{"sector": "transit", "areas": ["0180"], "now": "serious"}],
}


@pytest.mark.parametrize(
    "raw",
    [
        json.dumps(GOOD),
        json.dumps(GOOD, indent=2),
        json.dumps([GOOD]),
        json.dumps(GOOD) + "\n\n",
    ],
)
def test_one_report_in_any_of_the_three_forms(raw):
    checked = parse(raw.encode())

    assert [i.id for i in checked.items] == ["transit-0180"]
    assert checked.rejected == ()


def test_lines_are_taken_one_by_one_and_a_broken_one_hides_no_other():
    raw = b"\n".join([json.dumps(GOOD).encode(), b"{broken", json.dumps(GOOD | {"id": "two"}).encode()])

    checked = parse(raw)

    assert [i.id for i in checked.items] == ["transit-0180", "two"]
    assert [(p.pointer, p.reason) for p in checked.rejected] == [("/1", "malformed")]


def test_every_fault_of_a_report_is_named_at_once():
    checked = parse(json.dumps({"id": "a b", "sent": "yesterday", "impacts": [{"sector": "snow"}]}).encode())

    (refused,) = checked.rejected
    for pointer in ("/id:", "/sent:", "/headline:", "/impacts/0/sector:", "/impacts/0/areas:", "/impacts/0/now:"):
        assert pointer in refused.detail


def test_unknown_fields_are_kept():
    (item,) = parse(json.dumps(GOOD | {"snödjup": 35}).encode()).items

    assert as_report(item)["snödjup"] == 35


@pytest.mark.parametrize("depth", [500, 1_000, 1_020, 5_000])
def test_nesting_without_end_is_refused_and_never_raises(depth):
    for raw in (b"[" * depth + b"]" * depth, b"[" + b'{"a":' * depth + b"1" + b"}" * depth + b"]"):
        assert parse(raw).items == ()
        assert parse(b'{"reports":' + raw + b"}").items == ()


def test_a_list_within_an_object_is_a_list_and_a_byte_order_mark_is_nothing():
    raw = json.dumps({"reports": [GOOD, {"id": "x"}]}).encode("utf-8-sig")
    checked = parse(raw)

    assert [i.id for i in checked.items] == ["transit-0180"]
    assert "/reports/1/headline" in checked.rejected[0].detail
    assert parse(json.dumps(GOOD).encode("utf-8-sig")).items[0].id == "transit-0180"


@pytest.mark.parametrize("raw", [b"", b"null", b"7", b"<html>", b"[" * 100_000, b"\xff", b'["a", 7]', b"[[]]"])
def test_nonsense_is_refused_and_never_raises(raw):
    checked = parse(raw)

    assert checked.items == ()
    assert checked.rejected


def test_report_larger_than_the_limit_is_too_large():
    (refused,) = parse(json.dumps(GOOD | {"event": "x" * 300_000}).encode()).rejected

    assert refused.reason == "too_large"


def test_every_file_of_the_corpus_is_counted_and_has_its_origin():
    origins = (CORPORA / "README.md").read_text(encoding="utf-8")

    assert sorted(path.name for path in (CORPORA / "actors").iterdir()) == sorted(EXPECTED)
    assert [name for name in EXPECTED if f"`actors/{name}`" not in origins] == []


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_gives_the_very_reports_that_were_read_and_kept(name):
    reports, rejections = parse_file("actors", (CORPORA / "actors" / name).read_bytes())
    kept = CORPORA / "parsed" / "actors" / f"{name}.jsonl"

    assert (len(reports), Counter(rejection["reason"] for rejection in rejections)) == EXPECTED[name]
    assert b"".join(canon(report) + b"\n" for report in reports) == kept.read_bytes()
