"""`lagesbild parse`: a payload through its connector's own parser, in a process of its own.

In: a source and a file. Out: reports as JSON lines, rejections on stderr; exit status of the parser.
Next: connectors/parsing.py (which `streams` may not import: arrows point the other way)
"""

import subprocess
import sys
from typing import Annotated

import typer


def register(app: typer.Typer, name: str, line: str) -> None:
    """Add the command to the program."""
    app.command(name, help=line, epilog="Example: lagesbild parse smhi warnings.json")(parse)


def parse(
    source: Annotated[str, typer.Argument(help="Name of the connector's folder: smhi, trafikverket, actors.")],
    file: Annotated[str, typer.Argument(help="File with the payload as it was fetched; - is stdin.")],
) -> None:
    """Print reports to stdout and refusals to stderr; exit status 1 when anything was refused."""
    done = subprocess.run(  # noqa: S603 - our own module, arguments as they came
        [sys.executable, "-m", "connectors.parsing", source, file], check=False
    )
    raise typer.Exit(done.returncode)
