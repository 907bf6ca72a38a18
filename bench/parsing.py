"""One connector's parser on one long payload, in a process of its own: `python -m bench.parsing FOLDER`.

In: the fixture by which that source's payloads are written (tests/corpora/driven). Out: one JSON line: seconds for all
items, memory over the start of the process, and beside it what a plain reader of that format takes in the same run.
"""

import json
import resource
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import orjson
from support.driving import Writer

from connectors.sources import parser

ITEMS = 20_000
BYTES = 20_000_000
"""Both at once: the largest payload that is taken (connectors/reading.py)."""


def payload(folder: str) -> bytes:
    """About twenty thousand items in just under twenty megabytes."""
    writer = Writer(folder, "http://127.0.0.1/")
    plain = writer.payload([writer.new(n, writer.epoch) for n in range(1, 101)], writer.epoch)
    count = min(ITEMS, int(BYTES * 0.97 / (len(plain) / 100)))
    filling = "x" * max(0, int(BYTES * 0.95 / count - len(plain) / 100 - 6))
    whole = writer.payload([writer.new(n, writer.epoch) for n in range(1, count + 1)], writer.epoch)
    return whole.replace(b" nr ", f" {filling} nr ".encode()) if b" nr " in whole and filling else whole


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


def main() -> None:
    """Write the payload to a file first, so that making it is no part of the figures."""
    folder, path = sys.argv[1], sys.argv[2]
    if len(sys.argv) > 3:
        with open(path, "wb") as file:
            file.write(payload(folder))
        return
    parse = parser(folder)
    writer = Writer(folder, "http://127.0.0.1/")
    parse(writer.payload([writer.new(1, writer.epoch)], writer.epoch))
    before = peak_mb()
    with open(path, "rb") as file:
        raw = file.read()
    seconds, parsed = timed(parse, raw)
    row = {
        "source": folder,
        "items": len(parsed.items),
        "rejected": len(parsed.rejected),
        "mb": round(len(raw) / 1e6, 1),
        "seconds": round(seconds, 2),
        "over_start_mb": round(peak_mb() - before),
    }
    try:
        plain, _ = timed(plain_reader(raw), raw)
        row["plain_reader_seconds"] = round(plain, 2)
    except (ValueError, ET.ParseError):
        pass  # a binary format: there is no plain reader of it here
    print(json.dumps(row))


if __name__ == "__main__":
    main()
