"""`lagesbild status`: the picture in a terminal: worst areas, suggestions, notices, forums, sources.

In: `GET /picture`. Out: lines in Swedish; with `--watch` again at each new version, on a terminal drawn in place.
Next: streams/cli/watch.py
"""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Annotated

import typer

from schemas.codec import Json
from schemas.sectors import OPEN_STATES
from schemas.times import parse
from streams.cli.board import Names
from streams.cli.http import Answer, Api, ServerError
from streams.cli.output import print_json
from streams.cli.place import AsJson, Data, need_running, settings_for
from streams.cli.texts import say
from streams.feeds import titles
from streams.reference import load_reference, load_sectors
from streams.settings import Settings
from streams.words import load_words, reason_text

WATCH_S = 25
SHOWN = 12
"""Areas that are listed; the rest are counted."""


def register(app: typer.Typer, name: str, line: str) -> None:
    """Add the command to the program."""
    app.command(name, help=line, epilog="Example: lagesbild status --watch")(status)


def status(
    watch: Annotated[
        bool, typer.Option("--watch", help="Follow the picture: on a terminal in place, until q.")
    ] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Print the picture once, or with each new version until Ctrl-C."""
    settings = settings_for(data)
    if watch and not as_json and sys.stdout.isatty():
        from streams.cli.watch import watch as follow  # noqa: PLC0415 - rich costs 60 ms and is for terminals only

        follow(need_running(data).address, names(settings))
        return
    api = Api(need_running(data).address, patience_s=WATCH_S if watch else 0)
    answer = api.get("/api/v1/picture")
    while True:
        if as_json:
            print_json(answer.body)
        else:
            for line in lines(answer.body, parse(answer.headers["lagesbild-time"]), settings):
                typer.echo(line)
        if not watch:
            return
        answer = _next(api, int(answer.body["version"]) + 1)


def names(settings: Settings) -> Names:
    """What the screen calls things: in English where the terminal's language is, else in Swedish."""
    spoken = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    english = spoken.startswith("en")
    words = load_words("en" if english else "sv")
    sectors = load_sectors(settings.region_folder)
    heads = [(row.code, words(f"wall_sector.{row.code}") if english else row.short) for row in sectors]
    return Names(words, heads, load_reference(settings.region_folder), titles(settings.region_folder))


def _next(api: Api, version: int) -> Answer:
    """The picture when it has reached a version, however long that takes."""
    while True:
        answer = api.once(f"/api/v1/picture?at_least={version}&wait={WATCH_S}")
        if answer.status == 200:
            return answer
        if answer.status != 503:
            raise ServerError(f"the server answered {answer.status}")


def lines(body: Json, now: int, settings: Settings) -> Iterator[str]:
    """The picture in lines; `now` is the space's time."""
    words = load_words()
    space = say("status.exercise", space=body["space"]) if body["exercise"] else say("status.real")
    as_of = body.get("as_of")
    when = words.when(parse(as_of), now) if as_of else "–"
    yield say("status.head", space=space, version=body["version"], when=when)
    sectors = {row.code: row.short for row in load_sectors(settings.region_folder)}
    yield from _areas(body["areas"], sectors)
    reference = load_reference(settings.region_folder)
    yield from _section("status.suggestions", [_suggestion(s, reference, now) for s in body["suggestions"]])
    yield from _section("status.notices", [_notice(n, now) for n in body["notices"] if n["state"] != "gone"])
    forums = [_forum(forum) for forum in body["forums"] if forum["state"] != "closed"]
    yield from _section("status.forums", forums)
    names = {actor: about["name"] for actor, about in dict(reference["actors"]).items()}  # type: ignore[call-overload]
    feeds, delivered = titles(settings.region_folder), _open(body["items"])
    told = [_source(s, words.source(s["source"], names, feeds), delivered[s["source"]]) for s in body["sources"]]
    yield from _section("status.sources", told)


def _open(items: list[Json]) -> Counter[str]:
    """Open items by source."""
    return Counter(item["source"] for item in items if item["state"] in OPEN_STATES)


def _source(source: Json, name: str, delivered: int) -> str:
    """A source's line: how it is, what of it is open in the county, and why it is not heard."""
    told = [load_words()(f"source_state.{source['state']}")]
    told += [say("status.delivered", n=delivered)] if delivered or source["state"] == "heard" else []
    return ", ".join([f"{name}: {told[0]}", *told[1:], *([source["error"]] if "error" in source else [])])


def _section(head: str, rows: list[str]) -> Iterator[str]:
    yield ""
    yield say(head) if rows else f"{say(head)}: {say('status.nothing')}"
    yield from (f"  {row}" for row in rows)


def _areas(areas: list[Json], sectors: dict[str, str]) -> Iterator[str]:
    """Areas with their worst, worst first; a grey one stands before a calm one, since silence is no all-clear."""
    words = load_words()
    rows = []
    for area in areas:
        cells = area["sectors"]
        worst = max(cell["impact"] for cell in cells.values())
        greys = {cell["unknown"] for cell in cells.values() if cell.get("unknown", "not_assessed") != "not_assessed"}
        if worst > 1:
            hit = [sectors.get(s, s) for s, cell in cells.items() if cell["impact"] == worst]
            rows.append((-worst, area["code"], f"{words.impact(worst)}: {words.listing(hit)}", area["name"], greys))
        elif greys:
            rows.append((0, area["code"], "", area["name"], greys))
    rows.sort()
    if not rows:
        yield say("status.calm")
        return
    yield ""
    yield say("status.areas")
    for _, code, told, name, greys in rows[:SHOWN]:
        grey = ", ".join(words(f"unknown.{g}").lower() for g in sorted(greys))
        yield f"  {code} {name}  {' · '.join(part for part in (told, grey) if part)}"
    rest = len(areas) - len(rows[:SHOWN])
    if len(rows) > SHOWN:
        yield f"  {words.count('more', len(rows) - SHOWN)}"
    elif rest:
        yield f"  {say('status.rest', n=rest)}"


def _suggestion(suggestion: Json, reference: dict[str, object], now: int) -> str:
    words = load_words()
    reasons = "; ".join(reason_text(r, reference, now=now) for r in suggestion["reasons"][:2])
    state = words(f"suggestion_state.{suggestion['state']}")
    return f"{words.advice(suggestion['act'], suggestion['level'])} ({state}): {reasons}"


def _forum(forum: Json) -> str:
    words = load_words()
    return f"{words('level.' + forum['level'])}: {forum['id']} ({words('forum_state.' + forum['state'])})"


def _notice(notice: Json, now: int) -> str:
    words = load_words()
    opened = words.when(parse(notice["opened_at"]), now)
    return f"{notice['id']}  {words('level.' + notice['level'])}, {opened}: {words('notice_state.' + notice['state'])}"
