"""`lagesbild ack`: acknowledges a notice, so that its repeats stop; or lists those that wait for it.

In: a notice, or the beginning of its id. Out: a command to the server, then the version it is in.
Next: dashboards/api/inbox.py
"""

import secrets
from typing import Annotated

import typer

from schemas.codec import Json, canon
from schemas.times import parse as parse_time
from streams.cli.http import Api, ServerError
from streams.cli.output import print_json, print_rows
from streams.cli.place import AsJson, Data, key_of, need_running
from streams.cli.receipt import outcome, told
from streams.cli.texts import say
from streams.words import load_words


def register(app: typer.Typer, name: str, line: str) -> None:
    """Add the command to the program."""
    app.command(name, help=line, epilog="Example: lagesbild ack n3f9 --on-behalf-of TiB")(ack)


def ack(
    notice: Annotated[str | None, typer.Argument(help="Its id or the beginning of it; none = list.")] = None,
    actor: Annotated[str | None, typer.Option(help="Whose key to use [the operator's].")] = None,
    on_behalf_of: Annotated[str | None, typer.Option(help="Who is meant, when another than the duty officer.")] = None,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for the outcome.")] = 30.0,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Acknowledge one notice, or list those that wait; LagesbildError when it was refused."""
    api = Api(need_running(data).address, key_of(actor, data), patience_s=wait)
    answer = api.get("/api/v1/notices?state=open&limit=1000")
    waiting = answer.body["notices"]
    if notice is None:
        _list(waiting, parse_time(answer.headers["lagesbild-time"]), as_json=as_json)
        return
    name = _chosen(notice, waiting)
    args = {"via": "cli"} if on_behalf_of is None else {"via": "cli", "on_behalf_of": on_behalf_of}
    body: Json = {
        "id": f"cli-{secrets.token_hex(8)}",
        "command": "acknowledge",
        "on": name,
        "seen_version": answer.body["version"],
        "args": args,
    }
    receipt = str(api.post("/api/v1/commands", canon(body)).body["receipt"])
    became = outcome(api, receipt, wait)
    if as_json:
        print_json(became)
    line = told("ack", became, notice=name)
    if not as_json:
        typer.echo(line)


def _list(waiting: list[Json], now: int, *, as_json: bool) -> None:
    if as_json:
        print_json(waiting)
    elif not waiting:
        typer.echo(say("ack.none"))
    else:
        words = load_words()
        print_rows([(n["id"], words(f"level.{n['level']}"), _since(n, now)) for n in waiting])


def _since(notice: Json, now: int) -> str:
    return load_words().when(parse_time(notice["opened_at"]), now)


def _chosen(wanted: str, waiting: list[Json]) -> str:
    """The one open notice whose id begins so; an id that is not open is left for the fold to answer."""
    names = [str(n["id"]) for n in waiting if str(n["id"]).startswith(wanted)]
    if wanted in names or not names:
        return wanted
    if len(names) > 1:
        raise ServerError(f"{wanted!r} fits {len(names)} notices: {', '.join(names)}; write more of it")
    return names[0]
