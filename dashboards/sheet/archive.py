"""Sheets on disk: their names, which are due now, which are too old to keep. A file is paper: it needs no server.

In: the picture, the space's time, the names that are there. Out: what to make. Names sort by the time that a sheet
is made for: `20270414T075700Z-planf-2.ovning-snowstorm.pdf`, `20270414T080000Z-region.real.html`.
Next: dashboards/sheet/keeper.py
"""

import os
import re
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from dashboards.sheet.making import Ask
from schemas.change import EntityKind, Picture
from schemas.times import DAY, HOUR, MINUTE, from_datetime, parse, to_datetime

BEFORE = 5 * MINUTE
"""A meeting's sheet is made so long before it begins: late enough to be fresh, early enough to be printed."""
LATE = HOUR
"""A meeting that began without one gets it so long afterwards, from the version that it was sealed on."""
KEPT_REGION, KEPT_MEETING = 30 * DAY, 400 * DAY
"""An hourly sheet is for the days that a breakdown lasts; a meeting's as long as its minutes."""
REGION = "region"
_FORM = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"(\d{8}T\d{6}Z)-([^.]+)\.([^.]+)\.(?:pdf|html)")
_PLAIN = re.compile(r"[a-z0-9-]{1,60}")


class Due(NamedTuple):
    """A sheet that is to be made now."""

    ask: Ask
    label: str


class Kept(NamedTuple):
    """A sheet that is there."""

    at: int
    label: str


def label_of(forum: str, number: int) -> str:
    """`planf-2`; an id that no file should be called gets a digest instead of its odd letters."""
    if _PLAIN.fullmatch(forum) and forum != REGION:
        return f"{forum}-{number}"
    plain = re.sub(r"[^a-z0-9-]+", "_", forum.lower())[:40]
    return f"{plain}_{sha256(forum.encode()).hexdigest()[:8]}-{number}"


def stem(at: int, label: str, space: str) -> str:
    """Name of a sheet without its ending."""
    return f"{to_datetime(at).strftime(_FORM)}-{label}.{space}"


def kept(names: Collection[str], space: str) -> list[Kept]:
    """Sheets of a space among these names of files."""
    found = {_NAME.fullmatch(name) for name in names}
    return sorted(
        Kept(from_datetime(datetime.strptime(m[1], _FORM).replace(tzinfo=UTC)), m[2])
        for m in found
        if m and m[3] == space
    )


def due(picture: Picture, now: int, there: Collection[Kept]) -> Iterator[Due]:
    """Meetings that begin within five minutes or have just begun, then the region once in each hour of the space."""
    for key, forum in sorted(picture.get(EntityKind.FORUM, {}).items()):
        for number, at in _meetings(picture, key):
            label = label_of(key, number)
            # a sheet is made for the whole minute that has begun
            made = any(sheet.label == label and sheet.at > at - BEFORE - MINUTE for sheet in there)
            if forum["state"] != "closed" and at - BEFORE <= now <= at + LATE and not made:
                yield Due(Ask(meeting=f"{key}/{number}"), label)
    if not any(sheet.label == REGION and sheet.at // HOUR == now // HOUR for sheet in there):
        yield Due(Ask(), REGION)


def _meetings(picture: Picture, forum: str) -> Iterator[tuple[int, int]]:
    """Number and time of a forum's newest meeting and of those that are planned."""
    told = picture[EntityKind.FORUM][forum]
    meeting = picture.get(EntityKind.MEETING, {}).get(told.get("meeting", ""))
    if meeting is not None:
        yield meeting["number"], parse(meeting["at"])
    for ahead, row in enumerate(told["planned"], 1):
        yield told["meetings"] + ahead, parse(row["at"])


def write(folder: Path, name: str, body: bytes) -> None:
    """Put a file there whole, or replace it whole; readable by its owner only. OSError when the disk refuses."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = folder / f".{name}.new"
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / name)


def prune(folder: Path, now: int, space: str) -> None:
    """Remove this space's sheets that are older than they are kept."""
    for path in folder.glob("*.*"):
        for sheet in kept([path.name], space):
            if now - sheet.at > (KEPT_REGION if sheet.label == REGION else KEPT_MEETING):
                path.unlink(missing_ok=True)
