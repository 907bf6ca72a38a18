"""The HTTP application: routes, guard, errors, static files. One process, one space.

In: settings, read by `__main__.py`. Out: an ASGI application whose server parts start and stop with it.
Next: dashboards/picture/follow.py (how the picture comes), dashboards/picture/view.py (what is shown of it)
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import chain

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from dashboards import live, login, probes
from dashboards.activation import ack_link, acting, duty
from dashboards.activation import page as activation
from dashboards.api import calls, inbox, stream
from dashboards.changes import feed, news
from dashboards.changes import page as changes
from dashboards.desk import pages
from dashboards.files import Files
from dashboards.forum import pages as forum
from dashboards.guard import Guard
from dashboards.help import page as help_page
from dashboards.joint import page as joint
from dashboards.page import error_page
from dashboards.problems import Problem, on_http, on_problem, on_query
from dashboards.rejected import page as rejected
from dashboards.report import page as report
from dashboards.report import seen, sending
from dashboards.rules import page as rules
from dashboards.server import Server
from dashboards.sheet import routes as sheet
from dashboards.sheet.keeper import Keeper
from dashboards.subpath import Subpath
from dashboards.timeline import page as timeline
from dashboards.wall import page as wall
from streams.beat import ask_broker, beat

ROUTES = (
    (probes, calls, inbox, stream),
    (live, login, pages, wall, forum),
    (changes, news, feed, timeline, joint),
    (report, sending, seen, activation, acting, ack_link, duty, sheet),
    (rules, rejected, help_page),
)
"""Machines, the rooms that show, what has been and what is told of it, where people act, where they read."""
ABOUT = "Lägesbild: the shared regional situation picture of Stockholm County. See docs/api.md."


def create_app(make_server: Callable[[], Server], root: str = "") -> FastAPI:
    """The application, below the path `root`; `make_server` is called once, inside the running loop."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.server = make_server()
        app.state.desk = live.Desk(app.state.server)
        settings = app.state.server.settings
        signs = {"beat": lambda: beat(settings), "broker": lambda: ask_broker(settings)}
        keeper = Keeper(app.state.server)
        app.state.server.start({"sheets": keeper.run, "sheet_mail": keeper.post.run, **signs})
        app.state.error_page = error_page
        yield
        await app.state.server.stop()

    app = FastAPI(
        title="lagesbild",
        version="1",
        description=ABOUT,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    for part in chain.from_iterable(ROUTES):
        app.include_router(part.router)
    app.mount("/static", Files(), name="static")
    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_query)
    app.add_exception_handler(HTTPException, on_http)
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=6)
    app.add_middleware(Guard, server=lambda: app.state.server)
    app.add_middleware(Subpath, root=root)
    return app
