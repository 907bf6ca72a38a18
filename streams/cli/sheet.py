"""`lagesbild sheet`: the sheet of a meeting or of now; as lines, as JSON, as a PDF in a file.

In: `GET /api/v1/sheet` or `/sheet.pdf`, as the key's owner may see it. Out: lines in Swedish, a JSON object, or a file.
Next: streams/cli/sheet_text.py
"""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import typer

from streams.cli.http import Api, AwayError
from streams.cli.output import print_json
from streams.cli.place import AsJson, Data, NotRunningError, folder, key_of, need_running
from streams.cli.sheet_text import lines
from streams.errors import LagesbildError


def register(app: typer.Typer, name: str, line: str) -> None:
    """Add the command to the program."""
    app.command(name, help=line, epilog="Example: lagesbild sheet --meeting sam/2 --pdf sam-2.pdf")(sheet)


def sheet(
    forum: Annotated[str | None, typer.Option(metavar="ID", help="A forum: the sheet of its next meeting.")] = None,
    meeting: Annotated[str | None, typer.Option(metavar="F/N", help="A meeting, held or planned, as sam/2.")] = None,
    pdf: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it there as PDF, A4.")] = None,
    actor: Annotated[str | None, typer.Option(help="Whose key to use [the operator's].")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Print a sheet, or write it. While nothing runs the error names the newest one on disk."""
    if forum is not None and meeting is not None:
        raise typer.BadParameter("name a forum or a meeting, not both")
    wanted = {name: value for name, value in (("forum", forum), ("meeting", meeting)) if value is not None}
    query = f"?{urlencode(wanted)}" if wanted else ""
    try:
        api = Api(need_running(data).address, key_of(actor, data))
        if pdf is not None:
            _write(pdf, api.fetch(f"/sheet.pdf{query}"))
            return
        told = api.get(f"/api/v1/sheet{query}").body
    except (NotRunningError, AwayError) as error:
        raise type(error)(f"{error}{_newest(data)}") from error
    if as_json:
        print_json(told)
        return
    for text in lines(told):
        typer.echo(text)


def _write(path: Path, body: bytes) -> None:
    try:
        path.write_bytes(body)
    except OSError as error:
        raise LagesbildError(f"{path} cannot be written ({error.strerror}): name another file") from error
    typer.echo(path)


def _newest(data: Path | None) -> str:
    """Where the newest sheet lies that was made while something ran; empty when there is none."""
    path = folder(data) / "sheets" / "latest.pdf"
    return f"; the newest sheet is {path}" if path.is_file() else ""
