"""The spool on disk: in order, bounded, whole or not there, and nothing that was taken is ever dropped."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import SpoolFullError
from connectors.telling.parcel import Parcel, decode, encode
from connectors.telling.spool import Spool
from streams.bus import Out

TESTS = Path(__file__).parents[2]


def opened(folder, limit_bytes=1_000_000, space="ovning-a"):
    return Spool(folder, limit_bytes, space)


def contents(spool):
    found = []
    while entry := spool.oldest():
        found.append(entry.content)
        spool.done(entry)
    return found


def files(folder):
    return sorted(path.name for path in (folder / "ovning-a").iterdir())


def test_entries_come_out_oldest_first_also_in_another_process(tmp_path):
    spool = opened(tmp_path)
    numbers = [spool.append(b"entry %d" % n) for n in range(12)]

    assert numbers == sorted(numbers)
    assert contents(opened(tmp_path)) == [b"entry %d" % n for n in range(12)]
    assert files(tmp_path) == []


def test_oldest_stays_until_it_is_done(tmp_path):
    spool = opened(tmp_path)
    spool.append(b"a")

    assert spool.oldest() == spool.oldest()
    entry = spool.oldest()
    spool.done(entry)
    spool.done(entry)
    assert (spool.oldest(), len(spool), spool.used_bytes) == (None, 0, 0)


def test_number_of_an_entry_is_never_that_of_an_earlier_one_that_lies_there(tmp_path):
    spool = opened(tmp_path)
    first = spool.append(b"a")
    spool.put_aside(first, "a test")

    assert opened(tmp_path).append(b"b") > first


def test_full_spool_takes_nothing_and_drops_nothing(tmp_path):
    spool = opened(tmp_path, limit_bytes=200)
    spool.append(b"x" * 100)

    with pytest.raises(SpoolFullError, match="would pass its limit"):
        spool.append(b"y" * 100)
    assert contents(spool) == [b"x" * 100]
    spool.append(b"y" * 100)


def test_bound_holds_after_a_restart(tmp_path):
    opened(tmp_path).append(b"x" * 100)

    with pytest.raises(SpoolFullError):
        opened(tmp_path, limit_bytes=200).append(b"y" * 100)


def test_disk_that_is_full_is_a_full_spool(tmp_path, monkeypatch):
    spool = opened(tmp_path)
    spool.append(b"a")

    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(SpoolFullError, match="No room on the disk"):
            spool.append(b"b")
    assert contents(spool) == [b"a"]
    assert files(tmp_path) == []


def test_spaces_do_not_see_each_other(tmp_path):
    opened(tmp_path, space="skarp").append(b"real")
    opened(tmp_path, space="ovning-a").append(b"exercise")

    assert contents(opened(tmp_path, space="skarp")) == [b"real"]


def test_nobody_else_may_read_it(tmp_path):
    opened(tmp_path).append(b"a")
    (path,) = (tmp_path / "ovning-a").iterdir()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: whole[:0],
        lambda whole: whole[:-1],
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole + b"x",
        lambda whole: bytes([whole[0] ^ 1]) + whole[1:],
        lambda whole: whole[:-1] + bytes([whole[-1] ^ 1]),
        lambda whole: whole[:20] + bytes([whole[20] ^ 128]) + whole[21:],
        lambda whole: bytes(len(whole)),
    ],
)
def test_damaged_entry_is_moved_aside_told_and_blocks_nothing(tmp_path, damage):
    spool = opened(tmp_path)
    numbers = [spool.append(b"entry %d" % n) for n in range(3)]
    path = tmp_path / "ovning-a" / f"{numbers[1]:012d}.entry"
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)

    spool = opened(tmp_path)
    assert contents(spool) == [b"entry 0", b"entry 2"]
    assert spool.damaged == opened(tmp_path).damaged == [path.with_suffix(".damaged").name]
    assert path.with_suffix(".damaged").read_bytes() == damaged


def test_entry_that_vanished_is_told_too(tmp_path):
    spool = opened(tmp_path)
    number = spool.append(b"a")
    (tmp_path / "ovning-a" / f"{number:012d}.entry").unlink()

    assert spool.oldest() is None
    assert len(spool.damaged) == 1


def test_what_was_made_up_for_is_damaged_no_more_but_stays(tmp_path):
    spool = opened(tmp_path)
    spool.put_aside(spool.append(b"a"), "a test")
    spool.recalled()

    assert spool.damaged == opened(tmp_path).damaged == []
    assert files(tmp_path) == ["000000000001.recalled"]


def test_what_was_never_finished_is_swept_away(tmp_path):
    spool = opened(tmp_path)
    spool.append(b"a")
    (tmp_path / "ovning-a" / "tmpabc.part").write_bytes(b"lagesbild spool 1\nhalf")

    assert contents(opened(tmp_path)) == [b"a"]
    assert files(tmp_path) == []


@pytest.mark.parametrize(("away", "fewest"), [("yes", 25), ("no", 10)])
def test_kill_9_at_any_step_loses_nothing_and_keeps_the_order(tmp_path, away, fewest):
    """Every step in turn: killed there, started again, all batches are on Kafka in order; repeats are whole batches."""
    command = [sys.executable, str(TESTS / "support" / "spooling.py"), str(tmp_path), away]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(TESTS.parent)})

    folders = list(tmp_path.iterdir())
    assert len(folders) > fewest
    for folder in folders:
        told = (folder / "kafka").read_bytes().split()
        assert list(dict.fromkeys(told)) == [b"%d.%d" % (n, part) for n in range(1, 5) for part in (1, 2)]
        assert (folder / "cursor").read_bytes() == b"4"
        assert list((folder / "spool" / "test").iterdir()) == []


OUTS = st.builds(
    Out,
    topic=st.text(max_size=20),
    value=st.none() | st.binary(max_size=100),
    key=st.none() | st.binary(max_size=20),
    headers=st.lists(st.tuples(st.text(max_size=5), st.binary(max_size=10)), max_size=3).map(tuple),
    partition=st.integers(0, 20),
)


@given(st.lists(OUTS, max_size=5), st.binary(max_size=50))
def test_parcel_comes_back_as_it_was(outs, cursor):
    assert decode(encode(outs, cursor)) == Parcel(tuple(outs), cursor)


@given(st.binary(max_size=200))
def test_bytes_that_are_no_parcel_are_a_value_error(content):
    with pytest.raises(ValueError, match=r"."):
        decode(content)


@given(st.lists(OUTS, max_size=3), st.integers(0, 10_000), st.integers(0, 255))
def test_parcel_with_a_wrong_byte_is_a_value_error_or_another_parcel(outs, where, byte):
    content = bytearray(encode(outs, b"{}"))
    content[where % len(content)] = byte
    try:
        decode(bytes(content))
    except ValueError:
        return


def test_parcel_of_a_payload_is_small():
    out = Out("t", b'{"id": 1, "text": "varning"}' * 100_000)

    assert len(encode([out], b"")) < len(out.value or b"") / 20
