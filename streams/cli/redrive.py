"""`lagesbild redrive`: sends rejected inputs again to the topics they came from.

In: which of `rejected`. Out: a line for each. Twice is harmless: a repeat changes nothing in the picture.
Next: streams/redrive.py
"""

from collections import Counter
from typing import Annotated

import typer

from streams.cli.output import print_json, print_rows
from streams.cli.place import AsJson, Bootstrap, Data, settings_for, with_kafka
from streams.errors import LagesbildError
from streams.redrive import Choice, Done, Redriven
from streams.redrive import redrive as drive

WORDS = {
    Done.SENT: "sent again to",
    Done.AT_SOURCE: "left: its connector reads it at the source's next answer; not again to",
    Done.NOT_KEPT: "lost: the input behind it is no longer kept; was on",
}


class NothingError(LagesbildError):
    """Nothing that was rejected fits."""


def register(app: typer.Typer, name: str, line: str) -> None:
    """Add the command to the program."""
    app.command(name, help=line, epilog="Example: lagesbild redrive --reason unknown_sender")(redrive)


def redrive(
    rejected_id: Annotated[str | None, typer.Option("--id", help="One of them, topic:partition:offset.")] = None,
    reason: Annotated[str | None, typer.Option(help="All with this reason code.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="All that are kept.")] = False,
    data: Data = None,
    bootstrap: Bootstrap = None,
    as_json: AsJson = False,
) -> None:
    """Send the chosen rejected inputs again and print how many."""
    if sum((rejected_id is not None, reason is not None, all_)) != 1:
        raise typer.BadParameter("say which: --id ID, --reason CODE or --all")
    settings = settings_for(data, bootstrap)
    done = with_kafka(settings, drive(settings.bootstrap, settings.where, Choice(rejected_id, reason)))
    if not done:
        raise NothingError("nothing that was rejected fits; `GET /api/v1/rejected` lists what is kept")
    if as_json:
        print_json([_shown(one) for one in done])
        return
    print_rows([(one.rejected.id, one.rejected.reason, f"{WORDS[one.done]} {one.topic}") for one in done])
    counts = Counter(one.done for one in done)
    typer.echo(f"{counts[Done.SENT]} of {len(done)} sent again; what becomes of each is on its receipt or `rejected`")


def _shown(one: Redriven) -> dict[str, str]:
    about = one.rejected
    return {"id": about.id, "source": about.source, "reason": about.reason, "done": one.done, "topic": one.topic}
