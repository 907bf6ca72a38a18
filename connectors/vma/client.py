"""Asks Sveriges Radio for its list of announcements: one GET of a small list, mostly empty.

In: the address in the settings. Out: a `Batch`. The list's own time is renewed about every six hours when nothing
happens, so it says nothing of freshness: that is counted from our own asking.
Next: connectors/vma/parse.py
"""

from connectors.asking.fetch import Fetcher
from connectors.asking.onelist import OneList
from connectors.contract import Asking, Batch, Connector
from connectors.settings import ConnectorSettings
from connectors.vma.chain import resolved
from connectors.vma.parse import SOURCE, parse


def connect(fetcher: Fetcher, settings: ConnectorSettings) -> Connector:  # noqa: ARG001 # every connector has this form
    """The source `vma`, ready to be asked."""
    return Vma(fetcher)


class Vma:
    """The source `vma`."""

    source = SOURCE

    def __init__(self, fetcher: Fetcher) -> None:
        self._list = OneList(SOURCE, fetcher, parse)

    async def ask(self, asking: Asking) -> Batch:
        """Ask once. NotReadyError, DeniedError or GarbledError; a page instead of a list is told in the batch."""
        return resolved(await self._list.ask(asking), asking.position)
