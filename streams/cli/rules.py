"""`lagesbild rules check`: is a rules file fit to be used, and how often would it have called?

In: a file (the county's own if none is named), the county's data, with `--history` the running space's log or a file of
log records. Out: every fault (exit status 1), or the rules with the figures that they would have given.
Next: streams/rules_check.py, streams/budget.py
"""

from pathlib import Path
from typing import Annotated

import typer

from schemas.codec import Json, Malformed
from schemas.record import decode
from schemas.topics import LOG
from streams.budget import LEAST_DAYS, Budget, Budgeting
from streams.bus import bounds, read_all
from streams.cli.output import print_json, print_rows, progress
from streams.cli.place import AsJson, Bootstrap, Data, settings_for, with_kafka
from streams.errors import LagesbildError
from streams.feeds import load_feeds
from streams.reference import load_figures, load_reference
from streams.rules_check import check as faults_of
from streams.settings import Settings
from streams.topology import region_partition


class RulesUnfitError(LagesbildError):
    """The file has faults, all of which have been printed."""


AIMED = "samordnande"
"""Level that the county has an aim for: how often a year it ought to be suggested."""
File = Annotated[Path | None, typer.Argument(help="Rules file [the county's own].", show_default=False)]
History = Annotated[bool, typer.Option("--history", help="Count what it would have rung in the running space's log.")]
Log = Annotated[Path | None, typer.Option("--log", metavar="FILE", help="The same, of a file of log records.")]


def register(app: typer.Typer, name: str, line: str) -> None:
    """Add the group to the program."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.command("check", help=line, epilog="Example: lagesbild rules check region/stockholm/rules.toml")(check)
    # a group with one command is still a group
    group.callback()(_group)
    app.add_typer(group, name=name, help=line)


def _group() -> None:
    """Nothing of its own."""


def check(
    file: File = None,
    history: History = False,
    log: Log = None,
    data: Data = None,
    bootstrap: Bootstrap = None,
    as_json: AsJson = False,
) -> None:
    """Name every fault of a rules file; of one without, say what it would have rung."""
    settings = settings_for(data, bootstrap)
    path = file or settings.rules_file
    reference = dict(load_reference(settings.region_folder))
    raw, faults = faults_of(path, reference, set(load_feeds(settings.region_folder)))
    if faults:
        _refuse(path, faults, as_json=as_json)
    budget = _from_file(log, settings, raw) if log else _from_kafka(settings, raw) if history else None
    if as_json:
        print_json({"file": str(path), "version": raw["version"], "faults": [], "budget": budget and _json(budget)})
        return
    typer.echo(f"{path.name}, version {raw['version']}: {len(raw['rule'])} rules, no fault")
    if budget is not None:
        figures = load_figures(settings.region_folder)
        _tell(budget, (figures.calls_a_year_least, figures.calls_a_year_most))


def _refuse(path: Path, faults: list[str], *, as_json: bool) -> None:
    if as_json:
        print_json({"file": str(path), "faults": faults, "budget": None})
    else:
        for fault in faults:
            typer.echo(fault)
    raise RulesUnfitError(f"{path.name} has {len(faults)} fault(s) and would be refused whole")


def _from_kafka(settings: Settings, raw: Json) -> Budget:
    with progress("Folding the log") as on_progress:

        async def fold() -> Budget:
            space, partition = settings.where, region_partition(settings.region)
            topic = space.topic(LOG)
            _, end = (await bounds(settings.bootstrap, [(topic, partition)]))[topic, partition]
            counting = Budgeting(space.name, settings.region, raw)
            async for batch in read_all(settings.bootstrap, topic, partition):
                for record in batch:
                    if (record.key or b"").decode() == settings.region:
                        counting.take(decode(record.value or b""))
                on_progress(batch[-1].offset + 1, end)
            return counting.budget()

        return with_kafka(settings, fold())


def _from_file(path: Path, settings: Settings, raw: Json) -> Budget:
    """A log record a line, as it lies in Kafka."""
    counting = Budgeting(settings.space, settings.region, raw)
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    counting.take(decode(line))
                except Malformed as error:
                    raise LagesbildError(f"{path}, line {number}: {error}") from error
    except OSError as error:
        raise LagesbildError(f"{path} cannot be read: {error.strerror}") from error
    return counting.budget()


def _json(budget: Budget) -> Json:
    rows = [
        row._asdict() | ({"a_year": a_year} if (a_year := budget.a_year(row.calls)) is not None else {})
        for row in budget.called
    ]
    return {"days": budget.days, "heard_days": budget.heard_days, "records": budget.records, "rules": rows}


def _tell(budget: Budget, aim: tuple[int, int]) -> None:
    """Calls by rule, and what they rest on; nothing of a year where that is too little."""
    rests = f"{budget.days} days between the first record and the last, reports on {budget.heard_days}"
    typer.echo(f"Recorded: {budget.records} records, {rests}.")
    rows = [("rule", "level", "calls", "at night", "a year")]
    for row in budget.called:
        a_year = budget.a_year(row.calls)
        rows.append((row.rule, row.level, str(row.calls), str(row.night), "–" if a_year is None else str(a_year)))
    if budget.called:
        print_rows(rows)
    else:
        typer.echo("No rule would have called.")
    number = budget.a_year(sum(row.calls for row in budget.called if row.level == AIMED))
    if number is not None:
        least, most = aim
        typer.echo(f"{AIMED}: {number} calls a year; the county aims at {least} to {most}.")
    if not budget.enough:
        typer.echo(f"Nothing is said of a year: that takes {LEAST_DAYS} days, with reports on as many.")
