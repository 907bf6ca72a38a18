"""Asks a DATEX II node for its situations: one conditional GET, answered by the whole publication or by "not changed".

In: address, and user and password from the settings. Out: a `Batch`. User and password stand in no record and no log:
evidence and errors have addresses without them (connectors/asking/fetch.py).
Next: connectors/datex/parse.py
"""

from urllib.parse import quote, urlsplit, urlunsplit

from connectors.asking.fetch import Fetcher
from connectors.asking.onelist import OneList
from connectors.contract import Asking, Batch, Connector
from connectors.datex.parse import SOURCE, parse
from connectors.errors import DeniedError
from connectors.quality import about
from connectors.settings import ConnectorSettings


def connect(fetcher: Fetcher, settings: ConnectorSettings) -> Connector:
    """A DATEX II node, ready to be asked."""
    return Datex(fetcher, settings)


class Datex:
    """A DATEX II node."""

    source = SOURCE

    def __init__(self, fetcher: Fetcher, settings: ConnectorSettings) -> None:
        self._fetcher, self._settings = fetcher, settings
        self._asked: tuple[str, OneList] | None = None

    async def ask(self, asking: Asking) -> Batch:
        """Ask once. NotReadyError, DeniedError (no address, or nobody it knows) or GarbledError."""
        if not self._settings.address:
            raise DeniedError(f"no address: {about(SOURCE).key}")
        address = signed(self._settings.address, self._settings.secret)
        if self._asked is None or self._asked[0] != address:
            # a fetcher of its own for each user: what is remembered of an answer belongs to its address
            self._asked = address, OneList(SOURCE, self._fetcher.other(address), parse)
        return await self._asked[1].ask(asking)


def signed(address: str, secret: str) -> str:
    """Address with `user:password` in it; as it is where there is no secret."""
    if not secret:
        return address
    user, _, password = secret.partition(":")
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{host}"))
