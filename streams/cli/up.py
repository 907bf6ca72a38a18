"""`lagesbild up`: starts everything of one space on this machine and says its address.

In: options. Out: progress on stderr, the address; ends by Ctrl-C with everything stopped.
Next: streams/up.py
"""

import asyncio
import logging
from pathlib import Path
from typing import Annotated

import typer

from streams.cli.place import Bootstrap, Data
from streams.errors import StartError
from streams.up import Options, run


def register(app: typer.Typer, name: str, line: str) -> None:
    """Add the command to the program."""
    app.command(name, help=line, epilog="Example: lagesbild up --fresh --speed 30")(up)


def up(
    live: Annotated[bool, typer.Option("--live", help="The real space with its open feeds, not an exercise.")] = False,
    exercise: Annotated[str, typer.Option(help="Which exercise.")] = "snowstorm",
    speed: Annotated[int | None, typer.Option(min=1, help="Space seconds per second in an exercise.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Play the exercise anew, in a new space.")] = False,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port of the page [a free one].")] = None,
    bootstrap: Bootstrap = None,
    kafka_config: Annotated[Path | None, typer.Option(help="Client properties for a Kafka with a login.")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", hidden=True)] = False,
    data: Data = None,
) -> None:
    """Run everything until it is told to stop; StartError when it cannot."""
    del no_browser  # none is ever opened; the flag is taken so that scripts may be explicit
    if live and fresh:
        raise typer.BadParameter("--fresh plays an exercise anew; the real space is never forgotten")
    if kafka_config is not None:
        raise StartError("--kafka-config is not there yet: name a Kafka without a login by --bootstrap-servers")
    # that Kafka is away is told by what watches it; its client would say so ten times a second
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    options = Options(live, exercise, bootstrap, data, port, speed, fresh)
    asyncio.run(run(options, lambda line: typer.echo(line, err=True)))
