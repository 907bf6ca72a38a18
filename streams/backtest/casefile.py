"""One case file, every line looked at: what will be folded, and every fault with the number of its line.

In: a file and the ground. Out: a `Case`. A fault hides no other: a report, a command, a payload, the region and the
rules are checked wherever they themselves can be read.
Next: streams/backtest/lines.py
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from schemas.case import CaseHead, CaseLine, CaseRefused, RawPayload, head_of, line_of, value_of
from schemas.codec import Json, Malformed
from schemas.report import Fault
from schemas.times import from_datetime
from streams.backtest.family import family, unknown
from streams.backtest.ground import Frozen, Ground, RulesFileError, freeze, frozen
from streams.backtest.lines import beside, command_faults, known_at, report_faults, rule_faults
from streams.backtest.payloads import Told
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


class Wire(NamedTuple):
    """A payload of a case, also of a line that has faults elsewhere."""

    number: int
    at: int
    """When it was known, ms UTC; 0 where that cannot be read."""
    raw: RawPayload


class Case(NamedTuple):
    """A case as it will be folded; with `faults` it will not."""

    file: Path
    head: CaseHead | None
    records: tuple[Record, ...]
    """In the order in which they were known; of the same time, in the file's order."""
    rules: Frozen
    faults: tuple[WrongLine, ...] = ()
    """By line."""
    wires: tuple[Wire, ...] = ()
    """In the order in which they were known."""

    @property
    def name(self) -> str:
        """Its own id, or the file's name where the head cannot be read."""
        return self.head.case if self.head is not None else self.file.stem

    def at_fault(self, more: Iterable[WrongLine]) -> "Case":
        """The case with more faults."""
        return self._replace(faults=tuple(sorted([*self.faults, *more], key=lambda fault: fault.line)))


def open_case(file: Path, ground: Ground) -> Case:
    """A case of a file, its payloads not yet parsed. NoCasesError if the file cannot be read."""
    try:
        lines = file.read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines()
    except OSError as error:
        raise NoCasesError(f"{file} cannot be read: {error.strerror}") from error
    rows = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not rows:
        return Case(file, None, (), ground.rules, (WrongLine(1, "", "the file is empty: its first line is the head"),))
    reading = _Reading(file, ground)
    reading.head_line(*rows[0])
    for number, row in rows[1:]:
        reading.record_line(number, row)
    if len(rows) == 1:
        reading.faults.append(WrongLine(rows[0][0], "", "a head without a record is no case: add lines after it"))
    return reading.case()


class _Reading:
    """What has been read of a file so far."""

    def __init__(self, file: Path, ground: Ground) -> None:
        self._file, self._ground = file, ground
        self._head: CaseHead | None = None
        self._records: list[Record] = []
        self._wires: list[Wire] = []
        self._rules = ground.rules
        self.faults: list[WrongLine] = []

    def head_line(self, number: int, row: bytes) -> None:
        """The head, and what it names."""
        value = self._value(number, row)
        if value is None:
            return
        self._head, shape = head_of(value)
        self._add(number, shape)
        region, own = value.get("region"), value.get("rules")
        if isinstance(region, str) and region.casefold() not in self._ground.names:
            detail = f"this installation serves {self._ground.region}, not {region}"
            self.faults.append(WrongLine(number, "/region", detail))
        if self._ground.chosen:
            return
        wrong = rule_faults("/rules", own, self._ground)
        try:
            self._rules = self._rules if wrong else _own_rules(own, self._file, self._ground)
        except (RulesFileError, Malformed) as error:
            texts = error.faults if isinstance(error, RulesFileError) else [str(error)]
            wrong = [{"pointer": "/rules", "detail": text} for text in texts]
        self._add(number, wrong or _named(value.get("expected"), self._rules))

    def record_line(self, number: int, row: bytes) -> None:
        """A record, and what it brings."""
        value = self._value(number, row)
        if value is None:
            return
        line, shape = line_of(value)
        found = [*shape, *report_faults(value, self._ground), *command_faults(value, number, self._ground)]
        self._add(number, [fault for at, fault in enumerate(found) if fault not in found[:at]])
        if line is not None:
            self._records.append(Record(number, line))
        try:
            raw = RawPayload.model_validate(value.get("raw"))
        except ValidationError:
            return
        self._wires.append(Wire(number, known_at(value) or 0, raw))

    def case(self) -> Case:
        """All of it, in the order in which it was known."""
        records = sorted(self._records, key=lambda record: from_datetime(record.line.known_at))
        wires = sorted(self._wires, key=lambda wire: wire.at)
        whole = Case(self._file, self._head, tuple(records), self._rules, wires=tuple(wires))
        return whole.at_fault(self.faults)

    def _value(self, number: int, row: bytes) -> Json | None:
        try:
            return value_of(row)
        except CaseRefused as refused:
            self._add(number, refused.faults)
            return None

    def _add(self, number: int, faults: Iterable[Fault]) -> None:
        self.faults += [WrongLine(number, fault["pointer"], fault["detail"]) for fault in faults]


def _own_rules(own: Any, file: Path, ground: Ground) -> Frozen:
    """A case's own rules, else the county's. Raises RulesFileError, Malformed."""
    if isinstance(own, dict):
        return frozen(f"{file.stem}: rules", own, ground.reference, ground.connectors)
    if not isinstance(own, str) or not own:
        return ground.rules
    folders = [file.parent, *([ground.rules.path.parent] if ground.rules.path else [])]
    return freeze(beside(own, *folders), ground.reference, ground.connectors)


def _named(expected: Any, rules: Frozen) -> Iterator[Fault]:
    """Rules that expectations name and the set does not have."""
    ids = [rule.id for rule in rules.rules.rule]
    for number, one in enumerate(expected if isinstance(expected, list) else ()):
        name = one.get("rule") if isinstance(one, dict) else None
        if isinstance(name, str) and name and not family(name, ids):
            yield {"pointer": f"/expected/{number}/rule", "detail": f"{unknown(name, ids)} in {rules.name}"}
