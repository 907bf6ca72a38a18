"""Rules, suggestions and notices: what rings, what does not, and when (third storyboard's beginning; rules R00-R20)."""

import copy

import pytest
from support.world import RULES, T0, TOWNS, World

from schemas.sectors import Status
from schemas.times import HOUR

DAY = 24 * 60


@pytest.fixture
def world() -> World:
    return World()


def states(world: World, level: str) -> list[str]:
    return [s["state"] for s in world.state.picture["suggestion"].values() if s["level"] == level]


def test_orange_over_the_county_suggests_the_duty_officer_ten_minutes_after_it_comes_within_24_h(world):
    world.warning(-360, "ORANGE", 2, onset=T0 + 23 * HOUR, ends=T0 + 41 * HOUR)
    world.tick(-61)
    assert not world.suggestions("holding", "raised")
    world.tick(-60)
    assert states(world, "tib") == ["holding"]
    world.tick(-51)
    assert states(world, "tib") == ["holding"]
    world.tick(-50)
    assert states(world, "tib") == ["raised"]
    assert len(world.calls()) == 1


def test_red_suggests_the_coordinating_forum_at_once_and_takes_the_lower_suggestion_in(world):
    world.warning(-360, "ORANGE", 2, onset=T0 + 23 * HOUR)
    world.tick(-50)
    world.warning(0, "RED", 3, onset=T0 + 24 * HOUR)
    assert states(world, "samordnande") == ["raised"]
    assert states(world, "tib") == ["superseded"]
    lower = world.suggestions("superseded")[0]
    higher = world.suggestions("raised")[0]
    assert lower["superseded_by"] == higher["id"]
    assert world.state.picture["notice"][lower["notice"]]["state"] == "gone"
    assert len(world.calls()) == 2


def test_red_more_than_48_h_ahead_is_silent_until_then(world):
    world.warning(0, "RED", 1, onset=T0 + 50 * HOUR)
    assert not world.suggestions("raised")
    world.tick(119)
    assert not world.suggestions("raised")
    world.tick(120)
    assert states(world, "samordnande") == ["raised"]


@pytest.mark.parametrize(("areas", "rings"), [(TOWNS[:8], False), (TOWNS[:9], True), (["0180", "0126"], True)])
def test_orange_needs_nine_municipalities_or_a_third_of_the_inhabitants(world, areas, rings):
    world.warning(0, "ORANGE", 1, areas=areas, onset=T0 + HOUR)
    world.tick(10)
    assert bool(world.suggestions("raised")) is rings


def test_a_lifted_warning_ends_the_suggestion_an_hour_later_and_its_notice_is_gone(world):
    world.warning(0, "RED", 1)
    world.warning(10, "YELLOW", 2)
    world.tick(69)
    assert states(world, "samordnande") == ["raised"]
    world.tick(70)
    assert states(world, "samordnande") == ["withdrawn"]
    assert [n["state"] for n in world.state.picture["notice"].values()] == ["gone"]


def test_a_warning_that_returns_within_the_clear_time_does_not_ring_again(world):
    world.warning(0, "RED", 1)
    world.warning(10, "YELLOW", 2)
    world.warning(40, "RED", 3)
    world.tick(300)
    assert states(world, "samordnande") == ["raised"]
    assert len(world.calls()) == 1


@pytest.mark.parametrize("status", [status for status in Status if status != Status.ACTUAL])
def test_what_a_feed_calls_a_test_an_exercise_a_draft_or_technical_never_rings(world, status):
    world.warning(0, "RED", 1, status=status)
    world.tick(600)
    assert not world.state.picture["suggestion"]
    assert "smhi/1-1" in world.state.picture["item"]


def test_critical_in_one_municipality_speaks_at_once(world):
    world.report(0, "region-sthlm-trafik", "x", {"transit 0180": 5})
    assert states(world, "samordnande") == ["raised"]
    assert world.suggestions("raised")[0]["reasons"][0]["subject"] == "transit"


@pytest.mark.parametrize(
    ("lines", "rings"),
    [
        ({"transit 0120 0182": 4}, False),
        ({"transit 0120 0182 0188": 4}, True),
        ({"transit 0180": 4}, True),
        ({"transit 0120 0182 0188": 3}, False),
    ],
)
def test_serious_needs_three_municipalities_or_a_fifth_of_the_inhabitants_for_a_quarter(world, lines, rings):
    world.report(0, "region-sthlm-trafik", "x", lines)
    world.tick(14)
    assert not world.suggestions("raised")
    world.tick(15)
    assert bool(world.suggestions("raised")) is rings


def test_silence_never_clears_a_suggestion(world):
    world.report(0, "region-sthlm-trafik", "x", {"transit 0180": 4}, valid_until=T0 + HOUR)
    world.tick(15)
    world.tick(2 * DAY)
    assert world.cell("0180/transit")["unknown"] == "outdated"
    assert states(world, "samordnande") == ["raised"]


def test_an_outdated_value_never_raises_one(world):
    world.report(0, "region-sthlm-trafik", "x", {"transit 0180": 5}, sent=-120, valid_until=T0 - HOUR)
    world.tick(60)
    assert world.cell("0180/transit")["unknown"] == "outdated"
    assert not world.suggestions("raised", "holding")


def test_a_fresh_better_value_clears_it_after_two_hours(world):
    world.report(0, "region-sthlm-trafik", "x", {"transit 0180": 5})
    world.report(10, "region-sthlm-trafik", "x", {"transit 0180": 2})
    world.tick(129)
    assert states(world, "samordnande") == ["raised"]
    world.tick(130)
    assert states(world, "samordnande") == ["withdrawn"]


def test_a_request_for_a_forum_suggests_it_at_once(world):
    world.report(0, "kommun-0188", "need", kind="request")
    assert states(world, "samordnande") == ["raised"]
    assert world.suggestions("raised")[0]["reasons"][0]["params"]["by"] == "kommun-0188"
    world.report(5, "kommun-0188", "need", change="cancel")
    assert states(world, "samordnande") == ["withdrawn"]


def test_an_active_forum_gets_a_reason_and_seats_never_a_second_call(world):
    world.warning(0, "RED", 1, onset=T0 + 24 * HOUR)
    world.command(6, "acknowledge", on=next(iter(world.state.picture["notice"])))
    world.command(15, "convene", args={"forum": "f", "level": "samordnande", "at": T0 + HOUR, "form": "telefon"})
    world.report(30, "region-sthlm-trafik", "x", {"transit 0180": 5})
    convened = world.suggestions("convened")[0]
    assert [r["rule"] for r in convened["reasons"]] == ["R01", "R04"]
    assert len(world.calls()) == 1
    world.tick(60)
    assert world.suggestions("active")[0]["id"] == convened["id"]


def test_a_forum_convened_by_hand_without_any_feed_is_first_class(world):
    world.command(0, "convene", args={"forum": "f", "level": "samordnande", "at": T0 + HOUR, "form": "telefon"})
    assert world.state.picture["forum"]["f"]["state"] == "active"
    world.report(1, "region-sthlm-trafik", "x", {"transit 0180": 5})
    assert states(world, "samordnande") == ["active"]
    assert world.calls() == []


def test_a_need_of_direction_suggests_the_directing_forum_and_both_may_be_active(world):
    world.command(0, "convene", args={"forum": "f", "level": "samordnande", "at": T0 + HOUR, "form": "telefon"})
    world.command(20, "need_direction", on="f")
    assert states(world, "inriktande") == ["raised"]
    assert len(world.calls()) == 1
    world.command(25, "convene", args={"forum": "i", "level": "inriktande", "at": T0 + 2 * HOUR, "form": "rum"})
    assert [f["state"] for f in world.state.picture["forum"].values()] == ["active", "active"]


def test_a_calm_forum_is_told_quietly_to_slow_down_after_six_hours(world):
    world.command(0, "convene", args={"forum": "f", "level": "samordnande", "at": T0 + HOUR, "form": "telefon"})
    world.report(10, "region-sthlm-trafik", "x", {"transit 0180": 3})
    world.report(60, "region-sthlm-trafik", "x", {"transit 0180": 2})
    world.tick(60 + 359)
    assert not [s for s in world.suggestions("raised") if s["act"] == "slow_down"]
    world.tick(60 + 360)
    advice = [s for s in world.suggestions("raised") if s["act"] == "slow_down"]
    assert [a["call"] for a in advice] == [False]
    world.command(430, "close", on="f")
    assert not world.suggestions("raised", "active")


def test_a_dismissed_reason_is_silent_until_it_gets_worse(world):
    world.report(0, "region-sthlm-trafik", "x", {"transit 0180": 5})
    name = world.suggestions("raised")[0]["id"]
    refused = world.command(1, "dismiss", on=name).outcome
    assert (refused.result, refused.reason) == ("refused", "reason_missing")
    world.command(2, "dismiss", on=name, texts={"reason": "k"})
    world.report(10, "region-sthlm-trafik", "x", {"transit 0180": 5}, texts={"headline": "other"})
    assert not world.suggestions("raised")
    world.report(20, "region-sthlm-trafik", "x", {"transit 0180 0182": 5})
    assert states(world, "samordnande").count("raised") == 1


def test_a_dismissed_reason_returns_after_twelve_hours(world):
    world.warning(0, "RED", 1)
    world.command(2, "dismiss", on=world.suggestions("raised")[0]["id"], texts={"reason": "k"})
    world.tick(12 * 60 + 1)
    assert not world.suggestions("raised")
    world.tick(12 * 60 + 2)
    assert len(world.suggestions("raised")) == 1


def test_a_command_needs_the_role_for_it(world):
    world.warning(0, "RED", 1)
    notice = next(iter(world.state.picture["notice"]))
    for role in ("reader", "reporter"):
        outcome = world.command(1, "acknowledge", on=notice, role=role).outcome
        assert (outcome.result, outcome.reason) == ("refused", "not_allowed")
    assert world.state.picture["notice"][notice]["state"] == "open"


def test_the_same_command_again_is_answered_not_done_again(world):
    first = world.command(0, "convene", id="c", args={"forum": "f", "level": "samordnande", "at": T0, "form": "rum"})
    again = world.command(1, "convene", id="c", args={"forum": "f", "level": "samordnande", "at": T0, "form": "rum"})
    assert (again.outcome.result, again.outcome.version) == ("duplicate_of", first.outcome.version)


def test_acknowledging_twice_is_no_fault(world):
    world.warning(0, "RED", 1)
    notice = next(iter(world.state.picture["notice"]))
    assert world.command(1, "acknowledge", on=notice, args={"via": "page"}).outcome.result == "applied"
    assert world.command(2, "acknowledge", on=notice).outcome.result == "duplicate_of"
    assert world.state.picture["notice"][notice]["acknowledged_by"] == "lansstyrelsen-01"


def test_a_delivery_result_told_twice_changes_nothing(world):
    world.warning(0, "RED", 1)
    notice = next(iter(world.state.picture["notice"]))
    body = {"notice": notice, "attempt": 1, "ok": True}
    assert world.put(1, "delivery", body).versions
    assert not world.put(2, "delivery", body).versions


def test_a_threshold_changed_in_the_rules_takes_effect_at_once_and_old_versions_stand(world):
    world.warning(0, "ORANGE", 1, areas=TOWNS[:3], onset=T0 + HOUR)
    world.tick(20)
    assert not world.suggestions("raised")
    before = [v.hash for v in world.versions]
    changed = copy.deepcopy(RULES)
    rule = next(r for r in changed["rule"] if r["id"] == "R02")
    rule["when"]["areas"], rule["hold"] = 3, "0"
    world.put(21, "rules", {"rules": changed})
    assert states(world, "tib") == ["raised"]
    assert [v.hash for v in world.versions][: len(before)] == before


def rule_of(rules: dict, name: str) -> dict:
    return next(rule for rule in rules["rule"] if rule["id"] == name)


def test_a_rule_added_to_the_file_speaks_without_any_code(world):
    changed = copy.deepcopy(RULES)
    new = {**copy.deepcopy(rule_of(changed, "R01")), "id": "R99", "act": "watch", "level": "bevaka", "call": False}
    new["when"]["levels"] = ["YELLOW"]
    changed["rule"].append(new)
    world.warning(0, "YELLOW", 1)
    assert not world.suggestions("raised")
    world.put(1, "rules", {"rules": changed})
    assert [(s["act"], s["level"]) for s in world.suggestions("raised")] == [("watch", "bevaka")]
    world.put(2, "rules", {"rules": RULES})
    assert not world.suggestions("raised")


def test_a_broken_rule_set_is_refused_with_every_fault_and_the_old_one_stays(world):
    broken = copy.deepcopy(RULES)
    broken["rule"][0]["level"] = "högsta"
    broken["rule"][2]["hold"] = "soon"
    outcome = world.put(0, "rules", {"rules": broken}).outcome
    shown = world.state.picture["rules"]["current"]
    assert (outcome.result, outcome.reason) == ("refused", "bad_rules")
    assert len(shown["refused"]) == 2
    world.warning(1, "RED", 1)
    assert states(world, "samordnande") == ["raised"]
    world.put(2, "rules", {"rules": RULES})
    assert "refused" not in world.state.picture["rules"]["current"]


def test_seats_name_the_municipalities_touched_and_always_the_county_board(world):
    world.warning(0, "RED", 1, areas=["0188"])
    seats = {s["actor"]: s for s in world.suggestions("raised")[0]["seats"]}
    assert seats["lansstyrelsen-01"]["reason"] == "always"
    assert seats["kommun-0188"]["how"] == "direct"
    assert "kommun-0180" not in seats
    assert seats["polisen-sthlm"]["how"] == "indirect"


def test_a_suggestion_is_as_secret_as_the_report_it_rests_on(world):
    world.report(0, "region-sthlm-trafik", "x", {"transit 0180": 5}, label="confidential")
    assert world.suggestions("raised")[0]["label"] == "confidential"
