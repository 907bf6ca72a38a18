"""Notices on the desk: delivered or not by the log's own word, reminders told apart, names kept from outsiders."""

import pytest
from support.desk import scene_of
from support.world import World

from dashboards.access import Role, Viewer
from dashboards.telling.advice import calls
from schemas.change import EntityKind

OUTSIDER = Viewer(Role.ANYONE, "", exercise=False)


@pytest.fixture
def storm() -> tuple[World, str]:
    world = World()
    world.warning(0, "RED", 1)
    (call,) = world.calls()
    return world, str(call["id"])


def deliver(world: World, minute: float, name: str, attempt: int, **more: object) -> None:
    body = {"notice": name, "key": f"{name}/0", "step": 0, "attempt": attempt, "channel": "mail.tib", **more}
    world.put(minute, "delivery", body)


def test_that_no_receiver_is_set_is_told_by_the_log_and_not_by_this_servers_settings(storm: tuple[World, str]) -> None:
    world, name = storm
    deliver(world, 1, name, 1, ok=False, error="no_receiver")
    assert calls(scene_of(world, 2))[0].delivery.startswith("Ingen mottagare är inställd")

    deliver(world, 3, name, 2, ok=False, error="no connection", to="tib-3")
    assert "no connection" in calls(scene_of(world, 4, receiver=False))[0].delivery


def test_a_reminder_is_called_one(storm: tuple[World, str]) -> None:
    world, name = storm
    world.command(5, "acknowledge", on=name)
    world.tick(36)

    titles = [call.title for call in calls(scene_of(world, 36))]

    assert "Påminnelse: Sammankalla samordnande forum" in titles
    assert "Sammankalla samordnande forum" in titles


def test_outsiders_see_neither_who_is_on_duty_nor_which_channels_there_are(storm: tuple[World, str]) -> None:
    world, name = storm
    deliver(world, 1, name, 1, ok=True, to="tib-3")
    world.command(2, "hand_over", args={"role": "tib", "to": "tib-2"})

    sight = scene_of(world, 3, OUTSIDER).sight

    assert sight.shown(EntityKind.DUTY, "tib") is None
    shown = sight.shown(EntityKind.NOTICE, name)
    assert shown is not None
    assert not {"channels", "duty"} & set(shown)
    assert scene_of(world, 3).sight.shown(EntityKind.DUTY, "tib") is not None
