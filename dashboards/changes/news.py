"""What has come since a page of changes was opened: one line, pushed, so that nothing moves under a reader's eyes.

In: the version that the page shows, a viewer. Out: an event stream of that line, of marks, and of counts to be said.
Next: dashboards/static/changes.js
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Path as Number
from markupsafe import Markup, escape
from starlette.responses import Response

from dashboards.api.calls import sight_of
from dashboards.api.frames import viewed
from dashboards.api.stream import MARK_S, RETRY_MS, EventStream, mark_body, sse
from dashboards.changes.decided import DECIDED
from dashboards.identify import Asker, Parts
from dashboards.picture.follow import Life
from dashboards.picture.ring import Ring
from dashboards.picture.view import Sight
from dashboards.problems import Problem, Told
from dashboards.telling.happenings import state_of
from schemas.change import EntityKind
from schemas.codec import Json, canon
from schemas.sectors import Kind
from streams.words import Words

router = APIRouter(tags=["pages"], include_in_schema=False)

SPACING_S = 1.0
"""A line that counts need not count ten times a second."""
LINE = Markup('<a class="btn main" href="{}/changes?since={}">{}</a>')


class News:
    """What has become of things since one version, kept up by the versions that come: old ones are never read again."""

    def __init__(self, since: int) -> None:
        self._version = since
        self._first: dict[tuple[str, str], Json | None] = {}
        self._last: dict[tuple[str, str], Json | None] = {}

    def count(self, ring: Ring, head: int, sight: Sight) -> int | None:
        """Things that are not as they were and that the page would tell; None when some versions are not held."""
        entries = ring.after(self._version) if head > self._version else []
        if entries is None:
            return None
        for entry in entries:
            for change, before in viewed(entry, sight):
                self._first.setdefault((change.kind, change.key), before)
                self._last[change.kind, change.key] = change.value
            self._version = entry.version.number
        return sum(_is_news(kind, self._first[kind, key], now) for (kind, key), now in self._last.items())


def _is_news(kind: str, before: Json | None, now: Json | None) -> bool:
    match kind:
        case EntityKind.CELL:
            return state_of(before) != state_of(now)
        case EntityKind.ITEM:
            return before != now and (now or before or {})["kind"] != Kind.SITUATION
        case EntityKind.SOURCE | EntityKind.SUGGESTION:
            return (before or {}).get("state") != (now or {}).get("state") != "holding"
        case _:
            return kind in DECIDED and before != now


def line_of(words: Words, root: str, since: int, count: int | None) -> str:
    """The line; empty while nothing has come, without a number where it is not known."""
    if count == 0:
        return ""
    text = words("changes.news_some") if count is None else words.count("news", count)
    return str(LINE.format(escape(root), since, text))


@router.get("/changes/stream/{since}")
async def news_stream(request: Request, server: Parts, viewer: Asker, since: Annotated[int, Number(ge=0)]) -> Response:
    """The line, as the picture changes."""
    if server.follower.life == Life.STARTING:
        raise Problem(503, "not-ready", Told("ready.starting"), headers={"Retry-After": "2"})
    words, root = viewer.words, request.scope.get("root_path", "")

    async def frames() -> AsyncGenerator[bytes]:
        loop, follower, marked, shown = asyncio.get_running_loop(), server.follower, 0.0, ""
        news = News(since)
        yield f"retry: {RETRY_MS}\n\n".encode()
        while True:
            seen = follower.head
            count = news.count(follower.chain.ring, seen.version, sight_of(server, viewer))
            line = line_of(words, root, since, count)
            if line != shown:
                shown = line
                parts = {"p-news": line}
                yield sse(
                    "parts",
                    canon({"name": str(seen.version), "version": since, "parts": parts, "alarms": [], "counts": {}}),
                )
            if loop.time() - marked >= MARK_S:
                marked = loop.time()
                yield sse("mark", canon(mark_body(server)))
            await asyncio.sleep(SPACING_S)
            if follower.head is seen:
                await follower.wait(max(0.01, marked + MARK_S - loop.time()))

    return EventStream(server, "changes", frames)
