"""The sources of a county, ready to be asked: each row of its `sources.toml` with the connector that can read it.

In: rows of `streams/feeds.py`. Out: `Source`. A connector is a folder here with `client.connect` and `parse.parse`;
nothing else names it. `actors` is read like any source, but nobody asks it: its reports are sent to us.
Next: connectors/process.py
"""

from importlib import import_module
from typing import NamedTuple

import aiohttp

from connectors.contract import Connector, Parse
from connectors.fetch import Fetcher
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


def open_source(feed: Feed, session: aiohttp.ClientSession) -> Source:
    """Connector and settings of one row."""
    client = import_module(f"connectors.{feed.connector}.client")
    settings = settings_of(feed)
    facts = about(feed.connector)
    fetcher = Fetcher(session, settings.address, user_agent=settings.user_agent, interval_s=settings.interval_s)
    connector: Connector = client.connect(fetcher, settings)
    return Source(feed.name, settings, facts, connector)


def settings_of(feed: Feed) -> ConnectorSettings:
    """Settings of one row, in the model of its connector: `client.Settings` where it has fields of its own."""
    client = import_module(f"connectors.{feed.connector}.client")
    model: type[ConnectorSettings] = getattr(client, "Settings", ConnectorSettings)
    return model.of(feed, about(feed.connector))


def parser(folder: str) -> Parse:
    """Parser of a connector's payloads."""
    parse: Parse = import_module(f"connectors.{folder}.parse").parse
    return parse
