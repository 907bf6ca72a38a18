"""Rows of `/changes` as a file for a spreadsheet: one line a thing, never joined, text that no program runs.

Pure. In: rows. Out: CSV with semicolons and a byte order mark, as a Swedish spreadsheet opens it without asking.
"""

import csv
import io
from collections.abc import Iterator

from dashboards.changes.rows import Row
from dashboards.telling.scene import Scene
from schemas.codec import Json
from schemas.times import z

FIELDS = ("group", "word", "known", "happened", "what", "where", "before", "after", "owner", "late", "link")
_RUN = ("=", "+", "-", "@", "\t", "\r")
"""How a formula begins: text of outsiders must not become one."""


def csv_of(scene: Scene, rows: list[Row]) -> bytes:
    """All rows of a page's question."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([scene.words(f"changes_file.{field}") for field in FIELDS])
    writer.writerows([_plain(field) for field in line] for row in rows for line in _lines(scene, row))
    return out.getvalue().encode("utf-8-sig")


def _lines(scene: Scene, row: Row) -> Iterator[list[str]]:
    words = scene.words
    group, late = words(f"changes_group.{row.group}"), words("changes_file.yes") if row.late else ""
    if not row.each:
        pair = (_value(scene, row.before), _value(scene, row.after))
        yield [group, row.word, z(row.known), row.happened, row.title, row.where, *pair, row.owner, late, row.href]
    for one in row.each:
        pair = (_value(scene, one.before), _value(scene, one.after))
        yield [group, row.word, one.known, row.happened, row.title, one.name, *pair, one.owner, late, one.href]


def _value(scene: Scene, cell: Json | None) -> str:
    if cell is None:
        return ""
    words = scene.words
    return words.impact_short(cell["impact"]) if cell["impact"] else words(f"unknown.{cell['unknown']}").lower()


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_RUN) else text
