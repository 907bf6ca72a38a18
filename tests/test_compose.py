"""The compose file says what the code says. No Docker runs where the tests run, so each of its claims is held apart."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from support.project import ROOT, kept, text

from connectors.actors.client import InboxSettings
from connectors.followed import settings_model
from schemas.clock import ClockRecord
from schemas.topics import LOG, Space, catalogue
from streams.__main__ import PROCESSES
from streams.broker_files import BrokerFiles, Ports
from streams.bus import Admin, Producer
from streams.clock import clock_out
from streams.feeds import load_feeds
from streams.reference import load_reference
from streams.settings import Settings
from streams.up import MEASURED, MODULES

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("lagesbild")}
WORKERS = [name for name, service in OURS.items() if service["command"][0] == "python"]


def variables():
    """Every `LAGESBILD_` variable that a process reads."""
    names = {f"LAGESBILD_{name.upper()}" for name in (*Settings.model_fields, *InboxSettings.model_fields)}
    for feed in load_feeds(Settings().region_folder).values():
        for name, field in settings_model(feed.connector).model_fields.items():
            own = f"LAGESBILD_{feed.name.replace('-', '_')}_{name}".upper()
            names.add(field.validation_alias if isinstance(field.validation_alias, str) else own)
    return names


def filled(value, known):
    """A value with `${NAME:-default}` and `${NAME:?why}` put in."""

    def put(found):
        return known.get(found[1]) or (found[3] if found[2] == ":-" else f"{found[1].lower()}")

    return re.sub(r"\$\{(\w+)(:-|:\?)([^}]*)\}", put, str(value))


def test_it_keeps_to_the_compose_specification():
    schema = json.loads((ROOT / "tests/corpora/compose/compose-spec.json").read_text(encoding="utf-8"))

    assert [f"{e.json_path}: {e.message}" for e in Draft202012Validator(schema).iter_errors(COMPOSE)] == []


def test_every_process_of_a_space_is_there():
    wanted = {name: module for name, module in MODULES.items() if name != "recorded"}

    assert {name: SERVICES[name]["command"] for name in wanted} == {n: ["python", "-m", *m] for n, m in wanted.items()}


@pytest.mark.parametrize("name", WORKERS)
def test_a_command_names_a_module_that_runs(name):
    _, flag, module, *arguments = SERVICES[name]["command"]

    assert flag == "-m"
    assert find_spec(f"{module}.__main__")
    assert module != "streams" or arguments[0] in PROCESSES


def test_topics_are_made_by_a_command_that_exists():
    lagesbild = Path(sys.executable).with_name("lagesbild")
    command = SERVICES["topics"]["command"]
    assert command[0] == "lagesbild"

    done = subprocess.run([lagesbild, *command[1:], "--help"], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "Create what is missing" in done.stdout


@pytest.mark.parametrize("name", list(OURS))
def test_every_setting_is_one_that_a_process_reads(name):
    assert set(OURS[name]["environment"]) <= variables()


def test_settings_are_those_that_up_gives():
    given = set(re.findall(r'"([A-Z_]+)":', text(Path("streams/up.py")).split("settings = {", 1)[1].split("}", 1)[0]))
    known = {f"LAGESBILD_{name}" for name in given} & variables()

    assert known - {variable for service in OURS.values() for variable in service["environment"]} == set()


def test_the_broker_is_set_as_on_one_machine(tmp_path):
    files = BrokerFiles(tmp_path)
    files.write(Ports(9092, 9093))
    lines = [line for line in files.server.read_text(encoding="utf-8").splitlines() if "=" in line and line[0] != "#"]
    local = {f"KAFKA_{k.upper().replace('.', '_')}": v for k, _, v in (line.partition("=") for line in lines)}
    here = {"KAFKA_CONTROLLER_QUORUM_VOTERS", "KAFKA_LISTENERS", "KAFKA_ADVERTISED_LISTENERS", "KAFKA_LOG_DIRS"}
    there = dict(SERVICES["broker"]["environment"])
    del there["KAFKA_HEAP_OPTS"]

    assert set(local) == set(there)
    assert {k: v for k, v in local.items() if k not in here} == {k: v for k, v in there.items() if k not in here}


def test_the_broker_is_the_kafka_that_the_jars_are():
    version = SERVICES["broker"]["image"].partition(":")[2]

    assert f"kafka-clients-{version}.jar" in text(Path("streams/kafka-jars.lock")) or re.search(
        rf"kafka-clients\S*{re.escape(version)}", text(Path("streams/kafka-jars.lock"))
    )


def test_images_are_named_by_an_exact_tag():
    bases = re.findall(r"^FROM (\S+)", text(Path("Dockerfile")), re.MULTILINE)
    for image in [service["image"] for service in SERVICES.values()] + bases:
        tag = image.partition(":")[2]

        assert re.search(r"\d+\.\d+", tag), image


def test_nothing_of_ours_runs_as_root_or_writes_where_it_should_not():
    for name, service in OURS.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["user"] == "10001:10001", name
    assert "USER 10001:10001" in text(Path("Dockerfile"))
    assert "--require-hashes" in text(Path("Dockerfile"))


def test_no_secret_stands_in_the_file():
    secret = re.compile(r"(SECRET|KEY|PASSWORD)", re.IGNORECASE)
    for name, service in OURS.items():
        for variable, value in service["environment"].items():
            if secret.search(variable):
                assert str(value).startswith(("${", "/run/secrets/")), f"{name}: {variable}"


def test_secrets_and_volumes_are_declared():
    for service in SERVICES.values():
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
        named = {v.partition(":")[0] for v in service.get("volumes", []) if not v.startswith((".", "/", "$"))}
        assert named <= set(COMPOSE["volumes"])
        for file in [v.partition(":")[0] for v in service.get("volumes", []) if v.startswith("./")]:
            assert (ROOT / file).exists()


def test_only_this_machine_reaches_the_ports():
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]

    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_prometheus_asks_processes_that_answer():
    config = yaml.safe_load((ROOT / "deploy/monitoring/prometheus.yml").read_text(encoding="utf-8"))
    targets = {t for job in config["scrape_configs"] for part in job["static_configs"] for t in part["targets"]}
    ports = {name: SERVICES[name]["environment"]["LAGESBILD_METRICS_PORT"] for name in MEASURED}
    server = SERVICES["server"]["environment"]["LAGESBILD_PORT"]

    assert targets == {f"{name}:{port}" for name, port in ports.items()} | {f"server:{server}"}
    assert {job["job_name"] for job in config["scrape_configs"]} == {*MEASURED, "server"}


def test_what_watches_comes_when_it_is_asked_for_and_writes_into_its_own_volume_only():
    watchers = {name: service for name, service in SERVICES.items() if "profiles" in service}

    assert set(watchers) == {"prometheus", "alertmanager", "grafana"}
    for name, service in watchers.items():
        assert service["profiles"] == ["monitoring"]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"]), name
        assert [v for v in service["volumes"] if not v.endswith(":ro")] == [
            v for v in service["volumes"] if v[0] != "."
        ]
        assert "healthcheck" in service


def test_each_watcher_finds_the_next_one_and_what_it_is_given():
    folder = ROOT / "deploy/monitoring"
    told = yaml.safe_load((folder / "prometheus.yml").read_text(encoding="utf-8"))["alerting"]["alertmanagers"]
    assert told[0]["static_configs"][0]["targets"] == ["alertmanager:9093"]
    sources = yaml.safe_load((folder / "grafana/provisioning/datasources/prometheus.yml").read_text(encoding="utf-8"))
    assert sources["datasources"][0]["url"] == "http://prometheus:9090"
    boards = yaml.safe_load((folder / "grafana/provisioning/dashboards/lagesbild.yml").read_text(encoding="utf-8"))
    path = boards["providers"][0]["options"]["path"]
    assert f"./deploy/monitoring/grafana/dashboards:{path}:ro" in SERVICES["grafana"]["volumes"]
    for name, file in (("prometheus", "prometheus.yml"), ("alertmanager", "alertmanager.yml")):
        asked = re.findall(r"/run/secrets/(\w+)", (folder / file).read_text(encoding="utf-8"))
        assert asked == SERVICES[name]["secrets"]


def test_topics_that_the_operators_files_name_are_in_the_catalogue():
    actors = load_reference(Settings().region_folder)["actors"]
    known = {row.name for row in catalogue(load_feeds(Settings().region_folder), actors)}
    told = text(Path("docker-compose.yml")) + text(Path("deploy/monitoring/prometheus.yml"))
    named = set(re.findall(r"\b(?:raw|reports|health|picture|region|notices)\.[a-z0-9.-]*[a-z0-9]\b", told))

    assert {name for name in named if not name.endswith((".py", ".toml"))} <= known


def test_the_image_holds_what_the_lock_and_the_wheel_need_and_nothing_else():
    allowed = {line[1:] for line in text(Path(".dockerignore")).splitlines() if line.startswith("!")}

    assert allowed == {
        "requirements.lock",
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "schemas",
        "streams",
        "connectors",
        "dashboards",
        "region",
        "docs/tillganglighetsredogorelse.md",
    }
    assert [name for name in allowed if not (ROOT / name).exists()] == []


def test_data_files_are_in_the_wheel(tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    names = subprocess.run(
        [sys.executable, "-m", "zipfile", "-l", str(next(tmp_path.glob("*.whl")))],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    wanted = [
        path
        for path in kept()
        if path.parts[0] in {"schemas", "streams", "connectors", "dashboards", "region"} and len(path.parts) > 1
    ]

    assert wanted
    assert [str(path) for path in wanted if str(path) not in names] == []


@pytest.mark.broker
async def test_the_commands_run_as_they_stand(kafka, tmp_path):
    space = Space("ovning-compose")
    known = {"LAGESBILD_BOOTSTRAP": kafka, "LAGESBILD_TEXT_SECRET": "00" * 32}
    here = {"SPACE": space.name, "METRICS_HOST": "127.0.0.1", "METRICS_PORT": "0", "HOST": "127.0.0.1", "PORT": "0"}
    here |= {"SMHI_ENABLED": "false", "TRAFIKVERKET_ENABLED": "false", "RULES": str(Settings().rules_file)}

    async def start(name, program):
        asked = {k: filled(v, known) for k, v in SERVICES[name]["environment"].items()}
        asked |= {f"LAGESBILD_{k}": v for k, v in here.items()} | {"LAGESBILD_DATA": str(tmp_path / name)}
        (tmp_path / name).mkdir()  # a volume is there before its process
        asked.pop("LAGESBILD_WEBHOOK", None)  # deliver then says at once that it has no receiver
        return await asyncio.create_subprocess_exec(
            *program, env={**os.environ, **asked}, stderr=asyncio.subprocess.PIPE, limit=2**20
        )

    lagesbild = Path(sys.executable).with_name("lagesbild")
    topics = await start("topics", [lagesbild, *SERVICES["topics"]["command"][1:]])
    assert await topics.wait() == 0
    async with Admin(kafka) as admin:
        assert space.topic(LOG) in await admin.names()
    producer = Producer(kafka, "test")
    await producer.start()
    await producer.send([clock_out(space, "01", ClockRecord("real"))])
    await producer.stop()

    for name in WORKERS:
        process = await start(name, [sys.executable, *SERVICES[name]["command"][1:]])
        assert process.stderr is not None
        first = await asyncio.wait_for(process.stderr.readline(), 60)
        process.send_signal(signal.SIGTERM)
        rest = await asyncio.wait_for(process.stderr.read(), 30)
        # the HTTP library hands the signal on after its clean stop
        assert await process.wait() in (0, -signal.SIGTERM), f"{name}: {(first + rest).decode()}"
        assert b"Traceback" not in first + rest
