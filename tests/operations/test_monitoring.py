"""Real Prometheus and Alertmanager over the running program: what breaks is told, and what is mended too."""

import asyncio
import json
import subprocess
import urllib.request
from collections.abc import AsyncIterator
from typing import NamedTuple

import pytest
import pytest_asyncio
from support.browser import Room
from support.chain import T0
from support.monitoring import FOLDER, METRIC, Monitoring, monitoring, needs_prometheus, rules
from support.playing import playing
from support.smtp_server import MailServer, mail_server
from support.waiting import PATIENCE_S, free_port

from schemas.times import MINUTE, z

pytestmark = [needs_prometheus, pytest.mark.broker, pytest.mark.asyncio(loop_scope="module")]

JOBS = ("connectors", "intake", "merge", "deliver", "server")
CARE = [{"sector": "care", "areas": ["0180"], "now": "serious"}]


class Watched(NamedTuple):
    room: Room
    monitoring: Monitoring
    mail: MailServer
    faults: object


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def watched(kafka: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Watched]:
    data = tmp_path_factory.mktemp("watched")
    async with playing(data) as play, mail_server() as mail:
        play.clock.at = T0
        asked = play.running.environment(60) | {"LAGESBILD_SMHI_PROMISED_INTERVAL_S": "60"}
        async with Room(kafka, data / "room", LAGESBILD_WEBHOOK=play.running.receiver_address, **asked) as room:
            room.sources = ("smhi",)
            room.metrics = {job: free_port() for job in JOBS if job != "server"}
            room.start("connectors")
            await room.open()
            (data / "operator_key").write_text(room.operator_key)
            ports = room.metrics | {"server": room.port}
            async with monitoring(data, ports, mail.port) as made:
                yield Watched(room, made, mail, play.running.faults)


def post(room: Room, path: str, body: dict, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{room.url}{path}", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
        assert answer.status == 202


def checked(port: int) -> tuple[bytes, bytes]:
    """What a process tells, and what promtool complains of in it."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE_S) as answer:
        said = answer.read()
    done = subprocess.run(["promtool", "check", "metrics"], input=said, capture_output=True, check=False)
    return said, done.stdout + done.stderr + (b"refused" if done.returncode else b"")


def glance(room: Room) -> None:
    """Open a stream and read its first line."""
    with urllib.request.urlopen(f"{room.url}/api/v1/stream", timeout=PATIENCE_S) as stream:
        assert stream.readline()


async def some_life(room: Room) -> None:
    """A report over HTTP, one that is rejected, a stream that somebody reads."""
    report = {"id": "care", "sent": z(T0), "headline": "prov", "exercise": True, "impacts": CARE}
    await asyncio.to_thread(post, room, "/api/v1/reports", report, room.keys["region-sthlm-vard"])
    await room.report("region-sthlm-vard", id="bad", impacts="none at all")
    await asyncio.to_thread(glance, room)
    await room.settled()


async def test_every_process_is_scraped_and_its_metrics_are_well_named(watched: Watched):
    await some_life(watched.room)
    await watched.monitoring.until("up == 1", lambda found: {s["metric"]["job"] for s in found} == set(JOBS))
    for job, port in (watched.room.metrics | {"server": watched.room.port}).items():
        said, complaints = await asyncio.to_thread(checked, port)

        assert complaints == b"", job
        assert b"lagesbild_loop_timestamp_seconds" in said, job


async def test_every_query_of_the_dashboards_gives_a_series(watched: Watched):
    queries = [
        (f"{path.stem}: {panel['title']}", target["expr"])
        for path in sorted((FOLDER / "grafana" / "dashboards").glob("*.json"))
        for panel in json.loads(path.read_text(encoding="utf-8"))["panels"]
        for target in panel.get("targets", [])
    ]
    assert len(queries) > 30
    empty = [
        name
        for name, query in queries
        if not await there(watched.monitoring, query.replace("$__rate_interval", "30s").replace("$source", ".*"))
    ]

    assert empty == []


async def there(monitoring: Monitoring, query: str) -> bool:
    """True as soon as a query gives a series: a rate wants two looks at every process, each in its turn."""
    try:
        await monitoring.until(query, bool)
    except TimeoutError:
        return False
    return True


async def test_every_rule_asks_for_metrics_and_labels_that_are_there(watched: Watched):
    await watched.monitoring.until(" and on () ".join(f'up{{job="{job}"}} == 1' for job in JOBS), bool)
    loaded = (await watched.monitoring.ask("rules"))["groups"]
    assert {rule["name"]: rule["health"] for group in loaded for rule in group["rules"]} == dict.fromkeys(rules(), "ok")
    missing = []
    for name, rule in rules().items():
        for metric, matchers in METRIC.findall(rule["expr"]):
            wanted = {part.partition("=")[0].strip("!~ ") for part in matchers.split(",") if part}
            if not any(wanted <= set(s["metric"]) for s in await watched.monitoring.series(metric)):
                missing.append((name, metric, wanted))

    assert missing == []


async def test_what_breaks_is_told_and_what_is_mended_too(watched: Watched):
    room, told, mail = watched.room, watched.monitoring, watched.mail
    await told.until_told("lagesbild", "firing", alertname="Watchdog")
    before = len(mail.taken)
    room.kill("deliver")
    watched.faults.break_route("smhi", "error", 10_000)
    room.at += 4 * MINUTE
    await room.clock(room.at)

    await told.until_told("drift", "firing", alertname="ProcessDown", job="deliver")
    await told.until_told("drift", "firing", alertname="NoSourceHeard", space="real")
    await until_mail(mail, "[FIRING:1]", "NoSourceHeard")
    assert not any("SourceSilent" in str(letter.message) for letter in mail.taken), "one cause, one alert"
    room.start("deliver")
    await room.health("sl")
    await told.until_told("drift", "resolved", alertname="NoSourceHeard")
    await told.until_told("drift", "resolved", alertname="ProcessDown", job="deliver")
    letters = [letter.message["Subject"] for letter in mail.taken[before:]]
    assert any("ProcessDown" in subject for subject in letters)

    # the one cause is mended, so the source that is still silent is told by itself: by mail, nobody is woken
    await until_mail(mail, "[FIRING:1]", "SourceSilent")
    assert not any(labels["alertname"] == "SourceSilent" for _, _, labels in told.told)
    watched.faults.release()
    await until_mail(mail, "[RESOLVED]", "SourceSilent")


async def until_mail(mail: MailServer, *words: str) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not any(all(word in str(letter.message) for word in words) for letter in mail.taken):
            await asyncio.sleep(0.1)
