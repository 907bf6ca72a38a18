"""What answers carry: version and time of the picture, and headers that keep browsers strict.

In: the application and its server. Out: the same application with headers on, and each answer counted.
"""

import time
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards.metrics import REQUESTS, SECONDS
from dashboards.server import Server
from schemas.times import z

POLICY = (
    "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'; "
    "img-src 'self' data:"
)
"""No script and no style inside a page, nothing from another host. Icons of our own style sheet may be data."""

STRICT = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


PARTS = ("text/css", "text/javascript")
"""Parts of a page: they obey its policy and tell nothing of a picture. A first visit fetches ten of them."""
ON_PARTS = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Guard:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, server: Callable[[], Server]) -> None:
        self._app, self._server = app, server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass through; dress the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.monotonic()

        async def dress(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._dress(MutableHeaders(scope=message))
                route = getattr(scope.get("route"), "path", "other")
                REQUESTS.labels(route, str(message["status"])).inc()
                SECONDS.labels(route).observe(time.monotonic() - began)
            await send(message)

        await self._app(scope, receive, dress)

    def _dress(self, headers: MutableHeaders) -> None:
        part = headers.get("content-type", "").startswith(PARTS)
        if not part:
            server = self._server()
            headers.setdefault("Lagesbild-Version", str(server.follower.head.version))
            headers["Lagesbild-Time"] = z(server.now())
        for name, value in (ON_PARTS if part else STRICT).items():
            headers.setdefault(name, value)
