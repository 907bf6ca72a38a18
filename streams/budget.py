"""Alert budget: how often each rule would have called in what is recorded, how often at night, on how many days.

In: log records and a rule set. Out: figures. The records are folded anew with this set in place of the one that was in
force; people's acts on suggestions that it does not make are refused by the fold, as they would be.
Under 30 days nothing is said of a year.
"""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from schemas.change import EntityKind
from schemas.codec import Json
from schemas.record import LogRecord, RecordKind
from schemas.rule_tests import HoursTest
from schemas.times import DAY
from streams.core.fold import Fold
from streams.core.localtime import inside, local
from streams.core.state import State

LEAST_DAYS = 30
NIGHT = HoursTest(test="hours", begin="22:00", until="06:00")
YEAR = 365


class Called(NamedTuple):
    """One rule's calls."""

    rule: str
    level: str
    calls: int
    night: int


class Budget(NamedTuple):
    """What a rule set would have rung, in what is recorded."""

    days: int
    """Whole days from the first record to the last."""
    heard_days: int
    """Days, by the region's clock, on which anything was reported."""
    records: int
    called: tuple[Called, ...]

    @property
    def enough(self) -> bool:
        """May anything be said of a year?"""
        return min(self.days, self.heard_days) >= LEAST_DAYS

    def a_year(self, calls: int) -> int | None:
        """The same number in a year, None where too few days are recorded."""
        return calls * YEAR // self.days if self.enough else None


class Budgeting:
    """Folds records one by one under a rule set and counts what rings."""

    def __init__(self, space: str, region: str, rules: Json) -> None:
        self._fold = Fold(State(space, region))
        self._rules, self._set = rules, False
        self._first: int | None = None
        self._last = 0
        self._heard: set[int] = set()
        self._records = 0
        self._calls: Counter[tuple[str, str]] = Counter()
        self._night: Counter[tuple[str, str]] = Counter()

    def take(self, record: LogRecord) -> None:
        """Fold one record; a rule set in the log is answered with this one."""
        self._first = record.known_at if self._first is None else self._first
        self._last = max(self._last, record.known_at)
        self._records += 1
        if record.kind == RecordKind.REPORT:
            self._heard.add(local(record.known_at, self._zone) // DAY)
        if record.kind == RecordKind.RULES or _sets_rules(record):
            return
        self._count(record)
        if record.kind == RecordKind.REFERENCE and not self._set:
            self._set = True
            self._count(LogRecord(record.known_at, RecordKind.RULES, {"rules": self._rules}, None, None))

    @property
    def _zone(self) -> str:
        return str(self._fold.state.reference_raw.get("region", {}).get("zone", "UTC"))

    def _count(self, record: LogRecord) -> None:
        for version in self._fold.take(record).versions:
            for change in version.changes:
                notice = change.value
                opened = change.kind == EntityKind.NOTICE and notice is not None and notice["state"] == "open"
                if opened and notice is not None and notice["call"] and notice["opened_version"] == version.number:
                    self._ring(notice, version.at)

    def _ring(self, notice: Json, at: int) -> None:
        suggestion = self._fold.state.picture[EntityKind.SUGGESTION].get(notice.get("suggestion", ""))
        reasons = suggestion["reasons"] if suggestion is not None else []
        own = [r["rule"] for r in reasons if r["level"] == notice["level"]]
        place = (own[0] if own else "", notice["level"])
        self._calls[place] += 1
        self._night[place] += inside(at, NIGHT, self._zone)

    def budget(self) -> Budget:
        """What has been counted."""
        days = (self._last - (self._first or 0)) // DAY if self._first is not None else 0
        rows = [Called(*place, calls, self._night[place]) for place, calls in sorted(self._calls.items())]
        return Budget(days, len(self._heard), self._records, tuple(rows))


def _sets_rules(record: LogRecord) -> bool:
    return record.kind == RecordKind.COMMAND and record.body.get("command") == "set_rules"


def budget_of(records: Iterable[LogRecord], space: str, region: str, rules: Json) -> Budget:
    """The whole of a recorded history under one rule set."""
    counting = Budgeting(space, region, rules)
    for record in records:
        counting.take(record)
    return counting.budget()
