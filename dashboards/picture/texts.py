"""The server's index of free texts: key -> words and label, or erased. Disposable: the topic `texts` is the truth.

In: records of `texts` (JSON with text and label; empty = erased). Out: `get(key)`. A file in the data folder makes the
next start quick; it is thrown away whenever it may not belong to the topic as it is now.
Next: dashboards/picture/view.py
"""

import asyncio
import sqlite3
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import structlog

from schemas.codec import Json, load
from schemas.sectors import Label
from streams.bus import In, Reader, bounds

log = structlog.get_logger()

NEAR = 20_000
"""Texts kept in memory; the rest are a look-up of ten microseconds away."""
_TABLES = """
create table if not exists texts (key text primary key, text text, label text) without rowid;
create table if not exists place (one integer primary key check (one = 1), offset integer, key text);
"""
_NEWER = (
    "insert into texts values (?, ?, ?) on conflict (key) do update set text = excluded.text, label = excluded.label"
)


class Text(NamedTuple):
    """Words with their label; `words` is None when they were erased."""

    words: str | None
    label: Label


_NESTED = frozenset({"members", "answers", "words", "sharers", "affected", "attachments", "corrections", "links"})
"""Tables of a forum, of minutes, of a matter, a joint picture or an event, whose rows carry words of their own."""


def text_keys(entity: Json | None) -> list[str]:
    """Keys of every free text an entity carries."""
    if entity is None:
        return []
    found = list(entity.get("texts", {}).values())
    if "reason_text" in entity:
        found.append(entity["reason_text"])
    for name in sorted(_NESTED & entity.keys()):
        rows = entity[name]
        listed = rows.values() if isinstance(rows, dict) else rows
        found += [key for row in listed if isinstance(row, dict) for key in text_keys(row)]
    return found


class TextIndex:
    """Follows `texts`. Without a path it lives in memory."""

    def __init__(self, path: Path | None = None) -> None:
        self._db = _open(path)
        self._near: dict[str, Text] = {}
        self._grown = asyncio.Event()
        self.revision = 0
        """Grows with each batch: what was drawn without its words can be drawn again."""
        self.erased = 0
        """How many texts are erased: an answer's ETag changes with it, since the version does not."""

    def close(self) -> None:
        """Give the file back."""
        self._db.close()

    def get(self, key: str) -> Text | None:
        """Text of a key; None when it has not come yet."""
        held = self._near.get(key)
        if held is None:
            row = self._db.execute("select text, label from texts where key = ?", (key,)).fetchone()
            if row is None:
                return None
            held = self._near[key] = Text(row[0], Label(row[1]))
            if len(self._near) > NEAR:
                self._near.pop(next(iter(self._near)))
        return held

    def missing(self, keys: Iterable[str]) -> list[str]:
        """Keys whose text has not come yet."""
        return [key for key in keys if self.get(key) is None]

    async def wait_for(self, keys: Collection[str], seconds: float) -> None:
        """Until all of them are there, or the time is out: texts are confirmed before the log, but read apart."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.missing(keys):
                    self._grown.clear()
                    await self._grown.wait()

    async def follow(self, bootstrap: str, topic: str) -> None:
        """Read the topic for ever; run it as a task."""
        start = await self._start(bootstrap, topic)
        async with Reader(bootstrap, "lagesbild.server.texts", {(topic, 0): start}) as reader:
            while True:
                self.take(await reader.batch())

    async def _start(self, bootstrap: str, topic: str) -> int:
        """Where to read on; the file is emptied unless its last record still lies where it lay."""
        first, end = (await bounds(bootstrap, [(topic, 0)]))[topic, 0]
        place = self._db.execute("select offset, key from place").fetchone()
        if place is not None and first <= place[0] < end:
            async with Reader(bootstrap, "lagesbild.server.texts", {(topic, 0): place[0]}) as reader:
                found = await reader.batch(wait_s=5.0, limit=1)
            if found and found[0].offset == place[0] and (found[0].key or b"").decode() == place[1]:
                self._count_erased()
                return int(place[0]) + 1
        with self._db:
            self._db.execute("delete from texts")
            self._db.execute("delete from place")
        self._near.clear()
        return first

    def take(self, records: list[In]) -> None:
        """Put a batch in; a record that is none of ours is passed over with a line in the log."""
        if not records:
            return
        rows = [row for record in records if (row := _row(record)) is not None]
        last = records[-1]
        for key, _, _ in rows:
            self._near.pop(key, None)
        with self._db:
            self._db.executemany(_NEWER, rows)
            self._db.execute("insert or replace into place values (1, ?, ?)", (last.offset, (last.key or b"").decode()))
        self.revision += 1
        if any(text is None for _, text, _ in rows):
            self._count_erased()
        self._grown.set()

    def _count_erased(self) -> None:
        self.erased = self._db.execute("select count(*) from texts where text is null").fetchone()[0]


def _open(path: Path | None) -> sqlite3.Connection:
    """The file, made anew when it is damaged; memory when the folder cannot be written."""
    if path is not None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return _connect(str(path))
        except sqlite3.DatabaseError:
            path.unlink(missing_ok=True)
            with suppress(sqlite3.DatabaseError):
                return _connect(str(path))
        except OSError as error:
            log.warning("text_index_in_memory", error=str(error))
    return _connect(":memory:")


def _connect(target: str) -> sqlite3.Connection:
    db = sqlite3.connect(target)
    try:
        db.execute("pragma journal_mode = wal")
        db.execute("pragma synchronous = off")
        db.executescript(_TABLES)
    except sqlite3.DatabaseError:
        db.close()
        raise
    return db


def _row(record: In) -> tuple[str, str | None, str] | None:
    key = (record.key or b"").decode()
    if record.value is None:
        return key, None, Label.OPEN
    try:
        value = load(record.value)
        return key, value["text"], Label(value["label"])
    except (ValueError, KeyError, TypeError) as error:
        log.warning("text_unreadable", at=f"{record.topic}[{record.partition}]@{record.offset}", error=str(error))
        return None
