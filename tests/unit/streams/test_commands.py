"""Commands: all of the contract are there with their roles; what people write lies beside the log."""

import json
from itertools import product

import pytest
from pydantic import ValidationError
from support.forums import called, do, forum, result
from support.world import REFERENCE, T0, World

from schemas.clock import ClockRecord
from schemas.codec import load
from schemas.command import ARGS, GROUPS, NEEDS_REASON, CommandIn, check_args, needs_reason
from schemas.record import decode
from schemas.times import HOUR, z
from schemas.topics import COMMANDS, Space
from streams.admission import Admission
from streams.areas import AreaIndex
from streams.bus import In
from streams.clock import SpaceClock
from streams.core import commands
from streams.settings import Settings

CONTRACT = {
    "suggestion": "acknowledge accept dismiss convene hand_over",
    "forum": "set_chair roll_call assess need_direction agree task recommend set_next_meeting set_reporting note "
    "publish_message step_down close",
    "own": "own_decision task_done",
    "matter": "share_issue mark_affected offer_resource attach answer",
}
INDEX = AreaIndex.load(Settings().region_folder)


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize(("group", "names"), CONTRACT.items())
def test_every_command_of_the_contract_is_there_in_its_group(group, names):
    assert {name: GROUPS.get(name) for name in names.split()} == dict.fromkeys(names.split(), group)


def test_every_command_has_a_model_a_group_a_name_and_a_handler():
    names = set(CommandIn.model_json_schema()["properties"]["command"]["enum"])
    assert names == set(ARGS) == set(GROUPS)
    assert names - {"set_rules"} == set(commands._ACTS)
    assert names >= NEEDS_REASON


ROLES = {
    "reader": "",
    "reporter": "own matter",
    "chair": "own matter forum",
    "coordinator": "own matter forum suggestion",
    "operator": "own matter forum suggestion",
}


@pytest.mark.parametrize(("role", "group"), list(product(ROLES, CONTRACT)))
def test_a_role_may_give_the_commands_of_its_groups_and_no_others(world, role, group):
    said = {
        name: result(world.command(0, name, role=role, on="nothing", args=_args(name), texts={"reason": "k"}))
        for name in CONTRACT[group].split()
    }
    assert {name for name, answer in said.items() if answer == "not_allowed"} == (
        set() if group in ROLES[role].split() else set(said)
    )


def _args(name: str) -> dict:
    return {
        "convene": {"forum": "f", "level": "samordnande", "at": T0},
        "hand_over": {"role": "tib", "to": "tib-2"},
        "roll_call": {"present": ["KOM"]},
        "own_decision": {"decision": "yes"},
        "recommend": {"to": "g"},
        "set_chair": {"actor": "polisen-sthlm"},
        "set_next_meeting": {"at": T0},
        "set_reporting": {"interval_min": 60},
    }.get(name, {})


@pytest.mark.parametrize(
    ("command", "args", "wanted"),
    [
        ("dismiss", {}, True),
        ("own_decision", {"decision": "no"}, True),
        ("own_decision", {"decision": "yes"}, False),
        ("recommend", {"stance": "against"}, True),
        ("recommend", {"stance": "for"}, False),
        ("recommend", {}, False),
        ("close", {}, False),
    ],
)
def test_a_reason_is_wanted_of_who_says_no(command, args, wanted):
    assert needs_reason(command, args) is wanted


@pytest.mark.parametrize(
    ("command", "args", "where"),
    [
        ("convene", {"forum": "f", "level": "hog", "at": z(T0)}, "level"),
        ("convene", {"forum": "f", "level": "samordnande", "at": "snart"}, "at"),
        ("agree", {"what": "x", "asks": []}, "asks"),
        ("agree", {"what": "   ", "asks": ["KOM"]}, "what"),
        ("task", {"what": "x", "owner": "KOM"}, "due"),
        ("own_decision", {"decision": "kanske"}, "decision"),
        ("offer_resource", {"kind": "två ord", "number": 1}, "kind"),
        ("offer_resource", {"kind": "bandvagn", "number": -1}, "number"),
        ("mark_affected", {"how": "kanske"}, "how"),
        ("roll_call", {"present": []}, "present"),
        ("set_reporting", {"interval_min": 1}, "interval_min"),
        ("close", {"to": "två ord"}, "to"),
        ("note", {"what": "x", "extra": 1}, "extra"),
    ],
)
def test_wrong_arguments_are_named(command, args, where):
    with pytest.raises(ValidationError) as caught:
        check_args(CommandIn(id="c", command=command, args=args))
    assert [error["loc"][0] for error in caught.value.errors()] == [where]


def test_a_resource_is_the_same_whatever_the_case_of_its_word():
    said = check_args(CommandIn(id="c", command="offer_resource", args={"kind": "Bandvagn", "number": 2}))
    assert said.kind == "bandvagn"


# ---- through intake --------------------------------------------------------------------------------------------------


def admitted(command: str, **fields):
    """A command's log body and its texts, as intake makes them."""
    space = Space("ovning-door")
    clock = SpaceClock(space, ClockRecord("stepped", T0))
    whole = {"id": "c1", "command": command, "on": "f", "who": "lansstyrelsen-01", "role": "coordinator", "at": z(T0)}
    value = json.dumps({**whole, **fields}).encode()
    found = Admission(space, "01", REFERENCE, INDEX, clock, b"secret").admit(
        In(space.topic(COMMANDS), 0, 7, 0, b"01", value, {})
    )
    return decode(found.outs[0].value).body, [load(text.value) for text in found.texts]


@pytest.mark.parametrize(
    ("command", "args"),
    [
        ("agree", {"what": "hemligt", "asks": ["KOM"]}),
        ("task", {"what": "hemligt", "owner": "KOM", "due": z(T0)}),
        ("note", {"what": "hemligt"}),
        ("attach", {"title": "hemligt", "url": "hemligt"}),
        ("need_direction", {"what": "hemligt"}),
    ],
)
def test_what_people_write_lies_beside_the_log(command, args):
    body, texts = admitted(command, args=args, reason="hemligt skäl")
    assert "hemligt" not in json.dumps(body)
    spoken = {name for name, value in args.items() if value == "hemligt"}
    assert set(body["texts"]) == spoken | {"reason"}
    assert {text["label"] for text in texts} == {"internal"}


def test_a_message_to_the_public_is_open_and_its_reason_is_not():
    _, texts = admitted("publish_message", args={"what": "Res så lite som möjligt."}, reason="snö")
    assert {text["field"]: text["label"] for text in texts} == {"what": "open", "reason": "internal"}


def test_times_become_whole_numbers():
    body, _ = admitted("agree", args={"what": "x", "asks": ["KOM"], "decide_by": z(T0), "follow_up": z(T0 + HOUR)})
    assert (body["args"]["decide_by"], body["args"]["follow_up"]) == (T0, T0 + HOUR)


# ---- in the fold -----------------------------------------------------------------------------------------------------


def test_the_same_id_again_is_answered_and_not_done_again(world):
    called(world)
    first = world.command(1, "note", id="same", on="f", texts={"what": "k"})
    again = world.command(2, "note", id="same", on="f", texts={"what": "k"})
    assert again.outcome.result == "duplicate_of"
    assert again.outcome.version == first.outcome.version
    assert again.versions == ()


def test_a_refused_command_changes_nothing_and_may_be_sent_again(world):
    refused = world.command(0, "note", id="same", on="f", texts={"what": "k"})
    assert (refused.outcome.reason, refused.versions) == ("not_there", ())
    called(world, 1)
    assert result(world.command(2, "note", id="same", on="f", texts={"what": "k"})) == "applied"


def test_a_chair_that_left_decides_no_more_even_if_it_had_seen_otherwise(world):
    called(world)
    do(world, 1, "set_chair", actor="polisen-sthlm")
    do(world, 2, "set_chair", actor="ssbf")
    assert do(world, 3, "set_next_meeting", who="polisen-sthlm", at=T0 + HOUR) == "not_allowed"
    assert do(world, 4, "set_next_meeting", who="ssbf", at=T0 + HOUR) == "applied"


def test_the_chair_may_close_a_line_of_its_own_minutes(world):
    called(world)
    called(world, 1, forum="g")
    do(world, 2, "set_chair", actor="ssbf")
    for name in ("f", "g"):
        do(world, 3, "task", on=name, owner="sbff", due=T0 + HOUR, texts="what")
    mine, other = (e["id"] for e in world.state.picture["entry"].values() if e["what"] == "task")
    assert do(world, 4, "close", on=mine, who="ssbf") == "applied"
    assert do(world, 5, "close", on=other, who="ssbf") == "not_allowed"


def test_a_chair_has_no_power_over_forums_if_the_registry_gives_the_role_none(world):
    roles = {**REFERENCE["roles"], "chair": ["matter", "own"]}
    called(world)
    do(world, 1, "set_chair", actor="ssbf")
    world.put(2, "reference", {**REFERENCE, "roles": roles})
    assert do(world, 3, "note", who="ssbf", texts="what") == "not_allowed"


def test_acts_on_a_suggestion_are_sealed_with_what_they_were_decided_on(world):
    world.warning(0, "RED", 1)
    raised = world.suggestions("raised")[0]
    before = world.versions[-1]
    assert raised["sealed"]["raise"]["version"] == before.number - 1
    world.command(1, "acknowledge", on=raised["id"], seen_version=before.number)
    sealed = world.suggestions("acknowledged")[0]["sealed"]
    assert sealed["raise"] == raised["sealed"]["raise"]
    assert sealed["acknowledge"] == {
        "version": before.number,
        "hash": before.hash,
        "rules": world.state.rules.version,
        "seen": before.number,
    }
    called(world, 2)
    assert forum(world)["sealed"]["version"] == before.number + 1


def test_what_is_not_there_can_be_neither_accepted_nor_dismissed(world):
    for command in ("accept", "dismiss"):
        outcome = world.command(1, command, on="s-nothing", texts={"reason": "k"}).outcome
        assert (outcome.result, outcome.reason) == ("refused", "not_there")
