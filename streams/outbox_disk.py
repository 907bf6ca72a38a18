"""The outbox on disk: entries and results that survive kill -9, power cuts and a Kafka that is away.

In: changed entries and new results (streams/outbox.py). Out: one SQLite file, `DATA/outbox/<space>/outbox.db`; a
change and its result are written in one transaction that is on the disk before anything is sent on the strength of it.
"""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Self

from schemas.codec import canon, load
from streams.datadir import disk_full, writing_to
from streams.errors import DataDirBusyError, StartError
from streams.outbox_entry import Entry, Result

_TABLES = """
CREATE TABLE IF NOT EXISTS entry (id TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS result (n INTEGER PRIMARY KEY AUTOINCREMENT, value BLOB NOT NULL);
"""


class OutboxDisk:
    """The file of one space, held by one deliverer at a time. Use as a context."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        """Open or make the file.

        Raises:
            DataDirBusyError: another deliverer has it.
            StartError: the folder cannot be written, or the file is damaged.
        """
        with writing_to(self._folder):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._base = sqlite3.connect(self._folder / "outbox.db", timeout=0.5, isolation_level=None)
            # the lock is the operating system's: it ends with the process, however that ends
            self._base.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._base.execute("PRAGMA synchronous=FULL")
            self._base.executescript(f"BEGIN EXCLUSIVE; {_TABLES} COMMIT;")
        except sqlite3.Error as error:
            raise self._refused(error) from error
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()

    def entries(self) -> list[Entry]:
        """Every entry."""
        return [Entry.read(load(value)) for (value,) in self._base.execute("SELECT value FROM entry ORDER BY id")]

    def save(self, entries: Iterable[Entry], results: Iterable[Result]) -> None:
        """Write both or neither. DiskFullError or StartError when the disk refuses."""
        with self._transaction():
            self._base.executemany("REPLACE INTO entry VALUES (?, ?)", [(e.name, canon(e._asdict())) for e in entries])
            self._base.executemany("INSERT INTO result (value) VALUES (?)", [(canon(r._asdict()),) for r in results])

    def results(self, limit: int = 200) -> list[tuple[int, Result]]:
        """Oldest results that are not yet in Kafka, with their numbers here."""
        rows = self._base.execute("SELECT n, value FROM result ORDER BY n LIMIT ?", (limit,))
        return [(n, read_result(value)) for n, value in rows]

    def waiting(self) -> int:
        """Results that are not yet in Kafka."""
        return int(self._base.execute("SELECT count(*) FROM result").fetchone()[0])

    def forget(self, upto: int) -> None:
        """Drop results up to this number: Kafka has them."""
        with self._transaction():
            self._base.execute("DELETE FROM result WHERE n <= ?", (upto,))

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._base.execute("BEGIN IMMEDIATE")
            yield
            self._base.execute("COMMIT")
        except sqlite3.Error as error:
            if self._base.in_transaction:
                self._base.execute("ROLLBACK")
            raise self._refused(error) from error

    def _refused(self, error: sqlite3.Error) -> StartError:
        match getattr(error, "sqlite_errorname", ""):
            case "SQLITE_FULL":
                return disk_full(self._folder)
            case "SQLITE_BUSY":
                return DataDirBusyError(f"{self._folder} is in use by another deliverer: stop that one first.")
            case _:
                return StartError(
                    f"{self._folder}/outbox.db cannot be used ({error}): move it away and start again; "
                    "what was sent is found again in Kafka."
                )


def read_result(value: bytes) -> Result:
    """Result of its stored bytes."""
    fields = load(value)
    return Result(**{**fields, "listed": tuple(fields["listed"])})
