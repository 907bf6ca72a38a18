"""The picture on a screen of letters, drawn anew each second: which lines, for a width and a height.

Pure. In: the newest picture, the newest mark of the stream, how long ago the server was last heard. Out: lines of
styled pieces, never more than fit. What is old is said in a bar over everything, and the clock then stands.
Next: streams/cli/watch.py
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from schemas.codec import Json
from schemas.times import SECOND, parse
from streams.cli.board_rows import changes, notices, sources, suggestions, worst
from streams.words import Words

LOST_S = 10.0
"""Marks come every four seconds: after two that did not come the server is said to be lost."""
LABEL, NARROW, WIDE = 19, 2, 3
"""Letters of a sector's name; letters of a column on a narrow and on a wide screen."""
HEADS = (3, 6)
"""Letters of a municipality's name, written downwards, on a low and on a high screen."""
HIGH = 34
SIGNS = ("none", "moderate", "significant", "serious", "critical")
LOOKS = ("", "yellow", "bold yellow", "bold red", "bold white on red")
"""Style of each step. The letter tells it; colour helps who sees it. Nothing is green."""

Piece = tuple[str, str]
Line = list[Piece]
"""Text and style, left to right."""


class View(NamedTuple):
    """What is known now."""

    body: Json | None
    """Answer of `GET /picture`."""
    mark: Json | None
    """Newest mark of the stream."""
    silent_s: float
    """Wall seconds since the server was last heard, since the start while it never was."""

    @property
    def lost(self) -> bool:
        """True when the server must be thought to be away."""
        return self.silent_s > LOST_S

    @property
    def now(self) -> int:
        """Space time, ms UTC; while the server is lost it stands where it was last heard. 0 before the first mark."""
        if self.mark is None:
            return 0
        gone = 0.0 if self.lost else self.silent_s * self.mark["speed"]
        return parse(self.mark["now"]) + int(gone * SECOND)

    @property
    def age_ms(self) -> int:
        """Wall ms since the picture last gave a sign of life."""
        return int((self.mark or {}).get("age_ms", 0)) + int(self.silent_s * SECOND)


class Names(NamedTuple):
    """What things are called."""

    words: Words
    sectors: Sequence[tuple[str, str]]
    """Code and short name, in the matrix' order."""
    reference: Mapping[str, object]
    feeds: Mapping[str, str]


def board(view: View, names: Names, width: int, height: int) -> list[Line]:
    """Lines of the whole screen, at most `height`, none wider than `width`."""
    top = [_head(view, names.words, width), *_alarm(view, names.words, width)]
    foot: Line = [(names.words("terminal.keys"), "dim")]
    if view.body is None:
        said: list[Line] = [] if len(top) > 1 else [[], [(names.words("terminal.unread"), "bold")]]
        return [_cut(line, width) for line in [*top, *said, foot]][:height]
    drawn = _picture(view, view.body, names, width, height - len(top) - 1)
    if len(top) > 1:
        drawn = [[(text, "dim") for text, _ in line] for line in drawn]
    return [_cut(line, width) for line in [*top, *drawn, foot]][:height]


def _head(view: View, words: Words, width: int) -> Line:
    """Which space, what time, how old; on a narrow screen the last parts go. Nothing is said of a time not known."""
    body, exercise = view.body or {}, bool((view.body or {}).get("exercise"))
    told = [words("terminal.exercise", space=body["space"]) if exercise else words("terminal.real")] if body else []
    if view.mark is not None:
        told += [words.clock(view.now, seconds=True), words("terminal.fresh", age=words.age(view.age_ms))]
        told += [words.date(view.now, view.now)]
    told += [words("terminal.version", version=words.number(body["version"]))] if body else []
    while len("  ".join(told)) > width:
        told.pop()
    return [("  ".join(told).ljust(width), "bold white on magenta" if exercise else "bold reverse")]


def _alarm(view: View, words: Words, width: int) -> list[Line]:
    """Three lines in large, when what is shown may not be so any more; none while all is well."""
    reasons = (view.mark or {}).get("not_ready", [])
    if view.lost:
        age = words.age(int(view.silent_s * SECOND))
        never = view.mark is None
        large = words("terminal.lost")
        small = words("terminal.unread") if never else words("terminal.lost_since", age=age)
    elif "chain_broken" in reasons:
        large, small = words("terminal.broken"), words("terminal.broken_why")
    elif "silent" in reasons:
        large, small = words("terminal.stands"), words("terminal.stands_since", age=words.age(view.age_ms))
    else:
        return []
    spaced = "   ".join(" ".join(word) for word in large.split())
    large = spaced if len(spaced) <= width else large
    style = "bold white on red"
    return [[(" " * width, style)], [(large.center(width), style)], [(small.center(width), style)]]


def _picture(view: View, body: Json, names: Names, width: int, height: int) -> list[Line]:
    """The matrix where it fits, else the worst municipalities; below it what waits, what changed, who is heard."""
    lists = [
        notices(body, names.words, view.now),
        suggestions(body, names.words, names.reference, view.now),
        changes(body, names.words, names.sectors, view.now),
        sources(body, view.mark, names.words, names.feeds, view.now, width - LABEL),
    ]
    across = WIDE if width >= LABEL + WIDE * len(body["areas"]) else NARROW
    letters = HEADS[height >= HIGH]
    drawn: list[Line] = []
    # the matrix stays where it is when an alarm takes its lines: the lists give way
    high_enough = height >= len(names.sectors) + letters + 2
    if width >= LABEL + across * len(body["areas"]) and high_enough:
        drawn = [*matrix(body, names, across, letters), _legend(body, names.words)]
    else:
        lists.insert(0, worst(body, names.words, names.sectors))
    return drawn + _sections(lists, height - len(drawn), names.words)


def matrix(body: Json, names: Names, across: int, letters: int) -> list[Line]:
    """Sectors as rows, municipalities as columns with their names written downwards."""
    shorts = [short(area["name"]) for area in body["areas"]]
    heads = ["".join(name[n : n + 1].ljust(across) for name in shorts).rstrip() for n in range(letters)]
    drawn: list[Line] = [[(" " * LABEL + head, "bold")] for head in heads]
    for code, name in names.sectors:
        row: Line = [(name[: LABEL - 1].ljust(LABEL), "")]
        for area in body["areas"]:
            row += sign(area["sectors"].get(code), names.words, across)
        drawn.append(row)
    return drawn


def short(name: str) -> str:
    """`Upplands Väsby` -> `UVäsby`: names that begin alike stay apart."""
    first, blank, second = name.replace("-", " ").partition(" ")
    return first[0] + second if blank else first


def kind(cell: Json | None) -> str:
    """Key of a cell's sign: its kind of unknown, else its step."""
    if cell is None:
        return "not_assessed"
    return str(cell.get("unknown") or SIGNS[max(0, cell["impact"] - 1)])


def sign(cell: Json | None, words: Words, across: int) -> Line:
    """A cell's letter in its colour; an unknown one is never drawn as a calm one."""
    key = kind(cell)
    look = LOOKS[SIGNS.index(key)] if key in SIGNS else "cyan"
    return [(words(f"terminal_sign.{key}"), look), (" " * (across - 1), "")]


def _legend(body: Json, words: Words) -> Line:
    """The letters that stand in the matrix now, with their words."""
    there = {kind(cell) for area in body["areas"] for cell in area["sectors"].values()}
    unknown = ("not_assessed", "not_reported", "outdated", "source_unreachable")
    named = [(key, words(f"impact_short.{key}")) for key in SIGNS if key in there]
    named += [(key, words(f"unknown.{key}").lower()) for key in unknown if key in there]
    told = [words("terminal.legend", sign=words(f"terminal_sign.{key}"), word=word) for key, word in named]
    return [(" " * LABEL + "  ".join(told), "dim")]


def _sections(lists: Iterable[tuple[str, list[Line]]], height: int, words: Words) -> list[Line]:
    """Each list has one row at least while there is room; what is left goes to the first ones first."""
    lists = list(lists)[: max(0, height)]
    shown = [1] * len(lists)
    for n, (_, rows) in enumerate(lists):
        shown[n] += max(0, min(len(rows) - 1, height - sum(shown)))
    drawn: list[Line] = []
    for (key, rows), most in zip(lists, shown, strict=True):
        hidden = len(rows) - most
        for n, row in enumerate(rows[:most]):
            label = words(f"terminal.{key}") if n == 0 else ""
            more: Line = [(" " + words("terminal.more", n=hidden), "bold")] if hidden > 0 and n == most - 1 else []
            # the count stands before the words, so that a narrow screen cuts the words
            drawn.append([((label + (more[0][0] if more else "")).ljust(LABEL), "bold"), *row])
    return drawn


def _cut(line: Line, width: int) -> Line:
    """The line as far as it fits, with a sign where it was cut."""
    if sum(len(text) for text, _ in line) <= width:
        return line
    cut: Line = []
    left = width - 1
    for text, style in line:
        cut.append((text[:left], style))
        left -= len(text[:left])
    return [*cut, ("…", "")]
