"""The server's API for the command line, over the standard library: ask, send, send again while it starts.

In: an address and a key. Out: `Answer`, or one clear line. A request that may be repeated is repeated while the
server is away, since an id with its `sent` makes that safe.
"""

import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from schemas.codec import Json, load
from streams.errors import LagesbildError

TIMEOUT_S = 75.0
"""Longer than the longest `wait` that the server takes."""
AGAIN_S = 0.5


class ServerError(LagesbildError):
    """The server did not do what was asked; the text is its own words, with every fault."""


class AwayError(ServerError):
    """No server answers."""


class Answer(NamedTuple):
    """An HTTP answer; `body` is its JSON, empty when it is none. Names of headers are in lower case."""

    status: int
    body: Json
    headers: Mapping[str, str]
    raw: bytes = b""


class Api:
    """One server. `patience_s`: how long a server that is away or not ready is asked again."""

    def __init__(self, address: str, key: str | None = None, patience_s: float = 0.0) -> None:
        self._root = address.rstrip("/")
        self.key, self._patience = key, patience_s

    def get(self, path: str) -> Answer:
        """Ask. ServerError on any answer but 200."""
        return self._wanted("GET", path, None, 200)

    def post(self, path: str, raw: bytes) -> Answer:
        """Send; 202 is the answer. ServerError names every fault."""
        return self._wanted("POST", path, raw, 202)

    def fetch(self, path: str) -> bytes:
        """Ask for something that is no JSON. ServerError on any answer but 200."""
        return self._wanted("GET", path, None, 200).raw

    def once(self, path: str) -> Answer:
        """Ask a single time, whatever the answer. AwayError when there is none."""
        return self._once("GET", path, None)

    def _wanted(self, method: str, path: str, raw: bytes | None, status: int) -> Answer:
        until = time.monotonic() + self._patience
        while True:
            try:
                answer = self._once(method, path, raw)
            except AwayError:
                if time.monotonic() + AGAIN_S > until:
                    raise
            else:
                if answer.status == status:
                    return answer
                if answer.status != 503 or time.monotonic() + AGAIN_S > until:
                    raise ServerError(problem(answer))
            time.sleep(AGAIN_S)

    def _once(self, method: str, path: str, raw: bytes | None) -> Answer:
        if not self._root.startswith(("http://", "https://")):
            raise AwayError(f"{self._root!r} is not a web address: it begins with http:// or https://")
        headers = {"Accept": "application/json", "Accept-Language": "sv"}
        if raw is not None:
            headers["Content-Type"] = "application/json"
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        request = urllib.request.Request(self._root + path, raw, headers, method=method)  # noqa: S310 - checked above
        try:
            # a proxy of the environment has no business between us and our own server
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(request, timeout=TIMEOUT_S) as answer:
                raw = answer.read()
                return Answer(answer.status, _body(raw), _lower(answer.headers.items()), raw)
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, _body(error.read()), _lower(error.headers.items()))
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", error)
            raise AwayError(f"no server answers at {self._root} ({reason}): is `lagesbild up` running?") from error


def problem(answer: Answer) -> str:
    """One line of a problem document: its detail and every fault."""
    told = str(answer.body.get("detail") or answer.body.get("title") or f"status {answer.status}")
    faults = [f"{f.get('pointer') or '/'}: {f.get('detail')}" for f in answer.body.get("errors", [])]
    more = answer.headers.get("location") if answer.status == 409 else None
    return " · ".join([told, *faults, *([more] if more else [])])


def _lower(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers}


def _body(raw: bytes) -> Json:
    try:
        found = load(raw)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
