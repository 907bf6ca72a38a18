"""`python -m connectors [SOURCE ...]`: asks the named sources, or all of them, until SIGTERM or SIGINT.

`actors` is the actors' watched folders (connectors/actors/client.py).

In: settings from the environment (streams/settings.py, connectors/settings.py). Out: exit 0 after a clean stop, 1 when
it cannot run, 2 for an unknown source.
Next: connectors/process.py
"""

import asyncio
import signal
import sys
from collections.abc import Sequence

from prometheus_client import start_http_server

from connectors.actors.parse import SOURCE as ACTORS
from connectors.calm import collect_seldom
from connectors.errors import UnknownSourceError
from connectors.followed import chosen
from connectors.process import configure_log, run_until
from streams.beat import beat
from streams.errors import LagesbildError
from streams.feeds import load_feeds
from streams.settings import Settings


async def _run(settings: Settings, sources: Sequence[str]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    sign = asyncio.create_task(beat(settings))
    try:
        await run_until(settings, sources, stop)
    finally:
        sign.cancel()


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status of the process."""
    names, settings = list(sys.argv[1:] if argv is None else argv), Settings()
    try:
        feeds = load_feeds(settings.region_folder)
        named = chosen(feeds, [name for name in names if name != ACTORS]) if {*names} != {ACTORS} else {}
    except UnknownSourceError as error:
        print(f"usage: python -m connectors [SOURCE ...]    {error}", file=sys.stderr)  # noqa: T201
        return 0 if names in (["-h"], ["--help"]) else 2
    configure_log()
    collect_seldom()
    if settings.metrics_port:
        start_http_server(settings.metrics_port, settings.metrics_host)
    try:
        asyncio.run(_run(settings, [*named, *([ACTORS] if not names or ACTORS in names else [])]))
    except LagesbildError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
