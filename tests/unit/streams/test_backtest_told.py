"""How a back-test is told: text, JSON lines, a page that needs nothing from outside, an exit status."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.cases import Bench, at, command, must, none, report, warning

from streams.backtest.page import page
from streams.backtest.text import Report

LAGESBILD = Path(sys.executable).with_name("lagesbild")


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(tmp_path, monkeypatch)


def run(bench, *arguments, **variables):
    asked = [LAGESBILD, "backtest", bench.folder, "--rules", bench.rules, *arguments]
    return subprocess.run(asked, capture_output=True, check=False, env={**os.environ, **variables})


def lines(bench, path):
    return list(Report("Europe/Stockholm").lines([bench.score(path)]))


def test_a_hit_is_told_in_the_regions_time_with_its_lead(bench):
    said = lines(bench, bench.write([must("convene", "samordnande", 0, 30, rule="R01")], warning(0, "RED")))

    assert any(s.startswith("  met     convene/samordnande by R01 2027-01-19 07:00") for s in said)
    assert any("30 min before the end of the interval" in s for s in said)


def test_a_miss_is_told_as_plainly_as_a_hit(bench):
    expected = [must("convene", "samordnande", 5, 30), must("plan", "planering", 0, 5), none(0, 5)]
    said = [s.strip() for s in lines(bench, bench.write(expected, warning(0, "RED"))) if "MISSED" in s]

    assert said[0].endswith("came at 2027-01-19 07:00")
    assert said[1].endswith("never came")
    assert said[2].endswith("convene/samordnande at 2027-01-19 07:00 (R01)")


def test_all_cases_together_tell_no_share_under_five(bench):
    said = lines(bench, bench.write([must("convene", "samordnande", 0, 5)] * 4 + [none(-9, -5)] * 5, warning(0, "RED")))

    assert "expected and raised: 4 of 4" in said
    assert "must not come and did not: 5 of 5 (100 %)" in said


def test_all_met_is_0_one_missed_is_1_and_json_is_one_object_a_case(bench):
    bench.write([must("convene", "samordnande", 0, 5)], warning(0, "RED"), name="a")
    good = run(bench, "--json")
    bench.write([none(0, 5)], warning(0, "RED"), name="b")
    bad = run(bench, "--json")

    assert (good.returncode, bad.returncode) == (0, 1)
    assert [json.loads(row)["case"] for row in bad.stdout.splitlines()] == ["a", "b"]
    assert bad.stdout.splitlines()[0] == good.stdout.strip()
    assert bad.stderr == b""


def test_a_refused_case_is_1_with_every_fault_on_stderr_and_the_others_are_scored(bench):
    bench.write([must("convene", "samordnande", 0, 5)], warning(0, "RED"), name="a")
    path = bench.write([], {"known_at": "x"}, {"published": 1}, name="b")
    done = run(bench, "--json")

    assert done.returncode == 1
    assert [json.loads(row)["met"] for row in done.stdout.splitlines()] == [True, False]
    assert {row.split(":")[1] for row in done.stderr.decode().splitlines()} == {"2", "3"}
    assert all(row.startswith(f"{path}:") for row in done.stderr.decode().splitlines())


def test_a_line_that_was_not_taken_is_1_with_its_number_and_reason_on_stderr(bench):
    path = bench.write([none(0, 5)], command(0, "acknowledge", on="f"), command(1, "close", on="f"))
    done = run(bench)

    assert done.returncode == 1
    assert done.stderr.decode() == f"{path}:3: /: refused: not_there: what it names is not there at that time\n"


def test_the_same_file_named_twice_is_scored_once(bench):
    path = bench.write([none(0, 5)], warning(0, "YELLOW"))
    done = run(bench, path, "--json")

    assert (done.returncode, len(done.stdout.splitlines())) == (0, 1)


def test_what_was_learned_later_is_told_with_both_times(bench):
    late = warning(60, "RED") | {"happened_at": at(0)}
    result = bench.score(bench.write([], late))
    html = page([result], "Europe/Stockholm")

    assert "hände 2027-01-19 07.00, känt 60 minuter senare" in html
    assert html.count('class="late"') == 1
    assert "  1 record(s) known after they happened, at most 1 h 0 min after" in Report("Europe/Stockholm").lines(
        [result]
    )


def test_the_same_input_gives_the_same_bytes_in_any_process(bench):
    records = warning(0, "RED"), report(5, "region-sthlm-trafik", "transit", "0180 0182 0188", "serious")
    bench.write([must("convene", "samordnande", 0, 5)], *records)
    done = [run(bench, "--json", "--html", bench.folder / f"{s}.html", PYTHONHASHSEED=s) for s in ("1", "2")]

    assert done[0].stdout == done[1].stdout
    assert (bench.folder / "1.html").read_bytes() == (bench.folder / "2.html").read_bytes()


def test_a_rule_file_with_faults_is_one_line_and_1(bench):
    bench.write([], warning(0, "RED"))
    bench.rules.write_text('version = "x"\n[[rule]]\nid = "R01"\n', encoding="utf-8")
    done = run(bench)

    assert done.returncode == 1
    assert len(done.stderr.decode().splitlines()) == 1
    assert "/rule/0/when" in done.stderr.decode()


def test_the_page_needs_nothing_from_outside_and_holds_a_timeline_for_each_case(bench):
    head = {"title": "<b>Fall</b>", "source_note": 'a"b'}
    result = bench.score(bench.write([must("convene", "samordnande", 0, 5), none(0, 9)], warning(0, "RED"), **head))
    html = page([result, result], "Europe/Stockholm")

    assert html.count("<svg ") == 2
    assert "Romb: när det kom." in html
    assert "<b>Fall" not in html
    assert re.findall(r"(?:src|href|url|@import)\b|<script|<link", html) == []
    assert set(re.findall(r"https?://[^\"'<> ]+", html)) == {"http://www.w3.org/2000/svg"}


def test_the_timeline_tells_published_from_filler_and_met_from_missed(bench):
    filler = report(5, "kommun-0180", "care", "0180", "none")
    told = report(6, "kommun-0182", "care", "0182", "none", citation="dn.se")
    html = page(
        [bench.score(bench.write([none(0, 9), none(20, 30)], warning(0, "RED"), filler, told))], "Europe/Stockholm"
    )

    assert (html.count('class="filler"'), html.count('class="published"')) == (2, 1)
    assert (html.count('class="met none"'), html.count('class="missed none"')) == (1, 1)
    assert "dn.se" in html


def test_a_refused_case_is_on_the_page_with_its_faults(bench):
    html = page([bench.score(bench.write([], {"known_at": at(0)}))], "Europe/Stockholm")

    assert "2: /published" in html
    assert "<svg" not in html


def test_another_rule_file_is_told_on_the_page_and_in_the_text(bench):
    other = bench.other('levels = ["RED"]', 'levels = ["RED", "ORANGE"]')
    result = bench.score(bench.write([must("convene", "samordnande", 0, 5)], warning(0, "ORANGE")), against=other)

    assert "Mot other.toml: 1 utfall skiljer sig, och 1 av reglerna." in page([result], "Europe/Stockholm")
    said = list(Report("Europe/Stockholm").lines([result]))
    assert "  against other.toml: 1 verdict(s) and 1 rule(s) differ" in said
