"""Asks for a list of outages: one conditional GET, answered by the list or by "not changed".

In: address and name of a mapping from the settings. Out: a `Batch`. Without a name each mapping is tried.
Next: connectors/outages/parse.py
"""

from functools import partial

from connectors.asking.fetch import Fetcher
from connectors.asking.onelist import OneList
from connectors.contract import Asking, Batch, Connector
from connectors.errors import DeniedError
from connectors.outages.mapping import FaultyMapping, load
from connectors.outages.parse import SOURCE, parse, parse_as
from connectors.settings import ConnectorSettings


class Settings(ConnectorSettings):
    """A list's own, beside what every source has."""

    mapping: str = ""
    """Name of a file in `mappings/`, without `.toml`. Empty: the first that recognises the answer."""


def connect(fetcher: Fetcher, settings: Settings) -> Connector:
    """The source `outages`, ready to be asked."""
    if not settings.mapping:
        return OneList(SOURCE, fetcher, parse)
    try:
        return OneList(SOURCE, fetcher, partial(parse_as, one=load(settings.mapping)))
    except FaultyMapping as error:
        return _Unreadable("; ".join(str(error).splitlines()))


class _Unreadable:
    """A source whose mapping has faults: told at each asking, so that the health record says why it is silent."""

    source = SOURCE

    def __init__(self, faults: str) -> None:
        self._faults = faults

    async def ask(self, asking: Asking) -> Batch:  # noqa: ARG002 # every connector has this form
        raise DeniedError(f"the mapping cannot be used, correct it or the setting `mapping`: {self._faults}")
