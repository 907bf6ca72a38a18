"""Reports written as a table: CSV as Excel and others write it, a row for each line of impact. Pure.

In: bytes. Out: `Piece`s, each the JSON of one report with the rows it came from, so that a fault is told by its row and
column; None if the bytes are no table. Rows with the same `id` are one report. Columns: docs/reporting.md.
"""

import csv
import io
import re
from typing import NamedTuple

from connectors.reading.local_time import local_instant
from connectors.reading.values import Drift, as_json
from schemas.codec import Json
from schemas.outcome import Refusal
from schemas.times import from_datetime, z

LINE = ("sector", "areas", "now", "expected", "expected_from", "expected_until")
"""Columns of a line of impact; the others are the report's own."""
TIMES = frozenset(
    {"sent", "valid_from", "valid_until", "next_report", "starts", "ends", "expected_from", "expected_until"}
)
COLUMNS = frozenset(
    {*LINE, *TIMES, "id", "revision", "headline", "type", "event", "consequences", "measures", "certainty", "origin"}
    | {"relayed_from", "label", "exercise", "attendance", "references", "risk_flags"}
)
"""Names that are read; another column is kept as a text of the report, like an unknown field of JSON."""

_LISTS = frozenset({"references", "risk_flags"})
_WORDS = frozenset({"sector", "now", "expected", "type", "label", "origin", "certainty"})
_YES, _NO = frozenset({"true", "ja", "yes", "1"}), frozenset({"false", "nej", "no", "0"})
_HINT = re.compile(r"sep=.", re.IGNORECASE)
"""First line that Excel writes to itself."""


class Piece(NamedTuple):
    """What should be one report, and where it stood."""

    raw: bytes
    """The report as JSON, or the bytes that are none."""
    pointer: str
    """Within the payload: an index or a line of JSON, the first row of a table."""
    rows: tuple[int, ...] = ()
    """Of a table: the row of each line of impact, as an editor counts them; empty for JSON."""
    first: int = 0
    """Of a table: the report's first row."""
    faults: tuple[str, ...] = ()
    """What is wrong with the table itself there."""
    reason: Refusal = Refusal.SCHEMA
    """Code of those faults."""

    def where(self, pointer: str) -> str:
        """Place of a fault as its writer would look for it: a pointer in JSON, a row and column of a table."""
        if not self.first:
            return f"{self.pointer}{pointer}" or "/"
        _, top, *rest = [*pointer.split("/"), ""]
        if top == "impacts" and rest and rest[0].isdigit() and int(rest[0]) < len(self.rows):
            column = rest[1] if len(rest) > 1 else ""
            return f"row {self.rows[int(rest[0])]}" + (f", column {column}" if column else "")
        return f"row {self.first}" + (f", column {top}" if top and top != "impacts" else "")


class _Row(NamedTuple):
    number: int
    cells: dict[str, str]
    faults: tuple[str, ...]


def read_table(raw: bytes, sent: str | None = None) -> list[Piece] | None:
    """The reports of a table, None if it is none. `sent` stands where a report does not say when it was sent."""
    text = _decoded(raw).lstrip("\ufeff")
    delimiter = _delimiter(text)
    if delimiter is None:
        return None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        numbered = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        # what follows an unclosed quotation mark cannot be told apart: a report may lack the rows that were lost
        detail = f"row {reader.line_num}: {error}; nothing of this file is used"
        return [Piece(raw, "", faults=(detail,), reason=Refusal.MALFORMED)]
    (_, head), *rows = [row for row in numbered if not _HINT.fullmatch(delimiter.join(row[1]).strip())]
    names = [name.strip().lower() for name in head]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        return [Piece(raw, "", faults=(f"row 1: column {', '.join(twice)} stands twice",))]
    cut = not text.endswith(("\n", "\r")) and bool(rows) and len(rows[-1][1]) < len(names)
    table = [_row(number, cells, names) for number, cells in rows]
    if cut:
        table[-1] = table[-1]._replace(faults=(f"row {table[-1].number}: the file ends in the middle of a row",))
    found = [_piece(rows, sent) for rows in _grouped(table)]
    return [piece._replace(reason=Refusal.MALFORMED) if cut and piece.faults else piece for piece in found]


def _decoded(raw: bytes) -> str:
    """Text of a file: UTF-8, UTF-16 with its mark, else what Windows writes in Sweden."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str | None:
    """What stands between the cells: that by which the first row holds most of our columns, at least two."""
    lines = (line for line in text[:20_000].splitlines() if line.strip() and not _HINT.fullmatch(line.strip()))
    head = next(lines, "")
    known = {
        mark: len(COLUMNS & {cell.strip().strip('"').strip().lower() for cell in head.split(mark)}) for mark in ";,\t"
    }
    best = max(known, key=lambda mark: known[mark])
    return best if known[best] >= 2 else None


def _row(number: int, cells: list[str], names: list[str]) -> _Row:
    named = zip(names, cells, strict=False)
    faults = (
        [f"row {number}: {len(cells)} cells, the head has {len(names)}"]
        if any(cell.strip() for cell in cells[len(names) :])
        else []
    )
    found = {name: cell.strip() for name, cell in named if cell.strip()}
    if found.pop("", None):
        faults.append(f"row {number}: a cell stands under no name")
    return _Row(number, found, tuple(faults))


def _grouped(table: list[_Row]) -> list[list[_Row]]:
    """Rows of the same report together, in the order of their first rows; one without an id stands alone."""
    groups: dict[str | int, list[_Row]] = {}
    for row in table:
        groups.setdefault(row.cells.get("id", row.number), []).append(row)
    return list(groups.values())


def _piece(rows: list[_Row], sent: str | None) -> Piece:
    faults = [fault for row in rows for fault in row.faults]
    own: dict[str, _Row] = {}
    for row in rows:
        for name, cell in row.cells.items():
            if name not in LINE and cell != own.setdefault(name, row).cells[name]:
                faults.append(f"row {row.number}, column {name}: differs from row {own[name].number} of the same id")
    body: Json = {name: _value(name, row.cells[name]) for name, row in own.items()}
    if sent is not None:
        body.setdefault("sent", sent)
    lines = [row for row in rows if any(name in row.cells for name in LINE)]
    body["impacts"] = [_line(row) for row in lines]
    numbers = tuple(row.number for row in lines)
    return Piece(as_json(body), f"/{rows[0].number}", numbers, rows[0].number, tuple(faults))


def _line(row: _Row) -> Json:
    return {name: _value(name, row.cells[name]) for name in LINE if name in row.cells}


def _value(name: str, cell: str) -> object:
    """A cell as JSON has it; what cannot be read stays a text, and the check of the report says what is wrong."""
    if name in TIMES:
        moment = local_instant(cell, Drift(), name)
        return cell if moment is None else z(from_datetime(moment))
    if name == "areas":
        return [_code(code) for code in re.split(r"[|,\s]+", cell) if code]
    if name in _LISTS:
        return [part.strip() for part in cell.split("|") if part.strip()]
    if name == "exercise" and cell.lower() in _YES | _NO:
        return cell.lower() in _YES
    if name in {"revision", "attendance"} and re.fullmatch(r"[0-9]{1,16}", cell):
        return int(cell)
    return cell.lower() if name in _WORDS else cell


def _code(text: str) -> str:
    """A municipality's code; a spreadsheet takes the first nought away."""
    return f"0{text}" if re.fullmatch(r"\d{3}|\d", text, re.ASCII) else text
