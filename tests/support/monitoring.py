"""Real Prometheus and Alertmanager over a running room, from the files in deploy/monitoring with short times.

In: the ports of the room's processes, a mail server. Out: what Prometheus answers, and which alerts came to whom.
Only times and addresses of the files are changed: expressions, routes and inhibitions are those that an operator runs.
"""

import asyncio
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import aiohttp
import pytest
import yaml
from aiohttp import web
from support.project import ROOT
from support.waiting import PATIENCE_S, free_port

FOLDER = ROOT / "deploy" / "monitoring"
RULES = sorted((FOLDER / "rules").glob("*.yml"))
NEEDED = ("prometheus", "promtool", "prometheus-alertmanager", "amtool")
LACKING = [name for name in NEEDED if shutil.which(name) is None]
needs_prometheus = pytest.mark.skipif(
    bool(LACKING), reason=f"no {', '.join(LACKING)} here (Debian: prometheus, prometheus-alertmanager)"
)
LOOK, JUDGE = "1s", "500ms"
"""Between two looks at a process, the longest that one may take; between two looks at the rules."""
TIMES = {"15s": "0s", "30s": "1s", "1m": "1s", "2m": "2s", "5m": "5s", "15m": "5s"}
"""`for` of a rule -> what it is in a test."""
METRIC = re.compile(r"\b((?:lagesbild|process)_\w+|up)\b(?:\{([^}]*)\})?")
"""A metric in an expression, with its matchers."""


def rules(*paths: Path) -> dict[str, dict[str, Any]]:
    """Alerts of these files, or of all, by name."""
    groups = [group for path in paths or RULES for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


def shortened(text: str) -> str:
    """Rules that wait less before they fire; nothing else is changed."""
    return re.sub(r"^(\s+for: )(\w+)$", lambda found: found[1] + TIMES[found[2]], text, flags=re.MULTILINE)


class Monitoring:
    """Both programs, and the receiver of Alertmanager's webhooks. Use as an async context."""

    def __init__(self, data: Path, ports: Mapping[str, int], smtp_port: int) -> None:
        self._data, self._ports, self._smtp = data, ports, smtp_port
        self.prometheus, self.alertmanager, self.receiver = (f"127.0.0.1:{free_port()}" for _ in range(3))
        self.told: list[tuple[str, str, dict[str, str]]] = []
        """Receiver's path, status and labels of every alert that a webhook brought."""
        self._programs: list[subprocess.Popen[bytes]] = []

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.add_routes([web.post("/{receiver}", self._take)])
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", int(self.receiver.rpartition(":")[2])).start()
        self._http = aiohttp.ClientSession()
        self._write()
        self._start("prometheus-alertmanager", f"--web.listen-address={self.alertmanager}", "--cluster.listen-address=")
        # what fires before Alertmanager is found is said again; an operator waits a minute for that
        again = "--rules.alert.resend-delay=1s"
        self._start("prometheus", f"--web.listen-address={self.prometheus}", again)
        return self

    async def __aexit__(self, *_: object) -> None:
        for program in self._programs:
            program.terminate()
        for program in self._programs:
            program.wait(PATIENCE_S)
        await self._http.close()
        await self._runner.cleanup()

    def _start(self, name: str, *flags: str) -> None:
        config = self._data / f"{name.rpartition('-')[2]}.yml"
        storage = "--storage.tsdb.path" if name == "prometheus" else "--storage.path"
        command = [name, f"--config.file={config}", f"{storage}={self._data / name}.data", *flags]
        with (self._data / f"{name}.log").open("wb") as log:
            self._programs.append(subprocess.Popen(command, cwd=self._data, stdout=log, stderr=log))

    def _write(self) -> None:
        (self._data / "rules").mkdir(parents=True)
        for path in RULES:
            (self._data / "rules" / path.name).write_text(shortened(path.read_text(encoding="utf-8")), encoding="utf-8")
        prometheus = yaml.safe_load((FOLDER / "prometheus.yml").read_text(encoding="utf-8"))
        prometheus["global"] = {"scrape_interval": LOOK, "scrape_timeout": LOOK, "evaluation_interval": JUDGE}
        prometheus["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"] = [self.alertmanager]
        for job in prometheus["scrape_configs"]:
            job["static_configs"][0]["targets"] = [f"127.0.0.1:{self._ports[job['job_name']]}"]
            if "authorization" in job:
                job["authorization"]["credentials_file"] = str(self._data / "operator_key")
        (self._data / "prometheus.yml").write_text(yaml.safe_dump(prometheus), encoding="utf-8")
        (self._data / "alertmanager.yml").write_text(self._routes(), encoding="utf-8")

    def _routes(self) -> str:
        text = (FOLDER / "alertmanager.yml").read_text(encoding="utf-8")
        text = re.sub(r"https://[\w.]+/", f"http://{self.receiver}/", text).replace(
            "mail.example.se:587", f"127.0.0.1:{self._smtp}"
        )
        text = re.sub(r"group_wait: \d+s", "group_wait: 1s", text)
        text = re.sub(r"(group_interval|repeat_interval): 1m", r"\1: 1s", text)
        made = yaml.safe_load(text)
        for secret in ("smtp_auth_username", "smtp_auth_password_file"):
            del made["global"][secret]
        made["global"]["smtp_require_tls"] = False
        return yaml.safe_dump(made)

    async def _take(self, request: web.Request) -> web.Response:
        for alert in (await request.json())["alerts"]:
            self.told.append((request.match_info["receiver"], alert["status"], alert["labels"]))
        return web.Response()

    async def until_told(self, receiver: str, status: str, wait_s: float = PATIENCE_S, **labels: str) -> None:
        """Wait until a webhook has brought an alert with these labels, `firing` or `resolved`."""
        async with asyncio.timeout(wait_s):
            while not any(
                (to, how) == (receiver, status) and labels.items() <= given.items() for to, how, given in self.told
            ):
                await asyncio.sleep(0.1)

    async def ask(self, path: str, **query: str) -> Any:
        """`data` of an answer of Prometheus; AssertionError with its words where it refuses."""
        async with self._http.get(f"http://{self.prometheus}/api/v1/{path}", params=query) as answer:
            body = await answer.json()
        assert body["status"] == "success", f"{query}: {body.get('error')}"
        return body["data"]

    async def series(self, query: str) -> list[dict[str, Any]]:
        """What a query gives now."""
        return list((await self.ask("query", query=query))["result"])

    async def until(
        self, query: str, true: Callable[[list[dict[str, Any]]], object], wait_s: float = PATIENCE_S
    ) -> None:
        """Wait until what a query gives is so."""
        async with asyncio.timeout(wait_s):
            while True:
                try:
                    if true(await self.series(query)):
                        return
                except (aiohttp.ClientError, AssertionError):
                    pass  # still starting
                await asyncio.sleep(0.2)


@asynccontextmanager
async def monitoring(data: Path, ports: Mapping[str, int], smtp_port: int) -> AsyncIterator[Monitoring]:
    """Both programs over processes at these ports; the folder holds `operator_key`."""
    async with Monitoring(data, ports, smtp_port) as made:
        yield made
