"""Asks SMHI for its list of warnings: one conditional GET, answered by the list or by "not changed".

In: the address in the settings. Out: a `Batch`. An unchanged list repeats the verdict of the list before.
Next: connectors/smhi/parse.py
"""

from connectors.contract import Asking, Batch, Parsed, Raw
from connectors.fetch import Fetcher
from connectors.smhi.parse import SOURCE, parse


class Smhi:
    """The source `smhi`."""

    source = SOURCE

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._last: tuple[str, Parsed] | None = None

    async def ask(self, asking: Asking) -> Batch:
        """Ask once. NotReadyError, DeniedError or GarbledError; a page instead of a list is told in the batch."""
        answer = await self._fetcher.get(asking.at)
        return Batch(self._parsed(answer.raw), answer.raw, skew_s=answer.skew_s)

    def _parsed(self, raw: Raw) -> Parsed:
        if self._last is None or self._last[0] != raw.sha256:
            self._last = raw.sha256, parse(raw.body)
        return self._last[1]
