"""A source that is one address with one list: asked, compared, parsed. Most sources are of this kind.

In: a fetcher and a parser. Out: a `Batch`; an unchanged answer repeats the verdict of the one before, unparsed.
Next: connectors/run.py
"""

from collections.abc import Callable

from connectors.asking.fetch import Fetcher
from connectors.contract import Asking, Batch, Parsed, Raw


class OneList:
    """Connector of one list. `parse` is pure: the same bytes give the same `Parsed`."""

    def __init__(self, source: str, fetcher: Fetcher, parse: Callable[[bytes], Parsed]) -> None:
        self.source = source
        self._fetcher, self._parse = fetcher, parse
        self._last: tuple[str, Parsed] | None = None

    async def ask(self, asking: Asking) -> Batch:
        """Ask once. NotReadyError, DeniedError or GarbledError; a page instead of a list is told in the batch."""
        answer = await self._fetcher.get(asking.at)
        return Batch(self._parsed(answer.raw), answer.raw, skew_s=answer.skew_s)

    def _parsed(self, raw: Raw) -> Parsed:
        if self._last is None or self._last[0] != raw.sha256:
            self._last = raw.sha256, self._parse(raw.body)
        return self._last[1]
