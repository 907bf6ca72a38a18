"""Sources answered by a timed script at `/feeds/<name>/...`, GET and POST, and what was asked of each.

In: `Timed` by name and the space's clock. Out: the answer that holds at that moment, as the wire would carry it.
Next: connectors/recorded/wire.py
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple

from aiohttp import web

from connectors.recorded.timed import Answer, Timed
from connectors.recorded.wire import Wire


class Asked(NamedTuple):
    """One request as it came."""

    name: str
    path: str
    method: str
    headers: Mapping[str, str]
    body: bytes


class Feeds:
    """The sources of a timed script. Answers may be added while it runs."""

    def __init__(self, timed: Mapping[str, Timed], now: Callable[[], int]) -> None:
        """`now` is space time in ms UTC."""
        self._timed = {name: feed.model_copy(update={"answers": list(feed.answers)}) for name, feed in timed.items()}
        self._now = now
        self._given: Counter[int] = Counter()
        self._released = asyncio.Event()
        self.asked: list[Asked] = []
        """Every request, oldest first."""
        self.at_once: Counter[str] = Counter()
        """Most requests of each source that were open at the same time."""
        self._open: Counter[str] = Counter()

    def add(self, name: str, feed: Timed) -> None:
        """Answer for one source more, or for one anew: what was said, given and asked of it is forgotten."""
        for row in self._timed[name].answers if name in self._timed else []:
            self._given.pop(id(row), None)
        self._timed[name] = feed
        self.asked = [asked for asked in self.asked if asked.name != name]

    def say(self, name: str, *answers: Answer) -> None:
        """What a source answers from `Answer.at` on; of several that hold, the one said last."""
        rows = self._timed[name].answers
        rows.extend(answers)
        rows.sort(key=lambda row: row.at)

    def release(self) -> None:
        """Let requests go that hang."""
        self._released.set()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Handler of `/feeds/{name}/{path}`. 404 if nothing holds at that moment."""
        name, path = request.match_info["name"], request.match_info["path"]
        body = await request.read()
        self.asked.append(Asked(name, path, request.method, dict(request.headers), body))
        feed = self._timed.get(name)
        told = b" ".join((body, request.query_string.encode(), request.path.encode()))
        found = feed and self._holding(feed, path, told.decode(errors="replace"))
        if not feed or not found:
            return web.Response(status=404, text="nothing holds here at this moment")
        self._open[name] += 1
        self.at_once[name] = max(self.at_once[name], self._open[name])
        try:
            return await Wire(request, feed, found, self._now(), self._released).send()
        finally:
            self._open[name] -= 1

    def _holding(self, feed: Timed, path: str, told: str) -> Answer | None:
        """The newest answer for this request that has not been given as often as it may be."""
        now = self._now()
        for row in reversed(feed.answers):
            fits = row.at <= now and row.path in {"", path} and row.match in told
            if fits and (not row.times or self._given[id(row)] < row.times):
                self._given[id(row)] += 1
                return row
        return None
