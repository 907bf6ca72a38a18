"""Case files from the disk: each read whole, or refused with the number and every fault of every wrong line.

In: files or folders. Out: a `Case` for each `*.jsonl`, in the order of their names, a file named twice once; one with
faults is never scored, since a case that lacks a line is another case.
Next: streams/backtest/casefile.py
"""

from collections.abc import Sequence
from pathlib import Path

from schemas.codec import Malformed
from streams.backtest.casefile import Case, NoCasesError, Wire, WrongLine, open_case
from streams.backtest.ground import Ground
from streams.backtest.lines import payload_of
from streams.backtest.payloads import Payload, Told, tell


def find(places: Sequence[Path]) -> list[Path]:
    """Case files of these files, and of these folders and those in them, each once. NoCasesError if there is none."""
    files: dict[Path, Path] = {}
    for place in places:
        for file in sorted(place.rglob("*.jsonl")) if place.is_dir() else [place]:
            files.setdefault(file.resolve(), file)
    if not files:
        raise NoCasesError(f"no case (*.jsonl) in {', '.join(map(str, places))}")
    return list(files.values())


def read_cases(files: Sequence[Path], ground: Ground) -> list[Case]:
    """Every case, its payloads parsed. NoCasesError if a file cannot be read."""
    cases = [open_case(file, ground) for file in files]
    names = [case.name for case in cases]
    twice = {name for name in names if names.count(name) > 1}
    cases = [c.at_fault([WrongLine(1, "/case", f"{c.name} is two cases")]) if c.name in twice else c for c in cases]
    return _with_payloads(cases, ground)


def _with_payloads(cases: Sequence[Case], ground: Ground) -> list[Case]:
    """All payloads of all cases in one go: a process costs a second to start."""
    asked: dict[tuple[int, int], Payload] = {}
    faults: list[list[WrongLine]] = [[] for _ in cases]
    wires = [(index, wire) for index, case in enumerate(cases) for wire in case.wires]
    for index, wire in wires:
        file = cases[index].file
        try:
            body = payload_of(wire.raw, file.parent)
        except Malformed as error:
            faults[index].append(WrongLine(wire.number, "/raw/file", str(error)))
            continue
        source = wire.raw.source
        asked[index, wire.number] = Payload(str(file), source, ground.connectors.get(source, source), wire.at, body)
    told = dict(zip(asked, tell(list(asked.values())), strict=True))
    for index, wire in wires:
        if (index, wire.number) in told:
            faults[index] += _unread(wire, told[index, wire.number])
    return [
        case._replace(records=tuple(r._replace(told=told.get((index, r.number))) for r in case.records)).at_fault(
            faults[index]
        )
        for index, case in enumerate(cases)
    ]


def _unread(wire: Wire, told: Told) -> list[WrongLine]:
    """Faults of a payload of which nothing could be used; a piece of one that was used is none."""
    if told.fault:
        return [WrongLine(wire.number, "/raw/source", told.fault)]
    place = "/raw/file" if wire.raw.file is not None else "/raw/body"
    return [WrongLine(wire.number, f"{place}{p['pointer']}", f"{p['reason']}: {p['detail']}") for p in told.unread]
