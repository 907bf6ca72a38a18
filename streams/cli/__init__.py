"""`lagesbild`: the command line for operators and actors.

In: arguments, and what runs by `DATA/run.json`. Out: exit status 0, 1 (it failed, and one clear line says why and what
to do) or 2 (wrong usage). Only the module of the command that is asked for is loaded, so that `--help` is quick.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module

import typer
from typer._completion_classes import completion_init

from streams.errors import LagesbildError

COMPLETE = "_LAGESBILD_COMPLETE"
"""Set by the shell's own function (`lagesbild completion bash`) when it asks what may come next."""

COMMANDS: dict[str, tuple[str, str]] = {
    "up": ("up", "Start everything on this machine, until Ctrl-C."),
    "report": ("report", "Send an actor's report, wait until it is in the picture."),
    "status": ("status", "Show the picture in the terminal."),
    "minutes": ("minutes", "Print a forum's minutes, as text or JSON."),
    "sheet": ("sheet", "Print the sheet of a meeting, or of now; write it as PDF."),
    "ack": ("ack", "Acknowledge a notice, or list those that wait for it."),
    "duty": ("duty", "Show who is on duty and what is open, or hand a duty over."),
    "user": ("user", "Make, show or take away the accounts of people."),
    "parse": ("parse", "Turn a payload of a source into normalised reports."),
    "backtest": ("backtest", "Fold dated cases, and say what the rules would have suggested and when."),
    "replay": ("replay", "Parse what was fetched again with today's parsers; show what would change."),
    "rebuild": ("rebuild", "Fold the whole log anew, compare every version."),
    "topics": ("topics", "Show, create or check the topics of the space."),
    "redrive": ("redrive", "Drive rejected inputs again, after a fix."),
    "doctor": ("doctor", "Say what is wrong on this machine, and what to do."),
    "rules": ("rules", "Check a rules file; say how often it would have called."),
    "config": ("config", "Show the settings in force, secrets hidden."),
    "completion": ("completion", "Print what lets bash complete commands and options."),
}
"""Command -> its module here, and its line in `lagesbild --help`."""


def build(argv: Sequence[str]) -> typer.Typer:
    """The program with the one command that `argv` asks for; the others are only named."""
    app = typer.Typer(
        name="lagesbild",
        help="The shared regional situation picture (lägesbild).",
        epilog="Example: lagesbild up, then in another terminal: lagesbild status",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    wanted = argv[0] if argv else ""
    for name, (module, line) in COMMANDS.items():
        if name == wanted:
            import_module(f"streams.cli.{module}").register(app, name, line)
        else:
            app.command(name, help=line)(_elsewhere)
    return app


def _elsewhere() -> None:
    """Stand-in of a command that was not asked for."""


def main() -> None:
    """Entry point of the script `lagesbild`; ends the process."""
    argv = sys.argv[1:]
    half = half_written(os.environ)
    if half is not None:
        completion_init()
    try:
        build(argv if half is None else half)(argv, prog_name="lagesbild")
    except LagesbildError as error:
        fail(str(error))
    except KeyboardInterrupt:
        fail("stopped")
    except BrokenPipeError:
        # the reader of our output has gone: not worth a word, but Python must not complain at exit either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        # the outermost guard: a person gets a line, never a traceback
        if os.environ.get("LAGESBILD_DEBUG"):
            raise
        fail(f"unexpected: {type(error).__name__}: {_line(error)} (LAGESBILD_DEBUG=1 shows where)")


def half_written(environment: Mapping[str, str]) -> list[str] | None:
    """What a shell that asks for completions has on its line after the program's name; None when none asks."""
    return environment.get("COMP_WORDS", "").split()[1:] if COMPLETE in environment else None


def fail(line: str) -> None:
    """Say why on stderr and end with status 1."""
    typer.echo(f"lagesbild: {line}", err=True)
    sys.exit(1)


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
