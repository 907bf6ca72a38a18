"""`lagesbild rebuild`: folds the log from its first record and compares every version with what was published.

In: Kafka. Out: how many agree, or the first that differs (exit status 1). Nothing is written.
Next: streams/rebuild.py
"""

import typer

from streams.cli.output import print_json, progress
from streams.cli.place import AsJson, Bootstrap, Data, settings_for, with_kafka
from streams.errors import LagesbildError
from streams.rebuild import rebuild as fold_again


class DiffersError(LagesbildError):
    """The log does not make what was published."""


def register(app: typer.Typer, name: str, line: str) -> None:
    """Add the command to the program."""
    app.command(name, help=line, epilog="Example: lagesbild rebuild --json")(rebuild)


def rebuild(data: Data = None, bootstrap: Bootstrap = None, as_json: AsJson = False) -> None:
    """Fold and compare, print how many agree; LagesbildError names the first version that differs."""
    settings = settings_for(data, bootstrap)
    with progress("Folding the log") as on_progress:
        result = with_kafka(settings, fold_again(settings, on_progress))
    if as_json:
        print_json(result._asdict())
    if result.differ is not None:
        raise DiffersError(f"version {result.differ} differs: {result.detail}")
    if not as_json:
        more = f", {result.unpublished} at the end not yet published" if result.unpublished else ""
        typer.echo(f"{result.versions} versions agree, {result.records} log records folded{more}. {result.detail}")
