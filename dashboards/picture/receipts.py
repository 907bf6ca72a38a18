"""Receipts: what became of each accepted record, for its sender only.

In: records of `outcomes`, followed from the start of what is kept. Out: one answer per receipt, per region.
A receipt holds its time and a seal of its sender, so that any server can tell without asking: a stranger's, a made-up
or an expired one is simply unknown.
"""

import asyncio
from collections import OrderedDict

from dashboards.access import Seal, Viewer
from schemas.codec import Json, load
from schemas.topics import OUTCOMES, SHORT_KEPT, Space
from streams.bus import In, Reader, bounds
from streams.clock import wall_ms
from streams.seal import RANDOM, TAG, TIME
from streams.words import Words

MOST = 200_000
"""Outcomes held; the oldest fall out. One costs about 400 bytes."""


def may_read(seal: Seal, receipt: str, viewer: Viewer) -> bool:
    """True if the receipt is this viewer's own and not expired."""
    body, tag = receipt[: TIME + RANDOM], receipt[TIME + RANDOM :]
    if len(receipt) != TIME + RANDOM + TAG or set(receipt) - set("0123456789abcdef"):
        return False
    if wall_ms() - int(body[:TIME], 16) > SHORT_KEPT:
        return False
    return bool(viewer.who) and seal.holds("receipt", f"{viewer.who}\n{body}", tag, TAG)


class Outcomes:
    """Follows `outcomes`; `said(receipt)` gives region -> outcome."""

    def __init__(self) -> None:
        self._said: OrderedDict[str, dict[str, Json]] = OrderedDict()
        self._grown = asyncio.Event()
        self.ready = False
        """True when everything that lay there at the start has been read."""

    def said(self, receipt: str) -> dict[str, Json]:
        """Outcomes so far, by region."""
        return self._said.get(receipt, {})

    async def wait(self, seconds: float) -> None:
        """Until another outcome has come, at most so long."""
        grown = self._grown
        try:
            async with asyncio.timeout(seconds):
                await grown.wait()
        except TimeoutError:
            return

    async def follow(self, bootstrap: str, space: Space) -> None:
        """Read outcomes for ever; run it as a task."""
        place = (space.topic(OUTCOMES), 0)
        first, end = (await bounds(bootstrap, [place]))[place]
        async with Reader(bootstrap, "lagesbild.server.outcomes", {place: first}) as reader:
            while True:
                self.take(await reader.batch(wait_s=0.5))
                if not self.ready and await reader.at(*place) >= end:
                    self.ready = True

    def take(self, records: list[In]) -> None:
        """Keep what a batch says. An outcome never changes: the first one stands."""
        for outcome in (load(record.value) for record in records if record.value is not None):
            self._said.setdefault(outcome["receipt"], {}).setdefault(outcome["region"], outcome)
        while len(self._said) > MOST:
            self._said.popitem(last=False)
        if records:
            self._grown.set()
            self._grown = asyncio.Event()


def receipt_body(receipt: str, outcomes: dict[str, Json], words: Words) -> Json:
    """Answer of `/receipts/{receipt}`: the newest result on top, every region below."""
    if not outcomes:
        return {"receipt": receipt, "result": "received", "detail": words("result.received"), "regions": []}
    regions = [
        {
            "region": region,
            **{k: outcome[k] for k in ("result", "version", "reason") if k in outcome},
            "detail": words.result(outcome["result"], outcome.get("version"), outcome.get("reason")),
        }
        for region, outcome in sorted(outcomes.items())
    ]
    top = {k: v for k, v in regions[0].items() if k != "region"}
    return {"receipt": receipt, **top, "regions": regions}
