"""Where a connector goes on after a stop: one small file for each source, replaced whole, written after publishing.

In: a folder. Out: `Cursor`. Killed between publishing and writing, the next start publishes the same once more, which
the fold knows as repeats. A file that cannot be read is as good as none: the topic `reports.<source>` tells the rest.
"""

import contextlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from connectors.telling.absence import Missing
from connectors.telling.told import Ledger, Told
from schemas.codec import Json, canon, load
from streams.datadir import writing_to

VERSION = 1


class Cursor(NamedTuple):
    """State of one source between two askings."""

    ledger: Ledger = Ledger()
    position: Mapping[str, Any] = {}
    """What the source's client asked to be handed back."""
    heard_offset: int = -1
    """Offset of the newest health record: a smaller one later means that the topics were made anew."""


class CursorFile:
    """The cursor of one source on disk: `<folder>/<source>.json`."""

    def __init__(self, folder: Path, source: str, space: str) -> None:
        self._path, self._space = folder / f"{source}.json", space
        self.spool_folder = folder / "spool" / source
        """Where its batches wait while Kafka is away, each with the cursor that holds after it."""

    def read(self) -> Cursor | None:
        """The cursor as last written; None without one, or when it is of another space or version, or damaged."""
        try:
            return self.decode(self._path.read_bytes())
        except OSError:
            return None

    def write(self, cursor: Cursor) -> None:
        """Replace the file. DiskFullError or StartError when it cannot be written; the old one stays then."""
        with writing_to(self._path.parent):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace(self._path, self.encode(cursor))

    def encode(self, cursor: Cursor) -> bytes:
        """Bytes of a cursor, as they lie in the file and beside a batch that waits."""
        return canon({"version": VERSION, "space": self._space, **_as_json(cursor)})

    def decode(self, content: bytes) -> Cursor | None:
        """Cursor of its bytes; None when they are none, or of another space or version."""
        try:
            value = load(content)
            return _cursor(value) if (value["version"], value["space"]) == (VERSION, self._space) else None
        except (ValueError, KeyError, TypeError, AttributeError):
            return None


def replace(path: Path, content: bytes) -> None:
    """Write a file so that a reader, also after a power cut, finds the old or the new content, never a part."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _as_json(cursor: Cursor) -> Json:
    ledger = cursor.ledger
    return {
        "position": dict(cursor.position),
        "heard_offset": cursor.heard_offset,
        "told": {key: list(told) for key, told in ledger.told.items()},
        "absence": {key: list(missing) for key, missing in ledger.absence.items()},
        "refused": sorted(ledger.refused),
        "ahead": dict(ledger.ahead),
        "as_of": ledger.as_of,
    }


def _cursor(value: Json) -> Cursor:
    told = {key: Told(*row) for key, row in value["told"].items()}
    absence = {key: Missing(*row) for key, row in value["absence"].items()}
    ledger = Ledger(told, absence, frozenset(value["refused"]), value.get("ahead", {}), value.get("as_of", 0))
    return Cursor(ledger, dict(value["position"]), int(value["heard_offset"]))
