"""Asks each source of the county once and says in one line each what it found: `lagesbild doctor --live`.

In: names of sources, or none for all that are enabled. Out: a line each, or JSON; nothing is published and no cursor
moved. Exit status 1 when a source that could be asked did not answer well; a key that is missing is no fault.
"""

import argparse
import asyncio
import logging
import sys
import time
from collections.abc import Sequence
from typing import NamedTuple

import aiohttp
import structlog

from connectors.asking.network import session
from connectors.contract import Asking, Batch
from connectors.errors import DeniedError, SourceError
from connectors.followed import chosen, lacking
from connectors.sources import open_source
from schemas.codec import canon
from streams.clock import wall_ms
from streams.errors import LagesbildError
from streams.feeds import Feed, load_feeds
from streams.settings import Settings

PATIENCE_S = 25.0
"""Seconds that one source gets; they are asked side by side."""


class Found(NamedTuple):
    """What one source said."""

    source: str
    ok: bool | None
    """None: it was not asked, and that is no fault."""
    told: str

    @property
    def sign(self) -> str:
        """How it is drawn."""
        return "–" if self.ok is None else "ok" if self.ok else "NO"


async def inquire(feed: Feed, http: aiohttp.ClientSession) -> Found:
    """Ask one source once."""
    began = time.monotonic()
    try:
        source = open_source(feed, http)
        if source.lacking:
            return Found(feed.name, None, f"not asked: {source.lacking}")
        async with asyncio.timeout(PATIENCE_S):
            batch = await source.connector.ask(Asking(wall_ms(), {}, ()))
    except DeniedError as error:
        return Found(feed.name, False, str(error))
    except SourceError as error:
        return Found(feed.name, False, f"{error}; is there a network, and does it let us out?")
    except TimeoutError:
        return Found(feed.name, False, f"no answer within {PATIENCE_S:.0f} s")
    return Found(feed.name, batch.parsed.error is None, _said(batch, time.monotonic() - began))


def _said(batch: Batch, seconds: float) -> str:
    parsed, documents = batch.parsed, (batch.raw, *batch.more)
    if parsed.error:
        return f"it says: {parsed.error}"
    size = sum(len(document.body) for document in documents)
    parts = [f"{len(parsed.items)} items", "complete" if parsed.complete else "not complete"]
    parts += [f"{len(parsed.rejected)} refused"] if parsed.rejected else []
    parts += [f"{len(parsed.drift)} kinds of drift"] if parsed.drift else []
    parts += [f"its clock {batch.skew_s:+d} s"] if batch.skew_s is not None else []
    return ", ".join([*parts, f"{size / 1000:.0f} kB in {seconds:.1f} s"])


def not_asked(names: Sequence[str], settings: Settings) -> list[Found]:
    """Sources that would not be asked, and why; asks nobody."""
    found = []
    for feed in chosen(load_feeds(settings.region_folder), names).values():
        why = lacking(feed)
        found += [Found(feed.name, None, why)] if why else []
    return found


async def _all(names: Sequence[str], settings: Settings) -> list[Found]:
    feeds = chosen(load_feeds(settings.region_folder), names)
    async with session() as http:
        return await asyncio.gather(*(inquire(feed, http) for feed in feeds.values()))


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status of the process."""
    arguments = argparse.ArgumentParser(prog="lagesbild doctor --live")
    arguments.add_argument("source", nargs="*")
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--lacking", action="store_true", help="only say which are not asked, and why")
    told = arguments.parse_args(argv)
    try:
        settings = Settings()
        found = not_asked(told.source, settings) if told.lacking else asyncio.run(_all(told.source, settings))
    except LagesbildError as error:
        print(f"lagesbild: {error}", file=sys.stderr)  # noqa: T201
        return 1
    for one in found:
        if told.json:
            sys.stdout.buffer.write(canon({k: v for k, v in one._asdict().items() if v is not None}) + b"\n")
        else:
            print(f"{one.sign:3} {one.source}: {one.told}")  # noqa: T201
    return 1 if any(one.ok is False for one in found) else 0


if __name__ == "__main__":
    # a line each is promised: what was tried twice stands in it
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    raise SystemExit(main())
