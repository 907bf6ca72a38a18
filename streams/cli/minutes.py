"""`lagesbild minutes`: a forum's minutes, put together from the picture at any version; as text or JSON.

In: `GET /picture`, now or at a cited version, as the key's owner may see it. Out: lines in Swedish, or one JSON object.
Next: streams/cli/minutes_text.py
"""

from typing import Annotated

import typer

from schemas.change import EntityKind, Picture
from schemas.codec import Json
from schemas.times import parse
from streams.cli.http import Api, ServerError
from streams.cli.minutes_text import lines
from streams.cli.output import print_json
from streams.cli.place import AsJson, Data, key_of, need_running, settings_for
from streams.core.agenda_items import AgendaItems
from streams.core.forum_agenda import agenda, prepared
from streams.core.forum_minutes import minutes as minutes_of
from streams.reference import load_reference

LISTS = {
    EntityKind.FORUM: "forums",
    EntityKind.MEETING: "meetings",
    EntityKind.ENTRY: "entries",
    EntityKind.MATTER: "matters",
    EntityKind.ITEM: "items",
    EntityKind.EVENT: "events",
    EntityKind.SUGGESTION: "suggestions",
}
"""Kinds that minutes and agenda read -> their list in `/picture`."""


def register(app: typer.Typer, name: str, line: str) -> None:
    """Add the command to the program."""
    app.command(name, help=line, epilog="Example: lagesbild minutes veckokonferens")(minutes)


def minutes(
    forum: Annotated[str, typer.Argument(help="Its id, as `lagesbild status` and the page show it.")],
    actor: Annotated[str | None, typer.Option(help="Whose key to use [the operator's].")] = None,
    version: Annotated[int | None, typer.Option(min=1, help="The picture that is meant [the newest].")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Print the minutes of one forum. ServerError if there is none of that name."""
    api = Api(need_running(data).address, key_of(actor, data))
    answer = api.get("/api/v1/picture" if version is None else f"/api/v1/picture?version={version}")
    told = told_of(answer.body, forum)
    if as_json:
        print_json(told)
        return
    now = parse(answer.headers["lagesbild-time"])
    reference = load_reference(settings_for(data).region_folder)
    names = {str(key): str(about["name"]) for key, about in dict(reference["actors"]).items()}  # type: ignore[call-overload]
    for text in lines(told, names, now):
        typer.echo(text)


def told_of(body: Json, forum: str) -> Json:
    """Minutes and agenda of one forum out of a `/picture` answer. ServerError names the forums that there are."""
    picture = picture_of(body)
    if forum not in picture[EntityKind.FORUM]:
        there = ", ".join(sorted(picture[EntityKind.FORUM])) or "none"
        raise ServerError(f"no forum is called {forum!r}; there are: {there}")
    told: Json = {name: body[name] for name in ("space", "region", "version", "hash", "as_of", "exercise")}
    told |= minutes_of(picture, forum)
    return told | {"agenda": agenda(picture, forum, AgendaItems.of(picture))} if prepared(told["forum"]) else told


def picture_of(body: Json) -> Picture:
    """The kinds that minutes and agenda read, by key again."""
    picture: Picture = {kind: {row["key"]: row for row in body[name]} for kind, name in LISTS.items()}
    cells = ((area["code"], sector, cell) for area in body["areas"] for sector, cell in area["sectors"].items())
    picture[EntityKind.CELL] = {f"{code}/{sector}": cell for code, sector, cell in cells if "since" in cell}
    return picture
