"""A case is read whole or refused with the number and every fault of every wrong line. Never a traceback."""

import contextlib
import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from support.cases import RULES, Bench, at, command, fit, line, must, report, warning
from support.project import ROOT

from schemas.case import CaseRefused, read_head, read_line
from streams.backtest.casefile import NoCasesError
from streams.backtest.family import family
from streams.backtest.ground import RulesFileError
from streams.backtest.reading import find, read_cases

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
        ({"command": {"command": "dismiss", "on": "R01"}}, "/command/reason"),
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
        (1, "/expected/0"),
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

    found = faults(bench, warning(0, "RED"), rules={"version": "x", "rule": [{}]}, region="03")

    assert {(1, "/region"), (1, "/rules/rule/0/id"), (1, "/rules/rule/0/when")} <= set(found)
    assert faults(bench, warning(0, "RED"), rules="none.toml") == [(1, "/rules")]


def test_rules_that_do_not_fit_the_county_are_a_fault_of_whoever_brings_them(bench):
    unfit = RULES.replace('source = "smhi"', 'source = "moln"', 1)
    (bench.folder / "own.toml").write_text(unfit, encoding="utf-8")
    setting = command(0, "set_rules", role="operator", rules=tomllib.loads(unfit))
    bench.ground = bench.ground._replace(chosen=False)

    assert faults(bench, setting, rules="own.toml") == [(1, "/rules"), (2, "/command/args/rules/rule/0")]
    with pytest.raises(RulesFileError, match="moln is no source of the county"):
        fit(bench.folder / "own.toml")


@pytest.mark.parametrize("place", ["{}/other.toml", "../other.toml", "a/../other.toml"])
def test_rules_of_a_case_lie_beside_it_or_beside_the_countys(bench, place):
    bench.other("version", "version")
    bench.ground = bench.ground._replace(chosen=False)
    (bench.folder / "cases").mkdir()
    bench.folder /= "cases"

    assert faults(bench, warning(0, "RED"), rules="other.toml") == []
    assert faults(bench, warning(0, "RED"), rules=place.format(bench.folder.parent)) == [(1, "/rules")]


def test_a_rule_that_the_cases_rules_do_not_have_is_a_fault_and_a_family_is_none(bench):
    named = [must("escalate", "inriktande", 0, 5, rule=rule) for rule in ("R07", "R07a", "R7", "R99")]
    chosen = faults(bench, warning(0, "RED"), expected=named)
    bench.ground = bench.ground._replace(chosen=False)

    assert faults(bench, warning(0, "RED"), expected=named) == [(1, "/expected/2/rule"), (1, "/expected/3/rule")]
    assert chosen == []


def test_one_fault_of_a_line_hides_no_other(bench):
    bad = report(3, "kommun-9999", "care", "0180 0199", "awful")
    bad["report"] |= {"sent": at(60), "valid_from": at(9), "valid_until": at(8), "point": [300, 0]}
    act = line(4, command={"command": "convene", "args": {"forum": 1}, "role": "king"})
    both = line(5, raw={"source": "moln", "body": [], "file": "../x"}, extra=1)
    list_ = line(6, raw={"source": "smhi", "body": "<html>"}, extra=1)

    assert sorted(set(faults(bench, bad | {"published": True}, act, both, list_))) == [
        (2, "/actor"),
        (2, "/citation"),
        (2, "/report"),
        (2, "/report/impacts/0/areas/1"),
        (2, "/report/impacts/0/now"),
        (2, "/report/point"),
        (2, "/report/sent"),
        (3, "/command/args/at"),
        (3, "/command/args/forum"),
        (3, "/command/args/level"),
        (3, "/command/role"),
        (3, "/command/who"),
        (4, "/extra"),
        (4, "/raw"),
        (5, "/extra"),
        (5, "/raw/body"),
    ]


@pytest.mark.parametrize(
    ("source", "body", "pointer"),
    [
        ("smhi", "garbage", "/raw/body"),
        ("smhi", {"x": 1}, "/raw/body"),
        ("smhi", [{"id": 1}], "/raw/body/0/warningAreas"),
        ("outages", {"rows": []}, "/raw/body"),
    ],
)
def test_a_payload_of_which_nothing_can_be_used_is_a_fault_each_time(bench, source, body, pointer):
    lines = [line(minute, raw={"source": source, "body": body}) for minute in (0, 5)]

    assert faults(bench, *lines) == [(2, pointer), (3, pointer)]


def test_an_empty_list_is_a_whole_payload(bench):
    assert faults(bench, warning(0, "")) == []


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
    assert find([paths[0], bench.folder, bench.folder / "." / "a.jsonl"]) == paths
    (bench.folder / "empty").mkdir()
    (bench.folder / "deep").mkdir()
    paths[0].rename(bench.folder / "deep" / "b.jsonl")
    assert [path.stem for path in find([bench.folder])] == ["a", "b"]
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


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("R10", {"R10", "R10-lanet"}),
        ("R07", {"R07a", "R07b-natt"}),
        ("R07b", {"R07b-natt"}),
        ("R1", set()),
        ("R10-lanet", {"R10-lanet"}),
        (".+", set()),
    ],
)
def test_a_name_stands_for_its_rule_and_its_family_and_for_no_other_number(name, meant):
    assert family(name, ["R10", "R10-lanet", "R07a", "R07b-natt", "R100"]) == meant
