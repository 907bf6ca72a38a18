"""What has been told of a source, and what a batch adds to it: new, changed, taken back, gone. Pure.

In: a `Ledger`, a `Batch`, and whether absence says anything. Out: a `Plan`: the reports to publish and the ledger that
holds once they are published. A source that changes an item without giving it a new order gets one from us, so that no
change is lost as a conflict.
Next: connectors/run.py
"""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from connectors.contract import MODIFIED, Batch, Parsed, Raw, Refused
from connectors.reading.values import http_date
from connectors.telling.absence import AGREEING, Missing, judge
from schemas.codec import RECORD_LIMIT, Json, canon, digest, sha256
from schemas.outcome import Refusal
from schemas.report import FeedReport
from schemas.sectors import Status
from schemas.times import DAY, from_datetime, parse, to_datetime

REMEMBERED = 30 * DAY
"""How long what was taken back is kept, so that it gets a higher order if it comes again; the fold forgets then too."""


class Told(NamedTuple):
    """One item as it was last told."""

    report: Json
    """The report as published."""
    own: int
    """The source's own order of it."""
    closed: int | None = None
    """When it was taken back, by its report; space time, ms UTC."""

    @property
    def revision(self) -> int:
        """Order it was told with."""
        return int(self.report["revision"])

    def remembered_at(self, at: int) -> bool:
        """Not taken back or ended so long ago that nobody asks any more."""
        over = self.closed if self.closed is not None else self.ends
        return over is None or over + REMEMBERED > at

    @property
    def ends(self) -> int | None:
        """Its own end, ms UTC; None for what is open-ended."""
        ends = self.report.get("ends")
        return None if ends is None else parse(ends)

    def open_at(self, at: int) -> bool:
        """Still standing: not taken back, and its own end has not passed."""
        return self.closed is None and (self.ends is None or self.ends > at)


class Ledger(NamedTuple):
    """Everything told of one source. Goes into its cursor."""

    told: Mapping[str, Told] = {}
    absence: Mapping[str, Missing] = {}
    refused: frozenset[str] = frozenset()
    """Digests of the pieces of the newest payload that already lie on `rejected`."""
    ahead: Mapping[str, int] = {}
    """Cancels of what was never told, by the source's own order: the item that comes after its cancel stays away."""
    as_of: int = 0
    """The newest payload's own time, ms UTC; 0 where payloads tell none."""


class News(NamedTuple):
    """One report to publish."""

    report: FeedReport
    own: int
    """The source's own order of it."""


class Plan(NamedTuple):
    """What to publish for a batch, in this order."""

    news: tuple[News, ...]
    refused: tuple[Refused, ...]
    """Pieces that were not refused before."""
    ledger: Ledger
    older: int = 0
    """Items, or the payload itself, older than what has been told: an old copy of the list."""
    complete: bool = True
    """The batch shows all there is: it is whole, of the wanted kind, and no old copy. Only such ones may withdraw."""


def as_json(report: FeedReport) -> Json:
    """Report as it lies on `reports.<source>`, without what is not set."""
    dumped: Json = report.model_dump(mode="json", exclude_none=True)
    return dumped


def plan(ledger: Ledger, batch: Batch, at: int, *, absence_says: bool = True, agreeing: int = AGREEING) -> Plan:
    """Reports to publish for a batch that came at space time `at`.

    `absence_says`: False for a source whose items end only by a sign or by their own end. `agreeing`: see absence.py.
    """
    parsed, as_of = batch.parsed, _as_of(batch)
    told = {k: t for k, t in ledger.told.items() if t.remembered_at(at)}
    old_copy = as_of < ledger.as_of
    verdicts = [_against(told.get(item.id), item, ledger.ahead, old_copy=old_copy) for item in parsed.items]
    older = verdicts.count("older") or int(old_copy)
    still = {k for k, t in told.items() if t.open_at(at)}
    complete = parsed.complete and not older and all(raw.expected for raw in (batch.raw, *batch.more))
    whole = complete and batch.reach == "all"
    absence, gone = judge(ledger.absence, still, parsed.seen, complete=whole and absence_says, at=at, agreeing=agreeing)
    left = _left(told, still, parsed)
    news = [verdict for verdict in verdicts if isinstance(verdict, News) and _fits(verdict)]
    news += _closing(told, sorted(left), "cancel", at) + _closing(told, sorted(gone - left), "withdraw", at)
    if whole:
        # what ended by its own word and has left the list needs no withdrawal: the fold has ended it
        told = {k: t for k, t in told.items() if t.closed is not None or k in still or k in parsed.seen}
    for report, own in news:
        told[report.id] = Told(as_json(report), own, _closed(report))
    absence = {k: missing for k, missing in absence.items() if told[k].closed is None}
    large = [_too_large(verdict) for verdict in verdicts if isinstance(verdict, News) and not _fits(verdict)]
    pieces = {sha256(piece.raw): piece for piece in (*parsed.rejected, *large)}
    fresh = tuple(piece for key, piece in pieces.items() if key not in ledger.refused)
    after = Ledger(told, absence, frozenset(pieces), _ahead(ledger, told, parsed, at), max(as_of, ledger.as_of))
    return Plan(tuple(news), fresh, after, older, complete)


def recall(reports: Iterable[tuple[FeedReport, int]], as_of: int = 0) -> Ledger:
    """Ledger of reports as they lie on `reports.<source>`, oldest first: for a cursor that was lost.

    `as_of`: the newest payload's own time that they were told with; without it an old copy would pass for whole.
    """
    return Ledger({r.id: Told(as_json(r), own, _closed(r)) for r, own in reports}, as_of=as_of)


def own_order(item: FeedReport) -> int:
    """The source's order of an item, else its time of publication."""
    return item.revision if item.revision is not None else from_datetime(item.sent)


def _fits(news: News) -> bool:
    return len(canon(as_json(news.report))) <= RECORD_LIMIT


def _too_large(news: News) -> Refused:
    raw = canon(as_json(news.report))
    detail = f"{news.report.id} is {len(raw)} bytes as a record, the limit is {RECORD_LIMIT}"
    return Refused(Refusal.TOO_LARGE, "", detail, raw)


def _closed(report: FeedReport) -> int | None:
    return None if report.change == "report" else from_datetime(report.sent)


def _against(
    before: Told | None, item: FeedReport, ahead: Mapping[str, int], *, old_copy: bool
) -> News | Literal["older", "same"]:
    """What an item of a batch is beside what has been told of it."""
    own = own_order(item)
    if before is None:
        # nothing was told, so there is nothing to take back; and what was taken back before it came stays away
        new = item.change == "report" and own > ahead.get(item.id, -1)
        return News(_ordered(item, own), own) if new else "same"
    if own < before.own or (old_copy and item.revision is None):
        # where items have no order of their own, the payload's is theirs
        return "older"
    if item.change != "report" and (before.closed is not None or _tests_the_real(before, item)):
        return "same"
    # without an order of its own only the content tells a revision: its time of publication may move with each answer
    orders = item.revision is not None and own != before.own
    if before.closed is None and not orders and _content(as_json(item)) == _content(before.report):
        return "same"
    return News(_ordered(item, max(own, before.revision + 1)), own)


def _tests_the_real(before: Told, item: FeedReport) -> bool:
    """A test or an exercise takes back nothing that is real."""
    return item.status != Status.ACTUAL and before.report["status"] == Status.ACTUAL


def _ahead(ledger: Ledger, told: Mapping[str, Told], parsed: Parsed, at: int) -> dict[str, int]:
    """Cancels that came before what they cancel, kept as long as what was taken back."""
    kept = {k: own for k, own in ledger.ahead.items() if k not in told and own + REMEMBERED > at}
    return kept | {i.id: own_order(i) for i in parsed.items if i.change == "cancel" and i.id not in told}


def _as_of(batch: Batch) -> int:
    """The payload's own time: told in it, else by `Last-Modified`; 0 if nobody tells."""
    if batch.parsed.as_of is not None:
        return batch.parsed.as_of
    return _modified(batch.raw) if not batch.more else 0


def _modified(raw: Raw) -> int:
    return http_date(raw.headers.get(MODIFIED, "")) or 0


def _content(report: Json) -> str:
    """Digest of what a report says, without when and in which order."""
    return digest({k: v for k, v in report.items() if k not in {"revision", "sent"}})


def _ordered(item: FeedReport, revision: int) -> FeedReport:
    return item.model_copy(update={"revision": revision})


def _left(told: Mapping[str, Told], still: Iterable[str], parsed: Parsed) -> frozenset[str]:
    """What a group held before and does not hold now, where the payload tells the group whole."""
    return frozenset(k for k in still if told[k].report.get("group") in parsed.wholes and k not in parsed.seen)


def _closing(
    told: Mapping[str, Told], keys: Iterable[str], change: Literal["cancel", "withdraw"], at: int
) -> list[News]:
    """The last report of each again, taken back, with the next order; so intake knows where it was."""
    return [
        News(
            FeedReport.model_validate(told[key].report).model_copy(
                update={"change": change, "revision": told[key].revision + 1, "sent": to_datetime(at)}
            ),
            told[key].own,
        )
        for key in keys
    ]
