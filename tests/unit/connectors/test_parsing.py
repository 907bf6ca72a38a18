"""`lagesbild parse` from outside: exit status, lines, and never a traceback."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.parsing import main, parse_file
from connectors.quality import folders

CORPUS = Path(__file__).parents[2] / "corpora"


def test_reports_are_json_lines_on_stdout_and_all_used_is_exit_0():
    file = CORPUS / "smhi" / "10-message-skane-water-shortage.json"

    done = subprocess.run(
        [sys.executable, "-m", "connectors.parsing", "smhi", str(file)], capture_output=True, check=False
    )

    assert done.returncode == 0
    assert [json.loads(row)["id"] for row in done.stdout.splitlines()] == ["3122-9873"]
    assert done.stderr == b""


def test_rejections_are_json_lines_on_stderr_and_exit_1(tmp_path, capfdbinary):
    file = tmp_path / "page.html"
    file.write_bytes(b"<html>")

    status = main(["trafikverket", str(file)])

    out, err = capfdbinary.readouterr()
    assert (status, out) == (1, b"")
    assert json.loads(err)["reason"] == "malformed"


def test_error_told_by_the_source_is_a_rejection(tmp_path):
    body = {"RESPONSE": {"RESULT": [{"ERROR": {"MESSAGE": "Invalid authentication"}}]}}

    reports, rejections = parse_file("trafikverket", json.dumps(body).encode())

    assert reports == []
    assert rejections[0]["detail"] == "error: Invalid authentication"


def test_error_told_by_the_source_stands_beside_other_rejections():
    results = [{"Situation": [{"Id": "1", "Deviation": []}]}, {"ERROR": {"SOURCE": "Request", "MESSAGE": "Bad"}}]

    _, rejections = parse_file("trafikverket", json.dumps({"RESPONSE": {"RESULT": results}}).encode())

    assert [one["reason"] for one in rejections] == ["put_aside", "source_error"]


def test_unknown_source_is_exit_2_and_names_the_known_ones(capsys):
    assert main(["sjofartsverket", "x"]) == 2
    assert "known are actors, cap, datex" in capsys.readouterr().err


def test_file_that_is_not_there_is_one_line(capsys):
    assert main(["smhi", "/no/such/file"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("source", sorted(folders()))
@given(raw=st.binary(max_size=400))
def test_no_bytes_make_a_parser_raise(source, raw):
    parse_file(source, raw)


@pytest.mark.parametrize("source", sorted(folders()))
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda children: (
            st.lists(children, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    ["id", "warningAreas", "RESPONSE", "RESULT", "Situation", "Deviation", "Id", "impacts"]
                ),
                children,
                max_size=4,
            )
        ),
        max_leaves=15,
    )
)
def test_no_json_makes_a_parser_raise(source, value):
    parse_file(source, json.dumps(value).encode())


DEEP = [
    b"[" * 1000 + b"]" * 1000,
    b"[" * 100_000,
    b'{"a":' * 1005 + b"1" + b"}" * 1005,
    b'[{"id":1,"x":' + b"[" * 985 + b"]" * 985 + b"}]",
    b'{"RESPONSE":{"RESULT":[{"Situation":' + b"[" * 900 + b"]" * 900 + b"}]}}",
    b'{"alerts":[{"identifier":"a","info":' + b"[" * 990 + b"]" * 990 + b"}]}",
]


@pytest.mark.parametrize("raw", DEEP, ids=range(len(DEEP)))
@pytest.mark.parametrize("source", folders())
def test_json_nested_beyond_reason_is_refused_and_fells_no_parser(source, raw):
    _, rejections = parse_file(source, raw)

    assert rejections
