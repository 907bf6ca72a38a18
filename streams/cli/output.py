"""What a command prints: lines, JSON, aligned columns, and a progress bar on a terminal.

Out: data on stdout, progress on stderr; colours and bars only on a terminal.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import typer


def print_json(value: object) -> None:
    """One JSON document on stdout, sorted, readable by people too."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True))


def print_rows(rows: Sequence[Sequence[str]], indent: str = "") -> None:
    """Rows in aligned columns; the last column takes what is left."""
    if not rows:
        return
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        typer.echo(indent + "  ".join([*cells, row[-1]]).rstrip())


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A function (done, in all) that moves a bar on stderr; on anything but a terminal it says nothing."""
    if not sys.stderr.isatty():
        yield _silent
        return
    from rich.console import Console  # noqa: PLC0415 - rich costs 60 ms and is for terminals only
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _silent(done: int, total: int) -> None:
    """No bar where nobody looks."""
    del done, total
