"""The sources of a county, ready to be asked: each row of its `sources.toml` with the connector that can read it.

In: rows of `streams/feeds.py`. Out: `Source`. A connector is a folder here with `client.connect` and `parse.parse`;
nothing else names it. `actors` is read like any source, but nobody asks it: its reports are sent to us.
Next: connectors/process.py
"""

from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple

import aiohttp

from connectors.asking.breaker import Breaker
from connectors.asking.fetch import Fetcher
from connectors.contract import Connector, Parse, Sieve
from connectors.followed import lacking, settings_of
from connectors.quality import About, about
from connectors.settings import ConnectorSettings
from streams.feeds import Feed


class Source(NamedTuple):
    """One source, ready to be asked."""

    name: str
    """In the topics and in every report; the connector's own name may be another."""
    settings: ConnectorSettings
    about: About
    connector: Connector

    breaker: Breaker
    """How long it is left alone; its fetcher and its rounds share it."""
    lacking: str
    """Why it is not asked, with what to do; empty if nothing is lacking."""

    def close(self) -> None:
        """Let go of what its connector holds open between askings, if it holds anything."""
        close: Callable[[], None] | None = getattr(self.connector, "close", None)
        if close is not None:
            close()


def open_source(feed: Feed, session: aiohttp.ClientSession) -> Source:
    """Connector and settings of one row."""
    client = import_module(f"connectors.{feed.connector}.client")
    settings = settings_of(feed)
    facts = about(feed.connector)
    breaker = Breaker(settings.interval_s)
    fetcher = Fetcher(
        session,
        settings.address,
        user_agent=settings.user_agent,
        interval_s=settings.interval_s,
        hosts=settings.hosts,
        private=settings.private,
        content_types=facts.content_types,
        breaker=breaker,
    )
    connector: Connector = client.connect(fetcher, settings)
    return Source(feed.name, settings, facts, connector, breaker, lacking(feed))


def sieve(folder: str) -> Sieve:
    """What a connector leaves out of what its parser found: `parse.wanted`, where it has one; else nothing."""
    found: Sieve = getattr(import_module(f"connectors.{folder}.parse"), "wanted", lambda parsed, _: parsed)
    return found


def parser(folder: str) -> Parse:
    """Parser of a connector's payloads."""
    parse: Parse = import_module(f"connectors.{folder}.parse").parse
    return parse
