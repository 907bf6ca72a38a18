"""Who may see and do what: roles, one table, keys of actors, and a signed cookie for people.

In: a key, or a cookie. Out: a `Viewer`. In an exercise a person picks a role without a password, plainly marked;
in the real space a login is by key only. Commands are authorised again by the fold, against the log's reference data.
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

SESSION_MS = 12 * 3_600_000
"""A login lasts a shift; after it the page says so and shows what anyone may see."""


class Role(StrEnum):
    """What a viewer is; each may do what the row of `MAY` says."""

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
    Role.READER: frozenset({Act.READ}),
    Role.REPORTER: frozenset({Act.READ, Act.READ_INTERNAL, Act.REPORT, Act.COMMAND}),
    Role.COORDINATOR: frozenset({Act.READ, Act.READ_INTERNAL, Act.READ_CONFIDENTIAL, Act.REPORT, Act.COMMAND}),
    Role.OPERATOR: frozenset(set(Act) - {Act.REPORT}),
}
"""The one table. An operator has no sectors of its own, so nothing to report on."""


class Viewer(NamedTuple):
    """Somebody who looks: the login, never a body, says who."""

    role: Role
    who: str
    """Actor id, `operator`, or empty for nobody in particular."""
    exercise: bool

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
        return f"internal.{self.who}" if self.may(Act.READ_INTERNAL) else "open"

    def may_command(self, command: str, roles: Mapping[str, list[str]]) -> bool:
        """True if the region's reference data let the role do this command's group."""
        return self.may(Act.COMMAND) and GROUPS[command] in roles.get(self.role, [])


def anyone(*, exercise: bool) -> Viewer:
    """A viewer without a login."""
    return Viewer(Role.READER, "", exercise)


def as_actor(actor: str, actors: Mapping[str, Json], *, exercise: bool) -> Viewer:
    """The viewer that speaks for an actor: the county board coordinates, every other one reports."""
    board = actors.get(actor, {}).get("kind") == "county_board"
    return Viewer(Role.COORDINATOR if board else Role.REPORTER, actor, exercise)


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

    def cookie(self, viewer: Viewer, now: int) -> str:
        """Cookie value of a login; `now` is wall time, ms UTC."""
        text = f"{viewer.role}.{now + SESSION_MS}.{viewer.who}"
        return f"{text}.{self.tag('session', text)}"

    def open_cookie(self, value: str, now: int, *, exercise: bool) -> Viewer | None:
        """Viewer of a cookie value; None when it is not ours or has run out."""
        text, _, tag = value.rpartition(".")
        if not self.holds("session", text, tag):
            return None
        role, until, who = text.split(".", 2)
        return Viewer(Role(role), who, exercise) if int(until) > now else None


def cookie_name(space: str, port: int) -> str:
    """Name of the cookie: two spaces on one machine never share a login."""
    return f"lagesbild-{space}-{port}"
