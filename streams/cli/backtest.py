"""`lagesbild backtest`: dated cases through the same admission and fold as live, and what the rules made of them.

In: case files (docs/cases.md), rule files. Out: text, JSON lines or a page; exit status 1 if an expectation was missed
or a case or a line of one refused. No Kafka, no network.
Next: streams/backtest/reading.py
"""

from pathlib import Path
from typing import Annotated

import typer

from schemas.codec import canon
from streams.backtest.bench import Result, bench
from streams.backtest.ground import freeze, load_ground
from streams.backtest.page import page
from streams.backtest.reading import find, read_cases
from streams.backtest.telling import as_json
from streams.backtest.text import Report
from streams.cli.output import progress
from streams.errors import LagesbildError
from streams.settings import Settings

Rules = Annotated[
    Path | None,
    typer.Option("--rules", metavar="FILE", help="Rule file for every case [the county's]."),
]


class PageError(LagesbildError):
    """The page cannot be written."""


def register(app: typer.Typer, name: str, line: str) -> None:
    """Add the command to the program."""
    app.command(name, help=line, epilog="Example: lagesbild backtest region/stockholm/cases --html report.html")(
        backtest
    )


def backtest(
    cases: Annotated[list[Path], typer.Argument(help="Case files (*.jsonl), or folders of them.")],
    rules: Rules = None,
    against: Annotated[
        Path | None, typer.Option("--against", metavar="OTHER", help="Another rule file; what differs is told.")
    ] = None,
    with_acts: Annotated[
        bool, typer.Option("--with-acts", help="Carry out acts on suggestions too, where the suggestion exists.")
    ] = False,
    as_lines: Annotated[bool, typer.Option("--json", help="Print one JSON object a case.")] = False,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a page with timelines.")] = None,
) -> None:
    """Fold and score each case; exit status 1 if anything was missed or refused."""
    ground = load_ground(Settings(), rules)
    other = freeze(against, ground.reference, ground.connectors) if against is not None else None
    read = read_cases(find(cases), ground)
    with progress("Folding cases") as on_progress:
        results = bench(read, ground, other, acts=with_acts, progress=on_progress)
    if html is not None:
        _write(html, page(results, ground.zone))
    for row in (canon(as_json(r)).decode() for r in results) if as_lines else Report(ground.zone).lines(results):
        typer.echo(row)
    _tell_faults(results)
    if not all(result.good for result in results):
        raise typer.Exit(1)


def _tell_faults(results: list[Result]) -> None:
    """Every fault of every refused case and every line that was not taken, on stderr: `file:line: pointer: fault`."""
    for result in results:
        faults = [(f.line, f.pointer, f.detail) for f in result.case.faults]
        refused = result.mine.run.refused if result.mine is not None else ()
        for line, pointer, detail in [*faults, *((n.line, "", n.what) for n in refused)]:
            typer.echo(f"{result.case.file}:{line}: {pointer or '/'}: {detail}", err=True)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise PageError(f"{path} cannot be written: {error.strerror}") from error
