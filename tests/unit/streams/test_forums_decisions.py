"""Agreements bind nobody: each actor's own decision, 24 yes / 1 no / 1 silent as a view; tasks and their follow-up."""

import pytest
from support.forums import called, do, entries, newest
from support.world import T0, TOWNS, World

from schemas.times import DAY, HOUR, MINUTE, z
from streams.core.forum_view import tally, undecided, undone, waiting

DAY_MIN = 24 * 60
KOMMUNER = [f"kommun-{town}" for town in TOWNS]


@pytest.fixture
def world() -> World:
    world = World()
    called(world)
    return world


def entry(world: World, name: str) -> dict:
    return world.state.picture["entry"][name]


def agreement(world: World, minute: float = 1, *asks: str, **args) -> str:
    assert do(world, minute, "agree", asks=list(asks) or ["KOM"], texts="what", **args) == "applied"
    return newest(world)


def decides(world: World, minute: float, on: str, who: str, decision: str = "yes") -> str:
    return do(
        world, minute, "own_decision", on=on, who=who, decision=decision, texts="reason" if decision == "no" else ""
    )


# ---- own decisions ---------------------------------------------------------------------------------------------------


def test_twenty_four_yes_one_no_one_silent_is_computed_from_the_picture(world):
    name = agreement(world)
    for actor in KOMMUNER[:24]:
        assert decides(world, 2, name, actor) == "applied"
    assert decides(world, 3, name, KOMMUNER[24], "no") == "applied"

    assert tally(entry(world, name))[:3] == (24, 1, 1)
    assert undecided(entry(world, name)) == [KOMMUNER[25]]
    assert "tally" not in entry(world, name)
    assert entry(world, name)["state"] == "open"
    assert entry(world, name)["answers"][KOMMUNER[24]]["texts"] == {"reason": "key-reason"}


def test_an_agreement_is_nobodys_decision_until_each_has_answered(world):
    name = agreement(world, 1, "kommun-0140", "ssbf")
    assert tally(entry(world, name)) == (0, 0, 2, 0)
    decides(world, 2, name, "kommun-0140")
    assert entry(world, name)["state"] == "open"
    decides(world, 3, name, "ssbf", "no")
    assert entry(world, name)["state"] == "answered"


def test_an_actor_decides_for_itself_only(world):
    name = agreement(world, 1, "kommun-0140")
    said = {"decision": "yes", "actor": "kommun-0140"}
    assert do(world, 2, "own_decision", on=name, who="kommun-0180", decision="yes") == "not_allowed"
    assert do(world, 2, "own_decision", on=name, who="kommun-0180", **said) == "not_allowed"
    assert do(world, 2, "own_decision", on=name, **said) == "not_allowed"
    assert do(world, 2, "own_decision", on=name, who="operator", decision="yes") == "not_allowed"
    assert do(world, 2, "own_decision", on="nothing", who="kommun-0140", decision="yes") == "not_there"
    assert entry(world, name)["answers"] == {}


def test_an_operator_enters_what_an_actor_said_and_that_is_shown(world):
    name = agreement(world, 1, "kommun-0140")
    assert do(world, 2, "own_decision", on=name, who="operator", decision="yes", actor="kommun-0140") == "applied"
    assert entry(world, name)["answers"]["kommun-0140"]["by"] == "operator"
    decides(world, 3, name, "kommun-0140")
    assert "by" not in entry(world, name)["answers"]["kommun-0140"]


def test_a_no_wants_its_reason_and_a_yes_does_not(world):
    name = agreement(world)
    assert do(world, 2, "own_decision", on=name, who="kommun-0140", decision="no") == "reason_missing"
    assert do(world, 3, "own_decision", on=name, who="kommun-0140", decision="yes") == "applied"


def test_an_actor_may_change_its_mind_and_the_old_reason_goes(world):
    name = agreement(world, 1, "kommun-0140", "ssbf")
    decides(world, 2, name, "kommun-0140", "no")
    decides(world, 3, name, "kommun-0140")
    assert entry(world, name)["answers"]["kommun-0140"]["decision"] == "yes"
    assert "texts" not in entry(world, name)["answers"]["kommun-0140"]
    decides(world, 4, name, "kommun-0140", "no")
    assert tally(entry(world, name)) == (0, 1, 1, 0)


def test_every_own_decision_is_sealed_with_the_picture_it_was_made_on(world):
    name = agreement(world, 1, "kommun-0140")
    before = world.versions[-1]
    decides(world, 2, name, "kommun-0140")
    sealed = entry(world, name)["answers"]["kommun-0140"]["sealed"]
    assert (sealed["version"], sealed["hash"]) == (before.number, before.hash)
    assert entry(world, name)["sealed"]["version"] < before.number


def test_the_version_that_a_person_had_seen_is_sealed_too(world):
    world.command(2, "agree", on="f", args={"asks": ["KOM"]}, texts={"what": "k"}, seen_version=1)
    assert entry(world, newest(world))["sealed"]["seen"] == 1
    assert entry(world, agreement(world, 3))["sealed"].get("seen") is None


def test_an_own_decision_nobody_asked_for_is_told_to_the_forum_and_orders_nothing(world):
    assert do(world, 2, "own_decision", who="region-sthlm-trafik", decision="yes", texts="what") == "applied"
    assert do(world, 3, "own_decision", who="trafikverket-vag", decision="yes", texts="what") == "applied"
    told = entries(world, "own_decision")
    assert [list(e["answers"]) for e in told] == [["region-sthlm-trafik"], ["trafikverket-vag"]]
    assert {e["state"] for e in told} == {"kept"}
    assert entries(world, "agreement") == []
    do(world, 4, "close")
    assert do(world, 5, "own_decision", who="trafikverket-vag", decision="yes", texts="what") == "wrong_state"


def test_who_asks_somebody_unknown_is_told(world):
    assert do(world, 1, "agree", asks=["KOM", "nobody"], texts="what") == "not_there"
    assert do(world, 1, "task", owner="nobody", due=T0 + HOUR, texts="what") == "not_there"
    assert do(world, 1, "agree", asks=["KOM"], about="actor.x/none", texts="what") == "not_there"
    assert world.state.picture["entry"] == {}


def test_who_has_not_decided_by_the_time_is_silent_reminded_and_nobody_is_called(world):
    name = agreement(world, 1, "kommun-0140", "kommun-0187", decide_by=T0 + HOUR)
    decides(world, 2, name, "kommun-0140")
    world.tick(59)
    assert entry(world, name)["state"] == "open"
    world.tick(61)
    assert entry(world, name)["state"] == "overdue"
    assert entry(world, name)["reminded"] == ["kommun-0187"]
    assert entry(world, name)["reminded_at"] == z(T0 + HOUR)
    assert world.calls() == []
    decides(world, 70, name, "kommun-0187")
    assert entry(world, name)["state"] == "answered"


def test_when_all_have_answered_in_time_nobody_is_reminded(world):
    name = agreement(world, 1, "kommun-0140", decide_by=T0 + HOUR)
    decides(world, 2, name, "kommun-0140", "no")
    world.tick(90)
    assert entry(world, name)["state"] == "answered"
    assert "reminded" not in entry(world, name)


def test_a_party_is_asked_once_and_any_of_its_units_answers_for_it(world):
    name = agreement(world, 1, "ALLA", per="party")
    asked = entry(world, name)["asks"]
    assert len(asked) == 37
    assert not {"region-sthlm-vard", "region-sthlm-trafik"} & set(asked)
    assert decides(world, 2, name, "region-sthlm-trafik") == "applied"
    assert entry(world, name)["answers"]["region-sthlm"]["by"] == "region-sthlm-trafik"
    assert do(world, 3, "task_done", on=name, who="region-sthlm-vard") == "applied"
    assert tally(entry(world, name)) == (1, 0, 36, 1)
    assert decides(world, 4, name, "ellevio") == "not_allowed"


# ---- carried out -----------------------------------------------------------------------------------------------------


def test_the_follow_up_reminds_those_who_have_not_carried_it_out_and_nobody_else(world):
    name = agreement(world, 1, "ALLA", follow_up=T0 + 90 * DAY)
    asked = entry(world, name)["asks"]
    for actor in asked[:-7]:
        assert do(world, 2 * DAY_MIN, "task_done", on=name, who=actor) == "applied"
    world.tick(89 * DAY_MIN)
    assert "reminded" not in entry(world, name)
    world.tick(90 * DAY_MIN)
    assert entry(world, name)["reminded"] == asked[-7:]
    assert tally(entry(world, name)).done == len(asked) - 7
    world.tick(120 * DAY_MIN)
    assert entry(world, name)["reminded_at"] == z(T0 + 90 * DAY)
    for actor in asked[-7:]:
        do(world, 121 * DAY_MIN, "task_done", on=name, who=actor)
    assert entry(world, name)["state"] == "done"


def test_the_follow_up_opens_again_what_was_answered_but_not_carried_out(world):
    name = agreement(world, 1, "kommun-0140", "ssbf", follow_up=T0 + 2 * HOUR)
    decides(world, 2, name, "kommun-0140")
    decides(world, 2, name, "ssbf", "no")
    assert entry(world, name)["state"] == "answered"
    assert f"old|entry/{name}" in world.state.due
    world.tick(121)
    assert (entry(world, name)["state"], entry(world, name)["reminded"]) == ("overdue", ["kommun-0140"])
    assert f"old|entry/{name}" not in world.state.due
    do(world, 130, "task_done", on=name, who="kommun-0140")
    assert entry(world, name)["state"] == "done"


def test_who_carried_it_out_has_said_yes_and_who_said_no_carries_nothing_out(world):
    name = agreement(world, 1, "kommun-0140", "ssbf", "mrm")
    do(world, 2, "task_done", on=name, who="kommun-0140")
    assert tally(entry(world, name)) == (1, 0, 2, 1)
    decides(world, 3, name, "ssbf", "no")
    assert do(world, 4, "task_done", on=name, who="ssbf") == "wrong_state"
    decides(world, 5, name, "kommun-0140", "no")
    assert tally(entry(world, name)) == (0, 2, 1, 0)


# ---- tasks -----------------------------------------------------------------------------------------------------------


def test_a_task_is_overdue_at_its_time_and_its_owner_is_reminded(world):
    do(world, 1, "task", owner="kommun-0136", due=T0 + HOUR, texts="what")
    name = newest(world)
    world.tick(61)
    assert (entry(world, name)["state"], entry(world, name)["reminded"]) == ("overdue", ["kommun-0136"])
    assert do(world, 70, "task_done", on=name, who="kommun-0136", texts="what") == "applied"
    assert entry(world, name)["state"] == "done"
    assert entry(world, name)["answers"]["kommun-0136"]["done_at"] == z(T0 + 70 * MINUTE)


def test_a_task_done_in_time_is_never_overdue(world):
    do(world, 1, "task", owner="kommun-0136", due=T0 + HOUR, texts="what")
    name = newest(world)
    assert do(world, 2, "task_done", on=name, who="kommun-0180") == "not_allowed"
    do(world, 3, "task_done", on=name, who="kommun-0136")
    world.tick(90)
    assert entry(world, name)["state"] == "done"
    assert [d for d in world.state.due if d.endswith(f"|{name}") and not d.startswith("done|")] == []


def test_a_task_of_a_group_is_done_when_each_has_done_its_part(world):
    do(world, 1, "task", owner="RADDN", due=T0 + HOUR, texts="what")
    name = newest(world)
    owners = entry(world, name)["asks"]
    assert len(owners) > 1
    for actor in owners[1:]:
        do(world, 2, "task_done", on=name, who=actor)
    assert undone(entry(world, name)) == waiting(entry(world, name)) == owners[:1]
    assert entry(world, name)["state"] == "open"
    do(world, 3, "task_done", on=name, who=owners[0])
    assert entry(world, name)["state"] == "done"


def test_an_owner_may_say_no_to_a_task_which_is_not_to_have_done_it(world):
    do(world, 1, "task", owner="kommun-0136", due=T0 + HOUR, texts="what")
    name = newest(world)
    decides(world, 2, name, "kommun-0136", "no")
    assert entry(world, name)["state"] == "answered"
    assert tally(entry(world, name)) == (0, 1, 0, 0)


def test_an_owner_that_says_nothing_for_thirty_days_is_reminded_and_again_after_thirty_more(world):
    do(world, 0, "task", owner="kommun-0136", due=T0 + 300 * DAY, texts="what")
    name = newest(world)
    world.tick(30 * DAY_MIN - 1)
    assert "reminded" not in entry(world, name)
    world.tick(30 * DAY_MIN)
    assert entry(world, name)["reminded_at"] == z(T0 + 30 * DAY)
    assert entry(world, name)["reminded"] == ["kommun-0136"]
    assert entry(world, name)["state"] == "open"
    world.tick(60 * DAY_MIN)
    assert entry(world, name)["reminded_at"] == z(T0 + 60 * DAY)
    assert world.calls() == []


def test_word_of_how_it_goes_puts_the_reminder_off(world):
    do(world, 0, "task", owner="kommun-0136", due=T0 + 300 * DAY, texts="what")
    name = newest(world)
    assert do(world, 20 * DAY_MIN, "answer", on=name, who="kommun-0136", texts="what") == "applied"
    assert do(world, 20 * DAY_MIN, "answer", on=name, who="kommun-0180", texts="what") == "not_allowed"
    assert entry(world, name)["words"]["kommun-0136"]["texts"] == {"what": "key-what"}
    world.tick(49 * DAY_MIN)
    assert "reminded" not in entry(world, name)
    world.tick(50 * DAY_MIN)
    assert entry(world, name)["reminded_at"] == z(T0 + 50 * DAY)


def test_a_line_that_is_put_aside_stays_readable_with_its_reason_and_reminds_nobody(world):
    do(world, 1, "task", owner="kommun-0136", due=T0 + HOUR, texts="what")
    name = newest(world)
    assert do(world, 2, "close", on=name, texts="reason") == "applied"
    assert entry(world, name)["texts"] == {"what": "key-what", "closing": "key-reason"}
    assert do(world, 3, "close", on=name) == "wrong_state"
    assert decides(world, 4, name, "kommun-0136") == "wrong_state"
    world.tick(90)
    assert "reminded" not in entry(world, name)
    do(world, 91, "note", texts="what")
    assert do(world, 92, "close", on=newest(world)) == "wrong_state"


# ---- questions -----------------------------------------------------------------------------------------------------


def test_a_question_goes_to_actors_and_each_answers_for_itself(world):
    world.report(1, "trafikverket-vag", "road-0180", {"road 0180": 4})
    asks = ["kommun-0180", "trafikverket-vag"]
    assert do(world, 2, "note", asks=asks, about="0180/road", due=T0 + HOUR, texts="what") == "applied"
    name = newest(world)
    assert (entry(world, name)["what"], entry(world, name)["state"]) == ("question", "open")
    assert waiting(entry(world, name)) == asks
    assert do(world, 3, "answer", on=name, who="kommun-0180", texts="what") == "applied"
    assert do(world, 3, "answer", on=name, who="ssbf", texts="what") == "not_allowed"
    assert do(world, 3, "own_decision", on=name, who="kommun-0180", decision="yes") == "wrong_state"
    assert entry(world, name)["state"] == "open"
    world.tick(61)
    assert (entry(world, name)["state"], entry(world, name)["reminded"]) == ("overdue", ["trafikverket-vag"])
    assert do(world, 62, "answer", on=name, who="trafikverket-vag", texts="what") == "applied"
    assert entry(world, name)["state"] == "answered"
    assert f"quiet|{name}" not in world.state.due


def test_an_answer_may_be_mended_after_all_have_answered(world):
    do(world, 2, "note", asks=["kommun-0180"], texts="what")
    name = newest(world)
    do(world, 3, "answer", on=name, who="kommun-0180", texts="what")
    assert do(world, 4, "answer", on=name, who="kommun-0180", texts="what") == "applied"
    assert entry(world, name)["words"]["kommun-0180"]["at"] == z(T0 + 4 * MINUTE)
    assert entry(world, name)["state"] == "answered"


# ---- direction, messages ---------------------------------------------------------------------------------------------


def test_need_of_direction_is_recorded_with_its_words(world):
    assert do(world, 1, "need_direction", texts="what") == "applied"
    assert world.state.picture["forum"]["f"]["need_direction"] == z(T0 + MINUTE)
    assert [e["texts"] for e in entries(world, "direction")] == [{"what": "key-what"}]
    assert [s["level"] for s in world.suggestions("raised")] == ["inriktande"]


def test_a_message_to_the_public_is_one_wording_open_to_all_and_the_rest_is_not(world):
    do(world, 1, "publish_message", texts="what")
    do(world, 2, "assess", texts="what")
    assert [e["label"] for e in entries(world, "message")] == ["open"]
    assert [e["label"] for e in entries(world, "assessment")] == ["internal"]


def test_what_is_said_about_a_secret_is_as_secret(world):
    world.report(1, "polisen-sthlm", "e2", kind="planned_event", label="confidential")
    do(world, 2, "task", owner="ssbf", due=T0 + HOUR, about="actor.polisen-sthlm/e2", texts="what")
    do(world, 3, "task", owner="ssbf", due=T0 + HOUR, about=newest(world), texts="what")
    assert {e["label"] for e in entries(world, "task")} == {"confidential"}


def test_an_id_is_used_once_even_when_its_answer_is_forgotten(world):
    said = {"on": "f", "args": {"asks": ["KOM"]}, "texts": {"what": "k"}, "id": "same"}
    world.command(1, "agree", **said)
    assert world.command(2, "agree", **said).outcome.result == "duplicate_of"
    assert world.command(31 * DAY_MIN, "agree", **said).outcome.reason == "wrong_state"
    decision = {"on": "f", "args": {"decision": "yes"}, "who": "mrm", "id": "same", "role": "reporter"}
    assert world.command(31 * DAY_MIN, "own_decision", **decision).outcome.reason == "wrong_state"


def test_a_question_is_asked_on_a_quiet_day_without_any_forum():
    world = World()
    args = {"asks": ["kommun-0180-trafik", "trafikverket-vag"], "due": T0 + HOUR, "about": "0180/road"}
    world.report(0, "trafikverket-vag", "x", {"road 0180": 4})
    asked = world.command(1, "note", args=args, texts={"what": "k"})
    name = newest(world)
    assert asked.outcome is not None
    assert asked.outcome.result == "applied"
    assert (entry(world, name)["forum"], entry(world, name)["what"]) == ("-", "question")
    said = {"who": "trafikverket-vag", "role": "reporter", "on": name, "texts": {"what": "svar"}}
    world.command(2, "answer", **said)
    assert waiting(entry(world, name)) == ["kommun-0180-trafik"]
    world.tick(60)
    assert entry(world, name)["reminded"] == ["kommun-0180-trafik"]


def test_a_note_that_asks_nobody_wants_a_forum():
    world = World()
    refused = world.command(1, "note", args={}, texts={"what": "k"})
    assert refused.outcome is not None
    assert refused.outcome.reason == "not_there"
