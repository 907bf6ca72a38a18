"""What people have done to an event: linked, cut, split, pinned; who, when, why, and whether it can be undone.

In: the course of an event, the records of the log behind it. Out: rows for event.html. An undo is an act too: both
stay in the list.
"""

import asyncio
from typing import NamedTuple

from dashboards.picture.evidence import log_record
from dashboards.picture.lived import Lived
from dashboards.server import Server
from dashboards.telling.scene import Scene
from schemas.record import LogRecord
from schemas.sectors import Label
from schemas.times import DAY

PLACED = "command:"
UNDOABLE = frozenset({"link", "cut", "split", "pin", "assess_cell", "request_reports"})
ACTS = UNDOABLE | {"undo"}
UNDONE_WITHIN = 30 * DAY
READ = 8
"""Newest acts whose record is read: each is a reading of Kafka."""


class Act(NamedTuple):
    """One act."""

    when: str
    who: str
    what: str
    reason: str
    command: str
    """Id of the command, for `undo`; empty when it can not be undone (any more)."""


async def records_of(server: Server, rows: list[Lived]) -> dict[int, LogRecord]:
    """Version -> the log's record, of the newest acts of people."""
    mine = [row for row in rows if is_act(row) and row.log is not None and row.log >= 0][:READ]
    space, bootstrap = server.space, server.settings.bootstrap
    found = await asyncio.gather(*(log_record(bootstrap, space, server.region, row.log or 0) for row in mine))
    return {row.version: record for row, record in zip(mine, found, strict=True) if record is not None}


def is_act(row: Lived) -> bool:
    """True for an act of a person that could be undone, or an undo."""
    return row.cause.kind.startswith(PLACED) and row.cause.kind.removeprefix(PLACED) in ACTS


def acts(scene: Scene, rows: list[Lived], records: dict[int, LogRecord]) -> list[Act]:
    """The acts of a course, newest first, for those who may know who did what."""
    if not scene.sight.viewer.sees(Label.INTERNAL):
        return []
    undone = {row.cause.key for row in rows if row.cause.kind == f"{PLACED}undo"}
    return [_act(scene, row, records.get(row.version), undone) for row in rows if is_act(row)]


def _act(scene: Scene, row: Lived, record: LogRecord | None, undone: set[str]) -> Act:
    words, name = scene.words, row.cause.kind.removeprefix(PLACED)
    body = record.body if record is not None else {}
    command = str(body.get("id", ""))
    text = scene.sight.text(body.get("texts", {}).get("reason", ""))
    what = words(f"act.{'unpin' if name == 'pin' and body.get('args', {}).get('off') else name}")
    may = name in UNDOABLE and command not in undone and scene.now - row.at < UNDONE_WITHIN
    return Act(
        words.when(row.at, scene.now),
        scene.region.owner(str(body.get("who", ""))),
        words("act.undone", what=what) if command in undone else what,
        "" if text is None or text.words is None else text.words,
        command if may else "",
    )
