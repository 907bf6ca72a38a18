"""Parses any stored payload of a source, with the connector's own code: `lagesbild parse SOURCE FILE`.

In: a source (its folder's name) and bytes. Out: reports as JSON lines on stdout, rejections with their reasons on
stderr; exit 0 when all was used, 1 when something was rejected, 2 for wrong usage. Never a traceback.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import connectors.actors.parse
from connectors.contract import Parse, Refused
from connectors.quality import folders
from connectors.sources import parser
from connectors.telling.told import as_json
from schemas.codec import Json, canon

Outcome = tuple[list[Json], list[Json]]
"""Reports, and rejections {`reason`, `pointer`, `detail`, `bytes`}."""


def _feed(parse: Parse, raw: bytes) -> Outcome:
    parsed = parse(raw)
    rejections = [_rejection(piece) for piece in parsed.rejected]
    if parsed.error and parsed.error not in {rejection["detail"] for rejection in rejections}:
        rejections.append({"reason": "source_error", "pointer": "", "detail": parsed.error, "bytes": len(raw)})
    return [as_json(item) for item in parsed.items], rejections


def _actors(raw: bytes) -> Outcome:
    checked = connectors.actors.parse.parse(raw)
    reports = [connectors.actors.parse.as_report(item) for item in checked.items]
    return reports, [_rejection(piece) for piece in checked.rejected]


def _rejection(piece: Refused) -> Json:
    return {"reason": piece.reason, "pointer": piece.pointer, "detail": piece.detail, "bytes": len(piece.raw)}


def parse_file(source: str, raw: bytes) -> Outcome:
    """Reports and rejections of a payload; `source` is one of `quality.folders()`. No bytes make it raise."""
    return _actors(raw) if source == connectors.actors.parse.SOURCE else _feed(parser(source), raw)


def main(argv: Sequence[str] | None = None) -> int:
    """Command line of `python -m connectors.parsing SOURCE FILE`; FILE `-` is standard input."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    known = ", ".join(folders())
    if len(arguments) != 2 or arguments[0] in {"-h", "--help"}:
        print(f"usage: lagesbild parse SOURCE FILE    sources: {known}", file=sys.stderr)  # noqa: T201
        return 0 if "--help" in arguments or "-h" in arguments else 2
    source, file = arguments
    if source not in folders():
        print(f"no source {source!r}; known are {known}", file=sys.stderr)  # noqa: T201
        return 2
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        print(f"{file} cannot be read: {error.strerror}", file=sys.stderr)  # noqa: T201
        return 1
    reports, rejections = parse_file(source, raw)
    try:
        _write(sys.stdout.buffer, reports)
        _write(sys.stderr.buffer, rejections)
    except BrokenPipeError:
        # whoever read our output has gone: not worth a word, but Python must not complain at exit either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 1 if rejections else 0


def _write(out: BinaryIO, rows: list[Json]) -> None:
    out.writelines(canon(row) + b"\n" for row in rows)
    out.flush()


if __name__ == "__main__":
    raise SystemExit(main())
