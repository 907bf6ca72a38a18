"""A posted form becomes a command's arguments by one table, and every form gives what the command's model takes."""

import pytest
from pydantic import ValidationError
from starlette.datastructures import FormData
from support.world import T0

from dashboards.activation.command_forms import FORMS, Posted, args_of
from dashboards.problems import Problem
from schemas.command import ARGS
from schemas.times import HOUR, z
from streams.words import load_words


def args(command: str, *fields: tuple[str, str]) -> dict:
    return args_of(command, Posted(FormData(list(fields)), T0, load_words()))


def test_a_form_names_only_arguments_that_the_command_has():
    odd = {name: set(fields) - set(ARGS[name].model_fields) for name, fields in FORMS.items()}

    assert {name: fields for name, fields in odd.items() if fields} == {}


def test_every_command_of_a_forum_an_actor_and_a_matter_takes_all_that_its_model_takes():
    left_out = {"correct_published": {"left_out"}}
    for name, model in ARGS.items():
        if name not in {"set_rules", "maintenance"}:
            assert set(model.model_fields) - set(FORMS.get(name, {})) == left_out.get(name, set()), name


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        ("convene", [("level", "samordnande")]),
        ("set_chair", [("actor", "polisen-sthlm")]),
        ("roll_call", [("present", "sos-alarm")]),
        ("agree", [("what", "Skolor stängs"), ("asks", "KOM"), ("decide_by", "13.00")]),
        ("task", [("what", "Lista"), ("owner", "kommun-0188"), ("due", "kl 14")]),
        ("recommend", [("to", "chef"), ("what", "Pröva frågan"), ("stance", "for")]),
        ("set_next_meeting", [("at", "tors 08.00"), ("every_days", "7")]),
        ("set_reporting", [("interval_min", "60")]),
        ("note", [("what", "Framkomligt?"), ("asks", "trafikverket-vag"), ("due", "10.30")]),
        ("offer_resource", [("kind", "bandvagn"), ("number", "2")]),
        ("need_direction", []),
        ("close", []),
        ("request_reports", [("sectors", "road"), ("areas", "0180"), ("by", "12.00")]),
    ],
)
def test_a_filled_form_is_taken_by_the_commands_model(command: str, fields: list[tuple[str, str]]):
    assert ARGS[command].model_validate(args(command, *fields))


def test_an_empty_field_is_left_out_so_that_the_command_says_what_is_missing():
    assert args("agree", ("what", " "), ("asks", ""), ("decide_by", "")) == {}
    with pytest.raises(ValidationError):
        ARGS["agree"].model_validate({})


def test_a_roll_call_names_as_absent_who_stood_on_the_list_and_was_not_ticked():
    told = args("roll_call", ("member", "a"), ("member", "b"), ("member", "c"), ("present", "b"), ("present", "d"))

    assert told == {"present": ["b", "d"], "absent": ["a", "c"]}


def test_a_forum_without_a_name_is_named_for_its_level_and_its_first_meeting():
    assert args("convene", ("level", "planering"), ("at", "08.30"))["forum"] == "planering-20270119-0830"
    assert args("convene", ("level", "planering"), ("forum", "Vecko konferens/1"))["forum"] == "vecko-konferens-1"
    assert args("convene", ("level", "planering"))["at"] == z(T0 + HOUR)


@pytest.mark.parametrize(
    ("field", "value", "said"), [("at", "snart", "Tiden snart"), ("every_days", "sju", "sju är inget heltal.")]
)
def test_what_cannot_be_read_is_named_with_its_field(field: str, value: str, said: str):
    with pytest.raises(Problem) as told:
        args("set_next_meeting", (field, value))

    assert told.value.faults[0]["pointer"] == f"/args/{field}"
    assert said in told.value.detail
