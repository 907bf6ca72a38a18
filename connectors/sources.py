"""The sources that are asked, by name: what makes each connector of its settings.

In: a name. Out: its settings and a maker. A new source is one line here and a folder beside the others. `actors` is not
here: nobody asks it, its reports are sent to us (connectors/actors/README.md).
"""

from collections.abc import Callable
from typing import NamedTuple

import aiohttp

from connectors.contract import Connector
from connectors.fetch import Fetcher
from connectors.settings import ConnectorSettings, SmhiSettings, TrafikverketSettings
from connectors.smhi.client import Smhi
from connectors.trafikverket.client import Trafikverket


class Source(NamedTuple):
    """One source, ready to be asked."""

    settings: ConnectorSettings
    connector: Connector


def _fetcher(session: aiohttp.ClientSession, settings: ConnectorSettings) -> Fetcher:
    return Fetcher(session, settings.address, user_agent=settings.user_agent, interval_s=settings.interval_s)


def _smhi(session: aiohttp.ClientSession) -> Source:
    settings = SmhiSettings()
    return Source(settings, Smhi(_fetcher(session, settings)))


def _trafikverket(session: aiohttp.ClientSession) -> Source:
    settings = TrafikverketSettings()
    return Source(settings, Trafikverket(_fetcher(session, settings), settings))


SOURCES: dict[str, Callable[[aiohttp.ClientSession], Source]] = {"smhi": _smhi, "trafikverket": _trafikverket}
"""Sources that are asked."""
