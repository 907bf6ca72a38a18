"""The HTTP application: routes, guard, errors, static files. One process, one space.

In: settings, read by `__main__.py`. Out: an ASGI application whose server parts start and stop with it.
Next: dashboards/follow.py (how the picture comes), dashboards/view.py (what is shown of it)
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from dashboards import ack_link, acting, api, duty, inbox, live, pages, probes, reporting, stream, wall_page
from dashboards.guard import Guard
from dashboards.problems import Problem, on_http, on_problem, on_query
from dashboards.server import Server
from dashboards.sheet import routes
from dashboards.sheet.keeper import Keeper

STATIC = Path(__file__).with_name("static")
ABOUT = "Lägesbild: the shared regional situation picture of Stockholm County. See docs/api.md."


def create_app(make_server: Callable[[], Server]) -> FastAPI:
    """The application; `make_server` is called once, inside the running loop."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.server = make_server()
        app.state.server.start({"sheets": Keeper(app.state.server).run})
        app.state.error_page = pages.error_page
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
    for part in (probes, api, inbox, stream, live, pages, reporting, acting, ack_link, duty, wall_page, routes):
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_query)
    app.add_exception_handler(HTTPException, on_http)
    app.add_middleware(GZipMiddleware, minimum_size=1_000)
    app.add_middleware(Guard, server=lambda: app.state.server)
    return app
