"""The cases that come with the county: whole, cited, and told on a page as they come out today."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from support.cases import county
from support.project import ROOT, text
from support.scripts import load

from schemas.codec import canon
from streams.backtest.bench import bench
from streams.backtest.plotted import plotted
from streams.backtest.reading import find, read_cases

CASES = ROOT / "region" / "stockholm" / "cases"
NAMES = {
    "alfrida-2019",
    "drottninggatan-2017",
    "hans-2023",
    "sno-jan-2017",
    "sno-mar-2023",
    "sno-nov-2016",
    "sno-nov-2022",
    "sodertaljebron-2016",
    "stromavbrott-nov-2017",
}
DOCS = text(Path("docs/cases.md"))
backtest_page = load("backtest_page")


def rows(path):
    return [json.loads(row) for row in path.read_text(encoding="utf-8").splitlines()]


def schema(name):
    return Draft202012Validator(json.loads((ROOT / f"schemas/released/{name}.1.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def results():
    ground = county()
    found = bench(read_cases(find([CASES]), ground), ground, None, acts=False, progress=lambda *_: None)
    return {result.case.name: result for result in found}


def test_all_are_read_and_folded_without_a_fault(results):
    assert set(results) == NAMES
    assert [(n, r.case.faults) for n, r in results.items() if r.case.faults] == []
    assert [(n, r.mine.run.refused) for n, r in results.items() if r.mine.run.refused or r.mine.run.orphans] == []


@pytest.mark.parametrize("path", sorted(CASES.glob("*.jsonl")), ids=lambda p: p.stem)
def test_a_case_keeps_to_the_released_schemas_and_is_named_as_its_file(path):
    head, *records = rows(path)

    assert head["case"] == path.stem
    assert [e.message for e in schema("case-head").iter_errors(head)] == []
    assert [e.message for record in records for e in schema("case-line").iter_errors(record)] == []


@pytest.mark.parametrize("path", sorted(CASES.glob("*.jsonl")), ids=lambda p: p.stem)
def test_what_is_published_names_its_source_and_what_is_not_claims_none(path):
    _, *records = rows(path)

    assert any(record["published"] for record in records)
    assert [r for r in records if r["published"] != ("citation" in r)] == []


def test_the_wrong_county_raises_nothing_at_all(results):
    run = results["hans-2023"].mine.run

    assert (run.trace.raised, run.trace.calls) == ([], [])


def test_the_false_alarm_control_never_comes_to_inriktande(results):
    assert [r for r in results["sno-jan-2017"].mine.run.trace.raised if r.level == "inriktande"] == []


def test_the_attack_is_suggested_before_people_called_on_actor_reports_alone(results):
    verdict = results["drottninggatan-2017"].mine.verdicts[0]

    assert verdict.met
    assert verdict.lead_min >= 0


def test_the_page_tells_what_the_command_says_now():
    assert text(backtest_page.OUT.relative_to(ROOT)) == backtest_page.page(), "run scripts/backtest-page"


def test_the_page_of_rules_draws_what_the_cases_give_now(results):
    now = canon(plotted(list(results.values()))) + b"\n"

    assert backtest_page.DRAWN.read_bytes() == now, "run scripts/backtest-page"


def test_the_case_in_the_documents_is_whole_and_met(tmp_path):
    (tmp_path / "a.jsonl").write_text(DOCS.split("```json\n")[1].split("```")[0], encoding="utf-8")
    ground = county()
    (result,) = bench(read_cases(find([tmp_path]), ground), ground, None, acts=False, progress=lambda *_: None)

    assert (result.case.faults, result.good, result.mine.run.orphans) == ((), True, ())


@pytest.mark.parametrize("name", ["case-head", "case-line"])
def test_the_documents_name_every_key_of_the_schemas(name):
    found = schema(name).schema
    parts = [found, *found.get("$defs", {}).values()]

    assert [key for part in parts for key in part.get("properties", {}) if not re.search(rf'[`"]{key}[`"]', DOCS)] == []
