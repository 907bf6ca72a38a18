"""The rows of a list of outages, from JSON, GeoJSON or CSV as bytes. Pure; bytes of any kind never raise.

In: a payload. Out: `Payload`, read once however many mappings are tried on it, and `Row`s for one mapping.
Next: connectors/outages/row.py
"""

import csv
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from connectors.outages import paths
from connectors.outages.fields import Csv
from connectors.outages.mapping import ListMapping
from connectors.reading.values import PAYLOAD_LIMIT, Drift, mapping, read_json
from schemas.codec import Malformed

_HOLDERS = ("attributes", "properties", "fields", "desc")
"""Names of an inner object that holds the fields of a row."""
_LOOKED_AT = 50
"""Rows whose names tell what columns a list has."""
_FOLD = str.maketrans("åäöéü", "aaoeu")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class Row(NamedTuple):
    """One row, as its mapping reads it."""

    value: dict[str, Any] | None
    """None: the row is no object."""
    raw: Any
    """As it stands in the payload."""
    geometry: Any = None
    """Of a GeoJSON feature."""


class Table(NamedTuple):
    """A CSV whose head has been read."""

    columns: list[str]
    text: str
    delimiter: str
    whole: bool
    """Each line has as many cells as the head, and the last one is ended."""

    def rows(self) -> Iterator[dict[str, str]]:
        """Rows by the names in the head, one at a time: a long list never stands in memory whole."""
        for index, cells in enumerate(_cells(self.text, self.delimiter)):
            if index:
                yield dict(zip(self.columns, (cell.strip() for cell in cells), strict=False))


class Payload:
    """One payload; each way of reading it is tried once."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.drift = Drift()
        self.fault = ""
        self._tables: dict[Csv, Table | None] = {}
        self.json = self._read_json()

    def _read_json(self) -> Any:
        """Value of the payload, None if it is no JSON. Also in the code pages that spreadsheets write."""
        raw = self.raw
        try:
            if len(raw) <= PAYLOAD_LIMIT and not _is_utf8(raw):
                raw = _decoded(raw, "auto").encode()
                self.drift.note("!", "encoding")
            return read_json(raw, self.drift)
        except Malformed as error:
            self.fault, self.drift = str(error), Drift()
            return None

    def table(self, form: Csv) -> Table | None:
        """The payload as CSV; None if it is none."""
        if form not in self._tables:
            small = self.json is None and 0 < len(self.raw) <= PAYLOAD_LIMIT
            self._tables[form] = _table(_decoded(self.raw, form.encoding), form) if small else None
        return self._tables[form]

    def form(self, one: ListMapping) -> str:
        """Format in which a mapping reads the payload: its own, or what the payload looks like."""
        if one.format != "any":
            return one.format
        if self.json is None:
            return "csv"
        first = self.json[0] if isinstance(self.json, list) and self.json else self.json
        told = mapping(first)
        features = told.get("features")
        loose = isinstance(features, list) and bool(features) and mapping(features[0]).get("type") == "Feature"
        return "geojson" if loose or told.get("type") in ("FeatureCollection", "Feature") else "json"

    def view(self, one: ListMapping) -> Any:
        """What `recognise` of a mapping sees: the payload itself, the columns of a CSV, or what the mapping finds."""
        if one.fold_names:
            looked = [row for row, _ in zip(self.rows(one) or (), range(_LOOKED_AT), strict=False) if row.value]
            found = {name for row in looked for name, read in one.readers.items() if read(row.value) is not None}
            if any(row.geometry for row in looked):
                found.add("geometry")
            return {
                "fields": sorted(found),
                "columns": list(dict.fromkeys(name for r in looked for name in r.value or ())),
            }
        if one.format == "csv":
            table = self.table(one.csv)
            return table and {"columns": table.columns}
        return self.json

    def rows(self, one: ListMapping, *, spend: bool = False) -> Iterator[Row] | None:
        """Rows for a mapping; None if there is no list where the mapping says. `spend`: each can be had only once."""
        form = self.form(one)
        if form == "csv":
            table = self.table(one.csv)
            return _plain(table.rows(), one) if table else None
        found = next((rows for e in one.rows if isinstance(rows := paths.reader((e,))(self.json), list)), None)
        if found is None:
            return None
        one_by_one = _spent(found) if spend else iter(found)
        return _features(one_by_one, one) if form == "geojson" else _plain(one_by_one, one)

    def is_table(self) -> bool:
        """One of the ways tried has found columns in it."""
        return any(table is not None for table in self._tables.values())


def folded(name: str) -> str:
    """A name in small letters, without accents, blanks and signs: `Antal kunder` is `antalkunder`."""
    return _folded(name) if len(name) < 80 else name


@lru_cache(maxsize=2048)
def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold().translate(_FOLD))


def _spent(found: list[Any]) -> Iterator[Any]:
    """Elements of a list, each taken out of it: a long list and its reports never stand in memory together."""
    for index, raw in enumerate(found):
        found[index] = None
        yield raw


def _plain(found: Iterable[Any], one: ListMapping) -> Iterator[Row]:
    for raw in found:
        value = raw if isinstance(raw, dict) else None
        yield Row(_opened(value) if value and one.fold_names else value, raw)


def _opened(value: dict[str, Any]) -> dict[str, Any]:
    """Folded names, those of an inner object that only holds the fields among them: of map servers and portals."""
    found = {folded(name): inner for name, inner in value.items()}
    for name in _HOLDERS:
        inner = found.get(name)
        if isinstance(inner, dict):
            found = {folded(k): v for k, v in inner.items()} | found
    return found


def _features(found: Iterable[Any], one: ListMapping) -> Iterator[Row]:
    """Properties are the row; the feature's own id is `feature_id` where they have none of that name."""
    for raw in found:
        feature = mapping(raw)
        value = mapping(feature.get("properties"))
        if one.fold_names:
            value = {folded(k): v for k, v in value.items()}
        own = feature.get("id")
        value = {**value, "feature_id": own} if own is not None else value
        yield Row(value if feature.get("type") == "Feature" else None, raw, feature.get("geometry"))


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decoded(raw: bytes, encoding: str) -> str:
    if raw.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return raw.decode("utf-32", errors="replace")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    if encoding != "auto":
        return raw.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _table(text: str, form: Csv) -> Table | None:
    """Rows of a CSV by the names in its first line; empty lines are passed over."""
    text = text.replace("\x00", "").lstrip("\ufeff\r\n ")
    if text[:1] in "<{[":
        return None
    head = _LINE.match(text)
    if head and (told := re.fullmatch(r"sep=(.)\s*", head[0])):
        # spreadsheets write their delimiter into a line of its own
        text = text[head.end() :]
        head, form = _LINE.match(text), form.model_copy(update={"delimiter": told[1]})
    first = head[0] if head else ""
    delimiter = form.delimiter if form.delimiter != "auto" else max(";,\t|", key=first.count)
    return _measured(text, delimiter) if delimiter in first else None


def _measured(text: str, delimiter: str) -> Table | None:
    """Head of a CSV, and whether all its lines are as long; None if the library cannot read it."""
    try:
        lines = _cells(text, delimiter)
        columns = [name.strip() for name in next(lines, [])]
        even = all(len(row) == len(columns) for row in lines)
        for _ in lines:
            pass
    except csv.Error:
        return None
    whole = even and text.endswith(("\n", "\r")) and len(set(columns)) == len(columns)
    return Table(columns, text, delimiter, whole) if columns else None


def _cells(text: str, delimiter: str) -> Iterator[list[str]]:
    """Cells of each line that is not empty. Lines end as the library wants them, not at every sign that Unicode has."""
    lines = (found[0] for found in _LINE.finditer(text))
    return (row for row in csv.reader(lines, delimiter=delimiter) if any(cell.strip() for cell in row))
