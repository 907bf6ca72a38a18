"""Every alert fires when what it is for is so, and is over when it no longer is: Prometheus' own tool, over minutes."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from support.monitoring import FOLDER, RULES, needs_prometheus, rules
from support.project import text
from support.scripts import load

GOOD, BAD, STEP_S = 10, 40, 30
"""Steps that all is well, that it is not, and that it is again as long."""
SERVER = 'job="server",instance="a",space="real"'
JOBS = ("connectors", "intake", "merge", "deliver", "server")
UP = {f'up{{job="{job}",instance="a",space="real"}}': (1, 1) for job in JOBS}

CASES: dict[str, dict[str, tuple[object, object]]] = {
    "PictureStandsStill": {f"lagesbild_picture_age_seconds{{{SERVER}}}": (1, 60)},
    "ChainBroken": {f'lagesbild_not_ready{{{SERVER},reason="chain_broken"}}': (0, 1)},
    "ServerNotReady": {f'lagesbild_not_ready{{{SERVER},reason="behind"}}': (0, 1)},
    "LogLag": {'lagesbild_log_lag_records{region="01"}': (0, 2_500)},
    "IntakeLag": {'lagesbild_intake_lag_records{lane="people"}': (20, 600)},
    "FoldFailed": {f'lagesbild_picture_entities{{{SERVER},kind="failed"}}': (0, 1)},
    "RulesRefused": {f"lagesbild_rules_refused_faults{{{SERVER}}}": (0, 3)},
    "SourceSilent": {f'lagesbild_source_state{{{SERVER},source="smhi",state="silent"}}': (0, 1)},
    "NoSourceHeard": {
        f'lagesbild_source_state{{{SERVER},source="smhi",state="silent"}}': (0, 1),
        f'lagesbild_source_state{{{SERVER},source="smhi",state="heard"}}': (1, 0),
        f'lagesbild_source_state{{{SERVER},source="sl",state="silent"}}': (1, 1),
        f'lagesbild_source_state{{{SERVER},source="sl",state="heard"}}': (0, 0),
    },
    "SourceDrifts": {f'lagesbild_source_drift_fields{{{SERVER},source="smhi"}}': (0, 2)},
    "SpoolGrows": {'lagesbild_spool_bytes{source="smhi"}': (0, 60_000_000)},
    "ReportsRejected": {'lagesbild_rejected_total{reason="schema"}': ("+0", "+1")},
    "NoticeNotDelivered": {"lagesbild_notice_undelivered_seconds": (3, 90)},
    "NoticeNotAcknowledged": {"lagesbild_notice_unacknowledged_seconds": (300, 1_000)},
    "NoReceiver": {"lagesbild_delivery_routes": (1, 0)},
    "DeliveryFails": {'lagesbild_deliveries_total{result="failed"}': ("+0", "+1")},
    "NoticeSlow": {
        'lagesbild_breach_to_notice_seconds_bucket{le="10"}': ("+1", "+0"),
        'lagesbild_breach_to_notice_seconds_bucket{le="30"}': ("+1", "+1"),
        'lagesbild_breach_to_notice_seconds_bucket{le="+Inf"}': ("+1", "+1"),
    },
    "OutboxGrows": {"lagesbild_outbox_results": (0, 150)},
    "OutboxNotSaved": {"lagesbild_outbox_unsaved": (0, 1)},
    "ProcessDown": {'up{job="merge",instance="a"}': (1, 0)},
    "ProcessMissing": UP | {'up{job="merge",instance="a",space="real"}': (1, None)},
    "ProcessHangs": {'lagesbild_loop_timestamp_seconds{job="merge"}': ("now", "+0")},
    "ProcessRestarts": {'process_start_time_seconds{job="merge"}': ("+0", "+60")},
    "BrokerAway": {
        'lagesbild_broker_answers{job="server",broker="b:9092"}': (1, 0),
        'lagesbild_broker_answers{job="deliver",broker="b:9092"}': (1, 0),
    },
    "DiskLow": {'lagesbild_data_free_bytes{job="merge"}': (50_000_000_000, 1_000_000_000)},
    "ServerErrors": {'lagesbild_http_requests_total{route="/",status="500"}': ("+0", "+2")},
    "SheetFailed": {'lagesbild_sheets_total{result="failed"}': ("+0", "+1")},
}
"""Alert -> series, each with its value while all is well and while it is not: a level, a rise per step,
the time as it is, None = gone."""
ALWAYS = {"Watchdog"}


def values(good: object, bad: object) -> str:
    """A series in promtool's notation: well, not well, and well again for twice as long."""
    made: list[str] = []
    level = 0.0
    for kind, steps in ((good, GOOD), (bad, BAD), (good, 2 * BAD)):
        for _ in range(steps):
            level = at(kind, len(made), level)
            made.append("_" if kind is None else f"{level:.0f}")
    return " ".join(made)


def at(kind: object, step: int, before: float) -> float:
    """Value of a series at a step: the time by then, a rise, or a level."""
    match kind:
        case "now":
            return step * STEP_S
        case str():
            return before + float(kind)
        case int():
            return kind
    return 0


def firing(name: str, minute: float, count: int) -> dict:
    query = f'clamp_max(count(ALERTS{{alertname="{name}",alertstate="firing"}}), 1) or vector(0)'
    at = f"{minute * 60:.0f}s"
    return {"expr": query, "eval_time": at, "exp_samples": [{"labels": "{}", "value": count}]}


def case(name: str) -> dict:
    """promtool's test of one alert: not while all is well, while it is not, not when it is over."""
    well, ill, over = ((n * STEP_S) / 60 for n in (GOOD - 1, GOOD + BAD - 1, GOOD + 3 * BAD - 1))
    return {
        "name": name,
        "interval": f"{STEP_S}s",
        "input_series": [{"series": s, "values": values(*both)} for s, both in CASES[name].items()],
        "promql_expr_test": [firing(name, well, 0), firing(name, ill, 1), firing(name, over, 0)],
    }


def run(*command: object) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_alert_has_its_case():
    assert set(CASES) | ALWAYS == set(rules())


@needs_prometheus
@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_every_alert_fires_and_is_over(tmp_path: Path, path: Path):
    shutil.copy(path, tmp_path)
    names = [name for name in rules(path) if name not in ALWAYS]
    always = [firing(name, 1, 1) for name in rules(path) if name in ALWAYS]
    tests = [*map(case, names), {"interval": "30s", "input_series": [], "promql_expr_test": always}]
    body = {"rule_files": [path.name], "evaluation_interval": f"{STEP_S}s", "tests": tests}
    (tmp_path / "tests.yml").write_text(yaml.safe_dump(body), encoding="utf-8")

    run("promtool", "test", "rules", tmp_path / "tests.yml")


@needs_prometheus
def test_the_files_are_ones_that_the_programs_take(tmp_path: Path):
    run("promtool", "check", "rules", *RULES)
    run("amtool", "check-config", FOLDER / "alertmanager.yml")
    prometheus = text(Path("deploy/monitoring/prometheus.yml")).replace("/run/secrets/operator_key", f"{tmp_path}/key")
    (tmp_path / "key").touch()
    shutil.copytree(FOLDER / "rules", tmp_path / "rules")
    (tmp_path / "prometheus.yml").write_text(prometheus, encoding="utf-8")
    run("promtool", "check", "config", tmp_path / "prometheus.yml")


@needs_prometheus
@pytest.mark.parametrize(
    ("severity", "alert", "receiver"),
    [
        ("critical", "ProcessDown", "operator-now"),
        ("warning", "LogLag", "operator"),
        ("info", "SourceDrifts", "operator"),
        ("none", "Watchdog", "dead-man"),
    ],
)
def test_who_is_told_what(severity: str, alert: str, receiver: str):
    assert rules()[alert]["labels"]["severity"] == severity
    labels = (f"alertname={alert}", f"severity={severity}")

    assert (
        run("amtool", "config", "routes", "test", "--config.file", FOLDER / "alertmanager.yml", *labels).strip()
        == receiver
    )


def test_every_alert_says_what_it_is_in_two_languages_and_where_to_read_on():
    heads = {head.lower() for head in re.findall(r"^### (\w+)$", text(Path("docs/runbook.md")), re.MULTILINE)}
    for name, rule in rules().items():
        said = rule["annotations"]

        assert set(said) == {"summary", "summary_en", "description", "runbook_url"}, name
        assert said["runbook_url"] == f"docs/runbook.md#{name.lower()}"
        assert rule["labels"]["severity"] in {"critical", "warning", "info", "none"}, name
    assert {name.lower() for name in rules()} <= heads


def test_an_alert_that_is_muted_or_mutes_exists():
    text_of = text(Path("deploy/monitoring/alertmanager.yml"))
    named = set(re.findall(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b", text_of)) | {"Watchdog"}

    assert named <= set(rules())


def test_every_panel_stands_once_and_links_to_what_the_runbook_says():
    heads = {head.lower() for head in re.findall(r"^##+ (\w+)$", text(Path("docs/runbook.md")), re.MULTILINE)}
    kinds = {"row", "stat", "timeseries", "state-timeline"}  # Grafana's own, no plugin
    for board in map(json.loads, load("grafana").files().values()):
        panels = board["panels"]
        links = [link["url"] for panel in panels for link in panel.get("links", [])]

        assert len({panel["id"] for panel in panels}) == len(panels)
        assert {panel["type"] for panel in panels} <= kinds
        assert {p["datasource"]["uid"] for p in panels if p["type"] != "row"} == {"${datasource}"}
        assert {link.removeprefix("docs/runbook.md#") for link in links} <= heads
        places = [(p["gridPos"]["x"], p["gridPos"]["y"]) for p in panels]
        assert len(set(places)) == len(places)


def test_the_dashboards_are_as_the_script_makes_them():
    made = load("grafana").files()
    folder = FOLDER / "grafana" / "dashboards"

    assert {p.name: p.read_text(encoding="utf-8") for p in folder.iterdir()} == made, "run scripts/dashboards"
