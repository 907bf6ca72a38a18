"""How far one reader has read, kept in the reader's own browser: a version and its hash, one cookie for each login.

In: a request, the newest picture. Out: `Read`, or None where nothing was said or it belongs to another picture.
"""

import re
from typing import NamedTuple

from fastapi import Request
from starlette.responses import Response

from dashboards.access import Viewer
from dashboards.problems import Problem
from dashboards.server import Server

KEPT_S = 400 * 24 * 3600
"""As long as the log."""
HASH = 12
"""Letters of the hash: a picture made anew begins again at version 1 and is not the one that was read."""
_VALUE = re.compile(rf"(\d{{1,15}})\.([0-9a-f]{{{HASH}}})")


class Read(NamedTuple):
    """What the reader last said to have read."""

    version: int
    at: int
    """When that version was made, ms UTC."""


def cookie_of(server: Server, viewer: Viewer) -> str:
    """Name of the cookie: two roles in one browser are two readers."""
    return f"{server.cookie}-read-{viewer.who or viewer.role}"


async def last_read(request: Request, server: Server, viewer: Viewer) -> Read | None:
    """How far this reader has read."""
    found = _VALUE.fullmatch(request.cookies.get(cookie_of(server, viewer), ""))
    if found is None or int(found[1]) > server.follower.head.version:
        return None
    try:
        head = (await server.history.at_version(int(found[1]))).head
    except Problem:  # beyond retention
        return None
    return Read(head.version, head.at) if head.hash.startswith(found[2]) and head.at is not None else None


def remember(response: Response, request: Request, server: Server, viewer: Viewer, version: int, digest: str) -> None:
    """Put the cookie on an answer."""
    response.set_cookie(
        cookie_of(server, viewer),
        f"{version}.{digest[:HASH]}",
        max_age=KEPT_S,
        path=request.scope.get("root_path", "") or "/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
