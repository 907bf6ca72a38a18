"""`lagesbild completion bash`: the shell's function that completes commands and options.

In: a shell's name. Out: its script on stdout. The function asks `lagesbild` itself, so that it never grows old.
"""

from enum import StrEnum
from typing import Annotated

import typer
from typer._completion_shared import get_completion_script

from streams.cli import COMPLETE


class Shell(StrEnum):
    """Shells that it is made for."""

    BASH = "bash"


def register(app: typer.Typer, name: str, line: str) -> None:
    """Add the command to the program."""
    app.command(
        name,
        help=line,
        epilog="Example: lagesbild completion bash > ~/.local/share/bash-completion/completions/lagesbild",
    )(completion)


def completion(shell: Annotated[Shell, typer.Argument(help="the shell that is to run it")] = Shell.BASH) -> None:
    """Print the shell's script; or `eval "$(lagesbild completion bash)"` for this shell only."""
    typer.echo(get_completion_script(prog_name="lagesbild", complete_var=COMPLETE, shell=shell.value))
