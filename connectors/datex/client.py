"""Asks a DATEX II node for its situations: one conditional GET, answered by the whole publication or by "not changed".

In: the address in the settings. Out: a `Batch`. An unchanged answer repeats the verdict of the one before.
Next: connectors/datex/parse.py
"""

from connectors.contract import Asking, Batch, Connector
from connectors.datex.parse import SOURCE, parse
from connectors.errors import DeniedError
from connectors.fetch import Fetcher
from connectors.onelist import OneList
from connectors.quality import about
from connectors.settings import ConnectorSettings


def connect(fetcher: Fetcher, settings: ConnectorSettings) -> Connector:
    """A DATEX II node, ready to be asked; without an address it says how to get one."""
    return OneList(SOURCE, fetcher, parse) if settings.address else Unknown()


class Unknown:
    """A node that nobody has given us the address of."""

    source = SOURCE

    async def ask(self, asking: Asking) -> Batch:  # noqa: ARG002 # every connector has this form
        """Raise DeniedError, which says what is missing."""
        raise DeniedError(f"no address: {about(SOURCE).key}")
