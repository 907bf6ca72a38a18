"""`python -m dashboards`: the HTTP server of one space. Writes nothing to stdout; logs JSON lines to stderr.

In: `LAGESBILD_*`. Out: pages and API on host and port. SIGTERM ends streams at once and stops in under three seconds.
Next: dashboards/app.py
"""

import asyncio
import os
import socket
import sys
from types import FrameType

import structlog
import uvicorn

from dashboards.app import create_app
from dashboards.server import Server
from streams.errors import LagesbildError
from streams.logs import set_up
from streams.settings import Settings

STOP_S = 2


class _Http(uvicorn.Server):
    """uvicorn that tells streams at once that it is closing, instead of waiting for them."""

    def __init__(self, config: uvicorn.Config, parts: list[Server]) -> None:
        super().__init__(config)
        self._parts = parts

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Signals come here. They are not raised again after the stop, as uvicorn would: a clean stop is status 0."""
        del sig, frame
        for server in self._parts:
            server.closing.set()
        self.force_exit = self.should_exit
        self.should_exit = True

    async def main_loop(self) -> None:
        """Serve until asked to stop, or until a part of ours has died."""
        watch = asyncio.create_task(self._closed())
        await super().main_loop()
        watch.cancel()

    async def _closed(self) -> None:
        await self._parts[0].closing.wait()
        self.should_exit = True


def main() -> int:
    """Exit status 0 after a stop, 1 when it could not start or a part died; one clear line says why."""
    set_up("server")
    settings = Settings()
    parts: list[Server] = []

    def make() -> Server:
        parts.append(Server(settings, os.environ.get("LAGESBILD_EXERCISE_END")))
        return parts[0]

    config = uvicorn.Config(
        create_app(make, settings.root_path),
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=STOP_S,
        server_header=False,
        forwarded_allow_ips=settings.proxies,
    )
    try:
        listening = listen(settings.host, settings.port)
        http = _Http(config, parts)
        http.run(sockets=[listening])
    except (LagesbildError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 1 if not http.started or (parts and parts[0].failed) else 0


def listen(host: str, port: int) -> socket.socket:
    """Take the port before anything else starts: a taken one is told at once. Raises OSError."""
    listening = socket.create_server(
        (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=2048
    )
    # asyncio sets it on sockets of its own making and not on those that one of ours accepts: an answer's body would
    # wait for the peer's delayed acknowledgement of its head, 40 ms on Linux
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    structlog.get_logger().info("listening", host=host, port=listening.getsockname()[1])
    return listening


if __name__ == "__main__":
    sys.exit(main())
