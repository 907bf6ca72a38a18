"""`lagesbild report`: an actor's report in one line, and what became of it.

In: flags or a whole report in a file. Out: a POST, then the version it is in. Sent twice it is still one report.
Next: dashboards/api/inbox.py
"""

import os
import sys
from pathlib import Path
from typing import Annotated, Literal, TypedDict

import typer

from schemas.codec import BODY_LIMIT, Json, Malformed, canon, load_object
from schemas.report import ReportType
from schemas.sectors import Sector
from schemas.times import parse
from streams.cli.draft import Draft, DraftFault, Room, check, make, seen
from streams.cli.http import Api, AwayError, ServerError
from streams.cli.output import print_json
from streams.cli.place import AsJson, Data, find_running, key_of, need_running, settings_for
from streams.cli.receipt import outcome, told
from streams.clock import wall_ms
from streams.reference import load_reference, load_sectors

Impact = Literal["none", "moderate", "significant", "serious", "critical"]

EXAMPLE = (
    "Example: lagesbild report --actor region-sthlm-trafik --area 0180 --sector transit --impact serious "
    '"Inga bussar i innerstaden"'
)


def register(app: typer.Typer, name: str, line: str) -> None:
    """Add the command to the program."""
    app.command(name, help=line, epilog=EXAMPLE)(report)


def report(
    headline: Annotated[str | None, typer.Argument(help="What has happened, in one line.")] = None,
    actor: Annotated[str | None, typer.Option(help="Who reports: id in the actor registry.")] = None,
    area: Annotated[
        list[str] | None, typer.Option(help="Municipality code; 01 = the whole county. Repeatable.")
    ] = None,
    sector: Annotated[Sector | None, typer.Option(help="Sector that is hit.")] = None,
    impact: Annotated[Impact | None, typer.Option(help="How hard it is hit now.")] = None,
    expected: Annotated[Impact | None, typer.Option(help="How hard it is expected to be hit.")] = None,
    report_id: Annotated[str | None, typer.Option("--id", help="Id of the matter [<sector>-<area>].")] = None,
    report_type: Annotated[ReportType | None, typer.Option("--type", help="What the report does [report].")] = None,
    next_report: Annotated[str | None, typer.Option(help="When the next one is promised: 30min, 2h or a time.")] = None,
    unchanged: Annotated[bool, typer.Option("--unchanged", help="All my standing reports still hold.")] = False,
    file: Annotated[Path | None, typer.Option(help="A whole report as JSON, sent as it is; - is stdin.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what the room would see; send nothing.")] = False,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for the outcome.")] = 30.0,
    address: Annotated[str | None, typer.Option(envvar="LAGESBILD_ADDRESS", help="Server [the running one].")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Send one report, print what became of it; LagesbildError when it is not in the picture."""
    if unchanged:
        report_type = ReportType.UNCHANGED
    flags = Draft(headline, tuple(area or ()), sector, impact, expected, report_id, report_type, next_report)
    if file is not None and flags != Draft():
        raise typer.BadParameter("a --file is sent as it is: leave out the flags that describe a report")
    if actor is None and ("LAGESBILD_KEY" not in os.environ or dry_run):
        raise typer.BadParameter("say who reports: --actor ID")
    try:
        if dry_run:
            _show(flags, file, str(actor), address or _address(data), data)
            return
        server = address or need_running(data).address
        api = Api(server, key_of(actor, data), patience_s=wait)
        raw = _read(file) if file is not None else canon(make(flags, **_space_time(api)))
    except DraftFault as fault:
        raise typer.BadParameter(str(fault)) from fault
    receipt = str(api.post("/api/v1/reports", raw).body["receipt"])
    became = outcome(api, receipt, wait)
    if as_json:
        print_json(became)
    line = told("report", became)
    if not as_json:
        typer.echo(line)


def _address(data: Path | None) -> str | None:
    running = find_running(data)
    return None if running is None else running.address


def _read(file: Path) -> bytes:
    """Bytes of the file, whatever they are: the server says what is wrong with them."""
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"--file {file}: {error.strerror}") from error
    if len(raw) > BODY_LIMIT:
        raise typer.BadParameter(f"--file {file}: {len(raw)} bytes, the limit is {BODY_LIMIT}")
    return raw


class _Time(TypedDict):
    now: int
    exercise: bool


def _space_time(api: Api) -> _Time:
    """Time of the space as the server has it, so that an exercise's is right; and whether it is an exercise."""
    answer = api.get("/api/v1/picture")
    try:
        return {"now": parse(answer.headers["lagesbild-time"]), "exercise": bool(answer.body["exercise"])}
    except (KeyError, ValueError) as error:
        raise ServerError("what answers there is no lagesbild server: check --address") from error


def _show(flags: Draft, file: Path | None, actor: str, server: str | None, data: Path | None) -> None:
    """What the room would see; without a server, what can be told without it."""
    settings = settings_for(data)
    reference = load_reference(settings.region_folder)
    actors, towns = reference["actors"], reference["municipalities"]
    assert isinstance(actors, dict)
    assert isinstance(towns, dict)
    if actor not in actors:
        raise typer.BadParameter(f"{actor!r} is not in the actor registry")
    time: _Time = {"now": wall_ms(), "exercise": settings.where.exercise}
    areas: list[Json] = []
    if server is not None:
        try:
            api = Api(server)
            time, areas = _space_time(api), api.get("/api/v1/picture").body["areas"]
        except AwayError as error:
            typer.echo(f"lagesbild: {error}", err=True)
    body = make(flags, **time) if file is None else _loaded(file)
    sectors = {row.code: row.name for row in load_sectors(settings.region_folder)}
    for line in seen(check(body), Room(towns, sectors, actors[actor], areas)):
        typer.echo(line)


def _loaded(file: Path) -> Json:
    try:
        return load_object(_read(file))
    except Malformed as error:
        raise DraftFault(f"--file {file}: {error}") from error
