"""The command line against a server that speaks the contract: what it sends, what it says, how it ends."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.fake_api import FakeApi, serving
from typer.testing import CliRunner, Result

from schemas.report import ActorReport
from schemas.topics import Topic
from streams.cli import COMMANDS, build
from streams.cli.config import shown
from streams.cli.topics import Fault, compare, rows_of
from streams.errors import LagesbildError
from streams.settings import PROJECT, Settings

BUSES = (
    "--actor",
    "region-sthlm-trafik",
    "--area",
    "0180",
    "--sector",
    "transit",
    "--impact",
    "serious",
    "Inga bussar",
)


pytestmark = pytest.mark.usefixtures("bare_environment")


def run(*argv: str) -> Result:
    return CliRunner().invoke(build(argv), list(argv))


def program(*argv: str) -> subprocess.CompletedProcess[str]:
    """The real entry point, in a process of its own."""
    call = [sys.executable, "-c", "from streams.cli import main; main()", *argv]
    return subprocess.run(call, capture_output=True, text=True, check=False, cwd=PROJECT)


def failed(result: Result, said: str) -> None:
    assert isinstance(result.exception, LagesbildError), result.output
    assert said in str(result.exception)
    assert "\n" not in str(result.exception)


# ---- report ------------------------------------------------------------------------------------------------------


def test_a_report_prints_the_version_it_is_in(tmp_path: Path) -> None:
    with serving(tmp_path) as api:
        result = run("report", *BUSES)

    assert result.exit_code == 0, result.output
    assert result.output == "Rapporten finns i lägesbilden, version 1848.\n"
    ((_, raw, headers),) = api.posts
    assert headers["Authorization"] == "Bearer actor-key"
    assert ActorReport.model_validate_json(raw).id == "transit-0180"
    assert json.loads(raw)["sent"] == "2027-01-19T06:10:00.000Z", "the space's time, not the machine's"


def test_a_file_is_sent_byte_for_byte_and_a_repeat_says_so(tmp_path: Path) -> None:
    raw = b'{ "id": "x",\n  "sent": "whatever", "headline": "\xc3\xa5" }'
    (tmp_path / "report.json").write_bytes(raw)
    api = FakeApi()
    api.outcome = {"result": "duplicate_of", "version": 1847}

    with serving(tmp_path, api):
        result = run("report", "--actor", "region-sthlm-trafik", "--file", str(tmp_path / "report.json"))

    assert api.posts[0][1] == raw
    assert result.exit_code == 0
    assert "samma rapport fanns redan: version 1847" in result.output


def test_a_refused_report_names_every_fault_and_ends_with_1(tmp_path: Path) -> None:
    api = FakeApi()
    faults = [{"pointer": "/id", "detail": "missing"}, {"pointer": "/sent", "detail": "ahead"}]
    api.refusals = [(422, {"detail": "Rapporten har fel.", "errors": faults})]

    with serving(tmp_path, api):
        result = run("report", *BUSES)

    failed(result, "Rapporten har fel. · /id: missing · /sent: ahead")


def test_a_report_that_the_fold_refuses_ends_with_1_and_the_reason(tmp_path: Path) -> None:
    api = FakeApi()
    api.outcome = {"result": "refused", "reason": "revision_conflict", "detail": "Avvisad: samma revision."}

    with serving(tmp_path, api):
        failed(run("report", *BUSES), "Avvisad: samma revision.")


def test_what_was_not_confirmed_is_sent_again_with_the_same_bytes(tmp_path: Path) -> None:
    api = FakeApi()
    api.refusals = [(503, {"detail": "Kafka har inte bekräftat."})]

    with serving(tmp_path, api):
        result = run("report", *BUSES)

    assert result.exit_code == 0, result.output
    assert len(api.posts) == 2
    assert api.posts[0][1] == api.posts[1][1]


def test_a_receipt_that_does_not_come_in_time_is_given_to_ask_again(tmp_path: Path) -> None:
    api = FakeApi()
    api.outcome = {"result": "received"}

    with serving(tmp_path, api):
        failed(run("report", *BUSES, "--wait", "0"), "kvitto r1")


def test_a_dry_run_sends_nothing_and_needs_no_server(tmp_path: Path) -> None:
    with serving(tmp_path) as api:
        shown_there = run("report", *BUSES, "--dry-run")
    (tmp_path / "run.json").unlink()
    alone = run("report", *BUSES, "--dry-run")

    assert api.posts == []
    assert "0180 Stockholm · Kollektivtrafik: Allvarlig påverkan (nu visas: Allvarlig påverkan)" in shown_there.output
    assert "0180 Stockholm · Kollektivtrafik: Allvarlig påverkan\n" in alone.output


def test_an_actor_without_a_key_here_is_told_what_to_set(tmp_path: Path) -> None:
    with serving(tmp_path):
        failed(run("report", "--actor", "kommun-0180", *BUSES[2:]), "LAGESBILD_KEY")


def test_a_key_of_the_environment_needs_no_actor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAGESBILD_KEY", "mine")
    with serving(tmp_path) as api:
        result = run("report", *BUSES[2:])

    assert result.exit_code == 0, result.output
    assert api.posts[0][2]["Authorization"] == "Bearer mine"


@pytest.mark.parametrize(
    "argv",
    [
        ("report", "--impact", "terrible", "x"),
        ("report", "Inga bussar"),
        ("report", "--actor", "region-sthlm-trafik", "Inga bussar"),
        ("report", "--actor", "region-sthlm-trafik", "--file", "no-such-file"),
        ("report", "--actor", "region-sthlm-trafik", "--file", "x", "Inga bussar"),
        ("redrive",),
        ("redrive", "--all", "--id", "x"),
        ("up", "--live", "--fresh"),
        ("no-such-command",),
        ("status", "--no-such-flag"),
    ],
)
def test_wrong_usage_ends_with_2(argv: tuple[str, ...], tmp_path: Path) -> None:
    with serving(tmp_path):
        assert run(*argv).exit_code == 2


# ---- ack, status -------------------------------------------------------------------------------------------------


def test_ack_without_a_notice_lists_those_that_wait(tmp_path: Path) -> None:
    with serving(tmp_path) as api:
        assert "n1f3  Samordnande forum  07.00" in run("ack").output
        api.notices = []
        assert run("ack").output == "Inget larm väntar på kvittens.\n"


def test_ack_acknowledges_as_the_operator_on_behalf_of_the_one_who_answered(tmp_path: Path) -> None:
    with serving(tmp_path) as api:
        result = run("ack", "n1f3", "--on-behalf-of", "TiB")

    assert result.output == "Larmet n1f3 är kvitterat, version 1848.\n"
    ((_, raw, headers),) = api.posts
    command = json.loads(raw)
    assert headers["Authorization"] == "Bearer operator-key"
    assert (command["command"], command["on"], command["seen_version"]) == ("acknowledge", "n1f3", 1847)
    assert command["args"] == {"via": "cli", "on_behalf_of": "TiB"}


def test_the_beginning_of_an_id_is_enough_while_it_fits_one(tmp_path: Path) -> None:
    with serving(tmp_path) as api:
        assert run("ack", "n2").exit_code == 0
        failed(run("ack", "n1"), "n1f3, n1f4")

    assert json.loads(api.posts[0][1])["on"] == "n2"


def test_status_shows_the_worst_first_and_no_grey_as_calm(tmp_path: Path) -> None:
    with serving(tmp_path):
        output = run("status").output

    assert output.startswith("ÖVNING ovning-prov · version 1847 · läget 07.10\n")
    places = [output.index(text) for text in ("0180 Stockholm  Allvarlig påverkan: Koll", "0126 Huddinge  föråldrat")]
    assert places == sorted(places)
    assert "1 till utan rapporterad påverkan" in output
    assert "Sammankalla samordnande forum (föreslås): Röd varning för snö i Stockholm" in output
    assert "n1  Samordnande forum, 07.00: väntar på kvittens" in output
    assert "n2" not in output
    assert "SMHI varningar: hörs, 1 öppna i länet" in output
    assert "Trafikverket: frågas inte, no key: free" in output


# ---- topics, config, doctor --------------------------------------------------------------------------------------


def test_a_topic_that_differs_from_the_catalogue_is_named_with_both_values() -> None:
    rows = {name: Topic(name, "region", "", ("intake",), 4, flush=True) for name in ("good", "bad", "missing")}
    config = rows["good"].config()
    found = {"good": (4, config), "bad": (1, {**config, "retention.ms": "1", "flush.messages": ""})}

    assert list(compare(rows, found)) == [
        Fault("bad", "partitions", "4", "1"),
        Fault("bad", "retention.ms", str(30 * 86_400_000), "1"),
        Fault("bad", "flush.messages", "1", "not set"),
        Fault("missing", "missing", "", ""),
    ]


def test_kafka_may_name_the_parts_of_a_policy_in_any_order() -> None:
    row = Topic("t", "k", "", (), compact=True)

    assert list(compare({"t": row}, {"t": (1, row.config() | {"cleanup.policy": "delete,compact"})})) == []


def test_topics_show_names_the_topics_of_the_space_with_their_writers(tmp_path: Path) -> None:
    with serving(tmp_path):
        told = json.loads(run("topics", "show", "--json").output)

    rows = {row["name"]: row for row in told}
    assert len(rows) == len(rows_of(Settings()))
    assert rows["ovning-prov.region.log"]["writers"] == ["intake", "merge", "deliver"]


def test_without_kafka_a_command_that_needs_it_says_so_at_once(tmp_path: Path) -> None:
    with serving(tmp_path):
        for argv in (("rebuild",), ("topics", "check"), ("topics", "create"), ("redrive", "--all")):
            failed(run(*argv), "no Kafka answers at 127.0.0.1:1")


def test_settings_are_shown_without_secrets_and_with_where_they_come_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAGESBILD_TEXT_SECRET", "hemlig")
    monkeypatch.setenv("LAGESBILD_WEBHOOK", "https://u:hemlig@larm.example/hemlig?t=hemlig")
    with serving(tmp_path):
        result = run("config", "show", "--json")

    told = json.loads(result.output)
    assert "hemlig" not in result.output
    assert told["text_secret"] == {"value": "set", "from": "environment"}
    assert told["webhook"]["value"] == "https://larm.example/…"
    assert told["bootstrap"] == {"value": "127.0.0.1:1", "from": "run.json"}
    assert told["space"]["value"] == "ovning-prov"
    assert shown("port", 0) == "0"


def test_doctor_says_no_with_what_to_do_when_something_is_wrong(tmp_path: Path) -> None:
    with serving(tmp_path):
        result = run("doctor")

    failed(result, "kafka")
    lines = {line.split()[1]: line for line in result.output.splitlines()}
    assert lines["python"].startswith("ok")
    assert lines["kafka"].startswith("NO")
    assert "start `lagesbild up`" in lines["kafka"]
    assert lines["server"].startswith("ok")


def test_doctor_finds_no_fault_where_nothing_was_started(tmp_path: Path) -> None:
    result = run("doctor", "--bootstrap-servers", "127.0.0.1:1")

    assert result.exit_code == 0, result.output
    assert "nothing runs in" in result.output


# ---- the program -------------------------------------------------------------------------------------------------


def test_help_names_every_command() -> None:
    done = program("--help")

    assert done.returncode == 0
    assert all(f"\n  {name} " in done.stdout for name in COMMANDS)


def test_help_loads_nothing_heavy_so_that_it_is_quick() -> None:
    code = "import sys; from streams.cli import build; build(['--help']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PROJECT)

    assert not {"aiokafka", "aiohttp", "pydantic", "rich", "faust", "shapely"} & set(done.stdout.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    group = {"topics": "check", "config": "show", "rules": "check", "user": "add"}
    result = run(name, *([group[name]] if name in group else []), "--help")

    assert result.exit_code == 0
    assert f"Example: lagesbild {name}" in result.output


def test_a_failure_is_one_line_on_stderr_and_status_1(tmp_path: Path) -> None:
    done = program("status")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [f"lagesbild: nothing runs in {tmp_path}: start `lagesbild up`"]


def test_even_a_fault_of_ours_is_a_line_and_never_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"pids": 7}')

    done = program("status")

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_parse_is_the_connectors_own_program(tmp_path: Path) -> None:
    (tmp_path / "payload").write_bytes(b"no payload")

    done = program("parse", "smhi", str(tmp_path / "payload"))

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert program("parse", "no-such-source", "x").returncode == 2


# ---- completion --------------------------------------------------------------------------------------------------


def completed(folder: Path, *line: str) -> set[str]:
    """What bash itself offers for the last word of a line, by the script that the program prints."""
    script = program("completion", "bash")
    assert script.returncode == 0, script.stderr
    called = folder / "lagesbild"
    called.write_text(f'#!/bin/sh\nexec {sys.executable} -c "from streams.cli import main; main()" "$@"\n')
    called.chmod(0o755)
    words = " ".join(f"'{word}'" for word in ("lagesbild", *line))
    function = r'$(complete -p lagesbild | sed "s/.*-F \([^ ]*\) .*/\1/")'
    ask = f"COMP_WORDS=({words}); COMP_CWORD={len(line)}; {function} {called}"
    tried = f'{script.stdout}\n{ask}\nprintf "%s\\n" "${{COMPREPLY[@]}}"'
    told = subprocess.run(["bash", "-c", tried], capture_output=True, text=True, check=True, cwd=PROJECT)
    return set(told.stdout.split())


def test_bash_completes_commands_and_the_options_of_one(tmp_path: Path) -> None:
    assert completed(tmp_path, "re") == {"report", "replay", "rebuild", "redrive"}
    assert {"--actor", "--area", "--sector", "--impact"} <= completed(tmp_path, "report", "--")
    assert completed(tmp_path, "config", "sh") == {"show"}
