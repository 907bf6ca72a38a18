"""Where stops are: the `stops.txt` of an operator's static GTFS, alone or in its zip.

In: a file. Out: longitude and latitude by stop id, and nothing else of it, so that a whole country's stops stay small.
OSError or ValueError if it cannot be read.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

LIMIT = 200_000
"""Most stops that are kept: the whole of Sweden has about half of that."""
LINE_LIMIT = 10_000
"""Longest line that is read, in characters: it bounds a file that only claims to be a table."""


def load(path: Path) -> dict[str, tuple[float, float]]:
    """Stops of a file. OSError or ValueError, in one line, if it cannot be read."""
    if path.suffix.lower() != ".zip":
        with path.open("rb") as file:
            return _stops(file)
    try:
        with zipfile.ZipFile(path) as archive, archive.open("stops.txt") as file:
            return _stops(file)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError) as error:
        raise ValueError(f"no readable zip with a stops.txt: {error}") from error


def _stops(file: IO[bytes]) -> dict[str, tuple[float, float]]:
    found: dict[str, tuple[float, float]] = {}
    try:
        for row in csv.DictReader(_lines(file)):
            name = row.get("stop_id")
            if name and len(found) < LIMIT:
                try:
                    found[name] = float(row.get("stop_lon") or ""), float(row.get("stop_lat") or "")
                except ValueError:
                    # a station's inner nodes need no place
                    continue
    except (csv.Error, UnicodeDecodeError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"no readable table of stops: {error}") from error
    if not found:
        raise ValueError("no stops with stop_id, stop_lat and stop_lon in it")
    return found


def _lines(file: IO[bytes]) -> Iterator[str]:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    while line := text.readline(LINE_LIMIT):
        yield line
