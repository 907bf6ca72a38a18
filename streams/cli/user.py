"""`lagesbild user`: people's accounts: made, shown, taken away.

In: DATA, a name, a role, an actor; the password from a terminal, or from stdin. Out: DATA/users.json, read at once by
the server that runs. What an account may do stands in docs/roles.md.
"""

import secrets
import sys
from collections.abc import Mapping
from getpass import getpass
from typing import Annotated, Literal

import typer

from schemas.codec import Json
from streams.accounts import Accounts, put, remove
from streams.cli.output import print_json, print_rows
from streams.cli.place import AsJson, Data, folder, settings_for
from streams.errors import LagesbildError
from streams.reference import load_reference

Name = Annotated[str, typer.Argument(help="Name to log in with: a-z, 0-9 and -.")]
As = Annotated[Literal["reader", "reporter", "coordinator", "operator"], typer.Option("--role", help="What it may do.")]
For = Annotated[str, typer.Option("--actor", help="Actor that the person works for.", show_default=False)]
Made = Annotated[bool, typer.Option("--generate", help="Make a password up, and print it once.")]


class UserError(LagesbildError):
    """The account cannot be made so."""


def register(app: typer.Typer, name: str, line: str) -> None:
    """Add the group to the program."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    example = "Example: lagesbild user add eva --role coordinator --actor lansstyrelsen-01"
    group.command("add", help="Make an account, or change one: its logins end.", epilog=example)(add)
    group.command("list", help="Show every account.", epilog="Example: lagesbild user list --json")(shown)
    example = "Example: lagesbild user remove eva"
    group.command(
        "remove", help="Take an account away: its logins end at once.", epilog="Example: lagesbild user remove eva"
    )(gone)
    app.add_typer(group, name=name, help=line)


def add(name: Name, role: As, actor: For = "", generate: Made = False, data: Data = None) -> None:
    """Make or change an account; UserError or AccountError where it will not do."""
    reference: Json = dict(load_reference(settings_for(data).region_folder))
    _fit(role, actor, reference["actors"])
    password = secrets.token_urlsafe(15) if generate else _asked()
    put(folder(data), name, role, actor, password)
    typer.echo(f"{name}: {role}{f' for {actor}' if actor else ''}")
    if generate:
        typer.echo(f"password: {password}")


def _fit(role: str, actor: str, actors: Mapping[str, Json]) -> None:
    """UserError unless the role goes with the actor."""
    if role == "operator":
        if actor:
            raise UserError("an operator works for no actor: leave --actor out")
        return
    if actor not in actors:
        known = ", ".join(sorted(actors)[:5])
        raise UserError(f"--actor must name one of the county's actors ({known} ...), not {actor!r}")
    if role == "coordinator" and actors[actor]["kind"] != "county_board":
        raise UserError(f"{actor} is not the county board: its people are reporter or reader")


def _asked() -> str:
    """The password: twice on a terminal, the first line of stdin elsewhere; never an argument, which others can see."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first, second = getpass("Password: "), getpass("Again: ")
    if first != second:
        raise UserError("the two passwords differ: nothing was changed")
    return first


def shown(data: Data = None, as_json: AsJson = False) -> None:
    """Print the accounts."""
    rows = Accounts(folder(data)).all()
    if as_json:
        print_json([{"name": row.name, "role": row.role, "actor": row.actor} for row in rows])
    elif rows:
        print_rows([(row.name, row.role, row.actor or "-") for row in rows])
    else:
        typer.echo("no accounts: lagesbild user add NAME --role ROLE --actor ACTOR")


def gone(name: Name, data: Data = None) -> None:
    """Take one away; AccountError if there is none."""
    remove(folder(data), name)
    typer.echo(f"{name} is gone")
