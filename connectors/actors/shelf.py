"""The folders of the actors on disk: made, listed, read, tidied. The only place here that touches files.

In: the inbox's root and the registry. Out: what lies in each folder, its bytes; files moved to `done` or `refused`.
Folders are shared with others, so nothing here follows a link.
"""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from connectors.actors.folder import FILE_LIMIT, Seen, is_report_file, plain
from schemas.topics import EXERCISE_PREFIX

DONE, REFUSED, TEST = "done", "refused", "test"
RECEIPTS, WHY, RESULT = ".receipts.json", ".why.txt", ".result.txt"
MODE = 0o2770
"""Of folders that we make: owner and group, and what is put there keeps the group. A mode that is set stays."""
MOST_FILES = 500
"""Most files of a folder looked at in one look."""


class Shelf:
    """The inbox of a space."""

    def __init__(self, root: Path, actors: Iterable[str]) -> None:
        self.root, self.actors = root, sorted(actors)

    def make(self) -> None:
        """A folder for every actor, with those for what is done, refused, tested. OSError."""
        self.root.mkdir(parents=True, exist_ok=True)
        for actor in self.actors:
            for path in (self.root / actor, *(self.root / actor / name for name in (DONE, REFUSED, TEST))):
                if not path.is_dir():
                    path.mkdir()
                    path.chmod(MODE)

    def strangers(self) -> list[str]:
        """Folders of nobody in the registry; nothing is taken from them. An exercise's own is none."""
        with os.scandir(self.root) as entries:
            names = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False) or entry.is_symlink()]
        return sorted(n for n in names if n not in self.actors and not n.startswith((".", EXERCISE_PREFIX)))

    def look(self) -> list[tuple[str, Seen]]:
        """Files with reports, each with its folder: `<actor>` or `<actor>/test`."""
        folders = [place for actor in self.actors for place in (actor, f"{actor}/{TEST}")]
        return [(folder, seen) for folder in folders for seen in self._files(folder)]

    def _files(self, folder: str) -> Iterator[Seen]:
        count = 0
        if not all(_own(path) for path in ((self.root / folder), (self.root / folder).parent)):
            return
        with os.scandir(self.root / folder) as entries:
            for entry in entries:
                if is_report_file(entry.name) and entry.is_file(follow_symlinks=False) and count < MOST_FILES:
                    count += 1
                    found = entry.stat(follow_symlinks=False)
                    yield Seen(entry.name, found.st_size, found.st_mtime_ns, found.st_ino)

    def read(self, folder: str, seen: Seen) -> bytes | None:
        """Its bytes, one more than the limit at most; None when it is another file by now. OSError."""
        with os.fdopen(os.open(self.root / folder / seen.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as f:
            raw = f.read(FILE_LIMIT + 1)
            now = os.fstat(f.fileno())
        same = stat.S_ISREG(now.st_mode) and Seen(seen.name, now.st_size, now.st_mtime_ns, now.st_ino) == seen
        return raw if same else None

    def prepare(self, actor: str, seen: Seen, where: str, notes: Mapping[str, bytes]) -> str:
        """Write what is to be told in `done` or `refused` under hidden names; the name that the file will have there.

        OSError where there is no room or no leave: before anything is published, for it would be published for ever.
        """
        folder = self.root / actor / where
        if not _own(folder) or not os.access(self.root / actor, os.W_OK | os.X_OK):
            raise PermissionError(f"{folder} is no folder that we can move files to")
        name = _free(folder, seen.name)
        for ending, told in notes.items():
            _draft(folder / f"{name}{ending}", told)
        return name

    def put_away(self, actor: str, seen: Seen, where: str, name: str, endings: Iterable[str]) -> None:
        """Move a file to where it was prepared for, what is told about it first. OSError."""
        folder = self.root / actor / where
        for ending in endings:
            _hidden(folder / f"{name}{ending}").replace(folder / f"{name}{ending}")
        (self.root / actor / seen.name).rename(folder / name)

    def tell(self, folder: str, name: str, ending: str, told: bytes) -> None:
        """Write beside a file what is told about it. OSError."""
        path = self.root / folder / f"{name}{ending}"
        _draft(path, told).replace(path)

    def told(self, folder: str, seen: Seen, ending: str) -> bool:
        """Has it been told since the file was last changed?"""
        path = self.root / folder / seen.name
        try:
            # its change time, which also tells an old file put in its place
            return path.with_name(f"{seen.name}{ending}").lstat().st_mtime_ns > path.lstat().st_ctime_ns
        except OSError:
            return False

    def tidy(self, before_s: float) -> int:
        """Remove what was put away before a wall time, in seconds. How many files went."""
        folders = [self.root / actor / where for actor in self.actors for where in (DONE, REFUSED)]
        return sum(_tidied(folder, before_s) for folder in folders if _own(folder))


def _own(folder: Path) -> bool:
    """A real folder: a link could lead anywhere."""
    return folder.is_dir() and not folder.is_symlink()


def _free(folder: Path, name: str) -> str:
    """The name, or with a number where another file has it already."""
    # room for what is told beside it: a name has 255 bytes at most
    name = plain(name).encode()[-180:].decode(errors="ignore")
    stem, dot, ending = name.rpartition(".")
    number, free = 1, name
    while os.path.lexists(folder / free):
        number += 1
        free = f"{stem}~{number}{dot}{ending}"
    return free


def _hidden(path: Path) -> Path:
    return path.with_name(f".{path.name}.tmp")


def _draft(path: Path, told: bytes) -> Path:
    """Write a file under its hidden name."""
    new = _hidden(path)
    new.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with os.fdopen(os.open(new, flags, 0o660), "wb") as file:
        file.write(told)
    return new


def _tidied(folder: Path, before_s: float) -> int:
    with os.scandir(folder) as entries:
        old = [
            entry.path
            for entry in entries
            # when it was put here, not when it was written
            if entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_ctime < before_s
        ]
    for path in old:
        Path(path).unlink(missing_ok=True)
    return len(old)
