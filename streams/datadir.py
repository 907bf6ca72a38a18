"""A directory of ours on disk: one instance at a time, and plain words when there is no room.

In: a directory. Out: `DataLock` (an flock that ends with its process, however that ends), `writing_to` and
`require_room`, which turn the operating system's refusals into lines an operator can act on.
"""

import contextlib
import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from streams.errors import DataDirBusyError, DiskFullError, StartError

_FULL = (errno.ENOSPC, errno.EDQUOT)
_MIB = 1024 * 1024


def disk_full(directory: Path) -> DiskFullError:
    """The error for a full disk below `directory`, which need not exist."""
    return DiskFullError(f"No room on the disk: {directory} cannot be written. Free some space and start again.")


def room(directory: Path) -> int:
    """Bytes that are free below `directory`, or below the nearest directory above it that exists."""
    there = next(path for path in (directory, *directory.absolute().parents) if path.exists())
    return shutil.disk_usage(there).free


def require_room(directory: Path, needed: int) -> None:
    """Raise `DiskFullError` when less than `needed` bytes are free below `directory`."""
    free = room(directory)
    if free < needed:
        raise DiskFullError(
            f"No room on the disk: {directory} has {free // _MIB} MiB free and {needed // _MIB} MiB are needed. "
            "Free some space and start again."
        )


@contextlib.contextmanager
def writing_to(directory: Path) -> Iterator[None]:
    """Turn a refused write below `directory` into `DiskFullError` or, when it is not allowed, `StartError`."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise disk_full(directory) from error
        if isinstance(error, PermissionError | NotADirectoryError | FileExistsError) or error.errno == errno.EROFS:
            reason = os.strerror(error.errno or 0).lower()
            raise StartError(f"{directory} cannot be written ({reason}): name another directory.") from error
        raise


class DataLock:
    """The right to a data directory, held by one running instance.

    The lock is the operating system's (flock on `DATA/lock`), so that it is gone when its holder is, also after
    kill -9. The file says who holds it: the pid, and on a second line the page once there is one.
    """

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._file: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock now."""
        return self._file is not None

    def acquire(self) -> None:
        """Take the lock, making the directory (mode 0700) when it is missing; again is nothing.

        Raises:
            DataDirBusyError: another instance has it; the text says which pid and where its page is.
            DiskFullError: there is no room even for that.
        """
        if self.held:
            return
        with writing_to(self._data_dir):
            self._data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            opened = os.open(self._data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(opened, 4096, 0).decode(errors="replace").split()
            os.close(opened)
            raise DataDirBusyError(self._busy(holder)) from error
        self._file = opened
        self._write(f"{os.getpid()}\n")

    def announce(self, page: str) -> None:
        """Write the address of our page into the lock, for the one who starts a second time."""
        self._write(f"{os.getpid()}\n{page}\n")

    def release(self) -> None:
        """Let the next instance in; again is nothing."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _write(self, text: str) -> None:
        assert self._file is not None, "announce() needs acquire() first"
        with writing_to(self._data_dir):
            os.pwrite(self._file, text.encode(), 0)
            os.ftruncate(self._file, len(text.encode()))

    def _busy(self, holder: list[str]) -> str:
        pid = holder[0] if holder else "unknown"
        page = f"its page is {holder[1]}" if len(holder) > 1 else "it is still starting"
        return (
            f"{self._data_dir} is in use by another instance (pid {pid}): {page}. "
            "Stop that one, or give this one its own directory with --data."
        )
