"""Asks page after page until a page is not full, and puts the pages together: the newest word on each object stands.

In: how to post, and the questions. Out: `Gathered`. A page that fails ends it: what came before is used, and the whole
counts as incomplete.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

from connectors.asking.fetch import Answer as Fetched
from connectors.contract import Parsed, Raw
from connectors.errors import SourceError
from connectors.reading.values import DRIFT_LIMIT
from connectors.trafikverket.parse import read_answer
from connectors.trafikverket.request import Query
from schemas.report import FeedReport

PAGES = 40
"""Most pages of one asking; more would be a service that sends us in circles. The next asking goes on from there."""

Post = Callable[[Sequence[Query]], Awaitable[Fetched]]
"""Posts some questions. Raises SourceError."""


class Gathered(NamedTuple):
    """All pages of one asking."""

    parsed: Parsed
    raws: tuple[Raw, ...]
    """In the order in which they were parsed; never empty."""
    failed: frozenset[str]
    """Object types that Trafikverket answered with an error, or not at all."""
    broken: bool
    """Pages are missing; those that are here say where to go on."""
    streams: Mapping[str, str]
    """Addresses of streams of changes, by object type."""
    skew_s: int | None = None


async def gather(post: Post, queries: Sequence[Query], limit: int) -> Gathered:
    """Pages to the end. SourceError only if the first page fails."""
    pages: list[Parsed] = []
    raws: list[Raw] = []
    failed: set[str] = set()
    streams: dict[str, str] = {}
    skew_s: int | None = None
    trouble = ""
    left = list(queries)
    while left and not trouble:
        try:
            fetched = await post(left)
        except SourceError as error:
            if not raws:
                raise
            trouble = f"page {len(raws) + 1} failed: {error}"
            break
        parsed, results = read_answer(fetched.raw.body, left)
        pages.append(parsed)
        raws.append(fetched.raw)
        skew_s = fetched.skew_s
        streams |= {result.objecttype: result.stream for result in results if result.stream}
        asked = {query.objecttype: query.changeid for query in left}
        good = [result for result in results if result.objecttype in asked and not result.error]
        full = [result for result in good if result.objects >= limit]
        failed |= asked.keys() - {result.objecttype for result in good}
        left = [Query(r.objecttype, r.last) for r in full if r.last and r.last != asked[r.objecttype]]
        if len(left) < len(full):
            trouble = "a full page does not say where the next one begins"
        elif left and len(raws) >= PAGES:
            trouble = f"more than {PAGES} pages"
    return Gathered(together(pages, trouble), tuple(raws), frozenset(failed), bool(trouble), streams, skew_s)


def together(pages: Sequence[Parsed], trouble: str = "") -> Parsed:
    """One of all pages, in their order; `trouble` is what kept the rest away."""
    items: dict[str, FeedReport] = {}
    seen: set[str] = set()
    drift: Counter[str] = Counter()
    for page in pages:
        # a situation that came again has only what its newest version holds
        stale = [key for key, item in items.items() if item.group in page.wholes and key not in page.seen]
        for key in stale:
            del items[key]
            seen.discard(key)
        for item in page.items:
            if item.id not in items or _order(item) >= _order(items[item.id]):
                items[item.id] = item
        seen |= page.seen
        drift.update(page.drift)
    errors = [*(page.error for page in pages if page.error), *([trouble] if trouble else [])]
    return Parsed(
        items=tuple(items.values()),
        rejected=tuple(
            piece if number == 1 else piece._replace(detail=f"page {number}: {piece.detail}")
            for number, page in enumerate(pages, 1)
            for piece in page.rejected
        ),
        drift=dict(drift.most_common(DRIFT_LIMIT)),
        complete=all(page.complete for page in pages) and not errors,
        seen=frozenset(seen),
        wholes=frozenset(whole for page in pages for whole in page.wholes),
        position={kind: last for page in pages for kind, last in page.position.items()},
        error="; ".join(dict.fromkeys(errors)) or None,
    )


def _order(item: FeedReport) -> tuple[int, float]:
    return item.revision or 0, item.sent.timestamp()
