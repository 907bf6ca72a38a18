"""The script of an exercise as data: what each source answers from when on, and what each actor reports when.

In: a folder with `script.toml` and rows in `*.jsonl`, payloads in the rows or in files beside them. Out: `Script`, or
ScriptError that names every fault. Rows: `{"at", "route" or "actor", "payload"}`; `at` is `T-06:00`, `T+1d02:30` or a
time with an offset. Every payload must say that it is an exercise: a row that does not is a fault.
Next: connectors/recorded/service.py
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import orjson

import connectors.actors.parse
import connectors.smhi.parse
import connectors.trafikverket.parse
from connectors.contract import Parsed, Refused
from connectors.errors import ScriptError
from connectors.recorded.moment import moment
from connectors.recorded.timed import Timed, load_timed
from schemas.codec import Json
from schemas.times import from_datetime, parse

ROUTES = ("smhi", "trafikverket")
"""smhi: a payload is the whole list from then on. trafikverket: a payload is one situation in its new state."""
MARK = "ÖVNING – konstruerad"
"""Stands in every payload of a source; an actor's report has the field `exercise` instead."""
FAULTS_SHOWN = 20


class Row(NamedTuple):
    """One thing that happens."""

    at: int
    """Space time, ms UTC."""
    name: str
    """Route or actor."""
    payload: bytes
    """Body on the wire: an actor's report, SMHI's list, one situation of Trafikverket."""


class Script(NamedTuple):
    """A whole exercise, each part in the order of time."""

    name: str
    """Folder name; the space is `ovning-<name>`, or that and a number when it is played anew."""
    title: str
    """Swedish."""
    t: int
    """T of the story, space time in ms UTC."""
    start: int
    """Where the clock begins; what lies before it is there already."""
    end: int
    """After it nothing happens any more."""
    speed: int
    """Space seconds per wall second."""
    routes: dict[str, tuple[Row, ...]]
    actors: tuple[Row, ...]
    feeds: Mapping[str, Timed] = {}
    """Sources that are no part of the story: `feeds.toml` (timed.py)."""


def load_script(folder: Path) -> Script:
    """Script of a folder. ScriptError with every fault, one a line."""
    try:
        head = tomllib.loads((folder / "script.toml").read_text(encoding="utf-8"))
        t = parse(head["t"])
        start, end = moment(head["start"], t), moment(head["end"], t)
        title, speed = str(head["title"]), int(head["speed"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ScriptError(f"{folder / 'script.toml'} cannot be used: {error!r}") from error
    reader = _Reader(folder, t)
    for file in sorted(folder.glob("*.jsonl")):
        reader.read(file)
    if reader.faults:
        more = len(reader.faults) - FAULTS_SHOWN
        shown = reader.faults[:FAULTS_SHOWN] + ([f"and {more} more"] if more > 0 else [])
        raise ScriptError(f"{folder} cannot be played:\n" + "\n".join(shown))
    routes = {name: _sorted(r for r in reader.rows if r.name == name) for name in ROUTES}
    actors = _sorted(r for r in reader.rows if r.name not in ROUTES)
    feeds = load_timed(folder, t)
    return Script(folder.name, title, t, start, end, speed, routes, actors, feeds)


def answer(situations: list[Any], last: str) -> bytes:
    """Trafikverket's answer that holds these situations."""
    return orjson.dumps({"RESPONSE": {"RESULT": [{"Situation": situations, "INFO": {"LASTCHANGEID": last}}]}})


def _sorted(rows: Any) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: row.at))


class _Reader:
    """Reads rows and collects every fault."""

    def __init__(self, folder: Path, t: int) -> None:
        self._folder, self._t = folder, t
        self._known = _actors(folder)
        self.rows: list[Row] = []
        self.faults: list[str] = []

    def read(self, file: Path) -> None:
        for number, text in enumerate(file.read_bytes().splitlines(), 1):
            if text.strip():
                self._row(text, f"{file.name}:{number}")

    def _row(self, text: bytes, where: str) -> None:
        try:
            row: Json = orjson.loads(text)
            at = moment(row["at"], self._t)
            name = str(row.get("route") or row["actor"])
            payload = self._payload(row["payload"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            self.faults.append(f"{where}: {error!r}")
            return
        faults = self._route_faults(name, payload) if name in ROUTES else self._actor_faults(name, at, payload)
        self.faults += [f"{where}: {fault}" for fault in faults]
        self.rows.append(Row(at, name, payload))

    def _payload(self, value: object) -> bytes:
        """The payload itself, or the bytes of the file it names."""
        return (self._folder / value).read_bytes() if isinstance(value, str) else orjson.dumps(value)

    def _route_faults(self, name: str, payload: bytes) -> list[str]:
        parsed = _parsed(name, payload)
        faults = [f"{piece.pointer} {piece.detail}" for piece in parsed.rejected]
        faults += [f"not in the source's format: {sign}" for sign in parsed.drift]
        if parsed.error or not parsed.complete:
            faults.append(parsed.error or "not whole")
        if any(MARK not in "".join(item.texts.values()) for item in parsed.items):
            faults.append(f"a payload does not say {MARK!r}")
        return faults

    def _actor_faults(self, name: str, at: int, payload: bytes) -> list[str]:
        report = connectors.actors.parse.check(payload)
        if isinstance(report, Refused):
            return [report.detail]
        faults = [] if name in self._known else [f"no actor {name!r} in the registry"]
        if not report.exercise:
            faults.append("`exercise` must be true")
        if from_datetime(report.sent) > at:
            faults.append("`sent` lies after `at`")
        return faults


def _parsed(name: str, payload: bytes) -> Parsed:
    if name == "smhi":
        return connectors.smhi.parse.parse(payload)
    return connectors.trafikverket.parse.parse(answer([orjson.loads(payload)], "1"))


def _actors(folder: Path) -> frozenset[str]:
    """Ids of the region's registry, two folders up."""
    try:
        return frozenset(tomllib.loads((folder.parent.parent / "actors.toml").read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise ScriptError(f"no actor registry beside the exercise: {error}") from error
