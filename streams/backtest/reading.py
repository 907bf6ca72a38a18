"""Case files from the disk: each read whole, or refused with the number and every fault of every wrong line.

In: files or folders. Out: a `Case` for each `*.jsonl`, in the order of their names; one with faults is never scored,
since a case that lacks a line is another case.
Next: streams/backtest/running.py
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from schemas.case import CaseHead, CaseLine, CaseRefused, read_head, read_line
from schemas.codec import Malformed
from schemas.report import Fault
from schemas.rules import RulesRefused
from schemas.times import from_datetime
from streams.backtest.ground import Frozen, Ground, RulesFileError, freeze, frozen
from streams.backtest.lines import command_faults, payload_of, report_faults
from streams.backtest.payloads import Payload, Told, tell
from streams.errors import LagesbildError


class NoCasesError(LagesbildError):
    """Nothing to test where cases were said to be."""


class WrongLine(NamedTuple):
    """One fault of a case."""

    line: int
    """Number of the line in its file, from 1."""
    pointer: str
    detail: str


class Record(NamedTuple):
    """A record of a case, with what its payload holds."""

    number: int
    line: CaseLine
    told: Told | None = None


class Case(NamedTuple):
    """A case as it will be folded; with `faults` it will not."""

    file: Path
    head: CaseHead | None
    records: tuple[Record, ...]
    """In the order in which they were known; of the same time, in the file's order."""
    rules: Frozen
    faults: tuple[WrongLine, ...] = ()

    @property
    def name(self) -> str:
        """Its own id, or the file's name where the head cannot be read."""
        return self.head.case if self.head is not None else self.file.stem


def find(places: Sequence[Path]) -> list[Path]:
    """Case files of these files and folders. NoCasesError if there is none."""
    files: list[Path] = []
    for place in places:
        files += sorted(place.glob("*.jsonl")) if place.is_dir() else [place]
    if not files:
        raise NoCasesError(f"no case (*.jsonl) in {', '.join(map(str, places))}")
    return files


def read_cases(files: Sequence[Path], ground: Ground) -> list[Case]:
    """Every case, its payloads parsed. NoCasesError if a file cannot be read."""
    cases = [_read(file, ground) for file in files]
    names = [case.name for case in cases]
    twice = {name for name in names if names.count(name) > 1}
    cases = [_at_fault(c, [WrongLine(1, "/case", f"{c.name} is two cases")]) if c.name in twice else c for c in cases]
    return _with_payloads(cases, ground)


def _read(file: Path, ground: Ground) -> Case:
    try:
        lines = file.read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines()
    except OSError as error:
        raise NoCasesError(f"{file} cannot be read: {error.strerror}") from error
    rows = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    found: list[WrongLine] = []
    head, records, rules = None, [], ground.rules
    if not rows:
        found.append(WrongLine(1, "", "the file is empty: its first line is the head"))
    for number, row in rows:
        try:
            if number == rows[0][0]:
                head = read_head(row)
                rules = _rules(head, file, ground)
                found += _head_faults(head, number, ground)
            else:
                line = read_line(row)
                records.append(Record(number, line))
                found += _numbered(number, [*report_faults(line, ground), *command_faults(line, number)])
        except CaseRefused as refused:
            found += _numbered(number, refused.faults)
    if rows and not records and not found:
        found.append(WrongLine(rows[0][0], "", "a head without a record is no case"))
    records.sort(key=lambda record: from_datetime(record.line.known_at))
    return Case(file, head, tuple(records), rules, tuple(found))


def _numbered(number: int, faults: Iterable[Fault]) -> list[WrongLine]:
    return [WrongLine(number, fault["pointer"], fault["detail"]) for fault in faults]


def _head_faults(head: CaseHead, number: int, ground: Ground) -> list[WrongLine]:
    if head.region.casefold() in ground.names:
        return []
    return [WrongLine(number, "/region", f"this installation serves {ground.region}, not {head.region}")]


def _rules(head: CaseHead, file: Path, ground: Ground) -> Frozen:
    """Rules of a case: those named by hand, its own, the county's. Raises CaseRefused."""
    if ground.chosen or head.rules is None:
        return ground.rules
    try:
        if isinstance(head.rules, dict):
            return frozen(f"{head.case}: rules", head.rules)
        return freeze(file.parent / head.rules)
    except (RulesRefused, RulesFileError) as error:
        raise CaseRefused([{"pointer": "/rules", "detail": str(error)}]) from error


def _at_fault(case: Case, more: Sequence[WrongLine]) -> Case:
    return case._replace(faults=(*case.faults, *more)) if more else case


def _with_payloads(cases: Sequence[Case], ground: Ground) -> list[Case]:
    """All payloads of all cases in one go: a process costs a second to start."""
    asked: dict[tuple[int, int], Payload] = {}
    faults: dict[int, list[WrongLine]] = {}
    for index, case in enumerate(cases):
        for record in case.records:
            raw = record.line.raw
            if raw is None:
                continue
            try:
                body, connector = payload_of(raw, case.file.parent), ground.connectors.get(raw.source, raw.source)
            except Malformed as error:
                faults.setdefault(index, []).append(WrongLine(record.number, "/raw/file", str(error)))
                continue
            at = from_datetime(record.line.known_at)
            asked[index, record.number] = Payload(str(case.file), raw.source, connector, at, body)
    told = dict(zip(asked, tell(list(asked.values())), strict=True))
    for (index, number), answer in told.items():
        if answer.fault:
            faults.setdefault(index, []).append(WrongLine(number, "/raw/source", answer.fault))
    return [
        _at_fault(
            case._replace(records=tuple(r._replace(told=told.get((index, r.number))) for r in case.records)),
            faults.get(index, []),
        )
        for index, case in enumerate(cases)
    ]
