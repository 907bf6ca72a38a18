"""`lagesbild status --watch` on a terminal: the picture redrawn in place until q or Ctrl-C, also over a thin SSH line.

In: the server's stream for life, `GET /picture` for what it shows. Out: the alternate screen, so that nothing runs
through the scrollback and the shell is as it was afterwards. A reader of its own keeps asking while the server is away.
Next: streams/cli/board.py
"""

import os
import select
import sys
import termios
import threading
import time
import tty
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from schemas.codec import Json, load
from streams.cli.board import LOST_S, Line, Names, View, board
from streams.cli.http import Api
from streams.errors import LagesbildError

LOOK_S = 1.0
"""Between two drawings, for the ages that tick; a key is answered at once."""
FIRST_S = 0.2
"""The same until the first picture has come."""
AGAIN_S = 1.0
QUIT = frozenset("qQ\x03\x04")


class Reader(threading.Thread):
    """Follows the stream for ever; what it knows is in `view`."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True, name="stream")
        self._address, self._api = address.rstrip("/"), Api(address)
        self._body: Json | None = None
        self._mark: Json | None = None
        self._heard = time.monotonic()

    @property
    def view(self) -> View:
        """What is known now."""
        return View(self._body, self._mark, time.monotonic() - self._heard)

    def run(self) -> None:
        """Read; begin again whenever it ends."""
        while True:
            # what goes wrong is said on the screen, by how long it lasts
            with suppress(OSError, HTTPException, ValueError, KeyError, LagesbildError):
                self._follow()
            time.sleep(AGAIN_S)

    def _follow(self) -> None:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self._address}/api/v1/stream", timeout=LOST_S) as stream:
            event = ""
            for line in stream:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name == "event":
                    event = value
                elif name == "data":
                    self._take(event, value)

    def _take(self, event: str, value: str) -> None:
        if event == "mark":
            # the picture is asked for before its mark counts: never is an old one shown beside a new time
            mark = load(value.encode())
            if self._body is None or self._body["version"] < mark["version"]:
                self._body = self._api.get("/api/v1/picture").body
            self._mark, self._heard = mark, time.monotonic()
        else:
            self._body = self._api.get("/api/v1/picture").body


def watch(address: str, names: Names) -> None:
    """Draw until a key says to end."""
    reader = Reader(address)
    reader.start()
    console = Console()
    with (
        suppress(KeyboardInterrupt),
        _keys() as pressed,
        Live(console=console, screen=True, auto_refresh=False) as live,
    ):
        wait_s = FIRST_S
        while not QUIT & set(pressed(wait_s)):
            width, height = console.size
            live.update(drawn(board(reader.view, names, width, height)), refresh=True)
            wait_s = LOOK_S if reader.view.body else FIRST_S


def drawn(lines: list[Line]) -> Group:
    """The lines as rich draws them; a word from outside is never taken for a style."""
    return Group(*(Text.assemble(*line, no_wrap=True, overflow="crop") for line in lines))


@contextmanager
def _keys() -> Iterator[Callable[[float], str]]:
    """A function that waits so long for keys, without Enter, and gives them."""
    if not sys.stdin.isatty():
        yield _no_key
        return
    place = sys.stdin.fileno()
    before = termios.tcgetattr(place)

    def pressed(wait_s: float) -> str:
        ready, _, _ = select.select([place], [], [], wait_s)
        return os.read(place, 64).decode(errors="replace") if ready else ""

    try:
        tty.setcbreak(place)
        yield pressed
    finally:
        termios.tcsetattr(place, termios.TCSADRAIN, before)


def _no_key(wait_s: float) -> str:
    time.sleep(wait_s)
    return ""
