"""Asks Krisinformation.se for its news, then for its VMA: two lists, one batch.

In: the address of the news in the settings; the VMA lie beside it. Out: a `Batch` with both bodies. When only the VMA
cannot be had the news are told all the same, as not complete.
Next: connectors/krisinformation/parse.py
"""

from functools import partial

from connectors.asking.fetch import Fetcher
from connectors.asking.onelist import OneList
from connectors.contract import Asking, Batch, Connector, Parsed
from connectors.errors import SourceError
from connectors.krisinformation.parse import SOURCE, parse
from connectors.settings import ConnectorSettings

VMAS = "vmas?format=json&allCounties=true&language=sv"
"""Address of the VMA, relative to that of the news."""


def connect(fetcher: Fetcher, settings: ConnectorSettings) -> Connector:  # noqa: ARG001 # every connector has this form
    """The source `krisinformation`, ready to be asked."""
    return Krisinformation(fetcher)


class Krisinformation:
    """The source `krisinformation`."""

    source = SOURCE

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._news = OneList(SOURCE, fetcher, parse)
        self._vmas: OneList | None = None

    async def ask(self, asking: Asking) -> Batch:
        """Ask for both. NotReadyError, DeniedError or GarbledError when the news cannot be had."""
        news = await self._news.ask(asking)
        try:
            if self._vmas is None:
                self._vmas = OneList(SOURCE, self._fetcher.other(VMAS), partial(parse, vma=True))
            vmas = await self._vmas.ask(asking)
        except SourceError as error:
            return news._replace(parsed=news.parsed._replace(complete=False, error=f"VMA: {error}"))
        return news._replace(parsed=joined(news.parsed, vmas.parsed), more=(vmas.raw,))


def joined(news: Parsed, vmas: Parsed) -> Parsed:
    """Both lists as one; an item that stands in both is told as the VMA it is."""
    items = {item.id: item for item in (*news.items, *vmas.items)}
    drift = dict(news.drift)
    for name, count in vmas.drift.items():
        drift[name] = drift.get(name, 0) + count
    return Parsed(
        items=tuple(items.values()),
        rejected=news.rejected + vmas.rejected,
        drift=drift,
        complete=news.complete and vmas.complete,
        seen=news.seen | vmas.seen,
        error="; ".join(filter(None, (news.error, vmas.error))) or None,
    )
