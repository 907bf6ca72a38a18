"""`lagesbild config show`: the settings in force and where each comes from, secrets hidden.

In: flags, the environment, `run.json`. Out: rows.
"""

import os
from typing import Any
from urllib.parse import urlsplit

import typer
from pydantic import SecretStr

from streams.cli.output import print_json, print_rows
from streams.cli.place import AsJson, Bootstrap, Data, find_running, settings_for
from streams.settings import Settings


def register(app: typer.Typer, name: str, line: str) -> None:
    """Add the group to the program."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.command("show", help=line, epilog="Example: lagesbild config show --json")(show)
    # a group with one command is still a group
    group.callback()(_group)
    app.add_typer(group, name=name, help=line)


def _group() -> None:
    """Nothing of its own."""


def show(data: Data = None, bootstrap: Bootstrap = None, as_json: AsJson = False) -> None:
    """Print every setting in force and where it came from, secrets hidden."""
    settings = settings_for(data, bootstrap)
    flags = {name for name, given in (("data", data), ("bootstrap", bootstrap)) if given is not None}
    running = find_running(data) is not None
    rows = {name: (shown(name, getattr(settings, name)), _from(name, flags, running)) for name in Settings.model_fields}
    if as_json:
        print_json({name: {"value": value, "from": source} for name, (value, source) in rows.items()})
    else:
        print_rows([(f"LAGESBILD_{name.upper()}", source, value) for name, (value, source) in rows.items()])


def shown(name: str, value: Any) -> str:
    """A value as it may be seen: no secret, and of an address that may hold one only where it leads."""
    if isinstance(value, SecretStr):
        return "set" if value.get_secret_value() else "not set"
    if value is None:
        return "not set"
    if name == "webhook":
        parts = urlsplit(str(value))
        return f"{parts.scheme}://{parts.hostname}/…"
    return str(value)


def _from(name: str, flags: set[str], running: bool) -> str:
    if name in flags:
        return "flag"
    if f"LAGESBILD_{name.upper()}" in os.environ:
        return "environment"
    return "run.json" if running and name in {"bootstrap", "space"} else "default"
