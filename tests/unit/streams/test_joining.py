"""No second emergency is swallowed: what joins is told, what is another matter rings, what people ended stays ended."""

import pytest
from support.world import T0, TOWNS, World

from schemas.times import DAY, HOUR
from streams.words import notice_text, reasons_of


@pytest.fixture
def world() -> World:
    return World()


def attack(world: World, minute: float, area: str, name: str = "a") -> None:
    world.report(minute, "polisen-sthlm", name, {f"order {area}": 4}, native={"level": "attentat"})


def named(world: World, state: str = "raised") -> str:
    return world.suggestions(state)[0]["id"]


def rings(world: World) -> list[str]:
    return [n["level"] for n in world.calls()]


def quiet(world: World) -> list[dict]:
    return [n for n in world.state.picture["notice"].values() if "joins" in n and not n["call"]]


def test_an_accepted_suggestion_ends_with_its_reasons_and_takes_in_nothing_ten_days_later(world):
    world.warning(0, "RED", 1)
    name = named(world)
    world.command(1, "accept", on=name)
    world.warning(2, "YELLOW", 2)
    world.tick(120)
    assert world.state.picture["suggestion"][name]["state"] == "closed"
    attack(world, 10 * 24 * 60, "0180")
    assert len(rings(world)) == 2


def test_another_matter_rings_although_the_first_was_acknowledged(world):
    world.warning(0, "RED", 1, ["0188"])
    world.command(1, "acknowledge", on=named(world))
    attack(world, 60, "0180")
    assert rings(world) == ["samordnande", "samordnande"]


def test_danger_to_the_public_rings_inside_the_area_of_a_storm_that_was_answered(world):
    world.warning(0, "RED", 1)
    world.command(1, "acknowledge", on=named(world))
    attack(world, 60, "0180")
    assert rings(world) == ["samordnande", "samordnande"]


def test_more_of_the_same_matter_is_told_once_and_does_not_ring(world):
    world.warning(0, "RED", 1)
    world.command(1, "acknowledge", on=named(world))
    for minute in (60, 61, 62):
        world.report(minute, "region-sthlm-trafik", "x", {"transit 0180": 5})
    assert rings(world) == ["samordnande"]
    (told,) = quiet(world)
    suggestion = world.state.picture["suggestion"][told["suggestion"]]
    assert told["id"] in suggestion["joined"]
    assert [r["rule"] for r in reasons_of(told, suggestion)] == ["R04"]


def test_what_joins_a_forum_at_work_is_told_and_never_rings(world):
    world.warning(0, "RED", 1, ["0188"])
    args = {"forum": "sam", "level": "samordnande", "at": T0 + HOUR, "form": "telefon"}
    world.command(1, "convene", on=named(world), args=args)
    attack(world, 90, "0180")
    assert rings(world) == ["samordnande"]
    assert len(quiet(world)) >= 1


def test_before_anybody_has_answered_the_call_itself_says_it(world):
    world.warning(0, "RED", 1)
    world.report(1, "region-sthlm-trafik", "x", {"transit 0180": 5})
    assert quiet(world) == []


def test_a_quiet_notice_goes_with_its_suggestion(world):
    world.warning(0, "RED", 1)
    world.command(1, "acknowledge", on=named(world))
    world.report(60, "region-sthlm-trafik", "x", {"transit 0180": 5})
    (told,) = quiet(world)
    world.command(61, "dismiss", on=named(world, "acknowledged"), texts={"reason": "k"})
    assert world.state.picture["notice"][told["id"]]["state"] != "open"
    world.tick(31 * 24 * 60)
    assert told["id"] not in world.state.picture["notice"]


def test_a_joined_reason_is_read_aloud_as_one(world):
    world.warning(0, "RED", 1)
    world.command(1, "acknowledge", on=named(world))
    world.report(60, "region-sthlm-trafik", "x", {"transit 0180": 5})
    (told,) = quiet(world)
    suggestion = world.state.picture["suggestion"][told["suggestion"]]
    only = {**suggestion, "reasons": reasons_of(told, suggestion)}
    text = notice_text(told, only, world.state.reference_raw)
    assert text.startswith("Nytt skäl till Sammankalla samordnande forum: Kollektivtrafik")
    assert "Röd varning" not in text


# ---- what people have dealt with -------------------------------------------------------------------------------------


def test_a_false_alarm_that_is_over_does_not_silence_the_next_attack(world):
    attack(world, 0, "0180")
    world.command(1, "dismiss", on=named(world), texts={"reason": "falskt"})
    world.report(2, "polisen-sthlm", "a", {"order 0180": 1}, native={"level": "normalläge"})
    attack(world, 180, "0127", "b")
    assert [s["level"] for s in world.suggestions("raised")] == ["samordnande"]


def test_the_same_over_again_in_the_same_place_rings_too_once_it_was_over(world):
    attack(world, 0, "0180")
    world.command(1, "dismiss", on=named(world), texts={"reason": "falskt"})
    world.report(2, "polisen-sthlm", "a", {"order 0180": 1}, native={"level": "normalläge"})
    attack(world, 60, "0180")
    assert [s["level"] for s in world.suggestions("raised")] == ["samordnande"]


def test_another_report_of_another_event_is_not_what_was_dismissed(world):
    attack(world, 0, "0180")
    world.command(1, "dismiss", on=named(world), texts={"reason": "falskt"})
    world.report(2, "polisen-sthlm", "b", {"order 0180": 4}, native={"level": "attentat"})
    world.report(3, "polisen-sthlm", "a", change="cancel")
    assert [s["level"] for s in world.suggestions("raised")] == ["samordnande"]


def test_closing_a_forum_silences_its_storm_and_not_the_next_one(world):
    world.warning(0, "RED", 1, ["0117", "0188"])
    args = {"forum": "sam", "level": "samordnande", "at": T0 + HOUR, "form": "telefon"}
    world.command(1, "convene", on=named(world), args=args)
    world.command(120, "close", on="sam")
    assert world.suggestions("raised") == []
    world.warning(240, "RED", 1, ["0180", "0182"], id="w2", group="w2")
    assert [s["level"] for s in world.suggestions("raised")] == ["samordnande"]


# ---- which forum answers what ----------------------------------------------------------------------------------------


def test_a_call_about_one_planned_event_leaves_the_other_waiting(world):
    for name in ("E1", "E2"):
        more = {"onset": T0 + 9 * DAY, "ends": T0 + 9 * DAY + HOUR, "risk_flags": 1}
        world.report(0, "polisen-sthlm", name, {"order 0180": 1}, kind="planned_event", **more)
        for actor in ("region-sthlm-trafik", "trafikverket-vag"):
            on = f"actor.polisen-sthlm/{name}"
            world.command(1, "mark_affected", role="reporter", who=actor, on=on, args={"how": "direct"})
    args = {"forum": "plan", "level": "planering", "at": T0 + DAY, "form": "telefon"}
    world.command(2, "convene", args={**args, "about": "actor.polisen-sthlm/E1"})
    states = {s["reasons"][0]["subject"][-2:]: s["state"] for s in world.state.picture["suggestion"].values()}
    assert states == {"E1": "convened", "E2": "raised"}


def test_a_forum_that_meets_in_three_weeks_is_no_answer_to_what_comes_today(world):
    args = {"forum": "sam", "level": "samordnande", "at": T0 + 20 * DAY, "form": "telefon"}
    world.command(0, "convene", args=args)
    attack(world, 1, "0180")
    assert rings(world) == ["samordnande"]


def test_what_a_graver_rule_takes_in_at_the_same_moment_opens_no_notice(world):
    body = {"source": "vma", "id": "v", "group": "v", "native": {}, "kind": "message", "severity": "severe"}
    world.warning(0, "", 1, TOWNS[:2], **body)
    assert [n["level"] for n in world.state.picture["notice"].values()] == ["samordnande"]
    assert rings(world) == ["samordnande"]


def test_two_holds_that_end_at_one_instant_ring_once(world):
    for number, road in enumerate(("E4", "E18", "E20")):
        native = {"level_text": "Mycket stor påverkan", "road": road}
        body = {"source": "trafikverket", "id": f"r{number}", "group": f"r{number}", "native": native}
        world.warning(0, "", 1, ["0180"], kind="disruption", severity="severe", **body)
    world.tick(60)
    assert len(rings(world)) == 1


def test_a_suggestion_whose_forum_meets_in_three_weeks_takes_in_nothing_of_today(world):
    world.warning(0, "RED", 1)
    args = {"forum": "sam", "level": "samordnande", "at": T0 + 20 * DAY, "form": "telefon"}
    world.command(1, "convene", on=named(world), args=args)
    attack(world, 60, "0180")
    assert rings(world) == ["samordnande", "samordnande"]


def test_one_whose_forum_meets_today_takes_it_in(world):
    world.warning(0, "RED", 1)
    args = {"forum": "sam", "level": "samordnande", "at": T0 + 3 * HOUR, "form": "telefon"}
    name = named(world)
    world.command(1, "convene", on=name, args=args)
    attack(world, 60, "0180")
    assert rings(world) == ["samordnande"]
    assert "R15" in {r["rule"] for r in world.state.picture["suggestion"][name]["reasons"]}


def test_a_planning_forum_of_next_week_keeps_its_event_and_nobody_is_called_twice(world):
    more = {"onset": T0 + 9 * DAY, "ends": T0 + 9 * DAY + HOUR, "risk_flags": 1}
    world.report(0, "polisen-sthlm", "E1", {"order 0180": 1}, kind="planned_event", **more)
    on = "actor.polisen-sthlm/E1"
    for minute, actor in enumerate(("region-sthlm-trafik", "trafikverket-vag")):
        world.command(minute, "mark_affected", role="reporter", who=actor, on=on, args={"how": "direct"})
    args = {"forum": "plan", "level": "planering", "at": T0 + 8 * DAY, "form": "telefon"}
    world.command(3, "convene", on=named(world), args=args)
    world.command(4, "mark_affected", role="reporter", who="kommun-0180", on=on, args={"how": "direct"})
    assert rings(world) == ["planering"]
