"""Every stored payload, by the parser of its connector: as many reports as its row says, and the same ones as kept."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from connectors.parsing import parse_file
from connectors.quality import folders
from schemas.codec import canon

CORPORA = Path(__file__).parents[2] / "corpora"
ROWS = tomllib.loads((CORPORA / "expected.toml").read_text(encoding="utf-8"))
PAYLOADS = sorted(
    f"{path.parent.name}/{path.name}"
    for source in folders()
    for path in (CORPORA / source).glob("*")
    if source != "actors" and path.is_file()
)
RECORDED = [name for name in ROWS if "synthetic" not in name and "constructed" not in name]


def parsed(name):
    source = name.partition("/")[0]
    return parse_file(source, (CORPORA / name).read_bytes())


def test_every_payload_has_a_row_and_every_row_a_payload():
    assert sorted(ROWS) == PAYLOADS


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_payload_gives_as_many_reports_exercises_and_refusals_as_its_row_says(name):
    reports, rejections = parsed(name)
    row = ROWS[name]

    assert len(reports) == row["reports"]
    assert sum(report["status"] != "actual" for report in reports) == row["exercises"]
    assert Counter(rejection["reason"] for rejection in rejections) == row["rejected"]


@pytest.mark.parametrize("name", [name for name in RECORDED if ROWS[name]["rejected"]])
def test_a_recorded_payload_is_refused_only_with_a_reason_in_its_row(name):
    assert len(ROWS[name]["why"]) > 20


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_payload_gives_the_very_reports_that_were_read_and_kept(name):
    kept = CORPORA / "parsed" / f"{name}.jsonl"

    assert b"".join(canon(report) + b"\n" for report in parsed(name)[0]) == kept.read_bytes()
