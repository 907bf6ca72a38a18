"""What could not be used, as an operator reads it: place, reason, what to do, the beginning of its bytes.

Pure. In: rejected inputs, newest first; a filter and a cursor. Out: one page of rows; bytes are text only where every
sign of them can be shown, else hexadecimal digits, so that nothing a sender wrote acts on the reader's screen.
Next: dashboards/rejected/page.py
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from dashboards.api.lists import page
from dashboards.picture.rejected import Driven, RejectedTail
from dashboards.telling.scene import Scene
from schemas.codec import Json
from streams.redrive import Done

SHOWN = 25
FILTERS = ("source", "stage", "reason")
HEX_BYTES, HEX_LINE = 128, 16
_CONNECTOR = "connector"


class Excerpt(NamedTuple):
    """The beginning of some bytes."""

    text: str
    hexadecimal: bool


class Row(NamedTuple):
    """One rejected input."""

    key: str
    source: str
    stage: str
    reason: str
    code: str
    detail: list[str]
    """Every fault that was named."""
    cure: str
    when: str
    ago: str
    topic: str
    partition: int
    offset: int
    size: str
    excerpt: Excerpt
    drives: bool
    """True where driving it again is the way; a connector's refusals are read again at the source."""
    driven: str
    """What came of driving it again from here; empty when nobody has."""
    again: str
    """Id under which it was refused again; empty when it was not."""


class Choice(NamedTuple):
    """One filter of the form."""

    field: str
    name: str
    options: list[tuple[str, str, bool]]
    """(value, words, chosen)"""


class RejectedPage(NamedTuple):
    """One page of the list."""

    rows: list[Row]
    total: int
    choices: list[Choice]
    filtered: bool
    before: bool
    first: str
    """Query of the first page."""
    next: str
    """Query of the next one; empty at the end."""


def excerpt(raw: bytes) -> Excerpt:
    """Text where it is readable UTF-8 throughout, cut letters at its end aside; else rows of hexadecimal digits."""
    for cut in range(4):
        try:
            text = raw[: len(raw) - cut].decode()
        except UnicodeDecodeError:
            continue
        if text and all(sign.isprintable() or sign in "\n\t\r" for sign in text):
            return Excerpt(text, hexadecimal=False)
        break
    short = raw[:HEX_BYTES]
    lines = (short[at : at + HEX_LINE].hex(" ") for at in range(0, len(short), HEX_LINE))
    return Excerpt("\n".join(lines), hexadecimal=True)


def rejected_page(scene: Scene, tail: RejectedTail, asked: Mapping[str, str], cursor: str | None) -> RejectedPage:
    """A page of what matches, newest first. ValueError if the cursor is not one that this list gave."""
    every = tail.newest_first()
    wanted = {field: asked[field] for field in FILTERS if asked.get(field)}
    found = page(every, "at", wanted, SHOWN, cursor)
    first = urlencode(wanted)
    more = urlencode({**wanted, "cursor": found.cursor}) if found.cursor else ""
    return RejectedPage(
        [row_of(scene, tail, body) for body in found.rows],
        sum(all(str(body[f]) == value for f, value in wanted.items()) for body in every),
        [_choice(scene, field, every, asked.get(field, "")) for field in FILTERS],
        bool(wanted),
        cursor is not None,
        first,
        more,
    )


def _choice(scene: Scene, field: str, every: Iterable[Json], chosen: str) -> Choice:
    values = sorted({str(body[field]) for body in every} | ({chosen} if chosen else set()))
    options = [(value, _name(scene, field, value), value == chosen) for value in values]
    return Choice(field, scene.words(f"rejected_filter.{field}"), options)


def _name(scene: Scene, field: str, value: str) -> str:
    if field == "source":
        return scene.words.source(value, scene.region.actors, scene.region.feeds)
    return _stage(scene, value) if field == "stage" else value


def _stage(scene: Scene, code: str) -> str:
    key = f"rejected_stage.{code}"
    return scene.words(key) if scene.words.known(key) else code


def row_of(scene: Scene, tail: RejectedTail, body: Json) -> Row:
    """One input in words."""
    words, key = scene.words, body["key"]
    held, driven = tail.find(key), tail.driven.get(key)
    cure, reason = f"rejected_cure.{body['reason']}", words.refusal(body["reason"])
    return Row(
        key,
        _name(scene, "source", body["source"]),
        _stage(scene, body["stage"]),
        reason[:1].upper() + reason[1:],
        body["reason"],
        [line.removeprefix(": ") for line in body["detail"].splitlines() if line.strip()],
        words(cure if words.known(cure) else "rejected_cure.other"),
        scene.clock(body["at"]),
        scene.ago(body["at"]),
        body["topic"],
        body["partition"],
        body["offset"],
        words.number(body["bytes"]),
        excerpt(held.beginning if held else b""),
        body["stage"] != _CONNECTOR,
        _driven(scene, driven) if driven else "",
        tail.again(key) if driven and held else "",
    )


def _driven(scene: Scene, driven: Driven) -> str:
    time = scene.words.when(driven.at, scene.now)
    return scene.words(f"rejected_done.{Done(driven.done)}", time=time, topic=driven.topic)
