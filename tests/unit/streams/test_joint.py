"""The joint picture is a human selection: published under a number, corrected for all to see, beside the cells."""

import pytest
from support.matters import feed
from support.world import T0, World

from schemas.times import z


@pytest.fixture
def world() -> World:
    return World()


def publish(world: World, minute: float, **args):
    texts = {"summary": "s1"}
    return world.command(minute, "publish_picture", args=args, texts=texts, seen_version=2).outcome


def joint(world: World, key: str = "joint-1"):
    return world.state.picture["joint"][key]


def test_a_published_picture_names_the_version_and_hash_it_was_made_of(world):
    feed(world, 0, "trafikverket", "a", group="g")
    version, digest = world.state.version, world.state.hash
    left = [{"what": "sl/x", "why": "liten"}]
    args = {"name": "lägesbild 1 kl. 07:05", "events": ["trafikverket/g"], "pinned": ["trafikverket/g"]}
    assert publish(world, 5, **args, left_out=left).result == "applied"
    shown = joint(world)
    assert (shown["id"], shown["label"], shown["corrections"]) == ("joint-1", "internal", {})
    assert (shown["version"], shown["hash"], shown["seen_version"]) == (version, digest, 2)
    assert (shown["name"], shown["number"], shown["revision"]) == ("lägesbild 1 kl. 07:05", 1, 1)
    assert (shown["texts"], shown["events"], shown["left_out"]) == ({"summary": "s1"}, ["trafikverket/g"], left)
    assert (shown["published_at"], shown["published_by"]) == (z(T0 + 5 * 60_000), "lansstyrelsen-01")


def test_the_next_one_has_the_next_number_and_the_first_stays(world):
    publish(world, 0)
    publish(world, 1)
    assert [j["number"] for j in world.state.picture["joint"].values()] == [1, 2]
    assert joint(world, "joint-2")["name"] == "lägesbild 2"


def test_what_it_names_must_be_there(world):
    assert publish(world, 0, events=["trafikverket/nothing"]).reason == "not_there"
    assert world.state.picture["joint"] == {}


def test_a_correction_is_visible_and_keeps_what_stood(world):
    feed(world, 0, "trafikverket", "a", group="g")
    publish(world, 1, events=["trafikverket/g"])
    before = joint(world)
    outcome = world.command(
        9, "correct_published", on="joint-1", args={"events": []}, texts={"summary": "s2", "reason": "r"}
    )
    assert outcome.outcome.result == "applied"
    shown = joint(world)
    assert (shown["texts"], shown["events"], shown["revision"]) == ({"summary": "s2"}, [], 2)
    assert shown["corrections"] == {
        "2": {
            "at": z(T0 + 9 * 60_000),
            "by": "lansstyrelsen-01",
            "texts": {"reason": "r", "before": "s1"},
            "before": {"events": ["trafikverket/g"]},
        }
    }
    assert (shown["version"], shown["hash"]) == (before["version"], before["hash"])


def test_a_correction_needs_a_reason_something_to_correct_and_a_published_picture(world):
    publish(world, 0)
    correct = "correct_published"
    assert world.command(1, correct, on="joint-1", texts={"summary": "x"}).outcome.reason == "reason_missing"
    assert world.command(1, correct, on="joint-1", texts={"reason": "r"}).outcome.reason == "wrong_state"
    assert world.command(1, correct, on="joint-9", texts={"reason": "r"}).outcome.reason == "not_there"


def test_an_assessment_stands_beside_the_cell_and_never_sets_it(world):
    world.report(0, "region-sthlm-trafik", "transit-0180", {"transit 0180": 2})
    before = world.cell("0180/transit")
    world.command(1, "assess_cell", on="0180/transit", args={"impact": 4}, texts={"text": "t"})
    assert world.cell("0180/transit") == before
    shown = world.state.picture["assessment"]["0180/transit"]
    assert (shown["impact"], shown["impact_name"], shown["texts"]) == (4, "serious", {"text": "t"})


def test_an_assessment_is_taken_away_and_each_step_can_be_undone(world):
    table = world.state.picture["assessment"]
    world.command(1, "assess_cell", on="0180/transit", args={"impact": 4})
    first = world.records[-1].body["id"]
    world.command(2, "assess_cell", on="0180/transit", args={})
    second = world.records[-1].body["id"]
    assert table == {}
    assert world.command(3, "undo", on=first).outcome.reason == "wrong_state"
    world.command(4, "undo", on=second)
    assert table["0180/transit"]["impact"] == 4
    world.command(5, "undo", on=first)
    assert table == {}
    assert world.command(6, "assess_cell", on="0180/transit").outcome.reason == "wrong_state"
    assert world.command(6, "assess_cell", on="9999/transit", args={"impact": 2}).outcome.reason == "not_there"


def test_an_actor_objects_about_a_cell_of_its_own_and_takes_it_back(world):
    by = {"who": "region-sthlm-trafik", "role": "reporter", "on": "0180/transit"}
    assert world.command(1, "object", **by).outcome.reason == "reason_missing"
    assert world.command(1, "object", texts={"reason": "r"}, **by).outcome.result == "applied"
    shown = world.state.picture["objection"]["0180/transit/region-sthlm-trafik"]
    told = {"cell": "0180/transit", "actor": "region-sthlm-trafik", "at": z(T0 + 60_000), "seen_version": 0}
    assert shown == {**told, "texts": {"reason": "r"}}
    assert world.command(2, "object", args={"off": True}, texts={"reason": "r"}, **by).outcome.result == "applied"
    assert world.state.picture["objection"] == {}
    assert world.command(3, "object", args={"off": True}, texts={"reason": "r"}, **by).outcome.reason == "wrong_state"


def test_nobody_objects_about_anothers_cell(world):
    by = {"who": "kommun-0182", "role": "reporter", "texts": {"reason": "r"}}
    assert world.command(1, "object", on="0180/transit", **by).outcome.reason == "not_allowed"
    assert world.command(1, "object", on="nothing", **by).outcome.reason == "not_there"
    assert world.command(1, "object", on="0182/care", **by).outcome.result == "applied"


def test_only_the_officer_publishes(world):
    assert world.command(1, "publish_picture", role="reporter", texts={"summary": "s"}).outcome.reason == "not_allowed"
