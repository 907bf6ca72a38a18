"""What waits on disk while Kafka is away: entries in order, each in a file of its own, bounded, with a checksum.

In: bytes. Out: `Entry`, oldest first. A file has its name only when all of it is on the disk, so kill -9 between any
two steps leaves an entry whole or not there. One that was damaged later is moved aside and told, and blocks nothing.
Next: connectors/telling/outgoing.py
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import structlog

from connectors.errors import SpoolFullError
from streams.datadir import writing_to
from streams.errors import StartError

log = structlog.get_logger()

MAGIC = b"lagesbild spool 1\n"
_HEAD = len(MAGIC) + hashlib.sha256().digest_size
_ENTRY, _DAMAGED, _RECALLED, _UNDONE = ".entry", ".damaged", ".recalled", ".part"


class Entry(NamedTuple):
    """One that waits."""

    number: int
    """Greater than that of every entry before it."""
    content: bytes


class Spool:
    """The entries of one source in one space: `<folder>/<space>/<number>.entry`. One process, one task at a time."""

    def __init__(self, folder: Path, limit_bytes: int, space: str) -> None:
        """Make the folder (0700) or go on with what is in it; `limit_bytes` on disk, the damaged not counted.

        DiskFullError or StartError when it cannot be written.
        """
        self._folder, self._limit = folder / space, limit_bytes
        with writing_to(self._folder):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for undone in self._folder.glob(f"*{_UNDONE}"):
                undone.unlink()
        self._sizes = {_number(path): path.stat().st_size for path in self._folder.glob(f"*{_ENTRY}")}
        aside = [_number(path) for end in (_DAMAGED, _RECALLED) for path in self._folder.glob(f"*{end}")]
        self._next = max([0, *self._sizes, *aside]) + 1

    def __len__(self) -> int:
        """Entries that wait."""
        return len(self._sizes)

    @property
    def used_bytes(self) -> int:
        """Bytes on disk of what waits."""
        return sum(list(self._sizes.values()))

    @property
    def damaged(self) -> list[str]:
        """Names of the files that were moved aside and have not been made up for, also by earlier processes."""
        return sorted(path.name for path in self._folder.glob(f"*{_DAMAGED}"))

    def append(self, content: bytes) -> int:
        """Put an entry last; its number, once it is on the disk for good.

        SpoolFullError when it would pass the limit or the disk refuses it: then nothing was changed.
        """
        size = _HEAD + len(content)
        if self.used_bytes + size > self._limit:
            raise SpoolFullError(f"{self._folder} holds {self.used_bytes} bytes, {size} more would pass its limit")
        number = self._next
        try:
            with writing_to(self._folder):
                _write(self._path(number, _ENTRY), content)
        except (StartError, OSError) as error:
            raise SpoolFullError(str(error)) from error
        self._sizes[number], self._next = size, number + 1
        return number

    def oldest(self) -> Entry | None:
        """The one to send next; None when nothing waits. Damaged ones on the way are moved aside: see `damaged`."""
        return next(self._whole(sorted(self._sizes)), None)

    def newest_first(self) -> Iterator[Entry]:
        """All that wait, from the one put in last. Damaged ones are moved aside likewise."""
        return self._whole(sorted(self._sizes, reverse=True))

    def done(self, entry: Entry) -> None:
        """Remove an entry: Kafka has it. Once more is nothing."""
        self._path(entry.number, _ENTRY).unlink(missing_ok=True)
        self._sizes.pop(entry.number, None)

    def put_aside(self, number: int, why: str) -> None:
        """Keep an entry that cannot be used under a name of its own, out of the way, and say so in the log."""
        aside = self._path(number, _DAMAGED)
        try:
            self._path(number, _ENTRY).rename(aside)
        except FileNotFoundError:
            aside.touch()
        self._sizes.pop(number, None)
        log.error("spool_entry_damaged", file=str(aside), why=why)

    def recalled(self) -> None:
        """What the damaged ones held has been made up for: nothing is `damaged` any more; the files stay."""
        for name in self.damaged:
            path = self._folder / name
            path.rename(path.with_suffix(_RECALLED))

    def _whole(self, numbers: list[int]) -> Iterator[Entry]:
        for number in numbers:
            try:
                whole = self._path(number, _ENTRY).read_bytes()
            except OSError as error:
                self.put_aside(number, f"it cannot be read ({error})")
                continue
            content = whole[_HEAD:]
            if whole[:_HEAD] == _head(content):
                yield Entry(number, content)
            else:
                self.put_aside(number, f"its checksum does not fit its {len(whole)} bytes")

    def _path(self, number: int, end: str) -> Path:
        return self._folder / f"{number:012d}{end}"


def _head(content: bytes) -> bytes:
    return MAGIC + hashlib.sha256(content).digest()


def _number(path: Path) -> int:
    return int(path.stem) if path.stem.isdigit() else 0


def _write(path: Path, content: bytes) -> None:
    """Write the whole under another name, see it on the disk, then give it its name, and see that on the disk."""
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=_UNDONE)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_head(content))
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).rename(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
