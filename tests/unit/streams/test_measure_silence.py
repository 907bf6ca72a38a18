"""Who ought to have been heard: actors past their promise, silent sources; forums at work, the last worsening."""

import pytest
from support.ruling import loose, rule, ruled
from support.world import T0, World

from schemas.rule_tests import ForumTest, OverdueTest, SilentTest, WorsenedTest
from schemas.times import HOUR, MINUTE, SECOND, z
from streams.core.measure_moments import judge_forum, judge_worsened
from streams.core.measure_silence import count_overdue, judge_overdue, judge_silent

TOWN, KEY = "kommun-0188", "actor.kommun-0188/x"


@pytest.fixture
def world() -> World:
    return ruled()


def overdue(world: World, **more):
    return judge_overdue(loose(world), OverdueTest.model_validate({"test": "overdue", **more}))


def promise(
    world: World, actor: str = TOWN, lines: str = "care 0188", impact: int = 3, name: str = "x", **more
) -> None:
    world.report(0, actor, name, {lines: impact}, **{"next_report": T0 + HOUR, **more})


def test_a_missed_promise_is_told_to_the_letter(world):
    promise(world, lines="care 0188", impact=3)
    world.tick(60)
    assert world.state.members["overdue"] == {
        KEY: {"actor": TOWN, "sent": T0, "promised": T0 + HOUR, "areas": ["0188"], "worst": 3}
    }
    world.tick(90)
    verdict = overdue(world)
    assert (verdict.on.areas, verdict.on.items, verdict.on.strength) == (("0188",), (KEY,), 1)
    assert dict(verdict.on.params) == {"by": TOWN, "count": "1"}


def test_it_is_overdue_after_so_many_percent_of_what_was_promised_and_looked_at_then(world):
    promise(world)
    world.tick(60)
    assert not overdue(world, percent=150).true
    assert world.state.due["look|overdue|150"] == T0 + 90 * MINUTE
    assert overdue(world, percent=100).true
    world.tick(90)
    assert overdue(world, percent=150).true
    assert "look|overdue|150" not in world.state.due


def test_the_first_of_those_that_wait_is_looked_at_first(world):
    promise(world)
    promise(world, "kommun-0120", "care 0120", next_report=T0 + 30 * MINUTE)
    world.tick(60)
    assert overdue(world, percent=150).on.items == ("actor.kommun-0120/x",)
    assert world.state.due["look|overdue|150"] == T0 + 90 * MINUTE


def test_so_many_parties_and_so_bad_a_last_word_are_asked_for(world):
    promise(world, "kommun-0180", "care 0180", 2)
    promise(world, "kommun-0180-trafik", "road 0180", 2)
    promise(world, "kommun-0188", "care 0188", 1)
    world.tick(200)
    assert overdue(world, parties=1).on.areas == ("0180",)
    assert not overdue(world, parties=2).true
    assert overdue(world, parties=2, impact=1).true
    assert not overdue(world, impact=3).true
    assert dict(overdue(world, impact=1).on.params)["count"] == "2"


def test_the_worst_of_all_that_it_said_counts(world):
    world.report(0, "region-sthlm-trafik", "x", {"transit 0188": 1, "transit 0182": 4}, next_report=T0 + HOUR)
    world.tick(200)
    assert overdue(world, impact=4).on.areas == ("0182", "0188")


def test_only_beside_what_is_bad_where_that_is_asked(world):
    promise(world)
    world.report(0, "ellevio", "x", {"energy 0182": 3}, valid_until=T0 + 9 * HOUR)
    world.tick(200)
    assert overdue(world).true
    assert not overdue(world, beside=["energy"]).true
    world.report(201, "ellevio", "x", {"energy 0182 0188": 3}, valid_until=T0 + 9 * HOUR)
    assert overdue(world, beside=["energy"]).true
    assert not overdue(world, beside=["energy"], beside_impact=4).true
    assert not overdue(world, beside=["water"]).true


@pytest.mark.parametrize("more", [{"origin": "relayed"}, {"status": "test"}, {"kind": "issue"}])
def test_who_has_not_promised_for_itself_is_not_overdue(world, more):
    promise(world, **more)
    world.tick(200)
    assert "overdue" not in world.state.members


def test_who_spoke_of_no_cell_is_not_overdue(world):
    world.report(0, TOWN, "x", next_report=T0 + HOUR)
    world.tick(200)
    assert "overdue" not in world.state.members


def test_a_report_that_is_outdated_by_the_regions_figure_has_broken_no_promise(world):
    world.report(0, TOWN, "x", {"care 0188": 3})
    world.tick(25 * 60)
    assert world.cell("0188/care")["unknown"] == "outdated"
    assert "overdue" not in world.state.members


def test_who_is_heard_again_is_overdue_no_more(world):
    promise(world)
    world.tick(200)
    world.report(201, TOWN, "x", {"care 0188": 2})
    assert "overdue" not in world.state.members


@pytest.mark.parametrize(("minute", "answered"), [(0, False), (1, True)])
def test_word_that_was_passed_on_since_answers_for_them(world, minute, answered):
    promise(world)
    world.tick(100)
    world.report(101, "lansstyrelsen-01", "rakel", {"energy 0188": 4}, origin="relayed", sent=minute)
    assert overdue(world).true is not answered
    world.report(102, "ellevio", "x", {"energy 0188": 4})
    assert overdue(world).true is not answered


def test_word_passed_on_is_a_reason_to_look_again_while_somebody_is_overdue(world):
    step = loose(world)
    world.report(1, "lansstyrelsen-01", "rakel", {"energy 0188": 4}, origin="relayed")
    count_overdue(step, "actor.lansstyrelsen-01/rakel")
    assert step.tests == set()
    promise(world)
    world.tick(200)
    count_overdue(step, "actor.lansstyrelsen-01/rakel")
    assert step.tests == {"overdue"}
    step.tests.clear()
    count_overdue(step, KEY)
    assert step.tests == set()


def test_sources_that_are_silent_are_named_and_counted(world):
    for source in ("smhi", "sl"):
        world.health(0, source)
    asked = SilentTest(test="silent", sources=["sl", "smhi", "vma"])
    assert not judge_silent(loose(world), asked).true
    world.health(2, "sl")
    world.tick(2.5)
    on = judge_silent(loose(world), asked).on
    assert (on.strength, dict(on.params)) == (1, {"by": "smhi"})
    world.tick(60)
    on = judge_silent(loose(world), asked).on
    assert (on.strength, dict(on.params)) == (2, {"by": "sl+smhi"})


# ---- forums and the last worsening -----------------------------------------------------------------------------------


def forum(world: World, **more):
    return judge_forum(loose(world), ForumTest.model_validate({"test": "forum", "level": "samordnande", **more}))


def call(world: World, minute: float, name: str, level: str = "samordnande") -> None:
    args = {"forum": name, "level": level, "at": T0 + HOUR, "form": "telefon"}
    world.command(minute, "convene", args=args)


def test_forums_at_work_at_this_level_are_counted_and_one_is_named(world):
    assert (forum(world).true, forum(world).on.params) == (False, ())
    call(world, 0, "t", "tib")
    assert not forum(world).true
    call(world, 1, "a")
    call(world, 2, "b")
    assert (forum(world).on.strength, forum(world).on.params) == (2, (("forum", "a"),))
    for name in "ab":
        world.command(3, "step_down", on=name)
    assert not forum(world).true


def test_a_need_of_direction_stands_until_a_directing_forum_has_ended_after_it(world):
    call(world, 0, "a")
    assert not forum(world, need_direction=True).true
    world.command(1, "need_direction", on="a")
    assert forum(world, need_direction=True).true
    call(world, 2, "i", "inriktande")
    assert forum(world, need_direction=True).true
    world.command(3, "step_down", on="i")
    assert not forum(world, need_direction=True).true
    world.command(4, "need_direction", on="a")
    assert forum(world, need_direction=True).true
    call(world, 5, "t", "tib")
    world.command(6, "close", on="t")
    assert forum(world, need_direction=True).true
    world.command(7, "close", on="i")
    assert not forum(world, need_direction=True).true


def test_a_directing_forum_that_ends_in_the_moment_of_the_need_has_met_it(world):
    call(world, 0, "a")
    call(world, 2, "i", "inriktande")
    world.command(3, "need_direction", on="a")
    world.command(3, "step_down", on="i")
    assert not forum(world, need_direction=True).true


def test_hours_begin_and_end_by_themselves():
    world = ruled(rule("A", {"test": "hours", "from": "08:00", "until": "09:00"}))
    world.tick(60 * 30)
    seen = [(s["raised_at"], s["since"]) for s in world.suggestions("withdrawn")]
    assert seen == [(z(T0 + n * HOUR), z(T0 + (n + 1) * HOUR)) for n in (-23, 1, 25)]


def test_the_last_worsening_is_remembered_for_the_time_itself(world):
    asked = WorsenedTest(test="worsened", within=10 * MINUTE)
    assert not judge_worsened(loose(world), asked).true
    world.report(0, "region-sthlm-trafik", "x", {"transit 0180": 1})
    assert not judge_worsened(loose(world), asked).true
    world.report(1, "region-sthlm-trafik", "x", {"transit 0180": 2})
    assert judge_worsened(loose(world), asked).true
    assert world.state.due[f"calm|{10 * MINUTE}"] == T0 + 11 * MINUTE
    step = loose(world)
    step.at = T0 + 11 * MINUTE - SECOND
    assert judge_worsened(step, asked).true
    step.at = T0 + 11 * MINUTE
    assert not judge_worsened(step, asked).true
    assert f"calm|{10 * MINUTE}" not in world.state.due
