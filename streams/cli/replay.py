"""`lagesbild replay --from-raw`: what was fetched is parsed again with today's parsers; says what would change.

In: sources and times. Out: lines or JSON from a process of its own; nothing is published. Exit status of that process.
Next: connectors/replay.py (which `streams` may not import: arrows point the other way)
"""

import subprocess
import sys
from typing import Annotated

import typer

from streams.cli.place import Data, environment_for


def register(app: typer.Typer, name: str, line: str) -> None:
    """Add the command to the program."""
    example = "Example: lagesbild replay --from-raw --source smhi --since 2027-01-19T00:00:00+01:00"
    app.command(name, help=line, epilog=example)(replay)


def replay(
    from_raw: Annotated[bool, typer.Option("--from-raw", help="Read what was fetched, kept 7 days.")] = False,
    source: Annotated[list[str] | None, typer.Option(help="Only this source; may be given again.")] = None,
    since: Annotated[str | None, typer.Option(help="From this time, with offset; default: all that is kept.")] = None,
    until: Annotated[str | None, typer.Option(help="Before this time, with offset; default: until now.")] = None,
    data: Data = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a source.")] = False,
) -> None:
    """Parse what was fetched again and show what would change; publishes nothing."""
    if not from_raw:
        raise typer.BadParameter("--from-raw says what is read again; there is no other kind")
    told = [("--since", since), ("--until", until), *(("--source", one) for one in source or [])]
    arguments = [part for flag, value in told if value is not None for part in (flag, value)]
    done = subprocess.run(  # noqa: S603 - our own module, arguments as they came
        [sys.executable, "-m", "connectors.replay", "--from-raw", *arguments, *(["--json"] if as_json else [])],
        check=False,
        env=environment_for(data),
    )
    raise typer.Exit(done.returncode)
