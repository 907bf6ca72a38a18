"""What is to be sent now, and what was: the decisions of delivery, without clock, disk or network.

In: what the outlets say (streams/outlets.py), what became of each attempt, and wall time as a parameter. Out: attempts
that are due, entries to keep on disk, results to record.

The ladder of a call: step 0 at once; after a step was taken by the receiver the next one `repeat` later, until the
notice is acknowledged or gone. A step that fails is tried again after 1, 2, 4 ... 60 s under the same key. A quiet
notice has one step. What came and went without ever being taken is listed in one quiet notice.
Next: streams/webhook.py
"""

from collections.abc import Iterable
from typing import NamedTuple, Self

from schemas.codec import Json, digest
from schemas.times import SECOND
from streams.outlets import Outlets, Standing

FIRST_PAUSE = 1 * SECOND
LONGEST_PAUSE = 60 * SECOND
"""A receiver that is away is asked once a minute: often enough for a call, too seldom to hurt it."""

NO_RECEIVER = "no_receiver"
"""Error of the one result of a notice while no address is set."""


class Entry(NamedTuple):
    """One notice under way, as it lies on disk. Times are wall time, ms UTC."""

    id: str
    call: bool
    """True: repeated until somebody acknowledges."""
    notice: Json
    """Newest that the outlet said of it; the quiet list of missed ones has `{"listed": [notices]}`."""
    suggestion: Json | None
    step: int = 0
    """Step of the ladder that is next or under way."""
    tries: int = 0
    """Attempts of this step."""
    attempts: int = 0
    """Attempts of all steps: the ordinal that tells two results apart."""
    begun: int | None = None
    """First attempt."""
    due: int | None = None
    """Next attempt; None when there is none."""
    delivered: int | None = None
    """First time the receiver took it."""
    stopped: str | None = None
    """Why nothing more is sent: `acknowledged`, `gone`, `once` or `no_receiver`."""
    body: Json | None = None
    """What is sent in this step, fixed at its first attempt: the same key never brings two texts."""

    @property
    def key(self) -> str:
        """Idempotency key of the step: the receiver tells a retry by it."""
        return f"{self.id}/{self.step}"

    @property
    def listed(self) -> tuple[str, ...]:
        """Ids that this quiet list names; none for an ordinary notice."""
        return tuple(n["id"] for n in self.notice.get("listed", ()))

    @classmethod
    def read(cls, fields: Json) -> Self:
        """Entry of its fields as stored."""
        return cls(**fields)


class Result(NamedTuple):
    """What became of one attempt. A repeat of it has the same key and attempt."""

    notice: str
    key: str
    step: int
    attempt: int
    ok: bool
    at: int
    """Wall time, ms UTC."""
    error: str | None = None
    listed: tuple[str, ...] = ()

    def about(self) -> tuple[str, ...]:
        """Notices it is a result for: itself, or those that a quiet list names."""
        return self.listed or (self.notice,)


class Outbox:
    """Every notice that was begun. Changed entries and new results wait in `changed` and `results` for the disk."""

    def __init__(self, entries: Iterable[Entry], *, repeat_ms: int, receiver: bool) -> None:
        self._entries = {e.id: e for e in entries}
        self._repeat, self._receiver = repeat_ms, receiver
        self._listed = {name for e in self._entries.values() for name in e.listed}
        self.changed: dict[str, Entry] = {}
        self.results: list[Result] = []

    def __getitem__(self, name: str) -> Entry:
        """Entry of a notice that was begun; KeyError otherwise."""
        return self._entries[name]

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def restore(self, results: Iterable[Result], outlets: Outlets) -> None:
        """Find again what a lost disk held, from the recorded results, oldest first, and what the outlets say now."""
        results = [r for r in results if r.notice not in self._entries]
        for result in results:
            if not result.listed or result.ok or result.error == NO_RECEIVER:
                self._listed |= set(result.listed)
                entry = self._entries.get(result.notice) or _stub(result)
                self._put(self._after(entry._replace(step=result.step, attempts=result.attempt), result))
        self.follow(outlets)
        for name in {r.notice for r in results} & set(self._entries):
            entry = self._entries[name]
            if "state" not in entry.notice and entry.stopped is None:
                self._put(entry._replace(stopped="gone", due=None))

    def follow(self, outlets: Outlets) -> None:
        """Stop what was acknowledged or is gone; keep the newest words of the rest."""
        for standing in outlets.standing():
            entry = self._entries.get(standing.notice["id"])
            if entry is None or entry.stopped is not None:
                continue
            suggestion = outlets.suggestion(standing.notice) or entry.suggestion
            now = entry._replace(notice=standing.notice, suggestion=suggestion, call=standing.notice["call"])
            end = _end(now, standing)
            if end is not None:
                now = now._replace(stopped=end, due=None)
            if now != entry:
                self._put(now)

    def waiting(self, outlets: Outlets) -> bool:
        """True when `begin` has something to do."""
        return any(self._may_begin(s, outlets.head) or self._missed(s, outlets.head) for s in outlets.standing())

    def begin(self, outlets: Outlets, now: int) -> list[Entry]:
        """Begin what stands open at the head, and list what came and went before it could begin."""
        begun = []
        missed: list[Json] = []
        for standing in outlets.standing():
            if self._may_begin(standing, outlets.head):
                begun.append(self._open(standing.notice, outlets.suggestion(standing.notice), now))
            elif self._missed(standing, outlets.head):
                missed.append(standing.notice)
        if missed:
            begun.append(self._list(missed, now))
        return begun

    def due(self, now: int) -> list[Entry]:
        """Entries whose attempt is to be made now. A wall clock that was set back never silences a call."""
        longest = max(self._repeat, LONGEST_PAUSE)
        return [e for e in self._entries.values() if e.due is not None and not now < e.due <= now + longest]

    def next_due(self) -> int | None:
        """Wall time of the next attempt, None when nothing is under way."""
        return min((e.due for e in self._entries.values() if e.due is not None), default=None)

    def attempt(self, name: str, body: Json, now: int) -> Entry:
        """Count an attempt before it is made, so that one that is killed half-way is not made twice unseen."""
        entry = self._entries[name]
        return self._put(
            entry._replace(
                body=entry.body or body,
                tries=entry.tries + 1,
                attempts=entry.attempts + 1,
                begun=now if entry.begun is None else entry.begun,
            )
        )

    def record(self, name: str, now: int, error: str | None = None) -> Result:
        """What became of the attempt under way; `error` None when the receiver took it."""
        entry = self._entries[name]
        result = Result(name, entry.key, entry.step, entry.attempts, error is None, now, error, entry.listed)
        self.results.append(result)
        self._put(self._after(entry, result))
        return result

    def _after(self, entry: Entry, result: Result) -> Entry:
        """Entry after a result: the next step, a pause, or the end."""
        if result.error == NO_RECEIVER:
            return entry._replace(stopped=NO_RECEIVER, due=None)
        if not result.ok:
            pause = min(LONGEST_PAUSE, FIRST_PAUSE << min(max(entry.tries - 1, 0), 6))
            return entry if entry.stopped else entry._replace(due=result.at + pause)
        entry = entry._replace(delivered=entry.delivered or result.at, tries=0, body=None)
        if entry.stopped:
            return entry
        if not entry.call:
            return entry._replace(stopped="once", due=None)
        return entry._replace(step=result.step + 1, due=result.at + self._repeat)

    def _may_begin(self, standing: Standing, head: int) -> bool:
        if standing.gone or standing.notice["state"] != "open" or standing.first > head:
            return False
        entry = self._entries.get(standing.notice["id"])
        if entry is None:
            return True
        if entry.stopped == NO_RECEIVER:
            return self._receiver
        raised_again = entry.notice.get("opened_version", standing.notice["opened_version"])
        return entry.stopped is not None and raised_again != standing.notice["opened_version"]

    def _open(self, notice: Json, suggestion: Json | None, now: int) -> Entry:
        """A new ladder; one for an id that had one before goes on above its steps, under keys never used."""
        before = self._entries.get(notice["id"])
        entry = Entry(notice["id"], notice["call"], notice, suggestion, due=now)
        if before is not None:
            step = before.step if before.stopped == NO_RECEIVER else before.step + 1
            entry = entry._replace(step=step, attempts=before.attempts)
        return self._start(entry, now)

    def _missed(self, standing: Standing, head: int) -> bool:
        """It came and went, nobody acknowledged it and the receiver never took it."""
        name = standing.notice["id"]
        if not standing.gone or standing.version > head or name in self._listed or "delivered_at" in standing.notice:
            return False
        if standing.notice.get("acknowledged_at") is not None or self._list_under_way():
            return False
        entry = self._entries.get(name)
        return entry is None or (entry.delivered is None and entry.stopped == "gone")

    def _list_under_way(self) -> bool:
        """One list at a time: what is missed while the receiver is away goes together into the next."""
        return any(e.listed and e.stopped is None for e in self._entries.values())

    def _list(self, missed: list[Json], now: int) -> Entry:
        name = f"missed-{digest([n['id'] for n in missed])[:16]}"
        self._listed |= {n["id"] for n in missed}
        # its attempts count as attempts of what it lists, so they go on above those
        made = [n["attempts"] for n in missed] + [e.attempts for n in missed if (e := self._entries.get(n["id"]))]
        entry = Entry(name, False, {"id": name, "listed": missed}, None, attempts=max(made), due=now)
        return self._start(entry, now)

    def _start(self, entry: Entry, now: int) -> Entry:
        self._put(entry)
        if not self._receiver:
            self._put(entry._replace(attempts=entry.attempts + 1))
            self.record(entry.id, now, NO_RECEIVER)
        return self._entries[entry.id]

    def _put(self, entry: Entry) -> Entry:
        self._entries[entry.id] = entry
        self.changed[entry.id] = entry
        return entry


def _stub(result: Result) -> Entry:
    """What a recorded result alone tells of a notice; the outlet must add its words."""
    notice: Json = {"id": result.notice}
    if result.listed:
        notice["listed"] = [{"id": name} for name in result.listed]
    return Entry(result.notice, not result.listed, notice, None, begun=result.at)


def _end(entry: Entry, standing: Standing) -> str | None:
    """Why nothing more is to be sent of a notice, None while something is."""
    if standing.gone:
        return "gone"
    if standing.notice["state"] == "acknowledged":
        return "acknowledged"
    return "once" if not entry.call and entry.delivered is not None else None
