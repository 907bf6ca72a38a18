"""Writes deploy/monitoring/grafana/dashboards/*.json: what an operator looks at, as rows of panels said once here.

In: the rows below. Out: two dashboards of plain JSON for Grafana 10 and later, no plugin; tests/operations compares
them and runs every query against a real Prometheus. The panels that a runbook section explains link to it.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "deploy" / "monitoring" / "grafana" / "dashboards"
RUNBOOK = "docs/runbook.md"
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
WIDE, STAT_HIGH, HIGH = 24, 4, 8
CALM, WARN, BAD = "blue", "orange", "red"
"""Never green: that nothing is wrong here does not say that all is well in the county."""
RATE = "[$__rate_interval]"


class Panel(NamedTuple):
    """One panel: a number (`stat`), lines (`timeseries`) or states along time (`state-timeline`)."""

    title: str
    queries: dict[str, str]
    """Legend -> PromQL."""
    unit: str = "short"
    kind: str = "timeseries"
    steps: tuple[float | None, float | None] = (None, None)
    """From where a value is drawn as a warning, and as bad."""
    about: str = ""
    runbook: str = ""
    """Anchor of the section that says what to do."""
    names: tuple[tuple[str, str], ...] = ()
    """Value -> word, where a number stands for a state."""


def stat(title: str, query: str, **more: Any) -> Panel:
    """One number."""
    return Panel(title, {"": query}, kind="stat", **more)


YES = (("0", "nej"), ("1", "ja"))
FLOW = {
    "Just nu": [
        stat(
            "Larm",
            'count(ALERTS{alertstate="firing",severity=~"critical|warning"}) or vector(0)',
            steps=(1, None),
            runbook="alerts",
        ),
        stat(
            "Bildens ålder",
            "min(lagesbild_picture_age_seconds)",
            unit="s",
            steps=(30, 45),
            runbook="picturestandsstill",
        ),
        stat("Version", "max(lagesbild_picture_version)"),
        stat("Kafka svarar", "max(lagesbild_broker_answers)", names=YES, runbook="brokeraway"),
        stat(
            "Processer igång",
            'sum(up{job=~"connectors|intake|merge|deliver|server"})',
            about="Fem i en installation med en server.",
            runbook="processdown",
        ),
        stat(
            "Okvitterade aviseringar",
            "sum(lagesbild_notices_unacknowledged)",
            steps=(1, None),
            runbook="noticenotacknowledged",
        ),
    ],
    "Bilden": [
        Panel(
            "Bildens ålder",
            {"{{instance}}": "lagesbild_picture_age_seconds"},
            "s",
            steps=(None, 45),
            runbook="picturestandsstill",
        ),
        Panel(
            "Poster som väntar",
            {"loggen": "lagesbild_log_lag_records", "in, {{lane}}": "lagesbild_intake_lag_records"},
            runbook="loglag",
        ),
        Panel("Skäl att inte lita på en server", {"{{reason}}": "max by (reason) (lagesbild_not_ready)"}),
        Panel("Vad bilden rymmer", {"{{kind}}": "max by (kind) (lagesbild_picture_entities)"}),
        Panel(
            "Tid för en omgång i bilden",
            {
                f"{part:.0%}": "histogram_quantile("
                f'{part}, sum by (le) (rate(lagesbild_merge_batch_seconds_bucket{{job="merge"}}{RATE})))'
                for part in (0.5, 0.99)
            },
            "s",
        ),
        Panel("Poster genom bilden per sekund", {"poster": f"sum(rate(lagesbild_folded_records_total{RATE}))"}),
    ],
    "Rapporter": [
        Panel(
            "In, efter slag",
            {"{{lane}} {{result}}": f"sum by (lane, result) (rate(lagesbild_intake_records_total{RATE}))"},
        ),
        Panel("Vad det blev av dem", {"{{result}}": f"sum by (result) (rate(lagesbild_outcomes_total{RATE}))"}),
        Panel(
            "Avvisade, efter skäl",
            {"{{reason}}": f"sum by (reason) (rate(lagesbild_rejected_total{RATE}))"},
            runbook="reportsrejected",
        ),
        Panel("Mottagna över HTTP", {"{{result}}": f"sum by (result) (rate(lagesbild_reports_taken_total{RATE}))"}),
    ],
    "Aviseringar": [
        Panel(
            "Från behov till första försök",
            {
                f"{part:.0%}": "histogram_quantile("
                f'{part}, sum by (le) (rate(lagesbild_breach_to_notice_seconds_bucket{{job="deliver"}}{RATE})))'
                for part in (0.5, 0.99)
            },
            "s",
            steps=(None, 10),
            runbook="noticeslow",
        ),
        Panel(
            "Försök",
            {"{{result}}": f'sum by (result) (rate(lagesbild_deliveries_total{{job="deliver"}}{RATE}))'},
            runbook="deliveryfails",
        ),
        Panel(
            "Äldsta som väntar",
            {
                "ej framme": 'lagesbild_notice_undelivered_seconds{job="deliver"}',
                "ej kvitterad": 'lagesbild_notice_unacknowledged_seconds{job="deliver"}',
            },
            "s",
            runbook="noticenotdelivered",
        ),
        Panel(
            "Utkorgen",
            {
                "utfall som väntar på Kafka": 'lagesbild_outbox_results{job="deliver"}',
                "ej sparat": 'lagesbild_outbox_unsaved{job="deliver"}',
            },
            runbook="outboxgrows",
        ),
    ],
    "Sidorna": [
        Panel("Svar per sekund", {"{{status}}": f"sum by (status) (rate(lagesbild_http_requests_total{RATE}))"}),
        Panel(
            "Tid till svar, 99 %",
            {
                "{{route}}": "histogram_quantile("
                f"0.99, sum by (le, route) (rate(lagesbild_http_request_seconds_bucket{RATE})))"
            },
            "s",
        ),
        Panel("Öppna strömmar", {"{{kind}}": "sum by (kind) (lagesbild_streams_open)"}),
        Panel(
            "Ramar i strömmar",
            {
                "{{event}}": f"sum by (event) (rate(lagesbild_stream_frames_total{RATE}))",
                "släppta läsare": f"sum(rate(lagesbild_streams_dropped_total{RATE}))",
            },
        ),
    ],
    "Processerna": [
        Panel("Minne", {"{{job}}": "process_resident_memory_bytes"}, "bytes"),
        Panel("Processor", {"{{job}}": f"rate(process_cpu_seconds_total{RATE})"}, "percentunit"),
        Panel(
            "Sedan senaste varv",
            {"{{job}}": "time() - lagesbild_loop_timestamp_seconds"},
            "s",
            steps=(None, 30),
            runbook="processhangs",
        ),
        Panel("Tid sedan start", {"{{job}}": "time() - process_start_time_seconds"}, "s", runbook="processrestarts"),
        Panel("Ledigt på disk", {"{{job}}": "lagesbild_data_free_bytes"}, "bytes", runbook="disklow"),
        Panel("Lägesblad", {"{{result}}": "increase(lagesbild_sheets_total[1h])"}, runbook="sheetfailed"),
    ],
}
CHOSEN = '{source=~"$source"}'
SOURCES = {
    "Just nu": [
        stat("Källor som hörs", 'count(max by (source) (lagesbild_source_state{state="heard"}) == 1) or vector(0)'),
        stat(
            "Tysta",
            'count(max by (source) (lagesbild_source_state{state="silent"}) == 1) or vector(0)',
            steps=(1, None),
            runbook="sourcesilent",
        ),
        stat(
            "Har bytt format",
            "count(max by (source) (lagesbild_source_drift_fields) > 0) or vector(0)",
            steps=(1, None),
            runbook="sourcedrifts",
        ),
        stat("Väntar på disk", "sum(lagesbild_spool_bytes)", unit="bytes", steps=(1, 50e6), runbook="spoolgrows"),
    ],
    "Källorna": [
        Panel(
            "Läge",
            {
                "{{source}}": "sum by (source) ("
                'max by (source, state) (lagesbild_source_state{source=~"$source",state="silent"}) * 3'
                ' or max by (source, state) (lagesbild_source_state{source=~"$source",state="maintenance"}) * 2'
                ' or max by (source, state) (lagesbild_source_state{source=~"$source",state="heard"}))'
            },
            kind="state-timeline",
            names=(("0", "frågas inte"), ("1", "hörs"), ("2", "underhåll"), ("3", "tyst")),
            runbook="sourcesilent",
        ),
        Panel(
            "Ålder mot lovat",
            {
                "{{source}}": f"max by (source) (lagesbild_source_age_seconds{CHOSEN})"
                f" / max by (source) (lagesbild_source_interval_seconds{CHOSEN})"
            },
            about="1 = ett lovat intervall. Bilden säger tyst efter två intervall och 30 sekunder.",
            runbook="sourcesilent",
        ),
        Panel(
            "Frågor och vad de gav",
            {"{{source}} {{result}}": f"sum by (source, result) (rate(lagesbild_source_rounds_total{CHOSEN}{RATE}))"},
        ),
        Panel("Nytt per timme", {"{{source}}": f"sum by (source) (increase(lagesbild_source_news_total{CHOSEN}[1h]))"}),
        Panel("Hela svar", {"{{source}}": f"max by (source) (lagesbild_source_complete{CHOSEN})"}, names=YES),
        Panel(
            "Okända och saknade fält",
            {"{{source}}": f"max by (source) (lagesbild_source_drift_fields{CHOSEN})"},
            runbook="sourcedrifts",
        ),
        Panel("Väntar på disk", {"{{source}}": f"lagesbild_spool_bytes{CHOSEN}"}, "bytes", runbook="spoolgrows"),
        Panel(
            "Avvisade, efter skäl",
            {"{{reason}}": f'sum by (reason) (rate(lagesbild_rejected_total{{job="connectors"}}{RATE}))'},
            runbook="reportsrejected",
        ),
    ],
}


def thresholds(steps: tuple[float | None, float | None]) -> dict[str, Any]:
    """Grafana's steps of colour."""
    pairs = zip((WARN, BAD), steps, strict=True)
    made = [{"color": colour, "value": at} for colour, at in pairs if at is not None]
    return {"mode": "absolute", "steps": [{"color": CALM, "value": None}, *made]}


def panel(number: int, one: Panel, place: tuple[int, int, int, int]) -> dict[str, Any]:
    """Grafana's panel; `place` is x, y, width, height."""
    x, y, wide, high = place
    defaults: dict[str, Any] = {"unit": one.unit, "thresholds": thresholds(one.steps), "noValue": "ingen uppgift"}
    if one.names:
        words = {value: {"text": word, "index": n} for n, (value, word) in enumerate(one.names)}
        defaults["mappings"] = [{"type": "value", "options": words}]
    if one.kind == "timeseries" and one.steps != (None, None):
        defaults["custom"] = {"thresholdsStyle": {"mode": "line"}}
    made: dict[str, Any] = {
        "id": number,
        "type": one.kind,
        "title": one.title,
        "datasource": SOURCE,
        "gridPos": {"x": x, "y": y, "w": wide, "h": high},
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + n), "datasource": SOURCE, "expr": query, "legendFormat": legend or "__auto"}
            for n, (legend, query) in enumerate(one.queries.items())
        ],
    }
    if one.kind == "stat":
        made["options"] = {"reduceOptions": {"calcs": ["lastNotNull"]}, "colorMode": "value", "graphMode": "none"}
    if one.about:
        made["description"] = one.about
    if one.runbook:
        made["links"] = [{"title": "Vad göra", "url": f"{RUNBOOK}#{one.runbook}", "targetBlank": True}]
    return made


def panels(rows: dict[str, list[Panel]]) -> list[dict[str, Any]]:
    """Rows of panels, placed: numbers side by side, all else two a line."""
    made: list[dict[str, Any]] = []
    y = 0
    for title, row in rows.items():
        place = {"x": 0, "y": y, "w": WIDE, "h": 1}
        made.append(
            {"id": len(made) + 1, "type": "row", "title": title, "collapsed": False, "gridPos": place, "panels": []}
        )
        y += 1
        numbers = all(one.kind == "stat" for one in row)
        across, high = (len(row), STAT_HIGH) if numbers else (2, HIGH)
        for n, one in enumerate(row):
            line, column = divmod(n, across)
            wide = WIDE // across
            made.append(panel(len(made) + 1, one, (column * wide, y + line * high, wide, high)))
        y += high * -(-len(row) // across)
    return made


def variables(*more: dict[str, Any]) -> dict[str, Any]:
    """What the reader chooses: which Prometheus, and more."""
    datasource = {"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Datakälla"}
    return {"list": [datasource, *more]}


CHOICE = {
    "name": "source",
    "type": "query",
    "label": "Källa",
    "datasource": SOURCE,
    "query": {"query": "label_values(lagesbild_source_state, source)", "refId": "source"},
    "refresh": 2,
    "multi": True,
    "includeAll": True,
    "allValue": ".*",
    "current": {"text": "All", "value": "$__all"},
}


def dashboard(uid: str, title: str, rows: dict[str, list[Panel]], *choices: dict[str, Any]) -> dict[str, Any]:
    """One dashboard, whole."""
    return {
        "uid": uid,
        "title": title,
        "tags": ["lagesbild"],
        "timezone": "Europe/Stockholm",
        "schemaVersion": 39,
        "editable": False,
        "refresh": "15s",
        "time": {"from": "now-3h", "to": "now"},
        "templating": variables(*choices),
        "links": [{"type": "dashboards", "tags": ["lagesbild"], "title": "Lägesbild", "asDropdown": False}],
        "panels": panels(rows),
    }


def files() -> dict[str, str]:
    """Name of each file -> its text."""
    boards = [
        dashboard("lagesbild-flode", "Lägesbild: flödet", FLOW),
        dashboard("lagesbild-kallor", "Lägesbild: källorna", SOURCES, CHOICE),
    ]
    return {f"{b['uid']}.json": json.dumps(b, ensure_ascii=False, indent=1) + "\n" for b in boards}


if __name__ == "__main__":
    for name, text in files().items():
        (OUT / name).write_text(text, encoding="utf-8")
        print((OUT / name).relative_to(ROOT))
