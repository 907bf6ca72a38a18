"""Planned events, shared issues, resources that are short, ends that move: what rules read of them."""

import pytest
from support.matters import BESIDE, feed
from support.ruling import loose, rule, ruled
from support.world import T0, World

from schemas.rule_tests import DriftTest, PlannedTest, ScarceTest, SharedTest
from schemas.times import DAY, HOUR, MINUTE, z
from streams.core.measure_matters import is_about, judge_drift, judge_planned, judge_scarce, judge_shared

EVENT, ISSUE = "actor.polisen-sthlm/E", "actor.kommun-0136/I"


@pytest.fixture
def world() -> World:
    return ruled()


def plan(world: World, name: str = "E", minute: float = 0, **more) -> None:
    body = {"kind": "planned_event", "onset": T0 + DAY, "ends": T0 + DAY + 4 * HOUR, **more}
    world.report(minute, "polisen-sthlm", name, **{k: v for k, v in body.items() if v is not None})


def mark(world: World, *actors: str, on: str = EVENT, how: str = "direct", minute: float = 1) -> None:
    for actor in actors:
        world.command(minute, "mark_affected", role="reporter", who=actor, on=on, args={"how": how})


def planned(world: World, subject: str = "", **more):
    return judge_planned(loose(world), PlannedTest.model_validate({"test": "planned", "parties": 1, **more}), subject)


def share(world: World, *actors: str, on: str = ISSUE) -> None:
    for actor in actors:
        world.command(1, "share_issue", role="reporter", who=actor, on=on)


def shared(world: World, subject: str = "", parties: int = 2):
    return judge_shared(loose(world), SharedTest(test="shared", parties=parties), subject)


def scarce(world: World, parties: int = 2):
    return judge_scarce(loose(world), ScarceTest(test="scarce", parties=parties))


def need(world: World, actor: str, number: int, kind: str = "bandvagn", name: str = "need", **more) -> None:
    world.report(0, actor, name, need=[{"kind": kind, "number": number}], **more)


def lend(world: World, actor: str, number: int, kind: str = "bandvagn") -> None:
    world.report(0, actor, "lend", lend=[{"kind": kind, "number": number}])


# ---- planned events ------------------------------------------------------------------------------------------------


def test_a_planned_event_is_told_to_the_letter(world):
    lines = {"impacts": [{"sector": "order", "areas": ["0182"], "now": 1}], "areas": {"0180": {"how": "inside"}}}
    plan(world, **lines)
    mark(world, "trafikverket-vag", "kommun-0180")
    mark(world, "ssbf", how="indirect")
    verdict = planned(world)
    assert verdict.true
    assert (verdict.on.areas, verdict.on.items, verdict.on.strength) == (("0180", "0182"), (EVENT,), 1)
    assert dict(verdict.on.params) == {
        "by": "kommun-0180+polisen-sthlm+trafikverket-vag",
        "count": "2",
        "indirect": "ssbf",
    }


def test_parties_besides_the_reporter_are_counted_once_each(world):
    plan(world)
    assert not planned(world).true
    mark(world, "polisen-sthlm")
    assert not planned(world).true
    mark(world, "kommun-0180", "kommun-0180-trafik")
    assert planned(world).true
    assert not planned(world, parties=2).true
    mark(world, "ssbf")
    assert planned(world, parties=2).true


def test_who_is_only_indirectly_touched_does_not_count(world):
    plan(world)
    mark(world, "kommun-0180", how="indirect")
    assert not planned(world).true


def test_an_event_is_planned_from_so_long_before_and_is_looked_at_then(world):
    for name, hours in (("E", 30), ("F", 40)):
        plan(world, name, onset=T0 + hours * HOUR, ends=T0 + 50 * HOUR)
        mark(world, "kommun-0180", on=f"actor.polisen-sthlm/{name}")
    assert not planned(world, within="1 d").true
    assert world.state.due[f"look|planned|within {DAY} "] == T0 + 6 * HOUR
    world.tick(6 * 60)
    assert planned(world, within="1 d").on.items == (EVENT,)
    assert world.state.due[f"look|planned|within {DAY} "] == T0 + 16 * HOUR
    world.tick(16 * 60)
    assert len(planned(world, within="1 d").on.items) == 2
    assert f"look|planned|within {DAY} " not in world.state.due


def test_an_event_without_a_beginning_is_planned_at_once(world):
    plan(world, onset=None, ends=None)
    mark(world, "kommun-0180")
    assert planned(world, within="0").true


def test_a_rule_for_each_event_reads_its_own(world):
    for name in ("E", "F"):
        plan(world, name)
        mark(world, "kommun-0180", on=f"actor.polisen-sthlm/{name}")
    assert planned(world, EVENT).on.items == (EVENT,)
    assert planned(world).on.strength == 2
    assert not planned(world, "actor.polisen-sthlm/G").true


@pytest.mark.parametrize(
    ("more", "grave"),
    [({}, False), ({"attendance": 99}, False), ({"attendance": 100}, True), ({"risk_flags": ["vapen"]}, True)],
)
def test_an_event_is_grave_by_its_size_or_by_a_risk(world, more, grave):
    plan(world, **more)
    mark(world, "kommun-0180")
    assert planned(world, attendance=100).true is grave
    assert planned(world).true


@pytest.mark.parametrize("more", [{"status": "test"}, {"origin": "relayed"}, {"ends": T0 - HOUR}])
def test_what_does_not_count_is_not_planned(world, more):
    plan(world, **more)
    mark(world, "kommun-0180")
    assert not planned(world).true
    assert "planned" not in world.state.members


@pytest.mark.parametrize(
    ("at", "met"),
    [(24 * 60 - 1, False), (24 * 60, True), (28 * 60, True), (28 * 60 + 1, False)],
)
def test_a_meeting_while_it_goes_on_of_a_forum_about_it_meets_it(world, at, met):
    plan(world)
    mark(world, "kommun-0180")
    args = {"forum": "p", "level": "planering", "at": T0 + at * MINUTE, "form": "telefon"}
    world.command(2, "convene", args={**args, "about": EVENT})
    assert planned(world, unmet=True).true is not met
    assert planned(world).true


def test_a_meeting_that_is_going_on_meets_it_too_and_one_about_something_else_does_not(world):
    plan(world, onset=T0 + HOUR, ends=T0 + 2 * HOUR)
    mark(world, "kommun-0180")
    args = {"forum": "p", "level": "planering", "at": T0 + HOUR, "form": "telefon"}
    world.command(2, "convene", args=args)
    assert planned(world, unmet=True).true
    world.command(3, "convene", args={**args, "forum": "q", "about": EVENT})
    world.tick(61)
    assert not planned(world, unmet=True).true


def test_an_event_without_an_end_is_met_only_at_its_beginning(world):
    plan(world, ends=None)
    mark(world, "kommun-0180")
    args = {"forum": "p", "level": "planering", "form": "telefon", "about": EVENT}
    world.command(2, "convene", args={**args, "at": T0 + DAY + MINUTE})
    assert planned(world, unmet=True).true
    world.command(3, "close", on="p")
    world.command(4, "convene", args={**args, "at": T0 + DAY})
    assert not planned(world, unmet=True).true


def test_a_forum_is_about_an_item_by_name_by_its_event_or_by_its_suggestion(world):
    one, other = feed(world, 0, "trafikverket", "a", group="g"), feed(world, 0, "trafikverket", "b", group="h")
    step = loose(world)
    assert is_about(step, {"about": one}, one)
    assert not is_about(step, {"about": one}, other)
    assert is_about(step, {"about": "trafikverket/g"}, one)
    assert not is_about(step, {"about": "trafikverket/g"}, other)
    world.state.picture["suggestion"]["s"] = {"reasons": [{"rule": "A"}, {"rule": "B", "subject": one}]}
    assert is_about(step, {"suggestion": "s"}, one)
    assert not is_about(step, {"suggestion": "s"}, other)
    assert not is_about(step, {}, one)


# ---- shared issues -------------------------------------------------------------------------------------------------


def test_an_issue_is_shared_by_parties_besides_its_author(world):
    world.report(0, "kommun-0136", "I", kind="issue")
    assert not shared(world).true
    share(world, "kommun-0136", "kommun-0180", "kommun-0180-trafik")
    assert not shared(world).true
    assert shared(world, parties=1).true
    share(world, "kommun-0138")
    verdict = shared(world)
    assert (verdict.on.areas, verdict.on.items, verdict.on.strength) == ((), (ISSUE,), 3)
    assert dict(verdict.on.params) == {"by": "kommun-0138+kommun-0180+kommun-0180-trafik", "count": "3"}


def test_of_several_issues_the_most_shared_says_how_strong(world):
    for name, sharers in (("I", ["kommun-0138", "kommun-0139"]), ("J", ["kommun-0138", "kommun-0139", "kommun-0180"])):
        world.report(0, "kommun-0136", name, kind="issue")
        share(world, *sharers, on=f"actor.kommun-0136/{name}")
    verdict = shared(world)
    assert (len(verdict.on.items), verdict.on.strength, dict(verdict.on.params)["count"]) == (2, 3, "3")
    assert shared(world, ISSUE).on.items == (ISSUE,)


def test_an_issue_that_is_settled_is_shared_no_more(world):
    world.report(0, "kommun-0136", "I", kind="issue")
    share(world, "kommun-0138", "kommun-0139")
    world.command(2, "close", on=ISSUE)
    assert not shared(world).true


# ---- resources -----------------------------------------------------------------------------------------------------


def test_what_is_short_is_told_to_the_letter(world):
    need(world, "ssbf", 4)
    need(world, "kommun-0120", 2)
    need(world, "kommun-0182", 9, "generator")
    lend(world, "mrm", 5)
    verdict = scarce(world)
    assert (verdict.on.areas, verdict.on.strength) == ((), 1)
    assert verdict.on.items == ("actor.kommun-0120/need", "actor.ssbf/need")
    assert dict(verdict.on.params) == {"by": "kommun-0120+ssbf", "count": "1", "types": "bandvagn"}


def test_what_is_lent_must_fall_short_and_the_parties_be_enough(world):
    need(world, "ssbf", 4)
    need(world, "kommun-0120", 2)
    assert not scarce(world, parties=3).true
    lend(world, "mrm", 3)
    assert scarce(world).true
    lend(world, "kommun-0182", 3)
    assert not scarce(world).true


def test_two_units_of_one_party_are_one_and_their_numbers_are_added(world):
    need(world, "kommun-0180", 4)
    need(world, "kommun-0180-trafik", 2)
    assert not scarce(world).true
    assert dict(scarce(world, parties=1).on.params)["count"] == "6"


def test_one_that_nobody_lends_is_short_and_nought_is_not(world):
    need(world, "ssbf", 1)
    need(world, "kommun-0120", 0, "generator")
    assert dict(scarce(world, parties=1).on.params) == {"by": "ssbf", "count": "1", "types": "bandvagn"}


def test_an_offer_in_a_matter_is_lent_too(world):
    need(world, "ssbf", 4)
    need(world, "kommun-0120", 2)
    for actor, number in (("mrm", 2), ("kommun-0182", 3)):
        args = {"kind": "bandvagn", "number": number}
        world.command(1, "offer_resource", role="reporter", who=actor, on="actor.ssbf/need", args=args)
    assert dict(scarce(world).on.params)["count"] == "1"
    world.command(2, "offer_resource", role="reporter", who="kommun-0183", on="actor.kommun-0120/need", args=args)
    assert not scarce(world).true


def test_a_need_that_is_taken_back_is_none(world):
    need(world, "ssbf", 4)
    assert scarce(world, parties=1).true
    world.report(1, "ssbf", "need", change="cancel")
    assert not scarce(world, parties=1).true
    assert "needs" not in world.state.members


# ---- ends that move ------------------------------------------------------------------------------------------------


def drift(world: World, impact: int = 3):
    return judge_drift(loose(world), DriftTest(test="drift", impact=impact))


def move(world: World, name: str, hours: list[int], area: str = "0188", **more) -> str:
    for number, hour in enumerate(hours):
        feed(world, number, "avbrott", name, area, promised=T0 + hour * HOUR, **more)
    return f"avbrott/{name}"


def test_a_drift_tells_the_one_that_moved_most(world):
    assert not drift(world).true
    one = move(world, "a", [4, 5, 6, 7], severity="severe")
    two = move(world, "b", [4, 5, 6], "0182", severity="extreme")
    verdict = drift(world)
    assert (verdict.on.areas, verdict.on.items, verdict.on.strength) == (("0182", "0188"), (one, two), 3)
    assert dict(verdict.on.params) == {"count": "3", "ends": z(T0 + 7 * HOUR), "was": z(T0 + 4 * HOUR)}


def test_only_what_is_grave_drifts(world):
    count = {"kind": "people_without_water", "low": 1, "high": 1, "owner": "svoa", "areas": ["0180"]}
    for number, (more, grave) in enumerate(
        [({}, False), ({"severity": "severe"}, True), ({"severity": "minor", "counts": [count]}, True)]
    ):
        world = ruled()
        move(world, str(number), [4, 5, 6], **more)
        assert drift(world).true is grave, more
    for impact in (2, 3, 4):
        world = ruled()
        for number, hour in enumerate((4, 5, 6)):
            world.report(
                number, "ellevio", "x", {"energy 0188 0182": impact, "ecom 0188": 1}, promised=T0 + hour * HOUR
            )
        assert drift(world).true is (impact >= 3)


def test_what_lies_only_beside_drifts_nowhere(world):
    for number, hour in enumerate((4, 5, 6)):
        feed(world, number, "avbrott", "a", BESIDE, severity="severe", promised=T0 + hour * HOUR)
    assert not drift(world).true


def test_what_was_offered_until_a_time_is_offered_no_longer_and_nor_is_what_a_closed_matter_holds():
    world = ruled(rule("A", {"test": "scarce", "parties": 1}))
    world.report(0, "region-sthlm-vard", "n", need=[{"kind": "bandvagn", "number": 5}])
    on = "actor.region-sthlm-vard/n"
    args = {"kind": "bandvagn", "number": 5, "until": T0 + HOUR}
    world.command(1, "offer_resource", role="reporter", who="mrm", on=on, args=args)
    assert world.suggestions("raised") == []
    world.tick(59)
    assert world.suggestions("raised") == []
    world.tick(60)
    assert len(world.suggestions("raised")) == 1
