"""Local accounts of people: who may log in with a name and a password, as which role, for which actor.

In: DATA/users.json, mode 0600, written by `lagesbild user`. Out: the account of a name and a password; whether a login
still stands. A password is kept as scrypt only. Enough for one site until a county signs in through its own directory:
docs/roles.md.
"""

import hmac
import json
import re
import secrets
from hashlib import scrypt, sha256
from pathlib import Path
from typing import Any, NamedTuple

from schemas.codec import Json
from streams.errors import LagesbildError
from streams.space_files import SpaceFiles

FILE = "users.json"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,38}[a-z0-9]")
"""Names of accounts: they stand in a signed cookie, and on a command line."""
SHORTEST = 12
"""Letters of a password that somebody chooses (NIST SP 800-63B-4 asks for 15 where nothing else protects, 8 where
something does; a lock after five tries does here)."""
_COST, _BLOCK, _LANES = 2**15, 8, 3
"""scrypt's N, r, p: one of the equal choices of OWASP's Password Storage Cheat Sheet; 32 MiB a try."""
_MEMORY = 128 * 1024 * 1024
_NOBODY: Json = {"salt": "00" * 16, "hash": "00" * 32}
"""What a wrong name is compared with, so that it takes as long as a wrong password."""


class AccountError(LagesbildError):
    """An account cannot be made or changed so."""


class Account(NamedTuple):
    """One person's login."""

    name: str
    role: str
    """`reader`, `reporter`, `coordinator` or `operator`."""
    actor: str
    """Actor the person works for; empty for an operator."""
    stamp: str
    """Changes with the password, the role and the actor: a login made before the change does not stand."""


class Accounts:
    """The file, read again when it changes. No file: nobody has an account."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._seen: tuple[int, int] | None = None
        self._rows: dict[str, Json] = {}

    def account(self, name: str, password: str) -> Account | None:
        """The account, None for a wrong name or password; both take equally long (some 0.2 s: call it in a thread)."""
        row = self._refreshed().get(name)
        wanted = row or _NOBODY
        given = _hash(password, str(wanted["salt"]))
        right = hmac.compare_digest(given, str(wanted["hash"]))
        return _account(name, row) if row is not None and right else None

    def stands(self, name: str, stamp: str) -> Account | None:
        """The account that a login was made with, unless it has been removed or changed since."""
        row = self._refreshed().get(name)
        found = None if row is None else _account(name, row)
        return found if found is not None and hmac.compare_digest(found.stamp, stamp) else None

    def all(self) -> list[Account]:
        """Every account, by name."""
        return [_account(name, row) for name, row in sorted(self._refreshed().items())]

    def _refreshed(self) -> dict[str, Json]:
        try:
            stat = self._path.stat()
            if (seen := (stat.st_mtime_ns, stat.st_size)) != self._seen:
                self._rows, self._seen = dict(json.loads(self._path.read_bytes())), seen
        except (OSError, ValueError):
            self._seen, self._rows = None, {}
        return self._rows


def put(folder: Path, name: str, role: str, actor: str, password: str) -> None:
    """Make an account, or change it. AccountError for a name or a password that will not do."""
    if NAME.fullmatch(name) is None:
        raise AccountError(f"{name!r} will not do as a name: 3 to 40 of a-z, 0-9 and -, beginning and ending with one.")
    if len(password) < SHORTEST:
        raise AccountError(f"The password is too short: at least {SHORTEST} characters.")
    salt = secrets.token_hex(16)
    row = {"role": role, "actor": actor, "salt": salt, "hash": _hash(password, salt)}
    _write(folder, {**_read(folder), name: row})


def remove(folder: Path, name: str) -> None:
    """Take an account away: its logins end at once. AccountError if there is none."""
    rows = _read(folder)
    if rows.pop(name, None) is None:
        raise AccountError(f"There is no account {name!r}: lagesbild user list shows them.")
    _write(folder, rows)


def _read(folder: Path) -> dict[str, Any]:
    path = folder / FILE
    try:
        return dict(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise AccountError(f"{path} cannot be read ({error}): mend it or move it away.") from error


def _write(folder: Path, rows: dict[str, Any]) -> None:
    SpaceFiles(folder).write(FILE, rows)


def _account(name: str, row: Json) -> Account:
    stamp = sha256(json.dumps([row["salt"], row["hash"], row["role"], row["actor"]]).encode()).hexdigest()[:16]
    return Account(name, str(row["role"]), str(row["actor"]), stamp)


def _hash(password: str, salt: str) -> str:
    return scrypt(
        password.encode(), salt=bytes.fromhex(salt), n=_COST, r=_BLOCK, p=_LANES, maxmem=_MEMORY, dklen=32
    ).hex()
