"""The bench: what the rules made of a case, told as it was, misses and orphans too."""

from pathlib import Path

import pytest
from support.cases import RULES, Bench, at, command, fit, line, must, none, report, warning

from schemas.codec import canon
from streams.backtest.figures import share
from streams.backtest.ground import RulesFileError
from streams.backtest.telling import as_json

SLOW = """
[[rule]]
id = "R20"
title = "Lugnt"
basis = "analogy"
act = "slow_down"
level = "samordnande"
call = false
hold = "60 min"
when = { test = "forum", level = "samordnande" }
text = "t"
falls_away = "f"
"""
CRITICAL = """
[[rule]]
id = "{id}"
title = "Kritiskt"
basis = "analogy"
act = "convene"
level = "samordnande"
call = true
when = {{ test = "cells", impact = 5, areas = 1, sectors = ["{sector}"] }}
text = "t"
falls_away = "f"
"""
CONVENED = {"forum": "f", "level": "samordnande", "at": at(60)}


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(tmp_path, monkeypatch)


def told(bench, expected, *records, **how):
    result = bench.score(bench.write(expected, *records), **how)
    assert result.case.faults == ()
    return as_json(result)


def row(found, rule):
    return next(r for r in found["rules"] if r["rule"] == rule)


def met(found):
    return [e["met"] for e in found["expectations"]]


def test_a_red_warning_in_the_wire_format_is_met_with_its_time_and_lead(bench):
    found = told(bench, [must("convene", "samordnande", 0, 30, rule="R01")], warning(0, "RED"))

    assert found["met"]
    assert found["expectations"][0]["at"] == at(0)
    assert found["expectations"][0]["lead_min"] == 30
    assert found["expectations"][0]["lead_to"] == "expected"


def test_lead_is_counted_to_when_people_convened_the_forum(bench):
    found = told(bench, [must("convene", "samordnande", 0, 30)], warning(0, "RED"), command(12, "convene", **CONVENED))

    assert (row(found, "R01")["lead_min"], row(found, "R01")["lead_to"]) == (12, "convened")


def test_a_forum_from_before_the_interval_is_not_what_was_awaited(bench):
    records = command(-60, "convene", **CONVENED), warning(0, "RED")
    found = told(bench, [must("convene", "samordnande", 0, 30, rule="R01")], *records)

    assert (row(found, "R01")["lead_min"], row(found, "R01")["lead_to"]) == (30, "expected")


def test_lead_out_of_a_forum_is_counted_to_when_people_closed_it(bench):
    bench.rules.write_text(RULES + SLOW, encoding="utf-8")
    bench.ground = bench.ground._replace(rules=fit(bench.rules))
    records = command(0, "convene", **CONVENED), line(90, clock={}), command(100, "close", on="f", role="chair")
    found = told(bench, [must("slow_down", "samordnande", 50, 200)], *records)

    assert (row(found, "R20")["lead_min"], row(found, "R20")["lead_to"]) == (40, "closed")


def test_a_forum_that_is_called_again_is_no_new_suggestion(bench):
    again = command(120, "convene", **CONVENED | {"at": at(150)})
    records = warning(0, "RED"), command(10, "convene", **CONVENED), command(90, "step_down", on="f", role="chair")
    found = told(bench, [none(1, 300)], *records, again)

    assert found["met"]
    assert len(found["raised"]) == 1


def test_lead_is_counted_to_the_real_time_where_the_case_tells_it(bench):
    found = told(bench, [must("convene", "samordnande", 0, 30, real=at(-5))], warning(0, "RED"))

    assert (row(found, "R01")["lead_min"], row(found, "R01")["lead_to"]) == (-5, "real")


def test_a_suggestion_outside_its_interval_is_missed_and_its_time_is_told(bench):
    found = told(bench, [must("convene", "samordnande", 1, 30)], warning(0, "RED"))

    assert not found["met"]
    assert found["expectations"][0]["elsewhere"] == [at(0)]


def test_one_that_never_comes_is_missed(bench):
    found = told(bench, [must("convene", "samordnande", 0, 30)], warning(0, "YELLOW"))

    assert met(found) == [False]
    assert "elsewhere" not in found["expectations"][0]


def test_what_must_not_come_and_comes_is_missed_and_a_false_call_of_its_rule(bench):
    found = told(bench, [none(0, 60, level="samordnande"), none(0, 60, level="inriktande")], warning(0, "RED"))

    assert met(found) == [False, True]
    assert found["expectations"][0]["against"][0]["rules"] == ["R01"]
    assert [r["rule"] for r in found["rules"] if r["false_calls"]] == ["R01"]


def test_what_the_case_says_nothing_of_is_neither_a_hit_nor_false(bench):
    other = told(bench, [must("call_duty", "tib", 0, 60), none(0, 60, level="inriktande")], warning(0, "RED"))
    awaited = told(bench, [must("convene", "samordnande", 0, 60)], warning(0, "RED"))
    forbidden = told(bench, [none(0, 60)], warning(0, "RED"))

    assert [(row(f, "R01")["unjudged"], row(f, "R01")["false_calls"]) for f in (other, awaited, forbidden)] == [
        (1, 0),
        (0, 0),
        (0, 1),
    ]


def test_none_of_anything_is_broken_by_anything(bench):
    assert met(told(bench, [none(0, 60)], warning(0, "ORANGE"))) == [False]


def test_the_wrong_county_stays_silent(bench):
    assert met(told(bench, [none(-60, 600)], warning(0, "RED", county=14))) == [True]


def test_time_goes_on_to_the_last_expectation_so_that_a_hold_can_run_out(bench):
    found = told(bench, [must("call_duty", "tib", 10, 20, rule="R02")], warning(0, "ORANGE"))

    assert found["expectations"][0]["at"] == at(10)


def test_a_rule_that_joins_a_standing_suggestion_has_spoken_though_nothing_was_raised(bench):
    records = warning(0, "RED"), report(5, "region-sthlm-trafik", "transit", "0180", "critical")
    joined = must("convene", "samordnande", 5, 6, rule="R04")
    found = told(bench, [joined, must("convene", "samordnande", 5, 6)], *records)

    assert met(found) == [True, False]
    assert len(found["calls"]) == 1


def test_true_for_too_short_is_a_near_miss(bench):
    records = (
        report(0, "region-sthlm-trafik", "transit", "0180", "serious"),
        report(14, "region-sthlm-trafik", "transit", "0180", "moderate"),
    )
    found = told(bench, [none(0, 60)], *records)

    assert found["met"]
    assert (row(found, "R04")["near_misses"], row(found, "R04")["spoke"]) == (1, 0)


def test_a_hold_that_ends_in_a_suggestion_is_no_near_miss(bench):
    found = told(bench, [], report(0, "region-sthlm-trafik", "transit", "0180", "serious"), line(60, clock={}))

    assert (row(found, "R04")["near_misses"], row(found, "R04")["spoke"]) == (0, 1)


@pytest.mark.parametrize(("minute", "night"), [(15 * 60 - 1, 0), (15 * 60, 1), (23 * 60 - 1, 1), (23 * 60, 0)])
def test_night_is_from_22_to_06_by_the_regions_clock(bench, minute, night):
    found = told(bench, [], warning(minute, "RED", onset=minute + 60))

    assert row(found, "R01")["calls"] == 1
    assert row(found, "R01")["calls_at_night"] == night


@pytest.mark.parametrize("act", ["escalate", "convene"])
@pytest.mark.parametrize("rule", [{}, {"rule": "R07"}])
def test_whoever_expects_the_directing_forum_to_be_convened_means_that_it_is_escalated_to(bench, act, rule):
    records = command(0, "convene", **CONVENED), command(10, "need_direction", on="f", role="chair")
    assert told(bench, [must(act, "inriktande", 10, 11, **rule)], *records)["met"]
    assert not told(bench, [must(act, "samordnande", 10, 11, **rule)], *records)["met"]


def test_a_forum_convened_by_hand_and_a_need_of_direction_are_facts(bench):
    records = command(0, "convene", **CONVENED), command(10, "need_direction", on="f", role="chair")
    found = told(bench, [must("escalate", "inriktande", 10, 11, rule="R07a")], *records)

    assert found["met"]
    assert found["refused"] == []


def test_what_joins_an_answered_suggestion_and_rings_is_a_call_of_its_own_rule_alone(bench):
    both = CRITICAL.format(id="A", sector="transit") + CRITICAL.format(id="B", sector="care")
    bench.rules.write_text(f'version = "x"{both}', encoding="utf-8")
    bench.ground = bench.ground._replace(rules=fit(bench.rules))
    first = report(0, "region-sthlm-trafik", "transit", "0180", "critical")
    second = report(10, "kommun-0192", "care", "0192", "critical")
    found = told(bench, [], first, command(5, "acknowledge", on="A"), second, acts=True)

    assert [call["rules"] for call in found["calls"]] == [["A"], ["B"]]


def test_acts_on_suggestions_are_left_out_unless_asked_for(bench):
    dismissed = command(5, "dismiss", on="R01", reason="känt")
    again = must("convene", "samordnande", 6, 30)
    records = warning(0, "RED"), dismissed, report(6, "region-sthlm-trafik", "transit", "0180", "critical")

    left, done = (told(bench, [again], *records, acts=acts) for acts in (False, True))

    assert (left["acts_left_out"], met(left)) == (1, [False])
    assert (done["acts_left_out"], met(done)) == (0, [True])


def test_acts_on_what_is_not_there_are_listed_as_orphans(bench):
    found = told(bench, [], warning(0, "YELLOW"), command(5, "acknowledge", on="s-nothing"), acts=True)

    assert found["orphans"] == [{"line": 3, "what": "acknowledge on s-nothing"}]
    assert found["refused"] == []


def test_an_act_or_a_report_that_is_not_taken_spoils_the_case_and_is_told_with_its_line_and_why(bench):
    again = report(5, "region-sthlm-trafik", "transit", "0180", "none")
    other = report(5, "region-sthlm-trafik", "transit", "0180", "moderate")
    found = told(bench, [none(0, 60)], command(0, "convene", role="reader", **CONVENED), again, other)

    assert met(found) == [True]
    assert not found["met"]
    assert [r["line"] for r in found["refused"]] == [2, 4]
    assert "roles" in found["refused"][0]["what"]


def test_a_forum_convened_on_a_suggestion_that_is_not_there_is_convened_and_its_suggestion_an_orphan(bench):
    records = command(0, "convene", on="R02", **CONVENED), command(10, "need_direction", on="f", role="chair")
    found = told(bench, [must("escalate", "inriktande", 10, 11)], *records)

    assert found["met"]
    assert found["orphans"] == [{"line": 2, "what": "convene on R02"}]


def test_an_answer_to_what_has_gone_or_to_nothing_is_an_orphan_and_spoils_nothing(bench):
    twice = [command(minute, "dismiss", on="R01", reason="känt") for minute in (5, 6)]
    found = told(bench, [], warning(0, "RED"), *twice, command(7, "accept"), acts=True)

    assert found["met"]
    assert [o["line"] for o in found["orphans"]] == [4, 5]


@pytest.mark.parametrize("on", ["R07a", "R07", "escalate/inriktande"])
def test_an_act_names_a_suggestion_by_its_rule_by_a_family_or_by_act_and_level(bench, on):
    need = command(0, "convene", **CONVENED), command(10, "need_direction", on="f", role="chair")
    found = told(bench, [], *need, command(12, "acknowledge", on=on))

    assert (found["acts_left_out"], found["orphans"]) == (1, [])


@pytest.mark.parametrize("on", ["E2", "polisen-sthlm/E2", "actor.polisen-sthlm/E2"])
def test_an_act_names_a_report_as_its_actor_does(bench, on):
    event = report(0, "polisen-sthlm", "order", "0180", "none")
    event["report"] |= {"id": "E2", "type": "planned_event", "starts": at(600)}
    affected = command(5, "mark_affected", on=on, role="reporter", how="direct")
    affected["command"]["who"] = "region-sthlm-trafik"

    assert told(bench, [none(0, 9)], event, affected)["refused"] == []


def test_of_several_suggestions_of_a_family_a_forum_is_convened_on_the_one_of_its_level(bench):
    bench.rules.write_text(RULES.replace('id = "R02"', 'id = "R01-tib"'), encoding="utf-8")
    bench.ground = bench.ground._replace(rules=fit(bench.rules))
    orange = warning(0, "ORANGE")
    both = {**orange["raw"], "body": [*orange["raw"]["body"], *warning(0, "RED")["raw"]["body"]]}
    both["body"][1] |= {"id": 2}
    both["body"][1]["warningAreas"][0] |= {"id": 12}
    records = line(0, raw=both), line(15, clock={}), command(20, "convene", on="R01", **CONVENED)
    result = bench.score(bench.write([], *records))

    assert {s["level"]: s["state"] for s in result.mine.run.trace.standing.values()}["samordnande"] == "convened"


def test_a_rule_named_by_its_family_is_met_by_the_member_that_fits(bench):
    convened = command(0, "convene", **CONVENED), command(10, "need_direction", on="f", role="chair")
    found = told(bench, [must("escalate", "inriktande", 10, 11, rule="R07")], *convened)

    assert found["met"]
    assert row(found, "R07a")["lead_min"] == 1


def test_with_a_rule_the_act_must_fit_too(bench):
    found = told(bench, [must("close", "samordnande", 0, 5, rule="R01")], warning(0, "RED"))

    assert met(found) == [False]


def test_a_rule_that_other_rules_do_not_have_is_missed_and_said(bench):
    found = told(bench, [must("convene", "samordnande", 0, 5, rule="R99")], warning(0, "RED"))

    assert met(found) == [False]
    assert found["expectations"][0]["no_rule"].startswith("no rule R99")


def test_a_rule_that_spoke_outside_every_interval_has_no_lead(bench):
    found = told(bench, [must("convene", "samordnande", 5, 30)], warning(0, "RED"))

    assert "lead_min" not in row(found, "R01")


def test_both_times_of_a_record_are_told_and_the_fold_knows_but_one(bench):
    late = warning(30, "RED") | {"happened_at": at(-30)}
    found = told(bench, [must("convene", "samordnande", 30, 31)], late)
    plain = told(bench, [must("convene", "samordnande", 30, 31)], warning(30, "RED"))

    assert found["timeline"][0] | {"known_at": at(30), "happened_at": at(-30)} == found["timeline"][0]
    assert (found["met"], found["picture"]) == (True, plain["picture"])


def test_the_filler_is_scored_apart(bench):
    published = report(0, "region-sthlm-trafik", "transit", "0180", "serious", citation="svd.se")
    found = told(bench, [must("convene", "samordnande", 0, 20)], warning(0, "RED"), published)
    alone = told(bench, [must("convene", "samordnande", 0, 10)], warning(0, "RED"), published)

    assert [e["met_published"] for e in found["expectations"]] == [True]
    assert [(e["met"], e["met_published"]) for e in alone["expectations"]] == [(True, False)]
    assert found["records"] == {"published": 1, "constructed": 1}


def test_lines_are_folded_in_the_order_they_were_known(bench):
    late_first = report(30, "region-sthlm-trafik", "transit", "0180", "moderate"), warning(0, "RED")

    assert told(bench, [must("convene", "samordnande", 0, 1)], *late_first)["met"]


def test_a_warning_that_has_left_two_whole_lists_is_withdrawn_as_live(bench):
    records = warning(0, "RED"), warning(60, ""), warning(75, ""), warning(90, "")
    result = bench.score(bench.write([], *records, line(200, clock=True)))

    assert [s["state"] for s in result.mine.run.trace.standing.values()] == ["withdrawn"]


def test_a_piece_that_cannot_be_used_is_put_aside_and_the_rest_counts(bench):
    mixed = warning(0, "RED")
    mixed["raw"]["body"].append({"id": 2})
    found = told(bench, [must("convene", "samordnande", 0, 1)], mixed)

    assert found["met"]
    assert [n["line"] for n in found["put_aside"]] == [2]


def test_another_threshold_changes_exactly_what_it_should(bench):
    other = bench.other('levels = ["RED"]', 'levels = ["RED", "ORANGE"]')
    expected = [must("convene", "samordnande", 0, 5), none(0, 60, level="inriktande")]
    found = told(bench, expected, warning(0, "ORANGE"), against=other)

    assert met(found) == [False, True]
    assert found["against"]["expectations"] == [{"number": 0, "met": True}]
    assert {r["rule"] for r in found["against"]["rules"]} == {"R01", "R02"}
    assert found["against"]["rules_file"]["digest"] != found["rules_file"]["digest"]


def test_the_same_rules_differ_in_nothing(bench):
    found = told(bench, [], warning(0, "RED"), against=bench.other("version", "version"))

    assert found["against"]["expectations"] == []
    assert found["against"]["rules"] == []


def test_a_case_may_bring_its_own_rules_unless_rules_are_named_by_hand(bench):
    bench.other('levels = ["RED"]', 'levels = ["ORANGE"]')
    path = bench.write([must("convene", "samordnande", 0, 5)], warning(0, "ORANGE"), rules="other.toml")

    assert not bench.score(path).good
    bench.ground = bench.ground._replace(chosen=False)
    assert bench.score(path).good


def test_a_rule_file_that_changes_while_cases_are_scored_spoils_the_run(bench):
    path = bench.write([], warning(0, "RED"))
    bench.rules.write_text(bench.rules.read_text(encoding="utf-8") + "\n", encoding="utf-8")

    with pytest.raises(RulesFileError, match="changed while cases were scored"):
        bench.score(path)


def test_the_same_case_and_rules_give_the_same_bytes(bench):
    records = warning(0, "RED"), report(5, "region-sthlm-trafik", "transit", "0180 0182", "critical")
    path = bench.write([must("convene", "samordnande", 0, 30), none(0, 60, level="inriktande")], *records)

    first, second = (canon(as_json(bench.score(path))) for _ in range(2))

    assert first == second


@pytest.mark.parametrize(("part", "whole", "said"), [(3, 4, "3 of 4"), (5, 6, "5 of 6 (83 %)"), (0, 5, "0 of 5 (0 %)")])
def test_no_share_is_told_under_five(part, whole, said):
    assert share(part, whole) == said
