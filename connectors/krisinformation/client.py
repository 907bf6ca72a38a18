"""Asks Krisinformation.se for its news, then for its VMA and its themes: three lists, one batch.

In: the address of the news in the settings; the others lie beside it. Out: a `Batch` with all bodies. When one of
those cannot be had the news are told all the same, as not complete.
Next: connectors/krisinformation/parse.py
"""

from functools import partial

from connectors.asking.fetch import Fetcher
from connectors.asking.onelist import OneList
from connectors.contract import Asking, Batch, Connector, Parsed
from connectors.errors import SourceError
from connectors.krisinformation.parse import SOURCE, parse
from connectors.settings import ConnectorSettings

BESIDE = {
    "VMA": ("vmas?format=json&allCounties=true&language=sv", partial(parse, vma=True)),
    "themes": ("features?format=json&language=sv", partial(parse, quiet=True)),
}
"""Lists beside the news: address relative to theirs, and how each is read."""


def connect(fetcher: Fetcher, settings: ConnectorSettings) -> Connector:  # noqa: ARG001 # every connector has this form
    """The source `krisinformation`, ready to be asked."""
    return Krisinformation(fetcher)


class Krisinformation:
    """The source `krisinformation`."""

    source = SOURCE

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._news = OneList(SOURCE, fetcher, parse)
        self._beside: dict[str, OneList] = {}

    async def ask(self, asking: Asking) -> Batch:
        """Ask for all lists. NotReadyError, DeniedError or GarbledError when the news cannot be had."""
        batch = await self._news.ask(asking)
        for name in BESIDE:
            try:
                other = await self._list(name).ask(asking)
            except SourceError as error:
                told = "; ".join(filter(None, (batch.parsed.error, f"{name}: {error}")))
                batch = batch._replace(parsed=batch.parsed._replace(complete=False, error=told))
            else:
                batch = batch._replace(parsed=joined(batch.parsed, other.parsed), more=(*batch.more, other.raw))
        return batch

    def _list(self, name: str) -> OneList:
        if name not in self._beside:
            address, read = BESIDE[name]
            self._beside[name] = OneList(SOURCE, self._fetcher.other(address), read)
        return self._beside[name]


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
