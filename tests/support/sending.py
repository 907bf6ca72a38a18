"""Actors who report over HTTP, whatever happens: the same bytes again until they are acknowledged. No code of ours.

In: an address, keys, a time of the space. Out: a file with a line for each acknowledged report, on the disk before the
next one is sent: actor, id, sent, receipt. What was answered otherwise is kept as `odd`.
"""

import itertools
import json
import os
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from support.waiting import PATIENCE_S, START_S

IMPACTS = ("none", "moderate", "significant", "serious", "critical")
AWAY = frozenset({0, 503})
"""Answers of a server that is away or cannot be sure: nobody answers, or it says so itself."""


class Acknowledged:
    """The file, shared by the senders."""

    def __init__(self, path: Path) -> None:
        self.path, self._turn = path, threading.Lock()
        self.at: dict[str, float] = {}
        """Receipt -> `time.monotonic()` when it came."""

    def note(self, **fields: str) -> None:
        """Write a line and wait for the disk."""
        with self._turn, self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(fields) + "\n")
            file.flush()
            os.fsync(file.fileno())
            self.at[fields["receipt"]] = time.monotonic()


def reports(actor: str, sector: str, area: str, began: datetime) -> Iterator[tuple[dict[str, Any], bytes]]:
    """For ever: news of ten matters; now and then a repeat, one too late, a conflict, a false name."""

    def report(number: int, matter: int, **more: Any) -> tuple[dict[str, Any], bytes]:
        sent = (began + timedelta(milliseconds=number)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        impact = {"sector": sector, "areas": [area], "now": IMPACTS[number % 5]}
        body = {"id": f"fault-{matter}", "sent": sent, "headline": f"Läge {number}", "exercise": True}
        body |= {"impacts": [impact], **more}
        return body, json.dumps(body).encode()

    for number in itertools.count(1):
        matter = number % 10
        yield report(number, matter)
        if number % 7 == 0:
            yield report(number, matter)
        if number % 11 == 0 and number > 20:
            yield report(number - 10, matter, headline="För sent")
        if number % 13 == 0:
            yield report(number, matter, headline="Samma tid, annat innehåll")
        if number % 17 == 0:
            yield report(number, matter, actor="polisen-sthlm" if actor != "polisen-sthlm" else "kommun-0180")


class Sender(threading.Thread):
    """One actor. `stop` lets the report under way be acknowledged first."""

    def __init__(
        self, address: str, actor: str, key: str, news: Iterator[tuple[dict[str, Any], bytes]], to: Acknowledged
    ) -> None:
        super().__init__(name=f"sender-{actor}", daemon=True)
        self._url, self._actor, self._news, self._to = f"{address}/api/v1/reports", actor, news, to
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._stopping = threading.Event()
        self.pause_s = 0.1
        self.tries: Counter[int] = Counter()
        """Status -> how often; 0 is no answer at all."""
        self.odd: list[str] = []
        """Answers that no sound server gives to a sound report."""

    def run(self) -> None:
        while not self._stopping.is_set():
            body, raw = next(self._news)
            receipt = self._until_acknowledged(raw)
            self._to.note(actor=self._actor, id=body["id"], sent=body["sent"], receipt=receipt)
            self._stopping.wait(self.pause_s)

    def finish(self, wait_s: float = START_S) -> None:
        """Stop after the report under way; TimeoutError if it is not acknowledged in time."""
        self._stopping.set()
        self.join(wait_s)
        if self.is_alive():
            raise TimeoutError(f"{self.name}: the last report was not acknowledged, answers {dict(self.tries)}")

    def _until_acknowledged(self, raw: bytes) -> str:
        while True:
            status, answer = self._post(raw)
            self.tries[status] += 1
            if status == 202:
                return str(json.loads(answer)["receipt"])
            if status not in AWAY:
                self.odd.append(f"{status} {answer[:300].decode(errors='replace')}")
            time.sleep(0.1)

    def _post(self, raw: bytes) -> tuple[int, bytes]:
        request = urllib.request.Request(self._url, raw, self._headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read()
        except (OSError, ValueError):
            return 0, b""
        except Exception as broken:  # noqa: BLE001 - http.client's errors of an answer that was cut short
            return 0, repr(broken).encode()
