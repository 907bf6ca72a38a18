"""What this server knows of reports sent through it: which receipts an actor has, and on whose screens a report was.

In: accepted reports; pages opened, and versions shown, by logged-in members of an organisation. Out: `Readers`, a small
file in the data folder that may be thrown away. Never a claim that somebody understood: a screen showed it.
Next: dashboards/report/mine.py
"""

import sqlite3
from pathlib import Path
from typing import NamedTuple

MOST = 20_000
"""Rows kept of each kind: the oldest fall out."""
_TABLES = """
create table if not exists sent (receipt text primary key, actor text, id text, type text, sent text, at integer);
create index if not exists sent_by on sent (actor, at);
create table if not exists opened (key text, actor text, revision text, at integer, primary key (key, actor, revision));
create table if not exists shown (actor text, version integer, at integer, primary key (actor, version));
"""


class Sent(NamedTuple):
    """One report that this server accepted."""

    receipt: str
    id: str
    type: str
    sent: str
    """By its sender, `Z` text."""
    at: int
    """When it was accepted, space time, ms UTC."""


class Readers:
    """Without a path it lives in memory. A file that cannot be used is begun anew."""

    def __init__(self, path: Path | None = None) -> None:
        self._db = _open(path)
        self._newest: dict[str, int] = {}
        """Actor -> newest version that a screen of it is known to have shown."""

    def close(self) -> None:
        """Give the file back."""
        self._db.close()

    def accepted(self, actor: str, sent: Sent) -> None:
        """A report was accepted."""
        self._write("sent", (sent.receipt, actor, sent.id, sent.type, sent.sent, sent.at))

    def by(self, actor: str, most: int = 500) -> list[Sent]:
        """What an actor has sent through this server, newest first."""
        query = "select receipt, id, type, sent, at from sent where actor = ? order by at desc, rowid desc limit ?"
        return [Sent(*row) for row in self._db.execute(query, (actor, most))]

    def of(self, receipt: str) -> tuple[str, Sent] | None:
        """Who sent what with this receipt."""
        query = "select actor, receipt, id, type, sent, at from sent where receipt = ?"
        row = self._db.execute(query, (receipt,)).fetchone()
        return None if row is None else (str(row[0]), Sent(*row[1:]))

    def opened(self, key: str, actor: str, revision: str, at: int) -> None:
        """Somebody of an organisation opened this revision of an item. The first time counts."""
        self._write("opened", (key, actor, revision, at))

    def openers(self, key: str, revision: str) -> dict[str, int]:
        """Organisation -> when it first opened this revision of an item."""
        query = "select actor, at from opened where key = ? and revision = ?"
        return dict(self._db.execute(query, (key, revision)))

    def showed(self, actor: str, version: int, at: int) -> None:
        """A screen of an organisation showed a version of the picture."""
        if version > self._newest.get(actor, 0):
            self._newest[actor] = version
            self._write("shown", (actor, version, at))

    def screens(self, version: int) -> dict[str, int]:
        """Organisation -> when a screen of it first showed this version or a later one."""
        query = "select actor, min(at) from shown where version >= ? group by actor"
        return dict(self._db.execute(query, (version,)))

    def _write(self, table: str, row: tuple[str | int, ...]) -> None:
        with self._db:
            marks = ", ".join("?" * len(row))
            put = self._db.execute(f"insert or ignore into {table} values ({marks})", row)  # noqa: S608 names of ours
            if put.lastrowid and put.lastrowid % 100 == 0:
                self._db.execute(f"delete from {table} where rowid <= ?", (put.lastrowid - MOST,))  # noqa: S608


def _open(path: Path | None) -> sqlite3.Connection:
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _with_tables(sqlite3.connect(path))
        except sqlite3.DatabaseError:
            path.unlink()
    return _with_tables(sqlite3.connect(path or ":memory:"))


def _with_tables(db: sqlite3.Connection) -> sqlite3.Connection:
    # nothing that is lost with the machine: a receipt's outcome lies in Kafka
    db.execute("pragma synchronous = off")
    db.executescript(_TABLES)
    return db
