"""What is to be sent now, and what was: the decisions of delivery, without clock, disk or network.

In: what the outlets say (streams/outlets.py), what became of each attempt, and wall time as a parameter. Out: attempts
that are due, entries to keep on disk, results to record.

The ladder of a call has routes (streams/ladder.py), a channel to a role each. A route begins so long after the notice's
first attempt as its role says; after a step was taken the next one comes `repeat` later, until the notice is
acknowledged or gone, which ends every route. A step that fails is tried again after 1, 2, 4 ... 60 s under the same
key, and no route waits for another. A quiet notice has one step, on the routes that begin at once. What came and went
without ever being taken on any route is listed in one quiet notice.
Next: streams/channels.py
"""

from collections.abc import Container, Iterable, Iterator, Sequence

from schemas.codec import Json, digest
from schemas.times import SECOND
from streams.ladder import WEBHOOK, Route
from streams.outbox_entry import NO_RECEIVER, Entry, Result, name_of, stub
from streams.outlets import Outlets, Standing

FIRST_PAUSE = 1 * SECOND
LONGEST_PAUSE = 60 * SECOND
"""A receiver that is away is asked once a minute: often enough for a call, too seldom to hurt it."""


class Outbox:
    """Every notice that was begun. Changed entries and new results wait in `changed` and `results` for the disk."""

    def __init__(self, entries: Iterable[Entry], *, repeat_ms: int, routes: Sequence[Route]) -> None:
        self._entries = {e.name: e for e in entries}
        self._repeat, self._receiver = repeat_ms, bool(routes)
        self._routes = {route.name: route for route in routes or (WEBHOOK,)}
        self._listed = {name for e in self._entries.values() for name in e.listed}
        self.changed: dict[str, Entry] = {}
        self.results: list[Result] = []

    def __getitem__(self, name: str) -> Entry:
        """Entry by its name, which on the webhook is the notice's id; KeyError where none was begun."""
        return self._entries[name]

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[Entry]:
        """Every entry."""
        return iter(self._entries.values())

    def restore(self, results: Iterable[Result], outlets: Outlets) -> None:
        """Find again what a lost disk held, from the recorded results, oldest first, and what the outlets say now."""
        results = [r for r in results if name_of(r.notice, r.route) not in self._entries]
        for result in results:
            if not result.listed or result.ok or result.error == NO_RECEIVER:
                self._listed |= set(result.listed)
                entry = self._entries.get(name_of(result.notice, result.route)) or stub(result)
                self._put(self._after(entry._replace(step=result.step, attempts=result.attempt), result))
        self.follow(outlets)
        for name in {name_of(r.notice, r.route) for r in results} & set(self._entries):
            entry = self._entries[name]
            if "state" not in entry.notice and entry.stopped is None:
                self._put(entry._replace(stopped="gone", due=None))

    def follow(self, outlets: Outlets) -> None:
        """Stop what was acknowledged or is gone; keep the newest words of the rest."""
        for standing in outlets.standing():
            suggestion = outlets.suggestion(standing.notice)
            for entry in self._of(standing.notice["id"]):
                if entry.stopped is None:
                    self._follow(entry, standing, suggestion)

    def _follow(self, entry: Entry, standing: Standing, suggestion: Json | None) -> None:
        notice = standing.notice
        now = entry._replace(notice=notice, suggestion=suggestion or entry.suggestion, call=notice["call"])
        end = _end(now, standing)
        if end is not None:
            now = now._replace(stopped=end, due=None)
        if now != entry:
            self._put(now)

    def _of(self, notice: str) -> list[Entry]:
        """What was begun of a notice, route by route."""
        found = (self._entries.get(name_of(notice, route)) for route in self._routes)
        return [entry for entry in found if entry is not None]

    def waiting(self, outlets: Outlets) -> bool:
        """True when `begin` has something to do."""
        head = outlets.head
        return any(self._may_begin(s, head) or self._missed(s, head) for s in outlets.standing())

    def begin(self, outlets: Outlets, now: int) -> list[Entry]:
        """Begin what stands open at the head, and list what came and went before it could begin."""
        begun = []
        missed: list[Json] = []
        for standing in outlets.standing():
            begun += [
                self._open(standing.notice, outlets.suggestion(standing.notice), route, now)
                for route in self._may_begin(standing, outlets.head)
            ]
            if self._missed(standing, outlets.head):
                missed.append(standing.notice)
        if missed:
            begun += self._list(missed, now)
        return begun

    def due(self, now: int, besides: Container[str] = ()) -> list[Entry]:
        """Entries whose attempt is to be made now, but for those named. A clock set back never silences a call."""
        longest = max(self._repeat, LONGEST_PAUSE, *(route.after for route in self._routes.values()))
        return [e for e in self._ahead(besides) if e.due is not None and not now < e.due <= now + longest]

    def _ahead(self, besides: Container[str]) -> list[Entry]:
        """Entries with an attempt ahead, on routes that are set: one that was taken away waits till it is back."""
        ahead = (e for e in self._entries.values() if e.due is not None and e.route in self._routes)
        return [e for e in ahead if e.name not in besides]

    def next_due(self, besides: Container[str] = ()) -> int | None:
        """Wall time of the next attempt, None when nothing is under way."""
        return min((e.due for e in self._ahead(besides) if e.due is not None), default=None)

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

    def record(self, name: str, now: int, error: str | None = None, to: str | None = None) -> Result:
        """What became of the attempt under way; `error` None when the receiver took it."""
        entry = self._entries[name]
        about = (entry.id, entry.key, entry.step, entry.attempts)
        result = Result(*about, error is None, now, error, entry.listed, entry.route, to)
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

    def _may_begin(self, standing: Standing, head: int) -> list[Route]:
        """Routes on which the notice is to begin now."""
        if standing.gone or standing.notice["state"] != "open" or standing.first > head:
            return []
        routes = self._routes.values() if standing.notice["call"] else self._first_routes()
        return [route for route in routes if self._begins(standing, route)]

    def _first_routes(self) -> list[Route]:
        """Those that begin at once: what is quiet goes there only."""
        return [route for route in self._routes.values() if route.after == 0]

    def _begins(self, standing: Standing, route: Route) -> bool:
        entry = self._entries.get(name_of(standing.notice["id"], route.name))
        if entry is None:
            return True
        if entry.stopped == NO_RECEIVER:
            return self._receiver
        raised_again = entry.notice.get("opened_version", standing.notice["opened_version"])
        return entry.stopped is not None and raised_again != standing.notice["opened_version"]

    def _open(self, notice: Json, suggestion: Json | None, route: Route, now: int) -> Entry:
        """A new ladder; one for an id that had one before goes on above its steps, under keys never used."""
        before = self._entries.get(name_of(notice["id"], route.name))
        entry = Entry(notice["id"], notice["call"], notice, suggestion, due=now + route.after, route=route.name)
        if before is not None:
            step = before.step if before.stopped == NO_RECEIVER else before.step + 1
            entry = entry._replace(step=step, attempts=before.attempts)
        return self._start(entry, now)

    def _missed(self, standing: Standing, head: int) -> bool:
        """It came and went, nobody acknowledged it and no receiver ever took it."""
        name = standing.notice["id"]
        if not standing.gone or standing.version > head or name in self._listed or "delivered_at" in standing.notice:
            return False
        if standing.notice.get("acknowledged_at") is not None or self._list_under_way():
            return False
        return all(entry.delivered is None and entry.stopped == "gone" for entry in self._of(name))

    def _list_under_way(self) -> bool:
        """One list at a time: what is missed while the receiver is away goes together into the next."""
        return any(e.listed and e.stopped is None for e in self._entries.values())

    def _list(self, missed: list[Json], now: int) -> list[Entry]:
        name = f"missed-{digest([n['id'] for n in missed])[:16]}"
        self._listed |= {n["id"] for n in missed}
        # its attempts count as attempts of what it lists, so they go on above those
        made = max([n["attempts"] for n in missed] + [e.attempts for n in missed for e in self._of(n["id"])])
        quiet = Entry(name, False, {"id": name, "listed": missed}, None, attempts=made, due=now)
        return [self._start(quiet._replace(route=route.name), now) for route in self._first_routes()]

    def _start(self, entry: Entry, now: int) -> Entry:
        self._put(entry)
        if not self._receiver:
            self._put(entry._replace(attempts=entry.attempts + 1))
            self.record(entry.name, now, NO_RECEIVER)
        return self._entries[entry.name]

    def _put(self, entry: Entry) -> Entry:
        self._entries[entry.name] = entry
        self.changed[entry.name] = entry
        return entry


def _end(entry: Entry, standing: Standing) -> str | None:
    """Why nothing more is to be sent of a notice, None while something is."""
    if standing.gone:
        return "gone"
    if standing.notice["state"] == "acknowledged":
        return "acknowledged"
    return "once" if not entry.call and entry.delivered is not None else None
