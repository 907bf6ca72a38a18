"""What a fold suggested, in order: read off the versions that any reader of the picture gets, and off nothing else.

In: versions, as the fold makes them. Out: raised suggestions, reasons that came, holds that came to nothing, calls, and
when forums became active. A suggestion is *raised* when it begins to stand; *holding* is not yet raised, and one whose
forum people call again after it stepped down is not raised anew.
Next: streams/backtest/scoring.py
"""

from collections.abc import Iterable
from typing import NamedTuple

from schemas.change import Change, EntityKind, Version
from schemas.codec import Json
from streams.backtest.family import family

SETTLED = frozenset({"holding", "dismissed", "superseded", "withdrawn", "stepped_down", "closed"})
"""States in which a suggestion does not stand: not yet, or no more."""


class Raised(NamedTuple):
    """A suggestion begins to stand."""

    at: int
    suggestion: str
    act: str
    level: str
    rules: tuple[str, ...]
    """Rules that gave a reason for this very level, then."""
    rings: bool
    """False where its forum was active already: people are only told one reason more."""


class Spoke(NamedTuple):
    """A rule gives a reason that was not there before."""

    at: int
    rule: str
    suggestion: str
    act: str
    level: str
    own_act: str
    """Act that the rule itself suggests; it may join a suggestion of another."""
    own_level: str
    """Level that the rule itself suggests; it may join a higher suggestion."""


class Called(NamedTuple):
    """A notice that asks the duty officer to answer."""

    at: int
    notice: str
    rules: tuple[str, ...]


class Nearly(NamedTuple):
    """A rule's condition was true, but not as long as its hold."""

    since: str
    at: int
    rule: str


class Done(NamedTuple):
    """People convened or closed a forum."""

    at: int
    level: str


class Trace:
    """Collects from one fold."""

    def __init__(self) -> None:
        self.raised: list[Raised] = []
        self.spoke: list[Spoke] = []
        self.calls: list[Called] = []
        self.nearly: list[Nearly] = []
        self.forums: dict[str, str] = {}
        """Forum -> its state."""
        self.convened: list[Done] = []
        self.closed: list[Done] = []
        self.standing: dict[str, Json] = {}
        """Suggestions that stand or hold now."""
        self.notices: dict[str, Json] = {}
        self.acts: dict[str, str] = {}
        """Rule in force -> its act."""

    def see(self, versions: Iterable[Version]) -> None:
        """Take in new versions."""
        for version in versions:
            before = dict(self.standing)
            for change in version.changes:
                if change.kind == EntityKind.RULES and change.value is not None:
                    self.acts = {rule["id"]: rule["act"] for rule in change.value["rules"]}
            mine = [c for c in version.changes if c.kind == EntityKind.SUGGESTION]
            self._store(mine)
            for change in mine:
                self._suggestion(version.at, change, before)
            for change in version.changes:
                if change.kind == EntityKind.NOTICE:
                    self._notice(version.at, change)
                elif change.kind == EntityKind.FORUM and change.value is not None:
                    self._forum(version.at, change.value)

    def _store(self, changes: Iterable[Change]) -> None:
        for change in changes:
            if change.value is None:
                self.standing.pop(change.key, None)
            else:
                self.standing[change.key] = change.value

    def _suggestion(self, at: int, change: Change, before: dict[str, Json]) -> None:
        old, new = before.get(change.key), change.value
        if old is not None and old["state"] == "holding" and not (new and new["state"] == "holding"):
            spoken = {name for s in self.standing.values() if stands(s) for name in _reasons(s)}
            fell = sorted({rule for rule, subject in _reasons(old) if (rule, subject) not in spoken})
            self.nearly += [Nearly(old["since"], at, rule) for rule in fell]
        if new is None or not stands(new):
            return
        known = {name for s in before.values() if stands(s) for name in _reasons(s)}
        for (rule, _), own in sorted((n, o) for n, o in _reasons(new).items() if n not in known):
            act = self.acts.get(rule, str(new["act"]))
            self.spoke.append(Spoke(at, rule, change.key, new["act"], new["level"], act, own))
        if old is None or old["state"] == "holding":
            rules = sorted({rule for (rule, _), own in _reasons(new).items() if own == new["level"]})
            rings = new["state"] != "active"
            self.raised.append(Raised(at, change.key, new["act"], new["level"], tuple(rules), rings))

    def _notice(self, at: int, change: Change) -> None:
        first = change.key not in self.notices
        if change.value is None:
            self.notices.pop(change.key, None)
            return
        self.notices[change.key] = change.value
        if first and change.value["call"]:
            suggestion = self.standing.get(str(change.value.get("suggestion")), {})
            level = suggestion.get("level")
            rules = sorted({rule for (rule, _), own in _reasons(suggestion).items() if own == level})
            # a notice of what joined an answered suggestion is called by that reason alone
            joins = str(change.value.get("joins") or "").partition("|")[0]
            self.calls.append(Called(at, change.key, (joins,) if joins else tuple(rules)))

    def _forum(self, at: int, forum: Json) -> None:
        name, state = forum["id"], forum["state"]
        if self.forums.get(name) != state:
            done = {"active": self.convened, "closed": self.closed}.get(state)
            if done is not None:
                done.append(Done(at, forum["level"]))
        self.forums[name] = state

    def find(self, on: str, level: str | None = None) -> str | None:
        """Suggestion or notice that a person's act names: by id, by a rule or its family, or as `act/level`.

        Of several the newest, one of `level` before the others.
        """
        if on in self.standing or on in self.notices:
            return on
        found = [
            (entity["level"] == level, entity.get("raised_at", entity["since"]), key)
            for key, entity in self.standing.items()
            if stands(entity) and _named(entity, on)
        ]
        return max(found)[2] if found else None


def _named(suggestion: Json, on: str) -> bool:
    """True if a person may mean this suggestion."""
    said = f"{suggestion['act']}/{suggestion['level']}"
    return on == said or bool(family(on, (rule for rule, _ in _reasons(suggestion))))


def stands(suggestion: Json) -> bool:
    """Raised, and not yet over."""
    return suggestion["state"] not in SETTLED


def _reasons(suggestion: Json) -> dict[tuple[str, str], str]:
    """(rule, subject) -> level that the rule itself suggests."""
    return {(r["rule"], r.get("subject", "")): r["level"] for r in suggestion.get("reasons", ())}
