"""One instance a directory, and plain words when it cannot be written."""

import errno
import os
import subprocess
import sys

import pytest

from streams.datadir import DataLock, require_room, writing_to
from streams.errors import DataDirBusyError, DiskFullError, StartError

HOLDER = """
import sys
from pathlib import Path
from streams.datadir import DataLock
lock = DataLock(Path(sys.argv[1]))
lock.acquire()
lock.announce("http://127.0.0.1:8080/")
print("held", flush=True)
sys.stdin.read()
"""


def test_the_lock_names_its_holder_and_ends_with_it_even_by_kill_9(tmp_path):
    command = [sys.executable, "-c", HOLDER, tmp_path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        with pytest.raises(DataDirBusyError, match=rf"pid {holder.pid}.*http://127.0.0.1:8080/.*--data"):
            DataLock(tmp_path).acquire()
        holder.kill()

    lock = DataLock(tmp_path)
    lock.acquire()
    assert lock.held
    lock.release()


def test_a_shorter_holder_leaves_nothing_of_a_longer_one(tmp_path):
    first, second = DataLock(tmp_path), DataLock(tmp_path)
    first.acquire()
    first.announce("http://127.0.0.1:65535/with/a/long/address")
    first.release()
    second.acquire()

    with pytest.raises(DataDirBusyError, match="still starting"):
        first.acquire()
    second.release()


def test_the_directory_is_made_for_its_owner_alone_and_taking_or_leaving_it_twice_is_nothing(tmp_path):
    lock = DataLock(tmp_path / "deep/data")
    lock.acquire()
    lock.acquire()

    assert (tmp_path / "deep/data").stat().st_mode & 0o777 == 0o700
    lock.release()
    lock.release()


def test_a_file_in_place_of_the_directory_is_one_line(tmp_path):
    (tmp_path / "data").write_text("a file")

    with pytest.raises(StartError, match="name another directory"):
        DataLock(tmp_path / "data").acquire()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_named(tmp_path, number):
    with pytest.raises(DiskFullError, match=f"{tmp_path}"), writing_to(tmp_path):
        raise OSError(number, os.strerror(number))


def test_other_errors_of_the_system_stay_what_they_are(tmp_path):
    with pytest.raises(FileNotFoundError), writing_to(tmp_path):
        (tmp_path / "missing").read_text()


def test_room_is_measured_also_before_the_directory_is_there(tmp_path):
    require_room(tmp_path / "not/yet", 1)

    with pytest.raises(DiskFullError, match="MiB are needed"):
        require_room(tmp_path / "not/yet", 1 << 62)
