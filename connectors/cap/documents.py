"""The documents that an index names: fetched one at a time when they are new, remembered as they were read.

In: links of an index. Out: `Got`. What was fetched and read stays in memory, bounded, for as long as the index names it
with the same time; so a quiet index costs one request. A fetch that fails is tried again the next time.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from connectors.asking.fetch import Fetcher
from connectors.cap.chain import Message
from connectors.cap.gather import Found, Kept, Link, Rules, read
from connectors.contract import Raw
from connectors.errors import NotReadyError, SourceError

REMEMBERED = 2_000
"""Most documents remembered. More in one index are told by their entries."""
A_ROUND = 100
"""Most documents fetched in one asking; the next asking goes on. A new feed is whole after a few rounds."""
FAILURES = 2
"""Documents in a row without an answer after which the rest waits: it is the host that is away, not a document."""

Name = tuple[str, str]
"""Address and version."""


class Got(NamedTuple):
    """What the documents of one index gave."""

    founds: tuple[Found, ...] = ()
    raws: tuple[Raw, ...] = ()
    """Those that were fetched now."""
    read: frozenset[str] = frozenset()
    """Keys of entries whose documents were read."""
    pairs: tuple[tuple[str, Message], ...] = ()
    """Keys of entries with the message that their document turned out to be, where the key is another."""
    missing: int = 0
    """Documents that are not to be had."""
    error: str | None = None
    """Why, where an entry tells nothing without its document."""
    whole: bool = True
    """Each link led to a document that was read."""

    @property
    def kept(self) -> Iterator[Kept]:
        """Messages of all documents."""
        return (one for found in self.founds for one in found.kept)


class Documents:
    """Documents of one source."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._known: dict[Name, Found] = {}
        self._failed: dict[Name, int] = {}

    async def of(self, links: Sequence[Link], rules: Rules, at: int) -> Got:
        """Documents that an index names, each once; those known are not fetched again. `at`: space time, ms UTC."""
        wanted = dict.fromkeys((link.address, link.version) for link in links if link.address)
        self._known = {name: found for name, found in self._known.items() if name in wanted}
        self._failed = {name: count for name, count in self._failed.items() if name in wanted}
        raws: list[Raw] = []
        unread: list[Found] = []
        errors: dict[Name, str] = {}
        silent = 0
        # what failed before goes last, so that it never keeps the others waiting
        for name in sorted((n for n in wanted if n not in self._known), key=lambda n: self._failed.get(n, 0)):
            if silent >= FAILURES or len(raws) >= A_ROUND or len(self._known) >= REMEMBERED:
                break
            try:
                raw = (await self._fetcher.other(name[0]).get(at)).raw
            except SourceError as error:
                silent = silent + 1 if isinstance(error, NotReadyError) else silent
                errors[name] = str(error)
                self._failed[name] = self._failed.get(name, 0) + 1
                continue
            silent = 0
            raws.append(raw)
            found = read(raw.body, rules)
            if found.error is None:
                self._known[name] = found
            else:
                # a page of maintenance: not remembered, asked for again the next time
                unread.append(found)
                self._failed[name] = self._failed.get(name, 0) + 1
        return self._got(links, tuple(raws), unread, errors)

    def _got(self, links: Sequence[Link], raws: tuple[Raw, ...], unread: list[Found], errors: dict[Name, str]) -> Got:
        known = {link: self._known.get((link.address, link.version)) for link in links}
        pairs: list[tuple[str, Message]] = []
        for link, found in known.items():
            if link.own and found is not None and len(found.kept) == 1 and found.kept[0].message.own != link.own:
                pairs.append((link.own, found.kept[0].message))
        mute = [errors[name] for link in links if not link.own and (name := (link.address, link.version)) in errors]
        return Got(
            founds=(*self._known.values(), *unread),
            raws=raws,
            read=frozenset(link.own for link, found in known.items() if link.own and found is not None and found.kept),
            pairs=tuple(pairs),
            missing=len(errors),
            error=mute[0] if mute else None,
            whole=all(found is not None for found in known.values()),
        )
