"""One connector's parser on one long payload, in a process of its own.

In: the fixture by which that source's payloads are written (tests/corpora/driven). Out: one JSON line: seconds for all
items, memory over the start of the process, and beside it what a plain reader of that format takes in the same run.
"""

import contextlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import orjson
from support.driving import Writer

from connectors.calm import collect_seldom
from connectors.sources import parser

Row = dict[str, Any]
ITEMS = 20_000
BYTES = 20_000_000
"""Both at once: the largest payload that is taken (connectors/reading/values.py)."""


def payload(folder: str) -> bytes:
    """About twenty thousand items in just under twenty megabytes, as that source writes them."""
    size = len(_list(folder, 100, "")) / 100
    count = min(ITEMS, int(BYTES * 0.95 / size))
    return _list(folder, count, "x" * max(0, int(BYTES * 0.95 / count - size)))


def _list(folder: str, count: int, filling: str) -> bytes:
    """A list of so many items, each with a text that much longer."""
    writer = Writer(folder, "http://127.0.0.1/")
    item = (writer.fixture.whole or writer.fixture.item).replace("{text}", f"{{text}} {filling}", 1)
    writer.fixture = writer.fixture.model_copy(update={"item": item})
    return writer.payload([writer.new(n, writer.epoch) for n in range(1, count + 1)], writer.epoch)


def peak_mb() -> float:
    """Most memory this process has held, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def timed(work: Callable[[bytes], Any], raw: bytes) -> tuple[float, Any]:
    """Seconds, and what came out."""
    began = time.perf_counter()
    found = work(raw)
    return time.perf_counter() - began, found


def plain_reader(raw: bytes) -> Callable[[bytes], Any]:
    """What reads the format and nothing more."""
    return ET.fromstring if raw.lstrip()[:1] == b"<" else orjson.loads


def run(folder: str) -> Row:
    """Figures of one connector, from two fresh processes: making the payload is no part of what is measured."""
    with tempfile.TemporaryDirectory() as place:
        path = str(Path(place) / "payload")
        for step in ("make", "read"):
            done = subprocess.run(
                [sys.executable, "-m", "bench.parsing", step, folder, path], check=True, capture_output=True, text=True
            )
    figures: Row = json.loads(done.stdout)
    return figures


def measured(folder: str, path: Path) -> Row:
    """Read the payload and parse it once, as the connectors' process would."""
    collect_seldom()
    parse = parser(folder)
    writer = Writer(folder, "http://127.0.0.1/")
    parse(writer.payload([writer.new(1, writer.epoch)], writer.epoch))
    before = peak_mb()
    raw = path.read_bytes()
    seconds, parsed = timed(parse, raw)
    over_start_mb = peak_mb() - before
    row: Row = {
        "source": folder,
        "items": len(parsed.items),
        "rejected": len(parsed.rejected),
        "mb": round(len(raw) / 1e6, 1),
        "seconds": round(seconds, 2),
        "over_start_mb": round(over_start_mb),
    }
    # of a binary format there is no plain reader here
    with contextlib.suppress(ValueError, ET.ParseError):
        row["plain_reader_seconds"] = round(timed(plain_reader(raw), raw)[0], 2)
    return row


def main() -> None:
    """`make` writes the payload, `read` prints the figures."""
    step, folder, path = sys.argv[1:]
    if step == "make":
        Path(path).write_bytes(payload(folder))
    else:
        print(json.dumps(measured(folder, Path(path))))


if __name__ == "__main__":
    main()
