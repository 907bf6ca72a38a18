"""`lagesbild topics`: shows, creates and checks the topics of the space against the catalogue.

In: schemas/topics.py, the region's actors, Kafka. Out: rows; exit status 1 when a topic is missing or set otherwise.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import typer

from schemas.times import DAY
from schemas.topics import Topic, catalogue
from streams.bus import Admin
from streams.cli.output import print_json, print_rows
from streams.cli.place import AsJson, Bootstrap, Data, settings_for, with_kafka
from streams.errors import LagesbildError
from streams.feeds import load_feeds
from streams.reference import load_reference
from streams.settings import Settings

Described = Mapping[str, tuple[int, dict[str, str]]]
"""Full name -> partitions and configuration, as Kafka tells."""


class TopicsError(LagesbildError):
    """Topics are not as the catalogue wants them."""


class Fault(NamedTuple):
    """One difference between a topic and the catalogue."""

    topic: str
    what: str
    wanted: str
    found: str


def register(app: typer.Typer, name: str, line: str) -> None:
    """Add the group to the program."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    for command, about, example in (
        (show, "The catalogue: name, key, partitions, how long kept, who may write.", "lagesbild topics show"),
        (create, "Create what is missing; what exists is left as it is.", "lagesbild topics create"),
        (check, "Compare Kafka with the catalogue: partitions, policy, retention.", "lagesbild topics check --json"),
    ):
        group.command(command.__name__, help=about, epilog=f"Example: {example}")(command)
    app.add_typer(group, name=name, help=line)


def rows_of(settings: Settings) -> dict[str, Topic]:
    """Every topic of the space by its full name."""
    actors = load_reference(settings.region_folder)["actors"]
    assert isinstance(actors, dict)
    return {settings.where.topic(row.name): row for row in catalogue(load_feeds(settings.region_folder), actors)}


def show(data: Data = None, as_json: AsJson = False) -> None:
    """Print the catalogue; asks no Kafka."""
    rows = rows_of(settings_for(data))
    if as_json:
        print_json([_shown(name, row) for name, row in rows.items()])
        return
    head = ("topic", "partitions", "kept", "key", "writers", "value")
    print_rows([head, *(_line(name, row) for name, row in rows.items())])


def create(data: Data = None, bootstrap: Bootstrap = None) -> None:
    """Create what is missing and print how many."""
    settings = settings_for(data, bootstrap)
    rows = rows_of(settings)
    made = with_kafka(settings, _create(settings.bootstrap, rows))
    typer.echo(f"{made} topics created, {len(rows) - made} were there")


def check(data: Data = None, bootstrap: Bootstrap = None, as_json: AsJson = False) -> None:
    """Print each topic with its differences; TopicsError when there is one."""
    settings = settings_for(data, bootstrap)
    rows = rows_of(settings)
    found = list(compare(rows, with_kafka(settings, describe(settings.bootstrap, rows))))
    if as_json:
        writers = {name: list(row.writers) for name, row in rows.items()}
        print_json({"topics": len(rows), "faults": [f._asdict() for f in found], "writers": writers})
    else:
        _print_check(rows, found)
    if found:
        raise TopicsError(_first(found))


def _print_check(rows: Mapping[str, Topic], found: list[Fault]) -> None:
    wrong: dict[str, list[str]] = {}
    for fault in found:
        told = fault.what if fault.found == "" else f"{fault.what} is {fault.found}, wanted {fault.wanted}"
        wrong.setdefault(fault.topic, []).append(told)
    print_rows([(name, ", ".join(row.writers), "; ".join(wrong.get(name, ["ok"]))) for name, row in rows.items()])


def _first(found: list[Fault]) -> str:
    missing = sum(fault.what == "missing" for fault in found)
    if missing:
        return f"{missing} topics are missing: run `lagesbild topics create`"
    one = found[0]
    return (
        f"{len(found)} differences from the catalogue, the first: {one.topic} {one.what} is {one.found}, wanted "
        f"{one.wanted}. Set it with Kafka's own tools; partitions can never be changed, such a topic is made anew"
    )


async def describe(bootstrap: str, rows: Mapping[str, Topic]) -> Described:
    """What Kafka says of those topics that are there."""
    async with Admin(bootstrap) as admin:
        names = await admin.names()
        there = [name for name in rows if name in names]
        return await admin.describe(there) if there else {}


async def _create(bootstrap: str, rows: Mapping[str, Topic]) -> int:
    async with Admin(bootstrap) as admin:
        there = await admin.names()
        missing = {name: row for name, row in rows.items() if name not in there}
        await admin.create(missing)
        return len(missing)


def compare(rows: Mapping[str, Topic], found: Described) -> Iterator[Fault]:
    """Every difference that matters: what is missing, partitions, and each setting the catalogue makes."""
    for name, row in rows.items():
        if name not in found:
            yield Fault(name, "missing", "", "")
            continue
        partitions, config = found[name]
        if partitions != row.partitions:
            yield Fault(name, "partitions", str(row.partitions), str(partitions))
        for key, wanted in row.config().items():
            given = config.get(key, "")
            if _set(given) != _set(wanted):
                yield Fault(name, key, wanted, given or "not set")


def _set(value: str) -> frozenset[str]:
    """Kafka gives `compact,delete` back in any order."""
    return frozenset(part.strip() for part in value.split(","))


def _shown(name: str, row: Topic) -> dict[str, object]:
    return {**row._asdict(), "name": name, "writers": list(row.writers), "config": row.config()}


def _line(name: str, row: Topic) -> tuple[str, ...]:
    kept = f"{'newest per key, ' if row.compact else ''}{row.kept_ms // DAY} d"
    return name, str(row.partitions), kept, row.key, ", ".join(row.writers), row.value
