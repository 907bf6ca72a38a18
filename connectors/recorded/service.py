"""The recorded service: each source of a script at its own route, over real HTTP, as the live one would answer.

In: a script and the space's clock, paced or stepped: an answer is what holds at that moment. Out: `Running`, with the
address and the settings that connectors need. Faults can be switched on, for tests and to practise losing a source.
Any other source is answered at `/feeds/<name>/...` by a timed script (connectors/recorded/timed.py).
Next: connectors/run.py
"""

import bisect
import hashlib
import re
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler

from connectors.recorded.distrusted import distrusted_context
from connectors.recorded.faults import Faults
from connectors.recorded.feeds import Feeds
from connectors.recorded.receiver import Receiver
from connectors.recorded.script import Row, Script

SMHI = "/smhi/ibww/api/version/1/warning.json"
TRAFIKVERKET = "/trafikverket/v2/data.json"
RECEIVER = "/receiver"
FEEDS = "/feeds"
FIRST_CHANGE = 7_500_000_000_000_000_000
"""Change numbers are as large as the live ones: above 2^53, so that a reader that makes them numbers is found out."""

_QUERY = re.compile(rb"<QUERY\b[^>]*>")
_ATTRIBUTE = re.compile(rb'\b(objecttype|changeid|id)="([^"]*)"')
_KEY = re.compile(rb"""\bauthenticationkey=(?:"[^"]+"|'[^']+')""")


class Running:
    """The service while it runs."""

    def __init__(self, runner: web.AppRunner, port: int, faults: Faults, receiver: Receiver, feeds: Feeds) -> None:
        self._runner, self.faults, self.receiver, self.feeds = runner, faults, receiver, feeds
        self.address = f"http://127.0.0.1:{port}"
        """Where it listens, loopback only."""

    def feed(self, name: str) -> str:
        """Address of a source of the timed script; what its documents are called follows it."""
        return f"{self.address}{FEEDS}/{name}"

    async def distrusted(self) -> str:
        """Listen on a second port, with a certificate that nobody vouches for; its address, `https`."""
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=distrusted_context()).start()
        return f"https://127.0.0.1:{self._runner.addresses[-1][1]}"

    @property
    def receiver_address(self) -> str:
        """Where the county board's telephone is: takes POSTed notices."""
        return self.address + RECEIVER

    def environment(self, speed: int) -> dict[str, str]:
        """Settings that point connectors here, asking about each minute of the space's time."""
        interval_s = max(0.5, 60 / max(1, speed))
        common = {
            "INTERVAL_S": str(interval_s),
            # five askings may fail before a source counts as late: a busy machine is no silent source
            "PROMISED_INTERVAL_S": str(max(60, round(5 * interval_s * speed))),
        }
        settings = {
            "SMHI": {"ADDRESS": self.address + SMHI, **common},
            "TRAFIKVERKET": {"ADDRESS": self.address + TRAFIKVERKET, "KEY": "recorded", **common},
        }
        return {f"LAGESBILD_{s}_{name}": value for s, fields in settings.items() for name, value in fields.items()}

    async def stop(self) -> None:
        """Stop listening; requests that hang are ended."""
        self.faults.release()
        self.feeds.release()
        await self._runner.cleanup()


async def serve(script: Script, now: Callable[[], int], port: int, data_dir: Path) -> Running:
    """Listen on loopback, port 0 = a free one. `now` is space time in ms UTC; notices are kept in `data_dir`."""
    faults, receiver, feeds = Faults(), Receiver(data_dir, now), Feeds(script.feeds, now)
    service = _Service(script, now)
    app = web.Application(middlewares=[faults.middleware, service.waiting])
    app.add_routes(
        [
            web.get(SMHI, service.smhi),
            web.post(TRAFIKVERKET, service.trafikverket),
            web.post(RECEIVER, receiver.take),
            web.get(RECEIVER, receiver.show),
            web.post("/faults", faults.switch),
            web.get(FEEDS + "/{name}/{path:.*}", feeds.answer),
            web.post(FEEDS + "/{name}/{path:.*}", feeds.answer),
        ]
    )
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    try:
        await site.start()
    except OSError:
        await runner.cleanup()
        raise
    return Running(runner, runner.addresses[0][1], faults, receiver, feeds)


class _Service:
    """Answers of the sources at a moment."""

    def __init__(self, script: Script, now: Callable[[], int]) -> None:
        self._routes, self._now = script.routes, now

    def _known(self, route: str) -> tuple[Row, ...]:
        rows = self._routes[route]
        return rows[: bisect.bisect_right(rows, self._now(), key=lambda row: row.at)]

    @web.middleware
    async def waiting(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """503 before the clock is known: an empty answer would say that there is nothing."""
        if self._now() <= 0 and not request.path.startswith((RECEIVER, "/faults")):
            return web.Response(status=503, text="the space's clock has not been read yet")
        return await handler(request)

    def _date(self) -> dict[str, str]:
        return {"Date": formatdate(self._now() / 1000, usegmt=True)}

    async def smhi(self, request: web.Request) -> web.Response:
        """The list that holds now; 304 when the asker has it."""
        rows = self._known("smhi")
        body = rows[-1].payload if rows else b"[]"
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = self._date() | {"ETag": etag}
        if rows:
            headers["Last-Modified"] = formatdate(rows[-1].at / 1000, usegmt=True)
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, headers=headers | {"Content-Type": "application/json;charset=utf-8"})

    async def trafikverket(self, request: web.Request) -> web.Response:
        """One RESULT for each question, in their order; 401 without a key."""
        body = await request.read()
        if not _KEY.search(body):
            return self._error(401, "Security", "Invalid authentication")
        asked = [{n.decode(): v.decode() for n, v in _ATTRIBUTE.findall(query)} for query in _QUERY.findall(body)]
        if not all(question.get("changeid", "0").isdigit() for question in asked):
            return self._error(400, "Request", "Invalid changeid")
        results = [self._result(question) for question in asked]
        whole = orjson.dumps({"RESPONSE": {"RESULT": results}})
        return web.Response(body=whole, content_type="application/json", headers=self._date())

    def _result(self, question: dict[str, str]) -> dict[str, object]:
        """Situations that hold now, or what changed since a change number, with deletions; of all else nothing."""
        since, kind = int(question.get("changeid", "0")), question.get("objecttype", "")
        rows = self._known("trafikverket")
        newest: dict[str, tuple[int, dict[str, object]]] = {}
        for change, row in enumerate(rows, FIRST_CHANGE + 1):
            situation = orjson.loads(row.payload)
            newest[situation["Id"]] = change, situation
        shown = [s for change, s in newest.values() if change > since and (since or not s.get("Deleted"))]
        echoed = {"id": question["id"]} if "id" in question else {}
        last = {"LASTCHANGEID": str(FIRST_CHANGE + len(rows))}
        return {kind: shown if kind == "Situation" else [], "INFO": last, **echoed}

    def _error(self, status: int, source: str, message: str) -> web.Response:
        body = {"RESPONSE": {"RESULT": [{"ERROR": {"SOURCE": source, "MESSAGE": message}}]}}
        return web.Response(
            status=status, body=orjson.dumps(body), content_type="application/json", headers=self._date()
        )
