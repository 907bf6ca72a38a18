"""Fetches Kafka's jars by jgo: the only file that knows jgo.

In: the jars of the lock that are missing, a directory. Out: each jar under its name in that directory, or an
error; a jar is moved into place only after its SHA-256 was found right, so a half or wrong one is never there.
A start resolves no dependencies: the lock names them all. `lock_text` does, for `scripts/lock-jars`.
"""

import contextlib
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from jgo.config import GlobalSettings
from jgo.constants import MAVEN_CENTRAL_URL
from jgo.maven import MavenContext, PythonResolver
from jgo.parse import Coordinate

from streams.datadir import writing_to
from streams.errors import JarError, LagesbildError, NoNetworkError
from streams.jars import Jar, digest

ROOTS = (
    "org.apache.kafka:kafka_2.13:4.1.1",
    # Named, though the broker depends on it: joined with log4j alone jgo once chose clients 3.9.1, and the broker
    # died with NoSuchMethodError: Endpoint.listener()
    "org.apache.kafka:kafka-clients:4.1.1",
    # Without a binding slf4j drops every line, and a broker that does not start says nothing
    "org.apache.logging.log4j:log4j-slf4j-impl:2.25.1",
)
"""What we ask for; the rest follows from these."""

_AT_ONCE = 8  # of 46 jars the large are few: 8 took 7 to 11 s, 16 no less
_ATTEMPTS = 3
_TIMEOUT_S = 20


class _StoppedError(Exception):
    """The fetch was told to end."""


class Fetch:
    """One fetch of several jars, some at once; the first that fails ends the others."""

    def __init__(
        self,
        jars: tuple[Jar, ...],
        home: Path,
        on_progress: Callable[[str], None],
        stop: threading.Event,
        repositories: Mapping[str, str] | None = None,
    ) -> None:
        self._jars = jars
        self._home = home
        self._on_progress = on_progress
        self._stop = stop
        # A mirror from jgo's own settings file is asked before the public repository
        self._repositories = dict(repositories or {**GlobalSettings.load().repositories, "central": MAVEN_CENTRAL_URL})
        self._count = threading.Lock()
        self._done = 0
        self._bytes = 0
        self._said = 0.0

    def run(self) -> None:
        """Fetch them all.

        Raises:
            JarError: a jar is not to be had, or is not the one the lock names.
            NoNetworkError: no repository could be reached.
            DiskFullError: no room in the directory.
        """
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="jars") as pool:
            errors = [error for error in pool.map(self._one, self._jars) if error is not None]
        told = [error for error in errors if isinstance(error, LagesbildError)]
        if told:
            raise told[0]
        if errors:
            raise JarError("Fetching Apache Kafka was stopped before its end: start again to go on.")

    def _one(self, jar: Jar) -> LagesbildError | _StoppedError | None:
        try:
            self._fetch(jar)
            self._progress(jars=1)
        except (LagesbildError, _StoppedError) as error:
            self._stop.set()
            return error
        return None

    def _fetch(self, jar: Jar) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with writing_to(self._home):
                    self._attempt(jar)
            except (OSError, RuntimeError) as error:  # jgo: requests' errors are OSErrors, a 404 is a RuntimeError
                if attempt == _ATTEMPTS:
                    raise _plain(error, jar) from error
                self._stop.wait(attempt)
            else:
                return

    def _attempt(self, jar: Jar) -> None:
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=self._home) as place:
            context = MavenContext(
                resolver=PythonResolver(progress_callback=self._counting),
                repo_cache=Path(place),
                local_repos=[],
                remote_repos=self._repositories,
                timeout=_TIMEOUT_S,
            )
            fetched = context.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve()
            if digest(fetched) != jar.sha256:
                raise JarError(
                    f"What came as {jar.coordinate} is not as locked (its SHA-256 differs): try another line."
                )
            fetched.replace(self._home / jar.file_name)

    @contextlib.contextmanager
    def _counting(self, _name: str, _size: int) -> Iterator[Callable[[int], None]]:
        self._progress()
        yield self._count_bytes

    def _count_bytes(self, count: int) -> None:
        self._progress(count=count)

    def _progress(self, *, jars: int = 0, count: int = 0) -> None:
        if self._stop.is_set():
            raise _StoppedError
        with self._count:
            self._done += jars
            self._bytes += count
            now = time.monotonic()
            last = self._done == len(self._jars) and jars
            if now - self._said >= 1 or last:
                self._said = now
                size = self._bytes // 1_000_000
                self._on_progress(f"Fetching Apache Kafka (once): {self._done} of {len(self._jars)} files, {size} MB")


def _plain(error: Exception, jar: Jar) -> LagesbildError:
    if isinstance(error, OSError):
        return NoNetworkError(
            f"Apache Kafka could not be fetched ({type(error).__name__}): connect this machine to the network once "
            "and start again; later starts need none."
        )
    return JarError(f"{jar.coordinate} is not to be had from the repositories: try again later.")


def lock_text() -> str:
    """The lock for `ROOTS` and all they need at run time, as of today: resolves and fetches everything anew."""
    with tempfile.TemporaryDirectory() as place:
        context = MavenContext(repo_cache=Path(place), local_repos=[], timeout=_TIMEOUT_S)
        roots = [context.create_dependency(replace(Coordinate.parse(root), scope="compile")) for root in ROOTS]
        inputs, others = context.resolver.resolve(roots)
        needed = [*inputs, *(item for item in others if item.scope in {"compile", "runtime"})]
        lines = [
            f"{digest(item.artifact.resolve())}  {item.groupId}:{item.artifactId}:{item.version}" for item in needed
        ]
    return "\n".join(["# Apache Kafka for one machine. Made by scripts/lock-jars; do not edit.", *lines, ""])
