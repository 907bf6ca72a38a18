"""A suggestion's life, whole: every state and event, and the ways through it that people know."""

import itertools

import pytest
from support.world import T0, World

from schemas.change import Cause
from schemas.picture import Suggestion
from schemas.times import HOUR, MINUTE, z
from streams.core.clock import Deadlines
from streams.core.step import Step
from streams.core.suggestion_life import DECIDED, EVENTS, LIFE, OPEN, STATES, after, move

WAITS = {"raised", "notified", "acknowledged"}
EXPECTED = {
    "speak": {"holding": "raised"},
    "join": {"holding": "active"},
    "notify": {"raised": "notified"},
    "acknowledge": {"raised": "acknowledged", "notified": "acknowledged"},
    "accept": dict.fromkeys(WAITS, "accepted"),
    "dismiss": dict.fromkeys(WAITS | {"accepted"}, "dismissed"),
    "convene": dict.fromkeys(WAITS | {"accepted", "stepped_down"}, "convened"),
    "withdraw": {**dict.fromkeys(WAITS | {"holding"}, "withdrawn"), "accepted": "closed"},
    "supersede": dict.fromkeys(WAITS | {"accepted"}, "superseded"),
    "meet": {"convened": "active"},
    "step_down": dict.fromkeys(("convened", "active"), "stepped_down"),
    "close": dict.fromkeys(("accepted", "convened", "active", "stepped_down"), "closed"),
}


@pytest.mark.parametrize(("state", "event"), sorted(itertools.product(STATES, EVENTS)))
def test_each_state_and_event_leads_where_it_should_or_nowhere(state, event):
    assert after(state, event) == EXPECTED[event].get(state)


def test_the_states_are_those_of_the_released_shape():
    field = Suggestion.model_fields["state"].annotation
    assert set(STATES) == set(field.__args__)


def test_what_is_over_never_comes_back():
    over = {"dismissed", "superseded", "withdrawn", "closed"}
    assert not [pair for pair in LIFE if pair[0] in over]
    assert not over & (OPEN | DECIDED)


def the(world: World) -> dict:
    return next(iter(world.state.picture["suggestion"].values()))


def convene(world: World, minute: float) -> None:
    args = {"forum": "f", "level": "samordnande", "at": T0 + HOUR, "form": "telefon"}
    world.command(minute, "convene", args=args)


def test_the_whole_way_from_raised_to_closed():
    world = World()
    world.warning(0, "RED", 1)
    seen = [the(world)["state"]]
    world.put(1, "delivery", {"notice": the(world)["notice"], "attempt": 1, "ok": True})
    seen.append(the(world)["state"])
    world.command(2, "acknowledge", on=the(world)["id"])
    seen.append(the(world)["state"])
    world.command(3, "accept", on=the(world)["id"])
    seen.append(the(world)["state"])
    convene(world, 4)
    seen.append(the(world)["state"])
    world.tick(60)
    seen.append(the(world)["state"])
    world.command(70, "step_down", on="f")
    seen.append(the(world)["state"])
    world.command(80, "close", on="f")
    seen.append(the(world)["state"])

    states = ["raised", "notified", "acknowledged", "accepted", "convened", "active", "stepped_down", "closed"]
    assert seen == states


def test_a_time_is_proposed_that_people_can_say():
    world = World()
    world.warning(3, "RED", 1)
    assert the(world)["proposed_at"] == "2027-01-19T07:00:00.000Z"


def test_a_delivery_that_failed_notifies_nobody():
    world = World()
    world.warning(0, "RED", 1)
    world.put(1, "delivery", {"notice": the(world)["notice"], "attempt": 1, "ok": False, "error": "x"})
    assert the(world)["state"] == "raised"


def test_a_notified_one_is_withdrawn_when_its_reason_ends():
    world = World()
    world.warning(0, "RED", 1)
    world.put(1, "delivery", {"notice": the(world)["notice"], "attempt": 1, "ok": True})
    world.warning(2, "YELLOW", 2)
    world.tick(62)
    assert the(world)["state"] == "withdrawn"
    assert "falls_away_if" not in the(world)


def test_a_forum_that_stepped_down_may_be_called_again():
    world = World()
    world.warning(0, "RED", 1)
    convene(world, 1)
    world.command(70, "step_down", on="f")
    args = {"forum": "f", "level": "samordnande", "at": T0 + 3 * HOUR, "form": "telefon"}
    world.command(80, "convene", args=args)
    assert the(world)["state"] == "convened"


def test_a_convened_forum_is_not_unmade_when_its_reason_ends():
    world = World()
    world.warning(0, "RED", 1)
    convene(world, 1)
    world.warning(2, "YELLOW", 2)
    world.tick(600)
    assert the(world)["state"] == "active"
    assert the(world)["reasons"] == []


def test_closing_a_forum_silences_its_reasons_until_they_get_worse():
    world = World()
    world.report(0, "region-sthlm-trafik", "x", {"transit 0180": 5})
    convene(world, 1)
    world.command(90, "close", on="f")
    world.report(100, "region-sthlm-trafik", "x", {"transit 0180": 5}, texts={"headline": "again"})
    assert len(world.calls()) == 1
    world.report(120, "region-sthlm-trafik", "x", {"transit 0180 0182": 5})
    assert len(world.calls()) == 2


def test_direction_that_was_given_is_not_asked_for_again():
    world = World()
    convene(world, 0)
    world.command(10, "need_direction", on="f")
    world.command(20, "convene", args={"forum": "i", "level": "inriktande", "at": T0 + HOUR, "form": "telefon"})
    world.command(90, "close", on="i")
    world.tick(24 * 60)
    assert [n["level"] for n in world.calls()] == ["inriktande"]
    world.command(24 * 60 + 1, "need_direction", on="f")
    assert [n["level"] for n in world.calls()] == ["inriktande", "inriktande"]


def test_a_higher_forum_at_work_is_never_called_on_by_a_lower_rule():
    world = World()
    convene(world, 0)
    world.warning(1, "ORANGE", 1, onset=T0 + HOUR)
    world.tick(20)
    assert [(s["level"], s["call"]) for s in world.suggestions("raised")] == [("tib", False)]
    assert world.calls() == []


def test_what_cannot_happen_is_said_and_leaves_no_trace():
    world = World()
    world.warning(0, "RED", 1)
    step = Step(world.state, Deadlines(world.state.due), world.state.t, Cause("deadline", "test"))

    assert move(step, the(world)["id"], "meet") is False
    assert move(step, "s-nothing", "accept") is False
    assert step.journal.here() == 0


def test_a_second_decision_is_refused_and_the_first_one_stands():
    world = World()
    world.warning(0, "RED", 1)
    world.command(1, "dismiss", on=the(world)["id"], texts={"reason": "k"})
    before = the(world)
    outcome = world.command(2, "accept", on=before["id"]).outcome

    assert (outcome.result, outcome.reason) == ("refused", "wrong_state")
    assert the(world) == before


def test_a_delivery_that_comes_late_takes_nobodys_answer_back():
    world = World()
    world.warning(0, "RED", 1)
    world.command(1, "acknowledge", on=the(world)["id"])
    world.put(2, "delivery", {"notice": the(world)["notice"], "attempt": 1, "ok": True})
    assert the(world)["state"] == "acknowledged"


def test_what_is_over_is_thought_of_no_more():
    world = World()
    world.warning(0, "RED", 1)
    world.report(0.5, "region-sthlm-trafik", "x", {"transit 0180": 3})
    name = f"why|{the(world)['id']}"
    assert (name in world.state.facts, name in world.state.due) == (True, True)
    world.command(0.75, "dismiss", on=the(world)["id"], texts={"reason": "k"})
    assert (name in world.state.facts, name in world.state.due) == (False, False)


def test_what_was_dismissed_speaks_again_after_twelve_hours_if_it_still_holds():
    world = World()
    world.warning(0, "RED", 1)
    world.command(1, "dismiss", on=the(world)["id"], texts={"reason": "k"})
    world.tick(12 * 60)
    assert world.suggestions("raised") == []
    world.tick(12 * 60 + 1)
    assert [s["reasons"][0]["rule"] for s in world.suggestions("raised")] == ["R01"]


def test_each_state_says_since_when():
    world = World()
    world.warning(0, "RED", 1)
    world.command(5, "acknowledge", on=the(world)["id"])
    assert (the(world)["raised_at"], the(world)["since"]) == (z(T0), z(T0 + 5 * MINUTE))


def test_what_people_have_in_hand_is_never_forgotten_and_what_is_over_is_after_thirty_days():
    world = World()
    world.warning(0, "RED", 1)
    world.command(1, "acknowledge", on=the(world)["id"])
    convene(world, 2)
    world.command(70, "step_down", on="f")
    world.warning(71, "RED", 2, change="cancel")
    world.tick(40 * 24 * 60)
    assert the(world)["state"] == "stepped_down"
    world.command(40 * 24 * 60, "close", on="f")
    world.tick(70 * 24 * 60 - 1)
    assert the(world)["state"] == "closed"
    world.tick(70 * 24 * 60)
    assert world.state.picture["suggestion"] == {}


def test_an_answered_call_waits_for_its_decision_however_long():
    world = World()
    world.warning(0, "RED", 1)
    world.command(1, "acknowledge", on=the(world)["id"])
    world.tick(40 * 24 * 60)
    assert the(world)["state"] == "acknowledged"


def test_what_was_dismissed_is_silent_whatever_else_is_told_of_it():
    world = World()
    world.warning(0, "RED", 1)
    world.command(1, "dismiss", on=the(world)["id"], texts={"reason": "k"})
    world.warning(2, "RED", 2, ["0180"])
    assert world.suggestions("raised") == []


def test_a_storm_too_wide_to_name_every_cell_falls_away_with_whole_reports():
    world = World()
    for actor, sector in (("region-sthlm-trafik", "transit"), ("trafikverket-vag", "road")):
        world.report(0, actor, "lage", {f"{sector} 01": 4})
    world.tick(20)
    told = world.suggestions("raised")[0]["falls_away_if"]["changes"]
    assert told == [
        {"do": "end", "item": "actor.region-sthlm-trafik/lage"},
        {"do": "end", "item": "actor.trafikverket-vag/lage"},
    ]
