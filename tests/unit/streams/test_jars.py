"""Every jar is the one the lock names, or the start is refused in one line."""

import functools
import gc
import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.errors import JarError, NoNetworkError
from streams.jars import LOCK, classpath, default_cache_dir, read_lock

NAME = "org.example:thing:1.0"
BYTES = b"a jar, to us, is bytes with a digest"
NOWHERE = {"central": "http://127.0.0.1:9"}  # the discard port: nothing listens there

left_to_the_collector = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
"""jgo does not close an answer it does not read to its end: such a test collects the garbage itself."""


def lock_of(path: Path, content: bytes = BYTES) -> Path:
    lock = path / "test.lock"
    lock.write_text(f"# a comment\n\n{hashlib.sha256(content).hexdigest()}  {NAME}\n")
    return lock


def put(home: Path, content: bytes) -> Path:
    file = home / "org/example/thing/1.0/thing-1.0.jar"
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    return file


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """A Maven repository on loopback: its directory, and how to name it."""
    home = tmp_path / "repository"
    home.mkdir()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=home)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield home, {"central": f"http://127.0.0.1:{server.server_port}"}
        server.shutdown()
        thread.join()


def test_the_lock_names_every_jar_once_and_kafka_itself():
    jars = read_lock(LOCK)

    assert len({jar.file_name for jar in jars}) == len(jars) > 40
    coordinates = {jar.coordinate for jar in jars}
    assert {"org.apache.kafka:kafka_2.13:4.1.1", "org.apache.kafka:kafka-clients:4.1.1"} <= coordinates


def test_the_lock_names_no_address():
    assert "://" not in LOCK.read_text()


@pytest.mark.parametrize("line", ["", "# only a comment", "abc  g:a:1", f"{'0' * 64} g:a:1", f"{'0' * 64}  g:a"])
def test_a_broken_lock_is_refused_with_what_to_do(tmp_path, line):
    lock = tmp_path / "broken.lock"
    lock.write_text(line + "\n")

    with pytest.raises(JarError, match="run scripts/lock-jars"):
        read_lock(lock)


def test_a_missing_jar_is_fetched_once_and_then_without_network(tmp_path, repository):
    home, named = repository
    put(home, BYTES)
    said: list[str] = []

    first = classpath(tmp_path / "cache", on_progress=said.append, lock=lock_of(tmp_path), repositories=named)
    second = classpath(tmp_path / "cache", on_progress=pytest.fail, lock=lock_of(tmp_path), repositories=NOWHERE)

    assert first == second
    assert [file.read_bytes() for file in first] == [BYTES]
    assert said[-1].endswith("1 of 1 files, 0 MB")


def test_a_changed_jar_on_disk_is_refused_by_name(tmp_path):
    file = tmp_path / "cache/jars/thing-1.0.jar"
    file.parent.mkdir(parents=True)
    file.write_bytes(BYTES + b"!")

    with pytest.raises(JarError) as refused:
        classpath(tmp_path / "cache", on_progress=pytest.fail, lock=lock_of(tmp_path))

    assert str(file) in str(refused.value)
    assert NAME in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_wrong_jar_from_the_repository_is_refused_and_not_kept(tmp_path, repository):
    home, named = repository
    put(home, b"something else")

    with pytest.raises(JarError, match=NAME):
        classpath(tmp_path / "cache", on_progress=print, lock=lock_of(tmp_path), repositories=named)

    assert list((tmp_path / "cache/jars").iterdir()) == []


@left_to_the_collector
def test_a_jar_the_repository_does_not_have_is_named(tmp_path, repository):
    _, named = repository

    with pytest.raises(JarError, match=f"{NAME} is not to be had"):
        classpath(tmp_path / "cache", on_progress=print, lock=lock_of(tmp_path), repositories=named)

    gc.collect()


def test_no_network_on_the_first_start_is_one_clear_line(tmp_path):
    with pytest.raises(NoNetworkError) as refused:
        classpath(tmp_path / "cache", on_progress=print, lock=lock_of(tmp_path), repositories=NOWHERE)

    assert "once" in str(refused.value)
    assert "\n" not in str(refused.value)


@left_to_the_collector
def test_a_fetch_that_is_told_to_stop_ends_without_a_file(tmp_path, repository):
    home, named = repository
    put(home, BYTES)
    stop = threading.Event()
    stop.set()

    with pytest.raises(JarError, match="start again"):
        classpath(tmp_path / "cache", on_progress=print, lock=lock_of(tmp_path), stop=stop, repositories=named)

    assert list((tmp_path / "cache/jars").iterdir()) == []
    gc.collect()


def test_jars_are_kept_in_the_users_cache_directory(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere/cache")
    assert default_cache_dir() == Path("/somewhere/cache/lagesbild")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/someone")
    assert default_cache_dir() == Path("/home/someone/.cache/lagesbild")
