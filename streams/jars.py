"""Kafka's jars on this machine: which ones, exactly, and where.

In: `kafka-jars.lock` beside this file (made by `scripts/lock-jars`), a cache directory. Out: the class path,
every jar read and its SHA-256 compared at each start (0.03 s for all 43 MB, so no stamp is kept that could lie).
What is missing is fetched by `streams/jar_fetch.py`; when nothing is, neither jgo nor the network is touched.
Next: streams/java.py
"""

import hashlib
import os
import re
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from streams.datadir import writing_to
from streams.errors import JarError

LOCK = Path(__file__).with_name("kafka-jars.lock")
"""The lock that is used: one `sha256  groupId:artifactId:version` a line, `#` begins a comment."""

_LINE = re.compile(r"(?P<sha256>[0-9a-f]{64})  (?P<group>[\w.-]+):(?P<artifact>[\w.-]+):(?P<version>[\w.-]+)")


class Jar(NamedTuple):
    """One line of the lock."""

    sha256: str
    group: str
    artifact: str
    version: str

    @property
    def coordinate(self) -> str:
        """`groupId:artifactId:version`, as Maven writes it."""
        return f"{self.group}:{self.artifact}:{self.version}"

    @property
    def file_name(self) -> str:
        """Its name in the cache directory; unique within a lock."""
        return f"{self.artifact}-{self.version}.jar"


def default_cache_dir() -> Path:
    """Where jars are kept between starts: `$XDG_CACHE_HOME/lagesbild`, else `~/.cache/lagesbild`."""
    home = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(home) if home else Path.home() / ".cache") / "lagesbild"


def read_lock(lock: Path = LOCK) -> tuple[Jar, ...]:
    """The jars a lock names, in its order, which is the order of the class path.

    Raises:
        JarError: a line is not of the form above, or the lock names nothing.
    """
    jars = []
    for number, line in enumerate(lock.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            raise JarError(f"{lock.name} line {number} is not 'sha256  group:artifact:version': run scripts/lock-jars")
        jars.append(Jar(**found.groupdict()))
    if not jars:
        raise JarError(f"{lock.name} names no jars: run scripts/lock-jars")
    return tuple(jars)


def digest(file: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def classpath(
    cache_dir: Path,
    *,
    on_progress: Callable[[str], None],
    lock: Path = LOCK,
    stop: threading.Event | None = None,
    repositories: Mapping[str, str] | None = None,
) -> tuple[Path, ...]:
    """Every jar of the lock, there and true; fetches what is missing. Blocks: call it in a thread.

    Args:
        cache_dir: where jars are kept, made when missing; may be shared by instances, also at the same time.
        on_progress: told, at most once a second, how far a fetch has come.
        lock: the lock to follow.
        stop: set it from another thread to end a fetch early (it then raises JarError).
        repositories: name -> address of the repositories to ask; default those jgo knows.

    Raises:
        JarError: a jar is not the one the lock names.
        NoNetworkError: something is missing and cannot be fetched.
        DiskFullError: no room in the cache directory.
    """
    wanted = read_lock(lock)
    home = cache_dir / "jars"
    missing = tuple(jar for jar in wanted if not (home / jar.file_name).exists())
    if missing:
        # jgo and requests take half a second to import, which a second start need not pay
        from streams.jar_fetch import Fetch  # noqa: PLC0415

        with writing_to(cache_dir):
            home.mkdir(parents=True, exist_ok=True)
        Fetch(missing, home, on_progress, stop or threading.Event(), repositories).run()
    for jar in wanted:
        _check(jar, home / jar.file_name)
    return tuple(home / jar.file_name for jar in wanted)


def _check(jar: Jar, file: Path) -> None:
    if digest(file) != jar.sha256:
        raise JarError(f"{file} is not {jar.coordinate} as locked (its SHA-256 differs): delete it and start again")
