"""Where stops are: the `stops.txt` of an operator's static GTFS, alone or in its zip.

In: a file. Out: longitude and latitude by stop id, and nothing else of it, so that a whole country's stops stay small.
OSError or ValueError if it cannot be read.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

LIMIT = 200_000
"""Most stops that are kept: the whole of Sweden has about half of that."""
LINE_LIMIT = 10_000
"""Longest line that is read, in characters: it bounds a file that only claims to be a table."""
_ENCODING = "utf-8-sig"


def load(path: Path) -> dict[str, tuple[float, float]]:
    """Stops of a file. OSError or ValueError, in one line, if it cannot be read."""
    try:
        if path.suffix.lower() != ".zip":
            with path.open(encoding=_ENCODING, newline="") as text:
                return _stops(text)
        with (
            zipfile.ZipFile(path) as archive,
            archive.open("stops.txt") as file,
            io.TextIOWrapper(file, encoding=_ENCODING, newline="") as text,
        ):
            return _stops(text)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, EOFError) as error:
        raise ValueError(f"no readable zip with a stops.txt: {error}") from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise ValueError(f"no readable table of stops: {error}") from error


def _stops(text: TextIO) -> dict[str, tuple[float, float]]:
    found: dict[str, tuple[float, float]] = {}
    for row in csv.DictReader(_lines(text)):
        name = row.get("stop_id")
        if name and len(found) < LIMIT:
            try:
                found[name] = float(row.get("stop_lon") or ""), float(row.get("stop_lat") or "")
            except ValueError:
                # a station's inner nodes need no place
                continue
    if not found:
        raise ValueError("no stops with stop_id, stop_lat and stop_lon in it")
    return found


def _lines(text: TextIO) -> Iterator[str]:
    while line := text.readline(LINE_LIMIT):
        yield line
