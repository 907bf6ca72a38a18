"""A server of the contract's HTTP part (docs/api.md), as the command line meets it: real HTTP, scripted answers."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from support.notices import notice, suggestion

NOW = "2027-01-19T06:10:00.000Z"
KEYS = {"region-sthlm-trafik": "actor-key"}


def picture(**more: Any) -> dict[str, Any]:
    grey = {"impact": 0, "impact_name": "unknown", "unknown": "not_assessed"}
    sectors = {"road": grey, "transit": {"impact": 4, "impact_name": "serious", "reasons": []}}
    return {
        "space": "ovning-prov",
        "region": "01",
        "version": 1847,
        "hash": "00",
        "as_of": NOW,
        "exercise": True,
        "areas": [
            {"code": "0180", "name": "Stockholm", "sectors": sectors},
            {"code": "0126", "name": "Huddinge", "sectors": {"road": {**grey, "unknown": "outdated"}}},
            {"code": "0184", "name": "Solna", "sectors": {"road": grey}},
        ],
        "suggestions": [suggestion()],
        "notices": [notice(), notice("n2", state="gone")],
        "forums": [],
        "items": [{"source": "smhi", "state": "active"}, {"source": "smhi", "state": "expired"}],
        "sources": [
            {"source": "smhi", "state": "heard", "since": NOW},
            {"source": "trafikverket", "state": "off", "since": NOW, "error": "no key: free"},
        ],
        **more,
    }


class FakeApi:
    """What it was sent, and what it answers."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, bytes, dict[str, str]]] = []
        self.outcome: dict[str, Any] = {"result": "applied", "version": 1848}
        self.refusals: list[tuple[int, dict[str, Any]]] = []
        """Answers to the next POSTs, instead of 202."""
        self.notices = [notice("n1f3"), notice("n1f4"), notice("n2")]
        self.picture = picture()
        self.mark: dict[str, Any] = {
            "version": 1847,
            "now": NOW,
            "speed": 1,
            "age_ms": 400,
            "not_ready": [],
            "heard": {},
        }
        """What the stream tells once; then it is silent until the server stops."""
        self.over = threading.Event()
        self.address = ""

    def answer(self, method: str, path: str, raw: bytes, headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
        route = path.split("?", maxsplit=1)[0].removeprefix("/api/v1")
        match method, route:
            case "GET", "/picture":
                return 200, self.picture
            case "GET", "/notices":
                return 200, {"version": 1847, "notices": self.notices}
            case "GET", "/readyz":
                return 200, {"ready": True, "reasons": [], "version": 1847}
            case "GET", route if route.startswith("/receipts/"):
                return 200, {"receipt": route.rsplit("/", 1)[1], **self.outcome}
            case "POST", "/reports" | "/commands":
                self.posts.append((route, raw, headers))
                return self.refusals.pop(0) if self.refusals else (202, {"receipt": "r1"})
        return 404, {"title": "Not Found", "detail": "Adressen finns inte."}


@contextmanager
def serving(data: Path, api: FakeApi | None = None) -> Iterator[FakeApi]:
    """The fake on a port of its own, with `run.json` in the data folder as `lagesbild up` writes it."""
    api = api or FakeApi()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(api))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    api.address = f"http://127.0.0.1:{server.server_port}"
    running = {
        "address": api.address,
        "space": "ovning-prov",
        "bootstrap": "127.0.0.1:1",
        "pids": {},
        "keys": KEYS,
        "operator_key": "operator-key",
    }
    (data / "run.json").write_text(json.dumps(running))
    try:
        yield api
    finally:
        api.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(api: FakeApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._do("GET")

        def do_POST(self) -> None:
            self._do("POST")

        def _stream(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            self.wfile.write(f"event: mark\ndata: {json.dumps(api.mark)}\n\n".encode())
            api.over.wait(60)

        def _do(self, method: str) -> None:
            if self.path == "/api/v1/stream":
                return self._stream()
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, body = api.answer(method, self.path, raw, dict(self.headers.items()))
            told = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("lagesbild-time", NOW)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)
            return None

        def log_message(self, *_: object) -> None:
            pass

    return Handler
