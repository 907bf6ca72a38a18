"""A case is read whole or refused with the number and every fault of every wrong line. Never a traceback."""

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from support.cases import Bench, at, command, line, must, report, warning
from support.project import ROOT

from schemas.case import CaseRefused, read_head, read_line
from streams.backtest.reading import NoCasesError, find, read_cases

HEAD = {"case": "a", "title": "t", "region": "01", "source_note": "s", "expected": []}


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(tmp_path, monkeypatch)


def faults(bench, *records, expected=(), **head):
    return [(f.line, f.pointer) for f in bench.read(bench.write(list(expected), *records, **head)).faults]


def test_a_whole_case_has_no_fault(bench):
    assert faults(bench, warning(0, "RED"), report(1, "kommun-0180", "care", "0180", "none")) == []


def test_every_fault_of_every_line_is_told_with_its_number(bench):
    bad = report(3, "kommun-9999", "care", "0180", "awful")
    found = faults(bench, line(0, clock={}, extra=1), {"known_at": "i går", "published": True}, bad)

    assert found == [
        (2, "/extra"),
        (3, "/known_at"),
        (3, ""),
        (3, "/citation"),
        (4, "/actor"),
        (4, "/report/impacts/0/now"),
    ]


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"report": {}}, "/actor"),
        ({"actor": "kommun-0180", "clock": {}}, "/actor"),
        ({"raw": {"source": "smhi"}}, "/raw"),
        ({"raw": {"source": "smhi", "body": [], "file": "x"}}, "/raw"),
        ({"raw": {"source": "smhi", "file": "x.json"}}, "/raw/file"),
        ({"raw": {"source": "smhi", "file": "../a.jsonl"}}, "/raw/file"),
        ({"raw": {"source": "moln", "body": []}}, "/raw/source"),
        ({"raw": {"source": "actors", "body": []}}, "/raw/source"),
        ({"command": {"command": "convene", "who": "x", "role": "coordinator", "args": {}}}, "/command/args/forum"),
        ({"command": {"command": "sing", "who": "x", "role": "coordinator"}}, "/command/command"),
        ({"command": {"command": "accept"}}, "/command/who"),
        ({"clock": {}, "raw": {"source": "smhi", "body": []}}, ""),
        ({}, ""),
    ],
)
def test_a_wrong_record_names_its_place(bench, more, pointer):
    assert (2, pointer) in faults(bench, line(0, **more))


def test_a_wrong_head_names_every_fault(bench):
    wrong = [must("sing", "samordnande", 5, 0), {"none": {"act": "x"}, "from": at(0)}]
    found = faults(bench, warning(0, "RED"), expected=wrong, title="")

    assert found == [
        (1, "/title"),
        (1, "/expected/0/act"),
        (1, "/expected/1/to"),
        (1, "/expected/1/none/act"),
    ]


def test_an_interval_that_ends_before_it_begins_is_a_fault(bench):
    assert faults(bench, warning(0, "RED"), expected=[must("convene", "samordnande", 5, 0)]) == [(1, "/expected/0")]


@pytest.mark.parametrize("region", ["01", "stockholm", "Stockholms län"])
def test_the_county_may_be_called_by_its_name(bench, region):
    assert faults(bench, warning(0, "RED"), region=region) == []


@pytest.mark.parametrize("clock", [None, {}, True, "T", 5])
def test_a_clock_is_a_clock_whatever_its_value(bench, clock):
    assert faults(bench, line(0, clock=clock)) == []


def test_who_and_role_may_stand_beside_the_command(bench):
    asked = {"command": "convene", "args": {"forum": "f", "level": "samordnande", "at": at(0)}}

    assert faults(bench, line(0, command=asked, who="lansstyrelsen-01", role="coordinator")) == []
    assert faults(bench, line(0, clock={}, who="lansstyrelsen-01")) == [(2, "/who")]


def test_fields_without_a_value_are_fields_that_are_not_there(bench):
    assert faults(bench, line(0, clock={}) | dict.fromkeys(("actor", "report", "raw", "citation"))) == []


def test_another_county_is_a_fault(bench):
    assert faults(bench, warning(0, "RED"), region="03") == [(1, "/region")]


def test_rules_with_faults_are_a_fault_of_the_case(bench):
    bench.ground = bench.ground._replace(chosen=False)

    assert faults(bench, warning(0, "RED"), rules={"version": "x", "rule": [{}]}) == [(1, "/rules")]
    assert faults(bench, warning(0, "RED"), rules="none.toml") == [(1, "/rules")]


def test_a_report_from_the_future_is_refused_as_the_server_would(bench):
    early = report(0, "kommun-0180", "care", "0180", "none")
    early["report"]["sent"] = at(11)

    assert faults(bench, early) == [(2, "/report/sent")]


def test_blank_lines_are_counted_and_a_mark_of_byte_order_is_not_a_fault(bench):
    head, bad = json.dumps(HEAD), json.dumps({"known_at": at(0), "published": False})
    path = bench.raw(f"\ufeff{head}\r\n\r\n{bad}\n".encode())

    assert [f.line for f in bench.read(path).faults] == [3]


def test_a_payload_lies_beside_its_case(bench):
    (bench.folder / "lista.json").write_text("[]", encoding="utf-8")

    assert faults(bench, line(0, raw={"source": "smhi", "file": "lista.json"})) == []


def test_one_name_is_one_case(bench):
    paths = [bench.write([], warning(0, "RED"), name=n) for n in ("a", "b")]
    paths[1].write_bytes(paths[0].read_bytes())

    assert [[f.pointer for f in c.faults] for c in read_cases(paths, bench.ground)] == [["/case"], ["/case"]]


def test_a_folder_is_its_cases_by_name_and_an_empty_one_is_said(bench):
    paths = [bench.write([], warning(0, "RED"), name=n) for n in ("b", "a")]

    assert find([bench.folder]) == sorted(paths)
    (bench.folder / "empty").mkdir()
    with pytest.raises(NoCasesError, match="no case"):
        find([bench.folder / "empty"])


def test_a_file_that_is_not_there_is_said(bench):
    with pytest.raises(NoCasesError, match=r"none\.jsonl cannot be read"):
        read_cases([bench.folder / "none.jsonl"], bench.ground)


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"{", b"[]", b"null", b"\xff\xfe", b'{"case":"a"}', json.dumps(HEAD).encode()]
)
def test_bytes_that_are_no_case_are_refused_with_a_line(bench, content):
    assert bench.read(bench.raw(content)).faults


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
fields = st.sampled_from(
    ["known_at", "happened_at", "published", "citation", "actor", "report", "raw", "command", "clock"]
)


@given(st.dictionaries(fields, values | st.just(at(0)) | st.just(True)))
def test_no_line_makes_the_reader_raise_anything_but_its_faults(value):
    with contextlib.suppress(CaseRefused):
        read_line(json.dumps(value).encode())


@given(st.dictionaries(st.sampled_from([*HEAD, "rules"]), values))
def test_no_head_makes_the_reader_raise_anything_but_its_faults(value):
    with contextlib.suppress(CaseRefused):
        read_head(json.dumps({**HEAD, **value}).encode())


def schema(name):
    return Draft202012Validator(json.loads((ROOT / f"schemas/released/{name}.1.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "record",
    [
        warning(0, "RED"),
        report(0, "kommun-0180", "care", "0180", "none", citation="dn.se"),
        command(0, "accept", on="R01"),
        line(0, clock={}, happened_at=at(-5), note="n"),
    ],
)
def test_the_released_schema_takes_what_the_reader_takes(record):
    read_line(json.dumps(record).encode())

    assert list(schema("case-line").iter_errors(record)) == []


@pytest.mark.parametrize(
    "record",
    [line(0), line(0, clock={}, command={}), line(0, report={}), line(0, clock={}, extra=1), {"clock": {}}],
)
def test_the_released_schema_refuses_what_the_reader_refuses(record):
    with pytest.raises(CaseRefused):
        read_line(json.dumps(record).encode())

    assert list(schema("case-line").iter_errors(record))


def test_the_released_schema_of_a_head_is_the_readers():
    good = {**HEAD, "expected": [must("convene", "samordnande", 0, 5), {"none": {}, "from": at(0), "to": at(5)}]}
    bad = {**HEAD, "expected": [must("sing", "samordnande", 0, 5)]}

    assert list(schema("case-head").iter_errors(good)) == []
    assert list(schema("case-head").iter_errors(bad))
