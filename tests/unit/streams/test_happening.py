"""An event as a room sees it, to the letter; and what its neighbours say when nobody is left in it."""

import pytest
from support.matters import event_of, feed, outage
from support.world import T0, World

from schemas.times import HOUR, MINUTE, z

DAY_MIN = 24 * 60


@pytest.fixture
def world() -> World:
    return World()


def test_an_event_is_told_to_the_letter(world):
    one = outage(world, 0, "a", "0182 0180", group="g", onset=T0, ends=T0 + HOUR)
    two = outage(world, 5, "b", "0183", group="g", onset=T0 + MINUTE, ends=T0 + 2 * HOUR, severity="severe")
    assert event_of(world, one) == {
        "id": "avbrott/g",
        "items": [one, two],
        "links": [{"item": one, "reason": "same_group"}, {"item": two, "reason": "same_group"}],
        "areas": ["0180", "0182", "0183"],
        "severity": "severe",
        "state": "open",
        "kind": "disruption",
        "lead": two,
        "begins": z(T0),
        "ends": z(T0 + 2 * HOUR),
        "sources": 1,
    }


def test_what_is_passed_on_is_counted_beside_the_sources(world):
    one = outage(world, 0, "a", group="g")
    outage(world, 1, "b", group="g", origin="relayed")
    event = event_of(world, one)
    assert (event["sources"], event["relayed"]) == (1, 1)


def test_an_event_that_is_no_real_one_says_so(world):
    real, test = outage(world, 0, "a", group="g"), outage(world, 0, "b", group="h", status="test")
    assert "status" not in event_of(world, real)
    assert event_of(world, test)["status"] == "test"


def test_one_item_alone_quarrels_with_nobody(world):
    counts = [{"kind": "customers_without_power", "areas": ["0180"], "low": n, "high": n} for n in (900, 100)]
    told = [{**count, "owner": owner} for count, owner in zip(counts, ("ellevio", "vattenfall"), strict=True)]
    one = outage(world, 0, "a", group="g", counts=told)
    assert "contradictions" not in event_of(world, one)
    outage(world, 0, "b", group="g")
    assert len(event_of(world, one)["contradictions"]) == 1


def test_a_finished_event_that_is_forgotten_is_followed_by_nothing_and_followed_by_nobody(world):
    feed(world, 0, "trafikverket", "a", group="g")
    feed(world, 1, "trafikverket", "a", group="g", change="cancel")
    one = feed(world, 2, "trafikverket", "b", group="g")
    assert event_of(world, one)["follows"] == "trafikverket/g"
    world.tick(31 * DAY_MIN)
    assert "follows" not in event_of(world, one)


def test_an_event_whose_successor_is_emptied_by_a_person_has_none(world):
    feed(world, 0, "trafikverket", "a", group="g")
    feed(world, 1, "trafikverket", "a", group="g", change="cancel")
    one, other = feed(world, 2, "trafikverket", "b", group="g"), feed(world, 2, "trafikverket", "c", group="h")
    assert world.state.picture["event"]["trafikverket/g"]["followed_by"] == "trafikverket/g~2"
    world.command(3, "link", on="trafikverket/h", args={"items": [one, other]}, texts={"reason": "r"})
    assert event_of(world, one)["id"] == "trafikverket/h"
    assert "followed_by" not in world.state.picture["event"]["trafikverket/g"]


def test_a_pin_goes_with_its_event(world):
    feed(world, 0, "trafikverket", "a", group="g")
    world.command(1, "pin", on="trafikverket/g", texts={"reason": "r"})
    assert world.state.picture["event"]["trafikverket/g"]["pinned"]
    feed(world, 2, "trafikverket", "a", group="g", change="cancel")
    world.tick(31 * DAY_MIN)
    assert world.state.picture["event"] == {}
    assert world.state.ties == {}
