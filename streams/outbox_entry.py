"""One notice on one route of the ladder, and what became of an attempt: the values of the outbox.

Next: streams/outbox.py
"""

from typing import NamedTuple, Self

from schemas.codec import Json
from streams.ladder import WEBHOOK

NO_RECEIVER = "no_receiver"
"""Error of the one result of a notice while no address is set."""


class Entry(NamedTuple):
    """One notice under way on one route, as it lies on disk. Times are wall time, ms UTC."""

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
    route: str = WEBHOOK.name

    @property
    def name(self) -> str:
        """Key in the outbox."""
        return name_of(self.id, self.route)

    @property
    def key(self) -> str:
        """Idempotency key of step and route: the receiver tells a retry by it."""
        return f"{self.id}/{self.step}" if self.route == WEBHOOK.name else f"{self.id}/{self.step}/{self.route}"

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
    route: str = WEBHOOK.name
    to: str | None = None
    """Who was on duty in the route's role, by alias."""

    def about(self) -> tuple[str, ...]:
        """Notices it is a result for: itself, or those that a quiet list names."""
        return self.listed or (self.notice,)


def name_of(notice: str, route: str) -> str:
    """Key in the outbox of a notice on a route."""
    return notice if route == WEBHOOK.name else f"{notice} {route}"


def stub(result: Result) -> Entry:
    """What a recorded result alone tells of a notice; the outlet must add its words."""
    notice: Json = {"id": result.notice}
    if result.listed:
        notice["listed"] = [{"id": name} for name in result.listed]
    return Entry(result.notice, not result.listed, notice, None, begun=result.at, route=result.route)
