"""Acts on the picture as people send them: through intake with words beside the log, and carried out by the fold."""

from typing import Any

import pytest
from support.matters import feed
from support.world import T0, World

from bench.workload import Intake, Sent
from schemas import picture_commands
from schemas.codec import canon
from schemas.command import ARGS, GROUPS, SPOKEN
from schemas.record import decode
from schemas.times import HOUR, MINUTE, z
from schemas.topics import COMMANDS

LOGIN = {"who": "lansstyrelsen-01", "role": "coordinator", "at": z(T0)}


def sent(command: str, **more: Any) -> dict[str, Any]:
    """Log body of a command as intake makes it. ValueError if intake refuses it."""
    value = canon({"id": f"c-{command}", "command": command, **LOGIN, **more})
    return dict(decode(Intake("ovning-acts").log(Sent(COMMANDS, b"01", value), T0)).body)


@pytest.fixture
def world() -> World:
    world = World()
    feed(world, -9, "trafikverket", "a", group="g")
    feed(world, -9, "trafikverket", "b", group="g")
    return world


ACTS: list[tuple[str, dict[str, Any]]] = [
    ("link", {"on": "trafikverket/g", "args": {"items": ["trafikverket/a"]}, "reason": "samma träd"}),
    ("cut", {"on": "trafikverket/g", "args": {"items": ["trafikverket/a"]}, "reason": "en annan väg"}),
    ("split", {"on": "trafikverket/g", "args": {"items": ["trafikverket/a"]}, "reason": "två olyckor"}),
    ("pin", {"on": "trafikverket/g"}),
    ("assess_cell", {"on": "0180/road", "args": {"impact": 3, "text": "värre än det ser ut"}}),
    ("publish_picture", {"args": {"summary": "Lugnt i länet.", "left_out": [{"what": "sl/x", "why": "litet"}]}}),
    ("request_reports", {"args": {"sectors": ["road"], "areas": ["01"], "by": z(T0 + HOUR), "whom": ["KOM"]}}),
]


@pytest.mark.parametrize(("command", "more"), ACTS, ids=[name for name, _ in ACTS])
def test_an_act_sent_as_people_send_it_is_carried_out(world, command, more):
    outcome = world.put(1, "command", sent(command, **more)).outcome
    assert (outcome.result, outcome.reason) == ("applied", None)
    assert world.state.picture["failed"] == {}


@pytest.mark.parametrize(("command", "more"), ACTS, ids=[name for name, _ in ACTS])
def test_no_word_that_a_person_wrote_is_in_the_log(command, more):
    written = [more.get("reason"), *(more.get("args", {}).get(name) for name in sorted(picture_commands.TEXTS))]
    logged = canon(sent(command, **more)).decode()
    assert not [words for words in written if words and words in logged]


def test_a_whole_act_then_its_correction_then_an_undo(world):
    world.put(1, "command", sent("publish_picture", args={"summary": "Lugnt."}))
    correction = sent("correct_published", on="joint-1", args={"summary": "Inte lugnt."}, reason="fel kommun")
    assert world.put(2, "command", correction).outcome.result == "applied"
    assert world.state.picture["joint"]["joint-1"]["revision"] == 2
    assess = sent("assess_cell", on="0180/road", args={"impact": 3})
    world.put(3, "command", assess)
    assert world.put(4, "command", sent("undo", on=assess["id"])).outcome.result == "applied"
    assert world.state.picture["assessment"] == {}


@pytest.mark.parametrize(
    ("command", "args"),
    [
        ("link", {}),
        ("link", {"items": []}),
        ("assess_cell", {"impact": 0}),
        ("assess_cell", {"impact": 6}),
        ("publish_picture", {}),
        ("publish_picture", {"summary": "x", "left_out": [{"what": "x"}]}),
        ("request_reports", {"sectors": [], "areas": ["0180"], "by": z(T0 + MINUTE)}),
        ("pin", {"on_top": True}),
        ("undo", {"what": "x"}),
    ],
)
def test_wrong_arguments_are_refused_before_the_log(command, args):
    with pytest.raises(ValueError, match="rejected: schema"):
        sent(command, on="x", args=args)


def test_an_actor_may_object_and_nothing_else_of_these():
    acts = {*picture_commands.ARGS, "undo"}
    assert {name for name in acts if GROUPS[name] == "own"} == {"object"}
    assert {GROUPS[name] for name in acts - {"object"}} == {"picture"}
    assert acts <= ARGS.keys()
    assert picture_commands.TEXTS <= SPOKEN
