"""A promised end that keeps moving is a signal; one that comes nearer, or moves a little once, is none."""

import pytest
from support.matters import feed, item
from support.world import T0, World

from schemas.times import HOUR, z
from streams.core.drift import KEPT, MOST


@pytest.fixture
def world() -> World:
    return World()


def bridge(world: World, minute: float, hours: int, **more) -> str:
    return feed(world, minute, "trafikverket", "bro", "0181", onset=T0, ends=T0 + hours * HOUR, **more)


def signal(world: World):
    return world.state.picture["signal"].get("drift")


def test_every_promise_is_kept_with_when_it_was_said(world):
    key = bridge(world, 0, 10)
    assert "promises" not in item(world, key)
    bridge(world, 60, 12)
    bridge(world, 120, 11)
    assert item(world, key)["promises"] == [
        {"end": z(T0 + 10 * HOUR), "sent": z(T0)},
        {"end": z(T0 + 12 * HOUR), "sent": z(T0 + HOUR)},
        {"end": z(T0 + 11 * HOUR), "sent": z(T0 + 2 * HOUR)},
    ]
    assert item(world, key)["moved_later"] == 1


def test_an_end_moved_later_twice_is_drift_and_names_the_old_and_the_new(world):
    key = bridge(world, 0, 10)
    bridge(world, 60, 12)
    assert signal(world) is None
    bridge(world, 120, 14)
    assert signal(world) == {"value": 1, "unit": "count", "areas": ["0181"]}
    brings = world.state.members["drift"][key]
    assert (brings["first"], brings["old"], brings["new"]) == tuple(z(T0 + h * HOUR) for h in (10, 12, 14))


def test_one_jump_of_six_hours_and_half_the_first_length_is_drift(world):
    bridge(world, 0, 10)
    bridge(world, 60, 16)
    assert signal(world) is not None


@pytest.mark.parametrize(("first", "then"), [(10, 15), (20, 29), (20, 15), (20, 20)])
def test_a_smaller_move_or_one_that_comes_nearer_is_none(world, first, then):
    bridge(world, 0, first)
    bridge(world, 60, then)
    assert signal(world) is None


def test_an_end_that_moved_and_came_back_is_no_drift(world):
    bridge(world, 0, 10)
    for minute, hours in ((60, 12), (120, 14), (180, 9)):
        bridge(world, minute, hours)
    assert signal(world) is None


def test_the_signal_ends_with_the_matter(world):
    bridge(world, 0, 2)
    bridge(world, 10, 20)
    assert signal(world) is not None
    bridge(world, 20, 20, change="cancel")
    assert signal(world) is None
    assert not [name for name in world.state.members if name.startswith("drift")]


def test_the_first_promise_and_the_newest_are_kept_and_all_are_counted(world):
    for n in range(12):
        key = bridge(world, n, 10 + n)
    told = item(world, key)["promises"]
    assert len(told) == KEPT
    assert (told[0]["end"], told[-1]["end"]) == (z(T0 + 10 * HOUR), z(T0 + 21 * HOUR))
    assert item(world, key)["moved_later"] == 11


def test_an_actors_prognosis_drifts_too(world):
    for n, hours in enumerate((6, 9, 14)):
        world.report(n, "ellevio", "avbrott", {"energy 0182": 3}, promised=T0 + hours * HOUR)
    assert signal(world) == {"value": 1, "unit": "count", "areas": ["0182"]}


@pytest.mark.parametrize("more", [{"kind": "warning"}, {"origin": "relayed"}, {"status": "test"}])
def test_warnings_copies_and_tests_are_no_drift(world, more):
    for n in range(4):
        bridge(world, n, 10 + 10 * n, **more)
    assert signal(world) is None


def test_what_rules_read_of_drift_stays_short_however_many_there_are(world):
    for n in range(MOST + 5):
        for hours in (10, 40):
            feed(world, n / 10 + hours / 1000, "trafikverket", f"m{n}", "0181", onset=T0, ends=T0 + hours * HOUR)
    assert signal(world)["value"] == MOST
    feed(world, 300, "trafikverket", "m0", "0181", change="cancel")
    assert signal(world)["value"] == MOST - 1
    assert signal(world)["areas"] == ["0181"]
