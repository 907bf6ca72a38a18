"""`lagesbild duty`: who is on duty, what is open, and handing over."""

import json
from pathlib import Path

import pytest
from support.fake_api import FakeApi, picture, serving
from typer.testing import CliRunner, Result

from streams.cli import build
from streams.cli.http import ServerError

pytestmark = pytest.mark.usefixtures("bare_environment")


def run(*argv: str) -> Result:
    return CliRunner().invoke(build(["duty"]), ["duty", *argv])


def handed(person: str) -> FakeApi:
    api = FakeApi()
    since, until = "2027-01-19T05:00:00.000Z", "2027-01-19T11:00:00.000Z"
    row = {"key": "tib", "id": "tib", "person": person, "since": since, "until": until, "matters": []}
    api.picture = picture(duties=[row])
    return api


def test_it_shows_who_has_each_duty_till_when_and_what_is_open(tmp_path: Path) -> None:
    with serving(tmp_path):
        lines = run().output.splitlines()

    assert lines[0].split("  ")[0] == "Länsstyrelsens tjänsteman i beredskap"
    assert "tib-3" in lines[0]
    assert lines[0].endswith("till fre 22 jan 08.00")
    assert lines[3] == "Öppna ärenden: 2"
    assert lines[4].split() == ["larm", "Samordnande", "forum", "väntar", "på", "kvittens", "n1"]
    assert lines[5].split() == ["förslag", "Sammankalla", "samordnande", "forum", "föreslås", "s1"]


def test_a_hand_over_is_shown_with_its_end(tmp_path: Path) -> None:
    with serving(tmp_path, handed("tib-1")):
        line = run().output.splitlines()[0]

    assert "tib-1" in line
    assert line.endswith("till 12.00")


def test_a_duty_is_handed_over_and_the_open_matters_are_listed(tmp_path: Path) -> None:
    with serving(tmp_path) as api:
        result = run("--hand-over", "tib-2")

    assert result.output.startswith("tib-2 har nu uppgiften som TiB, version 1848.\nÖppna ärenden: 2\n")
    ((_, raw, headers),) = api.posts
    command = json.loads(raw)
    assert (command["command"], command["args"]) == ("hand_over", {"role": "tib", "to": "tib-2"})
    assert command["seen_version"] == 1847
    assert headers["Authorization"] == "Bearer operator-key"


@pytest.mark.parametrize(("argv", "said"), [(("--hand-over", "anna"), "tib-1, tib-2"), (("--role", "x"), "tib, rsib")])
def test_nobody_hands_over_to_a_name_that_the_plan_does_not_have(
    argv: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    with serving(tmp_path) as api:
        result = run(*argv, *(() if "--hand-over" in argv else ("--hand-over", "tib-2")))

    assert isinstance(result.exception, ServerError)
    assert said in str(result.exception)
    assert api.posts == []


def test_as_json_it_is_for_a_program(tmp_path: Path) -> None:
    with serving(tmp_path):
        told = json.loads(run("--json").output)

    assert [row["role"] for row in told["duty"]] == ["tib", "rsib", "bitr-tib"]
    assert [m["kind"] for m in told["matters"]] == ["notice", "suggestion"]
