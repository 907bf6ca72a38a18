"""`python -m bench [ROW ...]`: run the benchmarks and print a JSON line each. See docs/bench.md.

In: names of rows, none for all. Out: lines on stdout, what is going on on stderr.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from support.driving import CONNECTORS

from bench import chain, draw, fold, latency, machine, page, parsing, rebuilding, starting, streams
from bench.site import Room, Site

Row = dict[str, Any]
ROWS = ("fold", "draw", "parse", "chain", "flat", "latency", "page", "streams", "rebuild", "start")
OPEN = (1_000, 20_000)
"""Open items between which the pipeline ought to keep its pace."""


def say(line: str) -> None:
    """Progress, beside the lines that are read by programs."""
    print(line, file=sys.stderr, flush=True)


def median_of(runs: list[Row], by: str) -> Row:
    """The run in the middle by one figure, with every run's figure beside it."""
    ordered = sorted(runs, key=lambda run: run[by])
    return {**ordered[len(ordered) // 2], "runs": [run[by] for run in runs]}


def fold_row(options: argparse.Namespace) -> Row:
    """Cost of a record at each number of open items, and its ratio to that at the least."""
    sizes = [1_000, 100_000, *([1_000_000] if options.all else [])]
    found: dict[int, fold.Ran] = {}
    for size in sizes:
        say(f"fold: {size:,} open items")
        runs = sorted((fold.run(size) for _ in range(1 if size > 100_000 else options.repeat)), key=lambda r: r.us)
        found[size] = runs[len(runs) // 2]
    row: Row = {str(size): {k: _rounded(v) for k, v in ran._asdict().items()} for size, ran in found.items()}
    steps = {str(size): fold.steps(size) for size in sizes}
    return {"open_items": row, "ratio": round(found[sizes[-1]].us / found[1_000].us, 2), "steps": steps}


def draw_row(options: argparse.Namespace) -> Row:
    """Cost of drawing the desk and the wall anew among few open items and among many."""
    row: Row = {str(size): draw.run(size) for size in (500, options.items)}
    return {"open_items": row, "ratio": round(row[str(options.items)]["desk_ms"] / row["500"]["desk_ms"], 2)}


def _rounded(value: float) -> float:
    return round(value, 1) if isinstance(value, float) else value


def parse_rows(options: argparse.Namespace) -> Iterator[Row]:
    """Each connector's parser on twenty thousand items in twenty megabytes."""
    for folder in CONNECTORS:
        say(f"parse: {folder}")
        yield median_of([parsing.run(folder) for _ in range(options.repeat)], "seconds")


async def kafka_rows(options: argparse.Namespace, wanted: list[str]) -> AsyncIterator[tuple[str, Row]]:
    """Rows that need a broker, all on one."""
    async with Site() as site:
        if "chain" in wanted:
            runs = []
            for turn in range(options.repeat):
                say(f"chain: {options.records:,} reports, run {turn + 1} of {options.repeat}")
                runs.append(await chain.run(site, f"chain{turn}", options.records, options.records // 3))
            yield "chain", median_of(runs, "reports_per_s")
        if "flat" in wanted:
            say(f"flat: {options.records // 3:,} reports among {OPEN[0]:,} and among {OPEN[1]:,} open items")
            turns = range(options.repeat)
            runs = [await chain.flat(site, f"flat{turn}", options.records // 3, OPEN) for turn in turns]
            yield "flat", median_of(runs, "ratio")
        for rate in (20, 200) if "latency" in wanted else ():
            runs = []
            for turn in range(options.repeat):
                say(f"latency: {rate} reports/s for {options.seconds} s, run {turn + 1} of {options.repeat}")
                runs.append(await latency.run(site, f"latency{rate}-{turn}", rate, options.seconds))
            yield "latency", median_of(runs, "p50_ms")
        if "page" in wanted:
            say(f"page: {options.items:,} open items")
            yield "page", await page.run(site, options.items)
        if "streams" in wanted:
            say(f"streams: {options.streams:,} on one server")
            yield "streams", await streams.run(site, options.streams)
        if {"rebuild", "start"} & set(wanted):
            async for row in log_rows(site, options, wanted):
                yield row


async def log_rows(site: Site, options: argparse.Namespace, wanted: list[str]) -> AsyncIterator[tuple[str, Row]]:
    """Rows over one long log."""
    async with Room(site, "long") as room:
        say(f"filling a log with {options.log:,} records")
        await starting.fill(room, options.log, options.log // 5)
        if "start" in wanted:
            runs = [await starting.run(room) for _ in range(options.repeat)]
            yield "start", median_of(runs, "seconds_to_head")
        if "rebuild" in wanted:
            await room.processes["merge"].stop()
            await room.processes["intake"].stop()
            runs = []
            for turn in range(options.repeat):
                say(f"rebuild: run {turn + 1} of {options.repeat}")
                runs.append(await rebuilding.run(room))
            yield "rebuild", median_of(runs, "records_per_s")


async def every(options: argparse.Namespace) -> None:
    """Run the wanted rows and print each as it is done."""
    facts = machine.about()
    wanted = options.rows or list(ROWS)

    def tell(name: str, figures: Row) -> None:
        print(json.dumps({"row": name, **figures, **facts, **machine.now()}, ensure_ascii=False), flush=True)

    if "fold" in wanted:
        tell("fold", fold_row(options))
    if "draw" in wanted:
        tell("draw", draw_row(options))
    for figures in parse_rows(options) if "parse" in wanted else ():
        tell("parse", figures)
    if set(wanted) - {"fold", "draw", "parse"}:
        async for name, figures in kafka_rows(options, wanted):
            tell(name, figures)


def main() -> int:
    """Exit status of the run."""
    parser = argparse.ArgumentParser(prog="./scripts/bench", description="Benchmarks; one JSON line a row.")
    parser.add_argument("rows", nargs="*", choices=[[], *ROWS], help="which rows; none: all")
    number: Callable[[str], int] = int
    parser.add_argument("--items", type=number, default=10_000, help="open items in the picture that is looked at")
    parser.add_argument("--repeat", type=number, default=3, help="runs a row; the line is the one in the middle")
    parser.add_argument("--records", type=number, default=30_000, help="reports through the chain")
    parser.add_argument("--streams", type=number, default=1_000, help="event streams on one server")
    parser.add_argument("--seconds", type=number, default=20, help="how long a rate is held")
    parser.add_argument("--log", type=number, default=100_000, help="records of the log that is rebuilt and started on")
    parser.add_argument("--all", action="store_true", help="the fold with a million open items too: 4 GB, minutes")
    asyncio.run(every(parser.parse_args()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
