"""An actor's file: one object, a list, or lines; every fault of a report at once."""

import json

import pytest

from connectors.actors.parse import as_report, parse

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
