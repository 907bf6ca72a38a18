"""A timed script of answers as data: what a source says from when on, and what goes wrong on the way.

In: `feeds.toml` of a script's folder. Out: `Timed` by name; ScriptError names the fault. One table a source:

    [power]                                  # asked at /feeds/power/...
    content_type = "application/json"
    empty = "[]"
    [[power.answers]]
    at = "T+00:10"                           # as everywhere in a script (script.py)
    kind = "busy"                            # a `Kind`; `ok` if it is not told
    file = "power-1.json"                    # or `text`: the body
    seconds = 30
    times = 2                                # requests it answers; 0: until the next answer's time

Next: connectors/recorded/feeds.py
"""

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from connectors.errors import ScriptError
from connectors.recorded.moment import moment
from schemas.report import fault_line

Kind = Literal[
    "ok",
    "unchanged",
    "busy",
    "busy_until",
    "error",
    "drip",
    "cut",
    "half",
    "short",
    "page",
    "type",
    "empty",
    "old",
    "clock",
    "redirect",
    "bomb",
    "large",
    "close",
    "hang",
]
"""ok: 200, or a real 304 to who has it already. unchanged: 304 whatever was asked. busy, busy_until: 429 with
Retry-After in seconds or as a date. error: `status`. drip: a byte now and then. cut: the connection ends in the middle.
half: half of the body, said to be all of it. short: Content-Length is less than what is sent. page: 200 with HTML.
type: the right body under a wrong content type. empty: the source's empty list. old: this body as of a day ago, by its
headers. clock: Date is off by `seconds`. redirect: 302 to `to`. bomb: a little gzip that becomes very much. large: more
than anyone reads. close: no answer. hang: no answer until the service stops."""


class Answer(BaseModel):
    """What is answered from a moment on."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    at: int
    """Space time, ms UTC."""
    body: bytes = b""
    kind: Kind = "ok"
    path: str = ""
    """What follows `/feeds/<name>/`; empty: any address of the source."""
    match: str = ""
    """Only to requests whose body or query holds this text."""
    times: int = 0
    """Requests it answers; 0: all until the next answer holds."""
    seconds: int = 0
    """busy: how long to wait. clock: how far off. old: how old, a day if not told."""
    status: int = 503
    to: str = ""
    headers: dict[str, str] = {}
    """Instead of what the kind would say."""


class Timed(BaseModel):
    """One source that a timed script answers for."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    content_type: str = "application/json"
    empty: str = "[]"
    """The body that says that there is nothing; an answer of that kind may have its own."""
    answers: list[Answer] = []


def load_timed(folder: Path, t: int) -> dict[str, Timed]:
    """Sources of `feeds.toml`, `t` is T in ms UTC; none without that file. ScriptError if it cannot be used."""
    path = folder / "feeds.toml"
    if not path.exists():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        return {name: Timed.model_validate(_table(folder, t, table)) for name, table in tables.items()}
    except ValidationError as error:
        told = fault_line(error)
        raise ScriptError(f"{path} cannot be played: {told}") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ScriptError(f"{path} cannot be played: {error!r}") from error


def _table(folder: Path, t: int, table: dict[str, object]) -> dict[str, object]:
    rows = table.get("answers", [])
    if not isinstance(rows, list):
        raise TypeError("answers is a list of tables")
    answers = [_answer(folder, t, dict(row)) for row in rows]
    return table | {"answers": sorted(answers, key=lambda answer: answer.at)}


def _answer(folder: Path, t: int, row: dict[str, object]) -> Answer:
    file, text = row.pop("file", None), row.pop("text", "")
    body = str(text).encode() if file is None else (folder / str(file)).read_bytes()
    return Answer.model_validate(row | {"at": moment(str(row["at"]), t), "body": body})
