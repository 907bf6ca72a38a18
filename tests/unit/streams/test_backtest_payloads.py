"""Payloads of cases go through the connectors' own work, in a process of their own, and come back in order."""

import json

import pytest
from support.cases import T, tell_here, warning

from schemas.times import MINUTE
from streams.backtest.payloads import ParsingError, Payload, tell


def payload(minute, level, *, case="a", source="smhi", connector="smhi"):
    body = json.dumps(warning(minute, level)["raw"]["body"]).encode()
    return Payload(case, source, connector, T + minute * MINUTE, body)


def changes(told):
    return [[report["change"] for report in one.reports] for one in told]


def test_a_process_of_its_own_says_the_same_as_this_one():
    asked = [payload(0, "RED"), payload(5, "ORANGE"), Payload("a", "smhi", "smhi", T, b"\xff"), payload(9, "")]

    assert tell(asked) == tell_here(asked)


def test_no_payloads_start_no_process(monkeypatch):
    monkeypatch.setattr("streams.backtest.payloads.sys.executable", "/nowhere")

    assert tell([]) == []


def test_what_is_told_already_is_not_told_again_and_two_lists_without_it_withdraw_it():
    asked = [payload(0, "RED"), payload(0, "RED"), payload(10, ""), payload(20, ""), payload(30, "")]

    assert changes(tell_here(asked)) == [["report"], [], [], [], ["withdraw"]]


def test_cases_and_sources_know_nothing_of_each_other():
    asked = [payload(0, "RED"), payload(0, "RED", case="b"), payload(0, "RED", source="smhi-andra")]

    assert changes(tell_here(asked)) == [["report"]] * 3


def test_reports_carry_the_name_of_their_source():
    told = tell_here([payload(0, "RED", source="smhi-andra")])

    assert told[0].reports[0]["source"] == "smhi-andra"


def test_a_source_that_is_not_there_is_a_fault_that_names_those_that_are():
    told = tell_here([payload(0, "RED", connector="moln", source="moln"), payload(0, "RED")])

    assert "no source 'moln'" in told[0].fault
    assert "smhi" in told[0].fault
    assert told[1].reports


def test_a_process_that_dies_is_said(monkeypatch):
    monkeypatch.setattr("streams.backtest.payloads.sys.executable", "false")

    with pytest.raises(ParsingError, match="could not be parsed"):
        tell([payload(0, "RED")])
