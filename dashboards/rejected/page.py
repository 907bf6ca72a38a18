"""`/rejected`: an operator looks at what could not be used and drives one of it again, by the way the command does.

In: the tail of `rejected`; a posted id. Out: a page; the kept bytes once more at the end of the topic they came from.
For operators, or on this machine itself. Next: streams/redrive.py
"""

import asyncio
from typing import Annotated

import structlog
from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from dashboards.access import Act
from dashboards.identify import Parts, Writer, operator_or_loopback
from dashboards.live import desk_of
from dashboards.page import NO_STORE, back_to, html
from dashboards.picture.follow import Life
from dashboards.picture.rejected import Driven
from dashboards.problems import Problem, Told
from dashboards.rejected.rows import rejected_page
from streams.redrive import Choice, redrive

router = APIRouter(tags=["pages"], include_in_schema=False)
log = structlog.get_logger()

Cursor = Annotated[str | None, Query(max_length=500)]
DRIVE_S = 30.0
"""Longest wait for reading `rejected` and for Kafka's confirmation; to drive it twice is harmless."""


@router.get("/rejected")
async def rejected(request: Request, server: Parts, cursor: Cursor = None) -> Response:
    """The list, newest first."""
    viewer = operator_or_loopback(request, Act.SEE_REJECTED)
    if server.follower.life == Life.STARTING:
        return html(request, server, viewer, "starting.html")
    scene = desk_of(request).scene(viewer)
    try:
        page = rejected_page(scene, server.rejected, request.query_params, cursor)
    except ValueError as error:
        fault = {"pointer": "/query/cursor", "detail": str(error)}
        raise Problem(400, "bad-query", Told("problem.cursor"), [fault]) from error
    here = f"{request.url.path}?{request.url.query}".rstrip("?")
    return html(request, server, viewer, "rejected.html", "rejected", page=page, back=here)


@router.post("/rejected/redrive")
async def drive(request: Request, server: Parts, viewer: Writer) -> Response:
    """One of them goes again to the topic it came from; the list then says what came of it."""
    operator_or_loopback(request, Act.SEE_REJECTED)
    form = await request.form()
    key = str(form.get("key", ""))
    if server.rejected.find(key) is None:
        raise Problem(404, "not-found", Told("rejected.gone"))
    try:
        async with asyncio.timeout(DRIVE_S):
            done = await redrive(server.settings.bootstrap, server.space, Choice(id=key))
    except (TimeoutError, RuntimeError, OSError) as error:  # aiokafka's errors are RuntimeErrors
        raise Problem(503, "not-confirmed", Told("rejected.not_driven"), headers={"Retry-After": "5"}) from error
    if not done:
        raise Problem(404, "not-found", Told("rejected.gone"))
    came, by = done[0], viewer.user or viewer.who or "loopback"
    server.rejected.driven[key] = Driven(came.done, came.topic, server.now())
    log.info("redriven", id=key, done=came.done.value, topic=came.topic, by=by)
    return RedirectResponse(back_to(request, form), 303, dict(NO_STORE))
