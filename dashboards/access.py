"""Who may see and do what: roles, one table, keys of actors, and a signed cookie for people.

In: a key, a cookie, an account. Out: a `Viewer`. In an exercise a person picks a role without a password, plainly
marked; in the real space one logs in with an account, or with an actor's key. Commands are authorised again by the
fold, against the log's reference data.
"""

import hmac
import json
from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import streams.seal
from schemas.codec import Json
from schemas.command import GROUPS
from schemas.sectors import Label
from streams.accounts import Account
from streams.words import LANGUAGES, Words, load_words

SESSION_MS = 12 * 3_600_000
"""A login lasts a shift; after it the page says so and shows what anyone may see."""


class Role(StrEnum):
    """What a viewer is; each may do what the row of `MAY` says."""

    ANYONE = "anyone"
    """Without a login."""
    READER = "reader"
    REPORTER = "reporter"
    COORDINATOR = "coordinator"
    OPERATOR = "operator"


class Act(StrEnum):
    """What the server asks leave for. Groups of commands stand in the region's reference data."""

    READ = "read"
    READ_INTERNAL = "read_internal"
    READ_CONFIDENTIAL = "read_confidential"
    REPORT = "report"
    COMMAND = "command"
    SEE_REJECTED = "see_rejected"
    SEE_METRICS = "see_metrics"
    SEE_ANY_RECEIPT = "see_any_receipt"


MAY: Mapping[Role, frozenset[Act]] = {
    Role.ANYONE: frozenset({Act.READ}),
    Role.READER: frozenset({Act.READ, Act.READ_INTERNAL}),
    Role.REPORTER: frozenset({Act.READ, Act.READ_INTERNAL, Act.REPORT, Act.COMMAND}),
    Role.COORDINATOR: frozenset({Act.READ, Act.READ_INTERNAL, Act.READ_CONFIDENTIAL, Act.REPORT, Act.COMMAND}),
    Role.OPERATOR: frozenset(set(Act) - {Act.REPORT}),
}
"""The one table (docs/roles.md). An operator has no sectors of its own, so nothing to report on. A reader works for an
actor, looks, and does nothing: the account of a wall, or of somebody new."""
CHOSEN = tuple(role for role in Role if role != Role.ANYONE)
"""Roles that an account may have."""


class Viewer(NamedTuple):
    """Somebody who looks: the login, never a body, says who."""

    role: Role
    who: str
    """Actor id, `operator`, or empty for nobody in particular."""
    exercise: bool
    user: str = ""
    """Name of the account that was logged in with; empty for a key, or a role chosen in an exercise."""
    language: str = LANGUAGES[0]
    """In which the pages speak to it; the same is seen in every language, so it is no part of `view`."""

    @property
    def words(self) -> Words:
        """The catalogue of its language."""
        return load_words(self.language)

    @property
    def actor(self) -> str | None:
        """Actor the viewer speaks for."""
        return self.who if self.who and self.role in {Role.REPORTER, Role.COORDINATOR} else None

    def may(self, act: Act) -> bool:
        """True if the role's row has it."""
        return act in MAY[self.role]

    def sees(self, label: str, owner: str | None = None) -> bool:
        """True if what bears this label, and belongs to this actor, may be shown. An exercise shows all."""
        if self.exercise or label == Label.OPEN:
            return True
        if label == Label.INTERNAL:
            return self.may(Act.READ_INTERNAL)
        return self.may(Act.READ_CONFIDENTIAL) or (owner is not None and owner == self.actor)

    @property
    def view(self) -> str:
        """Name of what this viewer sees: equal views get equal bytes."""
        if self.exercise or self.may(Act.READ_CONFIDENTIAL):
            return "all"
        return f"internal.{self.actor or ''}" if self.may(Act.READ_INTERNAL) else "open"

    def may_command(self, command: str, roles: Mapping[str, list[str]]) -> bool:
        """True if the region's reference data let the role do this command's group."""
        return self.may(Act.COMMAND) and GROUPS[command] in roles.get(self.role, [])


def anyone(*, exercise: bool) -> Viewer:
    """A viewer without a login."""
    return Viewer(Role.ANYONE, "", exercise)


def as_actor(actor: str, actors: Mapping[str, Json], *, exercise: bool) -> Viewer:
    """The viewer that speaks for an actor: the county board coordinates, every other one reports."""
    board = actors.get(actor, {}).get("kind") == "county_board"
    return Viewer(Role.COORDINATOR if board else Role.REPORTER, actor, exercise)


def of_account(account: Account, actors: Mapping[str, Json], *, exercise: bool) -> Viewer | None:
    """The viewer of a person's account; None when its actor is not in the registry any more."""
    role, kind = Role(account.role), actors.get(account.actor, {}).get("kind")
    if role == Role.OPERATOR:
        return Viewer(role, "operator", exercise, account.name)
    if kind is None or (role == Role.COORDINATOR) > (kind == "county_board"):
        return None
    return Viewer(role, account.actor, exercise, account.name)


class Keys:
    """Keys of actors and of the operator, read again when the file changes. No file: nobody may log in."""

    def __init__(self, path: Path, actors: Mapping[str, Json], *, exercise: bool) -> None:
        self._path, self._actors, self._exercise = path, actors, exercise
        self._stamp: tuple[int, int] | None = None
        self._viewers: dict[bytes, Viewer] = {}

    def viewer(self, key: str) -> Viewer | None:
        """Viewer of a key, None for a wrong one. Every key is compared, in constant time each."""
        self._refresh()
        given, found = _digest(key), None
        for known, viewer in self._viewers.items():
            if hmac.compare_digest(given, known):
                found = viewer
        return found

    def _refresh(self) -> None:
        try:
            stat = self._path.stat()
            stamp = (stat.st_mtime_ns, stat.st_size)
            if stamp == self._stamp:
                return
            held = json.loads(self._path.read_bytes())
        except (OSError, ValueError):
            self._stamp, self._viewers = None, {}
            return
        self._stamp = stamp
        self._viewers = {
            _digest(key): as_actor(actor, self._actors, exercise=self._exercise)
            for actor, key in held.get("keys", {}).items()
            if actor in self._actors and key
        }
        if held.get("operator_key"):
            self._viewers[_digest(held["operator_key"])] = Viewer(Role.OPERATOR, "operator", self._exercise)


def _digest(key: str) -> bytes:
    return sha256(key.encode()).digest()


class Seal(streams.seal.Seal):
    """Signs what a browser or a sender holds for us: cookies and receipts, each under its own purpose."""

    def cookie(self, viewer: Viewer, now: int, stamp: str = "") -> str:
        """Cookie value of a login; `now` is wall time, ms UTC, `stamp` that of the account logged in with."""
        text = ".".join([viewer.role, str(now + SESSION_MS), viewer.who, viewer.user, stamp])
        return f"{text}.{self.tag('session', text)}"

    def open_cookie(self, value: str, now: int, *, exercise: bool) -> tuple[Viewer, str] | None:
        """Viewer of a cookie value, and its account's stamp; None when it is not ours or has run out."""
        text, _, tag = value.rpartition(".")
        if not self.holds("session", text, tag) or text.count(".") != 4:
            return None
        role, until, who, user, stamp = text.split(".")
        return (Viewer(Role(role), who, exercise, user), stamp) if int(until) > now else None

    def calendar(self, actor: str) -> str:
        """Ticket in the address of an actor's calendar: good until the space's secret changes."""
        return f"{actor}.{self.tag('calendar', actor)}"

    def open_calendar(self, ticket: str, actors: Mapping[str, Json], *, exercise: bool) -> Viewer | None:
        """Viewer of a ticket, who sees what an actor sees: addresses are passed on. None when it is not ours."""
        actor, _, tag = ticket.rpartition(".")
        known = actor in actors and self.holds("calendar", actor, tag)
        return Viewer(Role.REPORTER, actor, exercise) if known else None


def cookie_name(space: str, port: int) -> str:
    """Name of the cookie: two spaces on one machine never share a login."""
    return f"lagesbild-{space}-{port}"
