"""Parses what was fetched again, with today's parsers, and shows what would change: `lagesbild replay --from-raw`.

In: `raw.<source>` of a time, and what was published then. Out: one line for each item that would differ; nothing is
published. Every step is the connector's own: its parser, the plan of what is new, the verdicts on absence.
Next: connectors/telling/told.py
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import NamedTuple

from pydantic import ValidationError

from connectors.contract import Batch, Parse, Parsed, Sieve
from connectors.followed import chosen
from connectors.quality import About, about
from connectors.run import renamed
from connectors.sources import parser, sieve
from connectors.telling.evidence import Asked, read_evidence
from connectors.telling.records import ASKED
from connectors.telling.told import Ledger, as_json, plan
from schemas.codec import Json, canon, load
from schemas.report import FeedReport
from schemas.times import LATEST, parse
from schemas.topics import raw, reports
from streams.bus import In, read_all
from streams.errors import LagesbildError
from streams.feeds import Feed, load_feeds
from streams.settings import Settings

UNTOLD = frozenset({"revision", "sent"})
"""Fields that a replay cannot make again: our own order depends on what was told before its beginning."""


class Difference(NamedTuple):
    """One item that would be told otherwise today."""

    id: str
    verdict: str
    """`new`: it was never published. `gone`: today it would not be. `changed`: `fields` differ."""
    fields: tuple[str, ...] = ()
    before: Json | None = None
    after: Json | None = None

    def as_json(self) -> Json:
        """Fields that are set."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in self._asdict().items() if v}


class Replayed(NamedTuple):
    """What became of the askings of one source."""

    source: str
    askings: int
    rejected: int
    """Pieces that today's parser refuses, in all askings together."""
    same: int
    differences: tuple[Difference, ...]


def again(
    name: str, asked: Iterable[Asked], parse: Parse, facts: About, wanted: Sieve = lambda parsed, _: parsed
) -> tuple[Ledger, int, int]:
    """The ledger at the end of these askings, beginning with an empty one; how many they were; pieces refused."""
    ledger, askings, rejected = Ledger(), 0, 0
    for one in asked:
        standing = frozenset(key for key, told in ledger.told.items() if told.closed is None)
        parsed = wanted(merged([parse(document.body) for document in one.documents]), standing)
        batch = renamed(Batch(parsed, one.documents[0], one.reach, more=one.documents[1:]), name)
        planned = plan(ledger, batch, one.at, absence_says=facts.withdraws == "absence", agreeing=facts.agreeing)
        ledger, askings, rejected = planned.ledger, askings + 1, rejected + len(parsed.rejected)
    return ledger, askings, rejected


def merged(parts: Sequence[Parsed]) -> Parsed:
    """One batch of the documents of an asking; of an item that is in several the last one counts."""
    if len(parts) == 1:
        return parts[0]
    return Parsed(
        items=tuple({item.id: item for part in parts for item in part.items}.values()),
        rejected=tuple(piece for part in parts for piece in part.rejected),
        complete=all(part.complete for part in parts),
        seen=frozenset().union(*(part.seen for part in parts)),
        wholes=frozenset().union(*(part.wholes for part in parts)),
        error=next((part.error for part in parts if part.error), None),
    )


def compare(
    ledger: Ledger, published: Mapping[str, tuple[int, Json]], since: int, until: int
) -> tuple[int, tuple[Difference, ...]]:
    """How many are the same, and every difference, by id. `published`: by id its newest report and when it was told."""
    same, found = 0, []
    for key in sorted({*ledger.told, *published}):
        told, (asked, before) = ledger.told.get(key), published.get(key, (since, None))
        if asked >= until or (told is None and asked < since):
            continue
        after = told.report if told is not None else None
        if before is None or after is None:
            found.append(Difference(key, "new" if before is None else "gone", (), before, after))
        elif fields := tuple(n for n in sorted({*before, *after} - UNTOLD) if before.get(n) != after.get(n)):
            found.append(Difference(key, "changed", fields, before, after))
        else:
            same += 1
    return same, tuple(found)


async def replay(settings: Settings, feed: Feed, since: int, until: int) -> Replayed:
    """Replay of one source's askings at space times `since` <= at < `until`, ms UTC."""
    space = settings.where
    records = [r async for batch in read_all(settings.bootstrap, space.topic(raw(feed.name))) for r in batch]
    asked = (one for one in read_evidence(records) if since <= one.at < until)
    ledger, askings, rejected = again(
        feed.name, asked, parser(feed.connector), about(feed.connector), sieve(feed.connector)
    )
    published = await _published(read_all(settings.bootstrap, space.topic(reports(feed.name))))
    same, differences = compare(ledger, published, since, until)
    return Replayed(feed.name, askings, rejected, same, differences)


async def _published(batches: AsyncIterator[list[In]]) -> dict[str, tuple[int, Json]]:
    """The newest report of each identity that the topic still holds, and at which asking it was told."""
    newest: dict[str, tuple[int, Json]] = {}
    async for batch in batches:
        for record in batch:
            try:
                report = FeedReport.model_validate(load(record.value or b"null"))
                newest[report.id] = int(record.headers.get(ASKED, b"") or 0), as_json(report)
            except (ValidationError, ValueError):
                continue
    return newest


def shown(replayed: Replayed) -> str:
    """The result in lines for a person."""
    head = f"{replayed.source}: {replayed.askings} askings read again, {replayed.same} items as they were"
    head += f", {replayed.rejected} pieces refused" if replayed.rejected else ""
    lines = [head, *(_line(difference) for difference in replayed.differences)]
    return "\n".join(lines if replayed.differences else [*lines, "  nothing would change"])


def _line(difference: Difference) -> str:
    said = (difference.after or difference.before or {}).get("headline", "")
    what = f" in {', '.join(difference.fields)}" if difference.fields else ""
    return f"  {difference.verdict:8} {difference.id}{what}: {said}"


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser_ = argparse.ArgumentParser(prog="lagesbild replay")
    parser_.add_argument("--from-raw", action="store_true", required=True)
    parser_.add_argument("--source", action="append", default=[])
    parser_.add_argument("--since")
    parser_.add_argument("--until")
    parser_.add_argument("--json", action="store_true")
    return parser_.parse_args(argv)


async def _run(arguments: argparse.Namespace, settings: Settings) -> list[Replayed]:
    feeds = chosen(load_feeds(settings.region_folder), arguments.source)
    since = parse(arguments.since) if arguments.since else 0
    until = parse(arguments.until) if arguments.until else LATEST
    return [await replay(settings, feeds[name], since, until) for name in feeds]


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status: 0, or 1 with one line when it cannot be done."""
    arguments = _arguments(argv)
    try:
        found = asyncio.run(_run(arguments, Settings()))
    except (LagesbildError, ValueError) as error:
        print(f"lagesbild: {error}", file=sys.stderr)  # noqa: T201
        return 1
    for one in found:
        if arguments.json:
            row: Json = {**one._asdict(), "differences": [d.as_json() for d in one.differences]}
            sys.stdout.buffer.write(canon(row) + b"\n")
        else:
            print(shown(one))  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
