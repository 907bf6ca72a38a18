"""Hours of the day by the region's clock, quiet hours, and rules that stay once they speak."""

import copy
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.ruling import rule, ruled
from support.world import RULES, T0, TOWNS, World

from schemas.rule_tests import HoursTest
from schemas.rules import RulesRefused, read_rules
from schemas.times import DAY, HOUR, MINUTE, from_datetime, parse, to_datetime, z
from streams.core.localtime import ZONES, changes_at, inside, local
from streams.words import reason_text

ZONE = "Europe/Stockholm"
moments = st.integers(parse("1997-01-01T00:00:00Z"), parse("2090-01-01T00:00:00Z"))
NIGHT = HoursTest(test="hours", begin="22:00", until="06:00")
ODD = HoursTest(test="hours", begin="05:20", until="17:45")
WORK = HoursTest(test="hours", begin="05:00", until="20:00", days="weekdays")


@given(moments)
def test_the_wall_clock_is_the_one_the_zone_tables_give(ms):
    shown = to_datetime(ms).astimezone(ZoneInfo(ZONE)).replace(tzinfo=UTC)
    assert local(ms, ZONE) == from_datetime(shown)


@given(moments, st.sampled_from(sorted(ZONES)))
def test_every_zone_is_the_one_the_zone_tables_give(ms, zone):
    shown = to_datetime(ms).astimezone(ZoneInfo(zone)).replace(tzinfo=UTC)
    assert local(ms, zone) == from_datetime(shown)


@pytest.mark.parametrize("year", [*range(1997, 2038), 2090])
def test_summer_time_begins_and_ends_in_the_very_moment_the_zone_tables_say(year):
    for month, day in ((1, 15), (2, 28), (3, 1), (7, 1), (12, 31), *((m, d) for m in (3, 10) for d in range(24, 32))):
        for clock in ("00:59:59.999", "01:00:00.000"):
            at = parse(f"{year}-{month:02}-{day:02}T{clock}Z")
            shown = to_datetime(at).astimezone(ZoneInfo(ZONE)).replace(tzinfo=UTC)
            assert local(at, ZONE) == from_datetime(shown)


def test_hours_that_begin_when_they_end_are_the_whole_day_of_the_day_they_begin():
    whole = HoursTest(test="hours", begin="06:00", until="06:00", days="weekdays")
    friday = parse("2027-01-22T06:00:00+01:00")
    assert [inside(friday + n * HOUR, whole, ZONE) for n in (-1, 0, 23, 24, 71, 72)] == [
        True,
        True,
        True,
        False,
        False,
        True,
    ]


def test_an_unknown_zone_is_read_as_utc():
    assert local(T0, "Asia/Tokyo") == T0


def test_hours_that_begin_in_an_hour_the_clock_leaps_over_begin_when_it_is_set():
    early = HoursTest(test="hours", begin="02:30", until="05:00")
    before = parse("2027-03-28T00:30:00Z")
    assert not inside(before, early, ZONE)
    leap = changes_at(before, early, ZONE)
    assert (z(leap), inside(leap, early, ZONE)) == ("2027-03-28T01:00:00.000Z", True)
    assert z(changes_at(leap, early, ZONE)) == "2027-03-28T03:00:00.000Z"


@given(moments, st.sampled_from([NIGHT, WORK, ODD]))
def test_hours_change_at_the_time_that_is_told_and_never_before(ms, hours):
    then = changes_at(ms, hours, ZONE)
    assert ms < then <= ms + DAY + 2 * HOUR
    for at in range(ms - ms % MINUTE + MINUTE, then, 7 * MINUTE):
        assert inside(at, hours, ZONE) == inside(ms, hours, ZONE)


@pytest.mark.parametrize(
    ("at", "night", "work"),
    [
        ("2027-01-19T04:59:59+01:00", True, False),
        ("2027-01-19T05:00:00+01:00", True, True),
        ("2027-01-19T06:00:00+01:00", False, True),
        ("2027-01-19T20:00:00+01:00", False, False),
        ("2027-01-19T22:00:00+01:00", True, False),
        ("2027-01-23T12:00:00+01:00", False, False),
        ("2027-01-24T12:00:00+01:00", False, False),
        ("2027-07-23T05:30:00+02:00", True, True),
    ],
)
def test_night_and_working_hours(at, night, work):
    assert (inside(parse(at), NIGHT, ZONE), inside(parse(at), WORK, ZONE)) == (night, work)


def test_borders_that_are_no_whole_hours_are_found_to_the_minute():
    noon = parse("2027-01-19T12:00:00+01:00")
    evening = changes_at(noon, ODD, ZONE)
    morning = changes_at(evening, ODD, ZONE)
    assert (z(evening), z(morning)) == ("2027-01-19T16:45:00.000Z", "2027-01-20T04:20:00.000Z")


def quiet(level: str) -> dict:
    changed = copy.deepcopy(RULES)
    changed["quiet"] = {"hours": {"test": "hours", "from": "22:00", "until": "06:00"}, "levels": [level]}
    return changed


def test_a_level_that_waits_in_quiet_hours_speaks_when_they_end():
    world = World(quiet("tib"))
    late = -9 * 60  # 22:00
    world.warning(late, "ORANGE", 1)
    world.tick(-61)
    waiting = world.suggestions("holding")
    assert [parse(s["holds_until"]) for s in waiting] == [T0 - HOUR]
    world.tick(-60)
    assert [s["level"] for s in world.suggestions("raised")] == ["tib"]


def test_what_ends_before_the_quiet_hours_do_never_rings():
    world = World(quiet("tib"))
    world.warning(-9 * 60, "ORANGE", 1)
    world.warning(-2 * 60, "YELLOW", 2)
    world.tick(0)
    assert world.calls() == []


def test_quiet_hours_never_hold_back_the_highest_class():
    world = World(quiet("tib"))
    world.warning(-8 * 60, "RED", 1)
    assert [s["level"] for s in world.suggestions("raised")] == ["samordnande"]
    for level in ("samordnande", "inriktande"):
        with pytest.raises(RulesRefused):
            read_rules(quiet(level))


def test_quiet_hours_that_never_end_are_refused():
    world = World()
    endless = quiet("tib")
    endless["quiet"]["hours"]["until"] = "22:00"
    outcome = world.put(0, "rules", {"rules": endless}).outcome
    assert (outcome.result, outcome.reason) == ("refused", "bad_rules")
    assert "quiet hours must end" in world.state.picture["rules"]["current"]["refused"][0]
    world.warning(1, "ORANGE", 1)
    world.tick(30)
    assert [s["level"] for s in world.suggestions("raised")] == ["tib"]


def test_the_county_wakes_nobody_for_a_planned_event():
    world = World()
    world.report(-8 * 60, "polisen-sthlm", "E", kind="planned_event", onset=T0 + 9 * DAY, attendance=20_000)
    for actor in ("region-sthlm-trafik", "trafikverket-vag"):
        on = "actor.polisen-sthlm/E"
        world.command(-8 * 60, "mark_affected", role="reporter", who=actor, on=on, args={"how": "direct"})
    world.tick(-61)
    assert world.calls() == []
    world.tick(-60)
    assert [n["level"] for n in world.calls()] == ["planering"]


def test_round_one_limit_a_rule_neither_ceases_nor_rings_again():
    """Three municipalities, then two, then three: `stays` and `clear` keep one suggestion."""
    world = World()
    for minute, areas in ((0, "0120 0182 0188"), (30, "0120 0182"), (200, "0120 0182 0188"), (300, "0120")):
        lines = {f"transit {a}": 4 if a in areas else 3 for a in ("0120", "0182", "0188")}
        world.report(minute, "region-sthlm-trafik", "x", lines)
    world.tick(600)
    assert len(world.suggestions("raised")) == 1
    assert len(world.calls()) == 1


def test_a_conference_during_the_event_of_a_forum_called_on_the_suggestion_needs_no_reminder():
    """The planned demonstration: with its conference set, and the variant without."""
    for conference, reminded in ((T0 + 9 * DAY + HOUR, False), (T0 + 8 * DAY, True)):
        world = World()
        when = {"onset": T0 + 9 * DAY, "ends": T0 + 9 * DAY + 4 * HOUR}
        world.report(0, "polisen-sthlm", "E", kind="planned_event", risk_flags=1, **when)
        for actor in ("region-sthlm-trafik", "trafikverket-vag"):
            on = "actor.polisen-sthlm/E"
            world.command(1, "mark_affected", role="reporter", who=actor, on=on, args={"how": "direct"})
        args = {"forum": "p", "level": "planering", "at": T0 + DAY, "form": "telefon"}
        world.command(2, "convene", args=args, on=world.suggestions("raised")[0]["id"])
        world.command(24 * 60, "set_next_meeting", on="p", args={"at": conference, "form": "telefon"})
        world.tick(8 * 24 * 60 + 5)
        rules = {r["rule"] for s in world.suggestions("raised", "active", "convened") for r in s["reasons"]}
        assert ("R08-paminnelse" in rules) is reminded
        assert len(world.calls()) == 1


def test_a_reminder_comes_in_time_whatever_signs_the_events_id_holds():
    world = World()
    world.report(0, "polisen-sthlm", "E|2", kind="planned_event", onset=T0 + 9 * DAY, risk_flags=1)
    for actor in ("region-sthlm-trafik", "trafikverket-vag"):
        on = "actor.polisen-sthlm/E|2"
        world.command(1, "mark_affected", role="reporter", who=actor, on=on, args={"how": "direct"})
    world.tick(8 * 24 * 60)
    assert [s["level"] for s in world.suggestions("raised", "notified") if s["act"] == "watch"] == ["bevaka"]


def test_roads_that_stand_still_are_named_and_nothing_else_is():
    world = World()
    for number, road in enumerate(("E4", "E18")):
        native = {"level_text": "Mycket stor påverkan", "road": road, "type": "Hinder"}
        body = {"source": "trafikverket", "id": f"r{number}", "group": f"r{number}", "native": native}
        world.warning(0, "", 1, ["0180"], kind="disruption", severity="severe", **body)
    world.tick(60)
    reason = next(r for s in world.suggestions("raised") for r in s["reasons"] if r["rule"] == "R17-dag")
    assert reason_text(reason, world.state.reference_raw) == "E18 och E4 står still samtidigt"


def test_what_the_directing_forum_decided_and_handed_on_is_no_new_need_of_direction():
    world = World()
    for name, level in (("sam", "samordnande"), ("inr", "inriktande")):
        args = {"forum": name, "level": level, "at": T0 + 30 * DAY, "form": "telefon"}
        world.command(0, "convene", args=args)
    world.command(1, "agree", id="D1", on="inr", args={"asks": ["KOM"]}, texts={"what": "skolor stängs"})
    world.command(2, "close", on="inr", args={"to": "sam"}, texts={"reason": "klart"})
    assert world.state.picture["entry"]["D1"]["forum"] == "sam"
    assert [s for s in world.suggestions("raised", "active") if s["act"] == "escalate"] == []


def test_a_decision_for_all_is_a_reason_until_all_have_answered():
    world = World()
    world.command(0, "convene", args={"forum": "sam", "level": "samordnande", "at": T0 + DAY, "form": "telefon"})
    world.command(1, "agree", id="D1", on="sam", args={"asks": ["KOM"]}, texts={"what": "skolor stängs"})
    assert [n["level"] for n in world.calls()] == ["inriktande"]
    for number, town in enumerate(TOWNS):
        decided = {"who": f"kommun-{town}", "role": "reporter", "args": {"decision": "yes"}}
        world.command(2 + number, "own_decision", on="D1", **decided)
    assert world.suggestions("raised") == []


def test_two_planned_events_are_two_matters():
    world = World()
    for name in ("E1", "E2"):
        world.report(0, "polisen-sthlm", name, kind="planned_event", onset=T0 + 9 * DAY, attendance=20_000)
        for actor in ("region-sthlm-trafik", "trafikverket-vag"):
            on = f"actor.polisen-sthlm/{name}"
            world.command(1, "mark_affected", role="reporter", who=actor, on=on, args={"how": "direct"})
    subjects = sorted(s["reasons"][0]["subject"] for s in world.suggestions("raised"))
    assert subjects == ["actor.polisen-sthlm/E1", "actor.polisen-sthlm/E2"]
    seats = {s["actor"] for s in world.suggestions("raised")[0]["seats"] if s["how"] == "direct"}
    assert {"polisen-sthlm", "region-sthlm-trafik", "trafikverket-vag", "lansstyrelsen-01"} <= seats


def test_numbers_of_overlapping_scopes_are_never_summed():
    world = World()
    for actor, areas in (("ellevio", ["0180", "0182"]), ("vattenfall-eld", ["0182"])):
        told = {"kind": "customers_without_power", "low": 3_000, "high": 3_000, "owner": actor, "areas": areas}
        world.report(0, actor, "x", counts=[told])
    world.tick(600)
    assert world.state.picture["signal"]["counts|customers_without_power"]["value"] == 3_000
    assert not world.suggestions("raised", "holding")


def test_numbers_of_two_owners_in_different_areas_are_added_and_the_upper_end_counts():
    world = World()
    for actor, low, high, area in (("ellevio", 4_000, 6_000, "0182"), ("vattenfall-eld", 8_000, 8_000, "0188")):
        told = {"kind": "customers_without_power", "low": low, "high": high, "owner": actor, "areas": [area]}
        world.report(0, actor, "x", counts=[told])
    signal = world.state.picture["signal"]["counts|customers_without_power"]
    assert (signal["value"], signal["areas"]) == (14_000, ["0182", "0188"])


def test_a_suggestion_says_what_would_raise_it():
    world = World()
    world.warning(0, "ORANGE", 1)
    world.tick(15)
    raised = world.suggestions("raised")[0]["raises_if"]
    red = {"do": "warning", "source": "smhi", "level": "RED"}
    assert {"rule": "R01", "level": "samordnande", "changes": [red]} in raised


def test_an_actor_that_leaves_out_its_level_has_not_left_it():
    world = World()
    world.report(0, "region-sthlm-vard", "x", native={"level": "katastrofläge"})
    world.report(5, "region-sthlm-vard", "x", {"health 0180": 2})
    assert world.suggestions("raised")
    world.report(9, "region-sthlm-vard", "x", {"health 0180": 2}, native={"level": "normalläge"})
    assert not world.suggestions("raised")


def test_a_relayed_word_answers_for_a_silent_actor_and_clears_nothing_else():
    world = World()
    world.command(0, "convene", args={"forum": "f", "level": "samordnande", "at": T0 + DAY, "form": "telefon"})
    world.report(1, "kommun-0188", "x", {"care 0188": 3}, next_report=T0 + 121 * MINUTE)
    world.tick(181)
    assert [r["rule"] for s in world.suggestions("raised") for r in s["reasons"]] == ["R19-aktor"]
    world.report(190, "lansstyrelsen-01", "y", {"care 0188": 4}, origin="relayed")
    assert not world.suggestions("raised")
    assert world.cell("0188/care")["unknown"] == "outdated"


def test_two_rules_of_the_same_length_that_ask_for_other_impacts_each_end_in_their_time():
    world = ruled(lasting("A", impact=3, sectors=2), lasting("B", impact=4, sectors=1))
    for actor, sector, impact, minutes in (("region-sthlm-trafik", "transit", 4, 60), ("ssbf", "rescue", 3, 30)):
        line = {"now": impact, "expected": impact, "until": T0 + 12 * HOUR + minutes * MINUTE}
        world.report(0, actor, "x", {f"{sector} 0180": line})
    seen = []
    for minute in (29, 31, 61):
        world.tick(minute)
        seen.append([r["rule"] for s in world.suggestions("raised") for r in s["reasons"]])
    assert seen == [["A", "B"], ["B"], []]


def lasting(name: str, *, impact: int, sectors: int) -> dict:
    when = {"test": "sectors", "impact": impact, "sectors": sectors, "parties": 1, "within": "6 h", "lasting": "12 h"}
    return rule(name, when)
