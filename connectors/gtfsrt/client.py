"""Asks for one GTFS Realtime message: one conditional GET with the key in its query.

In: address, key and the operator's facts from the settings. Out: a `Batch`. The key stands in no record and no log:
evidence and errors have addresses without their query (connectors/asking/fetch.py).
Next: connectors/gtfsrt/parse.py
"""

import asyncio
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from connectors.asking.fetch import Fetcher
from connectors.asking.onelist import OneList
from connectors.contract import Asking, Batch, Connector, Parsed
from connectors.errors import DeniedError
from connectors.gtfsrt.parse import SOURCE, parse
from connectors.gtfsrt.stops import load
from connectors.settings import ConnectorSettings
from schemas.report import Code


class Settings(ConnectorSettings):
    """GTFS Realtime's own, beside what every source has."""

    area: tuple[Code, ...] = ()
    """County or municipality codes where the operator runs: the place of what names no known stop."""
    operator: str = ""
    """The operator's name, as the one who counts cancelled trips."""
    stops: Path | None = None
    """`stops.txt` of the operator's static GTFS, or the zip that holds it; read once, when first asked."""
    key_parameter: str = "key"
    """Name of the key in the query; empty for a feed that wants none."""


def connect(fetcher: Fetcher, settings: Settings) -> Connector:
    """A GTFS Realtime feed, ready to be asked."""
    return GtfsRealtime(fetcher, settings)


class GtfsRealtime:
    """A GTFS Realtime feed."""

    source = SOURCE

    def __init__(self, fetcher: Fetcher, settings: Settings) -> None:
        self._fetcher, self._settings = fetcher, settings
        self._asked: tuple[str, OneList] | None = None
        self._stops: dict[str, tuple[float, float]] | None = None
        self._unreadable = False

    async def ask(self, asking: Asking) -> Batch:
        """Ask once. NotReadyError, DeniedError (no key, or one that is not accepted) or GarbledError."""
        if self._stops is None:
            await self._read_stops()
        address = keyed(self._settings.address, self._settings.key_parameter, self._settings.secret)
        if self._asked is None or self._asked[0] != address:
            # a fetcher of its own for each key: what is remembered of an answer belongs to its address
            self._asked = address, OneList(SOURCE, self._fetcher.other(address), self._parse)
        return await self._asked[1].ask(asking)

    def _parse(self, raw: bytes) -> Parsed:
        parsed = parse(raw, stops=self._stops, area=self._settings.area, operator=self._settings.operator)
        return parsed._replace(drift={**parsed.drift, "!stops:unreadable": 1}) if self._unreadable else parsed

    async def _read_stops(self) -> None:
        """Without its stops a feed is still worth having; that they are missing is told in its health."""
        try:
            self._stops = {} if self._settings.stops is None else await asyncio.to_thread(load, self._settings.stops)
        except (OSError, ValueError):
            self._stops, self._unreadable = {}, True


def keyed(address: str, parameter: str, key: str) -> str:
    """Address with the key in its query. DeniedError when one is wanted and there is none."""
    query = urlsplit(address).query
    if not parameter or parameter in parse_qs(query):
        return address
    if not key:
        raise DeniedError(
            "no key: get one free at trafiklab.se (GTFS Regional Realtime) and set LAGESBILD_<NAME>_KEY_FILE, such as "
            "LAGESBILD_SL_GTFS_KEY_FILE; for a feed that wants none set LAGESBILD_<NAME>_KEY_PARAMETER to nothing"
        )
    return f"{address}{'&' if query else '?'}{quote(parameter, safe='')}={quote(key, safe='')}"
