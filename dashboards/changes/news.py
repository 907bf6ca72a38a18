"""What has come since a page of changes was opened: one line, pushed, so that nothing moves under a reader's eyes.

In: the version that the page shows, a viewer. Out: an event stream of that line, of marks, and of counts to be said.
Next: dashboards/static/changes.js
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Path as Number
from markupsafe import Markup, escape
from starlette.responses import Response

from dashboards.api.calls import sight_of
from dashboards.api.stream import MARK_S, RETRY_MS, EventStream, mark_body, sse
from dashboards.changes.told import between_versions
from dashboards.identify import Asker, Parts
from dashboards.picture.follow import Life
from dashboards.picture.view import Sight
from dashboards.problems import Problem, Told
from dashboards.server import Server
from schemas.change import EntityKind
from schemas.codec import canon
from streams.words import Words

router = APIRouter(tags=["pages"], include_in_schema=False)

SPACING_S = 1.0
"""A line that counts need not count ten times a second."""
TOLD = frozenset({EntityKind.CELL, EntityKind.ITEM, EntityKind.SOURCE, EntityKind.SUGGESTION, EntityKind.ENTRY})
LINE = Markup('<a class="btn main" href="{}/changes?since={}">{}</a>')


def line_of(words: Words, root: str, since: int, count: int | None) -> str:
    """The line; empty while nothing has come, without a number where it is not known."""
    if count == 0:
        return ""
    text = words("changes.news_some") if count is None else words.count("news", count)
    return str(LINE.format(escape(root), since, text))


def count_since(server: Server, sight: Sight, since: int) -> int | None:
    """Things that have changed since a version; None when it lies too far back."""
    head = server.follower.head
    entries = server.follower.chain.ring.after(since) if head.version > since else []
    if entries is None or head.at is None:
        return None
    return sum(row.kind in TOLD for row in between_versions(entries, sight, head.at).told)


@router.get("/changes/stream/{since}")
async def news_stream(request: Request, server: Parts, viewer: Asker, since: Annotated[int, Number(ge=0)]) -> Response:
    """The line, as the picture changes."""
    if server.follower.life == Life.STARTING:
        raise Problem(503, "not-ready", Told("ready.starting"), headers={"Retry-After": "2"})
    words, root = viewer.words, request.scope.get("root_path", "")

    async def frames() -> AsyncIterator[bytes]:
        loop, follower, marked, shown = asyncio.get_running_loop(), server.follower, 0.0, ""
        yield f"retry: {RETRY_MS}\n\n".encode()
        while True:
            seen = follower.head
            line = line_of(words, root, since, count_since(server, sight_of(server, viewer), since))
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
